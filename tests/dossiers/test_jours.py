"""« Changer les jours »: the half-days left are free at once, those added are guarded, those kept stay."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.urls import reverse

from dossiers.models import Admission, Dossier, Journal, MouvementRentree
from dossiers.queries.places import places_du_jour
from dossiers.services.departs import constater_depart
from dossiers.services.jours import changer_jours
from dossiers.services.mutations import appliquer_complement
from guichet.erreurs import ErreurMetier
from structures.models import Agent, Section
from tests import factories
from tests.conftest import ClientStrict
from tests.dossiers.test_places_a_date import RENTREE, presente, sections

pytestmark = pytest.mark.django_db
LE = date(2027, 1, 4)


@pytest.fixture
def agent() -> Agent:
    return factories.creer_agent("coordination")


def changer(place: Admission, par: Agent, *jours: int, le: date = LE, **champs: Any) -> Admission:
    qui: dict[str, Any] = {"par": par, "maintenant": factories.INSTANT}
    return changer_jours(place, a_partir_du=le, demi_journees=jours, **qui, **champs)


def libres(section: Section, jour: date) -> list[int]:
    return list(places_du_jour([section], jour)[0].libres[:4])


def test_les_places_bougent_aussitot(agent: Agent) -> None:
    section = factories.creer_section()
    factories.creer_capacite(section, places=[1] * 10)
    place = factories.creer_admission(section, demi_journees=[0, 1])
    demande = factories.creer_dossier(
        enfant=place.enfant, nature="complement", admission_actuelle=place, voeux=[section.structure]
    )
    suite = changer(place, agent, 1, 2)
    place.refresh_from_db()
    assert (place.fin, suite.debut, suite.fin) == (date(2027, 1, 3), LE, date(2028, 8, 31))
    assert libres(section, date(2027, 1, 3)) == [0, 0, 1, 1]
    assert libres(section, LE) == [1, 0, 0, 1]
    assert Dossier.objects.get(pk=demande.pk).admission_actuelle_id == suite.pk
    assert Journal.objects.get(objet="jours_changes").details["avant"] == [0, 1]
    # Another child takes what was left; it cannot come back.
    factories.creer_admission(section, demi_journees=[0], debut=LE)
    with pytest.raises(ErreurMetier) as refus:
        changer(suite, agent, 0, 1, le=date(2027, 2, 1))
    assert (refus.value.code, refus.value.champ) == ("place_prise", "demi_journees")


def test_qui_vient_moins_n_est_jamais_refuse(agent: Agent) -> None:
    section = factories.creer_section()
    deux = [factories.creer_admission(section) for _ in range(2)]
    factories.creer_capacite(section, places=[1] * 10)
    changer(deux[0], agent, 0, 1, 2)
    with pytest.raises(ErreurMetier, match="Ce sont déjà"):
        changer(deux[1], agent, *range(10))


def test_la_suite_reste_dans_la_section_du_jour(agent: Agent) -> None:
    bebes, moyens, _ = sections()
    place = presente(bebes)
    apres = date(2027, 10, 4)
    MouvementRentree.objects.create(
        admission=place,
        passage_le=date(2028, 9, 1),
        sort="inconnu",
        dit_le=factories.INSTANT,
    )
    suite = changer(place, agent, 0, le=apres)
    assert (suite.section, suite.mouvements.count()) == (moyens, 1)
    # A complement too: the child went up in September, its wider week is not among the babies.
    autre = presente(bebes, demi_journees=[0])
    dossier = factories.creer_dossier(enfant=autre.enfant, nature="complement", admission_actuelle=autre)
    elargie = appliquer_complement(
        dossier, a_partir_du=RENTREE, demi_journees=[1], par=None, maintenant=factories.INSTANT
    )
    assert elargie.section == moyens


def test_ce_qui_ne_se_peut_pas(agent: Agent) -> None:
    place = factories.creer_admission(factories.creer_section())
    with pytest.raises(ErreurMetier) as refus:
        changer(place, agent, 0, le=date(2026, 8, 1))
    assert refus.value.champ == "a_partir_du"
    constater_depart(place, le=LE, motif="ecole", par=None, maintenant=factories.INSTANT)
    with pytest.raises(ErreurMetier, match="départ de cet enfant est noté"):
        changer(place, agent, 0)


def test_la_direction_change_les_jours_a_l_ecran(client_de: Callable[..., ClientStrict]) -> None:
    section = factories.creer_section()
    factories.creer_capacite(section, places=[7] * 10)
    for _ in range(7):
        factories.creer_admission(section, demi_journees=[3], fin=None)
    place = factories.creer_admission(section, demi_journees=[0], fin=None)
    client = client_de("direction", structure=section.structure)
    adresse = reverse("dossiers:jours", args=[place.pk])
    assert f'href="{adresse}"' in client.get(reverse("dossiers:presents")).text
    assert client.get(adresse).status_code == 200
    saisie = {"a_partir_du": LE.isoformat(), "demi_journees": ["0", "3"], "motif_depassement": ""}
    assert set(client.post(adresse, {"a_partir_du": ""}).context["form"].errors) == {
        "a_partir_du",
        "demi_journees",
    }
    refus = client.post(adresse, saisie)
    assert "donnez un motif" in refus.text
    assert client.post(adresse, saisie | {"motif_depassement": "absences"}).status_code == 302
    suite = Admission.objects.get(debut=LE)
    assert (suite.demi_journees, suite.motif_depassement) == ([0, 3], "absences")
