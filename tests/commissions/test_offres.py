"""Offers prepared from the decisions: one per child, one per place; what the database refuses."""

from datetime import date
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from commissions.models import Offre
from commissions.services.offres import preparer_offre, preparer_offres
from tests.commissions.monde import Monde
from tests.commissions.offres import (
    ENVOI,
    acteur,
    appeler,
    decision_de,
    monde_des_offres,
    refuse,
    regler,
    seance_validee,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def monde() -> Monde:
    return monde_des_offres()


class TestPreparer:
    def test_une_offre_par_admission_jamais_deux(self, monde: Monde) -> None:
        un, deux, trois = monde.dossier(90), monde.dossier(80), monde.dossier(70)
        seance = seance_validee(monde, {un: "admis", deux: "admis", trois: "liste_complementaire"})
        issue = preparer_offres(seance, **acteur(monde))
        assert (issue.preparees, issue.refus) == (2, [])
        assert preparer_offres(seance, **acteur(monde)).preparees == 0
        offre = Offre.objects.get(dossier=un)
        assert (offre.etat, offre.choix, offre.demi_journees) == ("preparee", 1, list(range(10)))
        assert (offre.entree_le, offre.debut) == (date(2027, 9, 1), date(2027, 9, 8))
        un.refresh_from_db()
        assert un.etat == "actif"

    def test_les_entrees_d_une_section_s_etalent(self, monde: Monde) -> None:
        dossiers = [monde.dossier(90 - n) for n in range(3)]
        seance = seance_validee(monde, dict.fromkeys(dossiers, "admis"))
        regler("adaptations_simultanees", 1)
        preparer_offres(seance, **acteur(monde))
        entrees = Offre.objects.order_by("pk").values_list("entree_le", flat=True)
        assert list(entrees) == [date(2027, 9, 1), date(2027, 9, 8), date(2027, 9, 15)]

    def test_avant_le_proces_verbal_rien_ne_se_prepare(self, monde: Monde) -> None:
        monde.dossier()
        refuse("seance_non_validee", preparer_offres, monde.seance(), **acteur(monde))

    def test_une_place_prise_depuis_se_voit_sans_rien_bloquer(self, monde: Monde) -> None:
        un, deux, appele = (monde.dossier(90 - n) for n in range(3))
        sens = {un: "admis", deux: "admis", appele: "liste_complementaire"}
        seance = seance_validee(monde, sens, places={monde.bebes: 2})
        appeler(monde, appele)
        issue = preparer_offres(seance, **acteur(monde))
        assert issue.preparees == 1
        assert [message for _, message in issue.refus] == [
            "Cette place est déjà offerte à un autre enfant sur ces demi-journées."
        ]


@pytest.mark.parametrize(
    ("champs", "contrainte"),
    [
        ({"etat": "envoyee"}, "offre_etat_date"),
        ({"limite_le": ENVOI}, "offre_delai"),
        (
            {"etat": "expiree", "envoyee_le": ENVOI, "repondue_le": ENVOI},
            "offre_expiree_apres_delai",
        ),
        ({"etat": "declinee", "envoyee_le": ENVOI, "repondue_le": ENVOI}, "offre_refus_motive"),
        ({"motif_annulation": "erreur"}, "offre_annulation_motivee"),
        ({"origine": "urgence"}, "offre_origine"),
        ({"debut": date(2020, 1, 1)}, "offre_jours_dates"),
        ({"avis": "confirmee"}, "offre_avis_date"),
        ({"entree": "venu", "entree_constatee_le": ENVOI}, "offre_entree_constatee"),
    ],
)
def test_la_base_refuse(monde: Monde, champs: dict[str, Any], contrainte: str) -> None:
    dossier = monde.dossier()
    seance_validee(monde, {dossier: "admis"})
    offre = preparer_offre(decision_de(dossier), **acteur(monde))
    with pytest.raises(IntegrityError, match=contrainte), transaction.atomic():
        Offre.objects.filter(pk=offre.pk).update(**champs)


def test_un_enfant_n_a_qu_une_offre_vivante(monde: Monde) -> None:
    dossier = monde.dossier()
    seance_validee(monde, {dossier: "admis"})
    preparer_offre(decision_de(dossier), **acteur(monde))
    refuse("deja_proposee", preparer_offre, decision_de(dossier), **acteur(monde))
    offre = Offre.objects.get()
    offre.pk = None
    with pytest.raises(IntegrityError, match="offre_une_vivante_par_enfant"), transaction.atomic():
        offre.save(force_insert=True)
