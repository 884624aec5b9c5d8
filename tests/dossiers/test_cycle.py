"""The one door of states: every state × action on real rows, its dates, its journal, and the live points."""

from datetime import date, timedelta
from typing import Any

import pytest

from dossiers.forms.fiche import EtatForm
from dossiers.models import (
    MOTIFS_ACTION,
    Cotation,
    Dossier,
    EtatDossier,
    GrilleCriteres,
    Journal,
    MotifCloture,
    PieceJustificative,
)
from dossiers.queries.fiche import gestes_offerts
from dossiers.regles import cycle
from dossiers.regles.rang import est_classe
from dossiers.services.cycle import changer_etat
from dossiers.services.pieces import constater_piece, refuser_piece
from guichet.erreurs import ErreurMetier
from structures.models import Profil
from tests import factories
from tests.dossiers.scene import une_grille

pytestmark = pytest.mark.django_db
# The dates each state carries, and no other.
DATES = {
    "incomplet": set(),
    "actif": {"complet_le"},
    "propose": {"complet_le"},
    "admis": {"complet_le", "admis_le"},
    "suspendu": {"complet_le", "suspendu_le"},
    "clos": {"complet_le", "clos_le"},
}


def changer(dossier: Dossier, action: str, **options: Any) -> Dossier:
    return changer_etat(dossier, action, **{"par": None, "maintenant": factories.INSTANT, **options})


def pour(etat: str, action: str) -> tuple[Dossier, dict[str, Any]]:
    """A dossier in this state, and what the action wants."""
    geste = cycle.ACTIONS[action]
    champs = {"motif_cloture": geste.depuis_motifs[0]} if etat == "clos" and geste.depuis_motifs else {}
    options = {"motif": geste.motifs[0]} if geste.motifs else {}
    return factories.creer_dossier(etat=etat, **champs), options


def test_la_table_ne_nomme_que_ce_qui_existe() -> None:
    for code, action in cycle.ACTIONS.items():
        assert code == action.code
        assert action.libelle
        assert {*action.fleches, *action.fleches.values()} <= set(EtatDossier.values)
        assert action.profils <= set(Profil.values)
        assert {*action.motifs, *action.depuis_motifs} <= MOTIFS_ACTION.keys()
        assert bool(action.profils) == (action.mode != cycle.ECHEANCE)
        if "clos" in action.fleches.values():
            assert set(action.motifs) <= set(MotifCloture.values)
        if action.mode == cycle.BOUTON:
            assert action.confirmation
    assert set(EtatDossier.values) == {e for a in cycle.ACTIONS.values() for e in a.fleches} | {"anonymise"}


@pytest.mark.parametrize("action", cycle.ACTIONS)
@pytest.mark.parametrize("etat", EtatDossier.values)
def test_tout_le_produit_etat_geste(etat: str, action: str) -> None:
    dossier, options = pour(etat, action)
    arrivee = cycle.ACTIONS[action].fleches.get(etat)
    if arrivee is None:
        with pytest.raises(ErreurMetier) as refus:
            changer(dossier, action, **options)
        assert refus.value.code == "transition_interdite"
        assert not Journal.objects.exists()
        return
    frais = changer(dossier, action, **options)
    dossier.refresh_from_db()
    assert (frais.etat, frais.version) == (dossier.etat, dossier.version) == (arrivee, 2)
    ligne = Journal.objects.get()
    assert (ligne.objet, ligne.motif) == (action, options.get("motif", ""))
    assert (ligne.details["de"], ligne.details["vers"]) == (etat, arrivee)
    if arrivee in DATES:
        portees = {n for n in ("complet_le", "admis_le", "suspendu_le", "clos_le") if getattr(dossier, n)}
        assert portees - {"complet_le"} == DATES[arrivee] - {"complet_le"}
    assert dossier.motif_cloture == (options["motif"] if arrivee == "clos" else dossier.motif_cloture)


@pytest.mark.parametrize("profil", Profil.values)
@pytest.mark.parametrize("etat", EtatDossier.values)
def test_les_boutons_sont_ceux_de_la_table(etat: str, profil: str) -> None:
    dossier = factories.creer_dossier(etat=etat)
    offerts = gestes_offerts(dossier, frozenset({profil}), le=factories.JOUR)
    attendus = [
        a
        for a in cycle.ACTIONS.values()
        if a.mode == cycle.BOUTON and etat in a.fleches and profil in a.profils
    ]
    assert offerts == attendus
    for action in offerts:
        voulus = {n for n, veut in (("motif", action.motifs), ("jusqu_au", action.echeance)) if veut}
        assert set(EtatForm(action=action).fields) == voulus


