# Two commands for everybody: `make demo` serves the platform, `make test` proves it. Both do their own set-up.
# Needed: Python 3.11+ and make. Everything else comes from the package registries by name, pinned and hashed.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/pip --disable-pip-version-check -q
VAR ?= $(or $(SHUANGLIAN_VAR),var)
ASSETS := $(VAR)/assets/manifest.json
FRONT := $(shell find frontend -name node_modules -prune -o -type f -print) \
         $(shell find shuanglian -path '*/jinja2/*' -type f)
CODE := config demo shuanglian tests bench manage.py
export PATH := $(CURDIR)/$(BIN):$(PATH)

.PHONY: demo build test check bench dev format clean

demo: $(VENV)/.runtime $(ASSETS)
	$(BIN)/shuanglian demo

build: $(VENV)/.runtime $(ASSETS)

test: $(VENV)/.dev $(ASSETS)
	$(BIN)/pytest -n auto --dist worksteal -q

check: $(VENV)/.dev $(ASSETS)
	$(BIN)/ruff format --check -q $(CODE)
	$(BIN)/ruff check -q $(CODE)
	$(BIN)/lint-imports --no-cache
	$(BIN)/mypy
	$(BIN)/djlint --lint --quiet shuanglian
	$(BIN)/python manage.py makemigrations --check --dry-run -v 0
	$(BIN)/python -m pytest -q -p no:cacheprovider tests/test_house_rules.py

bench: $(VENV)/.bench $(ASSETS)
	$(BIN)/python -m bench

dev: $(VENV)/.dev $(ASSETS)
	$(BIN)/python manage.py migrate -v 0
	SHUANGLIAN_DEBUG=1 SHUANGLIAN_DEMO=1 $(BIN)/python manage.py runserver 127.0.0.1:$(or $(PORT),8000)

format: $(VENV)/.dev
	$(BIN)/ruff format -q $(CODE)
	$(BIN)/ruff check -q --fix $(CODE)

clean:
	rm -rf $(VENV) var frontend/node_modules

$(VENV)/bin/python:
	$(PYTHON) -c 'import sys; sys.exit("Python 3.11 or newer is needed") if sys.version_info < (3, 11) else None'
	$(PYTHON) -m venv $(VENV)

$(VENV)/.runtime: requirements/runtime.txt pyproject.toml | $(VENV)/bin/python
	$(PIP) install --require-hashes -r requirements/runtime.txt
	$(PIP) install --no-deps --no-build-isolation -e .
	touch $@

$(VENV)/.dev: requirements/dev.txt $(VENV)/.runtime
	$(PIP) install --require-hashes -r requirements/dev.txt
	touch $@

$(VENV)/.bench: requirements/bench.txt $(VENV)/.dev
	$(PIP) install --require-hashes -r requirements/bench.txt
	touch $@

frontend/node_modules/.installed: frontend/package-lock.json | $(VENV)/.runtime
	cd frontend && npm ci --ignore-scripts --no-audit --no-fund --loglevel=error
	touch $@

$(ASSETS): $(FRONT) frontend/node_modules/.installed
	cd frontend && SHUANGLIAN_ASSETS="$(abspath $(VAR))/assets" npx vite build --logLevel warn
	touch $@
