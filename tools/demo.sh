#!/bin/bash
# Three faults of a little internet of our own, as the on-call engineer would meet them. No network is needed.
# Other worlds: tools/demo.sh WORLD...
set -euo pipefail
cd "$(dirname "$0")/.."
program=build/dnsvigil
[ $# -gt 0 ] || set -- rrsig-expired-all ds-stale-only lame-refused-all

for world in "$@"; do
	code=0
	printf '\n== dnsvigil lab try %s\n' "$world"
	"$program" lab try "$world" || code=$?
	[ $code -le 3 ] || exit $code
done
cat <<END

All worlds:         $program lab list
On real sockets:    $program lab serve WORLD     (then look with dig, delv, or $program why)
A name of yours:    $program why NAME
END
