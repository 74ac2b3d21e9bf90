# Everything here sets itself up: Python 3.11 or newer is all a machine needs.
PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
READY  := $(VENV)/.ready

.PHONY: help demo test soak check bench screenshots test-prism docs clean

help: ## what there is
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-12s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

$(READY): pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "ircon needs Python 3.11 or newer: make PYTHON=/path/to/python3.11")'
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[dev,spelling]'
	@touch $@

demo: $(READY) ## the console on a practice page with past incidents: no account, no network
	@$(BIN)/ircon demo

# One worker more than processors: many tests wait for a page, a process or a terminal.
WORKERS ?= $(shell $(PYTHON) -c 'import os; print((os.cpu_count() or 1) + 1)')
test: $(READY) ## the tests
	$(BIN)/pytest -n $(WORKERS)

MINUTES ?= 10
soak: $(READY) ## the campaigns of faults with random seeds: make soak MINUTES=60
	$(BIN)/python tests/faults/soak.py $(MINUTES)

check: $(READY) ## lint, types, import rules, spelling
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/typos

bench: $(READY) ## what is measured, each beside its peer
	$(BIN)/python bench/run.py

screenshots: $(READY) ## the pictures in the README, from the running console
	$(BIN)/python screenshots/make.py

test-prism: $(READY) ## the adapter before a stranger's judge (needs node and npx)
	$(BIN)/python tests/prism/run.py

docs: $(READY) ## the pages that are printed from tables in the code
	$(BIN)/python docs/generate.py

clean: ## what the above left behind
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .hypothesis
