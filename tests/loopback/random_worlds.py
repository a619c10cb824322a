#!/usr/bin/env python3
"""Random worlds: trees of zones of every kind with no, one or two faults, the same for the same seed. Each must pass two
trials:
  cause       without sockets. One fault was put in, so a verdict of SERVFAIL or DEGRADED must have a root cause, that cause must
              be one this kind of fault can show as (CAUSES), at the zone where it was put, and without any fault all must be OK.
              Of two faults one must be what is told. Worlds from number COUNT on have rarer zones and faults too (RARE_*).
  validators  over loopback (loopback.py): Unbound, BIND, delv and Knot Resolver must agree, or differences.tsv says why not.
              A file is named after what is in it (3-17.ds-stale.opt-out.world), so that a row can name the class.

usage: random_worlds.py DNSVIGIL [-v] [-j N] [--seed S] [--count N] [--cause-only]     last line: "N passed, N failed"
       random_worlds.py --make DIR [--seed S] [--count N]                              only write them
"""
import concurrent.futures
import fnmatch
import itertools
import json
import os
import random
import re
import subprocess
import sys
import tempfile

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import loopback  # noqa: E402

SEED, COUNT, COUNT_CAUSE = 1, 60, 200   # the suite: so many worlds with validators, so many without
MAIN, SUB, DEEP, OTHER = "shop.lab.", "sub.shop.lab.", "deep.sub.shop.lab.", "other.lab."
FAR = "far.away.shop.lab."
UNSIGNED, ISLAND, BELOW = "un.shop.lab.", "isle.shop.lab.", "signed.un.shop.lab."

# ---- what a fault may show as: shell patterns of findings ------------------------------------------------------------

