# Two commands do everything, set-up included: `make demo` and `make test`. Needs Rust, Python 3.11+, Node 20+, a C compiler.

PYTHON ?= $(shell for p in python3.11 python3.12 python3.13 python3.14 python3; do \
	$$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1 && echo $$p && break; done)
VENV := .venv
BIN := $(VENV)/bin
# cargo, maturin and napi share one build when all three name the same target.
export CARGO_BUILD_TARGET := $(shell rustc -vV | sed -n 's/^host: //p')
export PYTHONDONTWRITEBYTECODE := 1

RUST_SOURCES := Cargo.toml Cargo.lock $(shell find crates bindings -name '*.rs' -o -name Cargo.toml)
NODE_SOURCES := $(shell find node/src -name '*.ts') node/package.json
STAMPS := target/stamps

.PHONY: help demo test test-rust test-python test-node test-docs test-packages lint lint-rust lint-python lint-node lint-licences advisories licences faces format docs \
	soak wheel check-wheel check-addon python node clean

help:
	@echo "make demo     the main job, from Python and from Node, against the sandbox"
	@echo "make test     every test in all three languages"
	@echo "make lint     formatters, linters and type checkers"
	@echo "make faces    write the configuration types, the tables of the pages and the samples of the tests again"
	@echo "make format   rewrite what the formatters want"
	@echo "make docs     the documentation site, into target/site"
	@echo "make test-packages  the packed Node package in other projects"
	@echo "make wheel    the release wheel, into target/wheels"
	@echo "make soak     200,000 calls through each binding; check-wheel   the release wheel on every Python found"
	@echo "make clean    remove everything that was built"

demo: python node
	@echo "== Python =="
	@$(BIN)/python examples/demo.py target/demo/python.json
	@echo
	@echo "== Node =="
	@node examples/demo.mjs target/demo/node.json
	@echo
	@$(BIN)/python examples/same.py target/demo/python.json target/demo/node.json

test: test-rust test-python test-node test-docs
	@echo "All tests passed: Rust, Python, Node, and what the pages show."

test-rust:
	@echo "== Rust =="
	@if cargo nextest --version >/dev/null 2>&1; then \
		cargo nextest run --workspace --no-fail-fast && cargo test --workspace --doc; \
	else cargo test --workspace; fi

test-python: python
	@echo "== Python =="
	$(BIN)/python -m pytest

test-node: node
	@echo "== Node =="
	cd node && npm test

test-docs: python $(VENV)/.docs
	@echo "== Pages, notebooks and the bot =="
	$(BIN)/python -m pytest tests/docs examples/python-bot

test-packages: node
	cd node && npm run check:package && npm run test:packages

soak: python node
	$(BIN)/python tests/python/soak.py
	cd node && npm run soak

# Release builds hold no path of the machine that built them.
check-addon: export RUSTFLAGS := --remap-path-prefix=$(or $(CARGO_HOME),$(HOME)/.cargo)=/cargo --remap-path-prefix=$(CURDIR)=/wablock

check-addon: $(STAMPS)/npm $(VENV)/.tools
	cd node && npm run build
	$(BIN)/python scripts/build_paths.py node/native/*.node

wheel: $(VENV)/.tools
	$(BIN)/python scripts/build_wheel.py target/wheels

check-wheel: $(VENV)/.tools
	$(BIN)/python tests/python/check_wheel.py

docs: python $(VENV)/.docs $(STAMPS)/npm
	NO_MKDOCS_2_WARNING=1 $(BIN)/mkdocs build --strict
	cd node && npm run docs

lint: lint-rust lint-python lint-node lint-licences

lint-rust:
	cargo fmt --all --check
	cargo xtask faces --check
	cargo clippy --workspace --all-targets -- -D warnings
	RUSTDOCFLAGS="-D warnings" cargo doc --workspace --no-deps --quiet

lint-python: python $(VENV)/.docs
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/pyright
	$(BIN)/python -m mypy.stubtest wablock --allowlist tests/python/stubtest.txt
	PATH="$(CURDIR)/$(BIN):$$PATH" pyright --verifytypes wablock --ignoreexternal

lint-node: node $(STAMPS)/apidoc
	cd node && npm run lint && npm run lint:docs

# Licences, sources and duplicates of every crate. Advisories need a copy of the RustSec database: `make advisories`.
lint-licences: $(VENV)/.tools
	cargo fetch --locked --quiet
	PATH="$(CURDIR)/$(BIN):$$PATH" cargo deny --offline --log-level error check --hide-inclusion-graph licenses bans sources
	$(BIN)/python scripts/third_party.py --check

advisories: $(VENV)/.tools
	PATH="$(CURDIR)/$(BIN):$$PATH" cargo deny --log-level error check advisories

# The licence texts of the crates inside the wheel and the addon.
licences: $(VENV)/.tools
	$(BIN)/python scripts/third_party.py

# What is derived from the tables of options in the core.
faces:
	cargo xtask faces

format: $(VENV)/.tools $(STAMPS)/npm
	cargo fmt --all
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .
	cd node && npm run format

# ---- set-up, each done once and again when its sources change ----

python: $(STAMPS)/python
node: $(STAMPS)/node

$(VENV)/.tools: pyproject.toml
	@test -n "$(PYTHON)" || { echo "Python 3.11 or newer is needed; set PYTHON=/path/to/it"; exit 1; }
	@echo "-- Python tools into $(VENV)"
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check 'pip>=25.1'
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --group tools
	@touch $@

$(VENV)/.docs: $(VENV)/.tools
	@echo "-- documentation tools into $(VENV)"
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --group docs
	@touch $@

$(STAMPS)/python: $(VENV)/.tools $(RUST_SOURCES) pyproject.toml
	@echo "-- the Python module (the first build takes a few minutes)"
	VIRTUAL_ENV=$(CURDIR)/$(VENV) $(BIN)/maturin develop
	@mkdir -p $(@D) && touch $@

$(STAMPS)/npm: node/package.json node/package-lock.json
	@echo "-- Node tools"
	cd node && npm ci --no-audit --no-fund
	@mkdir -p $(@D) && touch $@

$(STAMPS)/apidoc: node/apidoc/package-lock.json
	cd node && npm --prefix apidoc ci --no-audit --no-fund
	@mkdir -p $(@D) && touch $@

$(STAMPS)/node: $(STAMPS)/npm $(RUST_SOURCES) $(NODE_SOURCES)
	@echo "-- the Node addon (the first build takes a few minutes)"
	cd node && npm run build:debug
	@mkdir -p $(@D) && touch $@

clean:
	rm -rf target $(VENV) node/node_modules node/dist node/native/*.node node/apidoc/node_modules tests/packages/node_modules

-include bench/bench.mk
