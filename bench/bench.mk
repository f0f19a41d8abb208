# The benchmarks: included by the Makefile at the root. See bench/README.md.

BENCH_VENV := bench/.venv
BENCH_PYTHON := $(BENCH_VENV)/bin/python
BENCH_TARGET := $(CURDIR)/target/bench
BENCH_CARGO := CARGO_TARGET_DIR=$(BENCH_TARGET)/cargo
BENCH_HOST := $(shell rustc -vV | sed -n 's/^host: //p')
BENCH_PROGRAMS := $(BENCH_TARGET)/cargo/$(BENCH_HOST)/release
BENCH_NODE := $(BENCH_TARGET)/node
BENCH_NODE_PLATFORM = $(shell node -p "process.platform + '-' + process.arch + (process.platform === 'linux' ? '-gnu' : '')")
BENCH_RUNS ?= 7
export CARGO_BUILD_TARGET ?= $(BENCH_HOST)

.PHONY: bench bench-check bench-baseline bench-report bench-programs bench-packages bench-peers

# Everything, about half an hour; wants a machine that does nothing else. Writes bench/results/.
bench: bench-programs bench-packages
	$(BENCH_PYTHON) bench/run.py --programs $(BENCH_PROGRAMS) --wheel $$(ls $(BENCH_TARGET)/wheels/*.whl) \
		--addon $(BENCH_NODE)/native/wablock.$(BENCH_NODE_PLATFORM).node --runs $(BENCH_RUNS)

# Instruction counts against bench/counts/baseline.json: no clock, seconds. Needs valgrind.
bench-check: bench-programs $(BENCH_VENV)/.made
	$(BENCH_PYTHON) bench/check.py --programs $(BENCH_PROGRAMS)

# Accepts the counts as they are now.
bench-baseline: bench-programs $(BENCH_VENV)/.made
	$(BENCH_PYTHON) bench/check.py --programs $(BENCH_PROGRAMS) --update

# The tables and the chart again, from the newest measurements.
bench-report:
	$(BENCH_PYTHON) bench/run.py --again

bench-programs:
	cd bench && $(BENCH_CARGO) cargo build --release --locked

# The packages as users get them: a wheel in a venv of its own, and a copy of the Node package with a release addon.
bench-packages: bench-peers
	rm -rf $(BENCH_TARGET)/wheels
	$(BENCH_CARGO) $(BENCH_VENV)/bin/maturin build --release --interpreter $(BENCH_PYTHON) --out $(BENCH_TARGET)/wheels
	$(BENCH_PYTHON) -m pip install --quiet --disable-pip-version-check --no-deps --force-reinstall $(BENCH_TARGET)/wheels/*.whl
	$(BENCH_CARGO) cargo build --release -p wablock-node
	rm -rf $(BENCH_NODE) && mkdir -p $(BENCH_NODE)/native
	cp -r node/src node/scripts node/package.json node/tsconfig.json $(BENCH_NODE)/
	ln -s $(CURDIR)/node/node_modules $(BENCH_NODE)/node_modules
	cp $(BENCH_PROGRAMS)/libwablock_node.so $(BENCH_NODE)/native/wablock.$(BENCH_NODE_PLATFORM).node
	cd $(BENCH_NODE) && node_modules/.bin/tsc -p tsconfig.json && node scripts/esm.mjs
	ln -sfn $(BENCH_NODE) bench/node_modules/wablock

bench-peers: $(BENCH_VENV)/.made bench/node_modules/.made node/node_modules

$(BENCH_VENV)/.made: bench/requirements.txt
	$(PYTHON) -m venv $(BENCH_VENV)
	$(BENCH_PYTHON) -m pip install --quiet --disable-pip-version-check -r bench/requirements.txt
	@touch $@

bench/node_modules/.made: bench/package.json bench/package-lock.json
	cd bench && npm ci --no-audit --no-fund
	@touch $@

node/node_modules: node/package-lock.json
	cd node && npm ci --no-audit --no-fund
