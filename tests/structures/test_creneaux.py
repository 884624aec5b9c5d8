"""Extra créneaux: the rule, what the database refuses, and the page where a director declares them."""

from datetime import date, time
from typing import Any

import pytest
from django.apps import apps
from django.urls import reverse

from structures.models import CreneauSupplementaire
from structures.regles.creneaux import (
    Limite,
    Supplement,
    ecrire_horaires,
    lire_horaires,
    lire_identifiant,
    mots_courts,
    phrases,
    utilises,
)
from tests import factories
from tests.dossiers.test_contraintes import refuse, refuse_la_periode

OUVERTURE, FERMETURE, LIT = Limite("ouverture", "08:00"), Limite("fermeture", "18:00"), Limite("lit", "18")
JOURNEE = {0: ("07:30", "12:30"), 1: ("12:30", "18:15"), 2: ("08:00", "12:30"), 5: ("13:00", "18:00")}


def test_l_ouverture_compte_les_matins_qui_commencent_avant_l_heure() -> None:
    assert utilises(OUVERTURE, (0, 1, 2), JOURNEE, 20) == (0,)
    assert utilises(OUVERTURE, (1, 2), JOURNEE, 20) == ()
    assert utilises(OUVERTURE, (0,), {0: ("8:00", "12:30")}, 20) == ()
    assert utilises(OUVERTURE, (1,), {1: ("07:00", "12:30")}, 20) == ()


def test_la_fermeture_compte_la_derniere_demi_journee_du_jour() -> None:
    assert utilises(FERMETURE, (0, 1, 5), JOURNEE, 20) == (1,)
    assert utilises(FERMETURE, (0,), {0: ("08:00", "19:00")}, 20) == ()
    midi = Limite("fermeture", "12:00")
    assert utilises(midi, (0, 2, 3), {0: ("08:00", "12:30"), 2: ("08:00", "12:30")}, 20) == (0,)


def test_un_lit_compte_sur_chaque_demi_journee_jusqu_a_l_age() -> None:
    assert utilises(LIT, (3, 0), {}, 17) == (0, 3)
    assert utilises(LIT, (0, 3), {}, 18) == ()


def test_sans_heures_connues_ni_ouverture_ni_fermeture() -> None:
    assert utilises(OUVERTURE, range(10), {}, 6) == utilises(FERMETURE, range(10), {}, 6) == ()


def test_les_heures_de_deux_semaines_sont_les_plus_larges() -> None:
    lues = lire_horaires({"0": ["08:00", "12:30"]}, {"0": ["07:30", "12:00"], "1": ["13:00", "18:00"]}, None)
    assert lues == {0: ("07:30", "12:30"), 1: ("13:00", "18:00")}
    assert ecrire_horaires(lues, [1, 4]) == {"1": ["13:00", "18:00"]}


def test_un_creneau_se_nomme_et_se_relit() -> None:
    supplement = Supplement(OUVERTURE, 0)
    assert supplement.identifiant == "lun_matin:ouverture:08:00"
    assert lire_identifiant(supplement.identifiant) == supplement
    assert lire_identifiant("mar_apm:lit:18") == Supplement(LIT, 3)
    assert [lire_identifiant(mot) for mot in ("lun_matin", "lun:lit:18", "lun_matin:sieste:2", "x:y")] == [
        *(None, None, None, None)
    ]


def test_un_creneau_complet_se_dit_en_mots() -> None:
    manquent = [Supplement(OUVERTURE, 0), Supplement(OUVERTURE, 2), Supplement(LIT, 2)]
    assert phrases(manquent) == [
        "complet à l’ouverture du lundi et du mardi (avant 8\u00a0h)",
        "plus de lit bébé le mardi matin (moins de 18\u00a0mois)",
    ]
    assert phrases(Supplement(Limite("fermeture", "18:30"), k) for k in range(1, 10, 2)) == [
        "complet à la fermeture du lundi au vendredi (après 18\u00a0h\u00a030)"
    ]
    assert mots_courts(manquent) == ["ouverture complète", "lits complets"]


