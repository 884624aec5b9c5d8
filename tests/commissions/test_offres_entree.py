"""The entry: put off once, confirmed by the director, or a child who did not come."""

from datetime import date

import pytest

from commissions.services.admission_offre import constater_entree, reporter_entree
from commissions.services.reponses import (
    accepter_offre,
    perdre_place,
)
from dossiers.models import Admission
from tests.commissions.monde import Monde
from tests.commissions.offres import (
    acteur,
    appeler,
    apres,
    monde_des_offres,
    offre_envoyee,
    refuse,
    regler,
    seance_validee,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def monde() -> Monde:
    return monde_des_offres()


class TestEntree:
    def test_un_seul_report_borne_decale_le_contrat(self, monde: Monde) -> None:
        dossier = monde.dossier()
        seance_validee(monde, {dossier: "admis"})
        offre = accepter_offre(offre_envoyee(monde, dossier), **acteur(monde, apres(1)))
        offre = reporter_entree(offre, entree_le=date(2027, 9, 20), **acteur(monde, apres(2)))
        assert (offre.entree_le, offre.debut) == (date(2027, 9, 20), date(2027, 9, 27))
        admission = Admission.objects.get()
        assert (admission.adaptation_le, admission.debut) == (offre.entree_le, offre.debut)
        refuse("report_deja", reporter_entree, offre, entree_le=date(2027, 9, 22), **acteur(monde, apres(3)))

    def test_un_report_respecte_les_adaptations(self, monde: Monde) -> None:
        regler("adaptations_simultanees", 1)
        un, deux = monde.dossier(90), monde.dossier(80)
        seance_validee(monde, {un: "admis", deux: "admis"})
        offre = offre_envoyee(monde, un)
        offre_envoyee(monde, deux)
        refus = refuse("creneau_pris", reporter_entree, offre, entree_le=date(2027, 9, 10), **acteur(monde))
        assert "15" in refus.message

    def test_la_direction_constate_l_entree(self, monde: Monde) -> None:
        dossier = monde.dossier()
        seance_validee(monde, {dossier: "admis"})
        offre = accepter_offre(offre_envoyee(monde, dossier), **acteur(monde, apres(1)))
        refuse("entree_a_venir", constater_entree, offre, venu=True, **acteur(monde, apres(2)))
        offre = constater_entree(offre, venu=True, **acteur(monde, apres(120)))
        assert offre.entree == "venu"
        refuse("entree_constatee", perdre_place, offre, motif="fermeture", **acteur(monde, apres(121)))

    def test_un_enfant_non_venu_libere_sa_place(self, monde: Monde) -> None:
        dossier, suivant = monde.dossier(90), monde.dossier(80)
        seance_validee(monde, {dossier: "admis", suivant: "liste_complementaire"}, places={monde.bebes: 1})
        offre = accepter_offre(offre_envoyee(monde, dossier), **acteur(monde, apres(1)))
        refuse("place_deja_offerte", appeler, monde, suivant)
        constater_entree(offre, venu=False, **acteur(monde, apres(120)))
        dossier.refresh_from_db()
        assert (dossier.etat, dossier.motif_cloture) == ("clos", "sans_reponse")
        assert not Admission.objects.exists()
        assert appeler(monde, suivant).origine == "appel"
