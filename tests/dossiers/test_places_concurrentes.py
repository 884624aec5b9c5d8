"""Two real connections, one last place: only one child takes it."""

import pytest
from django.db import IntegrityError

from dossiers.models import Admission
from tests import factories
from tests.dossiers.test_mutations_concurrentes import pendant

pytestmark = pytest.mark.django_db(transaction=True)


def test_la_derniere_place_ne_se_prend_pas_deux_fois() -> None:
    section = factories.creer_section()
    factories.creer_capacite(section, places=[1] * 10)
    un, autre = factories.creer_enfant(), factories.creer_enfant()
    refus = pendant(
        lambda: factories.creer_admission(section, enfant=un, demi_journees=[0, 1]),
        lambda: factories.creer_admission(section, enfant=autre, demi_journees=[1, 2]),
    )
    assert isinstance(refus, IntegrityError)
    assert "2 enfants pour 1 places" in str(refus)
    assert list(Admission.objects.values_list("enfant", flat=True)) == [un.pk]


def test_deux_demi_journees_differentes_passent_toutes_deux() -> None:
    section = factories.creer_section()
    factories.creer_capacite(section, places=[1] * 10)
    un, autre = factories.creer_enfant(), factories.creer_enfant()
    refus = pendant(
        lambda: factories.creer_admission(section, enfant=un, demi_journees=[0]),
        lambda: factories.creer_admission(section, enfant=autre, demi_journees=[1]),
    )
    assert refus is None
    assert Admission.objects.count() == 2


def test_la_derniere_place_d_un_employeur_ne_se_prend_pas_deux_fois() -> None:
    section = factories.creer_section()
    factories.creer_capacite(section, places=[3] * 10)
    mur = factories.creer_places_employeur(section, places=1)
    un, autre = (factories.creer_designe(mur).dossier for _ in range(2))
    refus = pendant(
        lambda: factories.creer_admission(section, enfant=un.enfant, dossier=un, employeur=mur),
        lambda: factories.creer_admission(section, enfant=autre.enfant, dossier=autre, employeur=mur),
    )
    assert isinstance(refus, IntegrityError)
    assert "places de l'employeur" in str(refus)
    assert list(Admission.objects.values_list("enfant", flat=True)) == [un.enfant_id]