@pytest.mark.django_db
@pytest.mark.parametrize(
    "champs",
    [
        {"heure": None},
        {"age_mois": 18},
        {"nature": "lit", "heure": time(8), "age_mois": 18},
        {"nature": "lit", "age_mois": None},
        {"nature": "lit", "age_mois": 0},
    ],
)
def test_un_lit_se_compte_a_l_age_le_reste_a_l_heure(champs: dict[str, Any]) -> None:
    refuse("creneau_seuil", lambda: factories.creer_creneau(**champs))


@pytest.mark.django_db
def test_les_periodes_d_une_nature_ne_se_chevauchent_pas() -> None:
    premier = factories.creer_creneau()
    refuse("creneau_sans_chevauchement", lambda: factories.creer_creneau(premier.section, heure=time(7, 30)))
    factories.creer_creneau(premier.section, nature="fermeture", heure=time(18))
    refuse_la_periode(lambda: factories.creer_creneau(fin=date(2020, 1, 1)))


CREER = "structures:creneau_nouveau"


def saisie(**champs: Any) -> dict[str, Any]:
    return {"nature": "ouverture", "heure": "08:00", "places": "2", "debut": "2026-09-01", **champs}


@pytest.mark.django_db
def test_la_direction_declare_corrige_et_retire_et_l_histoire_garde_tout(client_de: Any) -> None:
    section = factories.creer_section()
    client = client_de("direction", structure=section.structure)
    assert client.post(reverse(CREER, args=[section.pk]), saisie(age_mois="12")).status_code == 302
    creneau = section.creneaux.get()
    assert (creneau.heure, creneau.age_mois, creneau.places) == (time(8), None, 2)
    page = client.get(reverse("structures:section_detail", args=[section.pk])).content.decode()
    assert "Ouverture, avant 8\u00a0h" in page
    adresse = reverse("structures:creneau_modifier", args=[creneau.pk])
    client.post(adresse, saisie(places="3", version="1"))
    html = client.post(adresse, saisie(places="4", version="1")).content.decode()
    assert "Modifié entre-temps" in html
    client.post(reverse("structures:creneau_retirer", args=[creneau.pk]))
    assert not section.creneaux.exists()
    evenements = apps.get_model("structures", "CreneauSupplementaireEvent").objects.order_by("pgh_id")
    assert list(evenements.values_list("pgh_label", "places")) == [
        ("insert", 2),
        ("update", 3),
        ("delete", 3),
    ]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("champs", "message"),
    [
        ({"heure": ""}, "Dites à partir de quelle heure"),
        ({"heure": "8 heures"}, "Écrivez l’heure ainsi"),
        ({"nature": "lit"}, "Dites jusqu’à quel âge"),
        ({"nature": "lit", "age_mois": "²"}, "nombre entier"),
        ({"fin": "2026-08-01"}, "La fin de la période précède son début."),
        ({"places": "-1"}, "supérieure ou égale à"),
        ({"nature": "sieste"}, "sieste"),
    ],
)
def test_une_saisie_impossible_est_dite_sur_son_champ(
    client_de: Any, champs: dict[str, str], message: str
) -> None:
    section = factories.creer_section()
    reponse = client_de("coordination").post(reverse(CREER, args=[section.pk]), saisie(**champs))
    assert reponse.status_code == 200
    assert message in reponse.content.decode()
    assert not CreneauSupplementaire.objects.exists()


@pytest.mark.django_db
def test_une_periode_qui_en_chevauche_une_autre_est_refusee_en_francais(client_de: Any) -> None:
    creneau = factories.creer_creneau()
    html = (
        client_de("coordination").post(reverse(CREER, args=[creneau.section_id]), saisie()).content.decode()
    )
    assert "Ce créneau est déjà limité dans cette section à ces dates." in html


@pytest.mark.django_db
def test_une_autre_direction_ne_trouve_pas_le_creneau(client_de: Any) -> None:
    creneau = factories.creer_creneau()
    client = client_de("direction", structure=factories.creer_structure())
    assert client.get(reverse(CREER, args=[creneau.section_id])).status_code == 404
    assert client.post(reverse("structures:creneau_modifier", args=[creneau.pk])).status_code == 404
    assert client.post(reverse("structures:creneau_retirer", args=[creneau.pk])).status_code == 404
