#!/usr/bin/env python3
"""What one `dnsvigil why` costs, beside its peers, in the same run: a world of root, TLD and a zone with two servers.

Counters first (questions, verifications: they do not depend on the machine), CPU and memory of whole processes second
(median of the runs, start-up included), wall time last. Then what `dnsvigil serve` costs with thousands of zones (observer.py).
Runs in a network namespace of its own (root).
usage: bench.py DNSVIGIL [RUNS]
"""
import json
import os
import shutil
import signal
import statistics
import subprocess
import sys
import tempfile
import time

import observer

os.environ["PATH"] = "/usr/sbin:/usr/bin:/sbin:/bin:" + os.environ.get("PATH", "")
WORLD = "bench"
NAME = "www.example.lab."
GOAL_CPU_MS, GOAL_RSS_MIB = 15.0, 20.0


def peak_rss_mib(argv, env):
    """Of the largest single process. time(1) forks from a small process: our own memory would be inherited as a floor."""
    p = subprocess.run(["time", "-q", "-f", "%M", "-o", "/dev/stderr"] + argv, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE,
                       stdin=subprocess.DEVNULL, text=True, env=env)
    return int(p.stderr.split()[-1]) / 1024


def measure(argv, runs, env=None):
    """Median CPU ms (children of a shell included), largest RSS in MiB, median wall ms, exit codes."""
    cpu, wall, codes = [], [], set()
    for _ in range(runs + 1):
        began = time.monotonic()
        p = subprocess.Popen(argv, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, stdin=subprocess.DEVNULL, env=env)
        _, status, usage = os.wait4(p.pid, 0)
        p.returncode = os.waitstatus_to_exitcode(status)
        wall.append((time.monotonic() - began) * 1000)
        cpu.append((usage.ru_utime + usage.ru_stime) * 1000)
        codes.add(p.returncode)
    return statistics.median(cpu[1:]), peak_rss_mib(argv, env), statistics.median(wall[1:]), codes


def wait_for(addr, zone, tries=100):
    for _ in range(tries):
        out = subprocess.run(["dig", "@" + addr, zone, "SOA", "+tries=1", "+time=1", "+short"],
                             stdout=subprocess.PIPE, text=True).stdout
        if out and not out.startswith(";"):
            return
        time.sleep(0.1)
    sys.exit("bench: %s at %s does not answer" % (zone, addr))


def unbound_conf(where):
    path = os.path.join(where, "unbound.conf")
    with open(path, "w") as f:
        f.write("server:\n  interface: 127.0.0.53\n  access-control: 0.0.0.0/0 allow\n  username: \"\"\n  chroot: \"\"\n"
                "  directory: \"%s\"\n  pidfile: \"\"\n  use-syslog: no\n  do-not-query-localhost: no\n  root-hints: \"%s/root.hints\"\n"
                "  trust-anchor-file: \"%s/root.anchors\"\n  module-config: \"validator iterator\"\n  do-ip6: no\n"
                "remote-control:\n  control-enable: no\n" % (where, where, where))
    return path


def bind_anchor(where):
    """root.anchors as delv wants it."""
    path, lines = os.path.join(where, "bind.keys"), []
    for line in open(os.path.join(where, "root.anchors")):
        w = line.split()
        if "DS" in w:
            i = w.index("DS")
            lines.append('"." static-ds %s %s %s "%s";' % (w[i + 1], w[i + 2], w[i + 3], "".join(w[i + 4:])))
    with open(path, "w") as f:
        f.write("trust-anchors {\n%s\n};\n" % "\n".join(lines))
    return path


def dnskey_anchor(where, root):
    """The root's KSK as DNSKEY: dnsviz takes no DS."""
    keys = subprocess.run(["dig", "@" + root, ".", "DNSKEY", "+noall", "+answer"], stdout=subprocess.PIPE, text=True).stdout
    with open(where + "/root.key", "w") as f:
        f.write("".join(l + "\n" for l in keys.splitlines() if " 257 " in l.replace("\t", " ")))
    return where + "/root.key"