# Signature faults of an ancestor are told as one; of the denial that proves a missing DS, as that.
ABOVE = "ancestor-zone-expired ds-absence-unproven"
CAUSES = {
    "rrsig-expired": "rrsig-expired dnskey-rrsig-expired ds-rrsig-expired " + ABOVE,
    "rrsig-not-yet": "rrsig-not-yet-valid dnskey-rrsig-not-yet ds-rrsig-not-yet-valid " + ABOVE,
    "rrsig-inverted": "rrsig-expired-before-inception dnskey-rrsig-expired ds-rrsig-* " + ABOVE,
    "rrsig-bogus": "rrsig-bogus dnskey-rrsig-bogus ds-rrsig-bogus " + ABOVE,
    "rrsig-foreign-key": "rrsig-bogus dnskey-rrsig-bogus ds-rrsig-bogus " + ABOVE,
    "rrsig-missing": "rrsig-missing dnskey-rrsig-missing ds-rrsig-missing dnssec-not-served ancestor-strips-dnssec dnskey-unsigned-by-ksk "
                     + ABOVE,
    "rrsig-wrong-length": "rrsig-bad-length dnskey-rrsig-bogus ds-rrsig-bogus " + ABOVE,
    "rrsig-signer": "rrsig-signer-* dnskey-rrsig-bogus dnskey-unsigned-by-ksk ds-rrsig-bogus " + ABOVE,
    "rrsig-labels": "rrsig-labels-* rrsig-bogus nsec-not-covering nsec-covers-existing-name nsec-missing-wildcard nsec3-no-next-closer dnskey-rrsig-bogus dnskey-unsigned-by-ksk ds-rrsig-bogus " + ABOVE,
    "rrsig-tag": "trust-anchor-not-signing rrsig-wrong-keytag dnskey-rrsig-bogus dnskey-unsigned-by-ksk ds-rrsig-bogus " + ABOVE,
    "rrsig-algorithm": "trust-anchor-not-signing rrsig-wrong-algorithm rrsig-unassigned-algorithm dnskey-rrsig-bogus dnskey-unsigned-by-ksk ds-rrsig-bogus " + ABOVE,
    "rrsig-covered": "rrsig-missing dnskey-rrsig-missing ds-rrsig-missing ds-rrsig-bogus dnssec-not-served " + ABOVE,
    "rrsig-original-ttl": "rrsig-bogus dnskey-rrsig-bogus ds-rrsig-bogus rrset-ttl-above-original " + ABOVE,
    "rrsig-extra": "rrsig-one-good-one-bogus",
    "dnskey-absent": "dnskey-absent ds-child-unsigned",
    "dnskey-remove": "ksk-absent zsk-absent dnskey-absent ds-child-unsigned",
    "dnskey-flags": "dnskey-no-zone-bit-*",
    "dnskey-protocol": "dnskey-protocol-wrong",
    "dnskey-algorithm": "dnskey-alg-mismatch-* dnskey-alg-unassigned",
    "dnskey-revoke": "dnskey-revoked-*",
    "dnskey-tamper": "ksk-tampered zsk-tampered dnskey-rrsig-bogus",
    "dnskey-length": "dnskey-bad-length dnskey-zero-length ksk-tampered zsk-tampered rsa-key-too-short",
    "dnskey-swap": "ds-stale-only dnskey-unsigned-by-ksk ksk-absent zsk-absent ds-wrong-tag",
    "dnskey-harmless": "",
    "dnskey-signed-by": "dnskey-unsigned-by-ksk dnskey-rrsig-missing ds-to-zsk-not-signing-dnskey",
    "ds-wrong-digest": "ds-wrong-digest",
    "ds-wrong-tag": "ds-wrong-tag ds-stale-only",
    "ds-wrong-alg": "ds-wrong-alg",
    "ds-digest-length": "ds-digest-length-wrong",
    "ds-stale": "ds-stale-only",
    "ds-downgrade": "",
    "ds-of-zsk": "ds-to-zsk-not-signing-dnskey",
    "ds-harmless": "",
    "denial-omit": "nsec-missing-* nsec-not-covering nsec-wildcard-not-covered nsec-nodata-wrong-owner nsec3-no-* lame-empty-noerror "
                   "ds-absence-unproven ds-optout-proof-wrong",
    "denial-wrong": "nsec3-owner-hash-wrong nsec-missing-* nsec-not-covering nsec-wildcard-not-covered nsec-nodata-wrong-owner "
                    "nsec3-no-* ds-absence-unproven ds-optout-proof-wrong ds-absence-proof-*",
    "denial-bitmap-add": "nsec-bitmap-has-type ds-absence-proof-*",
    "denial-bitmap-remove": "nsec-bitmap-lacks-type ds-absence-proof-lacks-ns-bit",
    "denial-owner-wrong": "nsec3-owner-hash-wrong ds-optout-proof-wrong ds-absence-unproven",
    "denial-hide": "nsec-covers-existing-name nsec-rcode-noerror-proof-nx nsec-wildcard-not-covered nsec3-no-match nsec-nodata-wrong-owner",
    "denial-last": "nsec-not-covering nsec-wildcard-not-covered",
    "denial-rcode": "nsec-rcode-* qtype-aaaa-nxdomain",
    "denial-no-soa": "soa-missing-negative ds-absence-without-soa",
    "denial-hash": "nsec3-unknown-hash ds-absence-unproven ds-optout-proof-wrong",
    "denial-flags": "nsec3-unknown-flags ds-absence-unproven ds-optout-proof-wrong",
    "denial-harmless": "",
    "unsigned": "ds-child-unsigned",
    "serial": "",
    "drop": "",
    "ns-no-glue": "glue-missing",
    "ns-dead-glue": "glue-stale-* ns-timeout-*",
    "refused": "lame-refused-*", "servfail": "lame-servfail-*", "notimp": "lame-notimp", "formerr": "lame-formerr",
    "notauth": "lame-notauth-rcode", "lame": "lame-refused-*",
    "nxdomain": "lame-nxdomain", "empty": "lame-empty-noerror* ds-child-unsigned",
    "parking": "ds-child-unsigned lame-empty-noerror ns-timeout-some ns-own-address-stale",
    "silent": "ns-timeout-*", "icmp": "ns-icmp-unreachable", "upward-referral": "lame-upward-referral",
    "self-referral": "lame-self-referral", "no-aa": "lame-no-aa*", "recursor": "lame-recursor",
    "strip-dnssec": "dnssec-not-served rrsig-missing ancestor-strips-dnssec",
    "ignore-edns": "dnssec-not-served ancestor-strips-dnssec edns-formerr-signed",
    "formerr-edns": "edns-formerr-signed", "notimp-edns": "edns-formerr-signed", "badvers": "edns-badvers-always edns-formerr-signed",
    "drop-edns": "edns-dropped*", "drop-do": "edns-do-dropped", "drop-cookie": "edns-unknown-option-dropped",
    "formerr-cookie": "edns-unknown-option-formerr", "badcookie-loop": "ns-badcookie-loop",
    "truncate": "", "no-opt": "", "gratuitous-opt": "", "lower-case": "", "slow": "", "no-cookie": "", "badcookie-once": "",
    "garbage": "ns-malformed-reply", "wrong-id": "ns-wrong-txid", "wrong-question": "ns-wrong-question",
    "truncate-tcp-refuse": "ns-tcp-refused", "truncate-tcp-silent": "ns-tcp-silent",
    "truncate-dnskey-tcp-refuse": "dnskey-answer-needs-tcp-but-none ns-tcp-refused", "servfail-dnskey": "qtype-dnskey-refused qtype-servfail",
    "refused-dnskey": "qtype-dnskey-refused qtype-servfail", "drop-dnskey": "qtype-dnskey-dropped qtype-dropped",
    "servfail-type": "qtype-servfail",
    "drop-type": "qtype-dropped", "ds-servfail": "ds-query-servfail-by-parent qtype-servfail",
    "ds-drop": "ds-query-dropped-by-parent qtype-dropped", "ds-referral": "ds-query-referral-by-parent nsec-missing-nodata nsec3-no-match",
}
# Of the rarer kinds.
RARE_CAUSES = {
    "rrsig-harmless": "", "rrsig-one-algorithm": "rrsig-one-good-one-*", "drop-type-soa": "qtype-dropped", "refused-type-ns": "lame-refused-* qtype-servfail",
    "rrsig-window": "rrsig-expired* dnskey-rrsig-expired ds-rrsig-expired sig-* " + ABOVE,
    "rrsig-many-bad": "keytrap-many-sigs rrsig-one-good-one-bogus",
    "dnskey-swap-unsigned": "zsk-tampered ksk-tampered dnskey-rrsig-bogus",
    "dnskey-exponent": "rsa-exponent-huge trust-anchor-not-signing",
    "dnskey-same-tag": "keytag-collision*", "dnskey-collide": "keytag-collision* keytrap-many-keys",
    "denial-next": "nsec-not-covering nsec-wildcard-not-covered nsec-covers-existing-name nsec3-no-* nsec-nodata-wrong-owner "
                   "ds-absence-unproven ds-optout-proof-wrong",
    "denial-signed-before": "rrsig-bogus ds-absence-unproven nsec-missing-* nsec3-no-* nsec3-owner-hash-wrong ds-absence-* ds-optout-proof-wrong",
    "denial-apex-bitmap": "nsec-apex-soa-bit-missing nsec-bitmap-lacks-type",
    "denial-soa-owner": "wrong-soa-owner soa-missing-negative ds-absence-without-soa",
    "contents-harmless": "", "ttl": "rrset-ttl-above-original", "apex-ns-dead": "child-ns-all-dead ns-name-* ns-timeout-* ns-own-address-stale",
    "delegation-none": "not-delegated child-not-delegated ds-absence-proof-lacks-ns-bit",
    "ns-elsewhere": "ns-timeout-*",
    "short": "ns-malformed-reply", "wrong-source": "ns-wrong-source-address", "foreign-class": "foreign-class-data",
    "synthesis-none": "dname-no-cname", "synthesis-wrong": "dname-cname-mismatch",
    "udp-silent": "ns-udp-silent", "truncate-tcp-close": "ns-tcp-refused ns-tcp-silent", "truncate-tcp-drip": "ns-tcp-silent",
    "tcp-refuse": "ns-tcp-refused dnskey-answer-needs-tcp-but-none", "tcp-close": "ns-tcp-* dnskey-answer-needs-tcp-but-none",
    "tcp-drip": "ns-tcp-silent dnskey-answer-needs-tcp-but-none", "bare-referral": "glue-missing", "drop-ns": "qtype-dropped qtype-ns-dropped",
    "large-lost": "udp-large-answer-lost", "cookie-wrong": "cookie-misbehaviour", "cookie-short": "cookie-misbehaviour",
    "first-silent": "", "harmless": "",
}
# What is good at one server and bad at another may be told as that.
DIFFER = ("server-stale-expired server-unsigned server-strips-dnssec dnskey-set-differs-* server-signs-with-unpublished-key server-bogus "
          "parent-servers-disagree name-missing-on-one")
