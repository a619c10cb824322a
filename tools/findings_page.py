#!/usr/bin/env python3
"""dnsvigil-findings(7) in scdoc, from the table that `dnsvigil explain` prints.

usage: findings_page.py DNSVIGIL [FILE]     (standard output when no file is named)
"""
import json
import re
import subprocess
import sys

HEAD = """dnsvigil-findings(7)

# NAME

dnsvigil-findings - what *dnsvigil* finds wrong with a zone, and what to do about it

# DESCRIPTION

Every finding there is, by what is at fault: its id, which is stable and stands in reports, alerts, metrics and the API; how bad it
is by itself; what it means; how to mend it, in safe order; what not to do. Words in CAPITALS stand for what a check fills in.
*dnsvigil explain* _FINDING_ prints the same for a terminal.
"""
FOOT = """# SEE ALSO

*dnsvigil*(1), *dnsvigil.yaml*(5)
"""


def plain(text):
    """{zone} as a word in capitals, `commands` bold; what scdoc would take for its own signs, escaped."""
    text = re.sub(r"\{([^}]*)\}", lambda m: m.group(1).upper(), text)
    text = re.sub(r"([*_\\#\[|<>~])", r"\\\1", " ".join(text.split()))
    return re.sub(r"`([^`]*)`", r"*\1*", text)


def paragraph(label, text):
    return f"*{label}*: {plain(text)}\n\n" if text else ""


def steps(label, lines):
    if not lines:
        return ""
    if len(lines) == 1:
        return paragraph(label, lines[0])
    return f"*{label}*:\n\n" + "".join(f". {plain(line)}\n" for line in lines) + "\n"


def see(kind):
    parts = ([f"EDE {kind['ede']} (RFC 8914)"] if kind["ede"] is not None else []) + ([kind["rfc"]] if kind["rfc"] else [])
    return "; ".join(parts)


def section(kind):
    return (f"## {kind['id']}\n\n{plain(kind['sentence'])} ({kind['severity']})\n\n" + paragraph("Meaning", kind["meaning"])
            + steps("Fix", kind["fix"]) + steps("Avoid", kind["avoid"]) + paragraph("See", see(kind))
            + (f"*Practise*: dnsvigil lab try {plain(kind['world'])}\n\n" if kind["world"] else ""))


def page(kinds):
    families = list(dict.fromkeys(k["family"] for k in kinds))
    body = "".join(f"# {family.upper()}\n\n" + "".join(section(k) for k in kinds if k["family"] == family) for family in families)
    return f"{HEAD}\n{body}{FOOT}"


def main():
    if len(sys.argv) not in (2, 3):
        print(__doc__, file=sys.stderr)
        return 64
    table = subprocess.run([sys.argv[1], "explain", "-o", "json"], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, check=True).stdout
    text = page(json.loads(table))
    if len(sys.argv) == 3:
        with open(sys.argv[2], "w", encoding="utf-8") as f:
            f.write(text)
    else:
        sys.stdout.write(text)
    return 0


if __name__ == "__main__":
    sys.exit(main())
