"""The command that takes a city's list: what it prints, its exit codes."""

import json
from pathlib import Path

import pytest
from django.core.management import call_command

from dossiers.models import (
    Dossier,
    EtatDossier,
    Journal,
    Reprise,
)
from tests.dossiers.fichier_repris import TEMOIN, ville  # noqa: F401, the fixture
from tests.factories import creer_agent


def commande(*arguments: str, capsys: pytest.CaptureFixture[str]) -> tuple[int, str, str]:
    code = 0
    try:
        call_command("reprendre", *arguments)
    except SystemExit as sortie:
        code = int(sortie.code or 0)
    lu = capsys.readouterr()
    return code, lu.out, lu.err


@pytest.mark.usefixtures("ville")
def test_commande_json_seul_et_journal(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    agent = creer_agent("coordination", identifiant="coordo")
    rapport = tmp_path / "rapport.csv"
    code, sortie, _ = commande(
        str(TEMOIN), "--json", "--par", "coordo", "--rapport", str(rapport), capsys=capsys
    )
    assert code == 0
    bilan = json.loads(sortie)
    assert bilan["lignes"] == bilan["acceptees"] + bilan["reparees"] + len(bilan["refusees"])
    assert set(bilan["refusees"][0]) >= {"ligne", "numero_origine", "colonne", "valeur", "motif", "remede"}
    assert Journal.objects.filter(action="reprise", par=agent).count() == 15
    texte = rapport.read_text(encoding="utf-8-sig")
    assert "refusée" in texte
    assert not any(ligne.split(";")[4][:1] in {"=", "+", "@"} for ligne in texte.splitlines() if ligne)


@pytest.mark.usefixtures("ville")
def test_commande_en_francais(capsys: pytest.CaptureFixture[str]) -> None:
    code, sortie, _ = commande(str(TEMOIN), "--essai", capsys=capsys)
    assert code == 0
    assert "20 lignes : 9 acceptées, 5 réparées, 6 refusées." in sortie
    assert "rien n’est écrit" in sortie
    assert not Dossier.objects.exists()


@pytest.mark.usefixtures("ville")
@pytest.mark.parametrize(
    ("contenu", "mots"),
    [
        (b"", "vide"),
        (b"Nom;Prenom\r\n", "que des titres"),
        (b"%PDF-1.7 rien", "pas un tableau"),
        (b"\x00\x01\x02\x03" * 50, "pas un tableau"),
        (b"PK\x03\x04abime", "pas un tableau"),
        ("Nom;Né le\nA;01/01/2026\n".encode(), "pas de colonne pour"),
        (
            "Nom;Nom;Né le;Entrée;Lundi;Choix 1\nA;B;01/01/2026;01/01/2027;J;X\n".encode(),
            "Plusieurs colonnes",
        ),
    ],
)
def test_commande_fichier_en_faute(
    contenu: bytes, mots: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    chemin = tmp_path / "liste.csv"
    chemin.write_bytes(contenu)
    code, sortie, erreur = commande(str(chemin), "--json", capsys=capsys)
    assert (code, sortie) == (2, "")
    assert mots in erreur
    assert len(erreur.strip().splitlines()) == 1


@pytest.mark.usefixtures("ville")
def test_commande_colonnes_dites(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    chemin = tmp_path / "liste.csv"
    chemin.write_bytes(
        "Zone A,Nom,Nom,Né le,Entrée,Lundi,Choix 1,Tél.\n"
        "Zélie,X,Martinaud,14/05/2025,01/09/2027,J,Ribambelle,0639981010\n".encode()
    )
    code, sortie, _ = commande(
        str(chemin), "--json", "--colonnes", "prenom=Zone A", "nom=3", "telephone=", capsys=capsys
    )
    assert code == 0
    assert json.loads(sortie)["colonnes_ignorees"] == ["Nom", "Tél."]
    dossier = Dossier.objects.get()
    assert (dossier.enfant.nom, dossier.enfant.prenom) == ("Martinaud", "Zélie")
    assert dossier.etat == EtatDossier.INCOMPLET
    for option in ("inconnu=Nom", "nom=Absent", "nom=Nom"):
        assert commande(str(chemin), "--colonnes", option, capsys=capsys)[0] == 2


@pytest.mark.usefixtures("ville")
def test_commande_fichier_absent_ou_agent_inconnu(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert commande(str(tmp_path / "rien.csv"), capsys=capsys)[0] == 2
    code, _, erreur = commande(str(TEMOIN), "--par", "personne", capsys=capsys)
    assert (code, "Aucun compte" in erreur) == (2, True)
    assert not Reprise.objects.exists()
