# Everything installs into .venv; nothing else on the machine is touched.
PYTHON ?= python3
BIN := .venv/bin
INTAKE ?= examples/home_beginner.yaml

.PHONY: plan test check format lock bench bench-solve bench-scaling schema evidence

plan: .venv/installed            ## install what is needed and make a plan from a shipped example
	$(BIN)/backplan plan $(INTAKE)

test: .venv/installed-dev        ## install what is needed and run the tests
	$(BIN)/python -m pytest -n auto

check: .venv/installed-dev       ## formatter, linter, types, import contract
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports

format: .venv/installed-dev      ## format the code
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

lock:                            ## renew the lock files (needs uv)
	uv pip compile -q pyproject.toml --universal --generate-hashes --python-version 3.11 --no-header -o requirements.lock
	uv pip compile -q pyproject.toml --group dev --universal --generate-hashes --python-version 3.11 --no-header -c requirements.lock -o requirements-dev.lock
	uv pip compile -q --group bench --universal --generate-hashes --python-version 3.11 --no-header -c requirements-dev.lock -o requirements-bench.lock

bench: .venv/installed           ## time the ten examples
	$(BIN)/python -m benchmarks.examples

bench-solve: .venv/installed-bench  ## time the solver on the reference set, beside HiGHS and SCIP
	$(BIN)/python -m benchmarks.solve --rivals highs,scip,highs+days,scip+days

bench-scaling: .venv/installed   ## time the solver with 25 to 1,000 exercises
	$(BIN)/python -m benchmarks.scaling

.venv/bin/python:
	$(PYTHON) -c 'import sys; sys.exit(0 if sys.version_info >= (3, 11) else "backplan needs Python 3.11 or newer")'
	$(PYTHON) -m venv .venv

.venv/installed: requirements.lock pyproject.toml | .venv/bin/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps -e .
	touch $@

.venv/installed-dev: .venv/installed requirements-dev.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.lock
	touch $@

.venv/installed-bench: .venv/installed-dev requirements-bench.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-bench.lock
	touch $@

schema: .venv/installed          ## write the JSON Schemas of a plan and of a program
	$(BIN)/python -c "from recommender.render.json import schema; print(schema(), end='')" >recommender/plan.schema.json
	$(BIN)/python -c "from recommender.render.program import schema; print(schema(), end='')" >recommender/program/program.schema.json

evidence: .venv/installed        ## write what the rules rest on
	$(BIN)/python -c "from pathlib import Path; from knowledge import load_knowledge; from recommender.render.evidence import evidence; Path('docs/evidence.md').write_text(evidence(load_knowledge()), encoding='utf-8')"
