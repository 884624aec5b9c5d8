"""An offer leaves, its delay runs from the contact; accepted, it is an admission."""

from datetime import UTC, date, datetime

import pytest
from django.utils import timezone

from commissions.models import Offre
from commissions.services.envois import envoyer_offre, prevenir_famille, rendre_avis
from commissions.services.offres import preparer_offre, preparer_offres
from commissions.services.reponses import (
    accepter_offre,
    decliner_offre,
    entrer_offre,
    perdre_place,
)
from dossiers.models import Admission, Cotation, Dossier
from structures.models import Gestionnaire
from tests import factories
from tests.commissions.monde import Monde
from tests.commissions.offres import (
    ENVOI,
    acteur,
    apres,
    corriger,
    decision_de,
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


class TestEnvoyer:
    def test_le_delai_court_du_contact_avec_le_reglage_du_jour(self, monde: Monde) -> None:
        dossier = monde.dossier()
        seance_validee(monde, {dossier: "admis"})
        offre = offre_envoyee(monde, dossier, canal="")
        assert (offre.etat, offre.limite_le) == ("envoyee", None)
        dossier.refresh_from_db()
        assert dossier.etat == "propose"
        offre = prevenir_famille(offre, canal="appel", **acteur(monde, apres(2)))
        assert timezone.localtime(offre.limite_le).isoformat() == "2027-05-31T18:00:00+02:00"
        regler("delai_offre", 1)
        encore = prevenir_famille(offre, canal="courrier", **acteur(monde, apres(5)))
        assert encore.limite_le == offre.limite_le
        refuse("offre_envoyee", envoyer_offre, offre, **acteur(monde))

    def test_en_ete_quarante_huit_heures(self, monde: Monde) -> None:
        dossier = monde.dossier()
        seance_validee(monde, {dossier: "admis"})
        offre = preparer_offre(decision_de(dossier), **acteur(monde))
        juillet = datetime(2027, 7, 9, 8, tzinfo=UTC)
        offre = envoyer_offre(offre, canal="courriel", **acteur(monde, juillet))
        assert timezone.localtime(offre.limite_le).isoformat() == "2027-07-12T18:00:00+02:00"

    def test_un_dossier_qui_a_bouge_ne_part_pas(self, monde: Monde) -> None:
        dossier = monde.dossier()
        seance_validee(monde, {dossier: "admis"})
        offre = preparer_offre(decision_de(dossier), **acteur(monde))
        Dossier.objects.filter(pk=dossier.pk).update(etat="suspendu", suspendu_le=ENVOI)
        refuse("transition_interdite", envoyer_offre, offre, **acteur(monde))

    def test_un_gestionnaire_confirme_avant_l_envoi(self, monde: Monde) -> None:
        Gestionnaire.objects.update(nature="association")
        un, deux = monde.dossier(90), monde.dossier(80)
        seance = seance_validee(monde, {un: "admis", deux: "admis"})
        preparer_offres(seance, **acteur(monde))
        offre = Offre.objects.get(dossier=un)
        refuse("avis_attendu", envoyer_offre, offre, **acteur(monde))
        refuse("avis_inconnu", rendre_avis, offre, "sante", **acteur(monde))
        rendre_avis(offre, "confirmee", **acteur(monde))
        assert envoyer_offre(offre, **acteur(monde)).etat == "envoyee"
        refusee = rendre_avis(Offre.objects.get(dossier=deux), "conditions", **acteur(monde))
        assert (refusee.etat, refusee.motif_annulation) == ("annulee", "refus_gestionnaire")
        deux.refresh_from_db()
        assert deux.etat == "actif"

    def test_le_maire_n_attend_pas_de_gestionnaire(self, monde: Monde) -> None:
        dossier = monde.dossier()
        seance_validee(monde, {dossier: "admis"})
        offre = preparer_offre(decision_de(dossier), **acteur(monde))
        refuse("avis_du_maire", rendre_avis, offre, "confirmee", **acteur(monde))


class TestAccepter:
    def test_l_admission_s_ecrit_et_les_autres_choix_quittent_les_listes(self, monde: Monde) -> None:
        dossier = monde.dossier(voeux=[monde.autre, monde.creche])
        seance_validee(monde, {dossier: "admis"})
        offre = accepter_offre(offre_envoyee(monde, dossier), **acteur(monde, apres(1)))
        admission = Admission.objects.get()
        assert (admission.section, admission.adaptation_le, admission.debut) == (
            monde.ailleurs,
            date(2027, 9, 1),
            date(2027, 9, 8),
        )
        assert offre.admission == admission
        dossier.refresh_from_db()
        assert dossier.etat == "admis"
        assert not Cotation.objects.filter(dossier=dossier, courante=True).exists()
        assert not Dossier.objects.en_attente().exists()
        refuse("offre_acceptee", accepter_offre, offre, **acteur(monde, apres(1)))
        refuse("offre_acceptee", decliner_offre, offre, motif="jours", **acteur(monde, apres(1)))

    def test_apres_le_delai_meme_avant_la_nuit_c_est_trop_tard(self, monde: Monde) -> None:
        dossier = monde.dossier()
        seance_validee(monde, {dossier: "admis"})
        offre = offre_envoyee(monde, dossier)
        refuse("offre_hors_delai", accepter_offre, offre, **acteur(monde, apres(11)))

    def test_un_choix_mieux_classe_reste_une_mutation(self, monde: Monde) -> None:
        regler("garder_mieux_classes", True)
        dossier = monde.dossier(voeux=[monde.autre, monde.creche])
        seance_validee(monde, {dossier: "admis"})
        corriger(decision_de(dossier), section=monde.bebes, choix=2)
        offre = accepter_offre(offre_envoyee(monde, dossier), **acteur(monde, apres(1)))
        suite = Dossier.objects.get(nature="mutation")
        assert (suite.etat, suite.complet_le, suite.admission_actuelle) == (
            "actif",
            dossier.complet_le,
            offre.admission,
        )
        assert [v.structure for v in suite.voeux.all()] == [monde.autre]
        assert Cotation.objects.filter(dossier=suite, courante=True).exists()
        perdre_place(offre, motif="fermeture", **acteur(monde, apres(2)))
        suite.refresh_from_db()
        dossier.refresh_from_db()
        assert (suite.etat, dossier.etat) == ("clos", "actif")

    def test_un_enfant_attendu_garde_sa_place_jusqu_a_l_acte(self, monde: Monde) -> None:
        famille = factories.creer_famille()
        enfant = factories.creer_enfant(famille, date_naissance=None, date_prevue_naissance=date(2027, 6, 1))
        dossier = monde.dossier(enfant=enfant, famille=famille)
        seance_validee(monde, {dossier: "admis"})
        offre = accepter_offre(offre_envoyee(monde, dossier), **acteur(monde, apres(1)))
        dossier.refresh_from_db()
        assert (offre.etat, offre.admission, dossier.etat) == ("acceptee", None, "propose")
        refuse("naissance_attendue", entrer_offre, offre, **acteur(monde, apres(2)))
        assert not Admission.objects.exists()

    def test_au_dessus_des_places_il_faut_un_motif(self, monde: Monde) -> None:
        dossier = monde.dossier()
        seance_validee(monde, {dossier: "admis"})
        offre = offre_envoyee(monde, dossier)
        monde.bebes.capacites.update(places=[7] * 10)
        for _ in range(7):
            bebe = factories.creer_enfant(date_naissance=date(2027, 1, 10))
            factories.creer_admission(monde.bebes, enfant=bebe, debut=date(2027, 8, 1), fin=date(2028, 7, 31))
        refuse("motif_depassement", accepter_offre, offre, **acteur(monde, apres(1)))
        offre.refresh_from_db()
        assert offre.etat == "envoyee"
        accepter_offre(offre, motif_depassement="depart_annonce", **acteur(monde, apres(1)))
        assert Admission.objects.get(dossier=dossier).motif_depassement == "depart_annonce"
