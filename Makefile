# Eerste Stap. `make run` brings up everything; `make help` lists the rest.
# Needs: python3 (3.11 or newer) with pip, and a Python 3.10 somewhere (setup/find-python310 looks for it).
SHELL := /bin/bash
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
PYTHON ?= python3
UV := .tools/uv/bin/uv
WEB := .venv/bin
RASA := .venv-rasa/bin
MODEL := models/eerste-stap.tar.gz
WHAT_THE_MODEL_LEARNS_FROM := config.yml domain.yml $(shell find data components -type f \( -name '*.yml' -o -name '*.py' -o -name '*.npz' \) 2>/dev/null)
# uv trusts what the machine trusts: organisations have certificates of their own in between.
export UV_SYSTEM_CERTS := 1
export RASA_TELEMETRY_ENABLED := false
# Its banner asks for money where a clear log is wanted, and its warnings are ours to read in `make test`.
export SQLALCHEMY_SILENCE_UBER_WARNING := 1
export TF_CPP_MIN_LOG_LEVEL := 3

.PHONY: help setup setup-test run train tune test lint eval review bench bench-nlu fuzz model-nl lock pictures clean

help: ## What can be made
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 14

setup: .venv/.ready .venv-rasa/.ready $(MODEL) ## Both environments from their locks, and the trained model

run: setup ## Chat, console, Rasa and actions on this machine; Ctrl-C stops them
	@setup/run-local

train: .venv-rasa/.ready ## Train the model anew
	$(RASA)/python -m components.train
	@ls -l $(MODEL)

tune: .venv-rasa/.ready ## Teach the sentence encoder our examples anew: one to three hours, rarely needed
	$(RASA)/python -m components.tuning

$(MODEL): $(WHAT_THE_MODEL_LEARNS_FROM) | .venv-rasa/.ready
	@echo "Training the model: about five minutes."
	$(MAKE) --no-print-directory train

.tools/uv/bin/uv: requirements/uv.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "python3 is older than 3.11: install a newer one, or name it: make PYTHON=/path/to/python3.12 $(MAKECMDGOALS)"; exit 1; }
	@$(PYTHON) -m pip --version >/dev/null 2>&1 || \
	  { echo "$(PYTHON) has no pip: install it (Debian/Ubuntu: apt-get install python3-pip)"; exit 1; }
	@echo "Fetching uv into .tools/ ..."
	$(PYTHON) -m pip install --quiet --require-hashes --no-deps --upgrade --target .tools/uv -r $<
	@touch $@

.venv/.ready: requirements/web.txt requirements/dev.txt | $(UV)
	@echo "Making .venv (the front door) ..."
	$(UV) venv --quiet --clear --python "$$($(PYTHON) -c 'import sys; print(sys.executable)')" .venv
	$(UV) pip sync --quiet --require-hashes --python $(WEB)/python requirements/web.txt requirements/dev.txt
	@touch $@

.venv-rasa/.ready: requirements/rasa.txt | $(UV)
	@echo "Making .venv-rasa (the engine, about 2.6 GB) ..."
	python310=$$(setup/find-python310 $(UV)) && $(UV) venv --quiet --clear --python "$$python310" .venv-rasa
	$(UV) pip sync --quiet --require-hashes --python $(RASA)/python requirements/rasa.txt
	$(RASA)/python -m compileall -q -j 0 .venv-rasa/lib >/dev/null || true
	@touch $@

setup-test: setup ## Chromium, PostgreSQL and Redis for the tests, where apt-get is there
	@setup/system-packages chromium:chromium redis-server:redis-server postgres:postgresql

model-nl: .venv-rasa/.ready ## Try to fetch spaCy's nl_core_news_sm; the assistant works the same without it
	@$(UV) pip install --quiet --python $(RASA)/python "nl-core-news-sm @ https://github.com/explosion/spacy-models/releases/download/nl_core_news_sm-3.7.0/nl_core_news_sm-3.7.0-py3-none-any.whl" \
	  && echo "nl_core_news_sm is installed." \
	  || echo "nl_core_news_sm can't be had from here; the blank Dutch pipeline of spaCy is used, with the same result."

test: setup-test ## All tests: front door, engine, the whole stack, browser
	@setup/run-tests

lint: setup ## Style, types, import rules, templates, known vulnerabilities
	$(WEB)/ruff check .
	$(WEB)/ruff format --check .
	$(WEB)/mypy bot components actions benchmarks evaluation tests
	$(WEB)/lint-imports
	$(WEB)/djlint --check --lint --quiet bot/templates
	@setup/audit

eval: setup ## How well strangers are understood: report in docs/evaluation/ (EXTRA=folder adds a set, RECORD=1 keeps the figures)
	$(RASA)/python -m evaluation $(if $(EXTRA),--extra $(EXTRA)) $(if $(RECORD),--record)

review: setup ## Where the assistant was unsure in the last 30 days, for the editor
	@$(WEB)/python -m bot.review

fuzz: .venv-rasa/.ready ## Hostile text into tokenizer and encoder: a minute of atheris (Linux on x86-64), then hypothesis
	@$(UV) pip install --quiet --require-hashes --python $(RASA)/python -r requirements/fuzz.txt
	OMP_NUM_THREADS=1 $(RASA)/python -m tests.fuzz.any_text -max_total_time=60 -verbosity=0 -print_final_stats=1
	EERSTE_STAP_FUZZ_EXAMPLES=3000 $(RASA)/python -m pytest -c tests/rasa/pytest.ini tests/rasa/test_fuzz.py -q

bench-nlu: setup ## Our understanding beside Rasa's default and others, in one run: three quarters of an hour; writes docs/benchmarks.md
	$(RASA)/python -m benchmarks.nlu

bench: setup ## Start-up, turn time, memory and training time of a local run; prints a table
	$(WEB)/python -m benchmarks

pictures: setup-test ## The pictures in docs/, from the running program
	PYTHONPATH=. $(WEB)/python docs/pictures/make.py

lock: $(UV) ## Compile the locks from requirements/*.in
	for name in uv web dev; do \
	  $(UV) pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header requirements/$$name.in -o requirements/$$name.txt; done
	for name in rasa fuzz; do \
	  $(UV) pip compile --quiet --universal --python-version 3.10 --generate-hashes --no-header requirements/$$name.in -o requirements/$$name.txt; done

clean: ## Remove environments, tools and the model (not var/, where conversations are)
	rm -rf .venv .venv-rasa .tools models .rasa
