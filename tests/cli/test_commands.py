#!/usr/bin/env python3
"""The command line: what is understood, what is refused with one clear line, and the exit code of each."""
import json
import os
import pty
import re
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
import unittest

PROGRAM = os.path.abspath(sys.argv.pop(1))
HEALTHY = """title Healthy
zone shop.lab. ecdsa servers ns1=192.0.2.11 ns2=192.0.2.12
record www.shop.lab. 300 A 198.51.100.7
ask www.shop.lab. A
expect OK secure
"""
EXPIRED = HEALTHY.replace("expect OK secure", "expect SERVFAIL bogus rrsig-expired") + \
    "break shop.lab. rrsig expired since=-3d\n"
ONE_LAME = """title One lame
zone shop.lab. ecdsa servers ns1=192.0.2.11 ns2=192.0.2.12 ns3=192.0.2.13
record www.shop.lab. 300 A 198.51.100.7
server 192.0.2.13 refused
ask www.shop.lab. A
"""
CLEAN = {k: v for k, v in os.environ.items() if not k.startswith(("LC_", "LANG", "NO_COLOR", "CLICOLOR"))}


def run(*args, env=None, stdin=None, timeout=60):
    return subprocess.run([PROGRAM, *args], capture_output=True, timeout=timeout, input=stdin,
                          env={**CLEAN, "LC_ALL": "C.UTF-8", "TERM": "xterm", **(env or {})})


class Case(unittest.TestCase):
    def setUp(self):
        self.dir = tempfile.TemporaryDirectory()
        self.addCleanup(self.dir.cleanup)

    def path(self, name, content=None):
        path = os.path.join(self.dir.name, name)
        if content is not None:
            with open(path, "wb") as f:
                f.write(content if isinstance(content, bytes) else content.encode())
        return path

    def world(self, text, *args, **kw):
        return run("lab", "try", self.path("w.world", text), *args, **kw)

    def refused(self, *args, says, code=64, **kw):
        """One line on stderr, nothing on stdout, this exit code."""
        r = run(*args, **kw)
        err = r.stderr.decode()
        self.assertEqual(r.returncode, code, (args, err))
        self.assertEqual(r.stdout, b"", args)
        self.assertEqual(err.count("\n"), 1, (args, err))
        self.assertTrue(err.startswith("dnsvigil: "), err)
        self.assertFalse(re.search(r"[\x00-\x09\x0b-\x1f\x7f]", err), repr(err))
        for word in [says] if isinstance(says, str) else says:
            self.assertIn(word, err)
        return err


