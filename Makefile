# Two targets carry the README: `make demo` and `make test`. Both need Python 3.11+ and make, nothing else.
PYTHON ?= python3
VENV   ?= .venv
DEMO   ?= .demo
BIN     = $(VENV)/bin

.PHONY: demo test lint clean

demo:                        ## build and install the wheel, build the demo project, show a first answer
	$(PYTHON) -m venv --clear $(DEMO)/env
	$(DEMO)/env/bin/python -m pip install --quiet --disable-pip-version-check build
	$(DEMO)/env/bin/python -m build --outdir $(DEMO)/dist . > $(DEMO)/build.log
	$(DEMO)/env/bin/python -m pip install --quiet --disable-pip-version-check --force-reinstall $(DEMO)/dist/*.whl
	rm -rf $(DEMO)/project
	@sh docs/demo.sh $(DEMO)/env/bin/dkg $(DEMO)/project

$(VENV)/installed: pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable ".[test]"
	touch $@

lint: $(VENV)/installed
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

test: lint                   ## install what the tests need, run all of them
	$(BIN)/python -m pytest --cov --cov-report=term:skip-covered

clean:
	rm -rf $(VENV) $(DEMO) dist build .coverage .hypothesis .mypy_cache .ruff_cache .pytest_cache
