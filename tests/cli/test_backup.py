#!/usr/bin/env python3
"""dnsvigil backup: a whole copy while somebody writes, or the old one, whatever happens on the way.

usage: test_backup.py DNSVIGIL MAKE_STORE"""
import contextlib
import fcntl
import json
import os
import random
import signal
import sqlite3
import stat
import subprocess
import sys
import tempfile
import threading
import time
import unittest

PROGRAM, MAKE_STORE = (os.path.abspath(sys.argv.pop(1)) for _ in range(2))
SIG = "sig example.com. SOA 1 13 2026-01-01T00:00:00Z 2026-02-01T00:00:00Z 2026-01-01T00:00:00Z\n"


def rows(path):
    """All that stands in it, by table."""
    with contextlib.closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as db:
        tables = [name for name, in db.execute("SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%'")]
        return {t: db.execute(f"SELECT * FROM {t}").fetchall() for t in tables}


class Backup(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.store, self.copy = (os.path.join(self.folder.name, name) for name in ("store.db", "copy.db"))
        subprocess.run([MAKE_STORE, self.store], input=SIG, text=True, check=True, timeout=60)

    def tearDown(self):
        self.folder.cleanup()

    def run_it(self, *words, timeout=120):
        return subprocess.run([PROGRAM, "backup", *words], capture_output=True, text=True, timeout=timeout, stdin=subprocess.DEVNULL)

    def backup(self, *words):
        return self.run_it(self.copy, "--store", self.store, *words)

    def fails(self, code, part, *words):
        p = self.run_it(*words)
        self.assertEqual((p.returncode, p.stdout, p.stderr.count("\n")), (code, "", 1), p)
        self.assertIn(part, p.stderr)

    def fill(self, megabytes):
        with contextlib.closing(sqlite3.connect(self.store)) as db:
            for n in range(megabytes):
                db.execute("INSERT INTO fact (key, value) VALUES (?, ?)", (f"filler {n}", os.urandom(500_000).hex()))
            db.commit()

    def test_whole(self):
        p = self.backup()
        self.assertEqual((p.returncode, p.stderr), (0, ""))
        self.assertEqual(rows(self.copy), rows(self.store))
        self.assertEqual(len(rows(self.copy)["sig"]), 1)
        self.assertEqual(stat.S_IMODE(os.stat(self.copy).st_mode) & 0o037, 0)   # others have no business with it
        self.assertEqual(sorted(n for n in os.listdir(self.folder.name) if n.startswith("copy")), ["copy.db"])

    def test_in_json(self):
        p = self.backup("-o", "json")
        told = json.loads(p.stdout)
        self.assertEqual((p.returncode, told["schema"], told["file"], told["store"], told["bytes"]),
                         (0, "dnsvigil.backup/1", self.copy, self.store, os.path.getsize(self.copy)))
        self.assertRegex(told["at"], r"^20\d\d-\d\d-\d\dT\d\d:\d\d:\d\dZ$")
        self.assertEqual(self.backup("-q").stdout, "")

    def test_of_the_configured_store(self):
        path = os.path.join(self.folder.name, "c.yaml")
        with open(path, "w", encoding="utf-8") as f:
            f.write(f"store: {self.store}\nzones: [example.com]\nchannels: [{{kind: slack, url_env: NOT_OURS_TO_READ}}]\n")
        self.assertEqual(self.run_it(self.copy, "-c", path).returncode, 0)
        self.assertEqual(rows(self.copy), rows(self.store))

    def test_replaces_an_older_one(self):
        self.backup()
        with contextlib.closing(sqlite3.connect(self.store)) as db:
            db.execute("INSERT INTO fact (key, value) VALUES ('later', '1')")
            db.commit()
        self.assertEqual(self.backup().returncode, 0)
        self.assertEqual(rows(self.copy), rows(self.store))

    def test_of_one_moment_while_somebody_writes(self):
        self.fill(4)
        stop = threading.Event()

        def write():
            with contextlib.closing(sqlite3.connect(self.store, timeout=30)) as db:
                n = 0
                while not stop.is_set():
                    with db:
                        for side in ("left", "right"):
                            db.execute("INSERT INTO fact (key, value) VALUES (?, ?)", (f"{side} {n}", "x" * 2000))
                    n += 1
        writer = threading.Thread(target=write)
        writer.start()
        try:
            for _ in range(3):
                self.assertEqual(self.backup().returncode, 0)
                keys = {row[1] for row in rows(self.copy)["fact"]}
                left = {k.split()[1] for k in keys if k.startswith("left")}
                self.assertEqual(left, {k.split()[1] for k in keys if k.startswith("right")})
        finally:
            stop.set()
            writer.join()
        self.assertGreater(len(left), 0)

    def test_killed_on_the_way(self):
        self.fill(8)
        self.backup()
        took = time.monotonic()
        self.backup()
        took = time.monotonic() - took
        dice = random.Random(7)
        killed = 0
        for _ in range(12):
            before = rows(self.copy)
            p = subprocess.Popen([PROGRAM, "backup", self.copy, "--store", self.store], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            time.sleep(dice.uniform(0, took))
            p.send_signal(signal.SIGKILL)
            killed += p.wait() == -signal.SIGKILL
            self.assertIn(rows(self.copy), (before, rows(self.store)))
        self.assertGreater(killed, 0)
        self.assertEqual(self.backup().returncode, 0)
        self.assertEqual(sorted(n for n in os.listdir(self.folder.name) if n.startswith("copy")), ["copy.db"])

    def test_never_onto_the_store_itself(self):
        with contextlib.closing(sqlite3.connect(self.store)) as db:        # as the service holds it
            db.execute("SELECT count(*) FROM fact").fetchone()
            before = rows(self.store)
            os.link(self.store, self.copy)
            for to in (self.store, self.copy, self.store + "-wal", self.store + "-shm", self.store + ".ballast"):
                self.fails(64, "the store's own", to, "--store", self.store)
            self.assertEqual(rows(self.store), before)

    def test_places_that_are_none(self):
        self.fails(64, "no file", self.folder.name, "--store", self.store)
        self.fails(64, "no file", "/dev/null", "--store", self.store)
        self.fails(3, "No such file", os.path.join(self.folder.name, "no/such/copy.db"), "--store", self.store)
        self.fails(64, "where to", "--store", self.store)
        self.fails(64, "where to", self.copy, "more", "--store", self.store)
        self.fails(64, "json only", self.copy, "--store", self.store, "-o", "nagios")
        self.assertFalse(os.path.exists(self.copy))

    def test_stores_that_are_none(self):
        self.backup()
        before = rows(self.copy)
        nothing = os.path.join(self.folder.name, "nothing.db")
        self.fails(3, "nothing.db", self.copy, "--store", nothing)
        with open(nothing, "w", encoding="utf-8") as f:
            f.write("no store " * 1000)
        self.fails(3, "no store", self.copy, "--store", nothing)
        self.assertEqual(rows(self.copy), before)

    def test_a_damaged_one_does_not_take_the_place_of_a_good_one(self):
        self.fill(2)
        self.backup()
        before = rows(self.copy)
        with open(self.store, "r+b") as f:
            size = f.seek(0, os.SEEK_END)
            for page in range(3, size // 4096, 5):
                f.seek(page * 4096)
                f.write(b"\xff" * 64)
        self.assertEqual(self.backup().returncode, 3)
        self.assertEqual(rows(self.copy), before)
        self.assertFalse(os.path.exists(self.copy + ".new"))

    def test_what_a_copy_only_carries_on_is_found_in_it(self):
        """A value that is missing where there must be one: copying does not look at it."""
        self.backup()
        before = rows(self.copy)
        table = "UPDATE sqlite_schema SET sql = replace(sql, ?, ?) WHERE name = 'fact'"
        for sql, values in ((table, ("value TEXT NOT NULL", "value TEXT")), ("INSERT INTO fact (key, value) VALUES ('bad', NULL)", ()),
                            (table, ("value TEXT)", "value TEXT NOT NULL)"))):
            with contextlib.closing(sqlite3.connect(self.store)) as db, db:
                db.execute("PRAGMA writable_schema = ON")
                db.execute(sql, values)
        p = self.backup()
        self.assertEqual((p.returncode, p.stdout), (3, ""))
        self.assertIn("not sound", p.stderr)
        self.assertEqual(rows(self.copy), before)

    def test_one_at_a_time(self):
        folder = os.open(self.folder.name, os.O_RDONLY)
        try:
            fcntl.flock(folder, fcntl.LOCK_EX)
            self.fails(3, "another backup", self.copy, "--store", self.store)
        finally:
            os.close(folder)
        self.assertEqual(self.backup().returncode, 0)


if __name__ == "__main__":
    unittest.main()
