# SPDX-License-Identifier: EUPL-1.2
# Every command installs what it needs: a machine with Python 3.11 and make is enough.
PYTHON ?= python3.11
OAS_CHECKER ?= ../shared/oas-checker/run.sh
# Where the checker keeps its linter, installed at its first use.
export OAS_TOOLS_DIR ?= $(CURDIR)/build/oas-tools
V := .venv
E := $(V)/.esercizio
S := $(V)/.sviluppo
PY := $(V)/bin/python
SOAK := $(addprefix tests/guasti/test_,arresto.py veleno.py frame_recisi.py collegamenti_muti.py)
SORGENTI := services shared deploy tests

.DEFAULT_GOAL := help
.PHONY: help demo run test check fix filiera bench soak tracciabilita openapi asyncapi migrate clean

help: ## Elenca i comandi
	@grep -hE '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z]+):.*## /make \1\t/' | expand -t 24

demo: $(E) ## Installa, avvia tutto in un processo e porta 200 domande fino al pagamento
	@$(PY) -m deploy.locale.cli demo

run: $(E) ## Avvia tutto su http://127.0.0.1:8000 fino a Ctrl-C
	@$(PY) -m deploy.locale.cli run

test: $(S) ## Esegue tutte le prove, con PostgreSQL e RabbitMQ veri
	$(PY) -m pytest -n $${PROVE_PROCESSI:-3} $(PROVE)

check: $(S) ## Stile, tipi, importazioni, impronte, licenze, migrazioni, documenti OpenAPI
	$(V)/bin/ruff format --check $(SORGENTI)
	$(V)/bin/ruff check $(SORGENTI)
	$(V)/bin/mypy $(SORGENTI)
	$(V)/bin/lint-imports
	$(PY) -m deploy.filiera blocchi licenze
	$(PY) -m deploy.locale.cli verifica-migrazioni
	$(MAKE) --no-print-directory openapi
	@if [ -x "$(OAS_CHECKER)" ]; then for f in build/openapi/*.json; do "$(OAS_CHECKER)" -w "$$f" || exit 1; done; \
	else echo "Il verificatore ufficiale non c'è ($(OAS_CHECKER)): le stesse regole sono nelle prove di tests/contracts"; fi

filiera: $(S) ## Controlla ciò che viene da altri: impronte, licenze, distinta CycloneDX, falle note
	@$(PY) -m deploy.filiera --scrivi

fix: $(S) ## Mette in ordine lo stile
	$(V)/bin/ruff format $(SORGENTI)
	$(V)/bin/ruff check --fix $(SORGENTI)

bench: $(S) ## Misura le prestazioni con PostgreSQL e RabbitMQ veri
	$(PY) -m deploy.bench

soak: $(S) ## Prova lunga: servizi, broker e database uccisi sotto carico (GUASTI: altre opzioni)
	GUASTI_LUNGA=1 $(PY) -m pytest -n 1 --timeout 1800 $(SOAK)
	REGISTRO_ESEMPI=$${REGISTRO_ESEMPI:-200} REGISTRO_PASSI=$${REGISTRO_PASSI:-50} $(PY) -m pytest -n 1 tests/erogazioni/test_registro.py
	PAGATORE_RIGHE=$${PAGATORE_RIGHE:-10000} $(PY) -m pytest -n 1 tests/erogazioni/test_pagatore_distratto.py
	$(PY) -m tests.guasti --soak $(GUASTI)
	$(PY) -m tests.simulazione --semi $${SEMI:-50000}

tracciabilita: $(S) ## Prova le regole pubblicate, scrive docs/tracciabilita e docs/questioni-aperte.md
	@$(PY) -m deploy.locale.tracciabilita

openapi: $(E) ## Scrive build/openapi/<servizio>.json
	@$(PY) -m deploy.locale.cli openapi build/openapi

asyncapi: $(E) ## Scrive build/asyncapi.json
	@$(PY) -m deploy.locale.cli asyncapi build/asyncapi.json

migrate: $(E) ## Porta all'ultima versione i database indicati da <SERVIZIO>_DATABASE_URL
	@$(PY) -m deploy.locale.cli migra

clean: ## Toglie ambiente, dati locali e documenti prodotti
	rm -rf $(V) .dati build

$(V)/bin/python:
	@command -v $(PYTHON) >/dev/null || { echo "Serve Python 3.11: indicarlo con PYTHON=percorso"; exit 1; }
	$(PYTHON) -m venv $(V)
	@pwd > "$$($(PY) -c 'import sysconfig; print(sysconfig.get_path("purelib"))')/inclusione.pth"
	@printf '#!/bin/sh\nexec "$$(dirname "$$0")/python" -m deploy.locale.cli "$$@"\n' > $(V)/bin/inclusione
	@chmod +x $(V)/bin/inclusione

$(E): requirements.lock | $(V)/bin/python
	$(PY) -m pip install --quiet --disable-pip-version-check --only-binary :all: --require-hashes -r requirements.lock
	@touch $@

$(S): requirements-dev.lock | $(V)/bin/python
	$(PY) -m pip install --quiet --disable-pip-version-check --only-binary :all: --require-hashes -r requirements-dev.lock
	@touch $(E) $@
