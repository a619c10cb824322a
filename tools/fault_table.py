#!/usr/bin/env python3
"""The table fault -> verdict -> finding, as the worlds state it: docs/FAULT_TABLE.tsv. A world is named after its fault.

usage: fault_table.py [--check]      writes the table; with --check only says whether it is up to date (exit 1: it is not)
"""
import glob
import os
import sys

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
TABLE = os.path.join(ROOT, "docs", "FAULT_TABLE.tsv")
HEAD = "# Made from worlds/ by tools/fault_table.py. fault\tverdict\troot cause\talso found\tworld\n"


def rows():
    for path in sorted(glob.glob(os.path.join(ROOT, "worlds", "**", "*.world"), recursive=True)):
        name = os.path.basename(path)[:-len(".world")]
        if ".almost" in name:
            continue
        verdict = root = None
        also = []
        for line in open(path, encoding="utf-8"):
            words = line.split()
            if words[:1] == ["expect"] and verdict is None:
                rest = [w for w in words[2:] if w not in ("secure", "insecure", "bogus", "indeterminate", "always", "some")
                        and not w.startswith("ede=")]
                verdict, root = words[1], next((w for w in rest if w != "-"), "-")
            elif words[:1] == ["also"]:
                also += words[1:]
        if verdict:
            yield name.split(".")[0], verdict, root, " ".join(also) or "-", os.path.relpath(path, ROOT)


def main():
    text = HEAD + "".join("\t".join(r) + "\n" for r in sorted(rows()))
    if sys.argv[1:] == ["--check"]:
        same = os.path.exists(TABLE) and open(TABLE, encoding="utf-8").read() == text
        print("1 passed, 0 failed" if same else "docs/FAULT_TABLE.tsv is old: run tools/fault_table.py\n0 passed, 1 failed")
        return 0 if same else 1
    with open(TABLE, "w", encoding="utf-8") as f:
        f.write(text)
    return 0


if __name__ == "__main__":
    sys.exit(main())
