#!/bin/bash
# Installs what is missing on Debian 12, and fetches nothing when all is there.
#   tools/setup.sh build                what `make` needs
#   tools/setup.sh test                 that, and what `make check`, `make bench` and `make fuzz` need
#   tools/setup.sh --only-look build    installs nothing; says what is missing and ends with 1
set -euo pipefail

build=(gcc libc6-dev make meson ninja-build pkg-config libknot-dev libuv1-dev libssl-dev libidn2-dev dns-root-data
	libsqlite3-dev libzstd-dev libyaml-dev libjansson-dev libcurl4-openssl-dev libmicrohttpd-dev scdoc)
test=(libcmocka-dev python3-jsonschema python3-yaml python3-aiosmtpd sqlite3 prometheus prometheus-alertmanager curl iproute2 util-linux procps time
	clang libclang-rt-14-dev llvm valgrind
	unbound unbound-host bind9 bind9-utils bind9-dnsutils knot-resolver
	knot knot-dnsutils nsd ldnsutils pdns-server pdns-backend-bind dnsviz)

only_look=no
if [ "${1:-}" = --only-look ]; then only_look=yes; shift; fi
case "${1:-}" in
build) wanted=("${build[@]}") ;;
test) wanted=("${build[@]}" "${test[@]}") ;;
*) echo "usage: tools/setup.sh [--only-look] build|test" >&2; exit 64 ;;
esac

if ! command -v dpkg-query >/dev/null; then
	# Not Debian: the compiler and meson say themselves what they miss.
	exit 0
fi
missing=()
present=$(dpkg-query -W -f '${Package} ${db:Status-Status}\n' "${wanted[@]}" 2>/dev/null | awk '$2 == "installed" { print $1 }' || true)
for package in "${wanted[@]}"; do
	grep -qx "$package" <<<"$present" || missing+=("$package")
done
[ ${#missing[@]} -gt 0 ] || exit 0

if [ $only_look = yes ]; then
	echo "missing packages: ${missing[*]}" >&2
	echo "install them with: tools/setup.sh $1    (as root or with sudo)" >&2
	exit 1
fi
if [ "$(id -u)" = 0 ]; then
	as_root=()
elif command -v sudo >/dev/null; then
	as_root=(sudo)
else
	echo "missing packages: ${missing[*]}" >&2
	echo "they need root to install: neither are we root nor is there sudo; ask somebody who is to run: apt-get install ${missing[*]}" >&2
	exit 1
fi
echo "installing: ${missing[*]}"

# The name servers that the tests start themselves must not be started by their packages. Where the machine has a policy
# of its own it stays; ours is gone when we are.
policy=/usr/sbin/policy-rc.d
ours=no
remove_policy() {
	if [ $ours = yes ]; then "${as_root[@]}" rm -f $policy; fi
}
trap remove_policy EXIT
if [ ! -e $policy ]; then
	printf '#!/bin/sh\nexit 101\n' | "${as_root[@]}" tee $policy >/dev/null
	ours=yes
	"${as_root[@]}" chmod 755 $policy
fi
log=$(mktemp)
install_missing() {
	"${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get update -q </dev/null >"$log" 2>&1 &&
	"${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends "${missing[@]}" </dev/null >>"$log" 2>&1
}
if ! install_missing; then
	tail -n 15 "$log" >&2
	echo "apt-get could not install: ${missing[*]} (whole log: $log)" >&2
	exit 1
fi
rm -f "$log"
