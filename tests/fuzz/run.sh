#!/bin/sh
# Fuzz TARGET for SECONDS: tests/fuzz/run.sh message 600
# New inputs stay in build/fuzz-corpus/TARGET; the seeds in the repository are only read.
set -eu
target=$1 seconds=$2
top=$(cd "$(dirname "$0")/../.." && pwd)
build=$top/build/fuzz
mkdir -p "$top/build"
if [ ! -f "$build/build.ninja" ]; then
	CC=clang meson setup "$build" "$top" -Db_sanitize=address,undefined -Db_lundef=false \
		-Dc_args=-fsanitize=fuzzer-no-link -Dwerror=false >"$top/build/fuzz-setup.log" 2>&1 ||
		{ tail -n 5 "$top/build/fuzz-setup.log" >&2; rm -rf "$build"; exit 1; }
fi
ninja -C "$build" --quiet "tests/fuzz/fuzz_$target"
mkdir -p "$top/build/fuzz-corpus/$target"
dict=$top/tests/fuzz/$target.dict
exec nice "$build/tests/fuzz/fuzz_$target" -max_total_time="$seconds" -timeout=10 -rss_limit_mb=2048 \
	-print_final_stats=1 -artifact_prefix="$top/build/fuzz-corpus/$target-" $([ -f "$dict" ] && echo "-dict=$dict") \
	"$top/build/fuzz-corpus/$target" "$top/tests/fuzz/corpus/$target"
