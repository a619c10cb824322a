#!/usr/bin/env python3
"""Zones signed and served by other people's software, healthy and broken by hand, asked by `dnsvigil why`.

BIND, Knot DNS, NSD (zones signed by ldns-signzone) and PowerDNS each serve zones of four algorithms, NSEC and NSEC3,
below a root and a TLD that dnssec-signzone signed. Everything runs in a network namespace of its own, on addresses of
TEST-NET-1 that exist only there. Needs root; without it, or without the servers, the suite is skipped and says so.

usage: interop.py DNSVIGIL [WORKDIR]        last line: "N passed, N failed[, N skipped]"
"""
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time

PATH = "/usr/sbin:/usr/bin:/sbin:/bin:" + os.environ.get("PATH", "")
os.environ["PATH"] = PATH
TOOLS = ["named", "dnssec-signzone", "dnssec-keygen", "dnssec-dsfromkey", "knotd", "knotc", "nsd", "ldns-signzone",
         "ldns-keygen", "pdns_server", "pdnsutil", "dig", "ip", "unshare"]
ROOT, TLD = "192.0.2.1", "192.0.2.2"
SERVERS = {"bind": "192.0.2.11", "knot": "192.0.2.12", "nsd": "192.0.2.13", "pdns": "192.0.2.14"}
# (label, algorithm as BIND, Knot, ldns and PowerDNS call it, NSEC3)
KINDS = [
    ("rsa", ("rsasha256", "rsasha256", "RSASHA256", "rsasha256"), False),
    ("p256", ("ecdsap256sha256", "ecdsap256sha256", "ECDSAP256SHA256", "ecdsa256"), True),
    ("p384", ("ecdsap384sha384", "ecdsap384sha384", "ECDSAP384SHA384", "ecdsa384"), False),
    ("ed", ("ed25519", "ed25519", "ED25519", "ed25519"), True),
]
BROKEN = ["swapped", "deleted", "keyless", "stripped"]  # DS of another key; zone gone; KSK dropped; unsigned under a DS


def run(*argv, **kw):
    p = subprocess.run(argv, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, **kw)
    if p.returncode:
        raise RuntimeError("%s: exit %d: %s" % (" ".join(argv), p.returncode, p.stdout[-600:]))
    return p.stdout


def write(path, text):
    with open(path, "w") as f:
        f.write(text)


def zone_text(zone, addr):
    return ("$ORIGIN %s\n$TTL 3600\n@ SOA ns1 hostmaster 1 7200 3600 1209600 300\n@ NS ns1\n@ NS ns2\n"
            "ns1 A %s\nns2 A %s\nwww A 198.51.100.7\n*.wild A 198.51.100.8\na.b.ent TXT \"x\"\nalias CNAME www\n"
            "real.wild A 198.51.100.9\n*.wc CNAME www\nalias2 CNAME alias\ndangle CNAME nowhere\ndn DNAME target\n"
            "x.target A 198.51.100.10\n*.w.target A 198.51.100.11\n_443._tcp.www TLSA 3 1 1 %s\nUPPER.Case A 198.51.100.12\n"
            "odd TYPE65280 \\# 4 01020304\nodd NAPTR 100 50 \"s\" \"z3950+I2L+I2C\" \"\" _z3950._tcp\nsp\\032ace A 198.51.100.13\n"
            "big TXT %s\n"
            % (zone, addr, addr, "0123456789ABCDEF" * 4, " ".join('"%s"' % ("k" * 250) for _ in range(16))))


# What else a zone may hold: (name below the zone, type, rcode); all of it is secure.
ODD_QUESTIONS = [
    ("below.real.wild", "A", "NXDOMAIN"), ("y.z.wild", "AAAA", "NOERROR"), ("wild", "A", "NOERROR"), ("*.wild", "A", "NOERROR"),
    ("q.wc", "A", "NOERROR"), ("q.wc", "TXT", "NOERROR"), ("alias2", "A", "NOERROR"), ("dangle", "A", "NXDOMAIN"),
    ("x.dn", "A", "NOERROR"), ("n.dn", "A", "NXDOMAIN"), ("x.dn", "CNAME", "NOERROR"), ("z.w.dn", "A", "NOERROR"),
    ("_443._tcp.www", "TLSA", "NOERROR"), ("_tcp.www", "A", "NOERROR"), ("upper.case", "A", "NOERROR"), ("odd", "TYPE65280", "NOERROR"),
    ("odd", "NAPTR", "NOERROR"), ("sp\\032ace", "A", "NOERROR"), ("big", "TXT", "NOERROR"), ("ent", "DS", "NOERROR"),
]


