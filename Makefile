# Two commands: `make run` and `make test`. Every target makes its own environment when there is
# none. Without make, the lines under a target are what to type (see README.md).
PYTHON ?= python3
VENV ?= .venv
ADAPTERS ?= .venv-adapters
OUT ?= build
ifeq ($(OS),Windows_NT)
PY := $(VENV)/Scripts/python
else
PY := $(VENV)/bin/python
endif

# One thread each: two lessons or tests run side by side, and results must not depend on the number.
export OMP_NUM_THREADS ?= 1
export MKL_NUM_THREADS ?= 1
# The kernel called python3 is this environment's, even where another is installed for the user.
export JUPYTER_PREFER_ENV_PATH := 1
unexport JUPYTER_PATH

.DEFAULT_GOAL := help
.PHONY: help environment run test test-fast test-adapters bench lab supplement notebooks lint clean

help:  ## this list
	@grep -E '^[a-z-]+:.*##' Makefile | awk -F ':.*## ' '{printf "  make %-12s %s\n", $$1, $$2}'

environment:  ## make $(VENV), or bring it up to date
	@$(PYTHON) tools/make_environment.py $(VENV)

run: environment  ## execute the lessons, explain guides along EGFP; result in build/index.html
	$(PY) tools/first_run.py --out $(OUT)

test: environment  ## the whole check: unit tests, doctests, every cell of every lesson
	$(PY) -m pytest -n 2 --dist loadfile $(ARGS)

test-fast: environment  ## unit tests and doctests only
	$(PY) -m pytest -n 2 --dist loadfile -m "not slow" tests shapzero_lite $(ARGS)

test-adapters:  ## the adapter that needs TensorFlow, in an environment of its own
	@$(PYTHON) tools/make_environment.py $(ADAPTERS) --extras tiger,test
	$(PY:$(VENV)/%=$(ADAPTERS)/%) -m pytest tests/adapters $(ARGS)

bench:  ## the tables of benchmarks/, side by side with other packages (long)
	@$(PYTHON) tools/make_environment.py $(VENV) --extras lessons,peers,test,bench
	status=0; for script in benchmarks/bench_*.py; do \
		echo "== $$script"; $(PY) $$script || status=1; done; exit $$status  # 1: a claim failed

lab: environment  ## open the lessons in JupyterLab
	$(PY) -m jupyter lab notebooks

supplement: environment  ## the supplement as pages (needs reference data: notebooks/README.md)
	$(PY) tools/run_notebooks.py --html $(OUT)/supplement $(wildcard notebooks/supplement/*.ipynb)

notebooks: environment  ## execute the lessons in place, as they are committed
	$(PY) tools/run_notebooks.py

lint: environment  ## ruff over code and notebooks
	$(PY) -m ruff check . && $(PY) -m ruff format --check .

clean:  ## remove what runs leave behind; the environment stays (rm -r .venv)
	rm -rf build dist .pytest_cache .ruff_cache .hypothesis
	find . -name __pycache__ -not -path "./.*" -prune -exec rm -rf {} +