# Seen from a zone below the one that is at fault.
BELOW_IT = "ancestor-zone-expired ancestor-strips-dnssec ds-rrsig-bogus ds-rrsig-missing ds-absence-unproven"
# Faults that every question to the zone meets, so that OK would be wrong whatever is asked.
ALWAYS_SEEN = {"refused", "servfail", "notimp", "formerr", "notauth", "lame", "silent", "icmp", "upward-referral", "garbage", "wrong-id",
               "truncate-tcp-refuse", "badcookie-loop"}


class Fault:
    """One line that breaks a zone: what is put in, where, and whether at one of its servers only."""

    def __init__(self, kind, zone, line, one=False):
        self.kind, self.zone, self.line, self.one = kind, zone, line, one
        self.of_soa = False

    def everywhere(self, zone):
        """The same fault at all servers of its zone."""
        if self.kind == "ns-dead-glue":
            return "\n".join("break %s delegation glue %s=192.0.2.200" % (zone.name, ns) for ns, _ in zone.servers)
        if self.line.startswith("server "):
            at = self.line.split()[1]
            return "\n".join(self.line.replace("server %s " % at, "server %s " % addr) for _, addr in zone.servers)
        return re.sub(r" at=\S+", "", self.line)

    def label(self):
        return self.kind + ("-soa" if self.of_soa else "") + ("@one" if self.one else "")

    def may_show_as(self, finding):
        patterns = {**CAUSES, **RARE_CAUSES}[self.kind].split() + (DIFFER.split() if self.one else [])
        if self.zone == "." and self.kind.startswith("dnskey-"):
            patterns.append("trust-anchor-not-signing")         # whose fault it is cannot be told from outside
        return any(fnmatch.fnmatch(finding, p) for p in patterns)


# ---- zones -------------------------------------------------------------------------------------------------------------

NUMBERS = {"rsasha256": 8, "ecdsa": 13, "ed25519": 15}
ALGORITHMS = ["ecdsa"] * 4 + ["rsasha256"] * 3 + ["ed25519", "p384", "ed448", "rsasha512", "rsasha1-nsec3", "ecdsa csk", "ed25519 csk",
                                                   "ecdsa+rsasha256", "ecdsa+ed25519", "rsasha256 rsa-bits=1024"]
DENIALS = ["nsec"] * 3 + ["nsec3"] * 3 + ["nsec3 opt-out"] * 2 + ["compact", "nsec3 iterations=5 salt=abcd", "nsec3 iterations=60",
                                                                  "nsec3 iterations=200"]


class Zone:
    def __init__(self, name, how, servers):
        self.name, self.how, self.servers = name, how, servers     # servers: [(ns name, address)]

    def signed(self):
        return not self.how.startswith("unsigned")

    def line(self):
        return "zone %s %s servers %s" % (self.name, self.how, " ".join("%s=%s" % s for s in self.servers))


def signed_how(r):
    return r.choice(ALGORITHMS) + " " + r.choice(DENIALS)


def two_servers(n, r):
    both = [("ns1", "192.0.2.%d" % n), ("ns2", "192.0.2.%d" % (n + 1))]
    return both if r.random() < 0.7 else both[:1]


def add_rare_zones(zones, r):
    """A cut below an empty name, a zone whose servers are named after another's, other digests, TTLs and records of the keys."""
    if r.random() < 0.4:
        zones[FAR] = Zone(FAR, signed_how(r), two_servers(81, r))
    if OTHER in zones and r.random() < 0.5:
        zones[OTHER].servers = [("%s.%s" % (n, MAIN), a) for n, a in zones[MAIN].servers]
    for z in zones.values():
        if z.signed() and r.random() < 0.4:
            z.how += " " + r.choice(["ds=1,2", "ds=4", "ds=2,4", "cds", "ttl=60", "negative-ttl=5", "inception=-1h"])


def make_zones(r, rare=False):
    """{name: Zone}. A child may live on its parent's servers, so that no referral is seen."""
    zones = {}

    def put(name, how, servers):
        zones[name] = Zone(name, how, servers)
    if r.random() < 0.2:
        put(".", r.choice(ALGORITHMS) + " nsec", [("a.root.", "192.0.2.1")])
    if r.random() < 0.5:
        put("lab.", signed_how(r), [("a.nic", "192.0.2.2"), ("b.nic", "192.0.2.3")][:r.choice([1, 2])])
    put(MAIN, signed_how(r), two_servers(11, r))
    for name, how, n, chance in ((SUB, signed_how(r), 21, 0.8), (DEEP, signed_how(r), 31, 0.4), (UNSIGNED, "unsigned", 41, 0.6),
                                 (ISLAND, signed_how(r) + " no-ds", 51, 0.3), (BELOW, signed_how(r), 61, 0.3),
                                 (OTHER, r.choice([signed_how(r), "unsigned"]), 71, 0.6)):
        parent = name.split(".", 1)[1]
        if r.random() > chance or (parent not in zones and parent != "lab."):
            continue
        if parent in zones and r.random() < 0.3:
            put(name, how, [("ns%d" % (i + 1), a) for i, (_, a) in enumerate(zones[parent].servers)])
        else:
            put(name, how, two_servers(n, r))
    if rare:
        add_rare_zones(zones, r)
    return zones


