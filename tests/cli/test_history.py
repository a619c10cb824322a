#!/usr/bin/env python3
"""What the observer's memory adds: `why --at` a moment that is over, `diff` of a zone, since, last seen, habits.

usage: test_history.py DNSVIGIL MAKE_STORE SOURCE_ROOT"""
import datetime
import json
import os
import shlex
import socket
import subprocess
import sys
import tempfile
import unittest

import jsonschema

PROGRAM, MAKE_STORE, ROOT = (os.path.abspath(sys.argv.pop(1)) for _ in range(3))
SCHEMAS = {name: jsonschema.Draft202012Validator(json.load(open(os.path.join(ROOT, "docs", name + ".schema.json"), encoding="utf-8")))
           for name in ("report", "diff")}
ZONE = "zone shop.lab. ecdsa servers ns1=192.0.2.11 ns2=192.0.2.12\nrecord shop.lab. 300 A 198.51.100.7\nask shop.lab. A\n"
ROLLED = ZONE + "break shop.lab. dnskey swap role=ksk\n"
ENV = {**{k: v for k, v in os.environ.items() if k != "DNSVIGIL_CONFIG"}, "LC_ALL": "C.UTF-8"}


def moment(at):
    return at.strftime("%Y-%m-%dT%H:%M:%SZ")


