# Two commands do everything: `make demo` and `make test`. Both make .venv when it is missing.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin

.PHONY: demo app test lint frontend clean

demo: $(VENV)/ready
	$(BIN)/planner demo workspace --out out

app: $(VENV)/ready
	test -f workspace/workspace.toml || $(BIN)/planner demo workspace --out out
	$(BIN)/planner app --workspace workspace

test: $(VENV)/ready
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/python -m pytest -n auto --dist loadgroup

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
