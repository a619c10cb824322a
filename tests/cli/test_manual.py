#!/usr/bin/env python3
"""dnsvigil(1) names every verb, every second word and every option there is.

usage: test_manual.py DNSVIGIL SOURCE_ROOT"""
import os
import re
import shutil
import subprocess
import sys
import unittest

PROGRAM, ROOT = (os.path.abspath(sys.argv.pop(1)) for _ in range(2))
with open(os.path.join(ROOT, "docs", "dnsvigil.1.scd"), encoding="utf-8") as f:
    PAGE = f.read()


def said(*words):
    return subprocess.run([PROGRAM, *words], capture_output=True, text=True, timeout=60, check=True).stdout


class Manual(unittest.TestCase):
    def test_verbs(self):
        verbs = re.findall(r"(?m)^  ([a-z]+) ", said("--help").split("options:")[0])
        self.assertIn("doctor", verbs)
        commands = PAGE.split("# COMMANDS")[1].split("# OPTIONS")[0]
        self.assertEqual([v for v in verbs if not re.search(rf"(?m)^\*{v}\*", commands)], [])

    def test_second_words(self):
        pairs = re.findall(r"(?m)^\t\t([a-z]+)\) COMPREPLY=\(\$\(compgen -W '([a-z ]+)' -- \"\$cur\"\)\); return;;", said("completion", "bash"))
        self.assertIn("zones", dict(pairs))
        missing = [(verb, word) for verb, words in pairs for word in words.split() if not re.search(rf"\*{verb}\*[^\n]*\*{word}\*", PAGE)]
        self.assertEqual(missing, [])

    def test_options(self):
        options = re.findall(r"(?m)^  (?:-\w, |    )(--[a-z-]+)", said("--help"))
        self.assertIn("--send", options)
        self.assertEqual([o for o in options if f"*{o}*" not in PAGE and o not in ("--help", "--version", "--quiet", "--verbose")], [])

    @unittest.skipUnless(shutil.which("scdoc"), "no scdoc")
    def test_it_is_a_page(self):
        page = subprocess.run(["scdoc"], input=PAGE, capture_output=True, text=True, timeout=60, check=True).stdout
        self.assertIn(".SH", page)


if __name__ == "__main__":
    unittest.main()
