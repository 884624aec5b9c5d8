"""The one door of states: the table, its dates, its journal, and the live points."""

from datetime import date
from typing import Any

import pytest

from dossiers.models import Cotation, Dossier, EtatDossier, GrilleCriteres, Journal
from dossiers.regles import cycle
from dossiers.regles.rang import est_classe
from dossiers.services.cycle import changer_etat
from guichet.erreurs import ErreurMetier
from tests import factories
from tests.dossiers.scene import une_grille

pytestmark = pytest.mark.django_db


def changer(dossier: Dossier, action: str, **options: Any) -> Dossier:
    return changer_etat(dossier, action, **{"par": None, "maintenant": factories.INSTANT, **options})


def test_chaque_geste_a_un_libelle() -> None:
    assert set(cycle.LIBELLES) == set(cycle.TRANSITIONS)


@pytest.mark.parametrize(
    ("etat", "action", "arrivee"),
    [(de, action, vers) for action, table in cycle.TRANSITIONS.items() for de, vers in table.items()],
)
def test_toute_la_table_passe_par_la_base(etat: str, action: str, arrivee: str) -> None:
    dossier = factories.creer_dossier(etat=etat)
    frais = changer(dossier, action, motif="demenagement" if action == "clore" else "")
    dossier.refresh_from_db()
    assert frais.etat == dossier.etat == arrivee
    assert dossier.version == 2
    ligne = Journal.objects.get()
    assert (ligne.objet, ligne.details) == (action, {"de": etat, "vers": arrivee})


@pytest.mark.parametrize("etat", [e for e in EtatDossier.values if e not in cycle.TRANSITIONS["clore"]])
def test_une_fleche_absente_est_refusee_sans_rien_ecrire(etat: str) -> None:
    dossier = factories.creer_dossier(etat=etat)
    with pytest.raises(ErreurMetier) as refus:
        changer(dossier, "clore", motif="demenagement")
    assert refus.value.code == "transition_interdite"
    assert not Journal.objects.exists()


def test_clore_demande_un_motif_de_la_liste() -> None:
    dossier = factories.creer_dossier()
    with pytest.raises(ErreurMetier) as refus:
        changer(dossier, "clore", motif="j’en ai assez")
    assert (refus.value.code, refus.value.champ) == ("motif_inconnu", "motif")


def test_un_dossier_suspendu_incomplet_revient_incomplet() -> None:
    dossier = changer(factories.creer_dossier(etat="incomplet"), "suspendre")
    assert changer(dossier, "reactiver").etat == "incomplet"


def test_l_anciennete_survit_a_la_suspension() -> None:
    dossier = changer(factories.creer_dossier(complet_le=date(2026, 2, 3)), "suspendre")
    assert changer(dossier, "reactiver").complet_le == date(2026, 2, 3)


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
