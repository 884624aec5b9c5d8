"""The embedded PostgreSQL: made, found again, mended after a kill, moved where its account can reach it."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from guichet.base_embarquee import PORT, SUPERUTILISATEUR, BaseIndisponible, Grappe, binaires, nom_de_base
from guichet.base_embarquee import grappe as module_grappe

RACINE = Path(__file__).resolve().parent.parent


@pytest.fixture
def var(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A var/ the server's account reaches: pytest's own folders are private to the user."""
    for parent in (dossier := tmp_path_factory.mktemp("var")).parents:
        if parent == Path("/tmp"):
            break
        parent.chmod(0o755)
    dossier.chmod(0o755)
    yield dossier
    for grappe in (Grappe(dossier / "base"), Grappe(dossier / "tests")):
        grappe.arreter()


def _lire(grappe: Grappe, requete: str) -> object:
    with psycopg.connect(
        host=str(grappe.assurer()), port=PORT, user=SUPERUTILISATEUR, dbname="postgres", autocommit=True
    ) as connexion:
        curseur = connexion.execute(requete)
        return curseur.fetchone()[0] if curseur.description else None


def test_nom_de_base() -> None:
    assert nom_de_base("Saint-Étienne") == "guichet_saint_etienne"
    assert nom_de_base("L’Haÿ-les-Roses") == "guichet_l_hay_les_roses"


def test_la_base_nait_sert_s_arrete_et_garde_ses_donnees(var: Path) -> None:
    grappe = Grappe(var / "base", jetable=True)
    assert not grappe.en_marche()
    assert grappe.arreter() is False
    assert _lire(grappe, "SHOW server_encoding") == "UTF8"
    assert _lire(grappe, "SHOW listen_addresses") == ""
    _lire(grappe, "CREATE TABLE gardee AS SELECT 42 AS n")
    premier = grappe.pid()
    assert grappe.assurer() == grappe.prise
    assert grappe.pid() == premier
    assert grappe.arreter() is True
    assert not grappe.en_marche()
    assert _lire(grappe, "SELECT n FROM gardee") == 42


def test_la_base_se_releve_d_un_kill_9(var: Path) -> None:
    grappe = Grappe(var / "base")
    _lire(grappe, "CREATE TABLE gardee AS SELECT 7 AS n")
    pid = grappe.pid()
    assert pid is not None
    os.kill(pid, signal.SIGKILL)
    while Path(f"/proc/{pid}").exists() and grappe.pid() is not None:
        time.sleep(0.02)
    assert (grappe.donnees / "postmaster.pid").exists()
    assert _lire(grappe, "SELECT n FROM gardee") == 7
    assert grappe.pid() != pid


def test_un_numero_de_processus_reutilise_n_empeche_rien(var: Path) -> None:
    grappe = Grappe(var / "base", jetable=True)
    grappe.assurer()
    lignes = (grappe.donnees / "postmaster.pid").read_text(encoding="utf-8")
    grappe.arreter()
    vivant = "\n".join([str(os.getpid()), *lignes.splitlines()[1:]]) + "\n"
    (grappe.donnees / "postmaster.pid").write_text(vivant, encoding="utf-8")
    assert grappe.pid() is None
    assert _lire(grappe, "SELECT 1") == 1


def test_un_chemin_trop_long_pour_une_prise(var: Path) -> None:
    grappe = Grappe(var / ("long" * 25) / "base", jetable=True)
    assert len(str(grappe.prise)) < 60
    assert _lire(grappe, "SELECT 1") == 1
    assert grappe.dossier.is_relative_to(var)
    grappe.arreter()


def test_un_chemin_a_espaces_et_accents(var: Path) -> None:
    grappe = Grappe(var / "l’été d'Ève" / "base", jetable=True)
    assert _lire(grappe, "SELECT 1") == 1
    grappe.arreter()


@pytest.mark.skipif(os.geteuid() != 0, reason="seul root change de compte")
def test_un_clone_que_le_compte_du_serveur_n_atteint_pas(
    var: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    secret = var / "root"
    secret.mkdir(mode=0o700)
    ailleurs = var / "ailleurs"
    ailleurs.mkdir(mode=0o755)
    monkeypatch.setattr(module_grappe, "AILLEURS", ailleurs)
    grappe = Grappe(secret / "var" / "base", jetable=True)
    assert _lire(grappe, "SELECT 1") == 1
    assert grappe.dossier.parent == ailleurs
    # Another process finds the same place by the pointer.
    assert Grappe(secret / "var" / "base").en_marche()
    grappe.arreter()


def test_deux_processus_demarrent_la_meme_base(var: Path) -> None:
    ordre = (
        "import sys; from pathlib import Path; from guichet.base_embarquee import Grappe; "
        "g = Grappe(Path(sys.argv[1]), jetable=True); g.assurer(); print(g.pid())"
    )
    lances = [
        subprocess.Popen(
            [sys.executable, "-c", ordre, str(var / "base")], cwd=RACINE, stdout=subprocess.PIPE, text=True
        )
        for _ in range(3)
    ]
    pids = {lance.communicate()[0].strip() for lance in lances}
    assert [lance.returncode for lance in lances] == [0, 0, 0]
    assert pids == {str(Grappe(var / "base").pid())}


def test_sans_postgresql_le_message_dit_quoi_installer(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(binaires, "_candidats", lambda: [tmp_path])
    with pytest.raises(BaseIndisponible, match="apt-get install postgresql"):
        binaires.trouver()


def test_une_autre_version_que_celle_des_donnees_est_dite(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(BaseIndisponible, match="créée par PostgreSQL 99"):
        binaires.trouver(99)


def test_manage_py_sans_postgresql_echoue_sans_trace(tmp_path: Path) -> None:
    """As on a machine without PostgreSQL: the programs of this one are hidden."""
    cache = "import guichet.base_embarquee.binaires as b; b._candidats = lambda: []; "
    cache += "import sys; sys.argv = ['manage.py', 'showmigrations']; import manage; manage.main()"
    environnement = {k: v for k, v in os.environ.items() if k != "DATABASE_URL"}
    fait = subprocess.run(
        [sys.executable, "-c", cache],
        cwd=RACINE,
        env={**environnement, "GUICHET_VAR": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert fait.returncode != 0
    assert "apt-get install postgresql" in fait.stderr
    assert "Traceback" not in fait.stderr
    assert [f.name for f in tmp_path.iterdir()] == ["base.verrou"]
