#!/usr/bin/env python3
"""`dnsvigil serve` as its users meet it: a world on loopback, a receiver of webhooks, the real program. What is told, what
systemd hears, reload, zones added by command, the API, and a quick end. The last line counts: N passed, N failed.

usage: serve.py DNSVIGIL
"""
import contextlib
import fcntl
import hashlib
import http.server
import json
import os
import signal
import socket
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time
import urllib.request

PROGRAM = os.path.abspath(sys.argv[1]) if len(sys.argv) > 1 else ""
TOKEN = "letmein"
passed, failed = 0, 0


def check(what, good, seen=""):
    global passed, failed
    if good:
        passed += 1
    else:
        failed += 1
        print(f"FAIL {what}: {str(seen)[:600]}")


def wait_for(what, see, seconds=40):
    """True as soon as see() is; a busy machine may take its time."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if see():
            return True
        time.sleep(0.1)
    return False


def free_port(kind=socket.SOCK_STREAM):
    with socket.socket(socket.AF_INET, kind) as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


class Receiver(http.server.ThreadingHTTPServer):
    """Keeps what was posted."""
    def __init__(self):
        self.seen, receiver = [], self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_POST(self):
                body = self.rfile.read(int(self.headers.get("content-length", 0)))
                receiver.seen.append((self.path, json.loads(body or b"{}")))
                self.send_response(200)
                self.end_headers()
                self.wfile.write(b"ok")

            def do_GET(self):
                receiver.seen.append((self.path, None))
                self.send_response(200)
                self.end_headers()

            def log_message(self, *_):
                pass
        super().__init__(("127.0.0.1", 0), Handler)
        threading.Thread(target=self.serve_forever, daemon=True).start()

    def told(self, path, kind=None, finding=None):
        return [b for p, b in list(self.seen) if p == path and b is not None and (kind is None or b.get("kind") == kind)
                and (finding is None or b.get("finding") == finding)]


class Lab:
    def __init__(self, folder, world):
        self.folder, self.port = os.path.join(folder, "lab"), free_port(socket.SOCK_DGRAM)
        self.process = subprocess.Popen([PROGRAM, "lab", "serve", world, "--dir", self.folder, "-p", str(self.port)],
                                        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL)
        self.process.stdout.readline()

    def stop(self):
        self.process.terminate()
        self.process.wait(10)
        self.process.stdout.close()


def config_text(folder, lab, api_port, zones, interval="10s"):
    return (f"store: {folder}/store.db\nballast: 1MiB\nzones: [{zones}]\nroot_hints: {lab.folder}/root.hints\n"
            f"trust_anchor: {lab.folder}/root.anchors\nport: {lab.port}\nallow: [loopback]\ninterval: {interval}\nconfirm: 1s\n"
            "alerts_over_http: true\ndead_man_url_env: PING\n"
            "channels:\n  - {kind: webhook, name: hook, url_env: HOOK}\n  - {kind: slack, name: slack, url_env: SLACK}\n"
            f"api: {{port: {api_port}, tokens: [{hashlib.sha256(TOKEN.encode()).hexdigest()}]}}\n")


class Service:
    def __init__(self, folder, config, receiver):
        self.path, self.log = os.path.join(folder, "dnsvigil.yaml"), os.path.join(folder, "log")
        self.write(config)
        self.notify = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        notify_path = os.path.join(folder, "notify")
        self.notify.bind(notify_path)
        self.heard = []
        threading.Thread(target=self.hear, daemon=True).start()
        base = f"http://127.0.0.1:{receiver.server_port}"
        self.env = {**os.environ, "HOOK": base + "/hook", "SLACK": base + "/slack", "PING": base + "/ping",
                    "NOTIFY_SOCKET": notify_path, "WATCHDOG_USEC": "2000000"}
        self.start()

    def start(self):
        self.process = subprocess.Popen([PROGRAM, "serve", "-c", self.path], env=self.env, stdin=subprocess.DEVNULL,
                                        stdout=subprocess.DEVNULL, stderr=open(self.log, "ab"))

    def write(self, text):
        with open(self.path, "w", encoding="utf-8") as f:
            f.write(text)

    def hear(self):
        while True:
            self.heard.append(self.notify.recv(4096).decode())

    def listen(self):
        return list(self.heard)

    def events(self, name):
        with open(self.log, encoding="utf-8") as f:
            return [e for e in (json.loads(line) for line in f if line.startswith("{")) if e["event"] == name]

    def stop(self):
        began = time.monotonic()
        self.process.send_signal(signal.SIGTERM)
        code = self.process.wait(30)
        return code, time.monotonic() - began


def get(port, path, host=None):
    headers = {"Authorization": "Bearer " + TOKEN, **({"Host": host} if host else {})}
    r = urllib.request.Request(f"http://127.0.0.1:{port}{path}", headers=headers)
    try:
        with urllib.request.urlopen(r, timeout=10) as a:
            return a.status, a.read().decode()
    except urllib.error.HTTPError as e:
        return e.code, e.read().decode()
    except OSError as e:
        return 0, str(e)


def ask_for_check(port, name):
    """Where what becomes of it is told."""
    body = json.dumps({"name": name}).encode()
    r = urllib.request.Request(f"http://127.0.0.1:{port}/api/v1/checks", body, {"Authorization": "Bearer " + TOKEN, "Content-Type": "application/json"})
    with urllib.request.urlopen(r, timeout=10) as a:
        return a.headers["Location"]


@contextlib.contextmanager
def scene(folder):
    """A service over a world in which shop.lab is broken, and whom it tells. Whatever happens, all of it ends; after a failure with its log."""
    receiver, lab, api_port = Receiver(), Lab(folder, "rrsig-expired-all"), free_port()
    service = Service(folder, config_text(folder, lab, api_port, "shop.lab"), receiver)
    before = failed
    try:
        yield service, receiver, lab, api_port
    finally:
        if service.process.poll() is None:
            service.process.kill()
            service.process.wait()
        lab.stop()
        receiver.shutdown()
        if failed > before:
            with open(service.log, encoding="utf-8") as f:
                print(f.read()[-3000:])


def story(folder):
    with scene(folder) as (service, receiver, lab, api_port):
        check("ready is told to the service manager", wait_for("READY", lambda: "READY=1" in service.listen()), service.heard)
        check("the outage is told", wait_for("alert", lambda: receiver.told("/hook", "opened", "rrsig-expired")), receiver.seen)
        check("in Slack too", wait_for("slack", lambda: receiver.told("/slack")), receiver.seen)
        check("the watchdog is fed", wait_for("WATCHDOG", lambda: "WATCHDOG=1" in service.listen()), service.heard)
        check("the dead-man's switch is held", wait_for("ping", lambda: any(p == "/ping" for p, _ in receiver.seen), 100), receiver.seen)
        status, text = get(api_port, "/readyz")
        check("/readyz", status == 200, text)
        status, text = get(api_port, "/api/v1/incidents")
        check("the incident stands in the API", status == 200 and json.loads(text)["incidents"][0]["finding"] == "rrsig-expired", text)
        status, _ = get(api_port, "/metrics", host="evil.example")
        check("another Host is refused", status in (400, 403, 421), status)
        status, text = get(api_port, "/metrics")
        check("metrics", status == 200 and "dnsvigil_chain_break_timestamp_seconds" in text or "dnsvigil_zones" in text, text[:300])
        incidents = subprocess.run([PROGRAM, "incidents", "-c", service.path], env=service.env, capture_output=True, text=True)
        check("incidents on the command line", incidents.returncode == 1 and "rrsig-expired" in incidents.stdout, incidents)

        ack = subprocess.run([PROGRAM, "incidents", "ack", json.loads(get(api_port, "/api/v1/incidents")[1])["incidents"][0]["id"], "--owner", "ann",
                              "-c", service.path], env=service.env, capture_output=True, text=True)
        check("incidents ack", ack.returncode == 0 and "acknowledged" in ack.stdout, ack)
        check("is told to who was told of it", wait_for("ack", lambda: receiver.told("/hook", "acknowledged")), receiver.seen)
        check("with a name", receiver.told("/hook", "acknowledged")[0]["by"] == "ann", receiver.seen)

        check_path = ask_for_check(api_port, "shop.lab")
        before = len(service.events("reloaded"))
        added = subprocess.run([PROGRAM, "zones", "add", "gone.lab", "-c", service.path], env=service.env, capture_output=True, text=True)
        check("zones add", added.returncode == 0, added)
        check("is taken up by the running service", wait_for("reload", lambda: len(service.events("reloaded")) > before), service.log)
        check("the API knows what it was asked before", wait_for("check", lambda: '"done"' in get(api_port, check_path)[1]), get(api_port, check_path))
        check("and what is not there is told", wait_for("absent", lambda: receiver.told("/hook", "opened", "watched-name-absent"), 60), receiver.seen)

        service.write(config_text(folder, lab, api_port, "shop.lab").replace("interval:", "intervall:"))
        service.process.send_signal(signal.SIGHUP)
        check("a wrong configuration is refused", wait_for("refused", lambda: service.events("reload-refused")), service.log)
        check("and the service goes on", service.process.poll() is None and get(api_port, "/healthz")[0] == 200)
        service.write(config_text(folder, lab, api_port, "shop.lab, lab").replace("/store.db", "/other.db") + "per_server_qps: 77\n")
        before = len(service.events("reloaded"))
        service.process.send_signal(signal.SIGHUP)
        check("a good one is taken", wait_for("reloaded", lambda: len(service.events("reloaded")) > before), service.log)
        check("with its new zone", wait_for("lab.", lambda: '"lab."' in get(api_port, "/api/v1/zones")[1]))
        check("and says what waits for a restart", {e["text"] for e in service.events("reload-waits")} == {"store", "per_server_qps"}, service.log)
        check("another store is not opened meanwhile", not os.path.exists(os.path.join(folder, "other.db")), os.listdir(folder))
        service.write(config_text(folder, lab, api_port, "shop.lab, lab"))

        code, seconds = service.stop()
        check("SIGTERM ends it well", code == 0, code)
        check("within five seconds", seconds < 5, seconds)
        check("and the service manager hears of it", wait_for("STOPPING", lambda: "STOPPING=1" in service.listen(), 5), service.heard)
        told = len(receiver.told("/hook", "opened"))
        service.start()
        time.sleep(8)
        check("a restart tells nothing anew", len(receiver.told("/hook", "opened")) == told, receiver.told("/hook"))
        service.stop()


def junk(path, table):
    """Writes over the page on which a table begins; a write of ours makes others read it anew."""
    with contextlib.closing(sqlite3.connect(path, isolation_level=None)) as db:
        page = db.execute("SELECT rootpage FROM sqlite_schema WHERE name = ?", (table,)).fetchone()[0]
        size = db.execute("PRAGMA page_size").fetchone()[0]
        db.execute("INSERT OR REPLACE INTO fact (key, value) VALUES ('test', 'x')")
        db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    with open(path, "r+b") as f:
        f.seek((page - 1) * size)
        f.write(b"\xa5" * size)


def damaged_store(folder):
    """Found at the start, and while it runs: what can be read is saved, the damaged file kept, no alert lost or told anew."""
    store = os.path.join(folder, "store.db")

    def kept():
        return [f for f in os.listdir(folder) if f.startswith("store.db.corrupt-") and not f.endswith(("-wal", "-shm"))]
    with scene(folder) as (service, receiver, lab, api_port):
        check("the outage is told", wait_for("alert", lambda: receiver.told("/hook", "opened", "rrsig-expired")), receiver.seen)
        service.stop()
        junk(store, "event")
        service.start()
        check("damage is found at the start", wait_for("rescue", lambda: service.events("store-rescued")), open(service.log).read()[-600:])
        check("and told", wait_for("self", lambda: receiver.told("/hook", "self", "self-store-failed")), receiver.seen)
        check("the damaged file is kept", len(kept()) == 1, os.listdir(folder))
        check("the API is up", wait_for("api", lambda: get(api_port, "/healthz")[0] == 200))

        time.sleep(2)           # the name of what is kept has seconds
        junk(store, "zone")
        service.write(config_text(folder, lab, api_port, "shop.lab, lab"))
        service.process.send_signal(signal.SIGHUP)
        begun = len(service.listen())
        check("damage is found while it runs", wait_for("rescue", lambda: len(service.events("store-rescued")) == 2), open(service.log).read()[-900:])
        check("and mended in the process", service.process.poll() is None and len(kept()) == 2, os.listdir(folder))
        check("and its end told", wait_for("over", lambda: [a for a in receiver.told("/hook", "self", "self-store-failed") if a["word"] == "OK"]), receiver.seen)
        heard = service.listen()
        check("time for the long work is asked for, at the start and while it runs",
              heard.count("EXTEND_TIMEOUT_USEC=3600000000") >= 3 and "EXTEND_TIMEOUT_USEC=3600000000" in heard[begun:], heard)
        check("the API reads the new file", wait_for("lab.", lambda: '"lab."' in get(api_port, "/api/v1/zones")[1]))
        check("no alert is told anew", len(receiver.told("/hook", "opened", "rrsig-expired")) == 1, receiver.told("/hook", "opened"))
        service.stop()
        with contextlib.closing(sqlite3.connect(store)) as db:
            check("the new file is sound", db.execute("PRAGMA quick_check").fetchone()[0] == "ok")


def bad_beginnings(folder):
    def serve(*argv, env=None):
        return subprocess.run([PROGRAM, "serve", *argv], capture_output=True, text=True, timeout=60, stdin=subprocess.DEVNULL,
                              env={**os.environ, **(env or {})})
    r = serve("-c", os.path.join(folder, "none.yaml"))
    check("no configuration", r.returncode == 64 and "none.yaml" in r.stderr, r)
    path = os.path.join(folder, "bad.yaml")
    with open(path, "w", encoding="utf-8") as f:
        f.write(f"store: {folder}/no/such/folder/s.db\nzones: [example.lab]\n")
    r = serve("-c", path)
    check("a store that cannot be", r.returncode == 3 and "no/such/folder" in r.stderr, r)
    check("is one line", len(r.stderr.strip().splitlines()) == 1, r.stderr)
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        with open(path, "w", encoding="utf-8") as f:
            f.write(f"store: {folder}/s.db\nzones: [example.lab]\nallow: [loopback]\ncanaries: false\napi: {{port: {taken.getsockname()[1]}}}\n")
        r = serve("-c", path)
        check("a port that is taken", r.returncode == 3 and "port" in r.stderr, r)
        check("and why", "Address already in use" in r.stderr.strip().splitlines()[-1], r)
    with open(f"{folder}/s.db.lock", "w", encoding="utf-8") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        r = serve("-c", path)
        check("a store that another observer has", r.returncode == 3 and "another" in r.stderr and f"{folder}/s.db" in r.stderr, r)


def main():
    if not PROGRAM:
        print(__doc__)
        return 64
    with tempfile.TemporaryDirectory(prefix="dnsvigil-serve-") as folder:
        story(folder)
        bad_beginnings(folder)
    with tempfile.TemporaryDirectory(prefix="dnsvigil-serve-") as folder:
        damaged_store(folder)
    print(f"{passed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
