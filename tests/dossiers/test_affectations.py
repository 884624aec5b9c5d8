"""A crèche familiale: the director assigns, moves, and the agrément is never exceeded."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import DataError, IntegrityError, transaction
from django.urls import reverse

from commissions.services.familiale import echouer_affectation
from dossiers.models import Admission, Affectation, Besoin, Dossier, EchecAffectation, EtatDossier, Journal
from dossiers.queries.affectations import Service
from dossiers.services.affectations import affecter, voir_echec
from dossiers.services.departs import annuler_depart, constater_depart
from dossiers.services.jours import changer_jours
from guichet.acces import personne_de
from guichet.erreurs import ErreurMetier
from structures.models import Agent, AssistanteMaternelle, Section
from tests import factories
from tests.conftest import ClientStrict

pytestmark = pytest.mark.django_db
DEBUT, LE = date(2026, 9, 1), date(2027, 1, 4)


@pytest.fixture
def section() -> Section:
    return factories.creer_familiale()


@pytest.fixture
def agent(section: Section) -> Agent:
    return factories.creer_agent("direction", structure=section.structure)


def chez(place: Admission, assistante: AssistanteMaternelle, par: Agent, le: date = DEBUT) -> Affectation:
    qui: dict[str, Any] = {"par": par, "maintenant": factories.INSTANT}
    return affecter(place, assistante=assistante, a_partir_du=le, **qui)


def refuse(code: str, *args: Any, **champs: Any) -> ErreurMetier:
    with pytest.raises(ErreurMetier) as refus:
        chez(*args, **champs)
    assert refus.value.code == code
    return refus.value


def test_affecter_puis_changer_a_une_date(section: Section, agent: Agent) -> None:
    une, autre = (factories.creer_assistante(section.structure, places=1) for _ in range(2))
    place = factories.creer_admission(section)
    chez(place, une, agent)
    chez(place, autre, agent, LE)
    assert list(place.affectations.values_list("assistante", "debut", "fin")) == [
        (une.pk, DEBUT, LE - timedelta(days=1)),
        (autre.pk, LE, None),
    ]
    # Back to the first one from an earlier day: what came after is replaced.
    chez(place, une, agent, date(2026, 12, 1))
    assert list(place.affectations.values_list("assistante", flat=True)) == [une.pk] * 2
    assert Journal.objects.filter(objet="affectation").count() == 3
    assert refuse("deja_affecte", place, une, agent, le=LE).champ == "assistante"


def test_l_agrement_ne_se_depasse_aucune_demi_journee(section: Section, agent: Agent) -> None:
    une = factories.creer_assistante(section.structure, places=1)
    matin = factories.creer_admission(section, demi_journees=[0, 2])
    autre = factories.creer_admission(section, demi_journees=[1, 2])
    apres = factories.creer_admission(section, demi_journees=[1, 3])
    chez(matin, une, agent)
    assert refuse("agrement_plein", autre, une, agent).champ == "assistante"
    chez(apres, une, agent)
    # The place of Wednesday’s child is free once it has left.
    constater_depart(matin, le=date(2026, 12, 31), motif="ecole", par=agent, maintenant=factories.INSTANT)
    refuse("agrement_plein", autre, une, agent, le=LE)
    changer_jours(apres, a_partir_du=LE, demi_journees=[3], par=agent, maintenant=factories.INSTANT)
    chez(autre, une, agent, LE)
    # So the departure cannot be undone any more.
    with pytest.raises(ErreurMetier, match="agrément"):
        annuler_depart(matin, par=agent, maintenant=factories.INSTANT)


def test_le_jour_d_apres_compte_aussi(section: Section, agent: Agent) -> None:
    une = factories.creer_assistante(section.structure)
    factories.creer_agrement(une, places=2, fin=date(2027, 3, 31))
    factories.creer_agrement(une, places=1, debut=date(2027, 4, 1))
    un, deux = factories.creer_admission(section), factories.creer_admission(section)
    chez(un, une, agent)
    refuse("agrement_plein", deux, une, agent)
    Admission.objects.filter(pk=deux.pk).update(fin=date(2027, 3, 31))
    chez(deux, une, agent)
    with pytest.raises(IntegrityError, match="d'agrement"), transaction.atomic():
        Admission.objects.filter(pk=deux.pk).update(fin=date(2027, 4, 1))


def test_hors_de_l_agrement_du_service_ou_de_la_place(section: Section, agent: Agent) -> None:
    place = factories.creer_admission(section)
    ailleurs = factories.creer_assistante(factories.creer_familiale().structure, places=3)
    inactive = factories.creer_assistante(section.structure, places=3, active=False)
    grands = factories.creer_assistante(section.structure)
    factories.creer_agrement(grands, age_min_mois=18)
    sans = factories.creer_assistante(section.structure)
    refuse("autre_service", place, ailleurs, agent)
    refuse("autre_service", place, inactive, agent)
    assert "18 à 48 mois" in refuse("age_agrement", place, grands, agent).message
    refuse("agrement_plein", place, sans, agent)
    une = factories.creer_assistante(section.structure, places=3)
    assert refuse("date_de_place", place, une, agent, le=date(2026, 8, 31)).champ == "a_partir_du"
    refuse("date_de_place", place, une, agent, le=date(2028, 9, 1))
    place.delete()
    refuse("place_finie", place, une, agent)


@pytest.mark.parametrize(
    ("contrainte", "champs"),
    [
        # PostgreSQL refuses the period itself before the named constraint.
        ("range lower bound", {"fin": date(2026, 8, 31)}),
        ("affectation_sans_chevauchement", {"debut": LE}),
    ],
)
def test_la_base_tient_les_periodes(
    section: Section, agent: Agent, contrainte: str, champs: dict[str, Any]
) -> None:
    une = factories.creer_assistante(section.structure, places=3)
    place = factories.creer_admission(section)
    if contrainte == "affectation_sans_chevauchement":
        chez(place, une, agent)
    defauts = {"admission": place, "assistante": une, "debut": DEBUT, "affectee_le": factories.INSTANT}
    with pytest.raises((IntegrityError, DataError), match=contrainte), transaction.atomic():
        Affectation.objects.create(**{**defauts, **champs})


@pytest.mark.parametrize(
    ("contrainte", "champs"),
    [
        ("echec_vu_apres", {"vu_le": factories.INSTANT - timedelta(days=1)}),
        ("echec_motif", {"motif": "autre"}),
    ],
)
def test_la_base_tient_les_echecs(section: Section, contrainte: str, champs: dict[str, Any]) -> None:
    dossier = factories.creer_dossier()
    defauts = {"structure": section.structure, "motif": "age", "dit_le": factories.INSTANT}
    with pytest.raises(IntegrityError, match=contrainte), transaction.atomic():
        EchecAffectation.objects.create(dossier=dossier, **{**defauts, **champs})


def test_changer_les_jours_garde_l_assistante_si_son_agrement_le_permet(
    section: Section, agent: Agent
) -> None:
    une = factories.creer_assistante(section.structure, places=1)
    place = factories.creer_admission(section, demi_journees=[0, 1])
    voisin = factories.creer_admission(section, demi_journees=[4])
    chez(place, une, agent)
    chez(voisin, une, agent)
    qui: dict[str, Any] = {"par": agent, "maintenant": factories.INSTANT}
    suite = changer_jours(place, a_partir_du=LE, demi_journees=[1, 2], **qui)
    assert list(suite.affectations.values_list("assistante", "debut")) == [(une.pk, LE)]
    sans = changer_jours(suite, a_partir_du=date(2027, 3, 1), demi_journees=[2, 4], **qui)
    assert not sans.affectations.exists()
    # The very first day: the same admission, to be assigned again.
    assert changer_jours(voisin, a_partir_du=DEBUT, demi_journees=[1], **qui) == voisin
    assert not voisin.affectations.exists()


def test_un_agrement_baisse_sous_les_enfants_se_voit(section: Section, agent: Agent) -> None:
    une = factories.creer_assistante(section.structure, places=2)
    un, deux = (factories.creer_admission(section) for _ in range(2))
    chez(un, une, agent)
    chez(deux, une, agent)
    une.agrements.update(places=1)
    (vue,) = Service(personne_de(agent, factories.JOUR), section.structure, jour=factories.JOUR).vues()
    assert vue.depassee
    assert vue.libres == (0,) * 10
    # And what was there already may still be shortened.
    constater_depart(un, le=LE, motif="ecole", par=agent, maintenant=factories.INSTANT)


def test_qui_convient_son_quartier_d_abord(section: Section, agent: Agent) -> None:
    quartier = factories.creer_quartier()
    loin = factories.creer_assistante(section.structure, places=1, nom="Aubert")
    pleine = factories.creer_assistante(section.structure, places=1, nom="Blanc")
    pres = factories.creer_assistante(section.structure, places=1, nom="Collet", quartier=quartier)
    dossier = factories.creer_dossier(etat=EtatDossier.ADMIS, quartier=quartier)
    place = factories.creer_admission(section, enfant=dossier.enfant, dossier=dossier, demi_journees=[0])
    autre = factories.creer_admission(section, demi_journees=[0])
    chez(autre, pleine, agent)
    service = Service(personne_de(agent, factories.JOUR), section.structure, jour=factories.JOUR)
    (a_affecter,) = service.a_affecter()
    assert a_affecter.enfant.place == place
    assert [(c.assistante, c.obstacle is None) for c in a_affecter.candidates] == [
        (pres, True),
        (loin, True),
        (pleine, False),
    ]


def test_le_service_se_lit_en_autant_de_requetes(
    section: Section, agent: Agent, django_assert_num_queries: Any
) -> None:
    def lire(requetes: int) -> None:
        with django_assert_num_queries(requetes):
            service = Service(personne, section.structure, jour=factories.JOUR)
            service.a_affecter()
            service.vues()

    personne = personne_de(agent, factories.JOUR)
    assert personne.familles_liees == frozenset()
    chez(factories.creer_admission(section), factories.creer_assistante(section.structure, places=2), agent)
    factories.creer_admission(section)
    lire(5)
    for _ in range(3):
        une = factories.creer_assistante(section.structure, places=2)
        chez(factories.creer_admission(section), une, agent)
        factories.creer_admission(section)
    lire(5)


def admis(section: Section) -> tuple[Dossier, Admission]:
    dossier = factories.creer_dossier(
        etat=EtatDossier.ADMIS, voeux=[section.structure, factories.creer_structure()]
    )
    debut = Besoin.objects.get(dossier=dossier).entree_le
    place = factories.creer_admission(section, enfant=dossier.enfant, dossier=dossier, debut=debut, fin=None)
    return dossier, place


def test_quand_aucune_ne_convient_le_dossier_retrouve_tout(section: Section, agent: Agent) -> None:
    factories.creer_version_grille(publiee=True)
    dossier, place = admis(section)
    qui: dict[str, Any] = {"par": agent, "maintenant": factories.INSTANT}
    with pytest.raises(ErreurMetier, match="motif"):
        echouer_affectation(place, motif="autre", **qui)
    echec = echouer_affectation(place, motif="sans_place", **qui)
    relu = Dossier.objects.get(pk=dossier.pk)
    assert (relu.etat, relu.complet_le) == (EtatDossier.ACTIF, dossier.complet_le)
    assert relu.voeux.order_by("rang")[0].structure_id == section.structure_id
    assert relu.voeux.count() == 2
    assert not Admission.objects.filter(pk=place.pk).exists()
    assert relu.cotations.filter(courante=True).exists()
    voir_echec(echec, par=agent, maintenant=factories.INSTANT)
    voir_echec(echec, par=agent, maintenant=factories.INSTANT)
    assert Journal.objects.filter(objet="echec_affectation_vu").count() == 1


def test_on_ne_perd_pas_une_place_tenue(section: Section, agent: Agent) -> None:
    _, place = admis(section)
    qui: dict[str, Any] = {"par": agent, "maintenant": factories.INSTANT, "motif": "age"}
    chez(place, factories.creer_assistante(section.structure, places=1), agent, place.debut)
    for refusee, code in (
        (place, "deja_affecte"),
        (factories.creer_admission(section), "sans_dossier"),
    ):
        with pytest.raises(ErreurMetier) as refus:
            echouer_affectation(refusee, **qui)
        assert refus.value.code == code
    sortant = factories.creer_dossier()
    courante = factories.creer_admission(section, enfant=sortant.enfant, dossier=sortant)
    with pytest.raises(ErreurMetier, match="première demande"):
        echouer_affectation(courante, **qui)
    assert not EchecAffectation.objects.exists()


def test_de_la_page_de_la_direction_a_l_accueil_de_la_coordination(
    section: Section, agent: Agent, client_de: Callable[..., ClientStrict]
) -> None:
    dossier, place = admis(section)
    une = factories.creer_assistante(section.structure, places=1)
    direction, coordination = client_de(agent), client_de("coordination")
    assert "1 enfant attend" in direction.get(reverse("accueil")).content.decode().replace("\xa0", " ")
    page = direction.get(reverse("dossiers:affectations", args=[section.structure_id])).content.decode()
    assert str(une) in page
    adresse = reverse("dossiers:affectation", args=[place.pk])
    refus = direction.post(adresse, {"a_partir_du": "2027-09-01"})
    assert "Choisissez une assistante maternelle." in refus.content.decode()
    refus = direction.post(adresse, {"a_partir_du": "2020-09-01", "assistante": une.pk})
    assert "Choisissez un jour de sa place" in refus.content.decode()
    direction.post(adresse, {"a_partir_du": "2027-09-01", "assistante": une.pk})
    assert place.affectations.get().assistante == une
    place.affectations.all().delete()
    perdre = reverse("commissions:affectation_echec", args=[place.pk])
    assert "Choisissez un motif." in direction.post(perdre, {}).content.decode()
    direction.post(perdre, {"motif": "eloignement"})
    accueil = coordination.get(reverse("accueil")).content.decode()
    assert dossier.numero in accueil
    assert "trop loin" in accueil
    coordination.post(reverse("dossiers:echec_vu", args=[EchecAffectation.objects.get().pk]))
    assert "trop loin" not in coordination.get(reverse("accueil")).content.decode()


def test_un_enfant_protege_ne_se_lit_pas(
    section: Section, agent: Agent, client_de: Callable[..., ClientStrict]
) -> None:
    famille = factories.creer_famille(protegee=True)
    enfant = factories.creer_enfant(famille, nom="Zyntharelle")
    dossier = factories.creer_dossier(
        enfant=enfant, etat=EtatDossier.ADMIS, quartier=factories.creer_quartier(nom="Lieu secret")
    )
    place = factories.creer_admission(section, enfant=enfant, dossier=dossier)
    factories.creer_assistante(section.structure, places=1, quartier=dossier.quartier)
    direction = client_de(agent)
    page = direction.get(reverse("dossiers:affectations", args=[section.structure_id])).content.decode()
    assert "Identité masquée" in page
    assert "Zyntharelle" not in page
    assert "son quartier" not in page
    for route in ("dossiers:affectation", "commissions:affectation_echec"):
        assert direction.get(reverse(route, args=[place.pk])).status_code == 404


def test_la_page_des_places_compare_les_agrements(
    section: Section, client_de: Callable[..., ClientStrict]
) -> None:
    factories.creer_assistante(section.structure, places=3)
    client = client_de("direction", structure=section.structure)
    adresse = reverse("dossiers:places_structure", args=[section.structure_id])
    assert "Différence" in client.get(adresse).content.decode()
    section.capacites.update(places=[3] * 10)
    page = client.get(adresse).content.decode()
    assert "Différence" not in page
    assert "celles des agréments" in page
