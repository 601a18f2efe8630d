# Everything runs in .venv, which `make setup` makes from the hashed lock files; nothing else on the machine is changed.
SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
MAKEFLAGS += --no-print-directory
.DEFAULT_GOAL := help

PYTHON ?= python3
BIN := .venv/bin
UV := $(BIN)/uv
VALIDATOR := tests/validator
LOCK := $(UV) pip compile --quiet --universal --generate-hashes --python-version 3.11 --no-emit-index-url \
	--custom-compile-command "make lock"

.PHONY: help demo up down test test-spring check setup format lock docs examples accuracy train bench clean

help: ## Show this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-11s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

demo: setup ## Convert the drawings in examples/, and make a page to look at
	@$(BIN)/python -m pipelines.demo examples build/demo

up: setup ## Start RabbitMQ, PostgreSQL and an S3 store on this machine, without Docker
	@$(BIN)/python -m tests.services up

down: setup ## Stop them, and throw away what they hold
	@$(BIN)/python -m tests.services down

test: setup $(VALIDATOR)/.ready ## Run the tests
	@$(BIN)/pytest -n auto --ignore tests/spring $(PYTEST)

test-spring: setup ## Build the Java program of docs/howto/publish-from-spring.md, and run it with a real runner
	@$(BIN)/pytest tests/spring

check: setup ## Lint, types, import contracts, dependencies, spelling
	@$(BIN)/ruff check --quiet .
	@$(BIN)/ruff format --quiet --check .
	@$(BIN)/mypy --no-error-summary
	@$(BIN)/lint-imports --no-logo > build/imports.log || { cat build/imports.log; exit 1; }
	@$(BIN)/deptry . 2> build/dependencies.log || { cat build/dependencies.log; exit 1; }
	@$(BIN)/codespell
	@echo "check: all is well"

setup: .venv/.ready ## Make .venv with everything that the project needs

.venv/.ready: requirements-dev.txt pyproject.toml
	@command -v $(PYTHON) > /dev/null || { echo "Python 3.11 or later is missing. On Debian or Ubuntu: apt install python3 python3-venv" >&2; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
		|| { echo "$$($(PYTHON) --version) is too old: Python 3.11 or later is needed. Name another one with: make PYTHON=python3.12" >&2; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2> /dev/null \
		|| { echo "Python's venv module is missing. On Debian or Ubuntu: apt install python3-venv" >&2; exit 1; }
	@mkdir -p build
	@[ -x $(BIN)/python ] || $(PYTHON) -m venv .venv
	@[ -x $(UV) ] || $(BIN)/python -m pip install --quiet --disable-pip-version-check "uv>=0.8,<1"
	@$(UV) pip sync --quiet --compile-bytecode --python $(BIN)/python --require-hashes requirements-dev.txt
	@$(UV) pip install --quiet --python $(BIN)/python --no-deps --editable .
	@touch $@

# The Khronos validator checks every model that the tests make, AsyncAPI's schema the contract's document. Without Node.js
# those checks are skipped, and say so.
$(VALIDATOR)/.ready: $(VALIDATOR)/package-lock.json
	@if command -v npm > /dev/null; then cd $(VALIDATOR) && npm ci --silent --no-audit --no-fund && touch .ready; \
	elif [ -n "$${CI:-}" ]; then echo "npm is missing: the glTF validator cannot be installed" >&2; exit 1; fi

format: setup ## Format the code, and mend what the linter can mend
	@$(BIN)/ruff check --quiet --fix . || true
	@$(BIN)/ruff format --quiet .

lock: setup ## Write the lock files anew after a change of dependencies
	@$(LOCK) pyproject.toml -o requirements.txt
	@$(LOCK) --extra otel --group dev pyproject.toml -o requirements-dev.txt
	@$(LOCK) --group train pyproject.toml -o requirements-train.txt

docs: setup ## Write .env.example, docs/config.md and the schemas anew after a change of settings or of the contract
	@$(BIN)/python -m runner.settings
	@for what in message event plan report; do $(BIN)/cad-runner schema $$what > docs/contract/$$what.schema.json; done

examples: setup ## Draw the drawings in examples/ anew
	@$(BIN)/python -m pipelines.synth.examples examples

pictures: setup ## Draw the picture of the README anew
	@$(BIN)/python -m pipelines.demo.cover examples/house-hatched.dxf docs/pictures/house.png

accuracy: setup ## Convert 200 drawings of known truth, and write docs/accuracy.md
	@$(BIN)/python -m pipelines.synth.accuracy

TRAIN := build/train/.venv

train: $(TRAIN)/.ready ## Train the detector and the wall net, in pieces: TRAIN_ARGS="--minutes 30" goes on where the last piece ended
	@$(TRAIN)/bin/python -m pipelines.synth.training $(TRAIN_ARGS)

$(TRAIN)/.ready: requirements-train.txt | setup
	@mkdir -p build/train
	@[ -x $(TRAIN)/bin/python ] || $(PYTHON) -m venv $(TRAIN)
	@$(UV) pip sync --quiet --python $(TRAIN)/bin/python --require-hashes requirements-train.txt
	@touch $@

bench: setup ## Measure time and memory beside other readers, and write docs/benchmarks.md
	@$(BIN)/python -m tests.bench

clean: ## Remove what was built and .venv
	@rm -rf .venv build dist $(VALIDATOR)/node_modules $(VALIDATOR)/.ready
