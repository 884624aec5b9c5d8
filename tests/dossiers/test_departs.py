"""« L’enfant quitte la structure »: who may say it, what it frees, how it is undone."""

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from dossiers.models import Admission, Cotation, Journal
from dossiers.services.cotation import coter_dossier
from dossiers.services.departs import annuler_depart, constater_depart
from guichet.erreurs import ErreurMetier
from structures.models import Section
from tests import factories
from tests.conftest import ClientStrict
from tests.dossiers.test_mutations import demande

Ouvrir = Callable[..., ClientStrict]
pytestmark = pytest.mark.django_db
QUI = {"par": None, "maintenant": factories.INSTANT}
DERNIER, PREVUE = date(2027, 1, 4), date(2028, 8, 31)


@pytest.fixture
def section() -> Section:
    return factories.creer_section(factories.creer_structure(nom="Câlin-Doudou"))


@pytest.fixture
def place(section: Section) -> Admission:
    return factories.creer_admission(section, demi_journees=[0, 1, 2, 3])


def partir(place: Admission) -> Admission:
    return constater_depart(place, le=DERNIER, motif="demenagement", **QUI)


def test_un_depart_se_note_a_l_ecran_et_s_annule(place: Admission, client_de: Ouvrir) -> None:
    directrice = factories.creer_agent("direction", structure=place.section.structure)
    client = client_de(directrice)
    adresse = reverse("dossiers:depart", args=[place.pk])
    assert f'href="{adresse}"' in client.get(reverse("dossiers:presents")).text
    faux = client.post(adresse, {"le": "2029-01-01", "motif": ""})
    assert faux.status_code == 200
    assert 'value="2029-01-01"' in faux.text
    assert set(faux.context["form"].errors) == {"motif"}
    tard = client.post(adresse, {"le": "2029-01-01", "motif": "ecole"})
    assert set(tard.context["form"].errors) == {"le"}
    dite = client.post(adresse, {"le": "2027-01-04", "motif": "ecole"}, follow=True)
    place.refresh_from_db()
    assert (place.fin, place.fin_prevue, place.motif_depart) == (DERNIER, PREVUE, "ecole")
    assert "Entrée à l’école" in dite.text
    assert "Départs notés" in client.get(reverse("dossiers:presents")).text
    client.post(reverse("dossiers:depart_annuler", args=[place.pk]))
    place.refresh_from_db()
    assert (place.fin, place.depart_le, place.motif_depart) == (PREVUE, None, "")
    objets = Journal.objects.filter(details__place=place.pk).order_by("pk").values_list("objet", "par")
    assert list(objets) == [("depart_note", directrice.pk), ("depart_annule", directrice.pk)]


def test_hors_de_sa_structure_ou_protege_le_geste_n_existe_pas(place: Admission, client_de: Ouvrir) -> None:
    adresse = reverse("dossiers:depart", args=[place.pk])
    ailleurs = factories.creer_agent("direction", structure=factories.creer_structure())
    assert client_de(ailleurs).get(adresse).status_code == 404
    famille = place.enfant.famille
    famille.protegee, famille.protegee_le = True, factories.INSTANT
    famille.save()
    chez_elle = factories.creer_agent("direction", structure=place.section.structure)
    for agent in (chez_elle, factories.creer_agent("coordination")):
        assert client_de(agent).get(adresse).status_code == 404
        assert client_de(agent).post(adresse).status_code == 404


@pytest.mark.parametrize("nature", ["mutation", "complement"])
def test_annuler_rend_a_chaque_demande_ce_qu_elle_etait(place: Admission, nature: str) -> None:
    factories.creer_version_grille(publiee=True)
    dossier = demande(place, nature)
    coter_dossier(dossier, **QUI)
    complet = dossier.complet_le
    partir(place)
    dossier.refresh_from_db()
    assert (dossier.nature, dossier.etat) in {("premiere", "actif"), ("complement", "clos")}
    agent = factories.creer_agent("agent")
    annuler_depart(place, par=agent, maintenant=factories.INSTANT + timedelta(days=3))
    dossier.refresh_from_db()
    assert (dossier.nature, dossier.etat, dossier.admission_actuelle) == (nature, "actif", place)
    assert dossier.complet_le == complet
    assert Cotation.objects.filter(dossier=dossier, courante=True).count() == 1
    with pytest.raises(ErreurMetier, match="Aucun départ"):
        annuler_depart(place, par=agent, maintenant=factories.INSTANT)


def test_un_depart_ne_s_annule_plus_quand_on_a_compte_dessus(place: Admission, section: Section) -> None:
    agent = factories.creer_agent("agent")

    def refus() -> str:
        with pytest.raises(ErreurMetier) as dit:
            annuler_depart(place, par=agent, maintenant=factories.INSTANT)
        return dit.value.message

    avant = factories.creer_admission(section, debut=date(2027, 2, 1))
    partir(place)
    with pytest.raises(ErreurMetier, match="déjà noté"):
        partir(place)
    donnee = factories.creer_admission(section, debut=date(2027, 2, 1), demi_journees=[3, 4])
    assert "a été donnée" in refus()
    Admission.objects.filter(pk=donnee.pk).update(demi_journees=[4, 5])
    factories.creer_admission(factories.creer_section(), enfant=place.enfant, debut=date(2027, 3, 1))
    assert "une autre place" in refus()
    Admission.objects.filter(enfant=place.enfant_id).exclude(pk=place.pk).delete()
    Admission.objects.filter(pk=place.pk).update(fin=date(2027, 1, 2))
    assert "a changé" in refus()
    Admission.objects.filter(pk=place.pk).update(fin=DERNIER)
    annuler_depart(place, par=agent, maintenant=factories.INSTANT)
    assert Admission.objects.filter(pk=avant.pk).exists()


def test_le_dernier_jour_prevu_ne_libere_rien(place: Admission) -> None:
    constater_depart(place, le=PREVUE, motif="ecole", **QUI)
    annuler_depart(place, par=factories.creer_agent("agent"), maintenant=factories.INSTANT)
    place.refresh_from_db()
    assert place.fin == PREVUE
    with pytest.raises(IntegrityError, match="admission_depart"), transaction.atomic():
        Admission.objects.filter(pk=place.pk).update(motif_depart="ecole")
