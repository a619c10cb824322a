#!/usr/bin/env python3
"""dnsvigil incidents: what is wrong, for people and machines; acknowledged and muted.

usage: test_incidents.py DNSVIGIL MAKE_STORE"""
import contextlib
import json
import os
import sqlite3
import subprocess
import sys
import tempfile
import time
import unittest

PROGRAM, MAKE_STORE = (os.path.abspath(sys.argv.pop(1)) for _ in range(2))
ENV = {k: v for k, v in os.environ.items() if k not in ("DNSVIGIL_CONFIG", "NO_COLOR", "CLICOLOR_FORCE")} | {"LC_ALL": "C.UTF-8", "USER": "ann"}
ALERT = {"schema": "dnsvigil.alert/1", "kind": "opened", "dedup_key": "k", "word": "SERVFAIL", "severity": "critical"}
A, B, C = ("01J000000000000000000000" + end for end in ("AA", "AB", "BC"))


class Incidents(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.store = os.path.join(self.folder.name, "store.db")
        subprocess.run([MAKE_STORE, self.store], input="", text=True, check=True, timeout=60)

    def tearDown(self):
        self.folder.cleanup()

    def db(self, sql, *values):
        with contextlib.closing(sqlite3.connect(self.store, timeout=30)) as db, db:
            return db.execute(sql, values).fetchall()

    def put(self, name, state="open", text="The signatures have run out.", severity="critical"):
        now = int(time.time())
        self.db("INSERT INTO incident (id, dedup_key, finding, scope, word, severity, state, opened_at, changed_at, resolved_at, since, n_zones, text,"
                " doc, acked_by, reminders, flapping) VALUES (?, 'k', 'rrsig-expired', 'shop.lab.', 'servfail', ?, ?, ?, ?, ?, ?, 3, ?, ?, '', 0, 0)",
                name, severity, state, now - 3600, now, None if state == "open" else now, now - 7200, text, json.dumps(ALERT))

    def run_it(self, *words, **more):
        return subprocess.run([PROGRAM, "incidents", *words, "--store", self.store], capture_output=True, text=True, timeout=60, env=ENV | more,
                              stdin=subprocess.DEVNULL, check=False)

    def done(self, *words):
        p = self.run_it(*words)
        self.assertEqual((p.returncode, p.stderr), (0, ""), p)
        return p.stdout

    def fails(self, part, *words, code=64):
        p = self.run_it(*words)
        self.assertEqual((p.returncode, p.stdout, p.stderr.count("\n")), (code, "", 1), p)
        self.assertIn(part, p.stderr)

    def test_lines_for_people(self):
        self.put(A, text="Long words of a finding, " * 12)
        self.put(B, state="resolved")
        self.put(C, severity="warning")
        for more in ({}, {"NO_COLOR": "1"}, {"LC_ALL": "C"}):
            p = self.run_it(**more)
            self.assertEqual(p.returncode, 1)
            self.assertNotIn("\x1b", p.stdout)
            self.assertTrue(all(len(line) <= 80 for line in p.stdout.splitlines()), p.stdout)
        self.assertTrue(p.stdout.isascii())
        heads = [line.split()[:3] for line in p.stdout.splitlines() if not line.startswith("    ")]
        self.assertEqual(heads, [["!", "warning", C], ["OK", "resolved", B], ["X", "critical", A]])
        self.assertIn("3 zones", p.stdout)

    def test_exit_codes(self):
        self.assertEqual(self.done(), "no incident\n")
        self.put(A, state="resolved")
        self.done()
        self.put(B)
        self.assertEqual(self.run_it("list").returncode, 1)
        self.assertEqual(self.run_it("list", "resolved").returncode, 0)
        self.assertEqual(self.run_it("-q").stdout, "")
        self.fails("open or resolved", "list", "new")
        self.fails("json only", "-o", "short")
        self.fails("did you mean list", "lisst")

    def test_texts_of_others_are_shown_harmless(self):
        self.put(A, text="a\x1b[31mred\x07\u202e")
        out = self.run_it().stdout
        self.assertFalse(set(out) & {"\x1b", "\x07", "\u202e"}, out)

    def test_json(self):
        self.put(A)
        p = self.run_it("-o", "json")
        one, = json.loads(p.stdout)
        self.assertEqual((p.returncode, one["id"], one["state"], one["zones"], one["acked_by"]), (1, A, "open", 3, ""))

    def test_ack(self):
        self.put(A)
        self.put(B)
        self.db("INSERT INTO outbox (incident, channel, kind, dedup_key, alert, tries, state, last_error, remote_ref)"
                " VALUES (?, 'pager', 'opened', 'k', '{}', 0, 'sent', '', '')", A)
        self.fails("begins with 01J", "ack", "01J")             # more than one
        self.fails("begins with zz", "ack", A, "zz")
        self.assertEqual(self.db("SELECT count(*) FROM incident WHERE acked_at IS NOT NULL"), [(0,)])        # none, where one is not known
        self.assertEqual(self.done("ack", A.lower(), B), f"acknowledged: {A}\nacknowledged: {B}\n")
        self.assertEqual(self.db("SELECT acked_by FROM incident WHERE id = ?", A), [("ann",)])
        self.assertEqual(self.db("SELECT incident, channel, kind FROM outbox WHERE state = 'waiting'"), [(A, "pager", "acknowledged")])
        self.assertEqual(json.loads(self.done("ack", A, "--owner", "bea", "-o", "json")), {"done": "acknowledged", "what": A})
        self.assertIn("acknowledged by bea", self.run_it().stdout)
        self.fails("which", "ack")

    def test_mute_an_incident(self):
        self.put(A)
        self.assertRegex(self.done("mute", A, "2h"), rf"^muted until 20\d\d-.*: {A}\n$")
        self.assertIn("muted until", self.run_it().stdout)
        self.assertEqual(self.done("unmute", A), f"no longer muted: {A}\n")
        self.assertNotIn("muted until", self.run_it().stdout)
        self.assertEqual([kind for kind, in self.db("SELECT kind FROM event ORDER BY id")], ["incident-muted", "incident-unmuted"])
        for words in (("mute", A), ("mute", A, "soon"), ("mute", A, "0s"), ("mute",)):
            self.fails("TIME", *words)

    def test_mute_zones_and_tags(self):
        self.assertEqual(self.done("mutes"), "nothing is muted by name or tag\n")
        for what, kept in (("Shop.LAB.", "shop.lab"), ("*.B\u00fccher.example", "*.xn--bcher-kva.example"), ("tag:prod", "tag:prod")):
            self.assertTrue(self.done("mute", what, "7d").endswith(f": {kept}\n"))
        self.assertEqual([line.split()[0] for line in self.done("mutes").splitlines()], ["shop.lab", "*.xn--bcher-kva.example", "tag:prod"])
        self.assertEqual([m["pattern"] for m in json.loads(self.done("mutes", "-o", "json"))], ["shop.lab", "*.xn--bcher-kva.example", "tag:prod"])
        self.done("unmute", "SHOP.lab")
        self.done("unmute", "tag:prod")
        self.assertEqual([line.split()[0] for line in self.done("mutes").splitlines()], ["*.xn--bcher-kva.example"])
        self.fails("is not muted", "unmute", "tag:prod")
        self.fails("no name", "mute", "a..b", "2h")
        self.fails("what is more", "mutes", "more")

    def test_a_store_that_is_none(self):
        os.unlink(self.store)
        self.fails("No such file", code=3)
        self.fails("No such file", "ack", A, code=3)
        self.assertFalse(os.path.exists(self.store))

    def test_no_secret_is_needed(self):
        path = os.path.join(self.folder.name, "c.yaml")
        with open(path, "w", encoding="utf-8") as f:
            f.write(f"store: {self.store}\nzones: [shop.lab]\nchannels: [{{kind: slack, url_file: /root/not/ours}}]\n")
        p = subprocess.run([PROGRAM, "incidents", "-c", path], capture_output=True, text=True, timeout=60, env=ENV, check=False)
        self.assertEqual((p.returncode, p.stdout), (0, "no incident\n"), p)


if __name__ == "__main__":
    unittest.main()
