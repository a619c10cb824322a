#!/usr/bin/env python3
"""What `dnsvigil serve` costs: thousands of zones behind real name servers (NSD), a real store, a real clock.

A root, two top-level domains and N zones of two addresses each, four of five signed (ldns-signzone; P-256, RSA-2048, Ed25519),
on three NSDs so that referrals are real. By default 2,000 zones a minute, which is the rate of 10,000 in five minutes.
usage: observer.py DNSVIGIL    environment: OBSERVER_ZONES, OBSERVER_INTERVAL_S, OBSERVER_ROUNDS (after the first).
Runs in a network namespace of its own (root).
"""
import base64
import hashlib
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
import urllib.request
from concurrent.futures import ThreadPoolExecutor

GOAL_MS_PER_CHECK = 30.0        # 10,000 zones in 300 s on one core
GOAL_HOT_BYTES = 1024
API_PORT = 9353
# No loopback addresses, and each in a net of its own: they are asked as politely as anybody's, within PER_SERVER_QPS.
ROOT = ["10.53.1.1", "10.53.2.1"]
TLD = ["10.53.%d.1" % i for i in range(11, 15)]
CHILDREN = ["10.53.%d.1" % i for i in range(100, 164)]
PER_SERVER_QPS = 100
ALGORITHMS = {"ecc": ("ECDSAP256SHA256", 13, "256"), "rsa": ("RSASHA256", 8, "2048"), "ed": ("ED25519", 15, "256")}
MIX = ["ecc", "ecc", "rsa", "ecc", None, "rsa", "ecc", "rsa", "ed", None]       # of each ten zones; None: unsigned


def wire_name(name):
    return b"".join(bytes([len(l)]) + l.encode() for l in name.rstrip(".").split(".") if l) + b"\0"


class Keys:
    """One key pair of each algorithm and role for all zones: a key set does not know whose it is."""

    def __init__(self, where):
        self.private, self.rdata = {}, {}
        for word, (mnemonic, _, bits) in ALGORITHMS.items():
            for role in ("ksk", "zsk"):
                argv = ["ldns-keygen", "-a", mnemonic, "-b", bits] + (["-k"] if role == "ksk" else []) + ["keys."]
                base = subprocess.run(argv, cwd=where, check=True, stdout=subprocess.PIPE, text=True).stdout.strip()
                with open(os.path.join(where, base + ".key")) as f:
                    self.rdata[word, role] = f.read().split("DNSKEY")[1].split(";")[0].strip()
                with open(os.path.join(where, base + ".private")) as f:
                    self.private[word, role] = f.read()

    def lay_out(self, zone, word, folder):
        for role in ("ksk", "zsk"):
            with open(os.path.join(folder, role + ".key"), "w") as f:
                f.write("%s IN DNSKEY %s\n" % (zone, self.rdata[word, role]))
            with open(os.path.join(folder, role + ".private"), "w") as f:
                f.write(self.private[word, role])
        return [os.path.join(folder, "ksk"), os.path.join(folder, "zsk")]

    def ds(self, zone, word):
        """RFC 4034 5.1.4 and appendix B."""
        flags, protocol, algorithm, key = self.rdata[word, "ksk"].split(None, 3)
        rdata = int(flags).to_bytes(2, "big") + bytes([int(protocol), int(algorithm)]) + base64.b64decode(key.replace(" ", ""))
        total = sum(b << 8 if i % 2 == 0 else b for i, b in enumerate(rdata))
        tag = (total + (total >> 16)) & 0xffff
        return "%d %s 2 %s" % (tag, algorithm, hashlib.sha256(wire_name(zone) + rdata).hexdigest())


