#!/usr/bin/env python3
"""The worlds on real sockets: dnsvigil must say there what it says without them, and Unbound, BIND (named and delv) and
Knot Resolver, asked about the same servers, must agree with it: SERVFAIL where it says SERVFAIL, its rcode and AD where
it says the answer is good. Where they do not, differences.tsv says who is right and why; a row that no longer happens
fails as well, so that the table stays true.

Each worker lives in a network namespace of its own, so nothing leaves the machine and port 53 is free. Needs root or
user namespaces; without them, or without the validators, the suite is skipped and says so.

usage: loopback.py DNSVIGIL [-v] [-j N] [WORLD...]      last line: "N passed, N failed[, N skipped]"
"""
import concurrent.futures
import datetime
import fnmatch
import ipaddress
import json
import os
import re
import shlex
import shutil
import subprocess
import sys
import tempfile
import threading

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import validators  # noqa: E402

os.environ["PATH"] = "/usr/sbin:/usr/bin:/sbin:/bin:" + os.environ.get("PATH", "")
HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))
TOOLS = ["unbound", "named", "delv", "dig", "kresd", "unshare", "setpriv", "ip"]
# What the command line of one question cannot say, or other validators cannot be told.
ONLY_WITHOUT_SOCKETS = {"depth", "budget", "family", "allow"}
# The address policy is ours alone, and a served world must allow private addresses.
POLICY = {"ns-loopback-address", "ns-private-address", "ns-doc-or-reserved-address"}
DEFAULT_CLOCK = "2026-03-01T12:00:00Z"
WORKERS = 6
AGAIN_MAX = 8           # of about 2,000 runs
VALIDATORS_AT = ["127.0.0.53", "127.0.0.54", "127.0.0.55", "127.0.0.56"]


# ---- worlds ------------------------------------------------------------------------------------------------------

def read_world(path):
    """{"asks": [{name, type, expect, at}], "clauses": {...}}; at: seconds from the world's clock, 0 where nothing is said."""
    asks, clauses, lines, clock = [], set(), [], DEFAULT_CLOCK
    with open(path, encoding="utf-8") as f:
        for line in f.read().split("\n"):
            if line.startswith("+") and lines:
                lines[-1] += " " + line[1:]
            else:
                lines.append(line)
    for line in lines:
        try:
            words = shlex.split(line, comments=True)
        except ValueError:
            words = line.split()
        if not words:
            continue
        clauses.add(words[0])
        if words[0] == "ask":
            asks.append({"name": words[1].rstrip(".") + ".", "type": words[2], "expect": None,
                         "at": next((w[3:] for w in words[3:] if w.startswith("at=")), "+0s")})
        elif words[0] == "clock":
            clock = words[1]
        elif words[0] == "expect" and asks:
            asks[-1]["expect"] = words[1:]
    for ask in asks:
        ask["at"] = seconds_after(clock, ask["at"])
    return {"path": path, "asks": asks, "clauses": clauses}


def unix_time(text):
    return int(text) if text.isdigit() else int(datetime.datetime.fromisoformat(text.replace("Z", "+00:00")).timestamp())


def seconds_after(clock, text):
    """Of a moment (RFC 3339, Unix time) or a distance from the clock (+1w2d)."""
    if text[0] not in "+-":
        return unix_time(text) - unix_time(clock)
    units = {"s": 1, "m": 60, "h": 3600, "d": 86400, "w": 604800}
    return int(text[0] + "1") * sum(int(n) * units[u] for n, u in re.findall(r"(\d+)([smhdw])", text))


def expectation(words):
    """(verdict, security, root): None where not said, root "" for none."""
    statuses = ("secure", "insecure", "bogus", "indeterminate")
    verdict, rest = words[0].lower(), [w for w in words[1:] if not w.startswith("ede=") and w not in ("always", "some")]
    security = rest.pop(0) if rest and rest[0] in statuses else None
    root = rest.pop(0) if rest else ""
    return verdict, security, None if root == "-" else root


def ip(*words):
    version = ["-6"] if any(":" in w for w in words) else []
    subprocess.run(["ip"] + version + list(words), check=True)


def is_address(word):
    try:
        ipaddress.ip_address(word)
        return True
    except ValueError:
        return False


# ---- one world, in a worker ----------------------------------------------------------------------------------------

