#!/bin/bash
# The main job, on the little internet that is built in: no network is needed and none is touched.
#   tools/demo.sh [PROGRAM]
set -uo pipefail
program=${1:-build/dnsvigil}
if [ ! -x "$program" ]; then
	echo "demo: no program: $program (make builds it)" >&2
	exit 1
fi
worlds=$(mktemp -d)
trap 'rm -rf "$worlds"' EXIT

# show TITLE EXIT-CODE WORLD-TEXT
show() {
	echo
	echo "== $1"
	printf '%s\n' "zone shop.lab. ecdsa servers ns1=192.0.2.11 ns2=192.0.2.12 ns3.host.lab.=192.0.2.13" \
		"zone host.lab. ecdsa servers ns1=192.0.2.31" "record www.shop.lab. 300 A 198.51.100.7" "$3" \
		"ask www.shop.lab. A" >"$worlds/w.world"
	"$program" lab try "$worlds/w.world"
	local code=$?
	if [ $code != "$2" ]; then
		echo "demo: exit code $code, should be $2" >&2
		exit 1
	fi
}
show "a healthy, signed zone" 0 ""
show "nobody re-signed it" 2 "break shop.lab. rrsig expired since=-3h"
show "the key was rolled, the parent not told" 2 "break shop.lab. ds stale"
show "one of three servers does not know the zone" 1 "server 192.0.2.13 refused zone=shop.lab."
echo
echo "More: $program lab list, $program lab try NAME, $program explain FINDING"
