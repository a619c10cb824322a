#!/usr/bin/env python3
"""Processes that make one store at the same moment; and processes that are killed (SIGKILL) at random moments: two at once in
their transactions, one that migrates, one that makes backups, one that rescues. After each kill: nothing half, nothing lost after its commit had returned,
a backup is whole or not there. Prints "N passed, N failed".

usage: kills.py WRITER SCHEMA_1.sql [KILLS [SEED]]
"""
import os
import random
import select
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import time

WRITER, SCHEMA_1 = sys.argv[1], sys.argv[2]
KILLS = int(sys.argv[3]) if len(sys.argv) > 3 else 200
SEED = int(sys.argv[4]) if len(sys.argv) > 4 else random.randrange(1 << 30)
ANEW = 20           # kills after which the writers begin a new file: reading it all is what takes time
PATIENCE_S = 120
# Leaks are looked for elsewhere: here processes end by the hundred.
ENVIRONMENT = {**os.environ, "ASAN_OPTIONS": os.environ.get("ASAN_OPTIONS", "") + ":detect_leaks=0"}

passed, failed = 0, 0


def count(fault, where):
    global passed, failed
    if fault:
        failed += 1
        print(f"FAIL {where} (seed {SEED}): {fault}", flush=True)
    else:
        passed += 1
    return not fault


class Writer:
    def __init__(self, *argv):
        self.p = subprocess.Popen([WRITER, *argv], stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=ENVIRONMENT)
        self.buffer, self.lines, self.ended = b"", [], False

    def pump(self, until=None):
        """Takes in lines until the given moment, or until one begins with that text (True), or the end."""
        deadline = until if isinstance(until, float) else time.monotonic() + PATIENCE_S
        while not self.ended:
            if isinstance(until, str) and any(line.startswith(until) for line in self.lines):
                return True
            left = deadline - time.monotonic()
            if left <= 0:
                return False
            if not select.select([self.p.stdout], [], [], left)[0]:
                continue
            got = os.read(self.p.stdout.fileno(), 65536)
            self.ended = not got
            self.buffer += got
            *whole, self.buffer = self.buffer.split(b"\n")
            self.lines += [line.decode() for line in whole]
        return isinstance(until, str) and any(line.startswith(until) for line in self.lines)

    def took(self):
        """Seconds from now to its end; kills are spread over as much."""
        began = time.monotonic()
        self.end()
        return time.monotonic() - began

    def end(self):
        """What it complained of, once it has ended by itself."""
        said = self.p.communicate(timeout=PATIENCE_S)[1].decode("utf-8", "replace")
        return "" if self.p.returncode == 0 else said.strip()[-400:]

    def kill(self):
        """Number last acknowledged, or -1; what it complained of, if it had ended by itself."""
        self.p.kill()
        self.pump()
        said = self.p.stderr.read().decode("utf-8", "replace")
        code = self.p.wait()
        self.p.stdout.close()
        self.p.stderr.close()
        numbers = [int(line.removeprefix("at ")) for line in self.lines if line.removeprefix("at ").isdigit()]
        return (numbers[-1] if numbers else -1), ("" if code == -9 else f"ended with {code}: {said.strip()[-400:]}")

    def started_at(self):
        return next((int(line[3:]) for line in self.lines if line.startswith("at ")), -1)


def read(path, letter):
    """(steps, fault)"""
    p = subprocess.run([WRITER, path, "read", letter], stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=PATIENCE_S, env=ENVIRONMENT,
                       check=False)
    at = [line for line in p.stdout.decode().split("\n") if line.startswith("at ")]
    return (int(at[0][3:]), "") if p.returncode == 0 and at else (-1, p.stderr.decode("utf-8", "replace").strip()[-400:])


def lost(acked, found):
    return "" if acked <= found <= acked + 1 else f"{acked} acknowledged, {found} found"


def kill_writers(folder):
    """Two at once, 'a' and 'b'; now one is killed, now the other, now both. The next start reads what is there."""
    path, acked = None, {}
    for n in range(KILLS):
        if n % ANEW == 0:
            path, acked = os.path.join(folder, f"writers-{n}.db"), {"a": 0, "b": 0}
        writers = {letter: Writer(path, "write", letter) for letter in "ab"}
        fault = ""
        for letter, w in writers.items():
            if not w.pump("at "):
                fault = fault or f"{letter} did not start: {w.kill()[1]}"
            else:
                fault = fault or lost(acked[letter], w.started_at())
        for letter in random.sample("ab", 2):
            writers[letter].pump(time.monotonic() + random.random() * 0.03)
            if not fault:
                acked[letter], fault = writers[letter].kill()
        for w in writers.values():
            if w.p.poll() is None:
                w.kill()
        if not count(fault, f"writers, kill {n}"):
            return
        if n % ANEW == ANEW - 1 or n == KILLS - 1:
            for letter in "ab":
                found, fault = read(path, letter)
                count(fault or lost(acked[letter], found), f"writers, read after kill {n}")
            os.unlink(path)