class Internet:
    """The files and processes of one run."""

    def __init__(self, where):
        self.dir = where
        self.procs = []
        self.zones = {}         # zone -> (address, DS lines)

    def path(self, *parts):
        p = os.path.join(self.dir, *parts)
        os.makedirs(os.path.dirname(p), exist_ok=True)
        return p

    def start(self, *argv):
        log = open(self.path("log", argv[0] + str(len(self.procs))), "w")
        self.procs.append(subprocess.Popen(argv, stdout=log, stderr=log, cwd=self.dir))

    def stop(self):
        for p in self.procs:
            p.terminate()
        for p in self.procs:
            try:
                p.wait(5)
            except subprocess.TimeoutExpired:
                p.kill()

    def ds_from_server(self, zone, addr):
        """DS of the live keys, asked of the server itself until it has signed."""
        for _ in range(80):
            out = subprocess.run(["dig", "@" + addr, zone, "DNSKEY", "+noall", "+answer", "+tries=1", "+time=1"],
                                 stdout=subprocess.PIPE, text=True).stdout
            keys = [l for l in out.splitlines() if "\tDNSKEY\t257" in re.sub(r"[ \t]+", "\t", l)]
            soa = subprocess.run(["dig", "@" + addr, zone, "SOA", "+dnssec", "+noall", "+answer", "+tries=1", "+time=1"],
                                 stdout=subprocess.PIPE, text=True).stdout
            if keys and "RRSIG" in soa:
                p = subprocess.run(["dnssec-dsfromkey", "-2", "-f", "-", zone], input="\n".join(keys) + "\n",
                                   stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
                if p.stdout:
                    return p.stdout
            time.sleep(0.25)
        raise RuntimeError("%s at %s never came up signed" % (zone, addr))

    def keygen(self, zone, alg="ECDSAP256SHA256"):
        """A KSK and a ZSK for dnssec-signzone; their file names without suffix."""
        d = self.path("keys", zone.strip(".") or "root", "x")[:-2]
        ksk = run("dnssec-keygen", "-q", "-K", d, "-a", alg, "-f", "KSK", zone).strip()
        zsk = run("dnssec-keygen", "-q", "-K", d, "-a", alg, zone).strip()
        return os.path.join(d, ksk), os.path.join(d, zsk)

    def sign_static(self, zone, text, keys, years=False):
        """Signs with dnssec-signzone; returns the path of the signed file."""
        plain, signed = self.path("static", zone + "zone"), self.path("static", zone + "signed")
        write(plain, text + "".join(open(k + ".key").read() for k in keys))
        run("dnssec-signzone", "-q", "-o", zone, "-f", signed, "-O", "full", "-s", "-3600",
            "-e", "+315360000" if years else "+1209600", plain, *[k + ".private" for k in keys], cwd=self.dir)
        return signed

    def ds_of_key(self, key):
        return run("dnssec-dsfromkey", "-2", key + ".key")

    # -- the four servers ---------------------------------------------------------------------------------------

    def broken_files(self, server, addr):
        """Zones every server serves from a file: (zone, path or None)."""
        out = []
        for what in BROKEN:
            zone = "%s-%s.lab." % (what, server)
            ksk, zsk = self.keygen(zone)
            ds = self.ds_of_key(ksk)
            path = self.sign_static(zone, zone_text(zone, addr), (ksk, zsk))
            if what == "swapped":
                ds = self.ds_of_key(self.keygen(zone)[0])
            elif what == "deleted":
                path = None
            elif what == "keyless":
                lines = open(path).read().split("\n")
                write(path, "\n".join(l for l in lines if not re.search(r"\sDNSKEY\s+257\s", l)))
            elif what == "stripped":
                write(path, zone_text(zone, addr))
            self.zones[zone] = (addr, ds)
            if path:
                out.append((zone, path))
        return out

    def start_bind(self, addr):
        blocks = []
        for label, algs, nsec3 in KINDS:
            zone = "%s-bind.lab." % label
            write(self.path("bind", zone + "zone"), zone_text(zone, addr))
            n3 = "nsec3param iterations 0 optout no salt-length 0;" if nsec3 else ""
            blocks.append('dnssec-policy "%s" { keys { ksk lifetime unlimited algorithm %s; zsk lifetime unlimited '
                          'algorithm %s; }; %s };\nzone "%s" { type primary; file "%s"; dnssec-policy "%s"; '
                          'inline-signing yes; };' % (label, algs[0], algs[0], n3, zone, zone + "zone", label))
            self.zones[zone] = (addr, None)
        for zone, path in self.broken_files("bind", addr):
            blocks.append('zone "%s" { type primary; file "%s"; };' % (zone, path))
        d = self.path("bind", "x")[:-2]
        write(self.path("bind", "named.conf"), 'options { check-names primary ignore; directory "%s"; listen-on { %s; }; listen-on-v6 { none; }; '
              'pid-file "%s/named.pid"; session-keyfile "%s/session.key"; recursion no; dnssec-validation no; '
              'managed-keys-directory "%s"; };\ncontrols { };\n%s\n' % (d, addr, d, d, d, "\n".join(blocks)))
        self.start("named", "-g", "-c", self.path("bind", "named.conf"))

    def start_knot(self, addr):
        d = self.path("knot", "x")[:-2]
        policies, zones = [], []
        for label, algs, nsec3 in KINDS:
            zone = "%s-knot.lab." % label
            write(self.path("knot", zone + "zone"), zone_text(zone, addr))
            policies.append("  - id: %s\n    algorithm: %s\n    nsec3: %s\n    nsec3-iterations: 0\n    nsec3-salt-length: 0\n"
                            % (label, algs[1], "on" if nsec3 else "off"))
            zones.append("  - domain: %s\n    file: %szone\n    dnssec-signing: on\n    dnssec-policy: %s\n"
                         "    zonefile-sync: -1\n    journal-content: none\n    zonefile-load: whole\n" % (zone, zone, label))
            self.zones[zone] = (addr, None)
        for zone, path in self.broken_files("knot", addr):
            zones.append("  - domain: %s\n    file: %s\n    semantic-checks: off\n" % (zone, path))
        write(self.path("knot", "knot.conf"), "server:\n    rundir: %s\n    listen: %s@53\n"
              "log:\n  - target: stdout\n    any: info\ndatabase:\n    storage: %s\npolicy:\n%s"
              "template:\n  - id: default\n    storage: %s\nzone:\n%s"
              % (d, addr, d, "".join(policies), d, "".join(zones)))
        self.start("knotd", "-c", self.path("knot", "knot.conf"))

    def start_nsd(self, name, addr, zones):
        d = self.path(name, "x")[:-2]
        write(self.path(name, "nsd.conf"), "server:\n  ip-address: %s\n  username: \"\"\n  chroot: \"\"\n  zonesdir: \"%s\"\n"
              "  pidfile: \"%s/nsd.pid\"\n  database: \"\"\n  xfrdfile: \"%s/xfrd\"\n  zonelistfile: \"%s/list\"\n"
              "  server-count: 1\nremote-control:\n  control-enable: no\n%s"
              % (addr, d, d, d, d, "".join("zone:\n  name: \"%s\"\n  zonefile: \"%s\"\n" % z for z in zones)))
        self.start("nsd", "-d", "-c", self.path(name, "nsd.conf"))

    def start_ldns_nsd(self, addr):
        zones = []
        for label, algs, nsec3 in KINDS:
            zone = "%s-nsd.lab." % label
            d = self.path("ldns", label, "x")[:-2]
            bits = ["-b", "2048"] if label == "rsa" else []
            ksk = run("ldns-keygen", "-a", algs[2], *bits, "-k", zone, cwd=d).strip()
            zsk = run("ldns-keygen", "-a", algs[2], *bits, zone, cwd=d).strip()
            write(os.path.join(d, "zone"), zone_text(zone, addr))
            run("ldns-signzone", *(["-n", "-t", "0", "-s", ""] if nsec3 else []), "-f", "signed", "zone", ksk, zsk, cwd=d)
            zones.append((zone, os.path.join(d, "signed")))
            self.zones[zone] = (addr, None)
        self.start_nsd("nsd", addr, zones + self.broken_files("nsd", addr))

    def start_pdns(self, addr):
        d = self.path("pdns", "x")[:-2]
        blocks, presigned = [], []
        for label, _, _ in KINDS:
            zone = "%s-pdns.lab." % label
            write(self.path("pdns", zone + "zone"), zone_text(zone, addr))
            blocks.append('zone "%s" { type master; file "%s/%szone"; };' % (zone.rstrip("."), d, zone))
            self.zones[zone] = (addr, None)
        for zone, path in self.broken_files("pdns", addr):
            blocks.append('zone "%s" { type master; file "%s"; };' % (zone.rstrip("."), path))
            if zone.startswith(("swapped", "keyless")):
                presigned.append(zone)
        write(self.path("pdns", "named.conf"), "\n".join(blocks) + "\n")
        write(self.path("pdns", "pdns.conf"), "launch=bind\nbind-config=%s/named.conf\nbind-dnssec-db=%s/dnssec.db\n"
              "local-address=%s\nlocal-port=53\nsocket-dir=%s\nsetuid=\nsetgid=\nguardian=no\ndaemon=no\n"
              "dname-processing=yes\nzone-cache-refresh-interval=0\ncache-ttl=0\nversion-string=anonymous\n" % (d, d, addr, d))
        run("pdnsutil", "--config-dir=" + d, "create-bind-db", d + "/dnssec.db")
        for label, algs, nsec3 in KINDS:
            zone = "%s-pdns.lab" % label
            run("pdnsutil", "--config-dir=" + d, "add-zone-key", zone, "ksk", "active", *(["2048"] if label == "rsa" else []), algs[3])
            run("pdnsutil", "--config-dir=" + d, "add-zone-key", zone, "zsk", "active", *(["2048"] if label == "rsa" else []), algs[3])
            if nsec3:
                run("pdnsutil", "--config-dir=" + d, "set-nsec3", zone, "1 0 0 -")
            run("pdnsutil", "--config-dir=" + d, "rectify-zone", zone)
        for zone in presigned:
            run("pdnsutil", "--config-dir=" + d, "set-presigned", zone.rstrip("."))
        self.start("pdns_server", "--config-dir=" + d)

    def start_parents(self):
        for zone, (addr, ds) in self.zones.items():
            if ds is None:
                self.zones[zone] = (addr, self.ds_from_server(zone, addr))
        tld = "$ORIGIN lab.\n$TTL 3600\n@ SOA ns1 hostmaster 1 7200 3600 1209600 300\n@ NS ns1\nns1 A %s\n" % TLD
        for zone, (addr, ds) in sorted(self.zones.items()):
            tld += "%s NS ns1.%s\n%s NS ns2.%s\nns1.%s A %s\nns2.%s A %s\n%s" % (zone, zone, zone, zone, zone, addr, zone, addr, ds)
        tld_keys, root_keys = self.keygen("lab."), self.keygen(".")
        root = "$ORIGIN .\n$TTL 3600\n@ SOA ns1.lab. hostmaster.lab. 1 7200 3600 1209600 300\n@ NS root.lab.\n" \
               "root.lab. A %s\nlab. NS ns1.lab.\nns1.lab. A %s\n%s" % (ROOT, TLD, self.ds_of_key(tld_keys[0]))
        self.start_nsd("nsd-tld", TLD, [("lab.", self.sign_static("lab.", tld + "root A %s\n" % ROOT, tld_keys, True))])
        self.start_nsd("nsd-root", ROOT, [(".", self.sign_static(".", root, root_keys, True))])
        write(self.path("hints"), ". 3600 NS root.lab.\nroot.lab. 3600 A %s\n" % ROOT)
        write(self.path("anchors"), self.ds_of_key(root_keys[0]))
        for addr, zone in ((ROOT, "."), (TLD, "lab.")):
            self.ds_from_server(zone, addr)


def cases():
    """(name, type, extra arguments, verdict, security, rcode, acceptable root causes)"""
    expired = {"rrsig-expired", "dnskey-rrsig-expired"}
    for server in SERVERS:
        for label, _, _ in KINDS:
            zone = "%s-%s.lab." % (label, server)
            for name, qtype, rcode in (("www." + zone, "A", "NOERROR"), ("any.wild." + zone, "A", "NOERROR"),
                                       ("www." + zone, "TXT", "NOERROR"), ("b.ent." + zone, "A", "NOERROR"),
                                       ("nothing." + zone, "A", "NXDOMAIN"), ("alias." + zone, "A", "NOERROR")):
                yield name, qtype, [], "ok", "secure", rcode, set()
            for name, qtype, rcode in ODD_QUESTIONS:
                yield name + "." + zone, qtype, [], "ok", "secure", rcode, set()
            for qtype in ("SOA", "NS", "DNSKEY", "DS", "NSEC3PARAM", "CDS"):
                yield zone, qtype, [], "ok", "secure", "NOERROR", set()
            yield "www." + zone, "A", ["--at", "+60d"], "servfail", "bogus", "SERVFAIL", expired
        bad = {"swapped": {"ds-stale-only"}, "deleted": {"lame-refused-all"}, "keyless": {"ksk-absent"},
               "stripped": {"ds-child-unsigned"}}
        for what, roots in bad.items():
            security = None if what == "deleted" else "bogus"
            yield "www.%s-%s.lab." % (what, server), "A", [], "servfail", security, "SERVFAIL", roots
    # an NSEC asked for by its type is data: BIND expands a wildcard's
    yield "any.wild.rsa-bind.lab.", "NSEC", [], "ok", "secure", "NOERROR", set()


def ask(dnsvigil, net, name, qtype, extra):
    p = subprocess.run([dnsvigil, "why", name, qtype, "--root-hints", net.path("hints"), "--trust-anchor",
                        net.path("anchors"), "--allow-private", "--no-resolvers", "-o", "json"] + extra,
                       stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, timeout=60)
    try:
        return json.loads(p.stdout), None
    except ValueError:
        return None, "no JSON, exit %d: %s" % (p.returncode, (p.stderr or p.stdout)[-300:])


def check(dnsvigil, net):
    passed = failed = 0
    for name, qtype, extra, verdict, security, rcode, roots in cases():
        got, why = ask(dnsvigil, net, name, qtype, extra)
        if got:
            root = (got["root_cause"] or {}).get("finding")
            have = "%s %s %s root=%s" % (got["verdict"], got["security"], got["rcode"], root)
            if got["verdict"] != verdict or (security and got["security"] != security) or got["rcode"] != rcode:
                why = have
            elif roots and root not in roots:
                why = have + ", findings: " + " ".join(f["id"] for f in got["findings"])
        if why:
            failed += 1
            print("FAIL interop %s %s %s: wanted %s %s %s %s, got %s"
                  % (name, qtype, " ".join(extra), verdict, security, rcode, "|".join(sorted(roots)) or "-", why))
        else:
            passed += 1
    return passed, failed


def main():
    dnsvigil = os.path.abspath(sys.argv[1])
    missing = [t for t in TOOLS if not shutil.which(t, path=PATH)]
    if os.geteuid() or missing:
        print("interop: skipped: %s" % ("needs root" if os.geteuid() else "missing " + " ".join(missing)))
        print("0 passed, 0 failed, 1 skipped")
        return 0
    if os.environ.get("DNSVIGIL_INTEROP_NS") != "1":
        os.environ["DNSVIGIL_INTEROP_NS"] = "1"
        os.execvp("unshare", ["unshare", "-n", sys.executable, os.path.abspath(__file__)] + sys.argv[1:])
    run("ip", "link", "set", "lo", "up")
    for addr in [ROOT, TLD] + list(SERVERS.values()):
        run("ip", "addr", "add", addr + "/32", "dev", "lo")
    where = os.path.abspath(sys.argv[2]) if len(sys.argv) > 2 else tempfile.mkdtemp(prefix="dnsvigil-interop-")
    os.makedirs(where, exist_ok=True)
    os.chmod(where, 0o755)
    net = Internet(where)
    try:
        net.start_bind(SERVERS["bind"])
        net.start_knot(SERVERS["knot"])
        net.start_ldns_nsd(SERVERS["nsd"])
        net.start_pdns(SERVERS["pdns"])
        net.start_parents()
        passed, failed = check(dnsvigil, net)
    except RuntimeError as e:
        print("FAIL interop set-up: %s" % e)
        passed, failed = 0, 1
    finally:
        net.stop()
        if len(sys.argv) < 3:
            shutil.rmtree(where, ignore_errors=True)
    print("%d passed, %d failed" % (passed, failed))
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
