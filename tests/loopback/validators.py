"""Other people's validators, each started for one world and asked one question at a time.

All listen in the network namespace of the caller; root hints and trust anchors are those `dnsvigil lab serve` wrote."""
import os
import re
import signal
import subprocess
import time

PATIENCE_S = 12         # of one question: longer than the slowest of them tries


def die_with_us(argv):
    return ["setpriv", "--pdeathsig", "KILL", "--"] + argv


class Daemon:
    def __init__(self, where, addr):
        self.where, self.addr, self.process = os.path.join(where, self.name), addr, None
        self.hints, self.anchors = os.path.join(where, "root.hints"), os.path.join(where, "root.anchors")
        os.makedirs(self.where, exist_ok=True)

    def write(self, name, text):
        path = os.path.join(self.where, name)
        with open(path, "w", encoding="ascii") as f:
            f.write(text)
        return path

    def anchor_records(self):
        """[(owner, type, rdata words)]"""
        found = []
        with open(self.anchors, encoding="ascii") as f:
            for line in f:
                words = line.split(";")[0].split()
                for kind in ("DS", "DNSKEY"):
                    if kind in words:
                        found.append((words[0], kind, words[words.index(kind) + 1:]))
        return found

    def start(self):
        log = open(os.path.join(self.where, "log"), "w", encoding="ascii")
        self.process = subprocess.Popen(die_with_us(self.command()), stdin=subprocess.DEVNULL, stdout=log, stderr=log, cwd=self.where)

    def stop(self):
        if self.process:
            self.process.send_signal(signal.SIGKILL)
            self.process.wait()

    def is_up(self):
        """Answers anything at all, without having to ask the world for it."""
        p = subprocess.run(["dig", "@" + self.addr, "version.bind", "CH", "TXT", "+tries=1", "+time=1"],
                           stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, check=False)
        return b"status:" in p.stdout

    def wait(self, seconds=20):
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            if self.process.poll() is not None:
                raise RuntimeError("%s ended with %d: %s" % (self.name, self.process.returncode, self.log_tail()))
            if self.is_up():
                return
            time.sleep(0.05)
        raise RuntimeError("%s does not come up: %s" % (self.name, self.log_tail()))

    def log_tail(self):
        with open(os.path.join(self.where, "log"), encoding="utf-8", errors="replace") as f:
            return f.read()[-300:].replace("\n", " | ")

    def ask(self, name, rrtype):
        """(rcode, AD)"""
        p = subprocess.run(["dig", "@" + self.addr, "-q", name, "-t", rrtype, "+dnssec", "+tries=1", "+time=%d" % PATIENCE_S],
                           stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, errors="replace", check=False)
        status = re.search(r"status: (\w+)", p.stdout)
        flags = re.search(r"^;; flags:([a-z ]*)", p.stdout, re.M)
        if not status:
            return "SERVFAIL", False        # no answer within PATIENCE_S: a client is no better off
        return status.group(1), bool(flags) and "ad" in flags.group(1).split()


class Unbound(Daemon):
    name, program = "unbound", "unbound"
    modules = "validator iterator"

    def command(self):
        conf = self.write("unbound.conf", f"""server:
  interface: {self.addr}
  access-control: 0.0.0.0/0 allow
  username: ""
  chroot: ""
  directory: "{self.where}"
  pidfile: ""
  use-syslog: no
  do-not-query-localhost: no
  root-hints: "{self.hints}"
  trust-anchor-file: "{self.anchors}"
  module-config: "{self.modules}"
  trust-anchor-signaling: no
  ede: yes
remote-control:
  control-enable: no
""")
        return ["unbound", "-d", "-p", "-c", conf]


class PlainResolver(Unbound):
    """Validates nothing: whom delv asks, so that delv alone judges."""
    name, modules = "plain", "iterator"


class Named(Daemon):
    name, program = "named", "named"

    def keys(self):
        lines = []
        for owner, kind, words in self.anchor_records():
            lines.append('  "%s" static-%s %s "%s";' % (owner, "ds" if kind == "DS" else "key", " ".join(words[:3]), "".join(words[3:])))
        return "trust-anchors {\n%s\n};\n" % "\n".join(lines) if lines else ""

    def command(self):
        validation = "yes" if self.anchor_records() else "no"
        conf = self.write("named.conf", f"""options {{
  directory "{self.where}"; pid-file "{self.where}/pid"; session-keyfile "{self.where}/key"; managed-keys-directory "{self.where}";
  listen-on {{ {self.addr}; }}; listen-on-v6 {{ none; }}; recursion yes; allow-query {{ any; }}; allow-recursion {{ any; }};
  dnssec-validation {validation}; empty-zones-enable no; max-cache-size 32M; trust-anchor-telemetry no; minimal-responses no;
}};
controls {{ }};
zone "." {{ type hint; file "{self.hints}"; }};
{self.keys()}""")
        return ["named", "-g", "-n", "1", "-c", conf]


class KnotResolver(Daemon):
    name, program = "kresd", "kresd"

    def command(self):
        keys = "trust_anchors.remove('.')\n"
        for owner, kind, words in self.anchor_records():
            keys += "trust_anchors.add('%s 3600 %s %s')\n" % (owner, kind, " ".join(words[:3]) + " " + "".join(words[3:]))
        conf = self.write("kresd.conf", f"""net.listen('{self.addr}', 53, {{ kind = 'dns' }})
modules.unload('ta_update')
modules.unload('ta_signal_query')
modules.unload('detect_time_skew')
modules.unload('priming')
modules.load('hints')
hints.use_nodata(false)
hints.root_file('{self.hints}')
cache.size = 8 * MB
{keys}""")
        return ["kresd", "-n", "-c", conf, self.where]

    def is_up(self):
        p = subprocess.run(["dig", "@" + self.addr, "localhost", "A", "+tries=1", "+time=1"],
                           stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, check=False)
        return b"status:" in p.stdout


class Delv:
    """No daemon: validates by itself what a plain resolver brings."""
    name, program = "delv", "delv"

    def __init__(self, named, plain):
        self.named, self.plain = named, plain

    def ask(self, name, rrtype):
        anchors = self.named.write("bind.keys", self.named.keys())
        roots = [o for o, _, _ in self.named.anchor_records()]
        if not roots:
            return None
        p = subprocess.run(["delv", "@" + self.plain.addr, "-a", anchors, "+root=" + roots[0], "-q", name, "-t", rrtype], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, errors="replace", timeout=120, check=False)
        failed = re.search(r"resolution failed: (.*)", p.stdout)
        if failed and failed.group(1) not in ("ncache nxdomain", "ncache nxrrset"):
            return "SERVFAIL", False
        negative = re.search(r"negative response|ncache", p.stdout)
        rcode = "NXDOMAIN" if "nxdomain" in p.stdout else "NOERROR"
        return (rcode if negative else "NOERROR"), "fully validated" in p.stdout and "unsigned answer" not in p.stdout