def make_records(zones, r, rare=False):
    """(lines, names that exist or ought to be asked)"""
    lines, names = [], []
    for z in zones.values():
        if z.name in (".", "lab."):
            continue
        at = z.name
        for owner, rest in (("www." + at, "A 198.51.100.7"), ("www." + at, "TXT \"hello\""), ("a.b.ent." + at, "A 198.51.100.8"),
                            ("*.wild." + at, "A 198.51.100.9")):
            lines.append("record %s 300 %s" % (owner, rest))
        names += [("www." + at, 3), (at, 2), ("nope." + at, 2), ("x.wild." + at, 1), ("b.ent." + at, 1), ("no.such.deep." + at, 1)]
    own = [z for z in zones if z not in (".", "lab.")]
    targets = [t + z for z in own for t in ("www.", "x.wild.", "nope.")]
    for alias in sorted({"al." + MAIN, "al." + r.choice(own)}):
        lines.append("record %s 300 CNAME %s" % (alias, r.choice(targets)))
        names.append((alias, 2))
    if r.random() < 0.4:
        lines.append("record dn.%s 300 DNAME wild.%s" % (MAIN, r.choice(own)))
        names.append(("q.dn." + MAIN, 2))
    if rare and r.random() < 0.5:
        lines.append("record *.wc.%s 300 CNAME %s" % (MAIN, r.choice(targets)))
        lines.append("record hop.%s 300 CNAME y.wc.%s" % (MAIN, MAIN))
        names += [("y.wc." + MAIN, 2), ("hop." + MAIN, 2)]
    if rare and r.random() < 0.3:
        lines.append("record *.%s 300 TXT \"any\"" % MAIN)
    return lines, names


# ---- faults ------------------------------------------------------------------------------------------------------------

def at_one(zone, r, chance=0.25):
    """Words that limit a break to one of two servers, and whether they do."""
    if len(zone.servers) < 2 or r.random() > chance:
        return "", False
    return " at=" + zone.servers[1][0], True


def parent_of(zones, name):
    """The zone of the text that holds the DS of `name`; None when it is one made without being asked for."""
    while name != ".":
        name = name.split(".", 1)[1] or "."
        if name in zones:
            return zones[name]
    return None


def break_rrsig(zones, zone, r):
    kind, words = r.choice([
        ("rrsig-expired", "expired"), ("rrsig-expired", "expired since=-20d"), ("rrsig-not-yet", "not-yet"), ("rrsig-inverted", "inverted"),
        ("rrsig-bogus", "bogus"), ("rrsig-missing", "missing"), ("rrsig-wrong-length", "wrong-length"), ("rrsig-signer", "signer=lab."),
        ("rrsig-signer", "signer=x." + zone.name.lstrip(".")), ("rrsig-signer", "signer=elsewhere.example."), ("rrsig-labels", "labels=+1"),
        ("rrsig-labels", "labels=-1"), ("rrsig-tag", "tag=wrong"), ("rrsig-algorithm", "algorithm=100"),
        ("rrsig-algorithm", "algorithm=%s" % r.choice([8, 13, 15])), ("rrsig-covered", "covered=TXT"),
        ("rrsig-original-ttl", "original-ttl=60"), ("rrsig-foreign-key", "foreign-key"), ("rrsig-extra", "extra-expired"),
        ("rrsig-extra", "extra-bogus")])
    if words == "signer=lab." and zone.name in (".", "lab."):
        words = "signer=x." + zone.name.lstrip(".")
    children = [z for z in zones if parent_of(zones, z) is zone and zones[z].signed()] if zone.name != "." else []
    selectors = ["", "", "type=data", "type=DNSKEY", "type=DNSKEY", "type=SOA", "type=A", "type=NSEC,NSEC3", "name=" + zone.name,
                 "key=ksk", "key=zsk"] + ["type=DS name=" + c for c in children]
    at, one = at_one(zone, r)
    fault = Fault(kind, zone.name, "break %s rrsig %s %s%s" % (zone.name, words, r.choice(selectors), at), one)
    fault.of_soa = "type=SOA" in fault.line
    return fault


def break_dnskey(zones, zone, r):
    role = r.choice(["ksk", "zsk"])
    kind, words = r.choice([
        ("dnskey-absent", "absent"), ("dnskey-remove", "remove"), ("dnskey-flags", "flags=0"), ("dnskey-protocol", "protocol=2"),
        ("dnskey-algorithm", "algorithm=%s" % r.choice([7, 14, 100])), ("dnskey-revoke", "revoke"), ("dnskey-tamper", "tamper"),
        ("dnskey-tamper", "tamper tag=keep"), ("dnskey-length", "zero-length"), ("dnskey-length", "key-length=20"), ("dnskey-swap", "swap"),
        ("dnskey-swap", "swap keep"), ("dnskey-harmless", "extra=2"), ("dnskey-signed-by", "signed-by=zsk"),
        ("dnskey-signed-by", "signed-by=none"), ("dnskey-harmless", "signed-by=all")])
    at, one = at_one(zone, r)
    return Fault(kind, zone.name, "break %s dnskey %s role=%s%s" % (zone.name, words, role, at), one)


