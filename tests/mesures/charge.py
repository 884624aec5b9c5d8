"""Fifty agents at once on two web processes, each reading its page five seconds before the next."""

import os
import random
import socket
import statistics
import subprocess
import sys
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from django.db import connection

from structures.models import Agent


@dataclass(frozen=True)
class Charge:
    """Medians in milliseconds, alone then together; errors are any answer but 200."""

    seul_ms: float
    ensemble_ms: float
    pages: int
    erreurs: int

    @property
    def rapport(self) -> float:
        return self.ensemble_ms / self.seul_ms


def mesurer_charge(
    agent: Agent, adresses: Sequence[str], *, agents: int, pages: int, pause: float = 5.0
) -> Charge:
    """Serve the current database and read `pages` pages as each of `agents` sessions of `agent`."""
    sessions = [_ouvrir_session(agent) for _ in range(agents)]
    with _serveur() as base:
        for adresse in adresses:
            _lire(base + adresse, sessions[0])
        seuls = [_lire(base + adresse, sessions[0]) for adresse in adresses for _ in range(5)]
        with ThreadPoolExecutor(agents) as fils:
            travaux = [
                fils.submit(_agent, base, session, adresses, pages, pause, graine)
                for graine, session in enumerate(sessions)
            ]
            ensemble = [lecture for travail in travaux for lecture in travail.result()]
    bonnes = [duree for duree, code in ensemble if code == 200]
    return Charge(
        seul_ms=statistics.median(duree for duree, _ in seuls) * 1000,
        ensemble_ms=statistics.median(bonnes) * 1000 if bonnes else float("inf"),
        pages=len(ensemble),
        erreurs=len(ensemble) - len(bonnes),
    )


def _agent(
    base: str, session: str, adresses: Sequence[str], pages: int, pause: float, graine: int
) -> list[tuple[float, int]]:
    rng = random.Random(graine)
    time.sleep(rng.random() * pause)
    lectures = []
    for _ in range(pages):
        lectures.append(_lire(base + rng.choice(adresses), session))
        time.sleep(pause)
    return lectures


def _lire(adresse: str, session: str) -> tuple[float, int]:
    requete = urllib.request.Request(adresse, headers={"Cookie": f"sessionid={session}"})
    debut = time.perf_counter()
    try:
        with urllib.request.urlopen(requete, timeout=60) as reponse:
            reponse.read()
            code = reponse.status if reponse.geturl() == adresse else 302
    except urllib.error.HTTPError as faute:
        code = faute.code
    return time.perf_counter() - debut, code


def _ouvrir_session(agent: Agent) -> str:
    session = SessionStore()
    session[SESSION_KEY] = str(agent.pk)
    session[BACKEND_SESSION_KEY] = "django.contrib.auth.backends.ModelBackend"
    session[HASH_SESSION_KEY] = agent.get_session_auth_hash()
    session.save()
    return session.session_key


@contextmanager
def _serveur() -> Iterator[str]:
    """gunicorn with two processes on a free loopback port, on the database Django points at now."""
    with socket.socket() as prise:
        prise.bind(("127.0.0.1", 0))
        port = prise.getsockname()[1]
    commande = ["-m", "gunicorn", "guichet.wsgi", "--bind", f"127.0.0.1:{port}", "--workers", "2"]
    environnement = {**os.environ, "DATABASE_URL": _adresse_base(), "NIVEAU_JOURNAL": "ERROR"}
    processus = subprocess.Popen(
        [sys.executable, *commande, "--log-level", "error"], cwd=settings.BASE_DIR, env=environnement
    )
    try:
        base = f"http://127.0.0.1:{port}"
        for _ in range(200):
            try:
                urllib.request.urlopen(base + "/connexion/", timeout=30).read()
                break
            except OSError:
                time.sleep(0.1)
        yield base
    finally:
        processus.terminate()
        processus.wait()


def _adresse_base() -> str:
    reglages = connection.get_connection_params()
    hote = urllib.parse.quote(str(reglages.get("host", "")), safe="")
    nom, utilisateur = reglages["dbname"], reglages.get("user", "postgres")
    mot_de_passe = f":{reglages['password']}" if reglages.get("password") else ""
    return f"postgres://{utilisateur}{mot_de_passe}@/{nom}?host={hote}&port={reglages.get('port') or 5432}"
