"""A server in a process of its own, on the test database: one that a test may kill and start again."""

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

RACINE = Path(__file__).parents[2]
PATIENCE = 60


class Serveur:
    """`with Serveur(environnement) as serveur:`, then its `url`, `tuer()` and `demarrer()`."""

    def __init__(self, environnement: dict[str, str]) -> None:
        self.environnement = environnement
        with socket.socket() as libre:
            libre.bind(("127.0.0.1", 0))
            self.port = libre.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}"

    def __enter__(self) -> "Serveur":
        self.demarrer()
        return self

    def __exit__(self, *_: object) -> None:
        self.tuer()

    def demarrer(self) -> None:
        """Start it on the same port, and wait until it answers."""
        ordre = ["manage.py", "runserver", "--noreload", "--nothreading", f"127.0.0.1:{self.port}"]
        self.processus = subprocess.Popen(
            [sys.executable, *ordre],
            cwd=RACINE,
            env=self.environnement,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        limite = time.monotonic() + PATIENCE
        while time.monotonic() < limite:
            try:
                urllib.request.urlopen(f"{self.url}/connexion/", timeout=5).close()
            except OSError:
                time.sleep(0.3)
            else:
                return
        self.tuer()
        raise AssertionError("le serveur ne répond pas")

    def tuer(self) -> None:
        """kill -9: it has no time to finish anything."""
        if self.processus.poll() is None:
            os.kill(self.processus.pid, signal.SIGKILL)
        self.processus.wait()