class Case(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.dir = folder.name
        self.store = self.path("store.db")

    def path(self, name):
        return os.path.join(self.dir, name)

    def file(self, name, text):
        with open(self.path(name), "w", encoding="utf-8") as f:
            f.write(text)
        return self.path(name)

    def run_it(self, *words, env=None):
        return subprocess.run([PROGRAM, *words], capture_output=True, text=True, timeout=60, env={**ENV, **(env or {})}, check=False)

    def seen(self, name, world):
        self.run_it("lab", "try", self.file(name + ".world", world), "--save", self.path(name))
        return self.path(name)

    def remember(self, *lines):
        r = subprocess.run([MAKE_STORE, self.store], input="".join(line + "\n" for line in lines), capture_output=True, text=True, timeout=60)
        self.assertEqual(r.returncode, 0, r.stderr)

    def report(self, *words, env=None):
        r = self.run_it("why", *words, "-o", "json", env=env)
        value = json.loads(r.stdout)
        SCHEMAS["report"].validate(value)
        self.assertEqual(value["exit"], r.returncode)
        return value

    def nowhere(self):
        """Hints to a port where nobody answers: who asks now finds nothing."""
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as u:
            u.bind(("127.0.0.1", 0))
            port = u.getsockname()[1]
        hints = self.file("hints", ". NS a.root.\na.root. A 127.0.0.1\n")
        return "--root-hints", hints, "--allow-private", "--port", str(port), "--timeout", "1"


class Past(Case):
    def setUp(self):
        super().setUp()
        good = self.seen("good", "clock 2026-03-01T12:00:00Z\n" + ZONE)
        bad = self.seen("bad", "clock 2026-05-05T12:00:00Z\n" + ROLLED)
        self.remember(f"history shop.lab. 2026-03-01T12:00:00Z 2026-05-05T11:55:00Z {good}",
                      f"history shop.lab. 2026-05-05T12:00:00Z 2026-05-06T12:00:00Z {bad}")

    def why(self, at, *more):
        return self.report("shop.lab", "--at", at, "--store", self.store, *self.nowhere(), *more)

    def test_what_stood_then_is_shown(self):
        r = self.why("2026-03-03T00:00:00Z")
        self.assertEqual((r["verdict"], r["at"], r["collected_at"]), ("ok", "2026-03-03T00:00:00Z", "2026-03-01T12:00:00Z"))
        self.assertEqual((r["memory"]["history"], r["memory"]["seen_at"], r["memory"]["seen_until"]),
                         (True, "2026-03-01T12:00:00Z", "2026-05-05T11:55:00Z"))
        r = self.why("2026-05-05T12:30:00Z")
        self.assertEqual((r["verdict"], r["root_cause"]["finding"], r["memory"]["history"]), ("servfail", "ds-stale-only", True))
        r = self.run_it("why", "shop.lab", "--at", "2026-05-05T12:30:00Z", "--store", self.store)
        self.assertRegex(r.stdout, r"(?m)^  history  seen ")
        self.assertLessEqual(max(map(len, r.stdout.splitlines())), 80)

    def test_signatures_renewed_without_a_change_did_not_run_out(self):
        r = self.why("2026-04-20T00:00:00Z")            # those of the evidence end 24 Mar
        self.assertEqual((r["verdict"], r["at"], r["memory"]["asked_for"]), ("ok", "2026-03-01T12:00:00Z", "2026-04-20T00:00:00Z"))
        r = self.why("2026-03-10T00:00:00Z")
        self.assertEqual((r["at"], r["memory"]["asked_for"]), ("2026-03-10T00:00:00Z", "2026-03-10T00:00:00Z"))

    def test_moments_that_nobody_saw_are_asked_now(self):
        for at in ("2026-02-28T00:00:00Z", "2026-05-06T14:00:00Z"):
            r = self.why(at)
            self.assertIsNone(r["memory"], at)
            self.assertGreater(r["collected_at"], "2026-05-07")
            self.assertEqual(r["verdict"], "unknown")
        self.assertTrue(self.why("2026-05-06T12:10:00Z")["memory"]["history"])     # written down only now and then

    def test_another_question_or_a_resolver_is_asked_now(self):
        self.assertTrue(self.why("2026-03-03T00:00:00Z", "A")["memory"]["history"])
        self.assertIsNone(self.why("2026-03-03T00:00:00Z", "MX")["memory"])
        self.assertIsNone(self.why("2026-03-03T00:00:00Z", "@127.0.0.1#9")["memory"])
        r = self.report("www.shop.lab", "--at", "2026-03-03T00:00:00Z", "--store", self.store, *self.nowhere())
        self.assertIsNone(r["memory"])

    def test_which_memory(self):
        at = ("--at", "2026-03-03T00:00:00Z")
        config = self.file("c.yaml", f"store: {self.store}\nzones: [shop.lab]\n")
        self.assertTrue(self.report("shop.lab", *at, "-c", config)["memory"]["history"])
        self.assertTrue(self.report("shop.lab", *at, env={"DNSVIGIL_CONFIG": config})["memory"]["history"])
        broken = self.file("b.yaml", "nonsense: 1\n")
        r = self.run_it("why", "shop.lab", *at, *self.nowhere(), env={"DNSVIGIL_CONFIG": broken})
        self.assertEqual((r.returncode, r.stderr), (3, ""))
        self.assertEqual(self.run_it("why", "shop.lab", *at, "-c", broken).returncode, 64)
        r = self.run_it("why", "shop.lab", *at, "--store", self.path("none.db"))
        self.assertEqual((r.returncode, r.stdout), (3, ""))
        self.assertIn("none.db", r.stderr)

    def diff(self, code, *words):
        r = self.run_it("diff", *words, "--store", self.store, "-o", "json")
        self.assertEqual(r.returncode, code, r.stderr)
        value = json.loads(r.stdout)
        SCHEMAS["diff"].validate(value)
        return value

    def test_diff_of_moments(self):
        two = self.diff(2, "shop.lab", "--at", "2026-03-03T00:00:00Z", "--at", "2026-05-05T13:00:00Z")
        self.assertIn("key-removed", [c["id"] for c in two["changes"]])
        self.assertEqual((two["before"]["verdict"], two["after"]["verdict"]), ("ok", "servfail"))
        self.assertEqual(self.diff(2, "shop.lab"), two)
        self.assertEqual(self.diff(2, "shop.lab", "--at", "2026-05-05T13:00:00Z", "--at", "2026-03-03T00:00:00Z"), two)
        self.assertEqual(self.diff(2, "shop.lab", "--at", "2026-03-03T00:00:00Z"), two)
        same = self.diff(0, "shop.lab", "--at", "2026-03-03T00:00:00Z", "--at", "2026-04-03T00:00:00Z")
        self.assertEqual((same["changes"], same["added"], same["removed"]), ([], [], []))

    def test_diff_of_what_is_not_there(self):
        for code, words in ((3, ("other.lab",)), (3, ("shop.lab", "--at", "2026-02-01")), (64, ("shop.lab", "--at", "noon")),
                            (64, ("shop.lab", *["--at", "2026-03-03"] * 3)), (64, ("a", "b", "--at", "2026-03-03")), (64, ("a..b",))):
            r = self.run_it("diff", *words, "--store", self.store)
            self.assertEqual((r.returncode, r.stdout), (code, ""), words)
            self.assertEqual(len(r.stderr.splitlines()), 1)
        self.assertEqual(self.run_it("diff", "shop.lab", "--root-hints", "x").returncode, 64)


class Now(Case):
    """`why` over sockets against a served world, with and without memory."""

    def setUp(self):
        super().setUp()
        self.now = datetime.datetime.now(datetime.timezone.utc).replace(microsecond=0)

    def ago(self, **distance):
        return moment(self.now - datetime.timedelta(**distance))

    def serve(self, world):
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as u:
            u.bind(("127.0.0.1", 0))
            port = u.getsockname()[1]
        p = subprocess.Popen([PROGRAM, "lab", "serve", self.file("w.world", world), "--port", str(port), "--dir", self.path("d")],
                             stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, env=ENV)

        def end():
            p.terminate()
            p.communicate(timeout=20)
        self.addCleanup(end)
        said = ""
        while "Ctrl-C" not in said:
            line = p.stdout.readline()
            self.assertTrue(line, said)
            said += line
        line = next(l for l in said.replace("\\\n", " ").splitlines() if "dnsvigil why" in l)
        self.asked = shlex.split(line)[2:]

    def test_the_internet_of_a_configuration(self):
        self.serve(ZONE)
        self.remember()
        name, rrtype, *rest = self.asked
        given = dict(zip(rest[:-1:2], rest[1:-1:2]))
        config = self.file("c.yaml", f"store: {self.store}\nzones: [shop.lab]\nroot_hints: {given['--root-hints']}\n"
                           f"trust_anchor: {given['--trust-anchor']}\nport: {given['--port']}\nallow: [private, loopback]\n")
        r = self.report(name, rrtype, "-c", config)
        self.assertEqual((r["verdict"], r["security"], r["resolvers"]), ("ok", "secure", []))
        empty = self.file("none.anchors", "")
        self.assertEqual(self.report(name, rrtype, "-c", config, "--trust-anchor", empty)["security"], "insecure")

    def test_a_key_that_went(self):
        good, bad = self.seen("good", ZONE), self.seen("bad", ROLLED)
        self.serve(ROLLED)
        bare = self.report(*self.asked)
        self.assertIsNone(bare["memory"])
        self.remember(f"history shop.lab. {self.ago(days=9)} {self.ago(hours=3)} {good}",
                      f"history shop.lab. {self.ago(hours=2)} {self.ago(minutes=5)} {bad}")
        r = self.report(*self.asked, "--store", self.store)
        m, zone = r["memory"], r["chain"][-1]
        self.assertEqual(r["root_cause"]["finding"], "ds-stale-only")
        self.assertEqual((m["history"], m["since"], m["since_or_before"]), (False, self.ago(hours=2), False))
        self.assertEqual([(g["tag"], g["last_seen"]) for g in m["gone"]], [(zone["ds"][0]["tag"], self.ago(hours=3))])
        signing = [k["tag"] for k in zone["keys"] if k["sep"]]
        self.assertEqual([(k["tag"], k["since"]) for k in m["keys"]], [(signing[0], self.ago(hours=2))])
        human = self.run_it("why", *self.asked, "--store", self.store).stdout
        self.assertRegex(human, r"(?m)^  gone +%d " % zone["ds"][0]["tag"])
        self.assertRegex(human, r"(?m)^  since    .* for 2h")
        self.assertLessEqual(len(human.splitlines()), 25)
        plain = self.run_it("why", *self.asked).stdout
        self.assertNotRegex(plain, r"(?m)^  (gone|since|history|habit) ")

    def test_a_verdict_that_is_new_and_one_as_old_as_memory(self):
        good, bad = self.seen("good", ZONE), self.seen("bad", ROLLED)
        self.serve(ROLLED)
        self.remember(f"history shop.lab. {self.ago(days=9)} {self.ago(minutes=5)} {good}")
        m = self.report(*self.asked, "--store", self.store)["memory"]
        self.assertIsNone(m["since"])
        self.assertEqual([g["last_seen"] for g in m["gone"]], [self.ago(minutes=5)])
        self.store = self.path("other.db")
        self.remember(f"history shop.lab. {self.ago(days=9)} {self.ago(minutes=5)} {bad}")
        m = self.report(*self.asked, "--store", self.store)["memory"]
        self.assertEqual((m["since"], m["since_or_before"], m["gone"], m["keys"]), (self.ago(days=9), True, [], []))

    def habit(self, every_days):
        tag = next(k["tag"] for k in self.report(*self.asked)["chain"][-1]["keys"] if not k["sep"])
        lines = []
        for k in range(5, -1, -1):      # the newest ends with what is served: 23 days from now
            inception = self.now - datetime.timedelta(days=7 + every_days * k) + datetime.timedelta(hours=1)
            lines.append(f"sig shop.lab. SOA {tag} 13 {moment(inception)} {moment(inception + datetime.timedelta(days=30))} {moment(inception)}")
        good = self.seen("good", ZONE)
        self.store = self.path(f"every{every_days}.db")
        self.remember(f"history shop.lab. {self.ago(days=40)} {self.ago(minutes=5)} {good}", *lines)
        return self.report(*self.asked, "--store", self.store)["memory"]["habits"]

    def test_a_signer_that_is_late_against_its_own_habit(self):
        self.serve(ZONE)
        late = self.habit(2)            # always signed anew 28 days before the end; 23 are left
        self.assertEqual([(h["rrset"], h["resigned_before_end_s"], h["stopped"]) for h in late], [("SOA", 28 * 86400, True)])
        self.assertAlmostEqual(late[0]["late_s"], 5 * 86400 - 3600, delta=120)
        human = self.run_it("why", *self.asked, "--store", self.store).stdout
        self.assertRegex(human, r"(?m)^  habit    SOA .*4d 2[23]h")
        in_time = self.habit(7)
        self.assertEqual([(h["resigned_before_end_s"], h["late_s"], h["stopped"]) for h in in_time], [(23 * 86400, 0, False)])
        self.assertNotIn("habit", self.run_it("why", *self.asked, "--store", self.store).stdout)

    def test_a_name_below_has_the_memory_of_its_zone(self):
        self.serve(ZONE)
        self.remember(f"history shop.lab. {self.ago(days=9)} {self.ago(minutes=5)} {self.seen('good', ZONE)}")
        below = ["www.shop.lab" if w.rstrip(".") == "shop.lab" else w for w in self.asked]
        self.assertEqual(self.report(*below, "--store", self.store)["memory"]["since"], self.ago(days=9))
        above = ["lab" if w.rstrip(".") == "shop.lab" else w for w in self.asked]
        self.assertIsNone(self.report(*above, "--store", self.store)["memory"])
        self.assertIsNone(self.report(*self.asked, "--store", self.store, "--at", "+1d")["memory"])


if __name__ == "__main__":
    unittest.main()
