# A thin front: Meson does the work. `make` leaves the program at build/assay.
.PHONY: all demo check bench fuzz slow install clean setup

all: setup build/build.ninja
	@ninja -C build src/cli/assay >build/build.log || { cat build/build.log; exit 1; }
	@ln -sf src/cli/assay build/assay

setup:
	@tools/setup

build/build.ninja:
	@meson setup build --buildtype=release -Db_ndebug=false >/dev/null

# Sets up, builds, and runs the main job on a shipped capture: finds the miner,
# proves its shares, and writes the report.
demo: all
	@rm -rf build/demo && mkdir build/demo
	build/assay scan -o build/demo/case.db test/captures/a_stratum_one/acc.pcap
	build/assay report --html build/demo/report.html build/demo/case.db
	@echo "The whole report, for a browser: $(CURDIR)/build/demo/report.html"

# Sets up and passes the tests: the one gate.
check:
	@tools/setup check
	@tools/check

# The tests that take longer than a minute.
slow: all
	@ninja -C build >/dev/null
	meson test -C build --suite slow --print-errorlogs

bench: all
	@bench/run

# Every fuzz target for FUZZ_SECONDS (default 60) each.
fuzz:
	@tools/setup check
	@tools/fuzz

install: all
	meson install -C build

clean:
	rm -rf build build-gcc build-clang build-asan build-fuzz
