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
VERSION = $(shell awk -F '"' '/^version = / { print $$2; exit }' pyproject.toml)

# A cluster on this machine that needs no registry; without one, leave it empty.
TESTBED ?= $(wildcard ../shared/testbed)
IMAGE ?= cad-runner
# A client that builds with BuildKit. That of Docker needs a plug-in for it, that of Debian does not.
DOCKER ?= $(shell docker buildx version > /dev/null 2>&1 && echo docker || command -v /usr/bin/docker || echo docker)
# Nothing here means what the Dockerfiles name. CUDA's can't be had without a registry: what is built without it finds no GPU.
BASE_IMAGE ?=
GPU_BASE_IMAGE ?= $(if $(TESTBED),python:3.11-slim)
BUILD_ARGS ?=
BUILD = DOCKER_BUILDKIT=1 $(DOCKER) build $(if $(V),,--quiet) --build-arg VERSION=$(VERSION) \
	--build-arg REVISION=$$(git rev-parse HEAD) --build-arg CREATED=$$(git log -1 --format=%cI) $(BUILD_ARGS)

.PHONY: help demo up down test test-spring check setup format lock docs examples accuracy train bench images test-images sbom clean

help: ## Show this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-11s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

demo: setup ## Convert the drawings in examples/, and make a page to look at
	@$(BIN)/python -m pipelines.demo examples build/demo

up: setup ## Start RabbitMQ, PostgreSQL and an S3 store on this machine, without Docker
	@$(BIN)/python -m tests.services up

down: setup ## Stop them, and throw away what they hold
	@$(BIN)/python -m tests.services down

test: setup $(VALIDATOR)/.ready ## Run the tests
	@$(BIN)/pytest -n auto --ignore tests/spring --ignore tests/images $(PYTEST)

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
	@$(LOCK) --group image -o images/build.txt
	@$(LOCK) --group sbom -o images/sbom.txt
	@$(LOCK) --extra otel pyproject.toml -o images/cpu.txt
	@$(LOCK) --extra otel --group image-gpu --no-emit-package onnxruntime pyproject.toml -o images/gpu.txt
	@$(LOCK) --extra otel --group image-torch --no-emit-package onnxruntime --no-emit-package opencv-python \
		pyproject.toml -o images/gpu-torch.txt

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

images: ## Build the images for nodes without a GPU and with one; V=1 shows how, docs/howto/images.md says what can be set
	@command -v docker > /dev/null || { echo "Docker is missing: docs/howto/images.md says what is needed" >&2; exit 1; }
	@$(BUILD) $(BASE_IMAGE:%=--build-arg BASE_IMAGE=%) --file Dockerfile.cpu --tag $(IMAGE):$(VERSION) . > /dev/null
	@$(BUILD) $(GPU_BASE_IMAGE:%=--build-arg BASE_IMAGE=%) --file Dockerfile.gpu --tag $(IMAGE):$(VERSION)-gpu . > /dev/null
	@$(DOCKER) images --filter label=org.opencontainers.image.title=cad-runner $(IMAGE)

test-images: setup images ## Build the images, and run them as a cluster would
	@DOCKER=$(DOCKER) IMAGE=$(IMAGE) TESTBED=$(TESTBED) $(BIN)/pytest tests/images $(PYTEST)

SBOM := build/sbom

sbom: $(SBOM)/.ready ## List what is in the images, as CycloneDX, in build/sbom
	@for kind in $(or $(SBOM_OF),cpu gpu); do \
		$(UV) venv --quiet --clear --python 3.11 $(SBOM)/$$kind; \
		$(UV) pip sync --quiet --python $(SBOM)/$$kind/bin/python --require-hashes images/$$kind.txt; \
		$(SBOM)/.venv/bin/cyclonedx-py environment --pyproject pyproject.toml --output-reproducible \
			--output-file $(SBOM)/cad-runner-$$kind.cdx.json $(SBOM)/$$kind; \
		rm -r $(SBOM)/$$kind; \
		echo "$(SBOM)/cad-runner-$$kind.cdx.json"; \
	done

$(SBOM)/.ready: images/sbom.txt | setup
	@mkdir -p $(SBOM)
	@[ -x $(SBOM)/.venv/bin/python ] || $(PYTHON) -m venv --without-pip $(SBOM)/.venv
	@$(UV) pip sync --quiet --python $(SBOM)/.venv/bin/python --require-hashes images/sbom.txt
	@touch $@

clean: ## Remove what was built and .venv
	@rm -rf .venv build dist $(VALIDATOR)/node_modules $(VALIDATOR)/.ready
