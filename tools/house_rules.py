#!/usr/bin/env python3
"""The house rules that a machine can see: arrows between rooms only fall, includes make no ring, a foreign library stays in its
room, pure rooms read no clock and own no heap, functions stay below 120 lines. Prints the longest functions and files."""
import os
import re
import sys

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
FLOOR = {"base": 0, "dns": 0, "crypto": 0, "evidence": 1, "prove": 2, "walk": 2, "ask": 2, "http": 2, "judge": 3, "foresee": 4, "remedy": 4,
         "check": 5, "report": 5, "registry": 6, "store": 6, "vantage": 6, "alert": 7, "api": 7, "watch": 8, "lab": 8, "cli": 9}
# Rooms of one floor do not see each other, but for these: base knows no DNS, a report is made from a check's result.
SAME_FLOOR_OK = {("dns", "base"), ("crypto", "base"), ("report", "check"), ("api", "alert")}
LAB_MAY = {"base", "dns", "crypto", "evidence", "ask", "prove"}  # the lab signs by prove_signed_data, and judges nothing
PURE = {"base", "crypto", "dns", "evidence", "prove", "walk", "judge", "foresee", "remedy"}
FOREIGN = {"libknot/": r"src/dns/", "libzscanner/": r"src/dns/", "idn2.h": r"src/dns/", "openssl/": r"src/crypto/",
           "uv.h": r"src/ask/|lab/serve", "cmocka.h": r"tests/", "jansson.h": r"tests/|src/(alert|api|registry|watch)/", "sqlite3.h": r"src/store/|tests/store/", "zstd.h": r"src/store/", "zdict.h": r"src/store/|tools/", "yaml.h": r"src/watch/",
           "libpq-fe.h": r"src/store/", "curl/": r"src/http/", "microhttpd.h": r"src/api/", "nats.h": r"src/vantage/"}
HEAP_OK = {"src/base/arena.c", "src/dns/zone.c"}        # the arena itself; libzscanner's scanner is 206 kB
FUNCTION_MAX = 120

CLOCK = re.compile(r"\b(time|clock_gettime|gettimeofday|clock|localtime|gmtime)\s*\(")
OUR_CLOCK = re.compile(r"\b(wall_now|mono_now)\s*\(")
HEAP = re.compile(r"\b(malloc|calloc|realloc|free|strdup)\s*\(")
ENVIRON = re.compile(r"\b(secure_)?getenv\s*\(")
GLOBAL = re.compile(r"^static (?!const\b|inline\b|_Noreturn\b)(?!.*\bconst\b)[^(){]*[;=]")
INCLUDE = re.compile(r'^\s*#\s*include\s*([<"])([^>"]+)[>"]')
NAME_BEFORE_PAREN = re.compile(r"(\w+)\s*\(")

faults = []


def fault(path, line, what):
    faults.append(f"{path}:{line}: {what}")


def without_comments(text):
    """Comments and string contents become blanks; line numbers stay."""
    def blank(m):
        return re.sub(r"[^\n]", " ", m.group(0)) if m.group(0).startswith("/") else '""'
    return re.sub(r'//[^\n]*|/\*.*?\*/|"(?:\\.|[^"\\\n])*"', blank, text, flags=re.S)


def sources():
    for top in ("src", "lab", "tests"):
        for folder, _, files in os.walk(os.path.join(ROOT, top)):
            for f in sorted(files):
                if f.endswith((".c", ".h")):
                    yield os.path.relpath(os.path.join(folder, f), ROOT)


def room_of(path):
    parts = path.split("/")
    return parts[1] if parts[0] == "src" else parts[0]


def included_file(name, path):
    for candidate in (os.path.join("src", name), name, os.path.join(os.path.dirname(path), name)):
        if os.path.exists(os.path.join(ROOT, candidate)):
            return os.path.normpath(candidate)
    return None


def arrow_ok(frm, to):
    if frm == to or frm in ("tests", "cli"):
        return True
    if frm == "lab":
        return to in LAB_MAY
    if to == "lab" or frm not in FLOOR or to not in FLOOR:
        return False
    return FLOOR[to] < FLOOR[frm] or (frm, to) in SAME_FLOOR_OK


def check_includes(path, raw, graph):
    graph.setdefault(path, set())
    for n, line in enumerate(raw.split("\n"), 1):
        m = INCLUDE.match(line)
        if not m:
            continue
        for prefix, where in FOREIGN.items():
            if m.group(2).startswith(prefix) and not re.match(where, path):
                fault(path, n, f"<{m.group(2)}> outside its room ({where})")
        target = included_file(m.group(2), path) if m.group(1) == '"' else None
        if target is None:
            continue
        graph[path].add(target)
        if not arrow_ok(room_of(path), room_of(target)):
            fault(path, n, f"upward arrow: {room_of(path)} includes {target}")


def check_lines(path, code):
    room = room_of(path)
    if room == "tests":
        return
    for n, line in enumerate(code.split("\n"), 1):
        if path != "src/base/clock.c" and CLOCK.search(line) and room not in ("check", "cli"):
            fault(path, n, "reads a clock")
        if room in PURE and not path.startswith("src/base/clock") and OUR_CLOCK.search(line):
            fault(path, n, "a pure room reads the clock")
        if room in PURE and room != "crypto" and path not in HEAP_OK and HEAP.search(line):
            fault(path, n, "heap in a pure room")
        if room != "cli" and ENVIRON.search(line):
            fault(path, n, "reads the environment")
        if room in PURE and GLOBAL.match(line):
            fault(path, n, "a variable of the whole program in a pure room")


def functions(code):
    """(name, first line, length, static) of each function: its braces stand at column 0."""
    lines = code.split("\n")
    for n, line in enumerate(lines):
        if line.rstrip() != "{" or n == 0:
            continue
        head = n - 1
        while head > 0 and lines[head - 1].strip() and not lines[head - 1].startswith(("#", "}")) and lines[head][:1] in (" ", "\t"):
            head -= 1
        text = re.sub(r"__attribute__\s*\(\(.*?\)\)\)?", "", " ".join(lines[head:n]))
        name = NAME_BEFORE_PAREN.search(text)
        end = next((e for e in range(n, len(lines)) if lines[e].startswith("}")), len(lines) - 1)
        if name:
            yield name.group(1), head + 1, end - head + 1, "static" in text.split()


def check_functions(path, code, headers, lengths):
    for name, line, length, static in functions(code):
        lengths.append((length, f"{path}:{line} {name}"))
        if length > FUNCTION_MAX:
            fault(path, line, f"{name} has {length} lines (at most {FUNCTION_MAX})")
        if static or path.startswith("tests/") or name == "main" or path.endswith(".h"):
            continue
        if not re.search(rf"\b{name}\b", headers):
            fault(path, line, f"{name} is neither static nor in a header")


def call_graph(codes):
    """File -> files whose functions it calls. Types may be shared both ways; calls may not."""
    home, own = {}, {}
    for path, code in codes.items():
        if path.startswith("tests/"):
            continue
        own[path] = set()
        for name, _, _, static in functions(code):
            own[path].add(name)
            if not static and path.endswith(".c") and name != "main":
                home[name] = path
    graph = {}
    for path, names in own.items():
        words = set(re.findall(r"(?<!struct )(?<!\.)(?<!->)\b[a-z]\w*\b", codes[path])) - names
        graph[path] = {home[w] for w in words if w in home and home[w] != path}
    return graph


def rings(graph):
    """Strongly connected files, two and more (Tarjan)."""
    index, low, stack, found = {}, {}, [], []

    def visit(node):
        index[node] = low[node] = len(index)
        stack.append(node)
        for nxt in sorted(graph.get(node, ())):
            if nxt not in index:
                visit(nxt)
            if nxt in stack:
                low[node] = min(low[node], low[nxt])
        if low[node] == index[node]:
            at = stack.index(node)
            if len(stack) - at > 1:
                found.append(sorted(stack[at:]))
            del stack[at:]

    for node in sorted(graph):
        if node not in index:
            visit(node)
    return found


def main():
    graph, lengths, sizes, codes = {}, [], [], {}
    for path in sources():
        with open(os.path.join(ROOT, path), encoding="utf-8") as f:
            raw = f.read()
        codes[path] = without_comments(raw)
        check_includes(path, raw, graph)
        check_lines(path, codes[path])
        sizes.append((raw.count("\n"), path))
    headers = "\n".join(c for p, c in codes.items() if p.endswith(".h"))
    for path, code in codes.items():
        check_functions(path, code, headers, lengths)
    for ring in rings(graph):
        faults.append("ring of includes: " + " ".join(ring))
    if "-q" not in sys.argv:
        for title, rows in (("longest functions", lengths), ("longest files", sizes)):
            print(title)
            for length, where in sorted(rows, reverse=True)[:10]:
                print(f"{length:6} {where}")
    for ring in sorted(rings(call_graph(codes)), key=len, reverse=True):
        faults.append("files that call each other (a noun of theirs wants a file of its own): " + " ".join(ring))
    for f in faults:
        print(f)
    print(f"{len(codes)} passed, 0 failed" if not faults else f"{max(0, len(codes) - len(faults))} passed, {len(faults)} failed")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