class Zones:
    def __init__(self, where, n):
        self.where, self.n = where, n
        self.keys = Keys(where)
        self.names = ["z%05d.%s." % (i, "ecc" if i % 2 else "rsa") for i in range(n)]

    def addresses(self, i):
        return CHILDREN[i % 64], CHILDREN[(i * 7 + 13) % 64] if (i * 7 + 13) % 64 != i % 64 else CHILDREN[(i + 1) % 64]

    def sign(self, zone, text, word, nsec3=False):
        """Writes the zone file that is to be served; word None: unsigned."""
        name = zone.rstrip(".") or "root"
        served = os.path.join(self.where, name + ".signed")
        plain = served if word is None else os.path.join(self.where, name + ".zone")
        with open(plain, "w") as f:
            f.write(text)
        if word is None:
            return served
        folder = tempfile.mkdtemp(dir=self.where)
        day = lambda d: time.strftime("%Y%m%d%H%M%S", time.gmtime(time.time() + d * 86400))
        subprocess.run(["ldns-signzone", "-o", zone, "-f", served, "-i", day(-2), "-e", day(120)] + (["-n", "-p"] if nsec3 else []) + [plain] +
                       self.keys.lay_out(zone, word, folder), check=True, stdout=subprocess.DEVNULL)
        shutil.rmtree(folder)
        os.unlink(plain)
        return served

    def child(self, i):
        a, b = self.addresses(i)
        return self.sign(self.names[i], "$TTL 3600\n@ORIGIN SOA ns1.@ORIGIN h.@ORIGIN 1 7200 3600 1209600 300\n@ORIGIN NS ns1.@ORIGIN\n"
                         "@ORIGIN NS ns2.@ORIGIN\nns1.@ORIGIN A %s\nns2.@ORIGIN A %s\n@ORIGIN A 10.53.9.9\n".replace("@ORIGIN", self.names[i]) % (a, b),
                         MIX[i % 10])

    def tld(self, tld):
        lines = ["$TTL 86400", "%s SOA a.nic.%s h.%s 1 7200 3600 1209600 900" % (tld, tld, tld)]
        for label, addr in zip("abcd", TLD):
            lines += ["%s NS %s.nic.%s" % (tld, label, tld), "%s.nic.%s A %s" % (label, tld, addr)]
        for i, name in enumerate(self.names):
            if not name.endswith("." + tld):
                continue
            for host, addr in zip(("ns1", "ns2"), self.addresses(i)):
                lines += ["%s NS %s.%s" % (name, host, name), "%s.%s A %s" % (host, name, addr)]
            if MIX[i % 10] is not None:
                lines.append("%s DS %s" % (name, self.keys.ds(name, MIX[i % 10])))
        return self.sign(tld, "\n".join(lines) + "\n", tld.rstrip("."), nsec3=True)

    def root(self):
        lines = ["$TTL 86400", ". SOA a.root. h.root. 1 7200 3600 1209600 900"]
        for label, addr in zip("ab", ROOT):
            lines += [". NS %s.root." % label, "%s.root. A %s" % (label, addr)]
        for tld in ("ecc.", "rsa."):
            for label, addr in zip("abcd", TLD):
                lines += ["%s NS %s.nic.%s" % (tld, label, tld), "%s.nic.%s A %s" % (label, tld, addr)]
            lines.append("%s DS %s" % (tld, self.keys.ds(tld, tld.rstrip("."))))
        return self.sign(".", "\n".join(lines) + "\n", "rsa")

    def make(self):
        """Zone files by the group of servers that have them."""
        with ThreadPoolExecutor(os.cpu_count()) as pool:
            children = list(zip(self.names, pool.map(self.child, range(self.n))))
        return {"root": (ROOT, [(".", self.root())]), "tld": (TLD, [(t, self.tld(t)) for t in ("ecc.", "rsa.")]), "children": (CHILDREN, children)}

    def write_hints(self):
        with open(os.path.join(self.where, "hints"), "w") as f:
            for label, addr in zip("ab", ROOT):
                f.write(". 86400 NS %s.root.\n%s.root. 86400 A %s\n" % (label, label, addr))
        with open(os.path.join(self.where, "anchor"), "w") as f:
            f.write(". IN DS %s\n" % self.keys.ds(".", "rsa"))