class Served:
    """A world on its own addresses, port 53 of this namespace. (Mapped onto 127/8 it would not do: Knot Resolver believes
    in no name server there.) While the servers start every address is local, so that they can bind; afterwards only
    theirs are, and packets to others vanish, as they should: a default route into lo leads to nobody."""

    def __init__(self, dnsvigil, path, where, moment):
        ip("route", "add", "local", "0.0.0.0/0", "dev", "lo", "table", "local")
        self.start(dnsvigil, path, where, moment)
        with open(os.path.join(where, "world.txt"), encoding="utf-8") as f:
            addresses = {w for line in f for w in line.split("#")[0].split() if is_address(w)}
        for a in sorted(addresses):
            if not ipaddress.ip_address(a).is_loopback:
                ip("addr", "add", a + ("/128" if ":" in a else "/32"), "dev", "lo")
        ip("route", "del", "local", "0.0.0.0/0", "dev", "lo", "table", "local")

    def start(self, dnsvigil, path, where, moment):
        self.process = subprocess.Popen(
            validators.die_with_us([dnsvigil, "lab", "serve", path, "--no-map", "--port", "53", "--dir", where,
                                   "--clock", "%+ds" % -moment]),
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        said = []
        for line in self.process.stdout:
            said.append(line)
            if line.startswith("Ctrl-C"):
                break
        else:
            raise RuntimeError("lab serve: " + "".join(said)[-300:])
        text = "".join(said).replace("\\\n", " ")
        self.commands = [shlex.split(l) for l in text.split("\n") if l.startswith("  dnsvigil why")]

    def command_for(self, ask):
        for c in self.commands:
            if c[2].lower() == ask["name"].lower() and c[3].upper() == ask["type"].upper():
                return c
        return None


def ours(dnsvigil, served, ask, moment):
    """What dnsvigil says now of a world whose clock was set back by `moment`; --at makes up for what is left."""
    command = served.command_for(ask)
    if command is None:
        return None
    p = subprocess.run([dnsvigil] + command[1:] + (["--no-resolvers"] if not any(w.startswith("@") for w in command) else [])
                       + (["--at", "%+ds" % (ask["at"] - moment)] if ask["at"] != moment else []) + ["-o", "json"], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, timeout=120,
                       check=False)
    try:
        report = json.loads(p.stdout)
    except ValueError:
        return {"error": "exit %d: %s" % (p.returncode, (p.stderr or p.stdout)[-400:])}
    root = report.get("root_cause") or {}
    return {"verdict": report["verdict"], "security": report["security"], "rcode": report["rcode"], "root": root.get("finding") or "",
            "wall_ms": report["cost"]["wall_ms"]}


def run_world(dnsvigil, path, moment):
    """Results of one world: [{ask, ours, theirs: {validator: [rcode, ad]}}] or {"error"}. `moment` seconds have passed since
    its clock: who asks of that moment is asked as of now, by everybody; at the clock itself we are asked of all others too,
    by --at, for what is to come can be known in advance."""
    world = read_world(path)
    where = tempfile.mkdtemp(prefix="dnsvigil-loopback-")
    os.chmod(where, 0o755)
    daemons, served, results = [], None, []
    try:
        served = Served(dnsvigil, path, where, moment)
        unbound, plain, named, kresd = (cls(where, addr) for cls, addr in zip(
            (validators.Unbound, validators.PlainResolver, validators.Named, validators.KnotResolver), VALIDATORS_AT))
        daemons = [unbound, plain, named, kresd]
        for d in daemons:
            d.start()
        for d in daemons:
            d.wait()
        askers = [unbound, named, kresd, validators.Delv(named, plain)]
        for ask in world["asks"]:
            if ask["at"] == moment:
                results.append(run_ask(dnsvigil, served, ask, moment, askers))
            elif moment == 0:
                results.append(run_ask(dnsvigil, served, ask, moment, []))
        return {"path": path, "results": results}
    except (RuntimeError, OSError, subprocess.SubprocessError) as e:
        return {"path": path, "error": "%s: %s" % (type(e).__name__, e)}
    finally:
        for d in daemons:
            d.stop()
        if served:
            served.process.kill()
            served.process.wait()
        shutil.rmtree(where, ignore_errors=True)


def run_ask(dnsvigil, served, ask, moment, askers):
    theirs = {}

    def put(asker):
        theirs[asker.name] = asker.ask(ask["name"], ask["type"])
    threads = [threading.Thread(target=put, args=(a,)) for a in askers]
    mine = ours(dnsvigil, served, ask, moment)
    for t in threads:
        t.start()
    for t in threads:
        t.join()
    return {"ask": ask, "moment": moment, "ours": mine, "theirs": theirs}


def in_own_network(dnsvigil, path, moment):
    ip("link", "set", "lo", "up")
    for addr in VALIDATORS_AT:  # named listens only on addresses that an interface has
        ip("addr", "add", addr + "/32", "dev", "lo")
    ip("route", "add", "default", "dev", "lo")
    ip("route", "add", "::/0", "dev", "lo")
    with open("/proc/sys/net/ipv6/ip_nonlocal_bind", "w", encoding="ascii") as f:
        f.write("1")
    print(json.dumps(run_world(dnsvigil, path, moment)), flush=True)


# ---- comparison ----------------------------------------------------------------------------------------------------

class Differences:
    """Rows: world, question, validators, their answers[/our verdicts], who is right (us, they, both), why. Validators, answers and
    verdicts are lists with commas. "both sometimes": chance or time decides (which server is asked first, the order of
    signatures), so it need not happen."""

    def __init__(self, path):
        self.rows, self.used = [], set()
        with open(path, encoding="utf-8") as f:
            for n, line in enumerate(f, 1):
                if line.strip() and not line.startswith("#"):
                    fields = line.rstrip("\n").split("\t")
                    if len(fields) != 6 or fields[4].replace(" sometimes", "") not in ("us", "they", "both"):
                        sys.exit("%s:%d: six fields with tabs between them, the fifth us, they or both [sometimes]" % (path, n))
                    self.rows.append((n, *fields))

    @staticmethod
    def among(value, patterns):
        return any(fnmatch.fnmatch(value, p) for p in patterns.split(","))

    def explains(self, world, question, validator, answer, verdict):
        """The number of the row that does; 0: none."""
        for n, w, q, v, a, _, _ in self.rows:
            answers, _, verdicts = a.partition("/")
            if (fnmatch.fnmatch(world, w) and fnmatch.fnmatch(question, q) and self.among(validator, v) and self.among(answer, answers)
                    and self.among(verdict, verdicts or "*")):
                self.used.add(n)
                return n
        return 0

    def unused(self, worlds):
        return [r for r in self.rows if r[0] not in self.used and "sometimes" not in r[5] and any(fnmatch.fnmatch(w, r[1]) for w in worlds)]


def answer_text(answer):
    return answer[0] + ("+ad" if answer[1] else "")


def agrees(mine, theirs):
    """Does their answer fit our verdict? None: our verdict leaves it open."""
    rcode, ad = theirs
    if mine["verdict"] == "servfail":
        return rcode == "SERVFAIL"
    if mine["verdict"] in ("ok", "at-risk"):
        return rcode == mine["rcode"] and ad == (mine["security"] == "secure")
    if mine["verdict"] == "degraded":
        return rcode in ("SERVFAIL", mine["rcode"])
    return None


class Tally:
    def __init__(self, verbose):
        self.passed = self.failed = 0
        self.verbose = verbose

    def count(self, good, line):
        if good:
            self.passed += 1
        else:
            self.failed += 1
        if not good or self.verbose:
            print(("ok   " if good else "FAIL ") + line, flush=True)

    def count_all(self, said):
        for good, line in said:
            self.count(good, line)


def judge_ask(table, world, result, either=()):
    """[(good, line)] of one question. `either`: what is said of the world as each of its servers alone would have it, where they
    differ."""
    ask, mine, said = result["ask"], result["ours"], []
    question = "%s %s" % (ask["name"], ask["type"])
    if ask["at"]:
        question += " %s %+dd" % ("in" if result["moment"] else "--at", ask["at"] // 86400)
    if mine is None:
        return said             # a name that stands in no command line
    if "error" in mine:
        return [(False, "%s %s: %s" % (world, question, mine["error"]))]
    have = "%s %s %s" % (mine["verdict"], mine["security"], mine["root"] or "no root")
    if ask["expect"]:
        verdict, security, root = expectation(ask["expect"])
        good = verdict in ("-", mine["verdict"]) and security in (None, mine["security"]) and root in (None, mine["root"])
        said.append((good, "%s %s: over sockets %s, expected %s" % (world, question, have, " ".join(ask["expect"]))))
    for validator, answer in sorted(result["theirs"].items()):
        fits = None if answer is None else agrees(mine, answer)
        if fits is not None:
            text = answer_text(answer)
            fits = fits or any(agrees(variant, answer) for variant in either)
            row = 0 if fits else table.explains(world, question, validator, text, mine["verdict"])
            said.append((bool(fits or row), "%s %s: %s says %s, we say %s (%s)%s" % (
                world, question, validator, text, have, mine["rcode"], " (row %d)" % row if row else "")))
    return said


def run_one(dnsvigil, path, moment):
    isolate = ["unshare", "-n"] if os.geteuid() == 0 else ["unshare", "-rn"]
    p = subprocess.run(validators.die_with_us(isolate + [sys.executable, os.path.abspath(__file__), dnsvigil, "--one", path, str(moment)]),
                       stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, check=False)
    try:
        return json.loads(p.stdout.splitlines()[-1])
    except (ValueError, IndexError):
        return {"error": "worker: " + " | ".join(p.stderr.strip().split("\n")[-2:])}


def judge_run(table, path, done, either):
    """[(good, line)] of one world at one moment."""
    name = os.path.relpath(path, ROOT)
    if "error" in done:
        return [(False, "%s: %s" % (name, done["error"]))]
    return [line for r in done["results"]
            for line in judge_ask(table, name, r, either(path, r["ask"]["name"], r["ask"]["type"]) if either else ())]


def run_all(dnsvigil, worlds, n_workers, tally, table, either=None):
    """A world in which something does not agree is served once more, alone and to fresh validators: what chance or a busy
    machine did (a timer that ran out, a server that was shunned for the question before) does not come again. Chance is
    rare: where more than AGAIN_MAX worlds need it, the first word stands."""
    runs = [(w["path"], moment) for w in worlds for moment in sorted({0} | {a["at"] for a in w["asks"]})]
    doubtful = []
    with concurrent.futures.ThreadPoolExecutor(n_workers) as pool:
        for run, done in zip(runs, pool.map(lambda r: run_one(dnsvigil, *r), runs)):
            said = judge_run(table, run[0], done, either)
            if all(good for good, _ in said):
                tally.count_all(said)
            else:
                doubtful.append((run, said))
    for run, said in doubtful:
        if len(doubtful) <= AGAIN_MAX:
            print("\n".join("again: " + line for good, line in said if not good), flush=True)
            said = judge_run(table, run[0], run_one(dnsvigil, *run), either)
        tally.count_all(said)


def find_worlds(arguments):
    paths = []
    for a in arguments or [os.path.join(ROOT, "worlds")]:
        if os.path.isdir(a):
            paths += [os.path.join(d, f) for d, _, files in os.walk(a) for f in files if f.endswith(".world")]
        else:
            paths.append(os.path.abspath(a))
    worlds = [read_world(p) for p in sorted(paths)]
    return [w for w in worlds if not w["clauses"] & ONLY_WITHOUT_SOCKETS
            and not any(POLICY & set(a["expect"] or ()) for a in w["asks"])]


def why_skipped():
    """What other validators need and this machine lacks; None when nothing."""
    missing = [t for t in TOOLS if not shutil.which(t)]
    if missing:
        return "missing " + " ".join(missing)
    isolated = subprocess.run(["unshare", "-n" if os.geteuid() == 0 else "-rn", "true"], check=False, stderr=subprocess.DEVNULL)
    return "no network namespace to be had" if isolated.returncode else None


def main():
    dnsvigil, rest = os.path.abspath(sys.argv[1]), sys.argv[2:]
    if rest[:1] == ["--one"]:
        return in_own_network(dnsvigil, rest[1], int(rest[2]))
    verbose = "-v" in rest
    n_workers = int(rest[rest.index("-j") + 1]) if "-j" in rest else WORKERS
    arguments = [a for i, a in enumerate(rest) if not a.startswith("-") and (i == 0 or rest[i - 1] != "-j")]
    why = why_skipped()
    if why:
        print("loopback: skipped: " + why)
        print("0 passed, 0 failed, 1 skipped")
        return 0
    tally, table = Tally(verbose), Differences(os.path.join(HERE, "differences.tsv"))
    worlds = find_worlds(arguments)
    run_all(dnsvigil, worlds, n_workers, tally, table)
    for row in table.unused([os.path.relpath(w["path"], ROOT) for w in worlds]):
        tally.count(False, "differences.tsv:%d: did not happen: %s" % (row[0], " ".join(row[1:5])))
    print("%d passed, %d failed" % (tally.passed, tally.failed))
    return 1 if tally.failed else 0


if __name__ == "__main__":
    sys.exit(main())
