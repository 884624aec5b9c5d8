"""An emergency between two séances: its place, its end, the list it never leaves, the next séance."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from commissions.models import Offre, Seance
from commissions.queries.urgences import sections_possibles, urgences_depuis
from commissions.services.admission_offre import constater_entree
from commissions.services.offres import preparer_offre
from commissions.services.reponses import accepter_offre, perdre_place, retirer_orphelines
from commissions.services.urgences import admettre_en_urgence
from dossiers.models import Admission, Cotation, DemandeUrgence, Dossier, Famille, Occupation
from dossiers.services.cycle import changer_etat
from dossiers.services.mutations import verrouiller_place
from dossiers.services.places import refus_de_place
from dossiers.services.urgence import repondre_urgence
from structures.models import Gestionnaire, Section
from structures.regles.ages import ajouter_mois
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
    regler,
    seance_validee,
)

pytestmark = pytest.mark.django_db
DEBUT = timezone.localdate(ENVOI) + timedelta(days=6)


@pytest.fixture
def monde() -> Monde:
    return monde_des_offres()


def accordee(monde: Monde, dossier: Dossier, quand: datetime = ENVOI, **champs: Any) -> DemandeUrgence:
    debut = champs.pop("debut", timezone.localdate(quand) + timedelta(days=6))
    urgence = factories.creer_urgence(monde.bebes, dossier=dossier, debut=debut, maintenant=quand, **champs)
    return repondre_urgence(urgence, accord=True, motif="place_libre", **acteur(monde, quand))


def admettre(monde: Monde, urgence: DemandeUrgence, quand: datetime = ENVOI, **champs: Any) -> Offre:
    dits: dict[str, Any] = {
        "section": monde.bebes,
        "demi_journees": urgence.demi_journees,
        "debut": urgence.debut,
        "fin": urgence.fin,
        "canal": "appel",
    }
    dits |= champs
    dits["section"] = Section.objects.get(pk=dits["section"].pk)
    return admettre_en_urgence(urgence, **dits, **acteur(monde, quand))


def proteger(dossier: Dossier) -> None:
    Famille.objects.filter(pk=dossier.famille_id).update(protegee=True, protegee_le=ENVOI)


class TestAdmettre:
    def test_une_place_jusqu_a_sa_fin_et_le_dossier_reste_sur_la_liste(self, monde: Monde) -> None:
        dossier = monde.dossier(voeux=[monde.autre, monde.creche])
        urgence = accordee(monde, dossier)
        offre = admettre(monde, urgence, demi_journees=[0, 1, 4])
        admission = Admission.objects.get()
        assert (offre.etat, offre.admission, offre.choix) == ("acceptee", admission, 2)
        assert (admission.origine, admission.debut) == ("urgence", DEBUT)
        assert admission.fin == ajouter_mois(DEBUT, 3)
        assert admission.demi_journees == [0, 1, 4]
        dossier.refresh_from_db()
        assert (dossier.etat, dossier.complet_le) == ("actif", date(2026, 11, 3))
        assert Cotation.objects.filter(dossier=dossier, courante=True).exists()
        assert [v.structure for v in dossier.voeux.order_by("rang")] == [monde.autre, monde.creche]

    def test_sa_fin_passee_sa_place_est_libre(self, monde: Monde) -> None:
        urgence = accordee(monde, monde.dossier())
        admettre(monde, urgence)
        tenues = Occupation.objects.filter(section=monde.bebes)
        assert tenues.filter(periode__contains=urgence.fin).exists()
        assert not tenues.filter(periode__contains=urgence.fin + timedelta(days=1)).exists()

    @pytest.mark.parametrize(
        ("champs", "code", "champ"),
        [
            ({"debut": date(2027, 5, 1)}, "dates", "debut"),
            ({"fin": DEBUT}, "dates", "fin"),
            ({"fin": ajouter_mois(DEBUT, 3) + timedelta(days=1)}, "trop_long", "fin"),
            ({"section": "grands"}, "age", "section"),
        ],
    )
    def test_ce_qui_ne_se_peut_pas(self, monde: Monde, champs: dict[str, Any], code: str, champ: str) -> None:
        urgence = accordee(monde, monde.dossier())
        if "section" in champs:
            champs = {"section": monde.grands}
        assert refuse(code, admettre, monde, urgence, **champs).champ == champ
        assert not Offre.objects.exists()

    def test_seule_une_urgence_accordee_et_une_seule_fois(self, monde: Monde) -> None:
        dossier = monde.dossier()
        urgence = factories.creer_urgence(monde.bebes, dossier=dossier, debut=DEBUT, maintenant=ENVOI)
        refuse("urgence_refusee", admettre, monde, urgence)
        repondre_urgence(urgence, accord=True, motif="place_libre", **acteur(monde))
        admettre(monde, urgence)
        refuse("urgence_servie", admettre, monde, urgence)

    def test_un_dossier_incomplet_se_complete_d_abord(self, monde: Monde) -> None:
        dossier = monde.dossier()
        urgence = accordee(monde, dossier)
        Dossier.objects.filter(pk=dossier.pk).update(etat="incomplet", complet_le=None)
        refuse("incomplet", admettre, monde, urgence)

    def test_au_dessus_des_places_il_faut_un_motif(self, monde: Monde) -> None:
        monde.bebes.capacites.update(places=[7] * 10)
        for _ in range(7):
            bebe = factories.creer_enfant(date_naissance=date(2027, 1, 10))
            factories.creer_admission(monde.bebes, enfant=bebe, debut=date(2027, 4, 1), fin=date(2028, 7, 31))
        urgence = accordee(monde, monde.dossier())
        refuse("motif_depassement", admettre, monde, urgence)
        assert not Offre.objects.exists()
        admettre(monde, urgence, motif_depassement="urgence")
        assert Admission.objects.get(origine="urgence").motif_depassement == "urgence"

    def test_une_place_d_association_attend_son_gestionnaire(self, monde: Monde) -> None:
        Gestionnaire.objects.update(nature="association")
        offre = admettre(monde, accordee(monde, monde.dossier()))
        assert (offre.etat, offre.avis, Admission.objects.count()) == ("preparee", "", 0)

    def test_les_sections_de_son_age_qui_ont_de_la_place(self, monde: Monde) -> None:
        dossier = monde.dossier()
        monde.bebes.capacites.update(places=[3, 0] + [3] * 8)
        vues = sections_possibles(dossier, jour=DEBUT, demi_journees=[0, 1])
        assert [(v.section, v.choix, v.manquent) for v in vues] == [
            (monde.bebes, 1, 1),
            (monde.ailleurs, None, 0),
        ]


class TestEnsuite:
    def test_elle_ne_se_prolonge_pas_sans_commission(self, monde: Monde) -> None:
        dossier = monde.dossier()
        premiere = accordee(monde, dossier)
        admettre(monde, premiere)
        plus_tard = timezone.make_aware(datetime.combine(premiere.fin, datetime.min.time()))
        encore = accordee(monde, dossier, plus_tard, debut=premiere.fin + timedelta(days=1))
        refus = refuse("urgence_sans_seance", admettre, monde, encore, plus_tard)
        assert "ne se prolonge pas sans une commission" in refus.message
        Seance.objects.create(
            intitule="Commission d’été",
            tenue_prevue_le=plus_tard,
            lieu="Mairie",
            date_effet=date(2027, 9, 1),
            cloture_le=date(2027, 6, 1),
            tenue_le=plus_tard,
        )
        assert admettre(monde, encore, plus_tard).etat == "acceptee"

    def test_la_base_refuse_de_la_prolonger_ou_d_en_faire_une_place(self, monde: Monde) -> None:
        admettre(monde, accordee(monde, monde.dossier()))
        place = Admission.objects.filter(origine="urgence")
        fin = place.get().fin
        for champs, contrainte in (
            ({"fin": None}, "admission_urgence_finie"),
            ({"origine": "commission"}, "admission_urgence_gardee"),
            ({"fin": fin + timedelta(days=1)}, "admission_urgence_prolongee"),
        ):
            with pytest.raises(IntegrityError, match="urgence") as refus, transaction.atomic():
                place.update(**champs)
            assert refus.value.__cause__.diag.constraint_name == contrainte  # type: ignore[union-attr]
        tenue = verrouiller_place(place.get().pk)
        assert tenue is not None
        tenue.fin = fin + timedelta(days=1)

        def prolonger() -> None:
            with refus_de_place():
                tenue.save(update_fields=["fin"])

        assert "commission" in refuse("urgence_prolongee", prolonger).message

    def test_la_place_reguliere_prend_la_suite_et_la_rend_si_elle_manque(self, monde: Monde) -> None:
        regler("urgence_duree", 6)
        dossier = monde.dossier()
        urgence = accordee(monde, dossier)
        admettre(monde, urgence)
        seance_validee(monde, {dossier: "admis"})
        offre = accepter_offre(offre_envoyee(monde, dossier), **acteur(monde, apres(1)))
        attente = Admission.objects.get(origine="urgence")
        assert (attente.fin, offre.admission.debut) == (date(2027, 8, 31), date(2027, 9, 8))
        dossier.refresh_from_db()
        assert dossier.etat == "admis"
        perdre_place(offre, motif="fermeture", **acteur(monde, apres(2)))
        attente.refresh_from_db()
        dossier.refresh_from_db()
        assert (attente.fin, dossier.etat) == (urgence.fin, "actif")

    def test_perdue_ou_non_venu_le_dossier_n_en_souffre_pas(self, monde: Monde) -> None:
        dossier = monde.dossier()
        offre = admettre(monde, accordee(monde, dossier))
        offre = constater_entree(offre, venu=False, **acteur(monde, apres(10)))
        dossier.refresh_from_db()
        assert (dossier.etat, Admission.objects.count(), offre.entree) == ("actif", 0, "absent")
        autre = monde.dossier()
        perdre_place(admettre(monde, accordee(monde, autre)), motif="personnel", **acteur(monde, apres(2)))
        autre.refresh_from_db()
        assert (autre.etat, Admission.objects.count()) == ("actif", 0)

    def test_la_nuit_ne_retire_que_celle_d_un_dossier_parti(self, monde: Monde) -> None:
        Gestionnaire.objects.update(nature="association")
        dossier = monde.dossier()
        offre = admettre(monde, accordee(monde, dossier))
        assert retirer_orphelines(maintenant=apres(1)) == 0
        changer_etat(dossier, "clore", motif="demenagement", **acteur(monde))
        assert retirer_orphelines(maintenant=apres(1)) == 1
        offre.refresh_from_db()
        assert offre.etat == "annulee"

    def test_une_seule_place_proposee_a_la_fois(self, monde: Monde) -> None:
        dossier = monde.dossier()
        seance_validee(monde, {dossier: "admis"})
        preparer_offre(decision_de(dossier), **acteur(monde))
        refuse("deja_proposee", admettre, monde, accordee(monde, dossier))

    def test_la_seance_suivante_la_lit_une_fois(self, monde: Monde) -> None:
        dossier, protege = monde.dossier(), monde.dossier()
        urgence = accordee(monde, dossier)
        admettre(monde, urgence)
        admettre(monde, accordee(monde, protege))
        proteger(protege)
        suivante = factories.creer_seance(tenue_prevue_le=apres(30))
        dites = urgences_depuis(suivante)
        assert [u["section"] for u in dites] == [str(monde.bebes), "dossier réservé"]
        assert [u["motif"] for u in dites] == ["La famille vient d’arriver", ""]
        assert dites[0]["fin"] == urgence.fin.isoformat()
        Seance.objects.filter(pk=suivante.pk).update(ouverte_le=apres(30))
        assert urgences_depuis(factories.creer_seance(tenue_prevue_le=apres(90))) == []


class TestPage:
    def adresse(self, urgence: DemandeUrgence) -> str:
        return reverse("commissions:urgence_admettre", args=[urgence.pk])

    def une_urgence(self, monde: Monde) -> DemandeUrgence:
        ici = timezone.now()
        dossier = monde.dossier(ne=timezone.localdate() - timedelta(days=200))
        return accordee(monde, dossier, ici, debut=timezone.localdate())

    def test_la_page_propose_les_sections_et_admet(self, monde: Monde, client_de: Callable[..., Any]) -> None:
        urgence = self.une_urgence(monde)
        page = client_de(monde.coordination)
        html = page.get(self.adresse(urgence)).content.decode()
        assert "Avec de la place" in html
        assert "Câlin-Doudou, Bébés\u00a0: choix 1" in html
        donnees = {
            "section": monde.ailleurs.pk,
            "debut": urgence.debut.isoformat(),
            "fin": urgence.fin.isoformat(),
            "demi_journees": ["0", "1"],
            "canal": "appel",
        }
        vue = page.post(self.adresse(urgence), {**donnees, "revoir": "1"}).content.decode()
        assert "Ce champ est obligatoire" not in vue
        assert not Offre.objects.exists()
        faute = page.post(self.adresse(urgence), {**donnees, "canal": "", "fin": "bof"}).content.decode()
        assert "Cette date n’existe pas" in faute
        assert page.post(self.adresse(urgence), donnees).status_code == 302
        assert Admission.objects.get().section == monde.ailleurs
        assert page.get(self.adresse(urgence)).status_code == 302

    def test_une_famille_protegee_s_ouvre_d_abord(self, monde: Monde, client_de: Callable[..., Any]) -> None:
        urgence = self.une_urgence(monde)
        proteger(urgence.dossier)
        reponse = client_de(monde.coordination).get(self.adresse(urgence))
        assert reponse.url == reverse("dossiers:fiche", args=[urgence.dossier.numero])