class Usage(Case):
    def test_help_is_no_error(self):
        for args in (["--help"], ["-h"], ["help"], ["why", "--help"], ["trace", "--help"], ["explain", "--help"], ["lab", "-h"], ["help", "replay"], ["version"], ["--version"],
                     ["completion", "--help"]):
            r = run(*args)
            self.assertEqual((r.returncode, r.stderr), (0, b""), args)
            self.assertTrue(r.stdout)
            for line in r.stdout.decode().splitlines():
                self.assertLessEqual(len(line), 80, line)

    def test_help_lists_every_verb(self):
        text = run("--help").stdout.decode()
        for verb in "why trace replay diff explain lab serve zones incidents config backup doctor completion version".split():
            self.assertRegex(text, rf"(?m)^  {verb}\b")
            self.assertEqual(run(verb, "--help").returncode, 0)

    def test_nothing_at_all(self):
        self.refused(says="what name")
        self.refused("why", says="what name")

    def test_unknown_verb_suggests(self):
        self.refused("wyh", "example.com", says=["wyh", "did you mean why"])
        self.refused("explian", says="did you mean explain")
        self.refused("check", "example.com", says="unknown command: check")

    def test_unknown_option_suggests(self):
        self.refused("why", "example.com", "--root-hint", "x", says="did you mean --root-hints")
        self.refused("--hlep", says="did you mean --help")
        self.refused("-Z", "example.com", says="unknown option: -Z")
        self.refused("why", "example.com", "+tcpp", says="did you mean +tcp")
        self.refused("why", "example.com", "+trace", says="dnsvigil trace")

    def test_options_of_other_verbs(self):
        self.refused("replay", "x", "--port", "3", says='no option of "replay"')
        self.refused("lab", "try", "x", "--clock", "now", says="--clock")
        self.refused("explain", "@192.0.2.1", says="no resolver")

    def test_values(self):
        for args, says in [(["-o", "xml"], "human short json nagios"), (["--port", "0"], "port"), (["--port", "65536"], "port"),
                           (["--port", "5x"], "port"), (["--at", "never"], "--at"), (["--timeout", "2h"], "--timeout"),
                           (["--timeout", "0"], "--timeout"), (["--budget", "0"], "--budget"), (["--budget", "9999"], "--budget"),
                           (["--depth", "abyss"], "quick watch full deep"), (["--color", "red"], "auto always never"),
                           (["--fail-on", "monday"], "warning broken never"), (["--clock", "noon"], "now world"), (["--save="], "needs a value"), (["--at"], "needs a value"),
                           (["--tcp=1"], "takes no value"), (["-4", "-6"], "exclude"), (["+time=0"], "seconds"),
                           (["@dns.example"], "no address"), (["@300.1.1.1"], "no address"), (["@"], "no address")]:
            self.refused("why", "example.com", *args, says=says)

    def test_names(self):
        self.refused("why", "x..y.example", says=["not a domain name", "x..y.example"])
        self.refused("why", "a" * 64 + ".example", says="not a domain name")
        self.refused("why", ".".join(["a" * 60] * 5), says="not a domain name")
        self.refused("why", "", says="empty name")
        self.refused("why", "a\033[31m..b.example", says="not a domain name")
        self.refused("why", "xn--\u00fc.example", says="not a domain name")

    def test_types(self):
        self.refused("why", "example.com", "FOO", says="unknown record type: FOO")
        self.refused("why", "example.com", "-t", "TYPE70000", says="TYPE70000")
        self.refused("why", "example.com", "AXFR", says="AXFR")
        self.refused("why", "example.com", "ANY", says="ANY")
        self.refused("why", "example.com", "A", "B", says="what is B")

    def test_files(self):
        garbage = self.path("garbage", bytes(range(256)) * 8)
        binary = self.path("binary", b"\x7fELF\0\0\0" * 50)
        for option in ("--root-hints", "--trust-anchor"):
            self.refused("why", "example.com", option, "/nonexistent/file", says=["/nonexistent/file", "No such file"])
            self.refused("why", "example.com", option, self.dir.name, says=self.dir.name)
            self.refused("why", "example.com", option, garbage, says=garbage + ":")
            self.refused("why", "example.com", option, binary, says=binary + ":")
        self.refused("why", "example.com", "--root-hints", self.path("empty", ""), says="no root server")
        self.refused("why", "example.com", "--root-hints", self.path("a", "x. 60 IN TXT y\n"), says="no root server")
        self.refused("why", "example.com", "--trust-anchor", self.path("b", "x. 60 IN TXT y\n"), says="no DS")
        self.refused("why", "example.com", "--trust-anchor", self.path("c", ". 60 IN DS 1 8 2 zz\n"), says=":1:")
        for f in (garbage, binary, self.path("e", ""), "/dev/null"):
            self.refused("replay", f, says=f)
        self.refused("replay", "/nonexistent/file", says="No such file")
        self.refused("replay", says="which file")
        self.refused("replay", "a", "b", says="which file")

    def test_worlds(self):
        self.refused("lab", says="list, try, serve or watch")
        self.refused("lab", "tyr", says="did you mean lab try")
        self.refused("lab", "try", says="which world")
        self.refused("lab", "try", "no-such-world-at-all-here", says="unknown world")
        self.refused("lab", "try", "/nonexistent.world", says="No such file")
        self.refused("lab", "try", self.path("x.world", "zone\n"), says="x.world:1")
        self.refused("lab", "try", self.path("y.world", "zone a.lab.\nbraek a.lab. unsigned\n"), says="y.world:2")
        self.refused("lab", "try", self.path("z.world", bytes(range(256))), says="z.world:")
        self.refused("lab", "try", self.path("q.world", "zone a.lab.\n"), says="asks no question")


