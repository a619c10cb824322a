#!/usr/bin/env python3
"""Every test there is, one line a suite, details only of failures. The last line is the sum:
N passed, N failed[, N skipped]. Ends with 1 if anything failed.

usage: check.py [SUITE...]     only these suites (names as printed)
"""
import concurrent.futures
import json
import os
import re
import subprocess
import sys
import time

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
BUILD = os.path.join(ROOT, "build", "test")
PROGRAM = os.path.join(BUILD, "src", "cli", "dnsvigil")
CLOSING = re.compile(r"^(\d+) passed, (\d+) failed(?:, (\d+) skipped)?$", re.M)
TAIL = 40       # lines of a failed test that are shown
SANITIZERS = {"ASAN_OPTIONS": "detect_leaks=1:abort_on_error=0:detect_stack_use_after_return=1",
              "UBSAN_OPTIONS": "halt_on_error=1:print_stacktrace=1"}
PROCESSORS = os.cpu_count() or 2
# Suites that are programs of their own and end with a closing line: name, command, seconds they may take.
SCRIPTS = [
    ("fault table", ["tools/fault_table.py", "--check"], 60),
    ("loopback", ["tests/loopback/loopback.py", PROGRAM], 1500),
    ("random", ["tests/loopback/random_worlds.py", PROGRAM], 900),
    ("serve", ["tests/serve/serve.py", PROGRAM], 300),
    ("crash", ["tests/watch/crash.py", os.path.join(BUILD, "tests", "watch", "crash_driver")], 900),
    ("interop", ["tests/interop/interop.py", PROGRAM], 900),
]


class Result:
    def __init__(self, name):
        self.name, self.passed, self.failed, self.skipped, self.details = name, 0, 0, 0, ""
        self.seconds = 0.0

    def add(self, other):
        self.passed += other.passed
        self.failed += other.failed
        self.skipped += other.skipped
        self.details += other.details
        self.seconds += other.seconds

    def counts(self):
        return f"{self.passed} passed, {self.failed} failed" + (f", {self.skipped} skipped" if self.skipped else "")


def run(argv, timeout_s, env=None, cwd=ROOT):
    """(exit code or None after the timeout, output, seconds)"""
    began = time.monotonic()
    with subprocess.Popen(argv, cwd=cwd, env={**os.environ, **SANITIZERS, **(env or {})}, stdin=subprocess.DEVNULL,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT, start_new_session=True) as p:
        try:
            out, _ = p.communicate(timeout=timeout_s)
            code = p.returncode
        except subprocess.TimeoutExpired:
            os.killpg(p.pid, 9)
            out, _ = p.communicate()
            code = None
    return code, out.decode("utf-8", "replace"), time.monotonic() - began


def cmocka_counts(out):
    passed = sum(int(n) for n in re.findall(r"^\[  PASSED  \] (\d+) test", out, re.M))
    failed = sum(int(n) for n in re.findall(r"^\[  FAILED  \] (\d+) test", out, re.M))
    skipped = sum(int(n) for n in re.findall(r"^\[  SKIPPED \] (\d+) test", out, re.M))
    return passed, failed, skipped


def unittest_counts(out):
    ran = sum(int(n) for n in re.findall(r"^Ran (\d+) test", out, re.M))
    bad = sum(int(n) for n in re.findall(r"(?:failures|errors)=(\d+)", out))
    skipped = sum(int(n) for n in re.findall(r"skipped=(\d+)", out))
    return ran - bad - skipped, bad, skipped


def worth_reading(out):
    """Without what went well; leaks only where nothing else went wrong (a failed assertion leaks)."""
    if "[  FAILED  ]" in out:
        out = out.split("==ERROR: LeakSanitizer")[0]
    lines = [line for line in out.split("\n") if not line.startswith(("[       OK ]", "[ RUN      ]", "ok   "))]
    return "\n".join(lines[-TAIL:]).rstrip()


def judge(name, code, out, seconds):
    """Counts of one finished program: its closing line, the report of cmocka or unittest, or one test for the exit code."""
    r = Result(name)
    r.seconds = seconds
    closing = CLOSING.findall(out)
    if closing:
        r.passed, r.failed, r.skipped = (int(n or 0) for n in closing[-1])
    elif "[==========]" in out:
        r.passed, r.failed, r.skipped = cmocka_counts(out)
    elif re.search(r"^Ran \d+ test", out, re.M):
        r.passed, r.failed, r.skipped = unittest_counts(out)
    elif code == 77:
        r.skipped = 1
    elif code == 0:
        r.passed = 1
    if code not in (0, 77) and r.failed == 0:
        r.failed = 1
    if r.failed:
        ending = "was stopped: too slow" if code is None else f"ended with {code}"
        r.details = f"--- {name} {ending}\n{worth_reading(out)}\n"
    return r


def house():
    code, out, seconds = run(["tools/house_rules.py", "-q"], 60)
    return judge("house rules", code, out, seconds)


def build():
    r = Result("build")
    began = time.monotonic()
    steps = []
    if not os.path.exists(os.path.join(BUILD, "build.ninja")):
        steps.append(["meson", "setup", BUILD, "-Db_sanitize=address,undefined", "-Db_lundef=false", "--werror"])
    steps.append(["ninja", "-C", BUILD])
    for step in steps:
        code, out, _ = run(step, 2400)
        if code != 0:
            r.failed = 1
            kept = [line for line in out.split("\n") if not re.match(r"\[\d+/\d+\] ", line)]
            r.details = "--- " + " ".join(step) + "\n" + "\n".join(kept[-TAIL:]) + "\n"
            break
    r.passed = 1 - r.failed
    r.seconds = time.monotonic() - began
    return r


def built_tests():
    """suite -> [(name, argv, env, workdir)], from meson; the suite is what stands before the first dash."""
    out = subprocess.run(["meson", "introspect", "--tests", BUILD], stdout=subprocess.PIPE, check=True).stdout
    suites = {}
    for t in json.loads(out):
        suites.setdefault(t["name"].split("-")[0], []).append((t["name"], t["cmd"], t["env"], t["workdir"] or BUILD))
    return suites


def unit_suite(name, tests):
    total = Result(name)
    began = time.monotonic()
    with concurrent.futures.ThreadPoolExecutor(PROCESSORS) as pool:
        runs = [(t, pool.submit(run, t[1], 1500, t[2], t[3])) for t in tests]
        for t, future in runs:
            total.add(judge(t[0], *future.result()))
    total.seconds = time.monotonic() - began
    return total


def script_suite(name, argv, timeout_s):
    if not os.path.exists(os.path.join(ROOT, argv[0])):
        return None
    return judge(name, *run([os.path.join(ROOT, argv[0])] + argv[1:], timeout_s, cwd=BUILD))


def suites(wanted):
    def is_wanted(name):
        return not wanted or name in wanted
    if is_wanted("house"):
        yield house()
    made = build()
    yield made
    if made.failed:
        return
    tests = built_tests()
    for name in sorted(tests, key=lambda n: (n == "worlds", n)):
        if is_wanted(name):
            yield unit_suite(name, tests[name])
    for name, argv, timeout_s in SCRIPTS:
        if is_wanted(name):
            r = script_suite(name, argv, timeout_s)
            if r:
                yield r


def main():
    total = Result("all")
    for r in suites(sys.argv[1:]):
        print(f"{r.name:<12} {r.counts()} ({r.seconds:.1f} s)", flush=True)
        if r.details:
            print(r.details, end="", flush=True)
        total.add(r)
    print(total.counts())
    return 1 if total.failed else 0


if __name__ == "__main__":
    sys.exit(main())
