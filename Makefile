# Two entry points for people: `make demo` and `make test`. Both need only Python 3.11+, git and make.
BIN := .venv/bin
PIP := PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_ROOT_USER_ACTION=ignore PIP_NO_WARN_SCRIPT_LOCATION=1 $(BIN)/python -m pip install -qq

.PHONY: demo test lint types imports unit clients servers oracle docs site wild bench wire laws simulate format clean

demo: .venv/ready
	@$(BIN)/xenferry demo

test: lint types imports unit

lint: .venv/dev
	$(BIN)/ruff check src tests benchmarks
	$(BIN)/ruff format --check src tests benchmarks

types: .venv/dev
	$(BIN)/mypy
	$(BIN)/mypy benchmarks

imports: .venv/dev
	$(BIN)/lint-imports

unit: .venv/docs clients servers
	tools/own-network $(BIN)/pytest --numprocesses auto --maxprocesses 4 --dist loadfile

# Other people's clients, which the tests run against the lab: npm's xen-api, Ansible's modules.
clients: .venv/dev
	@tools/get-clients .venv/clients

# Real counterparts that the tests start: nfs-ganesha, PostgreSQL, Chromium; Debian's, by apt where root runs this.
servers:
	@tools/get-servers

# Compare the rules and the lab with recordings of the real XAPI: make oracle CORPUS="FILE..."
CORPUS := tests/data/verdicts-every-code.jsonl.gz tests/data/verdicts-25-pools.jsonl.gz
oracle: .venv/dev
	@echo "The rules:"; $(BIN)/python tests/rules/oracle.py $(CORPUS); rules=$$?; \
	echo "The lab:"; PYTHONPATH=tests/lab $(BIN)/python -m agreement $(CORPUS); exit $$((rules + $$?))

# Write the generated pages of docs/ anew, after a rule's or an error's article, a command or an option has changed.
docs: .venv/dev
	@$(BIN)/python tools/make_manual.py
	@$(BIN)/python tools/make_man.py
	@$(BIN)/python tools/make_schemas.py

# The web site of errors and findings, with its search, as files in build/site.
site: .venv/docs
	@$(BIN)/python tools/make_site.py build/pages
	@$(BIN)/zensical build

# How often the true cause comes first in texts from public threads.
wild: .venv/dev
	@$(BIN)/python tests/errors/wild.py

# How fast, how big, how right: all benchmarks side by side with others, into docs/benchmarks.md. Minutes.
bench: .venv/dev
	@$(BIN)/python benchmarks

# Compare the lab's answers with a recording of a real pool's: make wire RECORDINGS=FOLDER
wire: .venv/dev
	@PYTHONPATH=tests/lab $(BIN)/python -m replay $(RECORDINGS)

# Let a random administrator work on the lab for longer, and see whether its laws hold: make laws LAWS=2000
LAWS := 1000
laws: .venv/dev
	LAWS=$(LAWS) $(BIN)/pytest tests/lab/laws

# Random pools, plans and mishaps in virtual time, seed after seed: make simulate SEEDS=10000 FIRST_SEED=0
SEEDS := 10000
FIRST_SEED := 0
simulate: .venv/dev
	@PYTHONPATH=tests/simulation $(BIN)/python -m trial $(FIRST_SEED) $$(( $(FIRST_SEED) + $(SEEDS) - 1 ))

format: .venv/dev
	$(BIN)/ruff check --fix src tests benchmarks
	$(BIN)/ruff format src tests benchmarks

.venv/ready: pyproject.toml
	@PYTHON="$(PYTHON)" tools/make-venv .venv
	@$(PIP) --editable .
	@touch $@

.venv/dev: .venv/ready
	@$(PIP) "pip>=25.1"
	@$(PIP) --group dev
	@touch $@

.venv/docs: .venv/dev
	@$(PIP) --group docs
	@touch $@

clean:
	rm -rf .venv build dist .cache .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
