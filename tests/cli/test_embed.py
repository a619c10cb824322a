#!/usr/bin/env python3
"""What is compiled in is what stands in the files: worlds octet for octet, root hints and keys as Debian has them."""
import os
import re
import subprocess
import sys
import tempfile
import unittest

ROOT = os.path.abspath(sys.argv.pop(1))
EMBED = os.path.join(ROOT, "src", "cli", "embed_worlds.py")


def c_value(literal):
    """The octets of adjacent C string literals."""
    out = bytearray()
    for part in re.findall(r'"((?:\\.|[^"\\])*)"', literal, re.S):
        for m in re.finditer(r'\\([0-7]{3})|\\(.)|(.)', part, re.S):
            octal, escaped, plain = m.groups()
            if octal:
                out.append(int(octal, 8))
            elif escaped:
                out += {"n": b"\n"}.get(escaped, escaped.encode())
            else:
                out += plain.encode()
    return bytes(out)


class Embed(unittest.TestCase):
    def embed(self, worlds):
        with tempfile.TemporaryDirectory() as d:
            for path, data in worlds.items():
                os.makedirs(os.path.join(d, "w", os.path.dirname(path)), exist_ok=True)
                with open(os.path.join(d, "w", path), "wb") as f:
                    f.write(data)
            os.makedirs(os.path.join(d, "w"), exist_ok=True)
            out = os.path.join(d, "out.c")
            run = subprocess.run([EMBED, os.path.join(d, "w"), out], capture_output=True, text=True)
            return run, open(out, encoding="ascii").read() if os.path.exists(out) else None

    def test_octet_for_octet(self):
        data = 'title "quoted" \\ back ?? ä\n'.encode() + b"\x00\x7f\xff tail 123" + b"x" * 500
        run, text = self.embed({"a/one.world": data, "two.world": b"", "b/ignored.txt": b"no"})
        self.assertEqual(run.returncode, 0, run.stderr)
        rows = re.findall(r'\{ "([\w-]+)",\n(.*?), (\d+) \},\n', text, re.S)
        self.assertEqual([r[0] for r in rows], ["one", "two"])
        self.assertEqual(c_value(rows[0][1]), data)
        self.assertEqual(int(rows[0][2]), len(data))
        self.assertIn("n_embedded_worlds = 2;", text)

    def test_same_name_twice(self):
        run, _ = self.embed({"a/one.world": b"1", "b/one.world": b"2"})
        self.assertNotEqual(run.returncode, 0)
        self.assertIn("second world of this name", run.stderr)

    def test_none(self):
        run, text = self.embed({})
        self.assertEqual(run.returncode, 0, run.stderr)
        self.assertIn("n_embedded_worlds = 0;", text)


class Roots(unittest.TestCase):
    def setUp(self):
        text = open(os.path.join(ROOT, "src", "cli", "roots.c"), encoding="ascii").read()
        hints, anchors = text.split("roots_anchors")
        self.hints, self.anchors = c_value(hints.split("roots_hints")[1]).decode(), c_value(anchors).decode()

    @unittest.skipUnless(os.path.exists("/usr/share/dns/root.hints"), "no dns-root-data here")
    def test_hints_are_those_of_iana(self):
        def records(text):
            rows = (line.split(";")[0].split() for line in text.lower().splitlines())
            return {(r[0], r[2], r[3]) for r in rows if len(r) == 4}
        self.assertEqual(records(self.hints), records(open("/usr/share/dns/root.hints").read()))

    @unittest.skipUnless(os.path.exists("/usr/share/dns/root.ds"), "no dns-root-data here")
    def test_anchors_are_those_of_iana(self):
        theirs = [line.split() for line in open("/usr/share/dns/root.ds") if line.strip()]
        self.assertEqual([line.split() for line in self.anchors.splitlines()], theirs)
        self.assertEqual({r[3] for r in theirs}, {"20326", "38696"})


if __name__ == "__main__":
    unittest.main()
