# The course and its tests, each from a fresh clone:
#   make lab      open the course in JupyterLab
#   make test     run the tests            (make test PYTEST_ARGS="-k neurons" for some of them)
# Both work in an environment of their own, .venv, which is made on the first run and reused after it.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip install --disable-pip-version-check -c constraints.txt
PYTEST_ARGS ?=

.PHONY: help lab test notebooks lint format clean FORCE

help:
	@echo 'make lab        open the course in JupyterLab'
	@echo 'make test       run all tests (PYTEST_ARGS="..." is handed to pytest)'
	@echo 'make notebooks  build notebooks/*.ipynb from notebooks/src (needs Chromium or Chrome)'
	@echo 'make lint       check style and layout with ruff'
	@echo 'make format     let ruff rewrite the layout'
	@echo 'make clean      remove .venv; the next command makes it again'

lab: $(VENV)/.lab
	$(BIN)/psn-viz lab

test: $(VENV)/.test
	$(BIN)/python -m pytest $(PYTEST_ARGS)

notebooks: $(VENV)/.test
	$(BIN)/python -m psn_viz.export.notebooks
	$(BIN)/python -m psn_viz.export.images

lint: $(VENV)/.test
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

format: $(VENV)/.test
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

clean:
	rm -rf $(VENV)

# A stamp says that an install has finished; it goes first, so that an install that breaks off leaves none.
$(VENV)/.lab: $(VENV)/.made pyproject.toml constraints.txt
	rm -f $@
	$(PIP) -e '.[lab]'
	touch $@

# SpikingJelly is the reference of the parity tests. Its own requirements (torchvision, torchaudio, ...)
# serve parts of it that are never imported here.
$(VENV)/.test: $(VENV)/.made pyproject.toml constraints.txt
	rm -f $@
	$(PIP) -e '.[test]'
	$(PIP) --no-deps spikingjelly
	touch $@

# An environment that is missing, half made, moved with its folder, or whose Python is gone is made again.
ifneq ($(shell $(BIN)/python -c 'import pip' 2>/dev/null && cat $(VENV)/.made 2>/dev/null),$(CURDIR))
$(VENV)/.made: FORCE
endif

$(VENV)/.made:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
	  echo 'psn_viz needs Python 3.11 or newer: name one, as in: make lab PYTHON=python3.12' >&2; exit 1; }
	rm -rf $(VENV)
	$(PYTHON) -m venv $(VENV)
	pwd -P > $@

FORCE:
