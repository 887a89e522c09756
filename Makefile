# Two commands for a fresh machine: `make run` and `make test`. Both build .venv first, and mend one left half-built.
PYTHON ?= python3
OUT ?= out
BIN := .venv/bin

.PHONY: run test lint pythons mutants fuzz coverage long samples dictionary reference constraints clean

run: ; @PYTHON=$(PYTHON) sh scripts/setup.sh
	@$(BIN)/qingwen run data/samples --out $(OUT)
	@$(BIN)/python scripts/show.py $(OUT)

# Three workers on two cores: some tests wait, for a host's delay or a server's start.
test: ; @PYTHON=$(PYTHON) sh scripts/setup.sh dev
	@$(MAKE) --no-print-directory lint
	$(BIN)/python -m pytest -n 3 --dist loadgroup

lint:
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

# The fast part of the suite on the other Pythons that are there.
PYTHONS ?= 3.12 3.13
pythons:
	@sh scripts/other_pythons.sh $(PYTHONS)

# What the suite does not notice when a decision is changed; ONLY=metadata/dates for some modules.
mutants: ; @PYTHON=$(PYTHON) sh scripts/setup.sh dev
	$(BIN)/python scripts/mutants.py $(ONLY)

# Pages that nobody wrote: what raises, what costs too much, what does not last. PAGES=FOLDER: pages to break, too.
fuzz: ; @PYTHON=$(PYTHON) sh scripts/setup.sh dev
	$(BIN)/python scripts/fuzz.py $(if $(PAGES),--pages $(PAGES))

coverage: ; @PYTHON=$(PYTHON) sh scripts/setup.sh dev
	$(BIN)/python -m pytest -n 2 --dist loadgroup --cov=flows --cov=cleaners --cov=schemas --cov-report=term:skip-covered

# Minutes to hours each: the kill test at length, a million documents, a hundred megabytes of one line.
long: ; @PYTHON=$(PYTHON) sh scripts/setup.sh dev
	$(BIN)/python -m pytest -m long -o timeout=14400

samples: ; @PYTHON=$(PYTHON) sh scripts/setup.sh dev
	$(BIN)/python scripts/make_samples.py

# The data dictionary and the reference, in English and Chinese, from schemas, commands, settings and vocabularies.
dictionary: reference

reference: ; @PYTHON=$(PYTHON) sh scripts/setup.sh dev
	$(BIN)/python scripts/make_reference.py

# Exact versions for everybody, from an environment that holds every extra.
constraints:
	sh scripts/constraints.sh

clean:
	rm -rf .venv $(OUT) *.egg-info .mypy_cache .ruff_cache .pytest_cache .hypothesis
