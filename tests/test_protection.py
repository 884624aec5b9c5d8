"""A protected family is shown to its counter and to nobody else, wherever one looks.

Every route of the URLconf, as every persona, GET and POST: pages, exports, PDF, searches, histories. A new
route whose address needs anything else than a dossier's number fails until `tests/protection/plan.py` says
how to write it.
"""

from pathlib import Path
from typing import Any

import pytest
from django.db import transaction
from django.test import override_settings

from structures.models import Profil
from tests.protection.monde import MARQUES
from tests.protection.plan import CLES, routes, sans_plan
from tests.protection.visite import Releve, visiter

# So that pytest-django makes the database; one walk serves them all, so one process plays them.
pytestmark = [pytest.mark.django_db, pytest.mark.xdist_group("protection")]
TOUTES, AUCUNE = frozenset(MARQUES), frozenset[str]()
# A director named on a dossier reads it as one of its own.
DIRECTION = TOUTES - {"lettre", "note", "numéro d’allocataire"}
# Who may read which mark of a family protected at its counter.
TABLE = {
    "anonyme": AUCUNE,
    "agent de sa mairie": TOUTES,
    "agent d’une autre": AUCUNE,
    "coordination": AUCUNE,
    "direction choisie": AUCUNE,
    "direction d’une autre": AUCUNE,
    "membre": AUCUNE,
    "présidence": AUCUNE,
    "partenaire": AUCUNE,
    "relais": AUCUNE,
    "agent lié": AUCUNE,
    "agent nommé": TOUTES,
    "direction nommée": DIRECTION,
    "agent qui a ouvert": TOUTES,
    "administration": AUCUNE,
    "dpo": AUCUNE,
}
RIEN, MASQUE, TOUT = "rien", "rang, besoin et points", "tout"
# The same in the words of the README.
DIT = {
    **dict.fromkeys(TABLE, MASQUE),
    **dict.fromkeys(("anonyme", "partenaire", "relais", "agent lié", "administration", "dpo"), RIEN),
    **{persona: TOUT for persona, vues in TABLE.items() if vues == TOUTES},
    "direction nommée": "l’identité et les choix, sans lettres ni notes",
}
VOYANTS = frozenset(persona for persona, vues in TABLE.items() if vues)


@pytest.fixture(scope="module")
def releve(django_db_setup: None, django_db_blocker: Any, tmp_path_factory: Any) -> Releve:
    hachage = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    reglages = {"PASSWORD_HASHERS": hachage, "AXES_ENABLED": False}
    with (
        django_db_blocker.unblock(),
        transaction.atomic(),
        override_settings(MEDIA_ROOT=tmp_path_factory.mktemp("fichiers"), **reglages),
    ):
        lu = visiter(VOYANTS)
        transaction.set_rollback(True)
    return lu


def test_chaque_route_a_son_plan() -> None:
    assert sans_plan() == [], "dites dans CLES de tests/protection/plan.py ce que leur adresse nomme"
    assert sorted(set(CLES) - {route for route, _ in routes()}) == [], "routes qui n’existent plus"


@pytest.mark.parametrize("persona", TABLE)
def test_chacun_ne_lit_que_ce_qui_est_de_sa_table(persona: str, releve: Releve) -> None:
    fuites = [
        f"{demande} → {', '.join(sorted(vues - TABLE[persona]))}"
        for demande, vues in releve.vus.items()
        if demande.persona == persona and vues - TABLE[persona]
    ]
    assert not fuites, "\n".join(fuites)
    # The walk is able to see: whoever may read a mark meets it.
    assert releve.marques_de(persona) >= TABLE[persona]


def test_rien_ne_se_devine_par_soustraction(releve: Releve) -> None:
    """Mairie, choices, quartier, dates, names exchanged for others: the answers do not move."""
    dits = [f"{demande} → {ecart}" for demande, ecart in releve.differences]
    assert not dits, "\n".join(dits)


def test_le_readme_dit_la_meme_table() -> None:
    readme = (Path(__file__).parents[1] / "README.md").read_text("utf-8")
    table = readme.split("<!-- protection -->")[1].split("<!-- fin de la protection -->")[0]
    lignes = [ligne.strip("| ").split(" | ") for ligne in table.strip().splitlines()[2:]]
    assert {qui: dit for qui, dit in lignes} == DIT  # noqa: C416


def test_la_visite_passe_partout(releve: Releve) -> None:
    pannes = [str(demande) for demande, statut in releve.statuts.items() if statut >= 500]
    assert pannes == []
    assert {d.persona for d in releve.statuts} == set(TABLE)
    assert set(Profil.values) <= {p.split()[0].replace("é", "e") for p in TABLE} | {"partenaire"}