class Explain(Case):
    def test_all(self):
        r = run("explain")
        self.assertEqual(r.returncode, 0)
        self.assertIn("rrsig-expired", r.stdout.decode())
        rows = json.loads(run("explain", "-o", "json").stdout)
        self.assertGreater(len(rows), 50)
        ids = [row["id"] for row in rows]
        self.assertEqual(len(ids), len(set(ids)))
        for row in rows:
            self.assertRegex(row["id"], r"^[a-z0-9]+(-[a-z0-9]+)*$")
            for key in ("sentence", "meaning"):
                self.assertTrue(row[key], (row["id"], key))
            self.assertTrue(row["fix"] or row["severity"] in ("info", "notice"), row["id"])
        for row in rows[::4]:
            page = run("explain", row["id"]).stdout.decode()
            self.assertIn(row["id"], page)
            for line in page.splitlines():
                self.assertLessEqual(len(line), 80, line)
                self.assertNotRegex(line, r"[{}]")

    def test_by_the_id_of_a_fault(self):
        for row in json.loads(run("explain", "-o", "json").stdout)[::4]:
            for fault in row["faults"].split()[:1]:
                self.assertEqual(json.loads(run("explain", fault, "-o", "json").stdout)["id"], row["id"])

    def test_nearest(self):
        self.refused("explain", "rrsig-expird", says="did you mean rrsig-expired")
        self.refused("explain", "rrsig-expired", "again", says="again")
        self.refused("explain", "rrsig-expired", "-o", "nagios", says="human or json")


class Verdicts(Case):
    def test_exit_codes(self):
        self.assertEqual(self.world(HEALTHY).returncode, 0)
        self.assertEqual(self.world(ONE_LAME).returncode, 1)
        self.assertEqual(self.world(EXPIRED).returncode, 2)
        silent = HEALTHY.replace("expect OK secure", "") + "".join(
            f"server 198.18.{n}.{m} silent\n" for n in (0, 1) for m in (1, 2))
        self.assertEqual(self.world(silent).returncode, 3)

    def test_fail_on(self):
        for level, lame, expired in (("warning", 1, 2), ("broken", 0, 2), ("never", 0, 0)):
            self.assertEqual(self.world(ONE_LAME, "--fail-on", level).returncode, lame)
            self.assertEqual(self.world(EXPIRED, "--fail-on", level).returncode, expired)

    def test_quiet(self):
        r = self.world(EXPIRED, "-q")
        self.assertEqual((r.stdout, r.stderr, r.returncode), (b"", b"", 2))

    def test_at(self):
        brief = HEALTHY.replace("ecdsa", "ecdsa expiration=+9d")
        short = self.world(brief, "-o", "short", "--at", "+10d")
        self.assertRegex(short.stdout.decode(), r"^servfail rrsig-expired ")
        self.assertEqual(short.returncode, 2)
        self.assertEqual(self.world(HEALTHY, "--at", "2026-03-02T00:00:00Z").returncode, 0)
        r = self.world(HEALTHY, "--at", "someday")
        self.assertEqual((r.returncode, r.stdout), (64, b""))

    def test_expectations(self):
        self.assertIn(": met", self.world(EXPIRED, "-v").stdout.decode())
        wrong = self.world(EXPIRED.replace("expect SERVFAIL bogus rrsig-expired", "expect OK secure"), "-v")
        self.assertIn("NOT MET", wrong.stdout.decode())

    def test_several_questions(self):
        two = HEALTHY + "ask no.shop.lab. A\nexpect OK secure\n"
        self.assertEqual(self.world(two, "-o", "short").stdout.decode().count("\n"), 2)
        r = self.world(two, "--save", self.path("e"))
        self.assertEqual(r.returncode, 64)
        self.assertFalse(os.path.exists(self.path("e")))


