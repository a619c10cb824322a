#!/usr/bin/env python3
"""`dnsvigil doctor`: each thing that can be wrong, once right and once wrong; test alerts to a receiver of our own.

usage: test_doctor.py DNSVIGIL MAKE_STORE SOURCE_ROOT"""
import contextlib
import http.server
import json
import os
import re
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
import unittest

import jsonschema

PROGRAM, MAKE_STORE, ROOT = (os.path.abspath(sys.argv.pop(1)) for _ in range(3))
with open(os.path.join(ROOT, "docs", "doctor.schema.json"), encoding="utf-8") as schema_file:
    SCHEMA = json.load(schema_file)
WORLD = "zone shop.lab. ecdsa servers ns1=192.0.2.11 ns2=192.0.2.12\nrecord shop.lab. 300 A 198.51.100.7\nask shop.lab. A\n"
ENV = {**{k: v for k, v in os.environ.items() if k != "DNSVIGIL_CONFIG"}, "LC_ALL": "C.UTF-8"}
SECRET = "geheimer-pfad-4711"


def free_port(kind=socket.SOCK_DGRAM):
    with socket.socket(socket.AF_INET, kind) as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


class Receiver:
    """Takes posts; what it says is set by the test."""

    def __init__(self, status=200, say="thank you"):
        self.got, outer = [], self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"]))
                outer.got.append((self.path, body))
                self.send_response(status)
                self.end_headers()
                self.wfile.write((body if say is None else say.replace("PATH", self.path).encode()))

            def log_message(self, *_):
                pass
        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}/{SECRET}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def close(self):
        self.server.shutdown()
        self.server.server_close()


def started(words):
    return subprocess.Popen([PROGRAM, *words], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, env=ENV)


