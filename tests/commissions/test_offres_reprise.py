"""A place offered again to the same family, by a person, while nobody else has it."""

from collections.abc import Callable
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

from commissions.models import Offre, Seance
from commissions.queries.appels import feuille_d_appel
from commissions.regles import mentions
from commissions.services.appels import reproposer_place
from commissions.services.reponses import accepter_offre, decliner_offre, expirer_offres, perdre_place
from commissions.services.urgences import admettre_en_urgence
from dossiers.models import Contact, Dossier, Famille
from dossiers.services.liens import declarer_lien
from dossiers.services.urgence import repondre_urgence
from guichet.acces import personne_de
from structures.models import Section
from tests import factories
from tests.commissions.monde import Monde
from tests.commissions.offres import (
    ENVOI,
    acteur,
    appeler,
    apres,
    monde_des_offres,
    offre_envoyee,
    refuse,
    regler,
    seance_validee,
)
from tests.dossiers.test_mutations_concurrentes import pendant

pytestmark = pytest.mark.django_db
JOUR = timezone.localdate(ENVOI)


@pytest.fixture
def monde() -> Monde:
    return monde_des_offres()


def expiree(monde: Monde, *attendent: Dossier, **champs: Any) -> tuple[Seance, Offre]:
    """One place offered, left without answer; `attendent` are on the complementary list."""
    admis = monde.dossier(100)
    sens = {admis: "admis"} | dict.fromkeys(attendent, "liste_complementaire")
    seance = seance_validee(monde, sens, places={monde.bebes: 1}, **champs)
    offre = offre_envoyee(monde, admis)
    assert expirer_offres(maintenant=apres(12)) == 1
    offre.refresh_from_db()
    return seance, offre


def reproposer(monde: Monde, offre: Offre, jours: int = 13) -> Offre:
    return reproposer_place(Offre.objects.get(pk=offre.pk), canal="appel", **acteur(monde, apres(jours)))


class TestReproposer:
    def test_une_personne_la_propose_de_nouveau_et_le_delai_repart(self, monde: Monde) -> None:
        _, offre = expiree(monde)
        nouvelle = reproposer(monde, offre)
        assert (nouvelle.etat, nouvelle.origine, nouvelle.choix) == ("envoyee", "seance", 1)
        assert nouvelle.demi_journees == offre.demi_journees
        assert nouvelle.limite_le > offre.limite_le
        accepter_offre(nouvelle, **acteur(monde, apres(14)))
        offre.dossier.refresh_from_db()
        assert offre.dossier.etat == "admis"

    def test_une_seule_a_la_fois(self, monde: Monde) -> None:
        _, offre = expiree(monde)
        reproposer(monde, offre)
        refuse("hors_liste", reproposer, monde, offre)
        refuse("offre_envoyee", reproposer, monde, Offre.objects.get(etat="envoyee"))

    def test_la_place_donnee_a_la_famille_suivante_ne_revient_pas(self, monde: Monde) -> None:
        suivant = monde.dossier(80)
        _, offre = expiree(monde, suivant)
        appeler(monde, suivant)
        refuse("place_promise", reproposer, monde, offre)

    def test_ouverte_a_une_autre_seance_elle_n_est_plus_a_proposer(self, monde: Monde) -> None:
        monde.bebes.capacites.update(places=[1] * 10)
        seance, offre = expiree(monde)
        factories.creer_seance(places={monde.bebes: 1})
        qui = personne_de(monde.coordination, JOUR)
        assert feuille_d_appel(seance, qui, jour=JOUR) == []
        refuse("place_promise", reproposer, monde, offre)

    def test_une_urgence_se_reprend_depuis_sa_demande(self, monde: Monde) -> None:
        dossier = monde.dossier()
        demande = factories.creer_urgence(monde.bebes, dossier=dossier, debut=JOUR, maintenant=ENVOI)
        urgence = repondre_urgence(demande, accord=True, motif="place_libre", **acteur(monde))
        place = {"section": Section.objects.get(pk=monde.bebes.pk), "demi_journees": [0], "canal": "appel"}
        dates = {"debut": urgence.debut, "fin": urgence.fin}
        offre = admettre_en_urgence(urgence, **place, **dates, **acteur(monde))
        refuse("urgence", reproposer, monde, perdre_place(offre, motif="personnel", **acteur(monde)))
        assert admettre_en_urgence(urgence, **place, **dates, **acteur(monde)).etat == "acceptee"


