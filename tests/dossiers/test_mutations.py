"""A child already received: what it may ask, the one pending dossier, the places that follow each other."""

from datetime import date, timedelta
from typing import Any

import pytest

from dossiers.models import Admission, Cotation, Dossier, Enfant, Journal, LigneListe, LigneVoeu
from dossiers.queries.liste import lire_demande, page, toutes_les_cles, toutes_les_lignes
from dossiers.queries.liste.passee import cles_passees
from dossiers.regles.mutations import PlaceTenue, controler_suite
from dossiers.regles.rang import cle_rang, est_classe
from dossiers.regles.saisie import Saisie, SaisieBesoin, SaisieEnfant, SaisieResponsable
from dossiers.services.cotation import coter_dossier, recoter_tout
from dossiers.services.cycle import changer_etat
from dossiers.services.departs import constater_depart, constater_fins_de_place
from dossiers.services.depot import deposer_dossier
from dossiers.services.mutations import (
    appliquer_complement,
    appliquer_mutation,
)
from guichet.acces import personne_de
from guichet.erreurs import ErreurMetier
from structures.models import Reglage, Section
from tests import factories

pytestmark = pytest.mark.django_db
JOUR, INSTANT = factories.JOUR, factories.INSTANT
QUI = {"par": None, "maintenant": INSTANT}
ENTREE = date(2027, 1, 4)


@pytest.fixture
def section() -> Section:
    return factories.creer_section(factories.creer_structure(nom="Câlin-Doudou"))


@pytest.fixture
def place(section: Section) -> Admission:
    """Lino, Monday to Wednesday."""
    return factories.creer_admission(section, demi_journees=[0, 1, 2, 3, 4, 5])


def demande(place: Admission, nature: str, **champs: Any) -> Dossier:
    """A pending transfer (a full week elsewhere) or complement (Thursday)."""
    complement = nature == "complement"
    defauts: dict[str, Any] = {
        "nature": nature,
        "admission_actuelle": place,
        "enfant": place.enfant,
        "voeux": [place.section.structure if complement else factories.creer_structure()],
        "besoin": {"entree_le": ENTREE, "demi_journees": [6, 7] if complement else [0, 1]},
    }
    return factories.creer_dossier(**{**defauts, **champs})


def saisie(place: Admission, nature: str, **champs: Any) -> Saisie:
    complement = nature == "complement"
    structure = place.section.structure if complement else factories.creer_structure()
    defauts: dict[str, Any] = {
        "enfants": (SaisieEnfant("Enfant", "Lino", naissance=place.enfant.date_naissance),),
        "responsables": (SaisieResponsable("Parent", "Maud", telephone="0639980001"),),
        "besoins": (SaisieBesoin("regulier", ENTREE, (6, 7) if complement else (0, 1)),),
        "voeux": (structure.pk,),
        "depose_le": JOUR,
        "nature": nature,
        "famille": place.enfant.famille_id,
        "enfant": place.enfant_id,
        "admission_actuelle": place.pk,
    }
    return Saisie(**{**defauts, **champs})


def deposer(saisie: Saisie) -> Dossier:
    return deposer_dossier(saisie, mairie=factories.creer_mairie(), **QUI)[0]


@pytest.mark.parametrize("nature", ["mutation", "complement"])
def test_une_suite_se_depose_sur_l_enfant_deja_connu(place: Admission, nature: str) -> None:
    dossier = deposer(saisie(place, nature))
    assert (dossier.nature, dossier.admission_actuelle, dossier.enfant) == (nature, place, place.enfant)
    assert dossier.famille == place.enfant.famille
    assert Enfant.objects.count() == 1
    avant = (place.demi_journees, place.debut, place.fin)
    place.refresh_from_db()
    assert (place.demi_journees, place.debut, place.fin) == avant


@pytest.mark.parametrize("deja", ["premiere", "mutation", "complement"])
@pytest.mark.parametrize("nature", ["mutation", "complement"])
def test_un_enfant_n_a_qu_une_demande_en_attente(place: Admission, deja: str, nature: str) -> None:
    pendant = demande(place, deja) if deja != "premiere" else factories.creer_dossier(enfant=place.enfant)
    with pytest.raises(ErreurMetier, match=pendant.numero) as refus:
        deposer(saisie(place, nature))
    assert refus.value.code == "deja_en_attente"
    changer_etat(pendant, "clore", motif="retire_famille", **QUI)
    assert deposer(saisie(place, nature)).nature == nature


def test_ce_qu_on_ne_peut_pas_demander(place: Admission) -> None:
    tenue = PlaceTenue(1, "Câlin-Doudou", (0, 1, 2), fin=date(2027, 8, 31))

    def dits(nature: str, nouvelle: bool = True, **champs: Any) -> set[tuple[str, str, bool]]:
        une = saisie(place, nature, **champs)
        constats = controler_suite(une, tenue, jour=JOUR, nouvelle=nouvelle)
        return {(c.champ, c.code, c.bloquant) for c in constats}

    def besoin(jour: date = ENTREE, **champs: Any) -> dict[str, Any]:
        return {"besoins": (SaisieBesoin("regulier", jour, **{"demi_journees": (6,), **champs}),)}

    assert dits("mutation", voeux=(2, 1)) == {("voeux.1", "mutation_sur_place", True)}
    assert dits("complement", voeux=(1, 2)) == {("voeux", "complement_ailleurs", True)}
    assert dits("complement", voeux=(1,), **besoin()) == set()
    tenues = "demi_journees_deja_tenues"
    for champ, semaine in (
        ("demi_journees", {"demi_journees": (2, 6)}),
        ("demi_journees_b", {"demi_journees_b": (0,)}),
        ("alternatives", {"alternatives": ((7,), (1, 8))}),
    ):
        trouves = dits("complement", voeux=(1,), **besoin(**semaine))
        assert trouves == {(f"besoins.regulier.{champ}", tenues, True)}
    hier = besoin(JOUR - timedelta(days=1))
    assert dits("mutation", **hier) == {("besoins.regulier.entree_le", "entree_passee", True)}
    assert dits("mutation", nouvelle=False, **hier) == set()
    tard = besoin(date(2027, 9, 2))
    assert dits("mutation", **tard) == {("besoins.regulier.entree_le", "apres_la_place", False)}
    assert dits("complement", voeux=(1,), **tard) == {("besoins.regulier.entree_le", "apres_la_place", True)}


def test_la_place_nommee_est_celle_de_l_enfant(place: Admission, section: Section) -> None:
    autre = factories.creer_admission(section)
    with pytest.raises(ErreurMetier, match="pas celle de cet enfant"):
        deposer(saisie(place, "mutation", admission_actuelle=autre.pk))
    Admission.objects.filter(pk=place.pk).update(fin=JOUR - timedelta(days=1))
    with pytest.raises(ErreurMetier, match="première demande"):
        deposer(saisie(place, "mutation"))


def test_une_mutation_appliquee_ferme_l_ancienne_place_la_veille(place: Admission) -> None:
    dossier, section = demande(place, "mutation"), factories.creer_section()
    nouvelle = appliquer_mutation(
        dossier, section=section, demi_journees=[1, 0], debut=ENTREE, adaptation_le=date(2027, 1, 2), **QUI
    )
    place.refresh_from_db()
    dossier.refresh_from_db()
    assert (place.fin, nouvelle.fin, nouvelle.demi_journees) == (date(2027, 1, 1), date(2028, 8, 31), [0, 1])
    assert (dossier.etat, nouvelle.dossier) == ("admis", dossier)
    assert Journal.objects.filter(dossier=dossier, objet="mutation_appliquee").exists()
    with pytest.raises(ErreurMetier, match="en attente"):
        appliquer_mutation(dossier, section=section, demi_journees=[0], debut=ENTREE, **QUI)


