#!/usr/bin/env python3
"""What is shipped beside the program: alert rules, dashboard and scrape example speak only of metrics that a live server has; the
unit is as closed as it can be. usage: test_packaging.py SERVE_FOR_TEST SOURCE_ROOT"""
import json
import os
import re
import shutil
import subprocess
import sys
import unittest

import yaml

from served import Served

PROGRAM, PACKAGING = os.path.abspath(sys.argv[1]), os.path.join(os.path.abspath(sys.argv[2]), "packaging")
RULES = os.path.join(PACKAGING, "prometheus", "dnsvigil.rules.yml")
# Label names and words of PromQL that look like metrics are none: ours all have the prefix, but for what Prometheus makes itself.
METRIC = re.compile(r"\b(?:dnsvigil|probe)_[a-z0-9_]+")
EXPOSURE_MAX = 1.5


def run(*argv):
    r = subprocess.run(argv, capture_output=True, text=True, check=False)
    return r.returncode, r.stdout + r.stderr


def expressions(node):
    if isinstance(node, dict):
        for key, value in node.items():
            if key in ("expr", "query") and isinstance(value, str):
                yield value
            else:
                yield from expressions(value)
    elif isinstance(node, list):
        for value in node:
            yield from expressions(value)


class Packaging(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        s = Served(PROGRAM)
        text = s.ask("GET", "/metrics")[2].decode()
        labels = {}
        for name, inside in re.findall(r"^([a-z_]+)(?:\{(.*)\})? ", text, re.M):
            labels.setdefault(name, set()).update(re.findall(r'([a-z_]+)="', inside))
        cls.labels = labels
        s.stop()

    def speaks_of_what_exists(self, every):
        self.assertTrue(every)
        for e in every:
            names = METRIC.findall(e)
            for name in names:
                self.assertIn(name, self.labels, e)
            known = {"instance", "job", "__name__"}.union(*(self.labels[n] for n in names)) if names else {"instance", "job"}
            for label in re.findall(r'([a-z_]+)\s*(?:=~|!~|!=|=)\s*"', e) + [w.strip() for g in re.findall(r"\bby \(([^)]*)\)", e) for w in g.split(",")]:
                self.assertIn(label, known, e)

    def test_rules(self):
        code, said = run("promtool", "check", "rules", RULES)
        self.assertEqual(code, 0, said)
        with open(RULES, encoding="utf-8") as f:
            rules = yaml.safe_load(f)
        self.speaks_of_what_exists(list(expressions(rules)))

    def test_rules_fire_and_stay_silent(self):
        code, said = run("promtool", "test", "rules", RULES.replace(".yml", ".test.yml"))
        self.assertEqual(code, 0, said)

    def test_every_rule_is_tested(self):
        with open(RULES, encoding="utf-8") as f:
            names = {r["alert"] for g in yaml.safe_load(f)["groups"] for r in g["rules"]}
        with open(RULES.replace(".yml", ".test.yml"), encoding="utf-8") as f:
            text = f.read()
        self.assertEqual({n for n in names if not re.search(rf"\b{n}\b", text)}, set())

    def test_scrape_example(self):
        code, said = run("promtool", "check", "config", "--syntax-only", os.path.join(PACKAGING, "prometheus", "scrape.example.yml"))
        self.assertEqual(code, 0, said)

    def test_dashboard(self):
        with open(os.path.join(PACKAGING, "grafana", "dnsvigil.json"), encoding="utf-8") as f:
            board = json.load(f)
        self.speaks_of_what_exists(list(expressions(board["panels"])) + [v["query"] for v in board["templating"]["list"] if v["type"] == "query"])
        ids = [p["id"] for p in board["panels"]]
        self.assertEqual(len(ids), len(set(ids)))
        taken = set()
        for p in board["panels"]:
            g = p["gridPos"]
            cells = {(x, y) for x in range(g["x"], g["x"] + g["w"]) for y in range(g["y"], g["y"] + g["h"])}
            self.assertFalse(cells & taken, p["title"])
            self.assertLessEqual(g["x"] + g["w"], 24)
            taken |= cells

    @unittest.skipUnless(shutil.which("systemd-analyze"), "no systemd-analyze")
    def test_unit(self):
        unit = os.path.join(PACKAGING, "dnsvigil.service")
        _, said = run("systemd-analyze", "security", "--offline=true", "--no-pager", unit)
        exposure = re.search(r"Overall exposure level for dnsvigil.service: ([0-9.]+)", said)
        self.assertIsNotNone(exposure, said)
        self.assertLessEqual(float(exposure.group(1)), EXPOSURE_MAX, said)
        with open(unit, encoding="utf-8") as f:
            text = f.read()
        for line in ("Type=notify", "ExecReload=/bin/kill -HUP $MAINPID", "StateDirectory=dnsvigil", "CapabilityBoundingSet=", "User=dnsvigil"):
            self.assertIn("\n" + line + "\n", text)
        self.assertRegex(text, r"\nWatchdogSec=\d+\n")

    @unittest.skipUnless(shutil.which("systemd-sysusers"), "no systemd-sysusers")
    def test_user(self):
        code, said = run("systemd-sysusers", "--dry-run", os.path.join(PACKAGING, "dnsvigil.sysusers"))
        self.assertEqual(code, 0, said)
        self.assertIn("dnsvigil", said)


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1])
