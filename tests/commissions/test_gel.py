"""The freeze: who is in, at which rank, and nothing moves any more."""

from datetime import date, timedelta

import pytest
from django.db import DatabaseError, connection, transaction
from django.test.utils import CaptureQueriesContext

from commissions.exports.ordre_du_jour import contexte_agenda
from commissions.models import Passage, PassageVoeu, PlaceOfferte, Seance, VersionOrdreDuJour
from commissions.regles import instance
from commissions.regles.gel import MOTIFS_ECART
from commissions.regles.instance_lecture import lire
from commissions.services.decisions import consigner_decision, ouvrir_seance, tenir_seance
from commissions.services.gel import geler_seance
from dossiers.models import (
    Besoin,
    Cotation,
    Dossier,
    EtatPiece,
    GrilleCriteres,
    GroupeNaissance,
    PieceJustificative,
)
from guichet.erreurs import ErreurMetier
from structures.models import Reglage
from tests import factories
from tests.commissions.monde import GEL, NE_BEBE, NE_GRAND, Monde, lignes, monde_a_geler


@pytest.fixture
def monde(db: None) -> Monde:
    return monde_a_geler()


def geler(seance: Seance, monde: Monde, graine: int = 7) -> Seance:
    return geler_seance(seance, par=monde.coordination, maintenant=GEL, graine=graine)


def test_le_rang_suit_les_points_puis_la_date_puis_le_numero(monde: Monde) -> None:
    ordre = [
        monde.dossier(90, complet_le=date(2027, 1, 5)),
        monde.dossier(120, complet_le=date(2027, 3, 1)),
        monde.dossier(90, complet_le=date(2027, 1, 5)),
        monde.dossier(90, complet_le=date(2026, 12, 1)),
    ]
    seance = geler(monde.seance(), monde)
    assert lignes(seance, monde.bebes) == [ordre[i].numero for i in (1, 3, 0, 2)]
    assert seance.etat == "gelee"
    assert (seance.grille, seance.gelee_le, seance.graine) == (monde.grille, GEL, 7)


def test_les_points_d_un_choix_classent_dans_sa_structure(monde: Monde) -> None:
    simple = monde.dossier(100, voeux=[monde.creche, monde.autre])
    fratrie = monde.dossier(
        90,
        voeux=[monde.autre, monde.creche],
        par_voeu={str(monde.autre.pk): {"declare": 130, "verifie": 130, "cle": ""}},
    )
    seance = geler(monde.seance(), monde)
    assert lignes(seance, monde.bebes) == [simple.numero, fratrie.numero]
    assert lignes(seance, monde.ailleurs) == [fratrie.numero, simple.numero]
    voeu = PassageVoeu.objects.get(passage__dossier=fratrie, section=monde.ailleurs)
    assert (voeu.choix, voeu.rang, voeu.verifie) == (1, 1, 130)


def test_seuls_les_points_verifies_classent(monde: Monde) -> None:
    verifie, declare = monde.dossier(50), monde.dossier(40)
    Cotation.objects.filter(dossier=declare).update(courante=False)
    factories.creer_cotation(declare, monde.grille, 40, declare=200)
    seance = geler(monde.seance(), monde)
    assert lignes(seance, monde.bebes) == [verifie.numero, declare.numero]
    passage = Passage.objects.get(dossier=declare)
    assert (passage.verifie, passage.declare) == (40, 200)


def test_la_section_est_celle_de_l_age_a_la_date_d_effet(monde: Monde) -> None:
    bebe, grand = monde.dossier(ne=NE_BEBE), monde.dossier(ne=NE_GRAND)
    passe = monde.dossier(ne=date(2026, 6, 1))
    seance = geler(monde.seance(), monde)
    assert lignes(seance, monde.bebes) == [bebe.numero]
    assert lignes(seance, monde.grands) == [grand.numero, passe.numero]


def _ecarts() -> dict[str, dict[str, object]]:
    """For each reason of the rule, a dossier it leaves out."""
    return {
        "incomplet": {"etat": "incomplet"},
        "propose": {"etat": "propose"},
        "apres_cloture": {"complet_le": date(2027, 5, 1)},
        "entree": {"besoin": {"entree_le": date(2027, 9, 8), "tolerance_jours": 6}},
        "age": {"ne": date(2021, 1, 1)},
        "occasionnel": {"besoin": {"type": "occasionnel"}},
    }