def test_une_mutation_ne_recouvre_aucune_autre_place(place: Admission, section: Section) -> None:
    dossier = demande(place, "mutation")
    commun: dict[str, Any] = {"section": factories.creer_section(), "demi_journees": [0], **QUI}
    with pytest.raises(ErreurMetier) as avant:
        appliquer_mutation(dossier, debut=place.debut, **commun)
    assert (avant.value.code, avant.value.champ) == ("date_de_place", "debut")
    Admission.objects.filter(pk=place.pk).update(fin=date(2027, 6, 30))
    factories.creer_admission(section, enfant=place.enfant, debut=date(2027, 7, 1))
    with pytest.raises(ErreurMetier) as chevauche:
        appliquer_mutation(dossier, debut=ENTREE, fin=date(2027, 8, 1), **commun)
    assert (chevauche.value.code, chevauche.value.champ) == ("admission_chevauche", "debut")
    place.refresh_from_db()
    assert place.fin == date(2027, 6, 30)


def test_un_complement_applique_elargit_la_semaine_d_un_jour_dit(place: Admission) -> None:
    dossier = demande(place, "complement")
    with pytest.raises(ErreurMetier, match="déjà accueilli") as tenue:
        appliquer_complement(dossier, a_partir_du=ENTREE, demi_journees=[5, 6], **QUI)
    assert tenue.value.champ == "demi_journees"
    for jour in (place.debut - timedelta(days=1), date(2028, 9, 1)):
        with pytest.raises(ErreurMetier) as refus:
            appliquer_complement(dossier, a_partir_du=jour, **QUI)
        assert refus.value.champ == "a_partir_du"
    elargie = appliquer_complement(dossier, a_partir_du=ENTREE, **QUI)
    place.refresh_from_db()
    assert (place.demi_journees, place.fin) == ([0, 1, 2, 3, 4, 5], date(2027, 1, 3))
    assert (elargie.demi_journees, elargie.debut) == ([0, 1, 2, 3, 4, 5, 6, 7], ENTREE)
    assert (elargie.fin, elargie.section) == (date(2028, 8, 31), place.section)
    dossier.refresh_from_db()
    assert dossier.etat == "admis"


def test_un_complement_du_premier_jour_ne_fait_qu_une_periode(place: Admission) -> None:
    appliquer_complement(demande(place, "complement"), a_partir_du=place.debut, **QUI)
    assert Admission.objects.get().demi_journees == [0, 1, 2, 3, 4, 5, 6, 7]


def test_retirer_une_mutation_ne_touche_pas_la_place(place: Admission) -> None:
    changer_etat(demande(place, "mutation"), "clore", motif="retire_famille", **QUI)
    place.refresh_from_db()
    assert place.fin == date(2028, 8, 31)


@pytest.mark.parametrize("etat", ["incomplet", "actif", "propose", "suspendu"])
def test_un_depart_clot_le_complement(place: Admission, etat: str) -> None:
    dossier = demande(place, "complement", etat=etat)
    constater_depart(place, le=ENTREE, motif="ecole", **QUI)
    dossier.refresh_from_db()
    place.refresh_from_db()
    assert (dossier.etat, dossier.motif_cloture, place.fin) == ("clos", "depart", ENTREE)


def test_un_depart_fait_de_la_mutation_une_premiere_demande(place: Admission) -> None:
    factories.creer_version_grille(
        publiee=True,
        criteres=[
            {"code": "m", "libelle": "Mutation", "points": 7, "si": {"fait": "transfert", "est": True}}
        ],
    )
    dossier = demande(place, "mutation")
    coter_dossier(dossier, **QUI)
    with pytest.raises(ErreurMetier) as refus:
        constater_depart(place, le=date(2029, 1, 1), motif="ecole", **QUI)
    assert refus.value.champ == "le"
    constater_depart(place, le=ENTREE, motif="ecole", **QUI)
    dossier.refresh_from_db()
    assert (dossier.nature, dossier.admission_actuelle, dossier.etat) == ("premiere", None, "actif")
    assert Journal.objects.filter(dossier=dossier, objet="depart").count() == 1
    assert Cotation.objects.get(dossier=dossier, courante=True).declare == 0
    assert LigneListe.objects.get(pk=dossier.pk).nature == "premiere"


