"""What an agrément allows, half-day by half-day, and each of its walls in the database."""

from collections.abc import Callable
from datetime import date, time
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import DataError, IntegrityError, transaction
from django.urls import reverse

from structures.models import Agrement, AssistanteMaternelle
from structures.regles.agrement import (
    AGE,
    DEMI_JOURNEES,
    PLEINE,
    SANS_AGREMENT,
    AgrementLu,
    Obstacle,
    Prise,
    obstacle,
    places_agreees,
    places_restantes,
)
from structures.regles.semaine import SEMAINE_PLEINE
from tests import factories
from tests.conftest import ClientStrict

TOUS = frozenset(SEMAINE_PLEINE)
NE = date(2026, 3, 14)
SEPT, FIN = date(2026, 9, 1), date(2027, 8, 31)
UN = AgrementLu(date(2026, 1, 1), None, 1, TOUS, 2, 36)


def empeche(
    agrements: list[AgrementLu], prises: list[Prise], *jours: int, du: date = SEPT
) -> Obstacle | None:
    voulu = Prise(du, FIN, frozenset(jours or TOUS))
    return obstacle(agrements, prises, voulu, naissance=NE)


def test_les_places_d_un_jour_sont_celles_de_son_agrement() -> None:
    mercredi_off = AgrementLu(SEPT, None, 3, TOUS - {4, 5}, 2, 36)
    avant = AgrementLu(date(2026, 1, 1), date(2026, 8, 31), 1, TOUS, 2, 36)
    assert places_agreees([mercredi_off, avant], date(2026, 8, 31)) == (1,) * 10
    assert places_agreees([mercredi_off, avant], SEPT) == (3, 3, 3, 3, 0, 0, 3, 3, 3, 3)
    assert places_agreees([avant], SEPT) == (0,) * 10


def test_un_agrement_baisse_laisse_moins_que_zero() -> None:
    deux = [Prise(SEPT, None, frozenset({0})), Prise(SEPT, None, frozenset({0, 1}))]
    assert places_restantes([UN], deux, SEPT)[:3] == (-1, 0, 1)


def test_un_enfant_va_ou_il_reste_une_place_jusqu_au_bout() -> None:
    assert empeche([UN], []) is None
    assert empeche([UN], [Prise(SEPT, None, frozenset({0}))], 1) is None
    attendu = Prise(date(2027, 1, 4), None, frozenset({0}))
    assert empeche([UN], [attendu], 0) == Obstacle(PLEINE, date(2027, 1, 4), (0,))
    parti = Prise(date(2026, 1, 1), date(2026, 8, 31), frozenset({0}))
    assert empeche([UN], [parti], 0) is None


def test_ce_qui_empeche_se_dit() -> None:
    assert empeche([], []) == Obstacle(SANS_AGREMENT, SEPT)
    finit = AgrementLu(date(2026, 1, 1), date(2026, 12, 31), 1, TOUS, 2, 36)
    trouve = empeche([finit], [], 0)
    assert trouve == Obstacle(SANS_AGREMENT, date(2027, 1, 1), (0,))
    grands = AgrementLu(date(2026, 1, 1), None, 1, TOUS, 18, 36)
    assert empeche([grands], []) == Obstacle(AGE, SEPT)
    # Five months and a half: the maximum is not reached, one month lower it is.
    assert empeche([AgrementLu(date(2026, 1, 1), None, 1, TOUS, 2, 6)], []) is None
    assert empeche([AgrementLu(date(2026, 1, 1), None, 1, TOUS, 2, 5)], []) == Obstacle(AGE, SEPT)
    matins = AgrementLu(date(2026, 1, 1), None, 1, frozenset({0, 2}), 2, 36)
    assert empeche([matins], [], 0, 1) == Obstacle(DEMI_JOURNEES, SEPT, (1,))


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("contrainte", "champs"),
    [
        # PostgreSQL refuses the period itself before the named constraint.
        ("range lower bound", {"fin": date(2020, 1, 1)}),
        ("agrement_places", {"places": 7}),
        ("agrement_places", {"places": 0}),
        ("agrement_ages", {"age_min_mois": 36, "age_max_mois": 36}),
        ("agrement_une_demi_journee", {"demi_journees": []}),
        ("agrement_heures", {"heure_debut": time(8)}),
        ("agrement_heures", {"heure_debut": time(18), "heure_fin": time(8)}),
    ],
)
def test_la_base_refuse_un_agrement_faux(contrainte: str, champs: dict[str, Any]) -> None:
    assistante = factories.creer_assistante(factories.creer_familiale().structure)
    with pytest.raises((IntegrityError, DataError), match=contrainte), transaction.atomic():
        factories.creer_agrement(assistante, **champs)