def break_ds(zones, zone, r):
    if zone.name == "." or "no-ds" in zone.how:
        return break_rrsig(zones, zone, r)
    kind, words = r.choice([
        ("ds-wrong-digest", "wrong-digest"), ("ds-wrong-tag", "wrong-tag"), ("ds-wrong-alg", "wrong-alg"), ("ds-downgrade", "algorithm=100"),
        ("ds-downgrade", "digest-type=9"), ("ds-digest-length", "digest-length=10"), ("ds-stale", "stale"), ("ds-harmless", "extra-stale"),
        ("ds-harmless", "extra-stale algorithm=8"), ("ds-downgrade", "remove"), ("ds-of-zsk", "of=zsk"), ("ds-harmless", "many=3"),
        ("ds-harmless", "add=\"0 0 0 00\"")])
    return Fault(kind, zone.name, "break %s ds %s" % (zone.name, words))


def break_denial(zones, zone, r):
    kind, words = r.choice([
        ("denial-omit", "omit=" + r.choice("nxdomain nodata wildcard no-ds all name closest-encloser next-closer wildcard-cover".split())),
        ("denial-omit", "omit=" + r.choice("nxdomain nodata wildcard no-ds all".split())),
        ("denial-wrong", "wrong=" + r.choice("name wildcard-cover nodata closest-encloser next-closer no-ds".split())),
        ("denial-bitmap-add", "bitmap-add=MX,AAAA"), ("denial-bitmap-remove", "bitmap-remove=A,TXT"), ("denial-owner-wrong", "owner-wrong"),
        ("denial-hide", "hide name=www." + zone.name.lstrip(".")), ("denial-last", "last-not-apex"), ("denial-rcode", "rcode=nxdomain"),
        ("denial-rcode", "rcode=noerror"), ("denial-rcode", "ent-nxdomain"), ("denial-no-soa", "no-soa"), ("denial-harmless", "use=nsec"),
        ("denial-harmless", "use=nsec3"), ("denial-harmless", "use=opt-out"), ("denial-harmless", "use=compact"), ("denial-harmless", "pad=3"),
        ("denial-hash", "hash=2"), ("denial-flags", "flags=2"), ("denial-harmless", "nsec3param=missing")])
    at, one = at_one(zone, r)
    return Fault(kind, zone.name, "break %s denial %s%s" % (zone.name, words, at), one)


def break_contents(zones, zone, r):
    at, one = at_one(zone, r)
    kinds = [("unsigned", "unsigned"), ("serial", "serial=5"), ("drop", "drop name=www." + zone.name)]
    kind, words = r.choice(kinds[:2] if zone.name == "." else kinds)
    return Fault(kind, zone.name, "break %s %s%s" % (zone.name, words, at), one)


def break_delegation(zones, zone, r):
    if zone.name == "." or parent_of(zones, zone.name) is None and zone.name != "lab." and zone.name.count(".") > 2:
        return break_contents(zones, zone, r)
    if r.random() < 0.4 or any(zone.servers[0][1] == a for z in zones.values() if z is not zone for _, a in z.servers):
        return Fault("ns-no-glue", zone.name, "break %s delegation no-glue" % zone.name)
    first, one = zone.servers[0][0], len(zone.servers) > 1
    return Fault("ns-dead-glue", zone.name, "break %s delegation glue %s=192.0.2.200" % (zone.name, first), one)


def behave(zones, zone, r):
    """A server, or all of them, that misbehaves for this zone alone (others may live there too)."""
    one = len(zone.servers) > 1 and r.random() < 0.5
    words = {"truncate-tcp-refuse": ["truncate", "tcp-refuse"], "truncate-tcp-silent": ["truncate", "tcp-silent"],
             "truncate-dnskey-tcp-refuse": ["truncate type=DNSKEY", "tcp-refuse"], "servfail-dnskey": ["servfail type=DNSKEY"],
             "refused-dnskey": ["refused type=DNSKEY"], "drop-dnskey": ["silent type=DNSKEY"], "servfail-type": ["servfail type=A"],
             "drop-type": ["silent type=A"], "ds-servfail": ["servfail type=DS"], "ds-drop": ["silent type=DS"],
             "slow": ["slow=300"], "parking": ["parking=198.51.100.99"]}
    kind = r.choice([k for k in CAUSES if not re.match("rrsig-|dnskey-|ds-[dhow]|ds-stale|denial-|unsigned|serial|drop$|ns-", k)]
                    + list(words))
    lines = []
    for _, addr in zone.servers[-1:] if one else zone.servers:
        for w in words.get(kind, [kind]):
            lines.append("server %s %s%s" % (addr, w, "" if w.startswith("tcp-") else " zone=" + zone.name))
    return Fault(kind, zone.name, "\n".join(lines), one)


# ---- rarer ones ------------------------------------------------------------------------------------------------------

def rare_rrsig(zones, zone, r):
    kind, words = r.choice([
        ("rrsig-harmless", "window from=-1h until=+40d"), ("rrsig-window", "window from=-40d until=-1s"), ("rrsig-harmless", "ttl=60"),
        ("rrsig-many-bad", "many-bad=3"), ("rrsig-many-bad", "many-bad=3 behind"), ("rrsig-extra", "extra-expired behind"),
        ("rrsig-extra", "extra-bogus behind"), ("rrsig-bogus", "bogus under=ent." + zone.name.lstrip(".")),
        ("rrsig-missing", "missing under=wild." + zone.name.lstrip(".")), ("rrsig-bogus", "bogus type=DNSKEY,SOA"),
        ("rrsig-missing", "missing type=CNAME,DNAME"), ("rrsig-expired", "expired type=CNAME,DNAME"), ("rrsig-bogus", "bogus type=NS")])
    if "+" in zone.how and r.random() < 0.6:
        first, second = (NUMBERS[a] for a in zone.how.split()[0].split("+"))
        kind = "rrsig-one-algorithm"
        words = "%s of-alg=%d" % (r.choice(["missing", "bogus", "expired"]), r.choice([first, second]))
    at, one = at_one(zone, r)
    return Fault(kind, zone.name, "break %s rrsig %s%s" % (zone.name, words, at), one)