@pytest.mark.parametrize("motif", sorted(_ecarts()))
def test_un_dossier_ecarte_ne_passe_pas(monde: Monde, motif: str) -> None:
    retenu = monde.dossier()
    ecarte = monde.dossier(**_ecarts()[motif])
    seance = geler(monde.seance(), monde)
    assert list(seance.passages.values_list("dossier__numero", flat=True)) == [retenu.numero]
    assert ecarte.numero not in seance.instance
    assert motif in MOTIFS_ECART


def test_l_entree_a_sa_souplesse_pres(monde: Monde) -> None:
    avant = monde.dossier(besoin={"entree_le": date(2027, 8, 20), "tolerance_jours": 12})
    apres = monde.dossier(besoin={"entree_le": date(2027, 9, 15), "tolerance_jours": 14})
    monde.dossier(besoin={"entree_le": date(2027, 9, 15), "tolerance_jours": 13})
    seance = geler(monde.seance(), monde)
    assert set(lignes(seance, monde.bebes)) == {avant.numero, apres.numero}


@pytest.mark.parametrize(("rang", "decalage"), [("avant", 1_000_000), ("apres", -1_000_000)])
def test_un_complement_demande_sa_semaine_entiere_dans_sa_section(
    monde: Monde, rang: str, decalage: int
) -> None:
    """The list, the agenda and the instance put complements on the same side of the other demands."""
    Reglage.objects.create(cle="rang_complements", valeur=rang, a_partir_du=date(2027, 1, 1))
    ordinaires = [monde.dossier(points) for points in (200, 20)]
    enfant = factories.creer_enfant(date_naissance=NE_BEBE)
    # Held in the section of the big ones, whatever the age at the date.
    place = factories.creer_admission(monde.grands, enfant=enfant, demi_journees=[0, 1])
    finie = factories.creer_admission(monde.grands, fin=date(2027, 8, 30))
    besoin = {"entree_le": date(2027, 9, 1), "demi_journees": [2, 3], "alternatives": [[3]]}
    demandes = [
        monde.dossier(100, enfant=p.enfant, nature="complement", admission_actuelle=p, besoin=besoin)
        for p in (place, finie)
    ]
    grand = monde.dossier(150, ne=NE_GRAND)
    seance = geler(monde.seance(), monde)
    assert set(lignes(seance, monde.bebes)) == {d.numero for d in ordinaires}
    attendu = [demandes[0].numero, grand.numero]
    assert lignes(seance, monde.grands) == (attendu if rang == "avant" else attendu[::-1])
    demande = next(d for d in lire(seance.instance)["demandes"] if d["id"] == demandes[0].numero)
    assert [(v["accueil"], v["creneaux"], v["points"]) for v in demande["voeux"]] == [
        ("calin:grands", [0, 1, 2, 3], 100 + decalage),
        ("calin:grands", [0, 1, 3], 100 + decalage),
        ("calin:grands", [0, 1], 100),
    ]
    assert demande["voeux"][-1]["place_actuelle"]


def test_un_enfant_deja_accueilli_ne_repasse_pas_sauf_pour_changer(monde: Monde) -> None:
    present = monde.dossier()
    factories.creer_admission(monde.ailleurs, enfant=present.enfant)
    mute = monde.dossier(enfant=factories.creer_enfant(date_naissance=NE_BEBE), etat="clos")
    place = factories.creer_admission(monde.ailleurs, enfant=mute.enfant, demi_journees=[0, 1])
    mutation = monde.dossier(enfant=mute.enfant, nature="mutation", admission_actuelle=place)
    seance = geler(monde.seance(), monde)
    assert lignes(seance, monde.bebes) == [mutation.numero]
    demande = lire(seance.instance)["demandes"][0]
    assert demande["voeux"][-1] == {
        "accueil": "galipettes:bebes",
        "creneaux": [0, 1],
        "points": 100,
        "place_actuelle": True,
    }
    accueil = next(a for a in lire(seance.instance)["accueils"] if a["id"] == "galipettes:bebes")
    assert accueil["capacite"] == [2, 2, 1, 1, 1, 1, 1, 1, 1, 1]


