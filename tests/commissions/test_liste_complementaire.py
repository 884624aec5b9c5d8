"""The ranks of the complementary list: said aloud, undone, left for another avis, closed at the end."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import IntegrityError

from commissions.models import Decision, Passage, PassageVoeu, Seance
from commissions.queries.decisions import dernier_geste
from commissions.services.decisions import annuler_geste
from commissions.services.salle import decider, terminer
from tests.commissions.monde import Monde, monde_a_geler
from tests.commissions.test_salle import PLEIN, acte, en_seance, ligne

Attendre = Callable[..., Decision]


@pytest.fixture
def monde(db: None) -> Monde:
    return monde_a_geler()


@pytest.fixture
def seance(monde: Monde) -> Seance:
    """Four babies, named a, b, c, d in the order of their points, and nothing proposed."""
    for n in range(4):
        monde.dossier(300 - n)
    return en_seance(monde, proposee=False, places={monde.bebes: 4})


def voeu(monde: Monde, seance: Seance, qui: str) -> PassageVoeu:
    return ligne(seance, monde.suite["abcd".index(qui)], monde.bebes)


@pytest.fixture
def attendre(monde: Monde, seance: Seance) -> Attendre:
    """`attendre("a", rang=2)`: on the complementary list, at this rank when it is said."""

    def noter(qui: str, rang: int | None = None) -> Decision:
        return dire(monde, seance, qui, sens="liste_complementaire", motif="rang", rang=rang)

    return noter


def dire(monde: Monde, seance: Seance, qui: str, **avis: Any) -> Decision:
    lue = voeu(monde, seance, qui)
    ancienne = Decision.objects.filter(passage=lue.passage).first()
    return decider(lue, version=ancienne.version if ancienne else 0, **avis, **acte(monde))


def admettre(monde: Monde, seance: Seance, qui: str) -> Decision:
    return dire(monde, seance, qui, sens="admis", demi_journees=PLEIN)


def annuler(monde: Monde, seance: Seance) -> None:
    annuler_geste(seance, geste=dernier_geste(seance), **acte(monde))


def rangs(monde: Monde) -> dict[str, int]:
    """Who waits, in order: « a » at 1, « b » at 2…"""
    noms = {dossier.pk: nom for nom, dossier in zip("abcd", monde.suite, strict=True)}
    listees = Decision.objects.filter(sens="liste_complementaire").order_by("rang_complementaire", "pk")
    return {noms[d]: r for d, r in listees.values_list("passage__dossier", "rang_complementaire")}


def test_un_rang_dit_a_voix_haute_pousse_les_suivants(monde: Monde, attendre: Attendre) -> None:
    attendre("a"), attendre("b"), attendre("c", 1)
    assert rangs(monde) == {"c": 1, "a": 2, "b": 3}


def test_annuler_un_rang_fait_remonter_les_suivants(monde: Monde, seance: Seance, attendre: Attendre) -> None:
    attendre("a"), attendre("b"), attendre("c", 1), attendre("d", 2)
    assert rangs(monde) == {"c": 1, "d": 2, "a": 3, "b": 4}
    annuler(monde, seance)
    assert rangs(monde) == {"c": 1, "a": 2, "b": 3}
    annuler(monde, seance)
    assert rangs(monde) == {"a": 1, "b": 2}


def test_admettre_un_enfant_de_la_liste_puis_l_annuler_rend_l_ordre(
    monde: Monde, seance: Seance, attendre: Attendre
) -> None:
    attendre("a"), attendre("b"), attendre("c", 1)
    admettre(monde, seance, "c")
    assert rangs(monde) == {"a": 1, "b": 2}
    annuler(monde, seance)
    assert rangs(monde) == {"c": 1, "a": 2, "b": 3}


def test_changer_de_rang_dans_la_liste_donne_le_rang_dit(
    monde: Monde, seance: Seance, attendre: Attendre
) -> None:
    attendre("a"), attendre("b"), attendre("c")
    attendre("a", 3)
    assert rangs(monde) == {"b": 1, "c": 2, "a": 3}
    annuler(monde, seance)
    assert rangs(monde) == {"a": 1, "b": 2, "c": 3}
    # Said again at its own rank, nobody moves; without saying, it goes to the end.
    attendre("b", 2)
    assert rangs(monde) == {"a": 1, "b": 2, "c": 3}
    attendre("a")
    assert rangs(monde) == {"b": 1, "c": 2, "a": 3}


def test_un_rang_propose_garde_son_numero_et_la_fin_resserre(monde: Monde) -> None:
    """Two places for four, both refused wait: the second one decided first keeps its number 2."""
    for n in range(4):
        monde.dossier(300 - n)
    seance = en_seance(monde, places={monde.bebes: 2})
    dire(monde, seance, "d", sens="liste_complementaire")
    assert rangs(monde) == {"d": 2}
    terminer(seance, nombre=3, ecart="famille", **acte(monde))
    assert rangs(monde) == {"d": 1}


def test_pousser_demande_un_rang(seance: Seance) -> None:
    passage = Passage.objects.filter(seance=seance).first()
    assert passage is not None
    sans = {"sens": "ajourne", "motif": "report", "insere": True}
    with pytest.raises(IntegrityError, match="decision_insere_a_un_rang"):
        Decision.objects.create(passage=passage, prise_le=seance.ouverte_le, **sans)
