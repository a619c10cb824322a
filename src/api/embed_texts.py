#!/usr/bin/env python3
"""Writes files as C strings: embed_texts.py OUT.c NAME=FILE..."""
import sys


def c_string(octets):
    lines = octets.decode("utf-8").split("\n")
    shown = []
    for n, line in enumerate(lines):
        end = "\\n" if n + 1 < len(lines) else ""
        escaped = "".join("\\" + chr(o) if o in b'"\\?' else chr(o) if 32 <= o < 127 else "\\%03o" % o for o in line.encode("utf-8"))
        shown.append('\t"%s%s"' % (escaped, end))
    return "\n".join(shown)


def main():
    target = sys.argv[1]
    text = "/* Made by src/api/embed_texts.py. */\n"
    for word in sys.argv[2:]:
        name, path = word.split("=", 1)
        with open(path, "rb") as f:
            text += "extern const char %s[];\nconst char %s[] =\n%s;\n" % (name, name, c_string(f.read()))
    with open(target, "w") as out:
        out.write(text)


main()