def test_une_opposition_ecrite_ecarte(monde: Monde) -> None:
    famille = factories.creer_famille(responsable={"opposition_ecrite": True})
    monde.dossier(famille=famille)
    retenu = monde.dossier()
    assert lignes(geler(monde.seance(), monde), monde.bebes) == [retenu.numero]


def test_un_enfant_a_naitre_passe_selon_le_reglage(monde: Monde) -> None:
    attendu = factories.creer_enfant(date_naissance=None, date_prevue_naissance=date(2027, 6, 1))
    retenu, a_naitre = monde.dossier(), monde.dossier(enfant=attendu)
    premiere = geler(monde.seance(), monde)
    assert set(lignes(premiere, monde.bebes)) == {retenu.numero, a_naitre.numero}
    assert Passage.objects.get(dossier=a_naitre).a_naitre
    Reglage.objects.create(cle="enfant_a_naitre_propose", valeur=False, a_partir_du=date(2027, 1, 1))
    assert lignes(geler(monde.seance(), monde), monde.bebes) == [retenu.numero]


def test_le_tirage_departage_et_se_rejoue(monde: Monde) -> None:
    for _ in range(8):
        monde.dossier(80)
    GrilleCriteres.objects.update(departage="tirage")
    premiere, rejouee, autre = (geler(monde.seance(), monde, graine) for graine in (3, 3, 4))
    numeros = [d.numero for d in monde.suite]
    assert lignes(premiere, monde.bebes) == lignes(rejouee, monde.bebes) != numeros
    assert lignes(autre, monde.bebes) != lignes(premiere, monde.bebes)
    tires = {d["id"]: d["tirage"] for d in lire(premiere.instance)["demandes"]}
    assert sorted(tires.values()) == list(range(1, 9))
    assert sorted(numeros, key=tires.__getitem__) == lignes(premiere, monde.bebes)
    imprime = contexte_agenda(premiere, VersionOrdreDuJour.SANS_NOMS, le=GEL.date())["departage"]
    assert imprime == "puis le tirage au sort fait au gel de la liste"


def test_les_numeros_d_ordre_sont_ceux_de_la_seance(monde: Monde) -> None:
    for _ in range(6):
        monde.dossier()
    monde.dossier(ne=NE_GRAND)
    une, deux = geler(monde.seance(), monde, 1), geler(monde.seance(), monde, 2)
    ordres = [dict(s.passages.values_list("dossier__numero", "numero_ordre")) for s in (une, deux)]
    assert ordres[0] != ordres[1]
    for ordre in ordres:
        assert len(set(ordre.values())) == 7
        assert sorted(valeur[0] for valeur in ordre.values()) == list("BBBBBBG")
        assert all(len(valeur) == 3 for valeur in ordre.values())


def test_l_instance_dit_reserves_titres_groupes_et_semaines(monde: Monde) -> None:
    groupe = GroupeNaissance.objects.create(regle="ensemble_ou_rien")
    famille = factories.creer_famille(faits={"parcours_insertion": True})
    PieceJustificative.objects.create(
        famille=famille, code="insertion", etat=EtatPiece.VUE, vue_le=date(2027, 1, 4)
    )
    jumeaux = [
        monde.dossier(
            70,
            enfant=factories.creer_enfant(famille, date_naissance=NE_BEBE, groupe=groupe, rang_naissance=n),
            voeux=[monde.autre, monde.creche],
            besoin={
                "rythme": "alternee",
                "demi_journees": [2, 3],
                "demi_journees_b": [0, 1],
                "alternatives": [[0, 1], [0, 1]],
            },
        )
        for n in (1, 2)
    ]
    seance = monde.seance()
    PlaceOfferte.objects.filter(seance=seance, section=monde.bebes).update(
        reserves=[{"titre": "insertion", "places": 1}]
    )
    lue = lire(geler(seance, monde).instance)
    assert lue["groupes"] == [{"id": f"G{groupe.pk}", "regle": "ensemble", "repli": "aucun"}]
    assert lue["demandes"][0] == {
        "id": jumeaux[0].numero,
        "anteriorite": "2026-11-03",
        "titres": ["insertion"],
        "groupe": f"G{groupe.pk}",
        "voeux": [
            {"accueil": "galipettes:bebes", "creneaux": [0, 1, 2, 3], "points": 70},
            {"accueil": "galipettes:bebes", "creneaux": [0, 1], "points": 70},
            {"accueil": "calin:bebes", "creneaux": [0, 1, 2, 3], "points": 70},
            {"accueil": "calin:bebes", "creneaux": [0, 1], "points": 70},
        ],
    }
    bebes = next(a for a in lue["accueils"] if a["id"] == "calin:bebes")
    assert bebes["reserves"] == [{"titre": "insertion", "places": 1}]
    assert seance.passages.filter(jumeaux=True, groupe=f"G{groupe.pk}").count() == 2


