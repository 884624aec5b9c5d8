"""The web server and the job worker, in one foreground command that stops both."""

import ctypes
import os
import signal
import socket
import subprocess
import sys
import time
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connection

from guichet.installation import verifier_port

ATTENTE = 30
CHUTES_PAR_MINUTE = 5
PR_SET_PDEATHSIG = 1


def _mourir_avec_le_parent() -> None:
    """Even when we are killed without notice, no server stays behind on the port."""
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)


class Command(BaseCommand):
    help = "Sert le guichet (gunicorn) et exécute les travaux longs, jusqu’à Ctrl-C."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--port", default=os.environ.get("PORT", "8000"))
        parser.add_argument("--processus", type=int, default=2, help="processus web (2)")

    def handle(self, *args: Any, port: str, processus: int, **options: Any) -> None:
        numero = verifier_port(port)
        # WhiteNoise warns when this folder is absent; it serves the sources themselves until collectstatic.
        settings.STATIC_ROOT.mkdir(exist_ok=True)
        # The children then find the embedded database running.
        connection.ensure_connection()
        connection.close()
        for un_signal in (signal.SIGINT, signal.SIGTERM):
            signal.signal(un_signal, self._arret_demande)
        self.arret = False
        web = ["-m", "gunicorn", "guichet.wsgi", "--bind", f"127.0.0.1:{numero}", "--workers", str(processus)]
        web += ["--log-level", "warning", "--timeout", "60"]
        self.commandes = {"le serveur web": web, "l’exécution des travaux": ["manage.py", "travailler"]}
        self.enfants = {nom: self._lancer(*commande) for nom, commande in self.commandes.items()}
        try:
            self._attendre_le_port(numero)
            if not self.arret:
                self.stdout.write(
                    f"\nLe guichet est ouvert : http://127.0.0.1:{numero}/   (Ctrl-C pour l’arrêter)"
                )
            self._veiller()
        finally:
            self._arreter()

    def _lancer(self, *arguments: str) -> subprocess.Popen[bytes]:
        # A session of its own: Ctrl-C reaches us alone, and we stop both in order.
        return subprocess.Popen(
            [sys.executable, *arguments],
            cwd=settings.BASE_DIR,
            start_new_session=True,
            preexec_fn=_mourir_avec_le_parent,
        )

    def _arret_demande(self, numero: int, cadre: Any) -> None:
        self.arret = True

    def _tombe(self) -> str | None:
        return next((nom for nom, enfant in self.enfants.items() if enfant.poll() is not None), None)

    def _attendre_le_port(self, port: int) -> None:
        limite = time.monotonic() + ATTENTE
        while not self.arret and self._tombe() is None and time.monotonic() < limite:
            with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as essai:
                if essai.connect_ex(("127.0.0.1", port)) == 0:
                    return
            time.sleep(0.1)

    def _veiller(self) -> None:
        """Start again what falls, a database restarted under the worker for one; give up when it insists."""
        chutes: list[float] = []
        while not self.arret:
            if tombe := self._tombe():
                chutes = [c for c in chutes if c > time.monotonic() - 60] + [time.monotonic()]
                if len(chutes) > CHUTES_PAR_MINUTE:
                    raise CommandError(f"{tombe} s’arrête sans cesse. Voir les messages ci-dessus.")
                self.stdout.write(f"Arrêt inattendu, {tombe} : nouveau départ.")
                connection.ensure_connection()
                connection.close()
                self.enfants[tombe] = self._lancer(*self.commandes[tombe])
            time.sleep(0.2)

    def _arreter(self) -> None:
        self.stdout.write("\nArrêt du guichet…")
        for enfant in self.enfants.values():
            if enfant.poll() is None:
                enfant.terminate()
        limite = time.monotonic() + 12
        for enfant in self.enfants.values():
            try:
                enfant.wait(max(0.1, limite - time.monotonic()))
            except subprocess.TimeoutExpired:
                enfant.kill()
        self.stdout.write("Le guichet est arrêté ; sa base reste prête (« make arret » l’arrête aussi).")
