"""The dry run and the simulation of a draft grid: what they tell, and that they keep nothing."""

import json
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from commissions import taches
from commissions.models import Proposition
from commissions.services.essai import demander_simulation, simuler
from dossiers.models import Cotation, Dossier
from structures.models import Tache
from tests import factories
from tests.commissions.monde import GEL, NE_BEBE, Monde, monde_a_geler
from tests.commissions.test_proposition import geler, une_liste
from tests.conftest import ClientStrict

pytestmark = pytest.mark.django_db
JOUR = date(2027, 5, 7)
COUPLE = {"fait": "situation_familiale", "est": "couple"}
# Counts on the family's word, without a piece.
CRITERE = {"code": "couple", "libelle": "En couple", "points": 500, "si": COUPLE}


@pytest.fixture
def monde() -> Monde:
    return monde_a_geler()


def essai(client: ClientStrict, seance: Any, **champs: Any) -> Any:
    adresse = reverse("commissions:proposition_essai", args=[seance.pk])
    return client.get(adresse, {"essayer": "1", **champs})


def ordre(dossier: Dossier) -> str:
    return dossier.passages.get().numero_ordre


def test_une_place_de_plus_a_l_essai_ne_garde_rien(
    monde: Monde, client_de: Callable[..., ClientStrict]
) -> None:
    seance = une_liste(monde)
    factories.creer_proposition(seance)
    place = seance.places.get(section=monde.ailleurs)
    client = client_de(monde.coordination)
    with CaptureQueriesContext(connection) as captees:
        reponse = essai(client, seance, section=place.pk, ecart="1")
    page = reponse.context["page"]
    assert [(ligne.ordre, ligne.apres) for ligne in page.gagnent] == [
        (ordre(monde.suite[1]), "Les Galipettes, Bébés, du lundi au vendredi"),
        (ordre(monde.suite[2]), "Câlin-Doudou, Bébés, du lundi au vendredi"),
        (ordre(monde.suite[3]), "Câlin-Doudou, Bébés, le lundi"),
    ]
    assert (page.perdent, page.caches) == ([], 0)
    place.refresh_from_db()
    assert (place.places, Proposition.objects.count()) == ([1] * 10, 1)
    ecrites = [q["sql"] for q in captees if q["sql"].startswith(("INSERT", "UPDATE", "DELETE"))]
    assert [sql for sql in ecrites if "django_session" not in sql] == []


def test_une_grille_en_projet_a_l_essai(monde: Monde, client_de: Callable[..., ClientStrict]) -> None:
    """The last of the list is a couple: under the draft it goes first."""
    for n in range(2):
        monde.dossier(100 - n, famille=factories.creer_famille(situation="isole"))
    dernier = monde.dossier(10, famille=factories.creer_famille(situation="couple"))
    seance = geler(monde.seance(places={monde.bebes: 2}))
    factories.creer_proposition(seance)
    projet = factories.creer_version_grille(nom="Projet", criteres=[CRITERE])
    cotations = Cotation.objects.count()
    page = essai(client_de(monde.coordination), seance, grille=projet.pk).context["page"]
    assert [ligne.ordre for ligne in page.gagnent] == [ordre(dernier)]
    assert (len(page.perdent), Cotation.objects.count()) == (1, cotations)


@pytest.mark.parametrize(
    ("champs", "message"),
    [
        ({}, "Dites ce que vous essayez"),
        ({"ecart": "1"}, "Dites dans quelle section."),
        ({"ecart": "x"}, "Écrivez un nombre entier"),
        ({"section": "999999", "ecart": "1"}, "Cette section n’est pas dans la séance."),
        ({"grille": "0"}, "Cette grille n’est plus en projet."),
        ({"creneaux": "77"}, "77"),
    ],
)
def test_un_essai_mal_rempli_dit_quoi_corriger(
    champs: dict[str, str], message: str, monde: Monde, client_de: Callable[..., ClientStrict]
) -> None:
    seance = une_liste(monde)
    factories.creer_proposition(seance)
    reponse = essai(client_de(monde.coordination), seance, **champs)
    assert reponse.status_code == 200
    assert message in reponse.content.decode()


