"""An offer from the decision to the entry: prepared, released, answered, lost; nothing offered twice."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from commissions.models import Offre
from commissions.services.admission_offre import constater_entree, reporter_entree
from commissions.services.offres import (
    envoyer_offre,
    preparer_offre,
    preparer_offres,
    preparer_urgence,
    prevenir_famille,
    rendre_avis,
)
from commissions.services.reponses import (
    accepter_offre,
    annuler_offre,
    decliner_offre,
    entrer_offre,
    expirer_offres,
    perdre_place,
    retirer_orphelines,
)
from dossiers.models import Admission, Cotation, Dossier, Journal
from dossiers.services.cycle import changer_etat
from dossiers.services.urgence import repondre_urgence
from guichet.erreurs import ErreurMetier
from structures.models import Gestionnaire, Reglage
from tests import factories
from tests.commissions.monde import Monde, monde_a_geler
from tests.commissions.offres import ENVOI, apres, corriger, decision_de, offre_envoyee, seance_validee

pytestmark = pytest.mark.django_db


@pytest.fixture
def monde() -> Monde:
    cree = monde_a_geler()
    Gestionnaire.objects.update(nature="ville")
    cree.grille.delete()
    cree.grille = factories.creer_version_grille(publiee=True)
    for section in (cree.bebes, cree.grands, cree.ailleurs):
        factories.creer_capacite(section, places=[3] * 10)
    return cree


def acteur(monde: Monde, quand: datetime = ENVOI) -> dict[str, Any]:
    return {"par": monde.coordination, "maintenant": quand}


def regler(cle: str, valeur: Any) -> None:
    Reglage.objects.create(cle=cle, valeur=valeur, a_partir_du=date(2020, 1, 1))


def refuse(code: str, geste: Any, *args: Any, **kw: Any) -> ErreurMetier:
    with pytest.raises(ErreurMetier) as refus:
        geste(*args, **kw)
    assert refus.value.code == code
    return refus.value


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

    def test_plus_d_admis_que_de_places_se_voit_sans_rien_bloquer(self, monde: Monde) -> None:
        dossiers = [monde.dossier(90 - n) for n in range(3)]
        seance = seance_validee(monde, dict.fromkeys(dossiers, "admis"), places={monde.bebes: 2})
        issue = preparer_offres(seance, **acteur(monde))
        assert issue.preparees == 2
        assert [message for _, message in issue.refus] == [
            "Cette place est déjà offerte à un autre enfant sur ces demi-journées."
        ]

    def test_une_mutation_admise_libere_la_place_qu_elle_quitte(self, monde: Monde) -> None:
        enfant = factories.creer_enfant(date_naissance=date(2027, 1, 10))
        place = factories.creer_admission(
            monde.bebes, enfant=enfant, debut=date(2027, 4, 1), fin=date(2028, 8, 31)
        )
        mutation = {"nature": "mutation", "admission_actuelle": place, "voeux": [monde.autre]}
        part = monde.dossier(95, enfant=enfant, **mutation)
        vient = monde.dossier(90)
        places = {monde.bebes: 0, monde.ailleurs: 1}
        seance = seance_validee(monde, {part: "admis", vient: "admis"}, places=places)
        assert preparer_offres(seance, **acteur(monde)).preparees == 2


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


def appeler(monde: Monde, dossier: Dossier) -> Offre:
    return preparer_offre(
        decision_de(dossier), section=monde.bebes, demi_journees=range(10), choix=1, **acteur(monde)
    )


class TestUrgence:
    def test_une_urgence_accordee_devient_une_place_jusqu_a_sa_fin(self, monde: Monde) -> None:
        dossier = monde.dossier()
        debut = timezone.localdate(ENVOI) + timedelta(days=6)
        urgence = factories.creer_urgence(monde.bebes, dossier=dossier, debut=debut, maintenant=ENVOI)
        refuse("urgence_refusee", preparer_urgence, urgence, **acteur(monde))
        repondre_urgence(urgence, accord=True, motif="place_libre", **acteur(monde))
        urgence.refresh_from_db()
        offre = envoyer_offre(preparer_urgence(urgence, **acteur(monde)), canal="appel", **acteur(monde))
        accepter_offre(offre, **acteur(monde, apres(1)))
        admission = Admission.objects.get()
        assert (admission.origine, admission.fin) == ("urgence", urgence.fin)


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
