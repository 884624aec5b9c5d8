"""Letters of a séance: prepared, one file a family, released by a person once, killed and taken up again."""

import io
import signal
import subprocess
import sys
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pikepdf
import pytest
from django.db import DatabaseError, IntegrityError, transaction
from django.utils import timezone

from commissions import taches
from commissions.models import Decision, Lettre, LotLettres, Offre, Seance, Signataire
from commissions.queries.lettres import a_imprimer_ensemble
from commissions.regles import lettres as regles
from commissions.services.lettres import charger_modeles, demander_lettres
from commissions.services.remise import (
    controler_remise,
    demander_remise,
    finir_remise,
    lettres_a_remettre,
    remettre_lettre,
)
from dossiers.models import Courrier, Dossier, Responsable, Voeu
from guichet.erreurs import ErreurMetier
from structures.models import Gestionnaire
from tests import factories
from tests.commissions.monde import Monde, monde_a_geler
from tests.commissions.offres import ENVOI, seance_validee

pytestmark = pytest.mark.django_db
RACINE = Path(__file__).resolve().parents[2]


@pytest.fixture(autouse=True)
def fichiers(settings: Any, tmp_path: Path) -> Path:
    settings.MEDIA_ROOT = tmp_path
    return tmp_path


@pytest.fixture
def monde() -> Monde:
    return monde_des_lettres()


def monde_des_lettres() -> Monde:
    monde = monde_a_geler()
    Gestionnaire.objects.update(nature="ville")
    factories.creer_capacite(monde.bebes, places=[5] * 10)
    charger_modeles(par=None, maintenant=ENVOI)
    Signataire.objects.create(
        nom="Claire Roche",
        qualite="adjointe au maire",
        delegation="arrêté du 3 juillet 2026",
        depuis=date(2020, 1, 1),
    )
    return monde


def seance_de(monde: Monde, admis: int = 2, **champs: Any) -> tuple[Seance, list[Dossier]]:
    """`admis` babies admitted of as many places, then one on the list, one put off, one refused."""
    dossiers = [monde.dossier(100 - n) for n in range(admis + 3)]
    sens = dict.fromkeys(dossiers[:admis], "admis")
    sens |= {dossiers[admis]: "liste_complementaire", dossiers[admis + 1]: "ajourne"}
    champs.setdefault("places", {monde.bebes: admis, monde.ailleurs: 0})
    return seance_validee(monde, sens, **champs), dossiers


def preparer(monde: Monde, seance: Seance) -> LotLettres:
    lot = demander_lettres(
        seance, envoi_le=timezone.localdate(ENVOI), par=monde.coordination, maintenant=ENVOI
    )
    taches.preparer_lettres(str(lot.tache_id), lot.pk)
    lot.refresh_from_db()
    return lot


def remettre(monde: Monde, lot: LotLettres, quand: datetime = ENVOI) -> None:
    demander_remise(lot, par=monde.coordination, maintenant=quand)
    for pk in lettres_a_remettre(lot):
        remettre_lettre(pk, par=monde.coordination, maintenant=quand)
    finir_remise(lot, par=monde.coordination, maintenant=quand)


def octets_de(objet: Any) -> bytes:
    with objet.fichier.open("rb") as fichier:
        return fichier.read()


def pages_de(objet: Any) -> int:
    with pikepdf.open(io.BytesIO(octets_de(objet))) as pdf:
        return len(pdf.pages)