def open_at_once(folder):
    """Three processes that make the same file; none may be turned away."""
    for n in range(KILLS // 10):
        path = os.path.join(folder, f"race-{n}.db")
        writers = [Writer(path, "read", letter) for letter in "abc"]
        faults = [said for said in (w.end() for w in writers) if said]
        count("; ".join(faults), f"opening at once {n}")
        os.unlink(path)


def old_file(path, rows):
    db = sqlite3.connect(path)
    with open(SCHEMA_1, encoding="utf-8") as f:
        db.executescript(f.read())
    blob = db.execute("SELECT snapshot FROM history WHERE id = 1").fetchone()[0]
    db.executemany("INSERT INTO history VALUES (?, 'old.example.', ?, ?, 'f', 'ok', '', ?, ?)", [(n, n, n, blob, blob) for n in range(10, 10 + rows)])
    db.commit()
    db.close()


def migrated(path, newest):
    """Fault, and the version found: the old one or the newest, none between."""
    db = sqlite3.connect(path)
    version = db.execute("PRAGMA user_version").fetchone()[0]
    column = "history" if version == 1 else "history_text"
    rows = db.execute(f"SELECT count(*), min(length(snapshot)), min(id) FROM {column}").fetchone()
    ok = db.execute("PRAGMA quick_check").fetchone()[0]
    clocks = db.execute("SELECT count(*) FROM " + ("zone" if version == 1 else "zone_clock")).fetchone()[0]
    db.close()
    if ok != "ok" or version not in (1, newest) or rows[0] != 20002 or not rows[1] or clocks != 2:
        return f"version {version}, rows {rows}, {clocks} clocks, {ok}", version
    return "", version


def kill_migrations(folder):
    origin, path = os.path.join(folder, "old.db"), os.path.join(folder, "migrate.db")
    old_file(origin, 20000)
    newest, versions = 0, []
    for n in range(KILLS // 10 + 1):
        for ending in ("", "-wal", "-shm"):
            if os.path.exists(path + ending):
                os.unlink(path + ending)
        shutil.copy(origin, path)
        if not newest:
            w = Writer(path, "read", "a")
            w.pump("begin")
            took = w.took()
            db = sqlite3.connect(path)
            newest = db.execute("PRAGMA user_version").fetchone()[0]
            db.close()
            continue
        w = Writer(path, "read", "a")
        w.pump("begin")
        w.pump(time.monotonic() + random.random() * took)
        w.kill()
        fault, version = migrated(path, newest)
        versions.append(version)
        if not fault:
            fault = read(path, "a")[1]
        count(fault, f"migration {n}")
    print(f"migrations killed: {versions.count(1)} before their commit, {versions.count(newest)} after", flush=True)


def kill_backups(folder):
    path, to = os.path.join(folder, "backup.db"), os.path.join(folder, "copy.db")
    w = Writer(path, "write", "a")
    w.pump("60")
    acked = w.kill()[0]
    for n in range(KILLS // 10):
        if n % 3 == 0 and os.path.exists(to):
            os.unlink(to)
        w = Writer(path, "backup", to)
        w.pump("begin")
        w.pump(time.monotonic() + random.random() * 0.3)
        fault = w.kill()[1]
        if not fault and os.path.exists(to):
            found, fault = read(to, "a")
            fault = fault or lost(acked, found)
        count(fault, f"backup {n}")


def kill_rescues(folder):
    """At no moment is there no store; what stays is the old file or the new one."""
    origin, path = os.path.join(folder, "damaged.db"), os.path.join(folder, "rescue.db")
    w = Writer(origin, "write", "a")
    w.pump("100")
    acked = w.kill()[0]
    done, took = 0, None
    for n in range(KILLS // 10 + 1):
        for name in os.listdir(folder):
            if name.startswith("rescue.db"):
                os.unlink(os.path.join(folder, name))
        for ending in ("", "-wal"):
            shutil.copy(origin + ending, path + ending)
        w = Writer(path, "rescue")
        w.pump("begin")
        if took is None:
            took = w.took()
            continue
        w.pump(time.monotonic() + random.random() * took)
        w.kill()
        done += any(line.startswith("done") for line in w.lines)
        aside = any(name.startswith("rescue.db.corrupt-") and name.endswith("-wal") for name in os.listdir(folder))
        fault = "" if os.path.exists(path) else "no store"
        if not fault:
            found, fault = read(path, "a")
            # Killed between the two renames, the log lies aside with the old file: what it held is there, not here.
            fault = fault or ("" if aside else lost(acked, found))
        count(fault, f"rescue {n}")
    print(f"rescues killed: {done} were done", flush=True)


def main():
    random.seed(SEED)
    shm = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None
    with tempfile.TemporaryDirectory(prefix="dnsvigil-store-", dir=shm) as folder:
        open_at_once(folder)
        kill_writers(folder)
        kill_migrations(folder)
        kill_backups(folder)
        kill_rescues(folder)
    print(f"{passed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