class Doctor(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.lab_dir = tempfile.TemporaryDirectory()
        world = os.path.join(cls.lab_dir.name, "w.world")
        with open(world, "w", encoding="utf-8") as f:
            f.write(WORLD)
        cls.port = free_port()
        cls.lab = started(["lab", "serve", world, "--port", str(cls.port), "--dir", cls.lab_dir.name])
        said = ""
        while "Ctrl-C" not in said:
            line = cls.lab.stdout.readline()
            assert line, said
            said += line

    @classmethod
    def tearDownClass(cls):
        cls.lab.send_signal(signal.SIGTERM)
        cls.lab.communicate(timeout=20)
        cls.lab_dir.cleanup()

    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.dir = folder.name

    def path(self, name):
        return os.path.join(self.dir, name)

    def file(self, name, text):
        with open(self.path(name), "w", encoding="utf-8") as f:
            f.write(text)
        return self.path(name)

    def receiver(self, *args, **kw):
        r = Receiver(*args, **kw)
        self.addCleanup(r.close)
        return r

    def config(self, more="", channels=(), hints=None, anchors=None, api="{enabled: false}", port=None):
        text = (f"store: {self.path('s.db')}\nballast: 0\nzones: [shop.lab]\nroot_hints: {hints or self.lab_dir.name + '/root.hints'}\n"
                f"trust_anchor: {anchors or self.lab_dir.name + '/root.anchors'}\nport: {port or self.port}\napi: {api}\n"
                f"allow: [loopback]\nalerts_over_http: true\ncanaries: false\n{more}\nchannels:\n")
        for name, url in channels:
            text += f"  - {{kind: webhook, name: {name}, url_file: {self.file(name + '.url', url)}}}\n"
        return self.file("c.yaml", text if channels else text.replace("channels:\n", ""))

    def remember(self):
        subprocess.run([MAKE_STORE, self.path("s.db")], input="", text=True, check=True, timeout=60)

    def look(self, *words, config=None):
        r = subprocess.run([PROGRAM, "doctor", "-o", "json", *(["-c", config] if config else []), *words], capture_output=True, text=True,
                           timeout=120, env=ENV, check=False)
        self.assertNotIn(SECRET, r.stdout + r.stderr)
        if r.returncode >= 64:
            return r.returncode, r.stderr
        value = json.loads(r.stdout)
        jsonschema.Draft202012Validator(SCHEMA).validate(value)
        self.assertEqual(value["exit"], r.returncode)
        health = {}
        for c in value["checks"]:
            health.setdefault(c["id"], []).append(c["health"])
            self.assertTrue(c["health"] == "ok" or c["todo"] or c["id"] in ("clock", "network"), c)
        self.texts = {c["id"]: c["text"] for c in value["checks"]}
        return r.returncode, health

    def test_all_is_well(self):
        self.remember()
        _, health = self.look(config=self.config(channels=[("ops", "https://hooks.invalid/" + SECRET)]))
        clock = health.pop("clock")             # of the machine that runs the tests
        self.assertEqual(len(clock), 1)
        self.assertEqual(health, {k: ["ok"] for k in ("configuration", "disk", "store", "ipv4-udp", "ipv4-tcp", "anchors", "algorithms", "channel")})

    def test_schema(self):
        jsonschema.Draft202012Validator.check_schema(SCHEMA)
        good = {"schema": "dnsvigil.doctor/1", "exit": 0, "checks": [{"id": "disk", "health": "ok", "text": "x", "todo": None}]}
        jsonschema.validate(good, SCHEMA)
        for wrong in ({**good, "schema": "dnsvigil.doctor/2"}, {**good, "exit": 64}, {**good, "checks": []},
                      {**good, "checks": [{**good["checks"][0], "id": "disc"}]}, {**good, "checks": [{"id": "disk", "health": "ok", "text": "x"}]}):
            with self.assertRaises(jsonschema.ValidationError):
                jsonschema.validate(wrong, SCHEMA)

    def test_ids_are_those_of_the_schema(self):
        ids = set()
        for name in os.listdir(os.path.join(ROOT, "src", "cli")):
            if name.startswith("doctor") and name.endswith(".c"):
                with open(os.path.join(ROOT, "src", "cli", name), encoding="utf-8") as f:
                    text = f.read()
                ids |= set(re.findall(r'doctor_note\(\w+, [^"]*?"([a-z0-9-]+)"', text)) | set(re.findall(r'"(ipv[46](?:-udp|-tcp)?)"', text))
        self.assertEqual(ids, set(SCHEMA["$defs"]["check"]["properties"]["id"]["enum"]))

    def test_lines_for_people(self):
        self.remember()
        r = subprocess.run([PROGRAM, "doctor", "--ascii", "-c", self.config()], capture_output=True, text=True, timeout=120, env=ENV, check=False)
        self.assertTrue(all(re.match(r"(OK|! |X |\? | {2}) ", line) for line in r.stdout.splitlines()), r.stdout)
        self.assertLessEqual(max(map(len, r.stdout.splitlines())), 80)
        self.assertRegex(r.stdout, r"(?m)^! +configuration +.*no channel")

    def test_configuration(self):
        code, health = self.look(config=self.file("bad.yaml", "zones: [a..b]\nnonsense: 1\n"))
        self.assertEqual((code, health["configuration"]), (2, ["broken", "broken"]))
        self.assertEqual(self.look(config=self.path("none.yaml"))[1]["configuration"], ["broken"])
        config = self.config(channels=[("ops", "https://hooks.invalid/x")])
        os.unlink(self.path("ops.url"))
        code, health = self.look(config=config)  # the rest is looked at all the same
        self.assertEqual((code, health["configuration"], health["ipv4-udp"]), (2, ["broken"], ["ok"]))
        self.assertEqual(self.look("--send", config=config)[1]["channel"], ["broken"])

    def test_store(self):
        self.assertEqual(self.look(config=self.config())[1]["store"], ["warning"])
        self.file("s.db", "")           # a disk that was full: the service fills it
        self.assertEqual(self.look(config=self.config())[1]["store"], ["warning"])
        self.file("s.db", "no store\n" * 4000)
        code, health = self.look(config=self.config())
        self.assertEqual((code, health["store"]), (2, ["broken"]))
        os.unlink(self.path("s.db"))
        self.remember()
        with open(self.path("s.db"), "r+b") as f:        # opens, but is not sound
            size = f.seek(0, 2)
            for page in range(4096, size, 4096):
                f.seek(page)
                f.write(b"\xff" * 64)
        self.assertEqual(self.look(config=self.config())[1]["store"], ["broken"])

    def test_ballast(self):
        self.remember()
        config = self.config().replace("\0", "")
        with open(config, encoding="utf-8") as f:
            text = f.read().replace("ballast: 0", "ballast: 1MiB")
        config = self.file("b.yaml", text)
        self.assertEqual(self.look(config=config)[1]["ballast"], ["warning"])
        self.file("s.db.ballast", "x" * (1 << 20))
        self.assertEqual(self.look(config=config)[1]["ballast"], ["ok"])

    def test_no_folder_for_the_store(self):
        config = self.config()
        with open(config, encoding="utf-8") as f:
            text = f.read().replace("/s.db", "/none/s.db")
        self.assertEqual(self.look(config=self.file("n.yaml", text))[1]["disk"], ["broken"])

    def test_nobody_answers(self):
        code, health = self.look(config=self.config(port=free_port()))
        self.assertEqual((code, health["ipv4-udp"], health["ipv4-tcp"], health["anchors"]), (2, ["broken"], ["broken"], ["unknown"]))
        self.assertNotIn("interception", health)        # of the real root only

    def test_somebody_else_answers_for_the_root(self):
        with open(self.lab_dir.name + "/root.hints", encoding="utf-8") as f:
            root = re.search(r"127\.[0-9.]+", f.read()).group()
        address = self.address_of("ns1.shop.lab.")
        self.assertNotEqual(address, root)
        health = self.look(config=self.config(hints=self.file("h", f". NS a.root.\na.root. A {address}\n")))[1]
        self.assertEqual((health["ipv4-udp"], health["ipv4-tcp"], health["anchors"]), (["broken"], ["broken"], ["unknown"]))

    def address_of(self, name):
        r = subprocess.run([PROGRAM, "why", "shop.lab", "-o", "json", "--no-resolvers", "--allow-private", "--root-hints", self.lab_dir.name + "/root.hints",
                            "--trust-anchor", self.lab_dir.name + "/root.anchors", "--port", str(self.port)], capture_output=True, timeout=60, check=False)
        return next(s["addr"] for s in json.loads(r.stdout)["servers"] if s["name"] == name)

    def test_anchors(self):
        with open(self.lab_dir.name + "/root.anchors", encoding="utf-8") as f:
            right = f.read()
        wrong = ". 3600 IN DS 20326 8 2 " + "AB" * 32 + "\n"
        for health, text in (("warning", right + wrong), ("broken", wrong), ("warning", "")):
            self.assertEqual(self.look(config=self.config(anchors=self.file("a", text)))[1]["anchors"], [health], text)

    def test_resolvers(self):
        config = self.config(more=f"resolvers: [\"127.0.0.1#{free_port()}\"]")
        self.assertEqual(self.look(config=config)[1]["resolver"], ["warning"])

    def test_clock(self):
        """A world signed for another year: the root's signatures say that the clock is wrong."""
        world, port = self.file("old.world", WORLD), free_port()
        p = started(["lab", "serve", world, "--port", str(port), "--dir", self.path("d"), "--clock", "2020-03-01T12:00:00Z"])
        self.addCleanup(lambda: (p.terminate(), p.communicate(timeout=20)))
        for line in p.stdout:
            if "Ctrl-C" in line:
                break
        code, health = self.look(config=self.config(port=port, hints=self.path("d/root.hints"), anchors=self.path("d/root.anchors")))
        self.assertEqual((code, health["clock"]), (2, ["broken"]))
        self.assertIn("2020-", self.texts["clock"])
        self.assertNotIn("broken", self.look(config=self.config())[1]["clock"])

    def test_service(self):
        port = free_port(socket.SOCK_STREAM)
        config = self.config(api=f"{{port: {port}}}", channels=[("ops", "https://hooks.invalid/x")])
        code, health = self.look(config=config)
        self.assertEqual((code, health["service"]), (2, ["broken"]))
        p = started(["serve", "-c", config])
        self.addCleanup(lambda: (p.terminate(), p.communicate(timeout=20)))
        words = []
        for _ in range(40):
            words = self.look(config=config)[1]["service"]
            if words == ["ok"]:
                break
            time.sleep(0.5)
        self.assertEqual(words, ["ok"], self.texts)

    def test_send(self):
        good, bad, echo = self.receiver(), self.receiver(status=403, say="go away"), self.receiver(status=400, say="no such hook: PATH")
        config = self.config(channels=[("good", good.url), ("bad", bad.url), ("echo", echo.url), ("gone", f"http://127.0.0.1:{free_port(socket.SOCK_STREAM)}/x")])
        self.look(config=config)
        self.assertEqual((good.got, bad.got), ([], []))          # only when asked to
        code, health = self.look("--send", config=config)
        self.assertEqual((code, health["channel"]), (2, ["ok", "broken", "broken", "broken"]))
        self.assertEqual([len(r.got) for r in (good, bad, echo)], [1, 1, 1])
        self.assertIn(b"nothing is wrong", good.got[0][1])
        _, health = self.look("--send", "--channel", "good", config=config)
        self.assertEqual((health["channel"], len(good.got), len(bad.got)), (["ok"], 2, 1))
        self.assertIn("200", self.texts["channel"])
        self.assertIn("thank you", self.texts["channel"])
        self.look("--send", "--channel", "bad", config=config)
        self.assertIn("403", self.texts["channel"])
        self.look("--send", "--channel", "echo", config=config)  # look() holds the secret against all that is printed
        self.assertIn("400", self.texts["channel"])

    def test_refused(self):
        config = self.config(channels=[("good", "https://hooks.invalid/x")])
        for words in (["--channel", "good"], ["--send", "--channel", "goad"], ["more"], ["-o", "nagios"], ["--at", "+1d"]):
            code, err = self.look(*words, config=config)
            self.assertEqual(code, 64, words)
            self.assertEqual(len(err.splitlines()), 1)


if __name__ == "__main__":
    with contextlib.suppress(KeyboardInterrupt):
        unittest.main()
