#!/usr/bin/env python3
"""An observer (crash_driver) is killed (SIGKILL) at random moments while zones break and heal, and started again each time. At
the end every outage was told to a real HTTP receiver, once by id: none lost, none invented, and each duplicate carries the id
of the first. Prints "N passed, N failed".

usage: crash.py DRIVER [KILLS [SEED]]
"""
import http.server
import json
import os
import random
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time

DRIVER = sys.argv[1]
KILLS = int(sys.argv[2]) if len(sys.argv) > 2 else 60
SEED = int(sys.argv[3]) if len(sys.argv) > 3 else random.randrange(1 << 30)
ZONES, CYCLE_S, BREAKS_S, APART_S = 5, 14400, 600, 300         # as in crash_driver.c
EARLY = 0.15        # share of kills at a start, before it says that it is ready
LIFE_S = 0.5
PATIENCE_S = 600

passed, failed = 0, 0
told, lock = [], threading.Lock()


def count(good, what):
    global passed, failed
    passed += good
    failed += not good
    if not good:
        print(f"FAIL (seed {SEED}): {what}", flush=True)


class Receiver(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *_):
        pass

    def handle(self):
        try:
            super().handle()
        except ConnectionResetError:
            pass    # its sender was killed between two messages

    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        with lock:
            told.append((self.headers["webhook-id"], json.loads(body)))
        try:
            self.send_response(200)
            self.send_header("Content-Length", "0")
            self.end_headers()
        except (BrokenPipeError, ConnectionResetError):
            pass    # its sender was killed: what was received counts


def clock_s(path):
    with open(path, "rb") as f:
        return int.from_bytes(f.read(8), "little")


def start(argv):
    return subprocess.Popen(argv, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)


def killed_once(rng, argv):
    p = start(argv)
    if rng.random() < EARLY:
        time.sleep(rng.random() * 0.1)
    else:
        p.stdout.readline()
        time.sleep(rng.random() * LIFE_S)
    p.kill()
    p.wait()
    p.stdout.close()
    return p.returncode == -9


def find(o, key):
    """The value of a key anywhere in a message."""
    if isinstance(o, dict):
        if key in o:
            return o[key]
        o = list(o.values())
    if isinstance(o, list):
        for v in o:
            got = find(v, key)
            if got is not None:
                return got
    return None


def judge(where, cycles):
    first, duplicates = {}, 0
    for ident, body in told:
        word = {k: find(body, k) for k in ("kind", "finding", "scope", "dedup_key", "incident")}
        if ident in first:
            duplicates += 1
            count(first[ident] == word, f"{ident} was told as {first[ident]}, and as {word}")
        else:
            first[ident] = word
    by = {}
    for word in first.values():
        by.setdefault((word["scope"], word["kind"]), []).append(word)
    for zone in ("z%d.lab." % i for i in range(ZONES)):
        for kind in ("opened", "resolved"):
            n = len(by.pop((zone, kind), []))
            count(n == cycles, f"{zone} {kind}: told {n} times of {cycles}")
        keys = {w["dedup_key"] for w in first.values() if w["scope"] == zone}
        count(len(keys) == cycles, f"{zone}: {len(keys)} keys for {cycles} outages")
    count(not by, f"nobody asked for {by}")
    count(all(w["finding"] == "rrsig-expired" for w in first.values()), f"other findings: {first}")
    with sqlite3.connect(os.path.join(where, "store.db")) as db:
        states = dict(db.execute("SELECT state, count(*) FROM outbox GROUP BY state"))
        count(set(states) == {"sent"} and states["sent"] == len(first), f"outbox {states}, told {len(first)}")
    return len(first), duplicates


def main():
    rng = random.Random(SEED)
    where = tempfile.mkdtemp(prefix="dnsvigil-crash-")
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Receiver)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    config, clock = os.path.join(where, "c.yaml"), os.path.join(where, "clock")
    try:
        with open(clock, "wb") as f:
            f.write(bytes(8))
        with open(config, "w") as f:
            f.write("store: %s/store.db\nballast: 0\ninterval: 60s\nremind: [24h]\nalerts_over_http: true\n"
                    "allow: [private, documentation]\nzones: [%s]\nchannels:\n  - {kind: webhook, url: \"http://127.0.0.1:%d/hook\"}\n"
                    % (where, ", ".join("z%d.lab" % i for i in range(ZONES)), server.server_port))
        argv = [DRIVER, config, clock, str(ZONES)]
        kills = 0
        while kills < KILLS:
            if killed_once(rng, argv + [str(1 << 40)]):
                kills += 1
            else:
                count(False, "it ended by itself")
                break
        now_s = clock_s(clock)
        cycles = now_s // CYCLE_S + 1
        last = start(argv + [str(cycles * CYCLE_S - 60)])
        try:
            count(last.wait(PATIENCE_S) == 0, f"the last one ended with {last.returncode}")
        except subprocess.TimeoutExpired:
            last.kill()
            count(False, "the last one does not come to an end")
        messages, duplicates = judge(where, cycles)
        print(f"seed {SEED}: {kills} kills over {now_s} s of its time; {cycles * ZONES} outages, {messages} messages, {duplicates} duplicates")
        count(duplicates <= kills, "more duplicates than kills")
    finally:
        server.shutdown()
        shutil.rmtree(where, ignore_errors=True)
    print(f"{passed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