@pytest.mark.parametrize(
    ("action", "options", "code", "champ"),
    [
        ("clore", {"motif": "j’en ai assez"}, "motif_inconnu", "motif"),
        ("clore", {}, "motif_inconnu", "motif"),
        ("clore", {"motif": "doublon"}, "motif_inconnu", "motif"),
        ("clore", {"motif": "perime"}, "motif_inconnu", "motif"),
        ("suspendre", {"motif": "demenagement"}, "motif_inutile", "motif"),
        ("suspendre", {"jusqu_au": factories.JOUR}, "echeance_passee", "jusqu_au"),
        ("proposer", {"jusqu_au": date(2027, 1, 1)}, "echeance_inutile", "jusqu_au"),
        ("effacer", {}, "geste_inconnu", None),
    ],
)
def test_ce_que_veut_le_geste(action: str, options: dict[str, Any], code: str, champ: str | None) -> None:
    dossier = factories.creer_dossier()
    with pytest.raises(ErreurMetier) as refus:
        changer(dossier, action, **options)
    assert (refus.value.code, refus.value.champ) == (code, champ)
    assert not Journal.objects.exists()


def test_l_echeance_porte_son_motif_sans_qu_on_le_dise() -> None:
    dossier = changer(factories.creer_dossier(), "perimer")
    assert dossier.motif_cloture == Journal.objects.get().motif == "perime"


def test_une_suspension_peut_finir_un_jour_et_l_anciennete_y_survit() -> None:
    dossier = factories.creer_dossier(complet_le=date(2026, 2, 3))
    suspendu = changer(dossier, "suspendre", jusqu_au=date(2027, 1, 31))
    assert suspendu.suspendu_jusqu_au == date(2027, 1, 31)
    actif = changer(dossier, "reactiver")
    assert (actif.complet_le, actif.suspendu_le, actif.suspendu_jusqu_au) == (date(2026, 2, 3), None, None)


def test_restaurer_rend_l_ancien_rang_pendant_six_mois() -> None:
    dossier = changer(factories.creer_dossier(complet_le=date(2026, 2, 3)), "perimer")
    guichet = frozenset({"agent"})
    # Six months to the day after the 23rd of November.
    dernier = factories.INSTANT + timedelta(days=181)
    tard = dernier + timedelta(days=1)
    assert gestes_offerts(dossier, guichet, le=dernier.date())
    assert not gestes_offerts(dossier, guichet, le=tard.date())
    with pytest.raises(ErreurMetier) as refus:
        changer(dossier, "restaurer", maintenant=tard)
    assert refus.value.code == "restauration_tardive"
    assert changer(dossier, "restaurer", maintenant=dernier).complet_le == date(2026, 2, 3)


def test_un_doublon_reuni_ne_se_restaure_pas_il_se_defait() -> None:
    dossier = changer(factories.creer_dossier(), "fusionner")
    assert dossier.motif_cloture == "doublon"
    assert not gestes_offerts(dossier, frozenset({"agent", "coordination"}), le=factories.JOUR)
    with pytest.raises(ErreurMetier) as refus:
        changer(dossier, "restaurer")
    assert refus.value.code == "transition_interdite"
    assert changer(dossier, "defusionner").etat == "actif"


def test_defaire_une_reunion_ne_restaure_pas_un_dossier_clos() -> None:
    with pytest.raises(ErreurMetier, match="n’a pas été réuni"):
        changer(factories.creer_dossier(etat="clos"), "defusionner")


def test_un_dossier_suspendu_incomplet_revient_incomplet() -> None:
    dossier = changer(factories.creer_dossier(etat="incomplet"), "suspendre")
    assert changer(dossier, "reactiver").etat == "incomplet"


def test_completer_porte_le_jour_de_la_derniere_piece() -> None:
    dossier = changer(factories.creer_dossier(etat="incomplet"), "completer", complet_le=date(2026, 11, 20))
    assert dossier.complet_le == date(2026, 11, 20)