def test_un_dossier_protege_compte_et_ne_se_lit_pas(
    monde: Monde, client_de: Callable[..., ClientStrict]
) -> None:
    famille = factories.creer_famille(protegee=True, protegee_le=GEL)
    monde.dossier(100)
    cache = monde.dossier(50, enfant=factories.creer_enfant(famille, date_naissance=NE_BEBE))
    seance = geler(monde.seance(places={monde.bebes: 1}))
    factories.creer_proposition(seance)
    reponse = essai(client_de(monde.coordination), seance, section=seance.places.get().pk, ecart="1")
    page = reponse.context["page"]
    assert (page.gagnent, page.nombre_gagnent, page.caches) == ([], 1, 1)
    assert ordre(cache) not in reponse.content.decode()


def ville(monde: Monde) -> None:
    grand, petit = factories.creer_quartier(nom="Bellevue"), factories.creer_quartier(nom="Tarentaize")
    for n in range(12):
        famille = factories.creer_famille(
            situation="couple" if n >= 6 else "isole", quotient_familial=300 if n % 2 else 900
        )
        monde.dossier(100 - n, famille=famille, quartier=petit if n == 11 else grand)


@pytest.mark.parametrize("gelee", [True, False])
def test_la_simulation_compte_par_groupe_et_tait_les_petits(
    gelee: bool, monde: Monde, client_de: Callable[..., ClientStrict]
) -> None:
    ville(monde)
    seance = monde.seance(places={monde.bebes: 4})
    seance = geler(seance) if gelee else seance
    projet = factories.creer_version_grille(nom="Projet", criteres=[CRITERE])
    tache = demander_simulation(seance, projet, par=monde.coordination)
    taches.simuler(tache_id=str(tache.pk), seance_id=seance.pk, grille_id=projet.pk)
    tache = Tache.objects.get(pk=tache.pk)
    assert (tache.etat, tache.pourcentage) == ("faite", 100), tache.message
    s = tache.resultat["simulation"]
    assert (s["demandes"], s["avant"], s["apres"], s["gagnent"], s["perdent"]) == (12, 4, 4, 4, 4)
    tableaux = {t["titre"]: t["lignes"] for t in s["tableaux"]}
    assert tableaux["Type de foyer"] == [["En couple", 6, 0, 4], ["Parent seul", 6, 4, 0]]
    assert tableaux["Quotient familial"] == [
        ["De 800 à 1\u202f199\u00a0€", 6, 2, 2],
        ["Moins de 400\u00a0€", 6, 2, 2],
    ]
    assert tableaux["Quartier"] == [["Autres groupes", 12, 4, 4]]
    assert "Tarentaize" not in json.dumps(tache.resultat, ensure_ascii=False)
    client = client_de("coordination")
    html = client.get(tache.resultat["url"]).content.decode()
    for mot in ("Parent seul", "<svg", "Simulation\u00a0: Projet"):
        assert mot in html
    assert (
        str(tache.pk)
        in client.get(reverse("commissions:simulation_demander", args=[seance.pk])).content.decode()
    )


def test_une_famille_protegee_n_est_dans_aucun_groupe(monde: Monde) -> None:
    famille = factories.creer_famille(protegee=True, protegee_le=GEL, situation="isole")
    monde.dossier(100, enfant=factories.creer_enfant(famille, date_naissance=NE_BEBE))
    for _ in range(6):
        monde.dossier(50, famille=factories.creer_famille(situation="couple"))
    seance = geler(monde.seance(places={monde.bebes: 1}))
    projet = factories.creer_version_grille(nom="Projet")
    tableaux = {t["titre"]: t["lignes"] for t in simuler(seance, projet, le=JOUR)["tableaux"]}
    assert tableaux["Type de foyer"] == [["En couple", 6, 0, 0]]


def test_sans_grille_choisie_la_simulation_le_dit(
    monde: Monde, client_de: Callable[..., ClientStrict]
) -> None:
    seance = monde.seance()
    client = client_de(monde.coordination)
    reponse = client.post(reverse("commissions:simulation_demander", args=[seance.pk]), {"grille": ""})
    assert "Choisissez une grille en projet." in reponse.content.decode()
    assert not Tache.objects.exists()