def dnsviz_shim(where):
    """Debian 12: `dnsviz grok` imports pygraphviz.release, which python3-pygraphviz 1.7 lacks."""
    os.makedirs(os.path.join(where, "shim"), exist_ok=True)
    with open(os.path.join(where, "shim", "sitecustomize.py"), "w") as f:
        f.write("import sys, types\nm = types.ModuleType('pygraphviz.release')\nm.version = '1.7'\nsys.modules['pygraphviz.release'] = m\n")
    return dict(os.environ, PYTHONPATH=os.path.join(where, "shim"))


def peers(where, root):
    """(what, argv, environment) of those that are installed."""
    hints, anchors, conf = where + "/root.hints", where + "/root.anchors", unbound_conf(where)
    probe, grok = where + "/probe.json", where + "/grok.json"
    table = [
        ("delv (via a warm Unbound)", ["delv", "@127.0.0.53", "-a", bind_anchor(where), "+root=.", NAME, "A"], None),
        ("drill -TD", ["drill", "-TD", "-r", hints, "-k", anchors, NAME, "A"], None),
        ("unbound-host -D", ["unbound-host", "-C", conf, "-D", "-t", "A", NAME], None),
        ("dnsviz probe", ["dnsviz", "probe", "-A", "-a", ".", "-x", ".+:a.root=" + root, NAME, "-o", probe], None),
        ("dnsviz grok", ["dnsviz", "grok", "-t", dnskey_anchor(where, root), "-r", probe, "-o", grok], dnsviz_shim(where)),
    ]
    return [t for t in table if shutil.which(t[1][0])]


def main():
    if os.geteuid():
        sys.exit("bench: needs root (a network namespace of its own)")
    dnsvigil, runs = os.path.abspath(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else 15
    if os.environ.get("DNSVIGIL_BENCH_NS") != "1":
        os.environ["DNSVIGIL_BENCH_NS"] = "1"
        os.execvp("unshare", ["unshare", "-n", sys.executable, os.path.abspath(__file__)] + sys.argv[1:])
    subprocess.run(["ip", "link", "set", "lo", "up"], check=True)
    where = tempfile.mkdtemp(prefix="dnsvigil-bench-")
    serve = subprocess.Popen([dnsvigil, "lab", "serve", WORLD, "--map", "--clock", "now", "--dir", where, "--port", "53"], stdout=subprocess.DEVNULL)
    unbound = None
    try:
        for _ in range(100):
            if os.path.exists(where + "/root.anchors"):
                break
            time.sleep(0.1)
        root = next(l.split()[-1] for l in open(where + "/root.hints") if " A " in l.replace("\t", " "))
        wait_for(root, ".")
        why = [dnsvigil, "why", NAME, "A", "--root-hints", where + "/root.hints", "--trust-anchor", where + "/root.anchors",
               "--allow-private", "--no-resolvers"]
        report = json.loads(subprocess.run(why + ["-o", "json"], stdout=subprocess.PIPE, text=True).stdout)
        cost = report["cost"]
        print("why %s: verdict %s, %s; questions %d, verifications %d" % (NAME, report["verdict"], report["security"],
                                                                   cost["queries"], cost["verifies"]))
        print("%-28s %10s %10s %10s  %s" % ("whole process", "CPU ms", "RSS MiB", "wall ms", "exit"))
        cpu, rss, wall, codes = measure(why, runs)
        print("%-28s %10.1f %10.1f %10.1f  %s" % ("dnsvigil why (full depth)", cpu, rss, wall, sorted(codes)))
        unbound = subprocess.Popen(["unbound", "-d", "-c", unbound_conf(where)], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        wait_for("127.0.0.53", "lab.")
        for what, argv, env in peers(where, root):
            c, r, w, e = measure(argv, 3 if "dnsviz" in what else runs, env=env)
            print("%-28s %10.1f %10.1f %10.1f  %s   CPU ratio to ours %.1f" % (what, c, r, w, sorted(e), c / cpu))
        good = cpu <= GOAL_CPU_MS and rss <= GOAL_RSS_MIB
        print("goal: CPU <= %g ms, RSS <= %g MiB: %s" % (GOAL_CPU_MS, GOAL_RSS_MIB, "met" if good else "MISSED"))
    finally:
        for p in (serve, unbound):
            if p:
                p.send_signal(signal.SIGTERM)
                p.wait(10)
        shutil.rmtree(where, ignore_errors=True)
    print()
    observer.run(dnsvigil)


if __name__ == "__main__":
    main()
