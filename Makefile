# Two commands: `make run` and `make test`. Every target makes its own environment when there is
# none. Without make, the lines under a target are what to type (see README.md).
PYTHON ?= python3
VENV ?= .venv
EXTRAS ?= lessons,peers,site,test
OUT ?= build
ifeq ($(OS),Windows_NT)
PY := $(VENV)/Scripts/python
else
PY := $(VENV)/bin/python
endif

# One version of everything, from constraints.txt. On Linux a bare torch is the CUDA build with
# gigabytes of libraries; the CPU build is called +cpu and lies where pip looks or at PyTorch's own
# index. For CUDA: make TORCH=torch==2.13.0
TORCH ?= $(shell grep '^torch==' constraints.txt)$(if $(filter Linux,$(shell uname -s)),+cpu)
TORCH_INDEX ?= https://download.pytorch.org/whl/cpu
PIP := $(PY) -m pip --disable-pip-version-check install

# Written last, so that an installation cut short is noticed, and it says for which checkout: an
# environment of a moved one, or one whose Python is gone, is made anew.
READY := $(VENV)/shapzero-lite-ready
ifneq ($(shell test -x $(PY) && cat $(READY) 2>/dev/null),$(CURDIR))
$(shell rm -f $(READY))
endif

# One thread each: two lessons or tests run side by side, and results must not depend on the number.
export OMP_NUM_THREADS ?= 1
export MKL_NUM_THREADS ?= 1
# The kernel called python3 is this environment's, even where another is installed for the user.
export JUPYTER_PREFER_ENV_PATH := 1
unexport JUPYTER_PATH

.DEFAULT_GOAL := help
.PHONY: help environment lock run site test test-fast test-adapters course test-course bench lab supplement notebooks lessons-report lint types dist clean

help:  ## this list
	@grep -E '^[a-z-]+:.*##' Makefile | awk -F ':.*## ' '{printf "  make %-14s %s\n", $$1, $$2}'

environment: $(READY)  ## make $(VENV), or bring it up to date

$(READY): constraints.txt pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and \
		"Python 3.11 or newer is needed. Call one by name: make PYTHON=python3.11")'
	@test ! -e $(VENV) || test -e $(VENV)/pyvenv.cfg || \
		{ echo "$(VENV) is there and is no Python environment: move it, or make VENV=another"; exit 1; }
	test -e $@ || $(PYTHON) -m venv --clear $(VENV)  # without the mark: from nothing
	rm -f $@
	$(if $(findstring tiger,$(EXTRAS)),,$(PIP) --no-deps --extra-index-url $(TORCH_INDEX) $(TORCH))
	$(PIP) --constraint constraints.txt --editable ".[$(EXTRAS)]"
	@echo "$(CURDIR)" > $@

lock:  ## solve constraints.txt anew for Python 3.11-3.13; newer versions: make lock ARGS=--upgrade
	$(PIP) --quiet uv
	UV_CUSTOM_COMPILE_COMMAND="make lock" $(PY) -m uv pip compile --quiet --universal \
		--python-version 3.11 --all-extras --no-annotate --no-emit-index-url $(ARGS) \
		pyproject.toml --output-file constraints.txt

run: environment  ## execute the lessons and make the site of them; result in build/site/index.html
	$(PY) tools/site/build_site.py --out $(OUT) --execute

site: environment  ## the site from the committed outputs; result in build/site/index.html
	$(PY) tools/site/build_site.py --out $(OUT)

test: environment  ## the whole check: unit tests, doctests, every cell of every lesson
	$(PY) -m pytest -n 2 --dist loadfile $(ARGS)

test-fast: environment  ## unit tests and doctests only
	$(PY) -m pytest -n 2 --dist loadfile -m "not slow" tests shapzero_lite $(ARGS)

test-adapters:  ## the adapter that needs TensorFlow, in an environment of its own
	$(MAKE) environment VENV=.venv-adapters EXTRAS=tiger,test
	$(PY:$(VENV)/%=.venv-adapters/%) -m pytest tests/adapters $(ARGS)

course: environment  ## a course for nbgrader, with points and answers; result in build/course
	$(PY) tools/lessons/make_course.py --out $(OUT)/course $(ARGS)

test-course:  ## the course under nbgrader itself, in an environment of its own
	$(MAKE) environment VENV=.venv-course EXTRAS=lessons,test,course
	$(PY:$(VENV)/%=.venv-course/%) -m pytest tests/test_course.py $(ARGS)

bench: environment  ## the tables of benchmarks/, side by side with other packages (long)
	$(PIP) --quiet --constraint constraints.txt --editable ".[bench]"
	status=0; for script in benchmarks/bench_*.py; do \
		echo "== $$script"; $(PY) $$script || status=1; done; exit $$status  # 1: a claim failed

lab: environment  ## open the lessons in JupyterLab
	$(PY) -m jupyter lab notebooks

supplement: environment  ## execute the supplement and make the site (needs reference data: notebooks/README.md)
	$(PY) tools/site/build_site.py --out $(OUT) --execute $(wildcard notebooks/supplement/*.ipynb)

notebooks: environment  ## execute the lessons in place, as they are committed
	$(PY) tools/lessons/run_notebooks.py

lessons-report: environment  ## measures of the lessons, breaches of their rules, remarks on taste
	$(PY) tools/lessons/check_lessons.py

lint: environment  ## ruff over code and notebooks
	$(PY) -m ruff check . && $(PY) -m ruff format --check .

types: environment  ## mypy over the package
	$(PY) -m mypy

dist: environment  ## wheel and sdist, each installed elsewhere and tested there; result in dist/
	$(PY) tools/check_installed.py --dist dist $(ARGS)

clean:  ## remove what runs leave behind; the environment stays (rm -r .venv)
	rm -rf build dist .mypy_cache .pytest_cache .ruff_cache .hypothesis
	find . -name __pycache__ -not -path "./.*" -prune -exec rm -rf {} +
