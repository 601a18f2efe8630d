PY := .venv/bin/python

.PHONY: setup check test
setup: .venv/.ready
.venv/.ready: requirements-dev.txt pyproject.toml
	python3 -m venv .venv
	.venv/bin/python -m pip -q install uv
	.venv/bin/uv pip sync -q --python $(PY) --require-hashes requirements-dev.txt
	.venv/bin/uv pip install -q --python $(PY) --no-deps -e .
	touch $@
check: setup
	.venv/bin/ruff check .
	.venv/bin/ruff format --check .
	.venv/bin/mypy
test: setup
	.venv/bin/pytest
