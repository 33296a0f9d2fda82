# Every target sets up what it needs, in .venv; a second call rebuilds only what has changed.
PYTHON ?= python3
# One environment an interpreter: `make bench PYTHON=python3.13` leaves the others alone.
VENV := .venv$(if $(filter python3,$(PYTHON)),,-$(notdir $(PYTHON)))
BIN := $(VENV)/bin
CORE := $(shell find src/berkeley/core -name '*.py' -o -name '*.pxd')

.PHONY: help build demo test lint bench bench-apps conformance kernel-tests conformance-kernel asan docs clean

help:
	@echo "make build               compile what has changed, in place"
	@echo "make demo                build and show the main job"
	@echo "make test                build and run all tests"
	@echo "make kernel-tests        every address family exchanges data, in a guest kernel"
	@echo "make lint                ruff, mypy, stubtest"
	@echo "make bench               both modules side by side"
	@echo "make bench-apps          applications on both modules, 10 000 connections, plots"
	@echo "make conformance         CPython's own tests on each interpreter found"
	@echo "make conformance-kernel  CPython's test_socket, in a guest kernel"
	@echo "make asan                the address formats under AddressSanitizer"
	@echo "make docs                the documentation, into site/"
	@echo "make clean               remove what was built"

$(VENV)/.made:
	@$(PYTHON) -m venv $(VENV) || { echo "berkeley needs the venv module of Python: install the package python3-venv (Debian, Ubuntu)." >&2; exit 1; }
	@$(BIN)/python -m pip install --quiet --upgrade "pip>=25.1"
	@touch $@

$(VENV)/.build: $(VENV)/.made pyproject.toml
	@$(BIN)/python -m pip install --quiet --group build
	@touch $@

$(VENV)/.test: $(VENV)/.build pyproject.toml
	@$(BIN)/python -m pip install --quiet --group test
	@touch $@

$(VENV)/.bench: $(VENV)/.build pyproject.toml
	@$(BIN)/python -m pip install --quiet --group bench
	@touch $@

$(VENV)/.docs: $(VENV)/.made pyproject.toml
	@$(BIN)/python -m pip install --quiet --group docs
	@touch $@

$(VENV)/.installed: $(VENV)/.build pyproject.toml setup.py
	@$(BIN)/python setup.py --quiet build_ext --inplace --parallel 4
	@$(BIN)/python -m pip install --quiet --no-build-isolation --no-deps --editable .
	@touch $@ $(VENV)/.compiled

$(VENV)/.compiled: $(VENV)/.installed $(CORE)
	@$(BIN)/python setup.py --quiet build_ext --inplace --parallel 4
	@touch $@

build: $(VENV)/.compiled

demo: build $(VENV)/.test
	@$(BIN)/python examples/demo.py $(ARGS)

test: build $(VENV)/.test
	@$(BIN)/python -m pytest $(ARGS)

lint: build $(VENV)/.test
	@$(BIN)/ruff check . && $(BIN)/ruff format --check .
	@$(BIN)/mypy
	@MYPYPATH=src $(BIN)/python tools/stubtest.py berkeley

bench: build $(VENV)/.bench
	@$(BIN)/python -m benchmarks $(ARGS); status=$$?; $(BIN)/python -m benchmarks.plots && exit $$status

bench-apps: build $(VENV)/.bench
	@$(BIN)/python -m benchmarks.apps $(ARGS); status=$$?; $(BIN)/python -m benchmarks.plots && exit $$status

conformance: build $(VENV)/.test
	@$(BIN)/python -m conformance $(ARGS)

kernel-tests: build $(VENV)/.test
	@$(BIN)/python -m kernel $(ARGS)

conformance-kernel: $(VENV)/.test
	@$(BIN)/python -m conformance.kernel $(ARGS)

asan: build $(VENV)/.test
	@PYTHON=$(abspath $(BIN)/python) tools/asan $(ARGS)

docs: build $(VENV)/.docs
	@NO_MKDOCS_2_WARNING=1 $(BIN)/mkdocs build --strict

clean:
	rm -rf build .venv* site
	find src \( -name '*.so' -o -path '*/core/*.c' \) -delete
