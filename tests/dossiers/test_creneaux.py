"""Extra créneaux on a day: who counts, what is free, and the reason asked above them."""

from datetime import date
from typing import Any

import pytest
from django.urls import reverse

from dossiers.queries.creneaux import creneaux_du_jour, depasses, limites_libres
from dossiers.services.jours import changer_jours
from guichet.erreurs import ErreurMetier
from structures.models import Section
from structures.regles.creneaux import Limite, Supplement
from tests import factories
from tests.factories import INSTANT

pytestmark = pytest.mark.django_db
JOUR = date(2027, 1, 11)
TOT = {str(k): ["07:30", "12:30"] for k in range(0, 10, 2)}


@pytest.fixture
def section() -> Section:
    section = factories.creer_section()
    factories.creer_capacite(section)
    return section


def present(section: Section, **champs: Any) -> Any:
    grand = factories.creer_enfant(date_naissance=date(2025, 1, 15))
    return factories.creer_admission(section, enfant=grand, horaires=TOT, **champs)


def test_sans_creneau_declare_rien_n_est_lu(section: Section, django_assert_num_queries: Any) -> None:
    present(section)
    with django_assert_num_queries(1):
        assert creneaux_du_jour([section], JOUR) == {}


def test_les_places_libres_sont_celles_que_les_presents_n_utilisent_pas(
    section: Section, django_assert_num_queries: Any
) -> None:
    factories.creer_creneau(section, places=2)
    factories.creer_creneau(section, nature="lit", age_mois=18, places=3)
    present(section, demi_journees=[0, 1, 2])
    bebe = factories.creer_enfant(date_naissance=date(2026, 6, 1))
    factories.creer_admission(section, enfant=bebe, demi_journees=[0, 3])
    with django_assert_num_queries(2):
        ouverture, lits = creneaux_du_jour([section], JOUR)[section.pk]
    assert ouverture.libres[:4] == (1, 0, 1, 0)
    assert ouverture.sans_horaires == 2
    assert lits.libres[:4] == (2, 3, 3, 2)
    assert [nom for nom, _ in lits.rangees] == [
        "Lits bébé, moins de 18\u00a0mois, matin",
        "Lits bébé, moins de 18\u00a0mois, après-midi",
    ]
    libres = limites_libres([section], JOUR)[section.pk]
    assert [x.limite for x in libres] == [Limite("ouverture", "08:00"), Limite("lit", "18")]


def test_un_enfant_parti_ou_trop_grand_ne_compte_plus(section: Section) -> None:
    factories.creer_creneau(section, nature="lit", age_mois=18, places=3)
    bebe = factories.creer_enfant(date_naissance=date(2025, 9, 1))
    factories.creer_admission(section, enfant=bebe, demi_journees=[0], fin=date(2027, 6, 30))
    for jour, libres in ((JOUR, 2), (date(2027, 3, 1), 3), (date(2027, 7, 5), 3)):
        assert creneaux_du_jour([section], jour)[section.pk][0].libres[0] == libres


def test_au_dessus_des_creneaux_seul_ce_que_l_enfant_utilise_compte(section: Section) -> None:
    factories.creer_creneau(section, places=1)
    present(section)
    second = present(section, demi_journees=[0, 1])
    sans_heures = factories.creer_admission(section)
    assert depasses(second) == [Supplement(Limite("ouverture", "08:00"), 0)]
    assert depasses(sans_heures) == []


def test_une_arrivee_a_venir_compte_aussi(section: Section) -> None:
    factories.creer_creneau(section, places=1)
    present(section, debut=date(2027, 9, 1), demi_journees=[2])
    place = present(section, demi_journees=[2], fin=date(2027, 8, 31))
    assert depasses(place) == []
    plus_longue = present(section, demi_journees=[2], fin=date(2027, 12, 31))
    assert depasses(plus_longue)


def test_plus_de_jours_au_dessus_de_l_ouverture_demandent_un_motif(section: Section) -> None:
    factories.creer_creneau(section, places=1)
    present(section)
    place = present(section, demi_journees=[1, 3])
    geste: dict[str, Any] = {"a_partir_du": JOUR, "par": factories.creer_agent(), "maintenant": INSTANT}
    with pytest.raises(ErreurMetier) as refus:
        changer_jours(place, demi_journees=[0, 1], **geste)
    assert (refus.value.code, refus.value.champ) == ("motif_depassement", "demi_journees")
    assert refus.value.message.startswith("Complet à l’ouverture du lundi (avant 8\u00a0h)")
    suite = changer_jours(place, demi_journees=[0, 1], motif_depassement="fratrie", **geste)
    assert suite.horaires == {"0": ["07:30", "12:30"]}
    vu = creneaux_du_jour([section], JOUR)[section.pk][0]
    assert vu.depassement


def test_la_page_de_la_structure_les_montre_sous_la_semaine(section: Section, client_de: Any) -> None:
    client = client_de("direction", structure=section.structure)
    adresse = reverse("dossiers:places_structure", args=[section.structure_id]) + "?au=2027-01-11"
    assert "places-creneaux" not in client.get(adresse).content.decode()
    factories.creer_creneau(section, places=1)
    present(section)
    factories.creer_admission(section)
    html = client.get(adresse).content.decode()
    assert "Ouverture, avant 8\u00a0h" in html
    assert "2\u00a0enfants ont des heures inconnues et n’y comptent pas." in html
