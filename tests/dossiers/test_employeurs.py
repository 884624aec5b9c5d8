"""An employer's places are walls: nobody else enters, until it releases them in writing."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.db import DataError, IntegrityError, transaction
from django.urls import reverse

from commissions.services.preparation import concerner_sections
from dossiers.models import Admission, Dossier, EnfantDesigne, EtatDossier, Journal
from dossiers.queries.places import PlacesSection, places_du_jour
from dossiers.queries.places_structure import page_structure
from dossiers.queries.rentree import page_rentree
from dossiers.services.employeurs import admettre_designe, designer_enfant, liberer_places
from dossiers.services.jours import changer_jours
from dossiers.services.places import refus_de_place
from guichet.acces import personne_de
from guichet.erreurs import ErreurMetier
from structures.models import Agent, PlacesEmployeur, Section
from tests import factories
from tests.conftest import ClientStrict

pytestmark = pytest.mark.django_db
DEBUT, LIBRE = date(2027, 9, 1), date(2028, 1, 3)
COURRIER = date(2026, 11, 20)


@pytest.fixture
def section() -> Section:
    section = factories.creer_section(factories.creer_structure(capacite_autorisee=3))
    factories.creer_capacite(section, places=[3] * 10)
    return section


@pytest.fixture
def agent() -> Agent:
    return factories.creer_agent("coordination")


@pytest.fixture
def mur(section: Section) -> PlacesEmployeur:
    return factories.creer_places_employeur(section, places=1, employeur="CHU")


def du_jour(section: Section, jour: date = DEBUT) -> PlacesSection:
    return places_du_jour([section], jour)[0]


def admettre(designe: EnfantDesigne, par: Agent, *jours: int, **champs: Any) -> Admission:
    defauts = {"debut": DEBUT, "par": par, "maintenant": factories.INSTANT}
    return admettre_designe(designe, demi_journees=jours or range(10), **{**defauts, **champs})


def liberer(mur: PlacesEmployeur, par: Agent, le: date = LIBRE, courrier: date = COURRIER) -> PlacesEmployeur:
    qui: dict[str, Any] = {"par": par, "maintenant": factories.INSTANT}
    return liberer_places(mur, a_partir_du=le, courrier_vu_le=courrier, **qui)


def test_les_places_reservees_ne_sont_pas_libres(section: Section, mur: PlacesEmployeur) -> None:
    lue = du_jour(section)
    assert (lue.capacite, lue.libres, lue.murs) == ((2,) * 10, (2,) * 10, 1)
    assert du_jour(section, date(2023, 1, 1)).murs == 0


def test_la_seance_n_ouvre_que_les_places_ordinaires(
    section: Section, mur: PlacesEmployeur, agent: Agent
) -> None:
    seance = factories.creer_seance(date_effet=DEBUT)
    qui: dict[str, Any] = {"par": agent, "maintenant": factories.INSTANT}
    concerner_sections(seance, [section], version=seance.version, **qui)
    assert seance.places.get().places == [2] * 10


def test_la_base_garde_le_mur(section: Section, mur: PlacesEmployeur, agent: Agent) -> None:
    for _ in range(2):
        factories.creer_admission(section, debut=DEBUT, fin=None)
    with pytest.raises(ErreurMetier) as refus, refus_de_place():
        factories.creer_admission(section, debut=DEBUT, fin=None)
    assert refus.value.code in ("place_prise", "motif_depassement")
    # The designated child enters, and stays apart.
    place = admettre(factories.creer_designe(mur), agent)
    lue = du_jour(section)
    assert (lue.occupees, lue.chez_employeur, lue.libres) == ((2,) * 10, (1,) * 10, (0,) * 10)
    assert not lue.depassement
    place.dossier.refresh_from_db()
    assert place.dossier.etat == EtatDossier.ADMIS
    with pytest.raises(ErreurMetier) as plein:
        admettre(factories.creer_designe(mur), agent, 0)
    assert (plein.value.code, plein.value.champ) == ("place_employeur", "demi_journees")


def test_un_enfant_non_designe_n_entre_pas(section: Section, mur: PlacesEmployeur) -> None:
    dossier = factories.creer_dossier(etat=EtatDossier.ADMIS)
    with pytest.raises(ErreurMetier) as refus, refus_de_place():
        factories.creer_admission(section, dossier=dossier, enfant=dossier.enfant, employeur=mur)
    assert refus.value.code == "non_designe"


def test_tout_compte_pour_la_loi_et_pour_la_rentree(
    section: Section, mur: PlacesEmployeur, agent: Agent
) -> None:
    admettre(factories.creer_designe(mur), agent, 0, 1)
    page = page_structure(section.structure, jour=DEBUT)
    assert (page.legal.pointe, page.legal.semaine) == (1, 7)
    passage = date(2028, 9, 1)
    rentree = page_rentree(personne_de(agent, factories.JOUR), section.structure, passage=passage)
    (une,) = rentree.sections
    assert une.capacite == (2,) * 10


def test_liberees_elles_rejoignent_les_autres(section: Section, mur: PlacesEmployeur, agent: Agent) -> None:
    place = admettre(factories.creer_designe(mur), agent)
    liberer(mur, agent)
    assert du_jour(section, date(2028, 1, 2)).libres == (2,) * 10
    lue = du_jour(section, LIBRE)
    # The child stays, one among the others now.
    assert (lue.capacite, lue.occupees, lue.chez_employeur) == ((3,) * 10, (1,) * 10, (0,) * 10)
    assert Journal.objects.get(objet="places_liberees").par == agent
    mur.refresh_from_db()
    assert (mur.liberees_le, mur.courrier_vu_le, mur.liberees_par) == (LIBRE, COURRIER, agent)
    for geste in (
        lambda: liberer(mur, agent),
        lambda: admettre(factories.creer_designe(mur), agent),
        lambda: designer_enfant(mur, factories.creer_dossier(), par=agent, maintenant=factories.INSTANT),
    ):
        with pytest.raises(ErreurMetier, match="libéré"):
            geste()
    assert place.employeur_id == mur.pk


@pytest.mark.parametrize(
    ("code", "le", "courrier"),
    [
        ("date_de_place", factories.DEBUT, COURRIER),
        ("courrier_a_venir", LIBRE, date(2026, 12, 25)),
    ],
)
def test_une_liberation_fausse_se_refuse(
    mur: PlacesEmployeur, agent: Agent, code: str, le: date, courrier: date
) -> None:
    with pytest.raises(ErreurMetier) as refus:
        liberer(mur, agent, le, courrier)
    assert refus.value.code == code


def test_qui_se_designe(mur: PlacesEmployeur, agent: Agent) -> None:
    qui: dict[str, Any] = {"par": agent, "maintenant": factories.INSTANT}
    dossier = factories.creer_dossier()
    designe = designer_enfant(mur, dossier, **qui)
    for code, autre in (("deja_designe", dossier), ("hors_liste", factories.creer_dossier(etat="clos"))):
        with pytest.raises(ErreurMetier) as refus:
            designer_enfant(mur, autre, **qui)
        assert refus.value.code == code
    Dossier.objects.filter(pk=dossier.pk).update(etat=EtatDossier.ACTIF)
    for code, debut in (("date_de_place", date(2020, 9, 1)), ("age_section", date(2031, 9, 1))):
        with pytest.raises(ErreurMetier) as refus:
            admettre(designe, agent, debut=debut)
        assert refus.value.code == code

    Dossier.objects.filter(pk=dossier.pk).update(etat=EtatDossier.PROPOSE)
    with pytest.raises(ErreurMetier, match="déjà proposée"):
        admettre(designe, agent)


def test_changer_ses_jours_reste_chez_l_employeur(mur: PlacesEmployeur, agent: Agent) -> None:
    place = admettre(factories.creer_designe(mur), agent, 0, 1)
    admettre(factories.creer_designe(mur), agent, 4)
    qui: dict[str, Any] = {"par": agent, "maintenant": factories.INSTANT}
    suite = changer_jours(place, a_partir_du=LIBRE, demi_journees=[0, 2], **qui)
    assert suite.employeur == mur
    with pytest.raises(ErreurMetier) as refus:
        changer_jours(suite, a_partir_du=date(2028, 3, 1), demi_journees=[0, 4], **qui)
    assert refus.value.code == "place_employeur"


@pytest.mark.parametrize(
    ("contrainte", "champs"),
    [
        # PostgreSQL refuses the period itself before the named constraint.
        ("range lower bound", {"fin": date(2020, 1, 1)}),
        ("employeur_creneaux", {"places": [1]}),
        ("employeur_liberation", {"liberees_le": LIBRE}),
        ("employeur_liberation", {"liberees_le": LIBRE, "courrier_vu_le": COURRIER, "fin": LIBRE}),
        ("employeur_sans_chevauchement", {"debut": DEBUT, "employeur": "CHU"}),
    ],
)
def test_la_base_tient_les_murs(mur: PlacesEmployeur, contrainte: str, champs: dict[str, Any]) -> None:
    autre = {"section": mur.section, "employeur": "Mutuelle", "debut": factories.DEBUT, "places": [1] * 10}
    with pytest.raises((IntegrityError, DataError), match=contrainte), transaction.atomic():
        PlacesEmployeur.objects.create(**{**autre, **champs})


def test_un_enfant_n_est_designe_qu_une_fois(mur: PlacesEmployeur) -> None:
    designe = factories.creer_designe(mur)
    with pytest.raises(IntegrityError, match="enfant_designe_une_fois"), transaction.atomic():
        factories.creer_designe(mur, dossier=designe.dossier)


def test_de_la_convention_a_l_admission_a_l_ecran(
    section: Section, client_de: Callable[..., ClientStrict]
) -> None:
    client = client_de("coordination")
    liste = reverse("dossiers:employeurs", args=[section.structure_id])
    assert "Aucune place réservée" in client.get(liste).content.decode()
    nouveau = reverse("structures:employeur_nouveau", args=[section.pk])
    client.post(nouveau, {"employeur": "CHU", "debut": "2026-01-01", "nombre": "1"})
    mur = PlacesEmployeur.objects.get()
    assert (mur.employeur, mur.places) == ("CHU", [1] * 10)
    designer = reverse("dossiers:employeur_designer", args=[mur.pk])
    assert "Aucun dossier" in client.post(designer, {"numero": "2020-000000"}).content.decode()
    dossier = factories.creer_dossier()
    client.post(designer, {"numero": dossier.numero})
    admission = reverse("dossiers:designe_admettre", args=[EnfantDesigne.objects.get().pk])
    assert "Admettre" in client.get(liste).content.decode()
    refus = client.post(admission, {"debut": "2027-09-01"})
    assert "Cochez au moins une demi-journée." in refus.content.decode()
    client.post(admission, {"debut": "2027-09-01", "demi_journees": ["0", "1"]})
    assert Admission.objects.get(enfant=dossier.enfant).employeur == mur
    page = client.get(reverse("dossiers:places_structure", args=[section.structure_id])).content.decode()
    assert "réservée" in page
    liberation = reverse("dossiers:employeur_liberer", args=[mur.pk])
    assert "Indiquez une date." in client.post(liberation, {}).content.decode()
    client.post(liberation, {"a_partir_du": "2028-01-03", "courrier_vu_le": "2026-01-02"})
    assert "Libérées" in client.get(liste).content.decode()