def rare_dnskey(zones, zone, r):
    kind, words = r.choice([
        ("dnskey-same-tag", "same-tag role=zsk"), ("dnskey-same-tag", "same-tag role=ksk"), ("dnskey-collide", "collide=2 role=zsk"),
        ("dnskey-harmless", "extra=1 role=ksk"), ("dnskey-harmless", "extra=5 role=zsk"), ("dnskey-flags", "flags=0 role=zsk ds=keep"),
        ("dnskey-flags", "flags=0 role=ksk ds=keep"),
        ("dnskey-revoke", "revoke role=ksk ds=keep"),
        ("dnskey-harmless", "extra=3") if "csk" in zone.how else ("dnskey-swap-unsigned", "swap role=zsk resign=no"),
        ("dnskey-harmless", "swap role=ksk keep ds=follow"),
        ("dnskey-harmless", "signed-by=all"), ("dnskey-harmless", "swap role=all ds=follow"), ("dnskey-absent", "absent ds=follow")]
        + ([("dnskey-exponent", "exponent-bits=80 role=zsk")] if zone.how.startswith("rsa") and "+" not in zone.how else []))
    at, one = at_one(zone, r)
    return Fault(kind, zone.name, "break %s dnskey %s%s" % (zone.name, words, at), one)


def rare_ds(zones, zone, r):
    if zone.name == "." or "no-ds" in zone.how:
        return rare_rrsig(zones, zone, r)
    kind, words = r.choice([("ds-wrong-tag", "tag=7"), ("ds-wrong-alg", "wrong-alg=15" if "ed25519" not in zone.how else "wrong-alg=13"),
                            ("ds-stale", "of=b"), ("ds-harmless", "many=1"), ("ds-digest-length", "digest-length=33"),
                            ("ds-digest-length", 'add="1 13 2 00"')])
    return Fault(kind, zone.name, "break %s ds %s" % (zone.name, words))


def rare_denial(zones, zone, r):
    www = "www." + zone.name.lstrip(".")
    kind, words = r.choice([
        ("denial-next", "next=wrong" if "nsec3" in zone.how else "next=zz." + zone.name.lstrip(".")), ("denial-signed-before", "owner-wrong resign=no"),
        ("denial-bitmap-add", "bitmap-add=DS name=" + zone.name), ("denial-bitmap-add", "bitmap-add=CNAME name=" + www),
        ("denial-apex-bitmap", "bitmap-remove=SOA name=" + zone.name), ("denial-apex-bitmap", "bitmap-remove=NS name=" + zone.name),
        ("denial-harmless", "nsec3param=\"1 0 5 ab\""), ("denial-harmless", "iterations=20"), ("denial-harmless", "salt=00ff"),
        ("denial-soa-owner", "soa-owner=elsewhere.example."), ("denial-soa-owner", "soa-owner=lab."),
        ("denial-omit", "omit=match"), ("denial-hide", "hide name=a.b.ent." + zone.name.lstrip(".")),
        ("denial-hide", "hide name=*.wild." + zone.name.lstrip("."))])
    at, one = at_one(zone, r)
    return Fault(kind, zone.name, "break %s denial %s%s" % (zone.name, words, at), one)


def rare_contents(zones, zone, r):
    if zone.name in (".", "lab."):
        return rare_denial(zones, zone, r) if zone.signed() else break_contents(zones, zone, r)
    kind, words = r.choice([
        ("drop", "drop name=www.%s type=A" % zone.name), ("drop", "drop name=*.wild." + zone.name),
        ("contents-harmless", 'set "www.%s 60 A 198.51.100.77"' % zone.name), ("ttl", "ttl=86400 name=www." + zone.name),
        ("contents-harmless", "ttl=5"), ("contents-harmless", 'add "%s 300 MX 10 www.%s"' % (zone.name, zone.name)),
        ("contents-harmless", "add-many=40 name=www.%s type=TXT" % zone.name), ("contents-harmless", "add-many=60 name=%s type=TXT" % zone.name)])
    at, one = at_one(zone, r)
    return Fault(kind, zone.name, "break %s %s%s" % (zone.name, words, at), one)


def rare_delegation(zones, zone, r):
    if zone.name in (".", "lab."):
        return rare_contents(zones, zone, r)
    kind, words = r.choice([("delegation-none", "delegation none"), ("ns-elsewhere", "delegation ns nsx.%s=192.0.2.201" % zone.name),
                            ("apex-ns-dead", "apex-ns nsx.%s=192.0.2.202" % zone.name)])
    return Fault(kind, zone.name, "break %s %s" % (zone.name, words))


RARE_WAYS = {
    "short": ["short"], "wrong-source": ["wrong-source"], "foreign-class": ["foreign-class"], "synthesis-none": ["no-synthesis"],
    "synthesis-wrong": ["wrong-synthesis"], "udp-silent": ["silent over=udp"],
    "truncate-tcp-close": ["truncate", "tcp-close"], "truncate-tcp-drip": ["truncate", "tcp-drip"], "large-lost": ["large-lost=600"],
    "tcp-refuse": ["tcp-refuse"], "tcp-close": ["tcp-close"], "tcp-drip": ["tcp-drip"], "bare-referral": ["bare-referral"],
    "cookie-short": ["short-cookie"], "drop-ns": ["silent type=NS"], "cookie-wrong": ["wrong-cookie"], "first-silent": ["silent first=1"],
    "servfail": ["servfail over=udp"], "refused": ["rcode=REFUSED"], "drop-type": ["silent type=A,AAAA"],
    "servfail-dnskey": ["servfail type=DNSKEY over=udp"], "notimp": ["notimp over=udp"],
    "servfail-type": ["servfail type=SOA"], "drop-type-soa": ["silent type=SOA"], "refused-type-ns": ["refused type=NS"],
}
HARMLESS_WAYS = ["trailing", "garbage-first=2", "lower-case", "ttl=5", "zero-synthesis", "truncate-no-opt", "udp-max=512",
                 "aa-on-referral", "ra", "edns1-as-0", "edns1-formerr", "echo-flags", "ede=3", "nsid=x",
                 "slow=150", "loss=20", "servfail type=CDS,CDNSKEY", "silent type=CDS,CDNSKEY",
                 "servfail type=TYPE65280", "truncate type=DNSKEY", "badcookie-once", "nxdomain type=CDS"]


