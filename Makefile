# The two commands of the README: make demo, make test. All needs only Python 3.11+ and the package registry.
PYTHON ?= python3
BIN := .venv/bin
NEEDED := import sys; sys.exit("Python 3.11 or newer is needed; set PYTHON=... to one") if sys.version_info < (3, 11) else None
export PIP_DISABLE_PIP_VERSION_CHECK = 1

.PHONY: env demo test bench lint audit docs clean

env: .venv/.installed

.venv/.installed: pyproject.toml constraints.txt
	@$(PYTHON) -c '$(NEEDED)'
	$(PYTHON) -m venv .venv
	$(BIN)/pip install -q -c constraints.txt -e '.[dev]'
	@touch $@

demo: env
	$(BIN)/python -m fixtures.demo

test: env lint .venv-pywb/.installed
	$(BIN)/pytest -n 2 --dist loadfile

# pywb's indexer must take our WARC files. It has a venv of its own: it wants other versions of what we use.
.venv-pywb/.installed: tests/requirements-pywb.txt
	$(PYTHON) -m venv .venv-pywb
	.venv-pywb/bin/pip install -q -r tests/requirements-pywb.txt
	@touch $@

# Our article parser beside its peers, on ../shared/pages. They have a venv of their own: the product needs none of them.
bench: .venv-bench/.installed
	.venv-bench/bin/python -m benchmarks.extraction --check

# pip 23 and older trip over two spellings of one extra that the peers ask of lxml
.venv-bench/.installed: pyproject.toml constraints.txt benchmarks/requirements.txt
	@$(PYTHON) -c '$(NEEDED)'
	$(PYTHON) -m venv .venv-bench
	.venv-bench/bin/pip install -q -U pip
	.venv-bench/bin/pip install -q -c constraints.txt -e .
	.venv-bench/bin/pip install -q -r benchmarks/requirements.txt
	@touch $@

lint: env
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

# Known holes in what we install; asks pypi.org, so CI does not run it
audit: .venv-audit/.installed
	.venv-audit/bin/pip-audit --strict --no-deps --disable-pip -r constraints.txt

.venv-audit/.installed: Makefile
	$(PYTHON) -m venv .venv-audit
	.venv-audit/bin/pip install -q 'pip-audit>=2.10'
	@touch $@

# docs/schema.md, from the models; a test fails when it is stale
docs: env
	$(BIN)/python -m storage.docs > docs/schema.md

clean:
	rm -rf .venv .venv-audit .venv-bench .venv-pywb archive build *.egg-info