class TestPreparer:
    def test_une_lettre_et_un_fichier_par_famille_un_fichier_d_impression(self, monde: Monde) -> None:
        seance, dossiers = seance_de(monde, admis=3)
        lot = preparer(monde, seance)
        natures = dict(Lettre.objects.values_list("dossier", "nature"))
        assert [natures[d.pk] for d in dossiers] == [
            *("offre", "offre", "offre", "complementaire", "ajournement", "refus")
        ]
        assert lot.fait_le is not None
        with pikepdf.open(io.BytesIO(octets_de(lot))) as ensemble:
            assert len(ensemble.pages) >= 6
            assert ensemble.Root.MarkInfo.Marked
        refus = Lettre.objects.get(nature="refus")
        with pikepdf.open(io.BytesIO(octets_de(refus))) as seule:
            assert "/StructTreeRoot" in seule.Root
        assert refus.canal == "papier"
        assert Offre.objects.filter(etat="preparee").count() == 3

    def test_un_refus_dit_choix_par_choix_et_ses_mentions(self, monde: Monde) -> None:
        seance, dossiers = seance_de(monde, admis=3)
        preparer(monde, seance)
        texte = Lettre.objects.get(dossier=dossiers[-1]).texte
        for attendu in (
            "Choix\u00a01, Câlin-Doudou, Bébés",
            "le dernier admis y a 98\u00a0points, cette demande 95",
            "Réside à Saint-Étienne\u00a0: 95\u00a0points",
            "À égalité de points",
            "Claire Roche, adjointe au maire, arrêté du 3 juillet 2026",
            "L.\u00a0311-3-1",
            "R.\u00a0311-3-1-1",
            "www.cada.fr",
            "recours gracieux",
            "relais petite enfance",
            "monenfant.fr",
            str(dossiers[-1].enfant),
        ):
            assert attendu in texte, attendu
        assert "{" not in texte

    def test_un_choix_sans_place_a_cette_seance_se_dit_aussi(self, monde: Monde) -> None:
        seance, dossiers = seance_de(monde, admis=3)
        fermee = factories.creer_structure(nom="Les Moussaillons")
        Voeu.objects.create(dossier=dossiers[-1], structure=fermee, rang=2)
        preparer(monde, seance)
        attendu = "Choix\u00a02, Les Moussaillons\u00a0: aucune place n’y était ouverte"
        assert attendu in Lettre.objects.get(dossier=dossiers[-1]).texte

    def test_la_liste_complementaire_dit_son_rang_et_comment_la_demande_se_renouvelle(
        self, monde: Monde
    ) -> None:
        seance, dossiers = seance_de(monde, admis=3)
        preparer(monde, seance)
        texte = Lettre.objects.get(dossier=dossiers[3]).texte
        for attendu in (
            "liste complémentaire, au rang 1",
            "nous vous appelons dans l’ordre de cette liste",
            "valable 6 mois",
            "Choix\u00a01, Câlin-Doudou, Bébés",
            "relais petite enfance",
        ):
            assert attendu in texte, attendu

    def test_une_offre_dit_son_delai_ses_jours_et_ce_que_vaut_le_silence(self, monde: Monde) -> None:
        seance, dossiers = seance_de(monde)
        preparer(monde, seance)
        texte = Lettre.objects.get(dossier=dossiers[0]).texte
        for attendu in (
            *(
                "vendredi 28\u00a0mai\u00a02027 à 18\u00a0h",
                "toute la semaine",
                "mercredi 1er\u00a0septembre",
            ),
            *("Si vous acceptez", "Si vous déclinez", "Sans réponse"),
        ):
            assert attendu in texte, attendu

    def test_le_gestionnaire_signe_pour_sa_place_apres_avoir_confirme(self, monde: Monde) -> None:
        Gestionnaire.objects.update(nature="association")
        seance, dossiers = seance_de(monde)
        with pytest.raises(ErreurMetier) as refus:
            preparer(monde, seance)
        assert refus.value.code == "signataire_manquant"
        gestionnaire = monde.creche.gestionnaire
        Signataire.objects.create(
            gestionnaire=gestionnaire, nom="Ali Ba", qualite="président", depuis=date(2020, 1, 1)
        )
        preparer(monde, seance)
        assert not Lettre.objects.filter(nature="offre").exists()
        Offre.objects.filter(dossier=dossiers[0]).update(avis="confirmee", avis_le=ENVOI)
        preparer(monde, seance)
        texte = Lettre.objects.get(nature="offre").texte
        assert f"Ali Ba, président, pour {gestionnaire.nom}" in texte
        assert "conciliateur" in texte
        assert "tribunal administratif" not in texte

    def test_une_famille_protegee_a_une_lettre_discrete_hors_du_lot_imprime(self, monde: Monde) -> None:
        seance, dossiers = seance_de(monde)
        Gestionnaire.objects.filter(pk=monde.autre.gestionnaire_id).update(nature="association")
        protege = dossiers[-1]
        protege.famille.protegee, protege.famille.protegee_le = True, ENVOI
        protege.famille.save()
        lot = preparer(monde, seance)
        lettre = Lettre.objects.get(dossier=protege)
        assert lettre.nature == "discrete"
        for tu in (
            "Câlin",
            "Lino",
            protege.mairie.nom,
            "95",
            *Gestionnaire.objects.values_list("nom", flat=True),
        ):
            assert tu not in lettre.texte + lettre.auteur
        assert "Claire Roche" in lettre.texte
        assert pages_de(lot) == sum(pages_de(un) for un in lot.lettres.exclude(nature="discrete"))

    def test_relancee_elle_continue_sans_rien_refaire(self, monde: Monde, monkeypatch: Any) -> None:
        seance, _ = seance_de(monde)
        lot = demander_lettres(
            seance, envoi_le=timezone.localdate(ENVOI), par=monde.coordination, maintenant=ENVOI
        )
        vraie, vues = taches.ranger_lettres, []

        def tomber(lettres: Any, octets: Any) -> None:
            vues.append(lettres[0].dossier_id)
            if len(vues) == 3:
                raise OSError("disque plein")
            vraie(lettres, octets)

        monkeypatch.setattr(taches, "ranger_lettres", tomber)
        with pytest.raises(OSError, match="disque"):
            taches.preparer_lettres(str(lot.tache_id), lot.pk)
        assert lot.lettres.count() == 2
        premieres = dict(lot.lettres.values_list("pk", "preparee_le"))
        taches.preparer_lettres(str(lot.tache_id), lot.pk)
        assert lot.lettres.count() == 5
        assert premieres.items() <= dict(lot.lettres.values_list("pk", "preparee_le")).items()


class TestRemettre:
    def test_une_personne_remet_les_offres_partent_la_seance_est_notifiee(self, monde: Monde) -> None:
        seance, dossiers = seance_de(monde)
        lot = preparer(monde, seance)
        assert not Courrier.objects.exists()
        remettre(monde, lot)
        seance.refresh_from_db()
        offre = Offre.objects.get(dossier=dossiers[0])
        assert (seance.etat, offre.etat, offre.contact_canal) == ("notifiee", "envoyee", "courrier")
        assert timezone.localtime(offre.limite_le).isoformat() == "2027-05-28T18:00:00+02:00"
        assert Courrier.objects.count() == 5
        courrier = Courrier.objects.get(dossier=dossiers[-1])
        assert str(dossiers[-1].enfant) in courrier.corps
        assert "## " not in courrier.corps
        lettre = Lettre.objects.get(dossier=dossiers[-1])
        destinataire = lettre.identite["destinataire"]
        assert lettre.empreinte == regles.empreinte(lettre.titre, destinataire, lettre.texte)
        with pytest.raises(DatabaseError), transaction.atomic():
            Lettre.objects.filter(pk=lettre.pk).update(corps="autre chose")
        with pytest.raises(ErreurMetier, match="déjà remises"):
            controler_remise(LotLettres.objects.get(), ENVOI)

    def test_une_famille_qui_a_donne_un_courriel_recoit_sa_lettre_par_courriel(self, monde: Monde) -> None:
        seance, dossiers = seance_de(monde)
        Responsable.objects.filter(famille=dossiers[-1].famille).update(courriel="famille@exemple.invalid")
        lot = preparer(monde, seance)
        lettre = Lettre.objects.get(dossier=dossiers[-1])
        assert lettre.canal == "courriel"
        assert lettre not in a_imprimer_ensemble(lot)
        remettre(monde, lot)
        courrier = Courrier.objects.get(dossier=dossiers[-1])
        assert (courrier.canal, courrier.courriel) == ("courriel", "famille@exemple.invalid")

    def test_rejouee_la_remise_n_envoie_rien_deux_fois(self, monde: Monde) -> None:
        seance, _ = seance_de(monde)
        lot = preparer(monde, seance)
        for pk in lettres_a_remettre(lot)[:2]:
            remettre_lettre(pk, par=monde.coordination, maintenant=ENVOI)
            remettre_lettre(pk, par=monde.coordination, maintenant=ENVOI)
        remettre(monde, lot, ENVOI + timedelta(days=3))
        assert Courrier.objects.count() == 5

    def test_des_lettres_d_hier_se_preparent_de_nouveau(self, monde: Monde) -> None:
        seance, _ = seance_de(monde)
        lot = preparer(monde, seance)
        with pytest.raises(ErreurMetier) as refus:
            controler_remise(lot, ENVOI + timedelta(days=1))
        assert refus.value.code == "lettres_perimees"

    def test_une_offre_que_le_dossier_n_admet_plus_retient_sa_lettre(self, monde: Monde) -> None:
        seance, dossiers = seance_de(monde)
        lot = preparer(monde, seance)
        Dossier.objects.filter(pk=dossiers[0].pk).update(etat="suspendu", suspendu_le=ENVOI)
        remettre(monde, lot)
        lettre = Lettre.objects.get(dossier=dossiers[0])
        assert (lettre.remise_le, bool(lettre.retenue)) == (None, True)
        assert Courrier.objects.count() == 4

    @pytest.mark.parametrize(
        ("modele", "champs", "contrainte"),
        [
            (Lettre, {"empreinte": "x"}, "lettre_signee"),
            (Lettre, {"remise_le": ENVOI, "retenue": "x"}, "lettre_remise_ou_retenue"),
            (LotLettres, {"remis_le": ENVOI, "fait_le": None}, "lot_remis_apres_fait"),
        ],
    )
    def test_la_base_refuse(self, monde: Monde, modele: Any, champs: Any, contrainte: str) -> None:
        seance, _ = seance_de(monde, admis=1)
        preparer(monde, seance)
        with pytest.raises(IntegrityError, match=contrainte), transaction.atomic():
            modele.objects.update(**champs)

    def test_un_destinataire_un_lot(self, monde: Monde) -> None:
        seance, _ = seance_de(monde, admis=1)
        lot = preparer(monde, seance)
        lettre = lot.lettres.first()
        lettre.pk = None
        with pytest.raises(IntegrityError, match="lettre_une_par_destinataire"), transaction.atomic():
            lettre.save(force_insert=True)
        with pytest.raises(IntegrityError, match="lot_un_en_cours"), transaction.atomic():
            LotLettres.objects.create(seance=seance, envoi_le=lot.envoi_le, demande_le=ENVOI)


