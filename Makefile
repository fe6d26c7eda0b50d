# Each target makes what it needs; nothing has to be installed first but Python 3.11 and make.
PYTHON ?= python3
VENV   ?= .venv
BIN    := $(VENV)/bin

.DEFAULT_GOAL := help
.PHONY: help install play run test coverage kill-test full-test check bench bench-full flows lock clean

help:  ## what there is
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*##/\t/' | expand -t 12

# Run time alone: enough to play and to run.
$(BIN)/.run-time: requirements.txt pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@

# Run time and what the tests and the tools need; both locks were resolved together.
$(BIN)/.development: requirements-dev.txt pyproject.toml | $(BIN)/.run-time
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.txt
	@touch $@

install: $(BIN)/.run-time  ## the program `hundi`, in .venv/bin

play: $(BIN)/.run-time  ## the whole town on this machine, in the browser; no token
	@$(BIN)/hundi play

run: $(BIN)/.run-time  ## the bot on Telegram; put HUNDI_BOT_TOKEN into .env first
	@$(BIN)/hundi run

test: $(BIN)/.development  ## every test, the browser's too where a Chromium is installed
	$(BIN)/python -m pytest $(PYTEST_ARGS)

coverage: $(BIN)/.development  ## the tests again, with the branches they did not take
	$(BIN)/python -m pytest --cov --cov-report=term-missing:skip-covered $(PYTEST_ARGS)

kill-test: $(BIN)/.development  ## the kill tests at full size: some hours
	HUNDI_TEST_SIZE=full $(BIN)/python -m pytest -m slow $(PYTEST_ARGS)

full-test: $(BIN)/.development  ## every test at full size, the kill tests too: most of a day
	HUNDI_TEST_SIZE=full $(BIN)/python -m pytest $(PYTEST_ARGS)

check: $(BIN)/.development  ## format, lint, types, walls
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports

bench: $(BIN)/.development  ## figures, as ratios against peers in the same run
	$(BIN)/python -m bench

bench-full: $(BIN)/.development  ## the same, with a soak of two hours
	$(BIN)/python -m bench --full

flows: $(BIN)/.development  ## draw docs/flows from the transition table
	$(BIN)/python -m tests.bot.dialogue.drawing

lock:  ## resolve both lock files together, with hashes and without any address; needs uv
	uv pip compile --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header --no-annotate --no-strip-extras \
		--upgrade --extra build --extra dev pyproject.toml -o requirements-dev.txt
	uv pip compile --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header --no-annotate --no-strip-extras \
		--extra build --extra postgres -c requirements-dev.txt pyproject.toml -o requirements.txt

clean:  ## remove the virtual environment and caches; never the books
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis
