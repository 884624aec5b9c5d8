"""What managers confirm before release: whom is asked, what waits, what never leaves, who sees what."""

from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import DatabaseError, IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from commissions import taches
from commissions.models import ConfirmationGestionnaire, Lettre, LotLettres, MotifNonConfirmation, Signataire
from commissions.regles import confirmation as regles
from commissions.services import confirmations
from commissions.services.lettres import demander_lettres
from commissions.services.remise import remettre_lettre
from dossiers.models import Dossier, Journal
from dossiers.services.liens import declarer_lien
from guichet.erreurs import ErreurMetier
from structures.models import Gestionnaire
from tests import factories
from tests.commissions.monde import Monde
from tests.commissions.offres import ENVOI
from tests.commissions.test_lettres import monde_des_lettres, preparer, remettre, seance_de

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def fichiers(settings: Any, tmp_path: Path) -> Path:
    settings.MEDIA_ROOT = tmp_path
    return tmp_path


@pytest.fixture
def monde() -> Monde:
    """The first crèche is an association's; the other one stays the city's."""
    monde = monde_des_lettres()
    Gestionnaire.objects.filter(pk=monde.creche.gestionnaire_id).update(nature="association")
    Signataire.objects.create(
        gestionnaire=monde.creche.gestionnaire, nom="Ali Ba", qualite="président", depuis=date(2020, 1, 1)
    )
    return monde


@pytest.fixture
def refus(monde: Monde) -> ConfirmationGestionnaire:
    """The refusal of a séance where nobody was admitted, asked to its manager; a list and a put off too."""
    seance, dossiers = seance_de(monde, admis=0, places={monde.bebes: 0, monde.ailleurs: 1})
    preparer(monde, seance)
    return de(dossiers[-1])


def de(dossier: Dossier) -> ConfirmationGestionnaire:
    return ConfirmationGestionnaire.objects.get(decision__passage__dossier=dossier)


def acteur(monde: Monde) -> dict[str, Any]:
    return {"par": monde.coordination, "maintenant": ENVOI}


class TestTable:
    def test_chaque_fleche_et_aucune_autre(self) -> None:
        for action in regles.TRANSITIONS:
            for etat in (regles.ATTENDUE, regles.CONFIRMEE, regles.REFUSEE):
                if etat in regles.TRANSITIONS[action]:
                    assert regles.etat_suivant(etat, action) == regles.TRANSITIONS[action][etat]
                else:
                    with pytest.raises(ErreurMetier) as refus:
                        regles.etat_suivant(etat, action)
                    assert refus.value.code == f"confirmation_{etat}"

    def test_une_lettre_part_quand_chacun_a_confirme(self) -> None:
        assert regles.peut_partir([], {})
        assert regles.peut_partir([1, 2], {1: "confirmee", 2: "confirmee"})
        assert not regles.peut_partir([1, 2], {1: "confirmee"})
        assert not regles.peut_partir([1], {1: "refusee"})

    def test_aucun_motif_ne_parle_de_sante(self) -> None:
        dits = " ".join(f"{code} {mot}" for code, mot in MotifNonConfirmation.choices).lower()
        assert not [mot for mot in ("santé", "sante", "handicap", "médic", "maladie") if mot in dits]


class TestBase:
    @pytest.mark.parametrize(
        ("champs", "contrainte"),
        [
            ({"etat": "confirmee"}, "confirmation_etat_date"),
            ({"repondue_le": ENVOI}, "confirmation_etat_date"),
            ({"motif": "points"}, "confirmation_refus_motive"),
            ({"etat": "refusee", "repondue_le": ENVOI}, "confirmation_refus_motive"),
        ],
    )
    def test_la_base_refuse(
        self, refus: ConfirmationGestionnaire, champs: dict[str, Any], contrainte: str
    ) -> None:
        with pytest.raises(IntegrityError, match=contrainte), transaction.atomic():
            ConfirmationGestionnaire.objects.filter(pk=refus.pk).update(**champs)

    def test_une_par_structure(self, refus: ConfirmationGestionnaire) -> None:
        champs = {"decision": refus.decision, "structure": refus.structure, "demandee_le": ENVOI}
        with pytest.raises(IntegrityError, match="confirmation_une_par_structure"), transaction.atomic():
            ConfirmationGestionnaire.objects.create(**champs)

    def test_confirmee_elle_ne_change_plus_et_rien_ne_s_efface(
        self, monde: Monde, refus: ConfirmationGestionnaire
    ) -> None:
        confirmations.confirmer(refus, **acteur(monde))
        lignes = ConfirmationGestionnaire.objects.filter(pk=refus.pk)
        with pytest.raises(DatabaseError), transaction.atomic():
            lignes.update(etat="refusee", motif="points")
        with pytest.raises(DatabaseError), transaction.atomic():
            lignes.delete()
        lignes.update(repondue_par=None)

    def test_la_base_retient_la_lettre_d_un_gestionnaire_qui_n_a_pas_confirme(
        self, monde: Monde, refus: ConfirmationGestionnaire
    ) -> None:
        lettre = factories.creer_lettre()
        Lettre.objects.filter(pk=lettre.pk).update(decision=refus.decision)
        with pytest.raises(IntegrityError, match="lettre_confirmee"), transaction.atomic():
            Lettre.objects.filter(pk=lettre.pk).update(remise_le=ENVOI)
        confirmations.confirmer(refus, **acteur(monde))
        Lettre.objects.filter(pk=lettre.pk).update(remise_le=ENVOI)


class TestLettres:
    def test_rien_ne_s_ecrit_avant_la_reponse_du_gestionnaire(self, monde: Monde) -> None:
        seance, dossiers = seance_de(monde, admis=0, places={monde.bebes: 0, monde.ailleurs: 1})
        lot = preparer(monde, seance)
        assert (lot.fait_le is not None, Lettre.objects.count()) == (True, 0)
        assert ConfirmationGestionnaire.objects.filter(etat="attendue").count() == len(dossiers)
        for dossier in dossiers[:2]:
            confirmations.confirmer(de(dossier), **acteur(monde))
        confirmations.refuser(de(dossiers[2]), motif="points", **acteur(monde))
        lot = preparer(monde, seance)
        assert set(Lettre.objects.values_list("dossier", flat=True)) == {d.pk for d in dossiers[:2]}
        assert "Ali Ba, président" in Lettre.objects.first().texte
        remettre(monde, lot)
        assert Lettre.objects.filter(remise_le__isnull=False).count() == 2

    def test_refusee_elle_ne_part_qu_une_fois_redemandee_et_confirmee(
        self, monde: Monde, refus: ConfirmationGestionnaire
    ) -> None:
        seance = refus.decision.passage.seance
        confirmations.refuser(refus, motif="dossier", **acteur(monde))
        with pytest.raises(ErreurMetier) as deja:
            confirmations.confirmer(refus, **acteur(monde))
        assert deja.value.code == "confirmation_refusee"
        confirmations.redemander(refus, **acteur(monde))
        preparer(monde, seance)
        assert not Lettre.objects.exists()
        confirmations.confirmer(refus, **acteur(monde))
        preparer(monde, seance)
        assert Lettre.objects.get().decision_id == refus.decision_id
        dites = Journal.objects.filter(
            dossier=refus.decision.passage.dossier, objet__startswith="gestionnaire"
        )
        assert [*dites.order_by("pk").values_list("objet", "motif")] == [
            ("gestionnaire_refuser", "dossier"),
            ("gestionnaire_redemander", ""),
            ("gestionnaire_confirmer", ""),
        ]

    def test_un_motif_hors_de_la_liste_est_refuse(
        self, monde: Monde, refus: ConfirmationGestionnaire
    ) -> None:
        with pytest.raises(ErreurMetier) as faute:
            confirmations.refuser(refus, motif="sante", **acteur(monde))
        assert (faute.value.code, faute.value.champ) == ("motif_inconnu", "motif")

    def test_le_maire_signe_l_autre_gestionnaire_confirme_et_les_deux_recours_se_lisent(
        self, monde: Monde
    ) -> None:
        melange = monde.dossier(120, voeux=[monde.autre, monde.creche])
        seance, _ = seance_de(monde, admis=0, places={monde.bebes: 0, monde.ailleurs: 1})
        preparer(monde, seance)
        assert not Lettre.objects.filter(dossier=melange).exists()
        assert de(melange).structure == monde.creche
        confirmations.confirmer(de(melange), **acteur(monde))
        preparer(monde, seance)
        texte = Lettre.objects.get(dossier=melange).texte
        assert "Claire Roche" in texte
        assert f"{monde.creche.gestionnaire.nom} décide, sur le même avis, pour sa structure" in texte
        assert "tribunal administratif" in texte
        assert "conciliateur" in texte

    def test_un_gestionnaire_venu_depuis_retient_la_lettre_au_depart(self, monde: Monde) -> None:
        Gestionnaire.objects.update(nature="ville")
        seance, _ = seance_de(monde, admis=0, places={monde.bebes: 0, monde.ailleurs: 1})
        preparer(monde, seance)
        Gestionnaire.objects.filter(pk=monde.creche.gestionnaire_id).update(nature="entreprise")
        lettre = remettre_lettre(Lettre.objects.first().pk, **acteur(monde))
        assert lettre.remise_le is None
        assert "n’a pas confirmé" in lettre.retenue

    def test_une_reponse_deja_partie_n_est_plus_demandee(self, monde: Monde) -> None:
        Gestionnaire.objects.update(nature="ville")
        seance, _ = seance_de(monde, admis=0, places={monde.bebes: 0, monde.ailleurs: 1})
        remettre(monde, preparer(monde, seance))
        Gestionnaire.objects.update(nature="association")
        demain = ENVOI + timedelta(days=1)
        Signataire.objects.create(
            gestionnaire=monde.autre.gestionnaire, nom="X", qualite="y", depuis=date(2020, 1, 1)
        )
        lot = demander_lettres(
            seance, envoi_le=timezone.localdate(demain), par=monde.coordination, maintenant=demain
        )
        taches.preparer_lettres(str(lot.tache_id), lot.pk)
        assert not ConfirmationGestionnaire.objects.exists()
        assert LotLettres.objects.get(pk=lot.pk).lettres.count() == 0


class TestPages:
    def lire(self, client: Any) -> str:
        reponse = client.get(reverse("commissions:confirmations"))
        assert reponse.status_code == 200
        return reponse.content.decode()

    def test_une_direction_confirme_les_siennes_en_bloc(
        self, monde: Monde, refus: ConfirmationGestionnaire, client_de: Any
    ) -> None:
        client = client_de("direction", structure=monde.creche)
        page = self.lire(client)
        assert refus.decision.passage.identite in page
        assert "Confirmer 3\u00a0réponses" in page
        lignes = ",".join(str(pk) for pk in ConfirmationGestionnaire.objects.values_list("pk", flat=True))
        suite = client.post(reverse("commissions:confirmations_bloc"), {"lignes": lignes}, follow=True)
        assert "3\u00a0réponses confirmées" in suite.content.decode()
        assert (
            ConfirmationGestionnaire.objects.filter(etat="confirmee", repondue_par=client.agent).count() == 3
        )
        assert "Aucune réponse à confirmer" in self.lire(client)
        encore = client.post(reverse("commissions:confirmations_bloc"), {"lignes": lignes}, follow=True)
        assert "0\u00a0réponse confirmée" in encore.content.decode()

    @pytest.mark.parametrize("lignes", ["", "²", "1,x", "\x00", "9" * 30])
    def test_un_bloc_illisible_ne_confirme_rien(
        self, monde: Monde, refus: ConfirmationGestionnaire, client_de: Any, lignes: str
    ) -> None:
        client = client_de("direction", structure=monde.creche)
        assert client.post(reverse("commissions:confirmations_bloc"), {"lignes": lignes}).status_code == 302
        assert not ConfirmationGestionnaire.objects.filter(etat="confirmee").exists()

    def test_un_refus_sans_motif_le_dit_sur_son_champ(
        self, monde: Monde, refus: ConfirmationGestionnaire, client_de: Any
    ) -> None:
        client = client_de("direction", structure=monde.creche)
        adresse = reverse("commissions:confirmation_refuser", args=[refus.pk])
        page = client.post(adresse, {}).content.decode()
        assert "Choisissez le motif du refus." in page
        assert f'aria-describedby="erreur-{refus.pk}"' in page
        client.post(adresse, {"motif": "points"})
        refus.refresh_from_db()
        assert (refus.etat, refus.motif) == ("refusee", "points")
        coordination = client_de("coordination")
        assert "Refusées, à reprendre" in self.lire(coordination)
        coordination.post(reverse("commissions:confirmation_redemander", args=[refus.pk]))
        refus.refresh_from_db()
        assert (refus.etat, refus.motif, refus.repondue_le) == ("attendue", "", None)

    def test_une_autre_structure_et_une_personne_liee_ne_voient_rien(
        self, monde: Monde, refus: ConfirmationGestionnaire, client_de: Any
    ) -> None:
        autre = client_de("direction", structure=monde.autre)
        lie = client_de("direction", structure=monde.creche)
        declarer_lien(refus.decision.passage.dossier, par=lie.agent, maintenant=ENVOI)
        adresse = reverse("commissions:confirmation_confirmer", args=[refus.pk])
        for client in (autre, lie):
            assert refus.decision.passage.identite not in self.lire(client)
            assert client.post(adresse).status_code == 404
            client.post(reverse("commissions:confirmations_bloc"), {"lignes": str(refus.pk)})
        refus.refresh_from_db()
        assert refus.etat == "attendue"

    def test_une_famille_protegee_est_une_ligne_reservee(
        self, monde: Monde, refus: ConfirmationGestionnaire, client_de: Any
    ) -> None:
        passage = refus.decision.passage
        famille = passage.dossier.famille
        famille.protegee, famille.protegee_le = True, ENVOI
        famille.save()
        for client in (client_de("direction", structure=monde.creche), client_de("coordination")):
            page = self.lire(client)
            assert "Dossier réservé" in page
            assert passage.identite not in page
            assert f">{passage.numero_ordre}<" not in page

    def test_le_nombre_de_requetes_ne_depend_pas_des_lignes(
        self, monde: Monde, refus: ConfirmationGestionnaire, client_de: Any, django_assert_num_queries: Any
    ) -> None:
        client = client_de("direction", structure=monde.creche)
        self.lire(client)
        with django_assert_num_queries(13):
            self.lire(client)
        ConfirmationGestionnaire.objects.exclude(pk=refus.pk).update(etat="confirmee", repondue_le=ENVOI)
        with django_assert_num_queries(13):
            self.lire(client)

    def test_l_accueil_et_les_reponses_y_menent(
        self, monde: Monde, refus: ConfirmationGestionnaire, client_de: Any
    ) -> None:
        client = client_de("direction", structure=monde.creche)
        accueil = client.get(reverse("accueil")).content.decode()
        assert "3\u00a0réponses de la commission attendent" in accueil
        coordination = client_de("coordination")
        adresse = reverse("commissions:reponses", args=[refus.decision.passage.seance_id])
        assert "3\u00a0réponses attendent" in coordination.get(adresse).content.decode()
        confirmations.refuser(refus, motif="points", **acteur(monde))
        page = coordination.get(adresse).content.decode()
        assert "1\u00a0réponse refusée" in page
        assert "Préparer de nouveau" in page
