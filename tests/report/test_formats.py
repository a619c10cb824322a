#!/usr/bin/env python3
"""Every format of the report, over many worlds: JSON against its schema, the screen within 25 lines of 80 columns, nothing
of the network gets to the terminal unescaped. Ids and fields are asserted, not sentences."""
import json
import os
import re
import subprocess
import sys
import tempfile
import unicodedata
import unittest

import jsonschema

PROGRAM, ROOT = os.path.abspath(sys.argv.pop(1)), os.path.abspath(sys.argv.pop(1))
SCHEMA = json.load(open(os.path.join(ROOT, "docs", "report.schema.json"), encoding="utf-8"))
VALIDATOR = jsonschema.Draft202012Validator(SCHEMA)
EVERY = 7       # of the embedded worlds, each EVERYth is shown; all are judged elsewhere
BASE = """zone shop.lab. ecdsa servers ns1=192.0.2.11 ns2=192.0.2.12
record www.shop.lab. 300 A 198.51.100.7
"""
WORLDS = {
    "healthy": BASE + "ask www.shop.lab. A\n",
    "insecure": BASE.replace("ecdsa", "unsigned") + "ask www.shop.lab. A\n",
    "no-anchor": BASE + "anchor none\nask www.shop.lab. A\n",
    "nxdomain": BASE + "ask no.shop.lab. A\n",
    "expired": BASE + "break shop.lab. rrsig expired since=-3d\nask www.shop.lab. A\n",
    "expired-one": BASE + "break shop.lab. rrsig expired name=www.shop.lab. type=A\nask www.shop.lab. A\n",
    "ds": BASE + "break shop.lab. ds stale\nask www.shop.lab. A\n",
    "lame": BASE + "server 192.0.2.12 refused\nask www.shop.lab. A\n",
    "dead": BASE + "server 192.0.2.11 silent\nserver 192.0.2.12 silent\nask www.shop.lab. A\n",
    "soon": BASE.replace("ecdsa ", "ecdsa inception=-29d expiration=+1d ") + "ask www.shop.lab. A\n",
    "alias": BASE + "zone cdn.lab. servers ns1=192.0.2.31\nrecord go.shop.lab. 60 CNAME x.cdn.lab.\n"
             "record x.cdn.lab. 60 A 192.0.2.99\nask go.shop.lab. A\n",
    "resolvers": BASE + "break shop.lab. rrsig expired since=-3d\nresolver 192.0.2.53 servfail ede=7 ede-text=\"signature expired\"\n"
                 "resolver 192.0.2.54 good\nresolver 192.0.2.55 silent\nask www.shop.lab. A\n",
    "many-servers": "zone shop.lab. ecdsa servers " + " ".join(f"ns{i}=192.0.2.{i}" for i in range(10, 24)) +
                    "\nserver 192.0.2.12 refused\nrecord www.shop.lab. 300 A 198.51.100.7\nask www.shop.lab. A\n",
    "deep": "".join(f"zone {'.'.join('l%d' % k for k in range(i, 0, -1))}.lab. servers ns1=192.0.2.{i + 10}\n" for i in range(1, 13)) +
            "record " + ".".join("l%d" % k for k in range(12, 0, -1)) + ".lab. 60 A 192.0.2.1\nask " +
            ".".join("l%d" % k for k in range(12, 0, -1)) + ".lab. A\n",
}
HOSTILE_TEXT = "\033[31m\033]0;owned\007\u202eevil\u200b\u009b1m\r\n\t" + "x" * 300
LONG = "a" * 60
LONG_ZONE = f"{LONG}.{LONG}.lab."
HOSTILE = {
    "ede": BASE + f'resolver 192.0.2.53 servfail ede=7 ede-text="{HOSTILE_TEXT.replace(chr(10), " ")}"\n'
           "break shop.lab. rrsig expired\nask www.shop.lab. A\n",
    "nsid": BASE + "server 192.0.2.11 nsid=\033[31mred\nask www.shop.lab. A\n",
    "txt": BASE + 'record www.shop.lab. 60 TXT "\\027[31mred\\007"\nask www.shop.lab. TXT\n',
    "name": BASE + "record \\027\\091m\\007.shop.lab. 60 A 192.0.2.9\nask \\027\\091m\\007.shop.lab. A\n",
    "name-shell": BASE + "server 192.0.2.12 refused\nask $\\(reboot\\)\\;.shop.lab. A\n",
    "name-long": f"zone {LONG_ZONE} ecdsa servers ns1=192.0.2.11 ns2.{LONG}.{LONG}.{LONG_ZONE}=2001:db8:1234:5678:9abc:def0:1234:5678\n"
                 f"record {LONG}.{LONG_ZONE} 60 A 192.0.2.9\nbreak {LONG_ZONE} rrsig expired\nserver 192.0.2.11 refused\n"
                 f"ask {LONG}.{LONG_ZONE} A\n",
}