def start_nsd(where, group, addresses, zones):
    conf = os.path.join(where, group + ".conf")
    with open(conf, "w") as f:
        f.write("server:\n  username: \"\"\n  chroot: \"\"\n  zonesdir: \"%s\"\n  pidfile: \"\"\n  database: \"\"\n  zonelistfile: \"%s/%s.list\"\n"
                "  xfrdfile: \"\"\n  xfrdir: \"%s\"\n  logfile: \"%s/%s.log\"\n  server-count: 1\n  rrl-ratelimit: 0\n" % (where, where, group, where, where, group))
        f.write("".join("  ip-address: %s\n" % a for a in addresses) + "remote-control:\n  control-enable: no\n")
        f.write("".join("zone:\n  name: \"%s\"\n  zonefile: \"%s\"\n" % z for z in zones))
    return subprocess.Popen(["nsd", "-d", "-c", conf], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def wait_for_zone(addr, zone, tries=600):
    for _ in range(tries):
        out = subprocess.run(["dig", "@" + addr, zone, "SOA", "+tries=1", "+time=1", "+short"], stdout=subprocess.PIPE, text=True).stdout
        if out and not out.startswith(";"):
            return
        time.sleep(0.1)
    sys.exit("bench: %s at %s does not answer" % (zone, addr))


class Serve:
    def __init__(self, dnsvigil, where, names, interval_s, what):
        self.store = os.path.join(where, what + ".db")
        conf, listed = os.path.join(where, what + ".yaml"), os.path.join(where, what + ".list")
        with open(listed, "w") as f:
            f.write("\n".join(names) + "\n")
        with open(conf, "w") as f:
            f.write("store: %s\nballast: 0\ninterval: %ds\nroot_hints: %s/hints\ntrust_anchor: %s/anchor\nallow: [private]\nipv6: false\n"
                    "per_server_qps: %d\n"
                    "zone_files: [%s]\napi: { port: %d }\n" % (self.store, interval_s, where, where, PER_SERVER_QPS, listed, API_PORT))
        self.log = open(os.path.join(where, what + ".log"), "w")
        self.p = subprocess.Popen([dnsvigil, "serve", "-c", conf], stdout=self.log, stderr=self.log)
        self.began = time.monotonic()

    def metrics(self):
        """{name: value} of the series without a zone, labels as they stand."""
        for _ in range(100):
            try:
                body = urllib.request.urlopen("http://127.0.0.1:%d/metrics" % API_PORT, timeout=60).read().decode()
                break
            except OSError:
                if self.p.poll() is not None:
                    sys.exit("bench: serve ended: " + open(self.log.name).read()[-2000:])
                time.sleep(0.1)
        rows = re.findall(r"^(dnsvigil_[a-z_]+(?:\{[^}]*\})?) (\S+)$", body, re.M)
        return {name: float(value) for name, value in rows if "zone=" not in name}

    def at(self):
        m = self.metrics()
        ticks = open("/proc/%d/stat" % self.p.pid).read().rsplit(")", 1)[1].split()
        rss = int(re.search(r"VmRSS:\s+(\d+)", open("/proc/%d/status" % self.p.pid).read()).group(1)) * 1024
        return {"at": time.monotonic() - self.began, "cpu": (int(ticks[11]) + int(ticks[12])) / os.sysconf("SC_CLK_TCK"), "rss": rss,
                "checks": sum(v for k, v in m.items() if k.startswith("dnsvigil_checks_total")), "questions": m["dnsvigil_questions_total"],
                "shared": m["dnsvigil_questions_shared_total"], "verifies": m["dnsvigil_signature_verifications_total"],
                "lag": m["dnsvigil_scheduler_lag_seconds"], "new": m['dnsvigil_zones{state="new"}'], "ok": m['dnsvigil_zones{state="ok"}'],
                "stale": m["dnsvigil_zones_stale"],
                "store": sum(os.path.getsize(self.store + end) for end in ("", "-wal") if os.path.exists(self.store + end))}

    def stop(self):
        if self.p.poll() is None:
            self.p.terminate()
            self.p.wait(20)
        self.log.close()


def tell(what, before, now, n):
    checks = max(now["checks"] - before["checks"], 1)
    seconds = now["at"] - before["at"]
    cpu = now["cpu"] - before["cpu"]
    print("%-12s %7.0f %7.1f %8.1f %9.2f %8.1f %8.1f %8.3f %6.0f %6.1f %8.0f %8.1f" % (
        what, checks, checks / seconds, 100 * cpu / seconds, 1000 * cpu / checks, (now["questions"] - before["questions"]) / checks,
        (now["questions"] - before["questions"] - now["shared"] + before["shared"]) / checks,
        (now["verifies"] - before["verifies"]) / checks, now["lag"], now["rss"] / 2**20, now["rss"] / n, (now["store"] - before["store"]) / 1024), flush=True)
    return 1000 * cpu / checks


def measure(dnsvigil, zones, interval_s, rounds):
    few = Serve(dnsvigil, zones.where, zones.names[:10], interval_s, "few")
    try:
        time.sleep(12)
        base = few.at()["rss"]
    finally:
        few.stop()
    s = Serve(dnsvigil, zones.where, zones.names, interval_s, "all")
    try:
        before = {"at": 0, "cpu": 0, "rss": 0, "checks": 0, "questions": 0, "shared": 0, "verifies": 0, "store": 0}
        print("%-12s %7s %7s %8s %9s %8s %8s %8s %6s %6s %8s %8s" % ("", "checks", "per s", "% core", "ms/check", "asked", "on wire", "verified",
                                                               "lag s", "MiB", "o/zone", "store KiB"))
        time.sleep(interval_s)
        now = s.at()
        while now["new"] > 0 and now["at"] < 4 * interval_s:
            time.sleep(2)
            now = s.at()
        tell("first round", before, now, zones.n)
        for i in range(rounds):
            before = now
            time.sleep(interval_s)
            now = s.at()
            ms = tell("round %d" % (i + 2), before, now, zones.n)
        hot = (now["rss"] - base) / zones.n
        print("%d of %d zones OK, %d stale; %.0f octets a zone more than with ten zones (%.1f MiB)" % (now["ok"], zones.n, now["stale"], hot, base / 2**20))
        print("goal: <= %g ms of one core a check: %s" % (GOAL_MS_PER_CHECK, "met" if ms <= GOAL_MS_PER_CHECK else "MISSED"))
        return now["ok"] == zones.n
    finally:
        s.stop()


def run(dnsvigil):
    n, interval_s = int(os.environ.get("OBSERVER_ZONES", "2000")), int(os.environ.get("OBSERVER_INTERVAL_S", "60"))
    rounds = int(os.environ.get("OBSERVER_ROUNDS", "2"))
    where = tempfile.mkdtemp(prefix="dnsvigil-bench-")
    servers = []
    subprocess.run(["ip", "addr", "add", "10.53.0.0/16", "dev", "lo"], check=True)
    try:
        began = time.monotonic()
        zones = Zones(where, n)
        groups = zones.make()
        zones.write_hints()
        servers = [start_nsd(where, group, *what) for group, what in groups.items()]
        wait_for_zone(ROOT[0], ".")
        wait_for_zone(TLD[0], "rsa.")
        wait_for_zone(CHILDREN[0], zones.names[0])
        print("serve: %d zones, one look at each in %d s; made and served after %.0f s" % (n, interval_s, time.monotonic() - began), flush=True)
        return measure(dnsvigil, zones, interval_s, rounds)
    finally:
        for p in servers:
            p.terminate()
            p.wait(20)
        if not os.environ.get("OBSERVER_KEEP"):
            shutil.rmtree(where, ignore_errors=True)
        else:
            print("kept: " + where)


def main():
    os.environ["PATH"] = "/usr/sbin:/usr/bin:/sbin:/bin:" + os.environ.get("PATH", "")
    if os.geteuid():
        sys.exit("bench: needs root (a network namespace of its own)")
    if os.environ.get("DNSVIGIL_BENCH_NS") != "1":
        os.environ["DNSVIGIL_BENCH_NS"] = "1"
        os.execvp("unshare", ["unshare", "-n", sys.executable, os.path.abspath(__file__)] + sys.argv[1:])
    subprocess.run(["ip", "link", "set", "lo", "up"], check=True)
    sys.exit(0 if run(os.path.abspath(sys.argv[1])) else 1)


if __name__ == "__main__":
    main()
