#!/usr/bin/env python3
"""dnsvigil(1) names every verb, every second word and every option there is; dnsvigil-findings(7) every finding.

usage: test_manual.py DNSVIGIL SOURCE_ROOT"""
import glob
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


class Findings(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.page = subprocess.run([sys.executable, os.path.join(ROOT, "tools", "findings_page.py"), PROGRAM], capture_output=True, text=True,
                                  timeout=60, check=True).stdout

    def test_every_finding_has_its_section(self):
        ids = []
        for path in glob.glob(os.path.join(ROOT, "src", "judge", "*.def")):
            with open(path, encoding="utf-8") as f:
                ids += re.findall(r'(?m)^FINDING\(\w+, "([a-z0-9-]+)"', f.read())
        self.assertGreater(len(ids), 200)
        self.assertEqual(sorted(re.findall(r"(?m)^## (\S+)$", self.page)), sorted(ids))

    def test_sections_say_what_explain_says(self):
        def words(text):
            return re.sub(r"[\\*\s]|^\d+ ", "", text)
        section = self.page.split("## rrsig-expired\n")[1].split("\n## ")[0]
        explained = said("explain", "rrsig-expired", "--ascii")
        self.assertIn("RFC 4035", section)
        for label in ("Meaning", "Fix", "Avoid", "See", "Practise"):
            self.assertIn(f"*{label}*", section)
        meaning = re.search(r"\*Meaning\*: (.*)", section).group(1)
        self.assertIn(words(meaning), words(explained))

    @unittest.skipUnless(shutil.which("scdoc"), "no scdoc")
    def test_it_is_a_page(self):
        page = subprocess.run(["scdoc"], input=self.page, capture_output=True, text=True, timeout=60, check=True).stdout
        self.assertIn("\n.SS rrsig-expired\n", page)


if __name__ == "__main__":
    unittest.main()
