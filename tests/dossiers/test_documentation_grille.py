"""The README's tables and examples are those of the code."""

import json
import re
from pathlib import Path

import pytest

from dossiers.regles.conditions import lire_condition
from dossiers.regles.cotation import coter
from dossiers.regles.documentation import tableau_des_faits, tableau_des_pieces
from dossiers.regles.faits import FAITS
from dossiers.regles.grille_json import _CLES_CRITERE, _CLES_GRILLE, lire_critere
from dossiers.regles.situation import MOTIFS_MANUELS, lire_situation
from tests.dossiers.test_grilles_publiees import grille

LISEZMOI = (Path(__file__).resolve().parents[2] / "README.md").read_text(encoding="utf-8")
SECTION = LISEZMOI.partition("## La grille en JSON")[2].partition("\n## ")[0]


def entre(debut: str, fin: str) -> str:
    return SECTION.partition(debut)[2].partition(fin)[0].strip()


def test_the_closed_sets_are_printed_whole() -> None:
    assert entre("<!-- faits -->", "<!-- fin des faits -->") == tableau_des_faits()
    assert entre("<!-- pieces -->", "<!-- fin des pieces -->") == tableau_des_pieces()


@pytest.mark.parametrize("cle", [*_CLES_GRILLE, *_CLES_CRITERE, *MOTIFS_MANUELS])
def test_every_key_is_documented(cle: str) -> None:
    assert f"`{cle}`" in SECTION


def test_the_examples_are_read_as_written() -> None:
    conditions = re.findall(r"^\| `(\{\"fait\".*?\})` \|", SECTION, re.MULTILINE)
    assert len(conditions) == 4
    for exemple in conditions:
        lire_condition(json.loads(exemple), "si")
    facons = re.findall(r"^\| `(?:niveaux|par|manuel)` \| `(.*?)` \|", SECTION, re.MULTILINE)
    assert len(facons) == 3
    for exemple in facons:
        lire_critere(json.loads(f'{{"code": "a", "libelle": "A", {exemple}}}'), "")


def test_the_example_situation_is_scored() -> None:
    situation = json.loads(entre("```json", "```"))
    version = grille("demonstration")
    cotation = coter(version, lire_situation(situation, version))
    assert (cotation.declare, cotation.verifie) == (250, 170)
    assert cotation.par_voeu[0].declare == 280


def test_every_fact_has_a_known_piece_and_a_short_label() -> None:
    for fait in FAITS.values():
        assert fait.equivalents or fait.preuve is None
        assert len(fait.libelle) < 60