class Replay(Case):
    def saved(self, text):
        self.world(text, "--save", self.path("e"))
        return self.path("e")

    def test_same_octets(self):
        for text in (HEALTHY, EXPIRED, ONE_LAME):
            live = json.loads(self.world(text, "-o", "json", "--save", self.path("e")).stdout)
            r = run("replay", self.path("e"), "-o", "json")
            again = json.loads(r.stdout)
            self.assertEqual(r.returncode, live["exit"])
            live["cost"].pop("cpu_us")
            again["cost"].pop("cpu_us")
            self.assertEqual(json.dumps(live), json.dumps(again))
            for fmt in ("human", "short", "nagios"):
                lines = self.world(text, "-o", fmt).stdout.decode().splitlines(True)
                lines = lines[1:] if fmt == "human" else lines         # "$ dnsvigil why ..."
                self.assertEqual("".join(lines), run("replay", self.path("e"), "-o", fmt).stdout.decode())

    def test_at(self):
        self.assertEqual(run("replay", self.saved(HEALTHY), "--at", "+60d").returncode, 2)
        self.assertEqual(run("replay", self.saved(HEALTHY), "--at", "2026-03-01T12:00:00Z").returncode, 0)
        self.refused("replay", self.saved(HEALTHY), "--at", "nonsense", says="--at")

    def test_stdin(self):
        data = open(self.saved(EXPIRED), "rb").read()
        self.assertEqual(run("replay", "-", stdin=data).returncode, 2)

    def test_after_the_mail(self):
        data = open(self.saved(EXPIRED), "rb").read()
        crlf = data.replace(b"\n", b"\r\n")
        self.assertEqual(run("replay", self.path("crlf", crlf)).stdout, run("replay", self.path("lf", data)).stdout)
        self.refused("replay", self.path("cut", crlf[:len(crlf) // 2]), says=self.path("cut"))
        self.refused("replay", self.path("newer", data.replace(b"evidence/1\n", b"evidence/2\n")), says="another version")

    def test_cut_or_changed(self):
        data = open(self.saved(EXPIRED), "rb").read()
        for n in (1, 10, len(data) // 2, len(data) - 1):
            self.refused("replay", self.path("cut", data[:n]), says=self.path("cut"))
        for at in (len(data) // 3, len(data) // 2):
            octet = b"A" if data[at:at + 1] != b"A" else b"B"
            self.refused("replay", self.path("changed", data[:at] + octet + data[at + 1:]), says=self.path("changed"))

    def test_unwritable_save(self):
        self.refused("lab", "try", self.path("w.world", EXPIRED), "--save", "-", says="--save")
        missing = os.path.join(self.dir.name, "no", "such", "dir", "e")
        r = self.world(EXPIRED, "--save", missing)
        self.assertEqual(r.returncode, 3)
        self.assertIn("rrsig-expired", r.stdout.decode())       # the verdict is told all the same
        self.assertEqual(r.stderr.decode().count("\n"), 1)
        self.assertIn(missing, r.stderr.decode())
        r = self.world(EXPIRED, "--save", self.dir.name)
        self.assertEqual(r.returncode, 3)
        self.assertEqual(os.listdir(self.dir.name), ["w.world"])       # nothing half-written

    def test_full_disk(self):
        if os.path.exists("/dev/full"):
            self.assertEqual(self.world(EXPIRED, "--save", "/dev/full").returncode, 3)
            with open("/dev/full", "wb") as full:
                r = subprocess.run([PROGRAM, "lab", "try", self.path("w.world", EXPIRED)], stdout=full, stderr=subprocess.PIPE)
            self.assertEqual(r.returncode, 3)
            self.assertIn(b"standard output", r.stderr)

    def test_standard_streams_closed(self):
        """As some schedulers start it: no socket may get their numbers, and what cannot be written is told by the exit code."""
        hints = self.path("hints", ". 60 NS a.root.\na.root. 60 A 127.0.0.1\n")
        for closed, code in (("<&-", 3), (">&-", 3), ("2>&-", 3), ("<&- 2>&-", 3), ("<&- >&- 2>&-", 3)):
            r = subprocess.run(["sh", "-c", f'exec "$0" why shop.lab --root-hints {hints} --port 9 --allow-private {closed}', PROGRAM],
                               capture_output=True, timeout=60)
            self.assertEqual((r.returncode, r.stdout != b""), (code, ">&-" not in closed.split()), (closed, r))
        self.assertEqual(subprocess.run(["sh", "-c", 'exec "$0" replay - <&-', PROGRAM], capture_output=True, timeout=60).returncode, 64)

    def test_save_replaces_whole(self):
        self.path("e", "old")
        self.world(EXPIRED, "--save", self.path("e"))
        self.assertEqual(run("replay", self.path("e")).returncode, 2)
        self.assertEqual(sorted(os.listdir(self.dir.name)), ["e", "w.world"])


class Terminal(Case):
    def test_colour(self):
        def has_colour(*args, **env):
            return b"\033[" in self.world(EXPIRED, *args, env=env).stdout
        self.assertFalse(has_colour())
        self.assertTrue(has_colour("--color=always"))
        self.assertTrue(has_colour(CLICOLOR_FORCE="1"))
        self.assertFalse(has_colour(CLICOLOR_FORCE="0"))
        self.assertFalse(has_colour(CLICOLOR_FORCE="1", NO_COLOR="1"))
        self.assertFalse(has_colour("--color=never", CLICOLOR_FORCE="1"))
        self.assertTrue(has_colour("--color=always", NO_COLOR="1"))

    def on_terminal(self, env):
        out = []
        pid, fd = pty.fork()
        if pid == 0:
            os.environ.update(env)
            os.execv(PROGRAM, [PROGRAM, "lab", "try", self.dir.name + "/w.world"])
        while True:
            try:
                data = os.read(fd, 65536)
            except OSError:
                break
            if not data:
                break
            out.append(data)
        os.waitpid(pid, 0)
        os.close(fd)
        return b"".join(out)

    def test_colour_on_a_terminal(self):
        self.path("w.world", EXPIRED)
        env = {"LC_ALL": "C.UTF-8", "TERM": "xterm", "NO_COLOR": ""}
        self.assertIn(b"\033[", self.on_terminal(env))
        self.assertNotIn(b"\033[", self.on_terminal({**env, "NO_COLOR": "1"}))
        self.assertNotIn(b"\033[", self.on_terminal({**env, "TERM": "dumb"}))

    def test_ascii(self):
        for args, env in ((["--ascii"], {}), ([], {"LC_ALL": "C"})):
            out = self.world(EXPIRED, *args, env=env).stdout
            self.assertTrue(out.isascii())
            self.assertIn(b"X SERVFAIL", out)
        self.assertIn("✘ SERVFAIL", self.world(EXPIRED).stdout.decode())


class Network(Case):
    """Nothing here leaves the machine: the only addresses asked are on loopback."""

    def hints(self, addr="127.0.0.1"):
        return self.path("hints", f". 60 NS a.root.\na.root. 60 A {addr}\n")

    def ask(self, *args, **kw):
        return run("why", "www.example.lab", "--root-hints", self.hints(), "--trust-anchor", "/dev/null", "--allow-private",
                   "--no-resolvers", *args, **kw)

    def silent_port(self):
        s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        s.bind(("127.0.0.1", 0))
        self.addCleanup(s.close)
        return s.getsockname()[1]

    def test_others_answer_for_the_root(self):
        """NXDOMAIN to all, as a captive portal or a filter says it: the root is not blamed, and the proof asks one that answered."""
        deaf = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        deaf.bind(("127.0.0.3", 0))
        port = deaf.getsockname()[1]
        others = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        others.bind(("127.0.0.2", port))
        flags = bytearray()

        def say_no():
            while True:
                wire, to = others.recvfrom(4096)
                if not wire:
                    return
                others.sendto(wire[:2] + flags + b"\0\1\0\0\0\0\0\0" + wire[12:wire.index(b"\0", 12) + 5], to)
        answering = threading.Thread(target=say_no, daemon=True)
        answering.start()
        hints = self.path("hints", ". 60 NS a.root.\na.root. 60 A 127.0.0.2\n. 60 NS b.root.\nb.root. 60 A 127.0.0.3\n")
        words = ("why", "shop.lab", "--root-hints", hints, "--port", str(port), "--allow-private", "--timeout", "2s")
        seen = []
        for flags[:] in (b"\x80\x83", b"\x84\x03"):         # as a resolver says it; as an authority does
            seen.append((json.loads(run(*words, "-o", "json").stdout), run(*words).stdout.decode()))
        others.sendto(b"", ("127.0.0.2", port))
        answering.join(10)
        others.close()
        deaf.close()
        for r, human in seen:
            self.assertEqual((r["verdict"], r["headline"]), ("unknown", "root-unreachable"))
            self.assertEqual([z["status"] for z in r["chain"]], ["indeterminate"])
            self.assertRegex(human, "proof +dig @127.0.0.2 ")

    def test_nobody_there(self):
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as s:
            s.bind(("127.0.0.1", 0))
            port = s.getsockname()[1]
        r = self.ask("--port", str(port), "-o", "json")
        self.assertEqual(r.returncode, 3, r.stderr)
        report = json.loads(r.stdout)
        self.assertEqual(report["verdict"], "unknown")
        self.assertEqual(report["type"], "A")

    def test_forbidden_without_allow_private(self):
        r = run("why", "www.example.lab", "--root-hints", self.hints(), "--trust-anchor", "/dev/null", "-o", "json")
        self.assertEqual(r.returncode, 3)
        self.assertEqual(json.loads(r.stdout)["cost"]["queries"], 0)

    def test_own_resolver_may_be_anywhere(self):
        """127.0.0.53 of resolv.conf is the user's word; the same address from the network is not asked."""
        r = run("why", "www.example.lab", "--root-hints", self.hints(), "--trust-anchor", "/dev/null", "-o", "json", "--timeout", "2s",
                f"@127.0.0.1#{self.silent_port()}")
        report = json.loads(r.stdout)
        self.assertEqual([s["udp"] for s in report["servers"]], ["not asked"])
        self.assertEqual([(x["addr"], x["outcome"]) for x in report["resolvers"]], [("127.0.0.1", "silent")])

    def test_timeout_ends_it(self):
        began = time.monotonic()
        r = self.ask("--port", str(self.silent_port()), "--timeout", "1s", "-o", "short")
        self.assertEqual(r.returncode, 3, r.stderr)
        self.assertLess(time.monotonic() - began, 5)

    def test_interrupt_tells_what_is_known(self):
        with subprocess.Popen([PROGRAM, "why", "www.example.lab", "--root-hints", self.hints(), "--trust-anchor", "/dev/null",
                               "--allow-private", "--port", str(self.silent_port()), "-o", "short"],
                              stdout=subprocess.PIPE, stderr=subprocess.PIPE) as p:
            threading.Timer(0.7, p.send_signal, [signal.SIGINT]).start()
            out, err = p.communicate(timeout=20)
        self.assertEqual(p.returncode, 130, err)
        self.assertTrue(out.startswith(b"unknown "), out)

    def test_our_bug_has_its_exit_code(self):
        with subprocess.Popen([PROGRAM, "why", "www.example.lab", "--root-hints", self.hints(), "--trust-anchor", "/dev/null",
                               "--allow-private", "--port", str(self.silent_port())],
                              stdout=subprocess.PIPE, stderr=subprocess.PIPE) as p:
            threading.Timer(0.5, p.send_signal, [signal.SIGABRT]).start()
            _, err = p.communicate(timeout=20)
        self.assertEqual((p.returncode, b"bug of dnsvigil" in err), (70, True), err)

    def test_progress_on_a_terminal_only(self):
        argv = [PROGRAM, "why", "www.example.lab", "--root-hints", self.hints(), "--trust-anchor", "/dev/null", "--allow-private",
                "--port", str(self.silent_port()), "--timeout", "1500ms", "-o", "short"]
        self.assertEqual(subprocess.run(argv, capture_output=True, timeout=20).stderr, b"")
        master, slave = pty.openpty()
        for quick, word in ((False, True), (True, False)):
            began = argv + (["--timeout", "300ms"] if quick else [])
            with subprocess.Popen(began, stdout=subprocess.PIPE, stderr=slave) as p:
                p.communicate(timeout=20)
            os.set_blocking(master, False)
            try:
                said = os.read(master, 65536)
            except BlockingIOError:
                said = b""
            self.assertEqual(b"asking..." in said, word, said)
        os.close(master)
        os.close(slave)

    def test_dig_habits(self):
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as s:
            s.bind(("127.0.0.1", 0))
            port = str(s.getsockname()[1])
        common = ["--root-hints", self.hints(), "--trust-anchor", "/dev/null", "--allow-private", "--port", port, "-o", "json"]
        def asked(*args):
            r = run(*args, *common)
            self.assertEqual(r.returncode, 3, r.stderr)
            j = json.loads(r.stdout)
            return j["name"], j["type"]
        self.assertEqual(asked("www.example.lab"), ("www.example.lab.", "A"))
        self.assertEqual(asked("why", "www.example.lab", "AAAA", "+dnssec", "+cd", "+norecurse"), ("www.example.lab.", "AAAA"))
        self.assertEqual(asked("www.Example.LAB.", "-t", "mx"), ("www.example.lab.", "MX"))
        self.assertEqual(asked("why", "AAAA", "www.example.lab", "+tcp"), ("www.example.lab.", "AAAA"))
        self.assertEqual(asked("why", "www.example.lab", "TYPE65280"), ("www.example.lab.", "TYPE65280"))
        self.assertEqual(asked("why", "b\u00fccher.lab"), ("xn--bcher-kva.lab.", "A"))
        self.assertEqual(asked("why", "."), (".", "A"))
        self.assertEqual(asked("why", "lab"), ("lab.", "A"))
        self.assertEqual(asked("why", "www.example.lab", f"@127.0.0.1#{port}", "TXT"), ("www.example.lab.", "TXT"))


class Completion(Case):
    def test_bash(self):
        script = run("completion", "bash").stdout.decode()
        probe = script + """
complete_words() { COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _dnsvigil; echo "${COMPREPLY[@]}"; }
complete_words dnsvigil ex
complete_words dnsvigil why a.lab --root
complete_words dnsvigil why a.lab --depth d
complete_words dnsvigil explain rrsig-exp
complete_words dnsvigil lab se
complete_words dnsvigil zones im
complete_words dnsvigil incidents un
complete_words dnsvigil config sch
complete_words dnsvigil doctor --ch
complete_words dnsvigil incidents list res
complete_words dnsvigil why -o j
"""
        r = subprocess.run(["bash", "-c", probe], capture_output=True, text=True)
        self.assertEqual(r.stderr, "")
        lines = r.stdout.splitlines()
        self.assertEqual(lines[:3], ["explain", "--root-hints", "deep"])
        self.assertIn("rrsig-expired", lines[3].split())
        self.assertEqual(lines[4:], ["serve", "import", "unmute", "schema", "--channel", "resolved", "json"])

    def test_others(self):
        self.assertIn("bashcompinit", run("completion", "zsh").stdout.decode())
        self.assertIn("complete -c dnsvigil", run("completion", "fish").stdout.decode())
        self.refused("completion", "tcsh", says="tcsh")
        self.refused("completion", says="which shell")


if __name__ == "__main__":
    unittest.main()
