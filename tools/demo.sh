#!/bin/bash
# Three faults of a little internet of our own, as the on-call engineer would meet them. No network is needed.
set -euo pipefail
cd "$(dirname "$0")/.."
program=build/dnsvigil

show() {
	local code=0
	printf '\n$ %s\n' "dnsvigil $*"
	"$program" "$@" || code=$?
	[ $code -le 3 ] || exit $code
	printf '[exit code %d]\n' $code
}

for world in "$@"; do show lab try "$world"; done
[ $# -gt 0 ] || for world in $(<tools/demo.worlds); do show lab try "$world"; done
cat <<END

Every world:            $program lab list
On real sockets:        $program lab serve WORLD      (then dig, delv or $program why at it)
A name of yours:        $program why NAME
END