def test_restaurer_un_dossier_dont_l_enfant_en_a_un_autre() -> None:
    clos = factories.creer_dossier(etat="clos")
    factories.creer_dossier(enfant=clos.enfant)
    with pytest.raises(ErreurMetier) as refus:
        changer(clos, "restaurer")
    assert refus.value.code == "deja_en_attente"
    clos.refresh_from_db()
    assert clos.etat == "clos"


def toutes_vues(dossier: Dossier, le: date) -> None:
    for code in ("identite", "domicile", "autorite_parentale"):
        porteur = {"famille": dossier.famille} if code == "domicile" else {"dossier": dossier}
        PieceJustificative.objects.create(
            code=code, obligatoire=True, etat="vue", equivalent="vu", vue_le=le, **porteur
        )


@pytest.mark.parametrize(
    ("refus", "garde", "retrouve"),
    [("perimee", date(2026, 11, 3), date(2026, 11, 3)), ("autre_personne", None, date(2026, 11, 23))],
)
def test_une_piece_obligatoire_refusee_rend_incomplet(refus: str, garde: date | None, retrouve: date) -> None:
    une_grille()
    agent = factories.creer_agent("agent")
    dossier = factories.creer_dossier()
    toutes_vues(dossier, date(2026, 11, 3))
    acteur: dict[str, Any] = {"par": agent, "maintenant": factories.INSTANT}
    refuser_piece(dossier, "domicile", motif=refus, **acteur)
    dossier.refresh_from_db()
    assert (dossier.etat, dossier.complet_le, dossier.complet_garde_le) == ("incomplet", None, garde)
    assert not est_classe(dossier.cotations.get(courante=True).cle_rang)
    constater_piece(dossier, "domicile", equivalent="quittance de loyer", **acteur)
    dossier.refresh_from_db()
    assert (dossier.etat, dossier.complet_le, dossier.complet_garde_le) == ("actif", retrouve, None)
    assert est_classe(dossier.cotations.get(courante=True).cle_rang)


def test_une_piece_facultative_refusee_ne_change_pas_l_etat() -> None:
    dossier = factories.creer_dossier()
    agent = factories.creer_agent("agent")
    refuser_piece(dossier, "ressources", motif="illisible", par=agent, maintenant=factories.INSTANT)
    dossier.refresh_from_db()
    assert (dossier.etat, dossier.complet_le) == ("actif", date(2026, 11, 3))


@pytest.mark.parametrize(("aller", "retour"), [("suspendre", "reactiver"), ("proposer", "reprendre_place")])
def test_au_retour_les_pieces_sont_relues(aller: str, retour: str) -> None:
    dossier = factories.creer_dossier()
    toutes_vues(dossier, date(2026, 11, 3))
    agent = factories.creer_agent("agent")
    changer(dossier, aller)
    refuser_piece(dossier, "identite", motif="non_conforme", par=agent, maintenant=factories.INSTANT)
    dossier.refresh_from_db()
    assert (dossier.etat, dossier.complet_le) == (cycle.ACTIONS[aller].fleches["actif"], date(2026, 11, 3))
    revenu = changer(dossier, retour)
    assert (revenu.etat, revenu.complet_le) == ("incomplet", None)


def test_les_pieces_vues_pendant_la_suspension_comptent_au_retour() -> None:
    dossier = changer(factories.creer_dossier(etat="incomplet"), "suspendre")
    toutes_vues(dossier, date(2026, 11, 20))
    revenu = changer(dossier, "reactiver")
    assert (revenu.etat, revenu.complet_le) == ("actif", date(2026, 11, 20))


def test_les_points_ne_sont_vivants_que_sur_la_liste() -> None:
    dossier = factories.creer_dossier()
    grille = GrilleCriteres.objects.create(nom="Grille", debut=date(2026, 1, 1))
    Cotation.objects.create(
        dossier=dossier, grille=grille, declare=20, verifie=10, cle_rang="1", calculee_le=factories.INSTANT
    )
    changer(dossier, "suspendre")
    assert not Cotation.objects.filter(courante=True).exists()


def test_de_retour_sur_la_liste_les_points_reprennent_et_le_rang_avec() -> None:
    une_grille()
    dossier = changer(factories.creer_dossier(etat="incomplet"), "suspendre")
    changer(dossier, "reactiver")
    assert not est_classe(dossier.cotations.get(courante=True).cle_rang)
    changer(dossier, "completer")
    assert est_classe(dossier.cotations.get(courante=True).cle_rang)