def rare_ways(zones, zone, r):
    one = len(zone.servers) > 1 and r.random() < 0.5
    kind = r.choice(list(RARE_WAYS) + ["harmless"] * 8)
    words = RARE_WAYS.get(kind) or [r.choice(HARMLESS_WAYS)]
    lines = []
    for _, addr in zone.servers[-1:] if one else zone.servers:
        for w in words:
            lines.append("server %s %s%s" % (addr, w, "" if w.startswith("tcp-") else " zone=" + zone.name))
    return Fault(kind, zone.name, "\n".join(lines), one)


RARE_BREAKS = [rare_rrsig] * 4 + [rare_dnskey] * 4 + [rare_ds] * 2 + [rare_denial] * 5 + [rare_contents] * 2 + [rare_delegation] * 2 + [rare_ways] * 8
SIGNED_BREAKS = [break_rrsig] * 6 + [break_dnskey] * 4 + [break_ds] * 4 + [break_denial] * 6 + [break_contents, break_delegation] + [behave] * 6
ANY_BREAKS = [break_contents, break_delegation] + [behave] * 3


def make_fault(zones, r, rare=False):
    zone = r.choice([zones[MAIN]] * 3 + list(zones.values()))
    if rare and r.random() < 0.7:
        return r.choice(RARE_BREAKS if zone.signed() else [rare_contents, rare_delegation] + [rare_ways] * 3)(zones, zone, r)
    return r.choice(SIGNED_BREAKS if zone.signed() else ANY_BREAKS)(zones, zone, r)


# ---- worlds ------------------------------------------------------------------------------------------------------------

class World:
    def __init__(self, seed, number):
        r = random.Random("%d/%d" % (seed, number))
        rare = number >= COUNT
        self.zones = make_zones(r, rare)
        records, names = make_records(self.zones, r, rare)
        self.faults = [make_fault(self.zones, r, rare) for _ in range(r.choice([0, 1, 1, 1, 1, 1, 1, 2]))]
        self.asks = make_asks(self.zones, names, r)
        self.head = ["# Random world %d of seed %d." % (number, seed)] + [z.line() for z in self.zones.values()] + records
        self.text = self.text_with([f.line for f in self.faults])
        self.file = "%d-%d.%s.world" % (seed, number, ".".join(self.labels()))

    def text_with(self, faults):
        return "\n".join(self.head + faults + ["ask %s %s" % a for a in self.asks]) + "\n"

    def variants(self):
        """Texts: where a fault is at one server only, the world without it and with it everywhere."""
        if not any(f.one for f in self.faults):
            return []
        choices = [["", f.everywhere(self.zones[f.zone])] if f.one else [f.line] for f in self.faults]
        return [self.text_with(list(faults)) for faults in itertools.product(*choices)]

    def labels(self):
        hows = "" if "lab." in self.zones else "opt-out "       # that one is made without being asked for
        hows += " ".join(z.how for z in self.zones.values()) + " " + " ".join(f.line for f in self.faults)
        traits = [w.replace("=", "") for w in ("opt-out", "iterations=60", "iterations=200", "compact") if w in hows]
        return [f.label() for f in self.faults] + traits or ["good"]

    def shares_servers(self, fault):
        """Parent and child on one server that misbehaves for one of them: who is at fault cannot be told apart."""
        mine = {a for _, a in self.zones[fault.zone].servers}
        return any(a in mine for z in self.zones.values() if z.name != fault.zone for _, a in z.servers)

    def depends(self, finding):
        """One zone needs the servers' names of another, and one of the delegations is broken: either may be told."""
        needs = OTHER in self.zones and any(ns.endswith("." + MAIN) for ns, _ in self.zones[OTHER].servers)
        broken = any(f.kind in ("ns-no-glue", "ns-dead-glue", "ns-elsewhere", "delegation-none", "bare-referral") for f in self.faults)
        return needs and broken and any(fnmatch.fnmatch(finding, p) for p in ("glue-*", "ns-name-*", "ns-timeout-*"))

    def zone_of(self, name, rrtype):
        """The zone of the text that answers."""
        at = name.split(".", 1)[1] if rrtype == "DS" else name
        while at and at not in self.zones:
            at = at.split(".", 1)[1]
        return at or "."


def make_asks(zones, names, r):
    asks = set()
    while len(asks) < 5:
        name = r.choices([n for n, _ in names], [w for _, w in names])[0]
        if name in zones:
            rrtype = r.choice(["SOA", "NS", "DNSKEY", "DS", "DS", "MX", "A"])
        else:
            rrtype = r.choice(["A", "A", "A", "A", "TXT", "MX", "AAAA", "DS"])
        asks.add((name, rrtype))
    return sorted(asks)


def write_worlds(where, seed, count):
    os.makedirs(where, exist_ok=True)
    worlds = [World(seed, n) for n in range(count)]
    for w in worlds:
        w.path = os.path.join(where, w.file)
        with open(w.path, "w", encoding="ascii") as f:
            f.write(w.text)
    return worlds


# ---- the cause, without sockets ------------------------------------------------------------------------------------------

def documents(text):
    decoder, at = json.JSONDecoder(), 0
    while text[at:].strip():
        at += len(text[at:]) - len(text[at:].lstrip())
        value, at = decoder.raw_decode(text, at)
        yield value


