# Everything a newcomer needs: each target sets up by itself whatever it uses.
SHELL := /bin/bash
BIN := .venv/bin
DEMO_DATA ?= build/demo
ARGS ?=

.PHONY: demo test check bench score train docs lock clean

demo: .venv/.demo .venv/.kernels  ## The whole workstation with invented patients and a simulated scope, in your browser
	$(BIN)/ductoscope demo --data $(DEMO_DATA) --open $(ARGS)

test: .venv/.demo  ## Every check and every test, real browser and real video files included
	$(MAKE) --no-print-directory -j2 .venv/.kernels check
	scripts/system_packages.sh chromium ffmpeg pg_ctlcluster:postgresql
	OPENBLAS_NUM_THREADS=1 OMP_NUM_THREADS=1 $(BIN)/pytest -n 2 --dist loadfile --no-loadscope-reorder $(ARGS)

check: .venv/.dev  ## Style, types and the import law
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

bench: .venv/.dev  ## Speed and quality beside the peer; `make bench ARGS="restore_speed"` for one
	scripts/system_packages.sh chromium ffmpeg pg_ctlcluster:postgresql
	OPENBLAS_NUM_THREADS=1 $(BIN)/python -m benchmarks $(ARGS)

score: .venv/.dev  ## How well the finder does on simulated examinations, as docs/score.md
	OPENBLAS_NUM_THREADS=1 OMP_NUM_THREADS=1 $(BIN)/python -m benchmarks.score $(ARGS)

train: build/training/venv/.ready  ## Train the learned eye again from the simulator (see training/README.md)
	build/training/venv/bin/python -m training $(ARGS)

docs: .venv/.dev  ## The documentation, as pages in site/
	$(BIN)/mkdocs build --strict --quiet
	@echo "Open site/index.html"

lock:  ## Pin the dependencies again, with hashes (needs uv)
	uv pip compile pyproject.toml --extra workstation --group build --universal --python-version 3.11 \
	    --generate-hashes --no-annotate --no-header --upgrade --quiet -o requirements/demo.txt
	uv pip compile pyproject.toml --all-extras --group build --group test --group check --group docs --universal \
	    --python-version 3.11 --generate-hashes --no-annotate --no-header --upgrade --quiet \
	    -c requirements/demo.txt -o requirements/dev.txt

clean:
	rm -rf .venv build site dist .mypy_cache .pytest_cache .ruff_cache

.venv/.demo: requirements/demo.txt pyproject.toml
	scripts/venv.sh requirements/demo.txt
	$(BIN)/pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@

.venv/.dev: .venv/.demo requirements/dev.txt requirements/peer.txt
	scripts/venv.sh requirements/dev.txt requirements/peer.txt
	@touch $@

# Compiled once here, instead of by every process that needs it first.
.venv/.kernels: .venv/.demo $(shell grep -rl njit src --include='*.py')
	@echo "Compiling the arithmetic of pictures, once (about two minutes) ..."
	@$(BIN)/python scripts/compile_kernels.py
	@touch $@

build/training/venv/.ready: training/requirements.txt pyproject.toml
	$${PYTHON:-python3} -m venv build/training/venv
	build/training/venv/bin/pip install --quiet -e '.[workstation]' -r training/requirements.txt
	@touch $@