_TUE = """
import os, signal, django
django.setup()
from django.conf import settings
settings.MEDIA_ROOT = "{fichiers}"
from commissions import taches
from commissions.models import Lettre
vraie = taches.ranger_lettres
def mourir(lettres, octets):
    if Lettre.objects.count() == 2:
        os.kill(os.getpid(), signal.SIGKILL)
    vraie(lettres, octets)
taches.ranger_lettres = mourir
taches.preparer_lettres("{tache}", {lot})
"""


@pytest.mark.django_db(transaction=True)
def test_tuee_la_preparation_reprend_ou_elle_etait(
    environnement_de_test: dict[str, str], fichiers: Path
) -> None:
    monde = monde_des_lettres()
    seance, _ = seance_de(monde)
    lot = demander_lettres(
        seance, envoi_le=timezone.localdate(ENVOI), par=monde.coordination, maintenant=ENVOI
    )
    fini = subprocess.run(
        [sys.executable, "-c", _TUE.format(tache=lot.tache_id, lot=lot.pk, fichiers=fichiers)],
        env={
            **environnement_de_test,
            "DJANGO_SETTINGS_MODULE": "guichet.settings",
            "MEDIA_ROOT": str(fichiers),
        },
        cwd=RACINE,
        capture_output=True,
        timeout=120,
        check=False,
    )
    assert fini.returncode == -signal.SIGKILL, fini.stderr.decode()
    assert Lettre.objects.count() == 2
    taches.preparer_lettres(str(lot.tache_id), lot.pk)
    lot.refresh_from_db()
    assert (Lettre.objects.count(), lot.fait_le is not None) == (5, True)
    assert Decision.objects.filter(lettres__isnull=True).count() == 0
