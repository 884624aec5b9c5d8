"""What holds for the whole tree: migrations, settings, sizes, and the gestures the house refuses."""

import ast
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from io import StringIO
from pathlib import Path

import pytest
from django.core.checks import run_checks
from django.core.management import call_command
from django.db import connection

from guichet.base_embarquee import VERSION_MINIMALE

RACINE = Path(__file__).resolve().parent.parent
CODE = ("guichet", "structures", "dossiers", "commissions")
LIGNES_FICHIER, LIGNES_FONCTION, LIGNES_VUE, LIGNES_GABARIT = 400, 50, 25, 120
GESTES_REFUSES = {
    r"except Exception|except BaseException|except:": "une erreur se nomme",
    r"csrf_exempt": "aucune vue sans protection CSRF",
    r"\bTODO\b|\bFIXME\b|NotImplementedError": "rien d’inachevé",
    r'order_by\("\?"\)': "le hasard se rejoue",
}
GESTES_REFUSES_GABARIT = {
    r"\|\s*safe\b|autoescape off": "tout est échappé",
    r"<script(?![^>]*(?:\bsrc=|application/json))": "aucun script en ligne",
    r"<style\b|<[a-z][^>]*\sstyle=": "aucun style en ligne",
    r"<[a-z][^>]*\son[a-z]+=": "aucun gestionnaire en ligne",
    r"https?://(?!127\.0\.0\.1|www\.w3\.org)[^\s\"']*\.(?:js|css|woff2?)\b": "rien ne vient d’ailleurs",
}


def _python() -> Iterator[Path]:
    for app in CODE:
        yield from (f for f in (RACINE / app).rglob("*.py") if "migrations" not in f.parts)


def _gabarits() -> Iterator[Path]:
    yield from (RACINE / "templates").rglob("*.html")


def _lieu(fichier: Path) -> str:
    return str(fichier.relative_to(RACINE))


def _longueurs(fichier: Path) -> Iterator[str]:
    source = fichier.read_text(encoding="utf-8")
    lignes = source.count("\n")
    if lignes > LIGNES_FICHIER:
        yield f"{_lieu(fichier)} : {lignes} lignes"
    for noeud in ast.walk(ast.parse(source)):
        if isinstance(noeud, ast.FunctionDef | ast.AsyncFunctionDef):
            longueur = (noeud.end_lineno or noeud.lineno) - noeud.lineno + 1
            est_vue = any(arg.arg == "request" for arg in noeud.args.args) and "views" in _lieu(fichier)
            if longueur > (LIGNES_VUE if est_vue else LIGNES_FONCTION):
                yield f"{_lieu(fichier)}:{noeud.lineno} {noeud.name} : {longueur} lignes"


def _gestes(fichier: Path, refuses: dict[str, str]) -> Iterator[str]:
    for numero, ligne in enumerate(fichier.read_text(encoding="utf-8").splitlines(), 1):
        for motif, raison in refuses.items():
            if re.search(motif, re.sub(r"\{#.*?#\}", "", ligne)):
                yield f"{_lieu(fichier)}:{numero} {raison}"


def test_fichiers_et_fonctions_restent_courts() -> None:
    assert [longueur for fichier in _python() for longueur in _longueurs(fichier)] == []


def test_gabarits_restent_courts() -> None:
    longs = {_lieu(f): f.read_text(encoding="utf-8").count("\n") for f in _gabarits()}
    assert {f: lignes for f, lignes in longs.items() if lignes > LIGNES_GABARIT} == {}


def test_gestes_refuses() -> None:
    constats = [c for fichier in _python() for c in _gestes(fichier, GESTES_REFUSES)]
    constats += [c for fichier in _gabarits() for c in _gestes(fichier, GESTES_REFUSES_GABARIT)]
    assert constats == []


@pytest.mark.django_db
def test_aucune_migration_ne_manque() -> None:
    sortie = StringIO()
    call_command("makemigrations", check=True, dry_run=True, stdout=sortie)
    assert "No changes" in sortie.getvalue() or "Aucun changement" in sortie.getvalue(), sortie.getvalue()


@pytest.mark.django_db
def test_controles_de_django_base_comprise() -> None:
    # E002 is about the tests' own guard against undefined template variables.
    assert [c for c in run_checks(databases=["default"]) if c.id != "templates.E002"] == []


@pytest.mark.django_db
def test_postgresql_assez_recent_et_ses_extensions() -> None:
    assert connection.pg_version >= VERSION_MINIMALE * 10_000
    with connection.cursor() as curseur:
        curseur.execute("SELECT extname FROM pg_extension")
        assert {"pg_trgm", "unaccent", "btree_gist"} <= {nom for (nom,) in curseur.fetchall()}


def _reglages(**variables: str) -> subprocess.CompletedProcess[str]:
    """Settings loaded by a process of their own, with these environment variables and no other of ours."""
    propres = {k: v for k, v in os.environ.items() if k in {"PATH", "HOME", "LANG", "VIRTUAL_ENV"}}
    return subprocess.run(
        [sys.executable, "manage.py", "check", "--deploy", "--fail-level", "WARNING"],
        cwd=RACINE,
        env={**propres, **variables},
        capture_output=True,
        text=True,
        check=False,
    )


def test_les_reglages_de_deploiement_sont_surs() -> None:
    cle = "".join(chr(33 + n % 90) for n in range(7, 80)).replace("$", "x")
    fait = _reglages(
        SECRET_KEY=cle, HTTPS="1", HSTS_SECONDES="31536000", DATABASE_URL="postgres://guichet@/guichet"
    )
    assert fait.returncode == 0, fait.stderr


def test_sans_secret_le_controle_de_deploiement_refuse() -> None:
    fait = _reglages(HTTPS="1", HSTS_SECONDES="31536000", DATABASE_URL="postgres://guichet@/guichet")
    assert fait.returncode != 0
    assert "security.W009" in fait.stderr


def test_une_variable_mal_ecrite_arrete_le_demarrage() -> None:
    assert _reglages(SESSION_INACTIVITE_MINUTES="une heure").returncode != 0


def test_lire_les_reglages_ne_demarre_pas_de_base(tmp_path: Path) -> None:
    _reglages(GUICHET_VAR=str(tmp_path / "var"))
    assert not (tmp_path / "var").exists()
