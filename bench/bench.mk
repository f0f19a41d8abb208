# The benchmarks: included by the Makefile at the root. See bench/README.md.

BENCH_VENV := bench/.venv
BENCH_PYTHON := $(BENCH_VENV)/bin/python
BENCH_TARGET := $(CURDIR)/target/bench
BENCH_CARGO := CARGO_TARGET_DIR=$(BENCH_TARGET)/cargo
BENCH_HOST := $(shell rustc -vV | sed -n 's/^host: //p')
BENCH_PROGRAMS := $(BENCH_TARGET)/cargo/$(BENCH_HOST)/release
BENCH_NODE := $(BENCH_TARGET)/installed/node
BENCH_NODE_PLATFORM = $(shell node -p "process.platform + '-' + process.arch + (process.platform === 'linux' ? '-gnu' : '')")
BENCH_OPTIONS ?= --out bench/RESULTS.md

.PHONY: bench bench-quick bench-packages bench-server

# About ten minutes; wants a machine that does nothing else. BENCH_OPTIONS="--wheel old.whl" measures an older version too.
bench: bench-server bench-packages
	$(BENCH_PYTHON) bench/run.py --server $(BENCH_PROGRAMS)/wablock-bench-server --installed $(BENCH_TARGET)/installed $(BENCH_OPTIONS)

# An eighth of the work, to see that everything runs.
bench-quick:
	$(MAKE) bench BENCH_OPTIONS=--quick

bench-server:
	cd bench/server && $(BENCH_CARGO) cargo build --release --locked --target $(BENCH_HOST)

# The packages as users get them: a wheel, and a copy of the Node package with a release addon.
bench-packages: $(BENCH_VENV)/.made bench/node_modules/.made node/node_modules
	rm -rf $(BENCH_TARGET)/wheels $(BENCH_TARGET)/installed
	$(BENCH_CARGO) $(BENCH_VENV)/bin/maturin build --release --target $(BENCH_HOST) --interpreter $(BENCH_PYTHON) --out $(BENCH_TARGET)/wheels
	$(BENCH_PYTHON) -m pip install --quiet --disable-pip-version-check --no-deps --target $(BENCH_TARGET)/installed/python $(BENCH_TARGET)/wheels/*.whl
	$(BENCH_CARGO) cargo build --release --target $(BENCH_HOST) -p wablock-node
	mkdir -p $(BENCH_NODE)/native
	cp -r node/src node/scripts node/package.json node/tsconfig.json $(BENCH_NODE)/
	ln -s $(CURDIR)/node/node_modules $(BENCH_NODE)/node_modules
	cp $(BENCH_PROGRAMS)/libwablock_node.so $(BENCH_NODE)/native/wablock.$(BENCH_NODE_PLATFORM).node
	cd $(BENCH_NODE) && node_modules/.bin/tsc -p tsconfig.json && node scripts/esm.mjs

$(BENCH_VENV)/.made: bench/requirements.txt
	$(PYTHON) -m venv $(BENCH_VENV)
	$(BENCH_PYTHON) -m pip install --quiet --disable-pip-version-check -r bench/requirements.txt
	@touch $@

bench/node_modules/.made: bench/package.json bench/package-lock.json
	cd bench && npm ci --no-audit --no-fund
	@touch $@

node/node_modules: node/package-lock.json
	cd node && npm ci --no-audit --no-fund
