# Everything is set up on first use: Python 3.11 or later and make are all that must be there.
PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready
DEV_READY := $(VENV)/.ready-dev

# What most changes touch: the engine, the language, files and prose (docs/testing.md).
CHECKED := base questionnaire files cases tables prose

.PHONY: demo check test lint fix schemas bench mutate clean

# What Python compiles is kept, whatever the machine is set to: each process that a test starts would compile it anew.
unexport PYTHONDONTWRITEBYTECODE

# The sample survey's report, rendered into ./audit-demo.
demo: $(READY)
	$(BIN)/audit demo

# A minute's check while one works: lint, and the tests of the engine that need no tool and no patience.
check: lint
	$(BIN)/pytest -q -n 2 --dist worksteal -m "not (slow or pdf or office or browser or terminal)" $(CHECKED:%=tests/%) $(PYTEST)

# All tests, with coverage of audit/ (branches too).
test: $(DEV_READY)
	$(BIN)/coverage erase
	$(BIN)/pytest -n auto --dist worksteal --cov --cov-report=term --cov-fail-under=95 $(PYTEST)

lint: $(DEV_READY)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

# What ruff can put right by itself.
fix: $(DEV_READY)
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

# The JSON Schemas that editors read, made anew from the models (a test compares).
schemas: $(READY)
	for kind in questionnaire plan study; do $(BIN)/audit schema json $$kind >schemas/json/$$kind.json || exit 1; done

# Speed against what a user could pick instead (docs/benchmarks.md keeps one result).
bench: $(DEV_READY)
	$(BIN)/python -m pip install --quiet --group bench
	$(BIN)/python -m benchmarks

# Whether the tests of the engine notice when it is changed; prints the changes that they do not (docs/testing.md).
mutate: $(DEV_READY)
	$(BIN)/python -m pip install --quiet --group mutate
	rm -rf mutants
	HYPOTHESIS_PROFILE=ci $(BIN)/mutmut run
	$(BIN)/mutmut results

$(READY): pyproject.toml
	@$(PYTHON) -c "import sys; sys.version_info >= (3, 11) or sys.exit('Python 3.11 eller nyere skal bruges: make PYTHON=python3.12')"
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --upgrade "pip>=25.1"
	$(BIN)/python -m pip install --quiet --editable .
	@touch $@

$(DEV_READY): $(READY)
	$(BIN)/python -m pip install --quiet --group test --group lint
	@touch $@

clean:
	rm -rf $(VENV) .venv-lowest audit-demo dist mutants .coverage .coverage.* .pytest_cache .mypy_cache .ruff_cache
