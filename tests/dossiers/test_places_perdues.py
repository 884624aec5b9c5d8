"""« Places perdues »: the families another week of whom would fill what is empty, asked in one gesture."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from dossiers.models import Contact, Dossier
from dossiers.queries.places_perdues import places_perdues
from dossiers.regles.places_perdues import DemandeSouple, remplissages
from guichet.acces import personne_de
from structures.models import Section
from tests import factories
from tests.conftest import ClientStrict

pytestmark = pytest.mark.django_db
LE = date(2027, 9, 1)
LIBRES = [0, 0, 2, 2, 1, 1, 0, 0, 0, 0]


def test_la_premiere_autre_semaine_qui_tient() -> None:
    demandes = [
        DemandeSouple(1, 7, (0, 1), ((0, 2), (2,))),
        DemandeSouple(2, 7, (0,), ((2, 3, 4, 5), (2,))),
        DemandeSouple(3, 7, (2, 3), ((4,),)),
        DemandeSouple(4, 7, (0,), ((0, 1),)),
        DemandeSouple(5, 8, (0,), ((2,),)),
        DemandeSouple(6, 7, (1,), ((4,),)),
    ]
    trouves = [(r.dossier, r.semaine) for r in remplissages({7: LIBRES}, demandes)]
    assert trouves == [(2, (2, 3, 4, 5)), (1, (2,)), (6, (4,))]


@pytest.fixture
def section() -> Section:
    section = factories.creer_section(nom="Grands")
    factories.creer_capacite(section, places=LIBRES)
    return section


def souple(section: Section, *autres: list[int], **champs: Any) -> Dossier:
    besoin = {"demi_journees": [0, 1], "alternatives": list(autres), "entree_le": LE}
    return factories.creer_dossier(voeux=[section.structure], besoin=besoin, **champs)


def test_on_fait_joindre_les_familles_d_un_geste(
    section: Section, client_de: Callable[..., ClientStrict]
) -> None:
    une = souple(section, [2, 3])
    souple(section, [0, 2])
    souple(factories.creer_section(), [2, 3])
    deux = souple(section, [4, 5])
    cachee = souple(
        section, [4, 5], famille=factories.creer_famille(protegee=True, responsable={"nom": "Secret"})
    )
    client = client_de("coordination")
    adresse = reverse("dossiers:places_perdues", args=[section.structure_id])
    page = client.get(adresse, {"au": LE.isoformat()})
    assert [f.dossier for s in page.context["sections"] for f in s.familles] == [une, deux]
    assert str(cachee.enfant) not in page.text
    assert cachee.numero not in page.text
    assert "2\u00a0familles" in page.text
    assert client.post(f"{adresse}?au={LE}", {"section": section.pk}).status_code == 302
    contacts = Contact.objects.filter(issue="a_joindre", structure=section.structure)
    assert set(contacts.values_list("dossier", flat=True)) == {une.pk, deux.pk}
    # Asked once; the counter finds it among its calls, and nothing counts as a contact made.
    client.post(f"{adresse}?au={LE}")
    assert contacts.count() == 2
    une.refresh_from_db()
    assert une.dernier_contact_le is None
    accueil = client_de("agent", mairie=une.mairie).get(reverse("accueil")).text
    assert str(une.enfant) in accueil
    assert "Aucune place vide" in client.get(adresse, {"au": "2020-01-01"}).text


@pytest.mark.parametrize("nombre", [1, 5])
def test_le_nombre_de_requetes_ne_depend_pas_des_familles(section: Section, nombre: int) -> None:
    for _ in range(nombre):
        souple(section, [2])
    qui = personne_de(factories.creer_agent("coordination"), factories.JOUR)
    assert qui.familles_liees == frozenset()
    with CaptureQueriesContext(connection) as captees:
        lues = places_perdues(qui, section.structure, jour=LE, aujourd_hui=factories.JOUR)
    assert (len(lues[0].familles), len(captees)) == (nombre, 6)