def cause_of(report):
    """(finding, zone): behind an alias, what is wrong with its target."""
    root = report.get("root_cause") or {}
    finding = root.get("finding") or ""
    if finding.startswith("cname-target-"):
        inside = re.findall(r"\(([a-z0-9-]+)\)", root["text"])
        finding = inside[-1] if inside else finding
    return finding, root.get("zone") or ""


def misjudged_two(world, fails, finding):
    """Of two faults at least one must be what is told."""
    ways = [f.zone for f in world.faults if f.line.startswith("server ")]
    shared = any(world.shares_servers(f) for f in world.faults if f.zone in ways) or len(ways) > len(set(ways))
    known = world.depends(finding) or any(f.may_show_as(finding) for f in world.faults) or finding in BELOW_IT.split()
    return None if not fails or shared or known else "cause of neither: " + finding


def misjudged(world, report):
    """What is wrong with the verdict of one question; None when nothing is."""
    verdict, (finding, zone) = report["verdict"], cause_of(report)
    fails = verdict in ("servfail", "degraded")
    if verdict == "unknown":        # who does not even reach the root cannot know
        return None if any(f.zone == "." and f.line.startswith("server ") for f in world.faults) else "unknown"
    if fails and not finding:
        return "no root cause"
    if not world.faults:
        return "nothing is wrong, and it says " + finding if fails else None
    if len(world.faults) > 1:
        return misjudged_two(world, fails, finding)
    fault = world.faults[0]
    if not fails:
        seen = fault.kind in ALWAYS_SEEN and world.zone_of(report["name"], report["type"]) == fault.zone
        return "does not see it" if seen else None
    if fault.line.startswith("server ") and world.shares_servers(fault):
        return None
    below = finding in BELOW_IT.split() and any(z.endswith("." + fault.zone.lstrip(".")) for z in world.zones)
    if world.depends(finding):
        return None
    if not fault.may_show_as(finding) and not below:
        return "wrong cause " + finding
    if zone != fault.zone and fault.kind != "bare-referral" and not (fault.kind.startswith(("ds-", "delegation-")) and fault.zone.endswith("." + zone)):
        return "wrong zone %s of %s" % (zone, finding)
    if fault.one and verdict == "servfail":
        return "one server fails, and it says servfail"
    return None


def try_world(dnsvigil, world):
    p = subprocess.run([dnsvigil, "lab", "try", world.path, "-o", "json"], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                       stderr=subprocess.PIPE, text=True, timeout=300, check=False)
    try:
        reports = list(documents(p.stdout))
    except ValueError:
        reports = []
    if p.returncode not in (0, 1, 2, 3) or not reports:
        return [("", "exit %d: %s" % (p.returncode, p.stderr[-400:]))]
    return [("%s %s: %s (%s)" % (x["name"], x["type"], x["verdict"], cause_of(x)[0] or "no root"), misjudged(world, x)) for x in reports]


def try_all(dnsvigil, worlds, n_workers, tally):
    with concurrent.futures.ThreadPoolExecutor(n_workers) as pool:
        for world, results in zip(worlds, pool.map(lambda w: try_world(dnsvigil, w), worlds)):
            for text, wrong in results:
                tally.count(wrong is None, "%s %s%s" % (world.file, text, ": " + wrong if wrong else ""))


# ---- the verdict, against other validators -------------------------------------------------------------------------------

def said_of_variants(dnsvigil, world):
    """{(name, type): [what dnsvigil says of it in each variant]}"""
    said = {}
    for n, text in enumerate(world.variants()):
        path = "%s.%d" % (world.path, n)
        with open(path + ".world", "w", encoding="ascii") as f:
            f.write(text)
        p = subprocess.run([dnsvigil, "lab", "try", path + ".world", "-o", "json"], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                           stderr=subprocess.PIPE, text=True, timeout=300, check=False)
        for report in documents(p.stdout):
            said.setdefault((report["name"], report["type"]), []).append(report)
    return said


def ask_validators(dnsvigil, worlds, n_workers, tally):
    """True when they were asked. Where servers differ, each validator may ask either: what it answers must be right of the
    healthy world or of one in which all servers have the fault."""
    why = loopback.why_skipped()
    if why:
        print("random: skipped: " + why)
        return False
    table = loopback.Differences(os.path.join(loopback.HERE, "differences.tsv"))
    said = {w.path: said_of_variants(dnsvigil, w) for w in worlds}
    loopback.run_all(dnsvigil, [loopback.read_world(w.path) for w in worlds], n_workers, tally, table,
                     lambda path, name, rrtype: said[path].get((name, rrtype), ()))
    return True


# ---- main ----------------------------------------------------------------------------------------------------------------

def option(words, name, otherwise):
    return type(otherwise)(words[words.index(name) + 1]) if name in words else otherwise


def main():
    words = sys.argv[1:]
    if not words:
        sys.exit(__doc__)
    seed, count = option(words, "--seed", SEED), option(words, "--count", COUNT)
    if words[0] == "--make":
        write_worlds(words[1], seed, count)
        return 0
    dnsvigil, n_workers = os.path.abspath(words[0]), option(words, "-j", loopback.WORKERS)
    tally = loopback.Tally("-v" in words)
    with tempfile.TemporaryDirectory(prefix="dnsvigil-") as where:
        os.chmod(where, 0o755)
        worlds = write_worlds(os.path.join(where, "random"), seed, max(count, COUNT_CAUSE))
        try_all(dnsvigil, worlds, n_workers, tally)
        asked = "--cause-only" in words or ask_validators(dnsvigil, worlds[:count], n_workers, tally)
    print("%d passed, %d failed%s" % (tally.passed, tally.failed, "" if asked else ", 1 skipped"))
    return 1 if tally.failed else 0


if __name__ == "__main__":
    sys.exit(main())
