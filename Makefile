# make run: install, load the demo county, serve it. make test: install what tests need and run them.
PYTHON ?= $(shell command -v python3.11 || command -v python3)
VENV := .venv
BIN := $(VENV)/bin

.PHONY: run test lint types contracts browser bench docs messages clean

$(VENV)/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Python 3.11 is needed (set PYTHON=/path/to/python3.11)"; exit 1; }
	$(PYTHON) -m venv $(VENV)

# The stamps hold what was installed: a changed requirements file installs again, an unchanged one costs nothing.
$(VENV)/.run: requirements.txt pyproject.toml | $(VENV)/bin/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	touch $@

$(VENV)/.test: requirements-dev.txt $(VENV)/.run
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.txt
	touch $@

run: $(VENV)/.run
	$(BIN)/wenqu serve --demo

test: $(VENV)/.test
	$(BIN)/python -m pytest -n auto --dist worksteal -m "not browser"

lint: $(VENV)/.test
	$(BIN)/ruff check src tests bench
	$(BIN)/lint-imports --no-logo

types: $(VENV)/.test
	$(BIN)/mypy

browser: $(VENV)/.test
	$(BIN)/python -m pytest -m browser

bench: $(VENV)/.test
	for script in judge quality quality_import quality_delivery watchlist import_register books pages demo trust ledger intake phone; do $(BIN)/python bench/$$script.py || exit 1; done

docs: $(VENV)/.test
	$(BIN)/python -m wenqu.docs

messages: $(VENV)/.test
	PYTHON=$(abspath $(BIN))/python tools/messages.sh

clean:
	rm -rf $(VENV) var
