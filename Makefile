SHELL = /bin/bash
# A thin door before meson: `make help` tells what is behind it. Everything is built below build/.
.PHONY: all help demo check bench fuzz clean install setup FORCE
PREFIX ?= /usr/local
FUZZ_SECONDS ?= 60

all: build/dnsvigil

help:
	@echo "make            build/dnsvigil"
	@echo "make demo       break a little internet of our own and see what dnsvigil says (installs what the build lacks)"
	@echo "make check      every test; the last line counts them (installs what the tests lack)"
	@echo "make bench      what a check costs, beside delv, drill, unbound-host and DNSViz; what the observer costs"
	@echo "make fuzz       each fuzz target for FUZZ_SECONDS ($(FUZZ_SECONDS))"
	@echo "make install    to DESTDIR and PREFIX ($(PREFIX))"
	@echo "make clean"

build/dnsvigil: FORCE
	@tools/setup.sh --only-look build
	@mkdir -p build
	@test -f build/release/build.ninja || meson setup build/release --buildtype=release -Doptimization=2 -Dwerror=true -Dtests=false --prefix=$(PREFIX) \
		>build/make.log 2>&1 || { cat build/make.log; rm -rf build/release; exit 1; }
	@ninja -C build/release src/cli/dnsvigil >build/make.log 2>&1 || { grep -v '^\[' build/make.log; exit 1; }
	@cmp -s build/release/src/cli/dnsvigil $@ || install -m 755 build/release/src/cli/dnsvigil $@

setup:
	@tools/setup.sh build

demo: setup
	@$(MAKE) --no-print-directory build/dnsvigil
	@tools/demo.sh

check:
	@tools/setup.sh test
	@tools/check.py

bench:
	@tools/setup.sh test
	@$(MAKE) --no-print-directory build/dnsvigil
	@tests/bench/bench.py build/dnsvigil

fuzz:
	@tools/setup.sh test
	@for target in $(patsubst tests/fuzz/fuzz_%.c,%,$(wildcard tests/fuzz/fuzz_*.c)); do echo "== $$target"; \
		tests/fuzz/run.sh $$target $(FUZZ_SECONDS) 2>&1 | tail -n 12; test $${PIPESTATUS[0]} = 0 || exit 1; done

install: build/dnsvigil
	@ninja -C build/release >build/make.log 2>&1 || { grep -v '^\[' build/make.log; exit 1; }
	@meson configure build/release -Dprefix=$(PREFIX)
	@meson install -C build/release --quiet --no-rebuild

clean:
	rm -rf build
