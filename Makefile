# Two commands do everything: `make demo` and `make test`. Both make .venv when it is missing.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin

.PHONY: demo app test bench bench-overlap lint frontend clean

demo: $(VENV)/ready
	$(BIN)/planner demo workspace --out out

app: $(VENV)/ready
	test -f workspace/workspace.toml || $(BIN)/planner demo workspace --out out
	$(BIN)/planner app --workspace workspace

test: $(VENV)/ready
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/python -m pytest -n auto

# Beside other engines, about 30 minutes: docs/performance.md is written from the results.
bench: $(VENV)/ready
	$(BIN)/python -m pip install --quiet --constraint constraints.txt --editable ".[bench]"
	mkdir -p .bench
	$(BIN)/python -m pytest benchmarks -n 0 --benchmark-json=.bench/results.json $(BENCH)
	$(BIN)/python -m benchmarks.write_performance .bench/results.json docs/performance.md

# The overlay engine alone, with GeoPackages: docs/performance-overlap.md.
bench-overlap: $(VENV)/ready
	$(BIN)/python -m pip install --quiet --constraint constraints.txt --editable ".[bench]"
	mkdir -p .bench
	$(BIN)/python -m pytest benchmarks/test_overlap.py benchmarks/test_nearest.py -n 0 --benchmark-json=.bench/overlap.json $(BENCH)
	$(BIN)/python -m benchmarks.write_performance .bench/overlap.json docs/performance-overlap.md "make bench-overlap"

lint: $(VENV)/ready
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .
	$(BIN)/mypy

# Only after a change of frontend/src: the built map is committed, users need no Node.
frontend:
	cd frontend && npm ci && npm run check && npm run build

$(VENV)/ready: pyproject.toml constraints.txt
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --constraint constraints.txt --editable ".[dev]"
	touch $@

clean:
	rm -rf $(VENV) workspace out build dist *.egg-info