def columns(line):
    return sum(0 if unicodedata.combining(c) else 2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in line)


def objects(text):
    decoder, at = json.JSONDecoder(), 0
    while at < len(text.rstrip()):
        value, at = decoder.raw_decode(text, at)
        yield value
        at += len(text[at:]) - len(text[at:].lstrip())


class Formats(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.dir = tempfile.TemporaryDirectory()
        cls.embedded = [line.split()[0] for line in
                        subprocess.run([PROGRAM, "lab", "list"], capture_output=True, text=True).stdout.splitlines()]

    @classmethod
    def tearDownClass(cls):
        cls.dir.cleanup()

    def world(self, name, text, *args, locale="C.UTF-8"):
        path = os.path.join(self.dir.name, name + ".world")
        with open(path, "w", encoding="utf-8") as f:
            f.write(text)
        return self.output(["lab", "try", path, *args], locale)

    def output(self, argv, locale="C.UTF-8"):
        r = subprocess.run([PROGRAM, *argv], capture_output=True, timeout=120, env={**os.environ, "LC_ALL": locale, "NO_COLOR": "1"})
        self.assertIn(r.returncode, (0, 1, 2, 3), (argv, r.stderr.decode()))
        self.assertEqual(r.stderr, b"", argv)
        return r.stdout.decode("utf-8", "strict"), r.returncode

    def assert_screen(self, text, lines=25):
        screens = re.split(r"(?m)^\$ dnsvigil why .*\n", text)
        self.assertGreater(len(screens), 1)
        for screen in screens[1:]:
            rows = screen.rstrip("\n").split("\n")
            self.assertLessEqual(len(rows), lines, screen)
            for row in rows:
                self.assertLessEqual(columns(row), 80, row)
                self.assertFalse([c for c in row if unicodedata.category(c) in ("Cc", "Cf", "Zl", "Zp")], repr(row))

    def assert_json(self, text, exit_code):
        reports = list(objects(text))
        self.assertTrue(reports)
        for r in reports:
            errors = sorted(VALIDATOR.iter_errors(r), key=str)
            self.assertFalse(errors, errors[:1])
            roots = [f for f in r["findings"] if f["role"] == "root"]
            self.assertEqual(bool(roots), r["root_cause"] is not None)
            if roots:
                self.assertEqual(roots[0]["id"], r["root_cause"]["finding"])
            self.assertEqual({"ok": 0, "at-risk": 1, "degraded": 1, "servfail": 2, "unknown": 3}[r["verdict"]], r["exit"])
        self.assertEqual(max(r["exit"] for r in reports), exit_code)
        return reports

    def test_schema_is_strict_where_it_matters(self):
        text, _ = self.world("healthy", WORLDS["healthy"], "-o", "json")
        report = json.loads(text)
        for key in SCHEMA["required"]:
            broken = {k: v for k, v in report.items() if k != key}
            self.assertFalse(VALIDATOR.is_valid(broken), key)
        self.assertFalse(VALIDATOR.is_valid({**report, "verdict": "fine"}))
        self.assertTrue(VALIDATOR.is_valid({**report, "something_new": 1}))

    def test_json(self):
        for name, text in {**WORLDS, **HOSTILE}.items():
            with self.subTest(name):
                out, code = self.world(name, text, "-o", "json")
                self.assert_json(out, code)

    def test_screen(self):
        for name, text in {**WORLDS, **HOSTILE}.items():
            with self.subTest(name):
                self.assert_screen(self.world(name, text)[0])
                self.assertTrue(self.world(name, text, "--ascii")[0].isascii())
                self.assert_screen(self.world(name, text, "-v")[0], lines=1000)

    def test_trace_and_others_are_clean(self):
        for name, text in {**WORLDS, **HOSTILE}.items():
            for fmt in ("short", "nagios"):
                with self.subTest(name=name, fmt=fmt):
                    out, _ = self.world(name, text, "-o", fmt)
                    self.assertFalse([c for c in out if unicodedata.category(c) in ("Cc", "Cf") and c != "\n"], repr(out))

    def test_embedded_worlds(self):
        for name in self.embedded[::EVERY]:
            with self.subTest(name):
                out, code = self.output(["lab", "try", name, "-o", "json"])
                self.assert_json(out, code)
                self.assert_screen(self.output(["lab", "try", name])[0])

    def test_short_has_four_fields(self):
        for name, text in {**WORLDS, **HOSTILE}.items():
            with self.subTest(name):
                out, _ = self.world(name, text, "-o", "short")
                self.assertEqual(out.count("\n"), 1)
                verdict, finding, zone, when = out.rstrip("\n").split(" ")
                self.assertIn(verdict, ("ok", "at-risk", "degraded", "servfail", "unknown"))
                self.assertRegex(finding, r"^(-|[a-z0-9-]+)$")
                self.assertTrue(zone.endswith("."))
                self.assertRegex(when, r"^(-|\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ)$")
        self.assertRegex(self.world("expired", WORLDS["expired"], "-o", "short")[0],
                         r"^servfail rrsig-expired shop\.lab\. 2026-02-26T12:00:00Z\n$")

    def test_nagios(self):
        states = {0: "OK", 1: "WARNING", 2: "CRITICAL", 3: "UNKNOWN"}
        for name, text in {**WORLDS, **HOSTILE}.items():
            with self.subTest(name):
                out, code = self.world(name, text, "-o", "nagios")
                first = out.split("\n")[0]
                self.assertTrue(first.startswith(f"DNS {states[code]} - "), first)
                self.assertEqual(first.count("|"), 1)
                for item in first.split("| ")[1].split(" "):
                    self.assertRegex(item, r"^\w+=-?\d+(s|ms)?(;\d*:?){0,2}(;\d*){0,2}$")
        self.assertIn("breaks_in=-259200s;", self.world("expired", WORLDS["expired"], "-o", "nagios")[0])

    def test_fields_of_the_issue(self):
        report = self.assert_json(*self.world("resolvers", WORLDS["resolvers"], "-o", "json"))[0]
        self.assertEqual((report["verdict"], report["security"], report["root_cause"]["finding"]), ("servfail", "bogus", "rrsig-expired"))
        self.assertEqual(report["root_cause"]["zone"], "shop.lab.")
        self.assertTrue(report["root_cause"]["fix"])
        self.assertEqual([c["zone"] for c in report["chain"]], [".", "lab.", "shop.lab."])
        self.assertEqual([c["status"] for c in report["chain"]][:2], ["secure", "secure"])
        self.assertEqual({s["addr"] for s in report["servers"] if s["zone"] == "shop.lab."}, {"192.0.2.11", "192.0.2.12"})
        bad, good, silent = report["resolvers"]
        self.assertEqual((bad["rcode"], bad["cd_rcode"], bad["ede"][0]["code"]), ("SERVFAIL", "NOERROR", 7))
        self.assertEqual(good["rcode"], "NOERROR")
        self.assertEqual((silent["rcode"], silent["outcome"]), (None, "silent"))
        self.assertGreater(report["cost"]["queries"], 10)
        self.assertGreater(report["cost"]["verifies"], 2)

    def test_breaks_at(self):
        report = json.loads(self.world("soon", WORLDS["soon"], "-o", "json")[0])
        self.assertEqual(report["verdict"], "at-risk")
        self.assertEqual(report["breaks_at"][:10], "2026-03-02")

    def test_no_command_with_an_odd_name(self):
        for name in ("name", "name-shell"):
            for args in ([], ["-v"]):
                out = self.world(name, HOSTILE[name], *args)[0].split("\n", 1)[1]
                for line in out.splitlines():
                    if re.search(r"\b(dig|rndc|knotc|dnsvigil (why|wait)) ", line):
                        self.assertNotIn("reboot", line)
                        self.assertNotIn("\\", line)


if __name__ == "__main__":
    unittest.main()
