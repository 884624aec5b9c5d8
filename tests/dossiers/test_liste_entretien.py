"""The flat rows of the shared list say what the dossiers say, whoever wrote them."""

from datetime import date

import pytest
from django.db import connection
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from dossiers.models import (
    Besoin,
    Cotation,
    Dossier,
    EtatDossier,
    EtatGrille,
    GrilleCriteres,
    LigneListe,
    LigneVoeu,
    Voeu,
)
from structures.regles.ages import age_en_mois
from tests import factories

pytestmark = pytest.mark.django_db


def projection() -> tuple[list[tuple], list[tuple]]:
    """What the two tables hold, without the surrogate key."""
    champs = [f.attname for f in LigneVoeu._meta.fields if f.attname != "id"]
    return (
        sorted(LigneListe.objects.values_list(), key=str),
        sorted(LigneVoeu.objects.values_list(*champs), key=str),
    )


def reconstruite() -> tuple[list[tuple], list[tuple]]:
    with connection.cursor() as curseur:
        curseur.execute("SELECT liste_rafraichir_tout()")
    return projection()


def test_un_dossier_a_sa_ligne_et_ses_choix() -> None:
    une, autre = factories.creer_structure(), factories.creer_structure()
    enfant = factories.creer_enfant(date_naissance=date(2026, 3, 31), nom="Ferrand", prenom="Lino")
    dossier = factories.creer_dossier(
        enfant=enfant,
        voeux=[une, autre],
        besoin={"entree_le": date(2027, 2, 28), "tolerance_jours": 30, "demi_journees": [0, 9]},
    )
    Besoin.objects.create(dossier=dossier, type="occasionnel", entree_le=date(2027, 1, 1), demi_journees=[3])
    grille = factories.creer_grille()
    factories.creer_cotation(
        dossier,
        grille,
        verifie=120,
        declare=150,
        par_voeu={str(autre.pk): {"declare": 180, "verifie": 160, "cle": "1499840"}},
    )
    ligne = LigneListe.objects.get()
    assert ligne.cle == Cotation.objects.get().cle_rang
    assert (ligne.verifie, ligne.declare, ligne.etat, ligne.mairie_id) == (
        120,
        150,
        "actif",
        dossier.mairie_id,
    )
    assert (ligne.entree_min, ligne.entree_max) == (date(2027, 1, 29), date(2027, 3, 30))
    # Born a 31st: the eleventh month ends with February.
    assert (ligne.age_mois, ligne.semaine, ligne.types) == (11, 1 | 512, 1 | 2)
    assert (ligne.tri_nom, ligne.criteres) == ("ferrand lino", ["residence"])
    assert list(LigneVoeu.objects.order_by("rang").values_list("structure", "rang", "verifie", "cle")) == [
        (une.pk, 1, 120, ligne.cle),
        (autre.pk, 2, 160, "1499840"),
    ]


def test_chaque_ecriture_se_retrouve_dans_la_liste() -> None:
    grille = factories.creer_grille()
    structures = [factories.creer_structure() for _ in range(3)]
    dossiers = [factories.creer_dossier(voeux=structures[:2]) for _ in range(4)]
    for points, dossier in enumerate(dossiers):
        factories.creer_cotation(dossier, grille, verifie=10 * points)
    un, deux, trois, quatre = dossiers

    Dossier.objects.filter(pk=un.pk).update(quartier=factories.creer_quartier(), complet_le=date(2026, 1, 1))
    un.enfant.nom = "Œuvré"
    un.enfant.save()
    un.famille.protegee, un.famille.protegee_le = True, factories.INSTANT
    un.famille.save()
    Besoin.objects.filter(dossier=deux).update(demi_journees=[1, 2], entree_le=date(2027, 1, 4))
    Voeu.objects.filter(dossier=deux, rang=1).delete()
    Voeu.objects.create(dossier=deux, rang=3, structure=structures[2])
    Cotation.objects.filter(dossier=trois).update(courante=False)
    factories.creer_cotation(trois, grille, verifie=77)
    Dossier.objects.filter(pk=quatre.pk).update(etat=EtatDossier.ADMIS, admis_le=factories.INSTANT)

    au_fil = projection()
    assert au_fil == reconstruite()
    assert {ligne[0] for ligne in au_fil[0]} == {un.pk, deux.pk, trois.pk}
    protegee = LigneListe.objects.get(pk=un.pk)
    assert (protegee.tri_nom, protegee.tri_age, protegee.tri_complet.year) == ("~", 999, 9999)


def test_publier_une_grille_change_toute_la_liste_d_un_coup() -> None:
    ancienne = factories.creer_grille()
    nouvelle = factories.creer_grille(etat=EtatGrille.EN_PUBLICATION)
    dossier = factories.creer_dossier(voeux=[factories.creer_structure()])
    factories.creer_cotation(dossier, ancienne, verifie=10)
    factories.creer_cotation(dossier, nouvelle, verifie=99)
    assert LigneListe.objects.get().verifie == 10
    GrilleCriteres.objects.filter(pk=ancienne.pk).update(etat=EtatGrille.REMPLACEE)
    GrilleCriteres.objects.filter(pk=nouvelle.pk).update(etat=EtatGrille.EN_VIGUEUR)
    assert LigneListe.objects.get().verifie == 99
    assert LigneVoeu.objects.get().verifie == 99


def test_un_dossier_sans_points_reste_sur_la_liste_apres_les_autres() -> None:
    dossier = factories.creer_dossier()
    assert LigneListe.objects.get().cle == f"4{dossier.numero}"


def test_supprimer_un_dossier_supprime_sa_ligne() -> None:
    dossier = factories.creer_dossier(voeux=[factories.creer_structure()])
    dossier.delete()
    assert projection() == ([], [])


class TestAge(TestCase):
    @given(
        naissance=st.dates(date(2020, 1, 1), date(2028, 12, 31)),
        jour=st.dates(date(2020, 1, 1), date(2030, 12, 31)),
    )
    def test_la_base_compte_les_mois_comme_la_regle(self, naissance: date, jour: date) -> None:
        with connection.cursor() as curseur:
            curseur.execute("SELECT liste_age_mois(%s, %s)", [naissance, jour])
            assert curseur.fetchone()[0] == age_en_mois(naissance, jour)
