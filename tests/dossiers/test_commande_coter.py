"""`manage.py coter` as a city runs it: a process of its own, no database anywhere."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

RACINE = Path(__file__).resolve().parents[2]
REIMS = RACINE / "fixtures" / "grilles" / "reims-2021.json"
SITUATION = {
    "faits": {
        "residence_commune": True,
        "situation_familiale": "isole",
        "activite_1": "salarie",
        "quotient_familial": 650,
    },
    "verifies": ["residence_commune", "quotient_familial"],
}


def lancer(tmp_path: Path, *arguments: str) -> subprocess.CompletedProcess[bytes]:
    """No address answers there: a command that touched a database would fail, and none may be created."""
    environnement = os.environ | {
        "DATABASE_URL": f"postgres://personne@/rien?host={tmp_path}/absent",
        "GUICHET_VAR": str(tmp_path / "var"),
        "PYTHONIOENCODING": "ascii",
    }
    commande = [sys.executable, "manage.py", "coter", *arguments]
    return subprocess.run(commande, cwd=RACINE, env=environnement, capture_output=True, check=False)


def ecrire(chemin: Path, document: object) -> str:
    chemin.write_text(document if isinstance(document, str) else json.dumps(document), encoding="utf-8")
    return str(chemin)


def test_prints_the_documented_json_without_a_database(tmp_path: Path) -> None:
    situation = ecrire(tmp_path / "s.json", SITUATION)
    sortie = lancer(tmp_path, "--grille", str(REIMS), "--situation", situation)
    assert (sortie.returncode, sortie.stderr) == (0, b"")
    document = json.loads(sortie.stdout.decode("utf-8"))
    assert set(document) == {"lignes", "declare", "verifie"}
    assert (document["declare"], document["verifie"]) == (230, 150)
    assert document["lignes"][0] == {
        "critere": "residence",
        "points": 100,
        "verifie": True,
        "raison": "Réside dans la commune",
    }
    assert not (tmp_path / "var").exists()


def test_each_wish_has_its_totals(tmp_path: Path) -> None:
    situation = ecrire(tmp_path / "s.json", SITUATION | {"voeux": [{"structure": "Minouchat"}]})
    sortie = lancer(tmp_path, "--grille", str(REIMS), "--situation", situation)
    voeux = json.loads(sortie.stdout)["voeux"]
    assert voeux == [{"structure": "Minouchat", "lignes": [], "declare": 230, "verifie": 150}]


@pytest.mark.parametrize(
    ("grille", "situation", "message"),
    [
        (None, SITUATION, "absente.json ne peut pas être lu : il n’existe pas"),
        ("{", SITUATION, "grille.json n’est pas du JSON : ligne 1, colonne 2"),
        ({"format": 1, "nom": "x", "criteres": [{"code": "a"}]}, SITUATION, "grille.json : criteres[1]"),
        ("", SITUATION, "n’est pas du JSON"),
        (REIMS, {"faits": {"couleur": 1}}, "situation.json : faits : le fait « couleur » n’existe pas"),
        (REIMS, '{"faits": {"quotient_familial": NaN}}', "« NaN » n’est pas un nombre"),
    ],
)
def test_anything_malformed_exits_2_with_one_line(
    tmp_path: Path, grille: object, situation: object, message: str
) -> None:
    if grille is None:
        fichier = str(tmp_path / "absente.json")
    else:
        fichier = str(grille) if isinstance(grille, Path) else ecrire(tmp_path / "grille.json", grille)
    sortie = lancer(
        tmp_path, "--grille", fichier, "--situation", ecrire(tmp_path / "situation.json", situation)
    )
    erreur = sortie.stderr.decode("utf-8")
    assert (sortie.returncode, sortie.stdout) == (2, b"")
    assert message in erreur
    assert erreur.count("\n") == 1


def test_a_missing_option_exits_2_with_one_line(tmp_path: Path) -> None:
    sortie = lancer(tmp_path, "--grille", str(REIMS))
    assert (sortie.returncode, sortie.stdout, sortie.stderr.count(b"\n")) == (2, b"", 1)
