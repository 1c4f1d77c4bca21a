# Two targets carry the README: `make demo` and `make test`; `make bench` measures. Both need Python 3.11+ and make, nothing else.
PYTHON ?= python3
VENV   ?= .venv
DEMO   ?= .demo
BIN     = $(VENV)/bin
ARTICLES ?= $(or $(BENCH_ARTICLES),300)

PIP     = -m pip install --quiet --disable-pip-version-check

# One worker more than processors: a test that waits for a server leaves its processor to another test.
WORKERS ?= $(shell expr `getconf _NPROCESSORS_ONLN` + 1)
PYTEST   = $(BIN)/python -m pytest --numprocesses=$(WORKERS) --dist=loadfile --no-loadscope-reorder

# Byte code is kept: hundreds of tests start a Python of their own, which would compile the program anew.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: demo test coverage lint bench clean python

demo: python                 ## build and install the wheel, build the demo project, show a first answer
	@rm -rf $(DEMO)/env $(DEMO)/dist $(DEMO)/project
	@mkdir -p $(DEMO)
	@echo "Installing into $(DEMO)/env; this takes up to two minutes (log: $(DEMO)/install.log)"
	@{ $(PYTHON) -m venv $(DEMO)/env && \
	  $(DEMO)/env/bin/python $(PIP) build && \
	  $(DEMO)/env/bin/python -m build --outdir $(DEMO)/dist . && \
	  $(DEMO)/env/bin/python $(PIP) $(DEMO)/dist/*.whl; \
	} > $(DEMO)/install.log 2>&1 || { \
	  tail -n 20 $(DEMO)/install.log; echo "The installation failed; the whole log is $(DEMO)/install.log" >&2; exit 1; }
	@sh docs/demo.sh $(DEMO)/env/bin/dkg $(DEMO)/project

python:
	@$(PYTHON) -c 'import sys; raise SystemExit(sys.version_info < (3, 11))' 2>/dev/null || { \
	  echo "Python 3.11 or newer is needed, and $(PYTHON) is not. If you have one, name it: make demo PYTHON=python3.12" >&2; \
	  exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || { \
	  echo "$(PYTHON) has no venv or no ensurepip. On Debian and Ubuntu: apt install python3-venv" >&2; exit 1; }

$(VENV)/installed: pyproject.toml | python
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python $(PIP) --no-compile --editable ".[test$(shell pkg-config --exists icu-i18n 2>/dev/null && echo ,icu)]"
	touch $@

lint: $(VENV)/installed
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

test: lint                   ## install what the tests need, run all of them
	$(PYTEST)

coverage: $(VENV)/installed  ## all tests once more, half as long again, and which lines of the program they ran
	$(PYTEST) --cov --cov-report=term:skip-covered

bench: $(VENV)/installed     ## every number of speed: make bench BENCH_ARTICLES=2000 BENCH_OUT=figures.json; then the server's
	@code=0; $(BIN)/python -m tests.bench --articles $(ARTICLES) $(BENCH) || code=1; \
	$(BIN)/python -m tests.bench.serve || code=1; exit $$code

clean:
	rm -rf $(VENV) $(DEMO) dist build .coverage .hypothesis .mypy_cache .ruff_cache .pytest_cache
