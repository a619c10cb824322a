#!/usr/bin/env python3
"""dnsvigil diff: what changed between two evidence files, for people and for programs."""
import json
import os
import subprocess
import sys
import tempfile
import unittest

import jsonschema

PROGRAM, ROOT = os.path.abspath(sys.argv[1]), sys.argv[2]
del sys.argv[1:3]
SCHEMA = json.load(open(os.path.join(ROOT, "docs", "diff.schema.json"), encoding="utf-8"))
ZONE = """zone shop.lab. ecdsa servers ns1=192.0.2.11 ns2=192.0.2.12
record www.shop.lab. 300 A 198.51.100.7
ask www.shop.lab. A
"""
NEXT_DAY = "clock 2026-03-02T12:00:00Z\n" + ZONE


def run(*args, stdin=None):
    return subprocess.run([PROGRAM, *args], capture_output=True, timeout=60, input=stdin, env={**os.environ, "LC_ALL": "C.UTF-8"})


class Diff(unittest.TestCase):
    def setUp(self):
        self.dir = tempfile.TemporaryDirectory()
        self.addCleanup(self.dir.cleanup)
        self.n = 0

    def saved(self, world):
        self.n += 1
        path = os.path.join(self.dir.name, str(self.n))
        with open(path + ".world", "w", encoding="utf-8") as f:
            f.write(world)
        run("lab", "try", path + ".world", "--save", path)
        self.assertTrue(os.path.exists(path), world)
        return path

    def ids(self, before, after, code):
        a, b = self.saved(before), self.saved(after)
        r = run("diff", a, b, "-o", "json")
        self.assertEqual((r.returncode, r.stderr), (code, b""))
        value = json.loads(r.stdout)
        jsonschema.Draft202012Validator(SCHEMA).validate(value)
        human = run("diff", a, b)
        self.assertEqual(human.returncode, code)
        self.assertEqual(human.stdout.count(b"\n+ "), len(value["added"]))
        self.assertEqual(human.stdout.count(b"\n- "), len(value["removed"]))
        self.assertFalse([c for c in human.stdout if c < 32 and c != 10])
        self.assertEqual(run("diff", a, b, "-q").stdout, b"")
        return [c["id"] for c in value["changes"]], value

    def test_the_same(self):
        ids, value = self.ids(ZONE, ZONE, 0)
        self.assertEqual((ids, value["added"], value["removed"]), ([], [], []))

    def test_signed_anew_is_no_drift(self):
        ids, value = self.ids(ZONE, NEXT_DAY, 0)
        self.assertEqual(ids, [])
        self.assertEqual({v["what"] for v in value["added"]}, {"signatures"})

    def test_ds_that_vanished(self):
        ids, value = self.ids(ZONE, NEXT_DAY + "break shop.lab. ds remove\n", 2)
        self.assertEqual(ids[0], "ds-vanished")
        self.assertIn({"what": "DS", "value": "none", "where": None}, value["added"])

    def test_one_server(self):
        ids, value = self.ids(ZONE, ZONE + "change shop.lab. dnskey extra=1 at=ns2\n", 0)
        self.assertEqual(ids, ["key-added"])
        self.assertEqual([v["where"] for v in value["added"] if v["what"] == "DNSKEY"], ["192.0.2.12"])

    def test_warning(self):
        self.assertEqual(self.ids(ZONE, ZONE + "change shop.lab. ttl=7200 type=DNSKEY\n", 1)[0][0], "ttl-dnskey")

    def test_hostile_names(self):
        ids, _ = self.ids(ZONE, ZONE + "change shop.lab. set \"shop.lab. 300 NS a\\\\027b.example.\"\n", 2)
        self.assertIn("ns-child", ids)

    def refused(self, *args, says):
        r = run("diff", *args)
        self.assertEqual((r.returncode, r.stdout), (64, b""))
        self.assertEqual(r.stderr.count(b"\n"), 1)
        self.assertIn(says, r.stderr.decode())

    def test_refused(self):
        a = self.saved(ZONE)
        self.refused(says="which two files")
        self.refused(a, says="which two files")
        self.refused(a, a, a, says="which two files")
        self.refused(a, "/nonexistent/file", says="No such file")
        self.refused(a, a, "-o", "nagios", says="human or json")
        self.refused(a, self.saved(ZONE.replace("shop.lab", "other.lab")), says="two zones")
        with open(a, "rb") as f:
            data = f.read()
        with open(a, "wb") as f:
            f.write(data[:-10])
        self.refused(a, a, says=a)


if __name__ == "__main__":
    unittest.main()
