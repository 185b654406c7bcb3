# make demo   the first five minutes: default catalogue, training, related titles with reasons, and what to do next
# make test   everything that is checked: lint, types, import rules, tests, the built wheel
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

.PHONY: demo test check clean docs

demo: $(VENV)/.demo
	$(BIN)/reelation demo

test: $(VENV)/.dev
	$(MAKE) check
	$(BIN)/python -m pytest
	$(BIN)/python tests/wheel_smoke.py

check: $(VENV)/.dev
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports

docs: $(VENV)/.dev
	$(BIN)/python docs/generate.py

$(VENV)/.torch:
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Reelation needs Python 3.11 or newer: make PYTHON=python3.12 ...")'
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python scripts/install_torch.py "$(TORCH)" "$(TORCH_INDEX)"
	touch $@

$(VENV)/.demo: $(VENV)/.torch pyproject.toml
	$(BIN)/pip install --quiet -e '.[train,demo,serve]'
	touch $@

$(VENV)/.dev: $(VENV)/.demo pyproject.toml
	$(BIN)/pip install --quiet -e '.[train,demo,serve,text,evaluate,dev]'
	touch $@

clean:
	rm -rf $(VENV) build dist demo