@pytest.mark.django_db
def test_un_seul_agrement_par_jour_et_un_seul_nom_par_service() -> None:
    assistante = factories.creer_assistante(factories.creer_familiale().structure, places=2)
    with pytest.raises(IntegrityError, match="agrement_sans_chevauchement"), transaction.atomic():
        factories.creer_agrement(assistante, debut=date(2027, 1, 1))
    with pytest.raises(IntegrityError, match="assistante_nom_unique"), transaction.atomic():
        factories.creer_assistante(assistante.structure, nom=assistante.nom)


@pytest.mark.django_db
def test_ailleurs_que_dans_une_creche_familiale_on_n_en_a_pas() -> None:
    quartier = factories.creer_quartier()
    une = AssistanteMaternelle(
        structure=factories.creer_structure(), nom="Roux", prenom="Inès", quartier=quartier
    )
    assert une.initiales == "I. R."
    with pytest.raises(ValidationError, match="crèche familiale"):
        une.full_clean()


@pytest.mark.django_db
def test_la_direction_tient_ses_assistantes(client_de: Callable[..., ClientStrict]) -> None:
    section = factories.creer_familiale()
    client = client_de("direction", structure=section.structure)
    quartier = factories.creer_quartier()
    adresse = reverse("structures:assistante_nouvelle", args=[section.structure_id])
    reponse = client.post(
        adresse, {"prenom": "Inès", "nom": "Roux", "quartier": quartier.pk, "active": "on"}, follow=True
    )
    une = AssistanteMaternelle.objects.get()
    assert str(une) == "Inès Roux"
    assert reponse.redirect_chain[-1][0] == reverse("structures:assistante", args=[une.pk])
    nouveau = reverse("structures:agrement_nouveau", args=[une.pk])
    saisie = {"debut": "2026-09-01", "places": "3", "age_min_mois": "2", "age_max_mois": "36"}
    saisie |= {"demi_journees": ["0", "1"], "heure_debut": "07:30", "heure_fin": "18:00"}
    refus = client.post(nouveau, saisie | {"fin": "2026-08-31"})
    assert "La fin de l’agrément précède son début." in refus.content.decode()
    refus = client.post(nouveau, saisie | {"places": "9"})
    assert "de 1 à 6 enfants" in refus.content.decode()
    client.post(nouveau, saisie)
    agrement = Agrement.objects.get()
    assert (agrement.places, agrement.demi_journees, agrement.heure_fin) == (3, [0, 1], time(18))
    client.post(
        reverse("structures:agrement", args=[agrement.pk]),
        saisie | {"fin": "2027-08-31", "version": agrement.version},
    )
    agrement.refresh_from_db()
    assert agrement.fin == date(2027, 8, 31)
    liste = client.get(reverse("structures:assistantes", args=[section.structure_id])).content.decode()
    assert "Inès Roux" in liste
    assert "3 places, 2 à 36 mois" in liste.replace("\xa0", " ")
    # Another service is not hers.
    ailleurs = factories.creer_familiale().structure_id
    assert client.get(reverse("structures:assistantes", args=[ailleurs])).status_code == 404
