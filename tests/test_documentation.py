"""The README says what the code does: states, environment variables, commands."""

import re
from collections.abc import Mapping
from pathlib import Path

from commissions.models.confirmation import EtatConfirmation
from commissions.models.offre import EtatOffre
from commissions.models.seance import EtatSeance
from commissions.regles import confirmation as cycle_confirmation
from commissions.regles import cycle as cycle_seance
from commissions.regles import offre as cycle_offre
from dossiers.models import MOTIFS_ACTION, EtatDossier
from dossiers.regles.documentation import tableau_des_gestes

RACINE = Path(__file__).resolve().parent.parent
LISEZMOI = (RACINE / "README.md").read_text(encoding="utf-8")


def table_des_etats(transitions: Mapping[str, Mapping[str, str]], libelles: dict[str, str]) -> str:
    """The Markdown table of one cycle: each gesture, from which states, to which."""
    lignes = ["| geste | de l’état | à l’état |", "|---|---|---|"]
    for geste, fleches in transitions.items():
        departs = ", ".join(libelles[depart] for depart in fleches)
        arrivees = ", ".join(dict.fromkeys(libelles[arrivee] for arrivee in fleches.values()))
        lignes.append(f"| {geste} | {departs} | {arrivees} |")
    return "\n".join(lignes)


def test_les_etats_d_un_dossier() -> None:
    assert tableau_des_gestes(dict(EtatDossier.choices), MOTIFS_ACTION) in LISEZMOI


def test_les_etats_d_une_seance() -> None:
    assert table_des_etats(cycle_seance.TRANSITIONS, dict(EtatSeance.choices)) in LISEZMOI


def test_les_etats_d_une_offre() -> None:
    assert table_des_etats(cycle_offre.TRANSITIONS, dict(EtatOffre.choices)) in LISEZMOI


def test_les_etats_d_une_confirmation() -> None:
    assert table_des_etats(cycle_confirmation.TRANSITIONS, dict(EtatConfirmation.choices)) in LISEZMOI


def test_chaque_variable_d_environnement_est_expliquee() -> None:
    reglages = (RACINE / "guichet" / "settings.py").read_text(encoding="utf-8")
    lues = set(re.findall(r'env(?:\.\w+)?\(\s*"([A-Z_]+)"', reglages))
    assert len(lues) > 15
    assert {nom for nom in lues if f"`{nom}`" not in LISEZMOI} == set()


def test_les_commandes_citees_existent() -> None:
    from django.core.management import get_commands

    makefile = (RACINE / "Makefile").read_text(encoding="utf-8")
    citees = set(re.findall(r"(?:`|^)make ([a-z]+)", LISEZMOI, re.MULTILINE))
    assert {"demo", "test", "arret"} <= citees
    assert {nom for nom in citees if f"\n{nom}:" not in makefile} == set()
    assert set(re.findall(r"manage\.py ([a-z_]+)", LISEZMOI)) <= set(get_commands())