def test_une_preuve_d_insertion_non_vue_ne_donne_pas_de_titre(monde: Monde) -> None:
    famille = factories.creer_famille(faits={"parcours_insertion": True})
    PieceJustificative.objects.create(famille=famille, code="insertion")
    monde.dossier(famille=famille)
    assert lire(geler(monde.seance(), monde).instance)["demandes"][0]["titres"] == []


def test_l_empreinte_signe_l_instance(monde: Monde) -> None:
    monde.dossier()
    seance = geler(monde.seance(), monde)
    octets = seance.instance.encode()
    assert instance.canonique(lire(octets)) == octets
    assert instance.empreinte(octets) == seance.empreinte


@pytest.mark.parametrize(
    ("preparer", "code"),
    [
        (lambda m, s: s.places.all().delete(), "sans_places"),
        (lambda m, s: s.places.update(places=[0] * 10), "sans_places"),
        (lambda m, s: Dossier.objects.update(etat="suspendu", suspendu_le=GEL), "liste_vide"),
        (lambda m, s: Cotation.objects.update(courante=False), "sans_points"),
        (lambda m, s: type(m.grille).objects.update(etat="remplacee"), "sans_grille"),
        (lambda m, s: geler(s, m), "seance_gelee"),
    ],
)
def test_un_gel_impossible_le_dit_et_ne_laisse_rien(monde: Monde, preparer: object, code: str) -> None:
    monde.dossier()
    seance = monde.seance()
    preparer(monde, seance)  # type: ignore[operator]
    avant = Passage.objects.count()
    with pytest.raises(ErreurMetier) as refus:
        geler(seance, monde)
    assert refus.value.code == code
    assert Passage.objects.count() == avant


GESTES = {
    "changer un passage": "UPDATE commissions_passage SET verifie = 999",
    "effacer un passage": "DELETE FROM commissions_passage",
    "changer un rang": "UPDATE commissions_passagevoeu SET rang = 1",
    "effacer un rang": "DELETE FROM commissions_passagevoeu",
    "ajouter un rang": "INSERT INTO commissions_passagevoeu (passage_id, section_id, choix, rang, declare,"
    " verifie) SELECT passage_id, section_id, 9, 9, 0, 0 FROM commissions_passagevoeu",
    "changer les places": "UPDATE commissions_placeofferte SET places[1] = 9",
    "effacer les places": "DELETE FROM commissions_placeofferte",
    "changer l’instance": "UPDATE commissions_seance SET instance = '{}'",
    "changer la date d’effet": "UPDATE commissions_seance SET date_effet = '2028-01-01'",
    "changer la graine": "UPDATE commissions_seance SET graine = 1",
    "dégeler": "UPDATE commissions_seance SET etat = 'planifiee', gelee_le = NULL",
    "effacer la séance": "DELETE FROM commissions_seance",
}


@pytest.mark.parametrize("geste", sorted(GESTES))
def test_la_base_refuse_de_toucher_a_ce_qui_est_gele(monde: Monde, geste: str) -> None:
    monde.dossier()
    geler(monde.seance(), monde)
    with (
        pytest.raises(DatabaseError, match=r"guichet: |pgtrigger: "),
        transaction.atomic(),
        connection.cursor() as curseur,
    ):
        curseur.execute(GESTES[geste])


