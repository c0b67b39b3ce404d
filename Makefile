# The course and its tests, each from a fresh clone:
#   make lab      open the course in JupyterLab
#   make app      open all labs on one page, without code
#   make test     run the tests            (make test PYTEST_ARGS="-k neurons" for some of them)
#   make check    the same in a minute or two, with fewer cases and no browser: before every commit
# Both work in an environment of their own, .venv, which is made on the first run and reused after it.
#   make test-colab      run them with the versions that Colab has, in .venv-colab, as another processor would compute
#   make test-processor  run so, with the current versions, what is compared with committed text or numbers

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip install --disable-pip-version-check -c constraints.txt
COLAB := .venv-colab
PIP_COLAB := $(COLAB)/bin/python -m pip install --disable-pip-version-check -c $(COLAB)/constraints.txt
PYTEST_ARGS ?=
# Tests at the same time: one process a core, four at the most.
WORKERS ?= -n logical --maxprocesses 4 --dist loadscope --no-loadscope-reorder
# How another processor adds up: without vector units, in the order that is the same on all of them. Two threads, since
# sums are split by them; they sleep while they wait: tests run beside each other, and would wait for a core that spins.
OTHER_PROCESSOR := ATEN_CPU_CAPABILITY=default MKL_CBWR=COMPATIBLE OMP_NUM_THREADS=2 OMP_WAIT_POLICY=passive \
  GOMP_SPINCOUNT=0
# Bytecode is kept, whatever the surroundings say: the tests start Python a few hundred times, and pytest rewrites their
# assertions once instead of once in each process.
test check test-colab test-processor: export PYTHONDONTWRITEBYTECODE :=

.PHONY: help lab app site pyodide check test test-colab test-processor notebooks lint types format clean FORCE

help:
	@echo 'make lab            open the course in JupyterLab'
	@echo 'make app            open all labs on one page, without code'
	@echo 'make check          before a commit: style, types, and a few cases of every test that needs no browser'
	@echo 'make test           run all tests (PYTEST_ARGS="..." is handed to pytest)'
	@echo 'make test-colab     run them with the versions that Colab has, as another processor would compute'
	@echo 'make test-processor run the lessons and a few cases of every test of numbers in that way with the current versions'
	@echo 'make site           write the course as pages that any web server can serve (SITE="..." is handed to it)'
	@echo 'make pyodide        fetch the Pyodide that tests of those pages need, by pip'
	@echo 'make notebooks      build notebooks/*.ipynb from notebooks/src (needs Chromium or Chrome)'
	@echo 'make lint           check style and layout with ruff'
	@echo 'make types          check the types with mypy, where pyproject.toml names the folder'
	@echo 'make format         let ruff rewrite the layout'
	@echo 'make clean          remove the environments; the next command makes them again'

lab: $(VENV)/.lab
	$(BIN)/psn-viz lab

app: $(VENV)/.lab
	$(BIN)/psn-viz app

test: $(VENV)/.test
	$(BIN)/python -m pytest $(WORKERS) $(PYTEST_ARGS)

check: lint types
	$(BIN)/python -m pytest $(WORKERS) --quick -m 'not colab_stack and not browser and not notebook and not slow' $(PYTEST_ARGS)

# `google.colab` is there as a stand-in module, in these tests and in the kernels they start. The other variable
# keeps a debugger that nobody uses from warning of its limits.
# What differs here are versions and the processor, which no case of many is needed to meet: `make test` has all cases.
# Files that neither has a part in are left out: ANY_STACK in tests/conftest.py.
test-colab: $(COLAB)/.test
	$(OTHER_PROCESSOR) PYTHONPATH="$(CURDIR)/tests/colab_stand_in" PYDEVD_DISABLE_FILE_VALIDATION=1 \
	  $(COLAB)/bin/python -m pytest $(WORKERS) --quick -m 'not current_stack' $(PYTEST_ARGS)

test-processor: $(VENV)/.test
	$(OTHER_PROCESSOR) $(BIN)/python -m pytest $(WORKERS) --quick \
	  -m 'not colab_stack and not browser and not slow and not any_processor' \
	  $(PYTEST_ARGS)

# SITE="..." is handed to the command: --runtime FOLDER, --cdn, --still, --single NAME.
site: $(VENV)/.test
	$(BIN)/psn-viz site $(SITE)

# What the tests of the pages run in, for machines that reach no more than PyPI. It stays in the user's cache.
pyodide: $(VENV)/.test
	$(BIN)/python -m tests.pyodide_from_pip

notebooks: $(VENV)/.test
	$(BIN)/python -m notebooks.build.notebooks
	$(BIN)/python -m notebooks.build.cards

lint: $(VENV)/.test
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: $(VENV)/.test
	$(BIN)/mypy

format: $(VENV)/.test
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

clean:
	rm -rf $(VENV) $(COLAB)

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

# All of constraints-colab.txt, and of constraints.txt what is not in it.
$(COLAB)/.test: $(COLAB)/.made pyproject.toml constraints.txt constraints-colab.txt
	rm -f $@
	awk -F== 'NR == FNR { own[$$1]; print; next } !($$1 in own)' constraints-colab.txt constraints.txt \
	  > $(COLAB)/constraints.txt
	$(PIP_COLAB) -e '.[test-colab]'
	$(PIP_COLAB) --no-deps spikingjelly
	touch $@

# An environment that is missing, half made, moved with its folder, or whose Python is gone is made again.
whole = $(shell $(1)/bin/python -c 'import pip' 2>/dev/null && cat $(1)/.made 2>/dev/null)
ifneq ($(call whole,$(VENV)),$(CURDIR))
$(VENV)/.made: FORCE
endif
ifneq ($(call whole,$(COLAB)),$(CURDIR))
$(COLAB)/.made: FORCE
endif

$(VENV)/.made $(COLAB)/.made:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
	  echo 'psn_viz needs Python 3.11 or newer: name one, as in: make lab PYTHON=python3.12' >&2; exit 1; }
	@test "`uname -sm`" != 'Darwin x86_64' || { \
	  echo 'constraints.txt names a torch that Intel Macs do not have: type the lines under "Intel Macs" in README.md' \
	    >&2; exit 1; }
	rm -rf $(@D)
	$(PYTHON) -m venv $(@D)
	pwd -P > $@

FORCE:
