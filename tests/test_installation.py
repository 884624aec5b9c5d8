"""`make` before Django: each thing that is missing gives one French message."""

import signal
import socket
import subprocess
import sys
import urllib.request
from pathlib import Path

import pytest

from guichet import installation

RACINE = Path(__file__).resolve().parent.parent


def test_un_port_libre_passe() -> None:
    with socket.socket() as libre:
        libre.bind(("127.0.0.1", 0))
        port = libre.getsockname()[1]
    assert installation.verifier_port(str(port)) == port


def test_un_port_pris_est_dit() -> None:
    with socket.socket() as pris:
        pris.bind(("127.0.0.1", 0))
        pris.listen()
        with pytest.raises(SystemExit, match="déjà pris"):
            installation.verifier_port(str(pris.getsockname()[1]))


@pytest.mark.parametrize("texte", ["", "abc", "0", "70000", "-1", "80 80", "８０００"])
def test_un_port_qui_n_en_est_pas_un_est_dit(texte: str) -> None:
    with pytest.raises(SystemExit, match="numéro de port"):
        installation.verifier_port(texte)


def test_ce_qui_manque_est_dit_en_une_fois(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(installation.shutil, "which", lambda nom: None)
    besoins = [
        ("PostgreSQL", lambda: False, ["postgresql"], "ou « make postgres »"),
        ("Python", lambda: True, ["python3"], ""),
        ("Pango", lambda: False, ["libpango-1.0-0"], ""),
    ]
    with pytest.raises(SystemExit) as refus:
        installation.verifier(besoins)
    assert "apt-get install libpango-1.0-0 postgresql" in str(refus.value)
    assert "make postgres" in str(refus.value)
    assert "python3" not in str(refus.value)


@pytest.mark.parametrize(
    ("journal", "attendu"),
    [
        ("ERROR: No matching distribution found for django==5.2.19", "le réseau"),
        (
            "Failed to establish a new connection: [Errno -3] Temporary failure in name resolution",
            "le réseau",
        ),
        ("ERROR: THESE PACKAGES DO NOT MATCH THE HASHES", "empreinte"),
        ("error: command 'gcc' failed", "pip a échoué"),
    ],
)
def test_un_echec_de_pip_est_explique(
    journal: str, attendu: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(installation, "RACINE", tmp_path)
    monkeypatch.setattr(installation, "JOURNAL", tmp_path / "installation.log")
    installation.JOURNAL.write_text(journal, encoding="utf-8")
    with pytest.raises(SystemExit, match=attendu):
        installation._expliquer_pip()


def test_les_exigences_suivent_le_projet() -> None:
    """Every dependency of pyproject is locked, with its hashes and without any address."""
    import re
    import tomllib

    projet = tomllib.loads((RACINE / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    parties = {
        "requirements.txt": projet["dependencies"],
        "requirements-test.txt": projet["dependencies"] + projet["optional-dependencies"]["test"],
        "requirements-postgres.txt": projet["optional-dependencies"]["postgres"],
    }
    for fichier, demandes in parties.items():
        texte = (RACINE / fichier).read_text(encoding="utf-8")
        noms = set(re.findall(r"^([a-z0-9-]+)==", texte, re.MULTILINE))
        assert {re.split(r"[\[><=~ ]", d)[0].lower() for d in demandes} - noms == set(), fichier
        assert "http" not in texte
        assert len(noms) <= texte.count("--hash=sha256:")


@pytest.mark.parametrize("arret", [signal.SIGINT, signal.SIGTERM])
def test_servir_repond_puis_s_arrete_proprement(
    arret: signal.Signals, environnement_de_test: dict[str, str]
) -> None:
    """The real server and worker, on the test database, in processes of their own."""
    with socket.socket() as libre:
        libre.bind(("127.0.0.1", 0))
        port = libre.getsockname()[1]
    serveur = subprocess.Popen(
        [sys.executable, "manage.py", "servir", "--port", str(port)],
        cwd=RACINE,
        env=environnement_de_test,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    assert serveur.stdout is not None
    try:
        lignes = []
        for ligne in serveur.stdout:
            lignes.append(ligne)
            if "ouvert" in ligne:
                break
        page = urllib.request.urlopen(f"http://127.0.0.1:{port}/connexion/")
        assert page.status == 200
        page.close()
        serveur.send_signal(arret)
        suite, _ = serveur.communicate()
    finally:
        serveur.kill()
    assert serveur.returncode == 0, "".join(lignes) + suite
    assert "est arrêté" in suite
    with socket.socket() as essai:
        assert essai.connect_ex(("127.0.0.1", port)) != 0