def test_on_n_ajoute_ni_passage_ni_places_a_une_seance_gelee(monde: Monde) -> None:
    monde.dossier()
    seance = geler(monde.seance(places={monde.bebes: 1}), monde)
    autre = monde.dossier()
    with pytest.raises(DatabaseError, match="guichet: "), transaction.atomic():
        PlaceOfferte.objects.create(seance=seance, section=monde.grands, places=[1] * 10)
    copie = seance.passages.get()
    copie.pk, copie.dossier, copie.numero_ordre = None, autre, "B01"
    with pytest.raises(DatabaseError, match="guichet: "), transaction.atomic():
        copie.save(force_insert=True)


def test_ce_qui_arrive_apres_ne_change_rien_a_la_liste(monde: Monde) -> None:
    premier, second = monde.dossier(100), monde.dossier(90)
    seance = geler(monde.seance(), monde)
    avant = list(seance.passages.values())
    Besoin.objects.filter(dossier=premier).update(demi_journees=[0], entree_le=date(2028, 1, 1))
    Cotation.objects.filter(dossier=second).update(courante=False)
    factories.creer_cotation(second, monde.grille, 500)
    premier.enfant.nom = "Autre"
    premier.enfant.save()
    assert list(seance.passages.values()) == avant
    assert lignes(seance, monde.bebes) == [premier.numero, second.numero]


def test_un_passage_compte_une_fois_quand_la_seance_est_tenue(monde: Monde) -> None:
    dossier = monde.dossier()
    seance = geler(monde.seance(), monde)
    dossier.refresh_from_db()
    assert dossier.nb_passages == 0
    seance = ouvrir_seance(seance, par=monde.coordination, maintenant=GEL)
    seance = tenir_seance(seance, par=monde.coordination, maintenant=GEL)
    dossier.refresh_from_db()
    assert (dossier.nb_passages, seance.etat, seance.tenue_le) == (1, "tenue", GEL)
    with pytest.raises(ErreurMetier):
        tenir_seance(seance, par=monde.coordination, maintenant=GEL)


def test_une_decision_se_prend_pendant_la_seance_dans_un_choix_du_dossier(monde: Monde) -> None:
    monde.dossier()
    seance = geler(monde.seance(), monde)
    passage = seance.passages.get()
    admis = {"sens": "admis", "par": monde.coordination, "maintenant": GEL, "demi_journees": [3, 0]}
    with pytest.raises(ErreurMetier, match="ouverte"):
        consigner_decision(passage, section=monde.bebes, **admis)
    ouvrir_seance(seance, par=monde.coordination, maintenant=GEL)
    for section, motif in ((monde.ailleurs, ""), (monde.bebes, "rang"), (None, "")):
        with pytest.raises(ErreurMetier):
            consigner_decision(passage, section=section, motif=motif, **admis)
    with pytest.raises(ErreurMetier):
        consigner_decision(passage, sens="ajourne", par=None, maintenant=GEL)
    decision = consigner_decision(passage, section=monde.bebes, **admis)
    assert (decision.choix, decision.demi_journees) == (1, [0, 3])
    corrigee = consigner_decision(passage, sens="ajourne", motif="rang", par=None, maintenant=GEL)
    assert (corrigee.pk, corrigee.section, corrigee.motif) == (decision.pk, None, "rang")


def test_le_gel_coute_un_nombre_fixe_de_requetes(monde: Monde) -> None:
    comptes = []
    for nombre in (1, 12):
        for _ in range(nombre):
            monde.dossier()
        seance = monde.seance()
        with CaptureQueriesContext(connection) as capture:
            geler(seance, monde)
        comptes.append(len(capture))
    assert comptes[0] == comptes[1]


def test_la_date_de_cloture_est_comprise(monde: Monde) -> None:
    seance = monde.seance()
    jour = monde.dossier(complet_le=seance.cloture_le)
    monde.dossier(complet_le=seance.cloture_le + timedelta(days=1))
    assert lignes(geler(seance, monde), monde.bebes) == [jour.numero]
