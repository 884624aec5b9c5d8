"""A transfer: its former place is nobody else’s until it is accepted, and its child keeps it whatever."""

from datetime import date
from typing import Any

import pytest
from django.utils import timezone

from commissions.models import Offre, Seance
from commissions.queries.appels import feuille_d_appel
from commissions.queries.libres import libres_de
from commissions.services.admission_offre import reporter_entree
from commissions.services.envois import envoyer_offre
from commissions.services.offres import preparer_offre, preparer_offres
from commissions.services.reponses import accepter_offre, decliner_offre, perdre_place
from dossiers.models import Admission, Dossier
from dossiers.queries.places import places_du_jour
from guichet.acces import personne_de
from structures.models import Section
from tests import factories
from tests.commissions.monde import Monde
from tests.commissions.offres import (
    ENVOI,
    acteur,
    apres,
    decision_de,
    monde_des_offres,
    offre_envoyee,
    refuse,
    seance_validee,
)

pytestmark = pytest.mark.django_db
JOUR = timezone.localdate(ENVOI)


@pytest.fixture
def monde() -> Monde:
    return monde_des_offres()


def mutation(monde: Monde, points: int = 95, *, de: Section | None = None, vers: Any = None) -> Dossier:
    """A baby received in a section, asking another crèche."""
    enfant = factories.creer_enfant(date_naissance=date(2027, 1, 10))
    place = factories.creer_admission(
        de or monde.bebes, enfant=enfant, debut=date(2027, 4, 1), fin=date(2028, 8, 31)
    )
    champs = {"nature": "mutation", "admission_actuelle": place, "voeux": [vers or monde.autre]}
    return monde.dossier(points, enfant=enfant, **champs)


def qui_part_qui_vient(monde: Monde) -> tuple[Seance, Dossier, Dossier]:
    """One leaves the babies, whose places are all held; another is admitted on what it would free."""
    part, vient = mutation(monde), monde.dossier(90)
    places = {monde.bebes: 0, monde.ailleurs: 1}
    return seance_validee(monde, {part: "admis", vient: "admis"}, places=places), part, vient


class TestAvantLaReponse:
    def test_proposer_une_mutation_ne_libere_pas_la_place_qu_elle_quitterait(self, monde: Monde) -> None:
        seance, part, vient = qui_part_qui_vient(monde)
        issue = preparer_offres(seance, **acteur(monde))
        assert (issue.preparees, Offre.objects.get().dossier) == (1, part)
        assert "Sa place se libère quand la mutation" in issue.refus[0][1]
        offre_envoyee_a(monde, part)
        refuse("place_deja_offerte", preparer_offre, decision_de(vient), **acteur(monde))

    def test_acceptee_elle_la_libere(self, monde: Monde) -> None:
        seance, part, vient = qui_part_qui_vient(monde)
        preparer_offres(seance, **acteur(monde))
        accepter_offre(offre_envoyee_a(monde, part), **acteur(monde, apres(1)))
        assert preparer_offres(seance, **acteur(monde, apres(2))).preparees == 1
        assert Offre.objects.get(dossier=vient).section == monde.bebes

    def test_declinee_l_enfant_garde_sa_place_et_personne_ne_l_a(self, monde: Monde) -> None:
        seance, part, _ = qui_part_qui_vient(monde)
        preparer_offres(seance, **acteur(monde))
        place = Admission.objects.get()
        decliner_offre(offre_envoyee_a(monde, part), motif="date", **acteur(monde, apres(1)))
        place.refresh_from_db()
        assert (place.fin, Admission.objects.count()) == (date(2028, 8, 31), 1)
        assert preparer_offres(seance, **acteur(monde, apres(2))).preparees == 0
        assert libres_de(seance, jour=JOUR)[monde.bebes.pk] == [0] * 10

    def test_la_feuille_d_appel_ne_donne_pas_la_place_d_une_mutation_sans_reponse(self, monde: Monde) -> None:
        part, attend, admis = mutation(monde), monde.dossier(80), monde.dossier(90)
        sens = {part: "admis", admis: "admis", attend: "liste_complementaire"}
        seance = seance_validee(monde, sens, places={monde.bebes: 1, monde.ailleurs: 1})
        decliner_offre(offre_envoyee(monde, admis), motif="date", **acteur(monde, apres(1)))
        offre = offre_envoyee(monde, part)
        qui = personne_de(monde.coordination, JOUR)
        assert libres_de(seance, jour=JOUR)[monde.bebes.pk] == [1] * 10
        assert [p.offre.dossier for p in feuille_d_appel(seance, qui, jour=JOUR)] == [admis]
        accepter_offre(offre, **acteur(monde, apres(1)))
        assert libres_de(seance, jour=JOUR)[monde.bebes.pk] == [2] * 10

    def test_deux_enfants_qui_echangent_leurs_places_sont_proposes_ensemble(self, monde: Monde) -> None:
        un = mutation(monde)
        deux = mutation(monde, de=monde.ailleurs, vers=monde.creche)
        sens = {un: "admis", deux: "admis"}
        seance = seance_validee(monde, sens, places={monde.bebes: 0, monde.ailleurs: 0, monde.grands: 1})
        assert preparer_offres(seance, **acteur(monde)).preparees == 2


class TestApresLaReponse:
    def test_la_nouvelle_place_manque_et_l_ancienne_revient_meme_donnee(self, monde: Monde) -> None:
        monde.bebes.capacites.update(places=[1] * 10)
        seance, part, vient = qui_part_qui_vient(monde)
        preparer_offres(seance, **acteur(monde))
        ancienne = Admission.objects.get()
        offre = accepter_offre(offre_envoyee_a(monde, part), **acteur(monde, apres(1)))
        preparer_offres(seance, **acteur(monde, apres(2)))
        accepter_offre(offre_envoyee_a(monde, vient), **acteur(monde, apres(3)))
        perdre_place(offre, motif="fermeture", **acteur(monde, apres(4)))
        ancienne.refresh_from_db()
        part.refresh_from_db()
        assert (ancienne.fin, part.etat) == (date(2028, 8, 31), "actif")
        [vue] = places_du_jour([Section.objects.get(pk=monde.bebes.pk)], date(2027, 9, 8))
        assert vue.depassement

    def test_reportee_l_enfant_reste_dans_sa_place_jusque_la(self, monde: Monde) -> None:
        part = mutation(monde)
        seance_validee(monde, {part: "admis"})
        offre = accepter_offre(offre_envoyee(monde, part), **acteur(monde, apres(1)))
        ancienne = Admission.objects.get(section=monde.bebes)
        assert ancienne.fin == date(2027, 8, 31)
        offre = reporter_entree(offre, entree_le=date(2027, 9, 20), **acteur(monde, apres(2)))
        ancienne.refresh_from_db()
        assert ancienne.fin == date(2027, 9, 19)
        assert (offre.admission.adaptation_le, offre.admission.debut) == (
            date(2027, 9, 20),
            date(2027, 9, 27),
        )


def offre_envoyee_a(monde: Monde, dossier: Dossier) -> Offre:
    """Its prepared offer, released and told."""
    return envoyer_offre(Offre.objects.get(dossier=dossier), canal="appel", **acteur(monde))
