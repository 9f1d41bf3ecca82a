# make report: set everything up and write the example pilot's report.   make test: set up and run the tests.
PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
PILOT ?= examples/kroniske_smerter/pilot.toml
REPORT ?= out/rapport.html
WORKERS ?= 2

PYTHON_LOWEST := .venv-lowest/bin/python

.PHONY: report test test-lowest lint types contracts conformance benchmarks example clean

$(BIN)/python:
	$(PYTHON) -m venv $(VENV)

$(VENV)/.runtime: $(BIN)/python pyproject.toml constraints.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e .
	@touch $@

$(VENV)/.development: $(VENV)/.runtime
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e ".[dev]"
	@touch $@

report: $(VENV)/.runtime
	@mkdir -p $(dir $(REPORT))
	$(BIN)/propsych report $(PILOT) --output $(REPORT)
	@echo "The report is in $(CURDIR)/$(REPORT)"

test: $(VENV)/.development
	OPENBLAS_NUM_THREADS=1 $(BIN)/python -m pytest -n $(WORKERS)

# the tests again, with the lowest versions that pyproject.toml promises
test-lowest: pyproject.toml constraints-lowest.txt
	$(PYTHON) -m venv .venv-lowest
	$(PYTHON_LOWEST) -m pip install --quiet --disable-pip-version-check -c constraints-lowest.txt -e . pytest pytest-xdist hypothesis polars pyarrow
	OPENBLAS_NUM_THREADS=1 $(PYTHON_LOWEST) -m pytest -n $(WORKERS) tests

lint: $(VENV)/.development
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: $(VENV)/.development
	$(BIN)/mypy

contracts: $(VENV)/.development
	$(BIN)/lint-imports

conformance: $(VENV)/.development
	$(BIN)/python -m tests.conformance --pack tests/conformance/pack

# writes examples/kroniske_smerter again; a test asserts that nothing changed
example: $(VENV)/.runtime
	$(BIN)/propsych demo examples/kroniske_smerter --no-report

clean:
	rm -rf $(VENV) .venv-lowest out .pytest_cache .mypy_cache .ruff_cache .hypothesis
