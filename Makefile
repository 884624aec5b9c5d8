# Guichet : « make » seul affiche l’aide.
PYTHON ?= python3
PORT ?= 8000
export PORT
PY := .venv/bin/python
MANAGE := $(PY) manage.py
TYPES := guichet $(filter-out guichet/%,$(wildcard */regles */services */queries.py */queries */acces.py))

.DEFAULT_GOAL := aide
.PHONY: aide demo test lint mesures arret verrou postgres python

aide: ## affiche cette aide
	@echo "Guichet unique petite enfance : les commandes"
	@sed -n 's/^\([a-z]*\):.*## \(.*\)/  make \1|\2/p' Makefile | awk -F'|' '{printf "%-16s %s\n", $$1, $$2}'
	@echo "Réglages utiles : PORT=8123 make demo ; PYTHON=python3.12 make demo ; DATABASE_URL=… make demo"

python:
	@command -v $(PYTHON) >/dev/null || { echo "✗ Python 3.11 ou plus récent est introuvable : « apt-get install python3 python3-venv »." >&2; exit 1; }

demo: python ## installe, crée la ville de démonstration et la sert (http://127.0.0.1:8000)
	@$(PYTHON) -m guichet.installation demo
	@exec $(MANAGE) demo

test: python ## tout vérifier : style, types, migrations, réglages, tests, navigateur
	@$(PYTHON) -m guichet.installation test
	@$(MAKE) --no-print-directory lint-seul
	@echo "• Tests"
	@$(PY) -m pytest -n auto --maxprocesses 4 --dist loadgroup; code=$$?; $(PY) -m guichet.base_embarquee arreter tests; exit $$code

lint: python ## style du code, des gabarits, et types
	@$(PYTHON) -m guichet.installation lint
	@$(MAKE) --no-print-directory lint-seul

.PHONY: lint-seul
lint-seul:
	@echo "• Style du code (ruff)"
	@$(PY) -m ruff check --quiet .
	@$(PY) -m ruff format --check --quiet .
	@echo "• Gabarits (djlint)"
	@$(PY) -m djlint --lint --quiet templates
	@echo "• Types (mypy)"
	@$(PY) -m mypy $(TYPES)

mesures: python ## mesure les budgets sur une ville de 60 000 dossiers
	@$(PYTHON) -m guichet.installation test
	@$(PY) -m tests.mesures

arret: python ## arrête proprement les bases embarquées
	@$(PYTHON) -m guichet.base_embarquee arreter

postgres: python ## pose un PostgreSQL embarqué dans .venv, pour une machine qui n’en a pas
	@$(PYTHON) -m guichet.installation postgres

verrou: ## refait les fichiers de versions exactes (demande uv)
	@command -v uv >/dev/null || { echo "✗ uv est introuvable : « pip install uv »." >&2; exit 1; }
	@dossier=$$(mktemp -d) && cp pyproject.toml README.md $$dossier && ( cd $$dossier && uv lock --quiet \
	  && exporter="uv export --quiet --frozen --no-header --no-emit-project --no-annotate" \
	  && $$exporter > requirements.txt && $$exporter --extra test > requirements-test.txt \
	  && $$exporter --extra postgres > requirements-postgres.txt ) \
	  && cp $$dossier/requirements*.txt . ; code=$$?; rm -rf "$$dossier"; exit $$code
