#!/usr/bin/env python3
"""Writes the .world files below a folder as one C file: embed_worlds.py FOLDER OUT.c
The file is only touched when it changes, so a build that finds nothing new links nothing anew."""
import os
import sys

LINE = 100


def worlds(folder):
    for top, _, files in os.walk(folder):
        for name in files:
            if name.endswith(".world"):
                yield name[:-len(".world")], os.path.join(top, name)


def c_string(data):
    out, line = [], ""
    for octet in data:
        if octet == 10:
            line += "\\n"
        elif octet in b'"\\?':
            line += "\\" + chr(octet)
        elif 32 <= octet < 127:
            line += chr(octet)
        else:
            line += "\\%03o" % octet
        if octet == 10 or len(line) > LINE:
            out.append('\t  "%s"' % line)
            line = ""
    if line or not out:
        out.append('\t  "%s"' % line)
    return "\n".join(out)


def main():
    folder, target = sys.argv[1:3]
    found = {}
    for name, path in sorted(worlds(folder)):
        if name in found:
            sys.exit(f"{path}: a second world of this name: {found[name]}")
        found[name] = path
    rows = []
    for name, path in sorted(found.items()):
        data = open(path, "rb").read()
        rows.append('\t{ "%s",\n%s, %d },\n' % (name, c_string(data), len(data)))
    text = '/* Made by src/cli/embed_worlds.py from worlds/. */\n#include "cli/worlds.h"\n\n'
    text += "const struct embedded_world embedded_worlds[] = {\n" + "".join(rows) + "\t{ 0 },\n};\n"
    text += "const size_t n_embedded_worlds = %d;\n" % len(rows)
    if not os.path.exists(target) or open(target).read() != text:
        open(target, "w").write(text)


main()
