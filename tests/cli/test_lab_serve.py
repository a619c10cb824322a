#!/usr/bin/env python3
"""`lab serve`: a world on loopback sockets, found broken by `why` over them with the commands it prints itself."""
import json
import os
import shlex
import signal
import socket
import subprocess
import sys
import tempfile
import time
import unittest

PROGRAM = os.path.abspath(sys.argv.pop(1))
WORLD = """zone shop.lab. ecdsa servers ns1=192.0.2.11 ns2=192.0.2.12
record www.shop.lab. 300 A 198.51.100.7
break shop.lab. rrsig expired since=2026-02-26T12:00:00Z
ask www.shop.lab. A
"""


def free_port():
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as u:
        u.bind(("127.0.0.1", 0))
        return u.getsockname()[1]


class Serve(unittest.TestCase):
    def setUp(self):
        self.dir = tempfile.TemporaryDirectory()
        self.addCleanup(self.dir.cleanup)
        self.world = os.path.join(self.dir.name, "w.world")
        with open(self.world, "w") as f:
            f.write(WORLD)

    def serve(self, *args):
        port = free_port()
        p = subprocess.Popen([PROGRAM, "lab", "serve", self.world, "--port", str(port), "--dir", self.dir.name + "/d", *args],
                             stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        def end():
            if p.poll() is None:
                p.kill()
            p.communicate()
        self.addCleanup(end)
        said = ""
        while "Ctrl-C" not in said:
            line = p.stdout.readline()
            self.assertTrue(line, said + (p.stderr.read() if p.poll() is not None else ""))
            said += line
        return p, said

    def why(self, said, *more):
        text = said.replace("\\\n", " ")
        line = next(l for l in text.splitlines() if "dnsvigil why" in l)
        return subprocess.run([PROGRAM, *shlex.split(line)[1:], *more], capture_output=True, text=True, timeout=60)

    def test_the_printed_command_finds_the_fault(self):
        p, said = self.serve()
        r = self.why(said, "-o", "json")
        self.assertEqual(r.returncode, 2, r.stdout + r.stderr)
        report = json.loads(r.stdout)
        self.assertEqual(report["root_cause"]["finding"], "rrsig-expired")
        self.assertTrue(all(s["addr"].startswith("127.") for s in report["servers"]))
        p.send_signal(signal.SIGTERM)
        self.assertEqual(p.wait(timeout=10), 0)

    def test_clock_of_the_world(self):
        _, said = self.serve("--clock", "world")
        self.assertIn("--at 2026-03-01T12:00:00Z", said)
        r = self.why(said, "-o", "short")
        self.assertRegex(r.stdout, r"^servfail rrsig-expired shop\.lab\. 2026-02-26T12:00:00Z")

    def test_clock_of_another_moment(self):
        _, said = self.serve("--clock", "-40d")
        self.assertNotIn("--at", said)
        r = json.loads(self.why(said, "-o", "json").stdout)
        self.assertEqual(r["root_cause"]["finding"], "ancestor-zone-expired")   # every signature ends after 23 days

    def test_trace(self):
        _, said = self.serve()
        line = next(l for l in said.replace("\\\n", " ").splitlines() if "dnsvigil why" in l)
        argv = [w if w != "why" else "trace" for w in shlex.split(line)[1:]]
        human = subprocess.run([PROGRAM, *argv], capture_output=True, text=True, timeout=60)
        self.assertEqual(human.returncode, 2, human.stderr)
        for word in ("shop.lab", "DNSKEY", "DS", "referral to lab", "127."):
            self.assertIn(word, human.stdout)
        for row in human.stdout.splitlines():
            self.assertLessEqual(len(row), 80, row)
        j = json.loads(subprocess.run([PROGRAM, *argv, "-o", "json"], capture_output=True, text=True, timeout=60).stdout)
        self.assertEqual(j["schema"], "dnsvigil.trace/1")
        self.assertEqual([z["zone"] for z in j["zones"] if z["on_path"]], [".", "lab.", "shop.lab."])

    def test_save_and_replay_over_sockets(self):
        _, said = self.serve()
        saved = os.path.join(self.dir.name, "case")
        live = json.loads(self.why(said, "-o", "json", "--save", saved).stdout)
        again = json.loads(subprocess.run([PROGRAM, "replay", saved, "-o", "json"], capture_output=True, text=True).stdout)
        live["cost"].pop("cpu_us")
        again["cost"].pop("cpu_us")
        self.assertEqual(json.dumps(live), json.dumps(again))

    def test_a_directory_of_its_own_goes_with_it(self):
        with tempfile.TemporaryDirectory() as base:
            p = subprocess.Popen([PROGRAM, "lab", "serve", self.world, "--port", str(free_port())], stdout=subprocess.PIPE, text=True,
                                 env={**os.environ, "TMPDIR": base})
            self.assertIn(base, p.stdout.readline())
            self.assertEqual(len(os.listdir(base)), 1)
            p.send_signal(signal.SIGINT)
            p.communicate(timeout=10)
            self.assertEqual(p.returncode, 0)
            self.assertEqual(os.listdir(base), [])

    def test_port_taken(self):
        p, said = self.serve()
        port = said.split("port ")[1].split(",")[0]
        r = subprocess.run([PROGRAM, "lab", "serve", self.world, "--port", port, "--dir", self.dir.name + "/e"], capture_output=True,
                           text=True, timeout=20)
        self.assertEqual(r.returncode, 3)
        self.assertEqual(r.stderr.count("\n"), 1, r.stderr)


if __name__ == "__main__":
    unittest.main()
