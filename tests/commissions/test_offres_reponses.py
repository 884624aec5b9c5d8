"""An offer declined, left without answer, withdrawn, or failing on the structure’s side."""

from datetime import date

import pytest

from commissions.models import Offre
from commissions.services.reponses import (
    accepter_offre,
    annuler_offre,
    decliner_offre,
    expirer_offres,
    perdre_place,
    retirer_orphelines,
)
from dossiers.models import Admission, Cotation, Journal
from dossiers.services.cycle import changer_etat
from tests import factories
from tests.commissions.monde import Monde
from tests.commissions.offres import (
    acteur,
    apres,
    corriger,
    decision_de,
    monde_des_offres,
    offre_envoyee,
    refuse,
    seance_validee,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def monde() -> Monde:
    return monde_des_offres()


class TestDecliner:
    def test_un_refus_conforme_compte_et_le_second_ferme_le_dossier(self, monde: Monde) -> None:
        dossier = monde.dossier()
        seance_validee(monde, {dossier: "admis"})
        offre = decliner_offre(offre_envoyee(monde, dossier), motif="cout", **acteur(monde, apres(1)))
        dossier.refresh_from_db()
        assert (offre.refus_compte, dossier.nb_refus_offre, dossier.etat) == (True, 1, "actif")
        autre = decliner_offre(offre_envoyee(monde, dossier), motif="cout", **acteur(monde, apres(1)))
        dossier.refresh_from_db()
        assert (autre.refus_compte, dossier.nb_refus_offre) == (True, 2)
        assert (dossier.etat, dossier.motif_cloture) == ("clos", "refus_offres")

    def test_d_autres_jours_que_demande_ne_comptent_pas(self, monde: Monde) -> None:
        dossier = monde.dossier()
        seance_validee(monde, {dossier: "admis"})
        corriger(decision_de(dossier), demi_journees=[0, 1])
        offre = decliner_offre(offre_envoyee(monde, dossier), motif="jours", **acteur(monde, apres(1)))
        dossier.refresh_from_db()
        assert (offre.refus_compte, dossier.nb_refus_offre) == (False, 0)

    def test_sans_motif_connu_rien_n_est_note(self, monde: Monde) -> None:
        dossier = monde.dossier()
        seance_validee(monde, {dossier: "admis"})
        offre = offre_envoyee(monde, dossier)
        assert refuse("motif_inconnu", decliner_offre, offre, motif="sante", **acteur(monde)).champ == "motif"


class TestExpirer:
    def test_la_nuit_agit_une_fois_et_se_rejoue(self, monde: Monde) -> None:
        un, deux = monde.dossier(90), monde.dossier(80)
        seance_validee(monde, {un: "admis", deux: "admis"})
        offre_envoyee(monde, un)
        jamais_prevenue = offre_envoyee(monde, deux, canal="")
        assert expirer_offres(maintenant=apres(9)) == 0
        assert expirer_offres(maintenant=apres(12)) == 1
        assert expirer_offres(maintenant=apres(12)) == 0
        un.refresh_from_db()
        jamais_prevenue.refresh_from_db()
        assert (un.etat, un.nb_refus_offre, jamais_prevenue.etat) == ("actif", 0, "envoyee")
        assert Journal.objects.filter(action="offre", objet="expiree").count() == 1
        refuse("offre_expiree", accepter_offre, Offre.objects.get(dossier=un), **acteur(monde, apres(12)))

    def test_un_dossier_qui_quitte_la_liste_libere_la_place_la_nuit(self, monde: Monde) -> None:
        un, deux = monde.dossier(90), monde.dossier(80)
        seance_validee(monde, {un: "admis", deux: "admis"})
        offre = offre_envoyee(monde, un)
        offre_envoyee(monde, deux)
        un.refresh_from_db()
        changer_etat(un, "clore", motif="demenagement", **acteur(monde))
        assert [retirer_orphelines(maintenant=apres(1)) for _ in range(2)] == [1, 0]
        offre.refresh_from_db()
        assert (offre.etat, offre.motif_annulation) == ("annulee", "dossier")


class TestAnnulerEtPerdre:
    def test_une_place_qui_manque_rend_choix_rang_et_anciennete(self, monde: Monde) -> None:
        dossier = monde.dossier(voeux=[monde.creche, monde.autre])
        rang = Cotation.objects.get(dossier=dossier, courante=True).cle_rang[:9]
        seance_validee(monde, {dossier: "admis"})
        offre = accepter_offre(offre_envoyee(monde, dossier), **acteur(monde, apres(1)))
        refuse("motif_inconnu", perdre_place, offre, motif="erreur", **acteur(monde, apres(2)))
        offre = perdre_place(offre, motif="personnel", **acteur(monde, apres(2)))
        dossier.refresh_from_db()
        assert (offre.etat, offre.admission, dossier.etat) == ("annulee", None, "actif")
        assert dossier.complet_le == date(2026, 11, 3)
        assert [v.structure for v in dossier.voeux.all()] == [monde.creche, monde.autre]
        assert not Admission.objects.exists()
        assert len(Cotation.objects.get(dossier=dossier, courante=True).cle_rang[:9]) == len(rang)

    def test_une_mutation_perdue_rend_l_ancienne_place(self, monde: Monde) -> None:
        enfant = factories.creer_enfant(date_naissance=date(2027, 1, 10))
        place = factories.creer_admission(
            monde.bebes, enfant=enfant, debut=date(2027, 4, 1), fin=date(2029, 8, 31)
        )
        mutation = {"nature": "mutation", "admission_actuelle": place, "voeux": [monde.autre]}
        dossier = monde.dossier(enfant=enfant, **mutation)
        seance_validee(monde, {dossier: "admis"})
        offre = accepter_offre(offre_envoyee(monde, dossier), **acteur(monde, apres(1)))
        place.refresh_from_db()
        assert place.fin == date(2027, 8, 31)
        perdre_place(offre, motif="fermeture", **acteur(monde, apres(2)))
        place.refresh_from_db()
        assert (place.fin, Admission.objects.count()) == (date(2029, 8, 31), 1)

    def test_une_offre_retiree_rend_le_dossier_a_la_liste(self, monde: Monde) -> None:
        dossier = monde.dossier()
        seance_validee(monde, {dossier: "admis"})
        annuler_offre(offre_envoyee(monde, dossier), motif="erreur", **acteur(monde))
        dossier.refresh_from_db()
        assert dossier.etat == "actif"
        assert offre_envoyee(monde, dossier).etat == "envoyee"