class TestSilence:
    def test_sans_reglage_le_silence_ne_compte_pas(self, monde: Monde) -> None:
        _, offre = expiree(monde)
        offre.dossier.refresh_from_db()
        assert (offre.refus_compte, offre.dossier.nb_refus_offre) == (False, 0)

    def test_avec_le_reglage_il_compte_si_l_offre_etait_conforme(self, monde: Monde) -> None:
        regler("offre_silence_compte", True)
        _, offre = expiree(monde)
        offre.dossier.refresh_from_db()
        assert (offre.refus_compte, offre.dossier.nb_refus_offre, offre.dossier.etat) == (True, 1, "actif")
        reproposer(monde, offre)
        assert expirer_offres(maintenant=apres(30)) == 1
        offre.dossier.refresh_from_db()
        assert (offre.dossier.nb_refus_offre, offre.dossier.motif_cloture) == (2, "refus_offres")

    def test_d_autres_jours_ne_comptent_pas(self, monde: Monde) -> None:
        regler("offre_silence_compte", True)
        _, offre = expiree(monde)
        nouvelle = reproposer(monde, offre)
        Offre.objects.filter(pk=nouvelle.pk).update(demi_journees=[0])
        expirer_offres(maintenant=apres(30))
        nouvelle.refresh_from_db()
        assert (nouvelle.etat, nouvelle.refus_compte) == ("expiree", False)


class TestPages:
    def test_la_feuille_d_appel_montre_a_qui_elle_etait_proposee(
        self, monde: Monde, client_de: Callable[..., Any]
    ) -> None:
        suivant = monde.dossier(80)
        seance, offre = expiree(monde, suivant)
        page = client_de(monde.coordination)
        adresse = reverse("commissions:appels", args=[seance.pk])
        html = page.get(adresse).content.decode()
        assert "À qui elle était proposée" in html
        assert str(offre.enfant) in html
        noter = reverse("commissions:appel_noter", args=[offre.decision_id])
        page.post(noter, {"issue": "joint"})
        assert Contact.objects.get(dossier=offre.dossier).issue == "joint"
        page.post(reverse("commissions:appel_reproposer", args=[offre.pk]))
        assert Offre.objects.get(etat="envoyee").dossier == offre.dossier
        assert "À qui elle était proposée" not in page.get(adresse).content.decode()

    def test_depuis_le_dossier_et_l_offre(self, monde: Monde, client_de: Callable[..., Any]) -> None:
        _, offre = expiree(monde)
        page = client_de(monde.coordination)
        fiche = page.get(reverse("dossiers:fiche", args=[offre.dossier.numero])).content.decode()
        liste = f"{reverse('commissions:offres')}?dossier={offre.dossier.numero}"
        assert liste in fiche
        assert reverse("commissions:offre", args=[offre.pk]) in page.get(liste).content.decode()
        geste = reverse("commissions:offre_geste", args=[offre.pk, "reproposer"])
        assert "Ce champ est obligatoire" in page.post(geste).content.decode()
        suite = page.post(geste, {"reproposer-canal": "appel"})
        assert suite.url == reverse("commissions:offre", args=[Offre.objects.get(etat="envoyee").pk])

    def test_une_famille_protegee_est_appelee_par_son_guichet(
        self, monde: Monde, client_de: Callable[..., Any]
    ) -> None:
        seance, offre = expiree(monde)
        Famille.objects.filter(pk=offre.dossier.famille_id).update(protegee=True, protegee_le=ENVOI)
        page = client_de(monde.coordination)
        html = page.get(reverse("commissions:appels", args=[seance.pk])).content.decode()
        assert "Famille protégée" in html
        assert offre.enfant.nom not in html
        page.post(reverse("commissions:appel_reproposer", args=[offre.pk]))
        nouvelle = Offre.objects.get(etat="envoyee")
        assert (nouvelle.contact_le, Contact.objects.get().issue) == (None, "a_joindre")

    def test_une_famille_liee_n_y_est_pas(self, monde: Monde, client_de: Callable[..., Any]) -> None:
        seance, offre = expiree(monde)
        declarer_lien(offre.dossier, par=monde.coordination, maintenant=ENVOI)
        page = client_de(monde.coordination)
        html = page.get(reverse("commissions:appels", args=[seance.pk])).content.decode()
        assert "À qui elle était proposée" not in html
        assert page.post(reverse("commissions:appel_reproposer", args=[offre.pk])).status_code == 404


@pytest.mark.django_db(transaction=True)
def test_deux_connexions_ne_la_reproposent_pas_deux_fois(monde: Monde) -> None:
    _, offre = expiree(monde)
    refus = pendant(lambda: reproposer(monde, offre), lambda: reproposer(monde, offre))
    assert refus is not None
    assert Offre.objects.filter(etat="envoyee").count() == 1


def test_declinee_par_erreur_elle_se_repropose_aussi(monde: Monde) -> None:
    admis = monde.dossier(100)
    seance_validee(monde, {admis: "admis"}, places={monde.bebes: 1})
    offre = decliner_offre(offre_envoyee(monde, admis), motif="date", **acteur(monde, apres(1)))
    assert reproposer(monde, offre, 2).etat == "envoyee"


def test_la_lettre_dit_ce_que_vaut_le_silence() -> None:
    assert "reste sur la liste" in mentions.silence(compte=False)
    assert "compte comme une offre déclinée" in mentions.silence(compte=True)


@pytest.mark.parametrize("numero", ["\x00", "2099-999999", "é" * 300])
def test_les_offres_d_un_numero_inconnu(monde: Monde, client_de: Callable[..., Any], numero: str) -> None:
    reponse = client_de(monde.coordination).get(reverse("commissions:offres"), {"dossier": numero})
    assert reponse.status_code in (200, 404)
