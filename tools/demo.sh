#!/bin/bash
# Three faults of a little internet of our own, as the on-call engineer would meet them, and what the observer would have
# told weeks before. No network is needed.
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
printf '\n== dnsvigil lab watch signer-stopped 9d\nThe observer watches a zone whose signer has stopped, on a clock that jumps. It tells:\n\n'
"$program" lab watch signer-stopped 9d
cat <<END

All worlds:         $program lab list
On real sockets:    $program lab serve WORLD     (then look with dig, delv, or $program why)
A name of yours:    $program why NAME
Around the clock:   $program serve -c FILE       (three lines do: see README.md)
END