def test_la_nuit_constate_les_places_finies_une_seule_fois(section: Section) -> None:
    finie = {"debut": date(2026, 1, 5), "fin": JOUR - timedelta(days=1)}
    partis = [factories.creer_admission(section, **finie) for _ in range(3)]
    mutation, complement = demande(partis[0], "mutation"), demande(partis[1], "complement")
    suivie = demande(partis[2], "mutation")
    suite = factories.creer_admission(section, enfant=suivie.enfant, debut=JOUR)
    reste = demande(factories.creer_admission(section), "complement")
    assert constater_fins_de_place(maintenant=INSTANT) == 3
    assert constater_fins_de_place(maintenant=INSTANT) == 0
    for dossier in (mutation, complement, suivie, reste):
        dossier.refresh_from_db()
    assert (mutation.nature, complement.etat, reste.etat) == ("premiere", "clos", "actif")
    assert (suivie.nature, suivie.admission_actuelle) == ("mutation", suite)


def test_la_cle_range_les_complements_a_part() -> None:
    def cle(points: int, **champs: Any) -> str:
        dits = {"complet_le": JOUR, "numero": "2026-000001", **champs}
        return cle_rang(points=points, **dits)

    ordinaires = [cle(499_999), cle(10), cle(-499_999)]
    avant, apres = cle(-5, complement="avant"), cle(900, complement="apres")
    reste = [cle(0, complet_le=None, complement="avant"), cle(0, regulier=False, complement="avant")]
    rangees = [avant, *ordinaires, apres, *reste]
    assert sorted(rangees) == rangees
    assert [est_classe(c) for c in rangees] == [True] * 5 + [False] * 2


@pytest.mark.parametrize("rang", ["avant", "apres"])
def test_la_regle_et_la_liste_disent_le_meme_ordre(section: Section, rang: str) -> None:
    """The rule's key, the rows the triggers keep, the page, its ranks, its exports and the past list."""
    factories.creer_version_grille(publiee=True)
    premieres = [factories.creer_dossier(voeux=[section.structure]) for _ in range(2)]
    complements = [
        demande(factories.creer_admission(section, demi_journees=[0]), "complement") for _ in range(2)
    ]
    for dossier in (*premieres, *complements):
        coter_dossier(dossier, **QUI)
    Reglage.objects.create(cle="rang_complements", valeur=rang, a_partir_du=JOUR)
    version = Cotation.objects.filter(courante=True).first().grille
    recoter_tout(version, maintenant=INSTANT, refaire=True)
    for dossier in complements:
        cotation = Cotation.objects.get(dossier=dossier, courante=True)
        cle = cle_rang(
            points=cotation.verifie, complet_le=dossier.complet_le, numero=dossier.numero, complement=rang
        )
        assert LigneListe.objects.get(pk=dossier.pk).cle == cle
        assert LigneVoeu.objects.get(ligne=dossier.pk).cle == cle
    qui = personne_de(factories.creer_agent("coordination"), JOUR)
    attendu = [d.pk for d in ([*complements, *premieres] if rang == "avant" else [*premieres, *complements])]
    for parametres in ({}, {"structure": section.structure.code}):
        vue = lire_demande(requete(**parametres), qui=qui, jour=JOUR)
        lignes = page(vue).lignes
        assert [ligne.pk for ligne in lignes] == attendu
        assert [ligne.rang for ligne in lignes] == [1, 2, 1, 2]
        exportees = toutes_les_lignes(vue, toutes_les_cles(vue))
        assert [(ligne.pk, ligne.rang) for ligne in exportees] == [(ligne.pk, ligne.rang) for ligne in lignes]
    vue = lire_demande(requete(), qui=qui, jour=JOUR)
    passees, _ = cles_passees(vue, au=date.today() + timedelta(days=1), grille=version)  # noqa: DTZ011
    assert [(p.cle.dossier, p.rang) for p in passees] == list(zip(attendu, [1, 2, 1, 2], strict=True))
    for nature, siens in (("complement", complements), ("mutation", []), ("premiere", premieres)):
        filtree = page(lire_demande(requete(nature=nature), qui=qui, jour=JOUR))
        assert [ligne.pk for ligne in filtree.lignes] == [d.pk for d in siens]


def requete(**parametres: str) -> Any:
    from django.http import QueryDict

    adresse = QueryDict(mutable=True)
    adresse.update(parametres)
    return adresse
