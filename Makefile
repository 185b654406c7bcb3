# make demo   the first five minutes: default catalogue, training, related titles with reasons, and what to do next
# make test   everything that is checked: lint, types, import rules, tests, the built wheel
# make web    the bundle of the web app, built anew from web/ (it is committed: using Reelation needs no Node)
# make clean  remove .venv and what was made
#
# PyTorch: where there is no NVIDIA GPU, pip is first asked for PyTorch's CPU build at TORCH_INDEX; if that page
# cannot be reached, for a build that pip finds elsewhere. Set TORCH_INDEX= to go straight to pip's own index, or to
# another page of wheels (https://download.pytorch.org/whl/cu130 for CUDA 13).

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
TORCH := torch==2.13.0
TORCH_INDEX ?= $(if $(wildcard /dev/nvidia0),,https://download.pytorch.org/whl/cpu)
export OMP_NUM_THREADS ?= 2

NODE := web/node_modules/.package-lock.json

.PHONY: demo test check clean docs web

demo: $(VENV)/.demo
	$(BIN)/reelation demo

test: $(VENV)/.dev $(NODE)
	$(MAKE) check
	$(BIN)/python -m pytest
	$(BIN)/python tests/wheel_smoke.py

check: $(VENV)/.dev $(NODE)
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	npm --prefix web run --silent check

web: $(NODE)
	npm --prefix web run build

docs: $(VENV)/.dev
	$(BIN)/python docs/generate.py

$(VENV)/.torch:
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Reelation needs Python 3.11 or newer: make PYTHON=python3.12 ...")'
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python scripts/install_torch.py "$(TORCH)" "$(TORCH_INDEX)"
	touch $@

$(VENV)/.demo: $(VENV)/.torch pyproject.toml
	$(BIN)/pip install --quiet -e '.[train,demo,serve,create]'
	touch $@

$(VENV)/.dev: $(VENV)/.demo pyproject.toml
	$(BIN)/pip install --quiet -e '.[train,demo,serve,create,text,media,evaluate,dev]'
	touch $@

$(NODE): web/package-lock.json
	npm --prefix web ci --no-audit --no-fund
	touch $@

clean:
	rm -rf $(VENV) web/node_modules build dist demo
