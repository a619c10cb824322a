#!/usr/bin/env python3
"""config and zones at the command line: exit codes, where faults are told, what is changed and what is only shown.

usage: test_zones.py DNSVIGIL SOURCE_ROOT"""
import json
import os
import subprocess
import sys
import tempfile
import unittest

PROGRAM, ROOT = sys.argv.pop(1), sys.argv.pop(1)


class Case(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.addCleanup(self.folder.cleanup)
        self.file("hook", "https://hooks.slack.com/services/geheim\n")
        self.config = self.file("c.yaml", "zones: [a.example, {name: b.example, tags: [prod]}]\nstore: s.db\n"
                                          "channels: [{kind: slack, url_file: hook}]\n")

    def path(self, name):
        return os.path.join(self.folder.name, name)

    def file(self, name, text):
        with open(self.path(name), "w", encoding="utf-8") as f:
            f.write(text)
        return self.path(name)

    def run_it(self, *words, config=None, **env):
        p = subprocess.run([PROGRAM, *words, "-c", config or self.config], capture_output=True, text=True, timeout=60,
                           env={**os.environ, **env}, check=False)
        self.assertNotIn("geheim", p.stdout + p.stderr)
        return p

    def signs(self, *words):
        p = self.run_it("zones", *words)
        self.assertEqual(p.returncode, 0, p.stderr)
        return [line[:1] + line.split()[1] for line in p.stdout.splitlines() if line[:1] in "+-~=!"]

    def listed(self):
        return [z["zone"] for z in json.loads(self.run_it("zones", "list", "-o", "json").stdout)["zones"]]


class Config(Case):
    def test_every_fault_with_its_place(self):
        bad = self.file("bad.yaml", "zones: [a..b]\nintervall: 5m\n")
        p = self.run_it("config", "check", config=bad)
        self.assertEqual((p.returncode, p.stdout), (64, ""))
        self.assertEqual([line.split(" ")[0] for line in p.stderr.splitlines()], [f"{bad}:1:9:", f"{bad}:2:1:"])

    def test_a_right_one(self):
        p = self.run_it("config", "check")
        self.assertEqual((p.returncode, p.stderr), (0, ""))
        self.assertIn("2 zones", p.stdout)

    def test_the_variable_names_it_and_the_option_wins(self):
        bad = self.file("bad.yaml", "x: 1\n")
        p = subprocess.run([PROGRAM, "config", "check"], capture_output=True, env={**os.environ, "DNSVIGIL_CONFIG": bad}, check=False)
        self.assertEqual(p.returncode, 64)
        self.assertEqual(self.run_it("config", "check", DNSVIGIL_CONFIG=bad).returncode, 0)

    def test_none_there(self):
        p = self.run_it("config", "check", config="/nowhere.yaml")
        self.assertEqual((p.returncode, len(p.stderr.splitlines())), (64, 1))

    def test_show_and_schema(self):
        self.assertIn("****", self.run_it("config", "show").stdout)
        keys = [line.split()[0] for line in self.run_it("config", "schema").stdout.splitlines() if not line.startswith(" ")]
        self.assertIn("channels[].url_file", keys)
        self.assertEqual(len(keys), len(set(keys)))
        self.assertEqual(self.run_it("config", "chek").returncode, 64)
        self.assertEqual(self.run_it("config", "check", "x").returncode, 64)


    def test_the_man_page_has_the_keys_of_the_table(self):
        with open(os.path.join(ROOT, "docs", "dnsvigil.yaml.5.scd"), encoding="utf-8") as f:
            self.assertIn(self.run_it("config", "schema-scdoc").stdout, f.read())


class Zones(Case):
    def test_a_store_that_was_named_is_there_or_mistyped(self):
        nowhere = self.path("nowhere.db")
        for words in (("list",), ("remove", "a.example")):
            p = self.run_it("zones", *words, "--store", nowhere)
            self.assertEqual((p.returncode, p.stdout), (3, ""), p)
        self.assertFalse(os.path.exists(nowhere))
        self.assertEqual(self.run_it("zones", "add", "new.example", "--store", nowhere).returncode, 0)
        self.assertIn("new.example.", self.run_it("zones", "list", "--store", nowhere).stdout)

    def test_add_list_remove(self):
        self.assertEqual(self.signs("add", "c.example", "B\u00fccher.example", "--tag", "eu", "--owner", "me"),
                         ["+c.example.", "+xn--bcher-kva.example."])
        self.assertEqual(self.signs("add", "c.example", "a.example"), ["=c.example.", "=a.example."])
        self.assertEqual(self.signs("add", "c.example", "--tag", "us"), ["~c.example."])
        self.assertEqual(self.listed(), ["a.example.", "b.example.", "c.example.", "xn--bcher-kva.example."])
        self.assertEqual(self.signs("remove", "C.EXAMPLE."), ["-c.example."])
        self.assertEqual(self.listed(), ["a.example.", "b.example.", "xn--bcher-kva.example."])

    def test_what_stands_in_the_configuration_is_not_removed_by_command(self):
        self.signs("add", "c.example")
        p = self.run_it("zones", "remove", "c.example", "b.example")
        self.assertEqual(p.returncode, 64)
        self.assertIn(f"{self.config}:1", p.stderr)
        self.assertIn("c.example.", self.listed())      # all or nothing
        self.assertEqual(self.run_it("zones", "remove", "z.example").returncode, 64)

    def test_dry_run_makes_nothing(self):
        self.assertEqual(self.signs("add", "c.example", "--dry-run"), ["+c.example."])
        self.assertFalse(os.path.exists(self.path("s.db")))
        self.signs("add", "c.example")
        self.assertEqual(self.signs("remove", "c.example", "--dry-run"), ["-c.example."])
        self.assertIn("c.example.", self.listed())

    def test_import_prunes_only_when_told(self):
        self.signs("add", "old.example", "c.example", "--tag", "kept")
        names = self.file("names", "a.example\nc.example\nd.example\nx y\n")
        self.assertEqual(self.signs("import", "list", names), ["=a.example.", "=c.example.", "+d.example.", "!x"])
        self.assertIn("old.example.", self.listed())
        self.assertEqual(self.signs("import", "list", names, "--prune"),
                         ["=a.example.", "=c.example.", "=d.example.", "-old.example.", "!x"])
        self.assertNotIn("old.example.", self.listed())
        tags = {z["zone"]: z["tags"] for z in json.loads(self.run_it("zones", "list", "-o", "json").stdout)["zones"]}
        self.assertEqual(tags["c.example."], ["kept"])

    def test_an_empty_import_prunes_nothing(self):
        self.signs("add", "c.example")
        p = self.run_it("zones", "import", "--prune", self.file("names", "# none\n"))
        self.assertEqual(p.returncode, 64)
        self.assertIn("c.example.", self.listed())

    def test_import_as_json(self):
        export = self.file("r53", '{"HostedZones":[{"Name":"c.example."},{"Name":"p.example.","Config":{"PrivateZone":true}}]}')
        report = json.loads(self.run_it("zones", "import", export, "--dry-run", "-o", "json").stdout)
        self.assertEqual((report["kind"], report["dry_run"]), ("route53", True))
        self.assertEqual([(c["change"], c["zone"]) for c in report["changes"]], [("add", "c.example.")])
        self.assertEqual([s["what"] for s in report["skipped"]], ["p.example."])

    def test_faults_end_with_64_and_say_where(self):
        cut = self.file("named.conf", 'zone "c.example" {\n type master;\n')
        p = self.run_it("zones", "import", cut)
        self.assertEqual(p.returncode, 64)
        self.assertIn(f"{cut}:1:", p.stderr)
        words = self.file("words", "c.example\nsome words\n")
        for words in (["add"], ["add", "a..b"], ["add", "x.example", "--tag", "a b"], ["remove"], ["remove", "a..b"], ["import"],
                      ["import", "bint", cut], ["import", "/nowhere"], ["import", words], ["lst"], ["list", "x"], ["list", "-o", "short"]):
            p = self.run_it("zones", *words)
            self.assertEqual((p.returncode, len(p.stderr.splitlines())), (64, 1), (words, p.stderr))
        self.assertFalse(os.path.exists(self.path("s.db")))

    def test_zones_do_without_the_secrets_of_the_service(self):
        os.unlink(self.path("hook"))
        self.assertEqual(self.run_it("config", "check").returncode, 64)
        self.assertEqual(self.signs("add", "c.example"), ["+c.example."])

    def test_a_store_that_is_none(self):
        self.file("s.db", "this is no database, but it is long enough to be looked at as one " * 20)
        p = self.run_it("zones", "list")
        self.assertEqual((p.returncode, len(p.stderr.splitlines())), (3, 1))

    def test_a_store_alone(self):
        p = subprocess.run([PROGRAM, "zones", "add", "c.example", "--store", self.path("t.db")], capture_output=True, text=True,
                           env={**os.environ, "DNSVIGIL_CONFIG": "/nowhere.yaml"}, check=False)
        self.assertEqual((p.returncode, p.stdout[:1]), (0, "+"), p.stderr)


if __name__ == "__main__":
    unittest.main()
