"""« À vérifier »: what is missing in words, the filters, the pages; several pieces in one save; validity."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from dossiers.models import Courrier, Dossier, PieceJustificative, Responsable
from dossiers.queries.verification import (
    FILTRABLES,
    GEL,
    PAR_PAGE,
    Demande,
    Gel,
    comptes,
    dossiers_a_controler,
    page_verification,
)
from dossiers.regles.pieces import PREUVES, a_apporter, fin_de_validite
from dossiers.services.pieces import PieceVue, constater_pieces, redemander_piece, refuser_piece
from guichet.acces import Personne, personne_de
from guichet.erreurs import ErreurMetier
from structures.models import Mairie
from tests import factories
from tests.conftest import ClientStrict
from tests.dossiers.scene import coter, un_dossier_complet, une_grille
from tests.factories import INSTANT, JOUR

pytestmark = pytest.mark.django_db
Ouvrir = Callable[..., ClientStrict]


def vue_par(mairie: Mairie, profil: str = "agent") -> Personne:
    portee = {"mairie": mairie} if profil == "agent" else {}
    return personne_de(factories.creer_agent(profil, **portee), JOUR)


def lire(qui: Personne, gels: list[Gel] | None = None, **champs: Any) -> dict[str, str]:
    """Number of each dossier of the page → what it misses."""
    page = page_verification(qui, Demande(**champs), gels or [])
    return {ligne.dossier.numero: ", ".join(ligne.manque) for ligne in page.lignes}


def piece(dossier: Dossier, code: str = "domicile") -> PieceJustificative:
    return PieceJustificative.objects.get(code=code, famille=dossier.famille)


class TestValidite:
    @pytest.mark.parametrize(
        ("code", "document", "fin"),
        [
            ("domicile", "quittance de loyer", date(2027, 11, 23)),
            ("ressources", "avis d’imposition", date(2027, 11, 23)),
            ("handicap_enfant", "notification MDPH ou AEEH", date(2029, 11, 23)),
            ("handicap_enfant", "attestation de diagnostic en cours", date(2027, 5, 23)),
            ("identite", "acte de naissance", None),
            ("situation_familiale", "jugement", None),
        ],
    )
    def test_chaque_document_vaut_le_temps_de_sa_piece(
        self, code: str, document: str, fin: date | None
    ) -> None:
        assert fin_de_validite(code, document, JOUR) == fin

    def test_les_durees_nomment_des_documents_de_leur_piece(self) -> None:
        for preuve in PREUVES.values():
            assert preuve.par_document.keys() <= set(preuve.equivalents)

    def test_ce_qu_il_faut_apporter_se_lit(self) -> None:
        assert a_apporter("autorite_parentale") == "livret de famille, acte de naissance ou jugement"


class TestLotDePieces:
    def faire(self, dossier: Dossier, *vues: PieceVue) -> list[PieceJustificative]:
        agent = factories.creer_agent("agent", mairie=dossier.mairie)
        return constater_pieces(dossier, vues, par=agent, mairie=dossier.mairie, maintenant=INSTANT)

    def test_tout_ce_qui_est_pose_s_ecrit_d_un_coup(self) -> None:
        une_grille()
        dossier = un_dossier_complet(etat="incomplet", faits={"handicap_enfant": True})
        self.faire(
            dossier,
            PieceVue("identite", "livret de famille"),
            PieceVue("autorite_parentale", "livret de famille"),
            PieceVue("domicile", "quittance de loyer"),
            PieceVue("handicap_enfant", "notification MDPH ou AEEH", valide_jusqu_au=date(2028, 1, 31)),
        )
        dossier.refresh_from_db()
        assert (dossier.etat, dossier.complet_le) == ("actif", JOUR)
        assert dossier.cotations.get(courante=True).verifie == 130
        lignes = dossier.journal.filter(action="piece").order_by("pk")
        assert [ligne.objet.partition(":")[0] for ligne in lignes] == [
            *("identite", "autorite_parentale", "domicile", "handicap_enfant"),
        ]
        assert piece(dossier).valide_jusqu_au == date(2027, 11, 23)
        handicap = PieceJustificative.objects.get(dossier=dossier, code="handicap_enfant")
        assert handicap.valide_jusqu_au == date(2028, 1, 31)

    @pytest.mark.parametrize(
        ("vue", "champ"),
        [
            (PieceVue("domicile", "passeport"), "domicile-equivalent"),
            (PieceVue("domicile", "quittance de loyer", vue_le=date(2026, 11, 24)), "domicile-vue_le"),
        ],
    )
    def test_une_faute_n_ecrit_rien(self, vue: PieceVue, champ: str) -> None:
        dossier = un_dossier_complet(etat="incomplet")
        with pytest.raises(ErreurMetier) as refus:
            self.faire(dossier, PieceVue("identite", "livret de famille"), vue)
        assert refus.value.champ == champ
        assert not PieceJustificative.objects.filter(code="identite", etat="vue").exists()

    def test_redemander_garde_l_anciennete_refuser_apres_coup_non(self) -> None:
        dossier = un_dossier_complet(etat="incomplet")
        vues = [
            PieceVue(c, PREUVES[c].equivalents[0]) for c in ("identite", "autorite_parentale", "domicile")
        ]
        self.faire(dossier, *vues)
        agent = factories.creer_agent("agent", mairie=dossier.mairie)
        plus_tard = INSTANT + timedelta(days=60)
        redemander_piece(dossier, "domicile", par=agent, maintenant=plus_tard)
        dossier.refresh_from_db()
        assert (dossier.etat, dossier.complet_garde_le) == ("incomplet", JOUR)
        assert piece(dossier).etat == "attendue"
        with pytest.raises(ErreurMetier):
            redemander_piece(dossier, "domicile", par=agent, maintenant=plus_tard)
        constater_pieces(dossier, vues[2:], par=agent, maintenant=plus_tard)
        dossier.refresh_from_db()
        assert (dossier.etat, dossier.complet_le) == ("actif", JOUR)
        refuser_piece(dossier, "domicile", motif="non_conforme", par=agent, maintenant=plus_tard)
        dossier.refresh_from_db()
        assert (dossier.etat, dossier.complet_garde_le) == ("incomplet", None)

    def test_la_page_coche_plusieurs_pieces_et_dit_les_points(self, client_de: Ouvrir) -> None:
        grille = une_grille()
        dossier = un_dossier_complet(faits={"handicap_enfant": True})
        coter(dossier, grille)
        client = client_de("agent", mairie=dossier.mairie)
        adresse = reverse("dossiers:pieces", args=[dossier.numero])
        assert "Handicap de l’enfant" in client.get(adresse).content.decode()
        page = client.post(adresse, {"handicap_enfant-vue": "on", "vue_le": ""}).content.decode()
        assert "Choisissez le document que vous avez vu." in page
        lot = {
            "handicap_enfant-vue": "on",
            "handicap_enfant-equivalent": "attestation du CAMSP",
            "identite-equivalent": "livret de famille",
        }
        page = client.post(adresse, lot, follow=True).content.decode()
        assert "2 pièces vues. Points vérifiés\u202f: 100 → 130" in page
        assert "Enfant en situation de handicap +30" in page
        assert "Cochez au moins une pièce." in client.post(adresse, {}).content.decode()

    def test_un_refus_dit_quoi_apporter(self, client_de: Ouvrir) -> None:
        dossier = un_dossier_complet()
        client = client_de("agent", mairie=dossier.mairie)
        adresse = reverse("dossiers:piece_refusee", args=[dossier.numero, "domicile"])
        page = client.post(adresse, {"refus-domicile-motif": "illisible"}, follow=True).content.decode()
        assert "Illisible. À apporter\u202f: facture d’énergie" in page
        adresse = reverse("dossiers:piece_redemandee", args=[dossier.numero, "domicile"])
        assert "Cette pièce est déjà attendue." in client.post(adresse, follow=True).content.decode()


class TestFile:
    def test_chacun_voit_sa_mairie_et_la_coordination_la_ville(self) -> None:
        mien = un_dossier_complet(etat="incomplet")
        ailleurs = un_dossier_complet(etat="incomplet")
        protege = un_dossier_complet(etat="incomplet", famille=factories.creer_famille(protegee=True))
        assert list(lire(vue_par(mien.mairie))) == [mien.numero]
        assert list(lire(vue_par(protege.mairie))) == [protege.numero]
        ville = vue_par(mien.mairie, "coordination")
        assert set(lire(ville)) == {mien.numero, ailleurs.numero}
        assert list(lire(ville, mairie=ailleurs.mairie_id)) == [ailleurs.numero]

    def test_ce_qui_manque_se_dit_en_mots(self) -> None:
        grille = une_grille()
        mairie = factories.creer_mairie()
        incomplet = un_dossier_complet(etat="incomplet", mairie=mairie)
        douteux = un_dossier_complet(mairie=mairie, depose_le=date(2026, 11, 1))
        coter(douteux, grille)
        sur = un_dossier_complet(mairie=mairie)
        factories.creer_cotation(sur, grille)
        PieceJustificative.objects.filter(famille=douteux.famille).update(valide_jusqu_au=date(2026, 12, 1))
        lus = lire(vue_par(mairie))
        assert list(lus) == [douteux.numero, incomplet.numero]
        assert "Handicap de l’enfant" in lus[douteux.numero]
        assert "(valable jusqu’au 01/12/2026)" in lus[douteux.numero]
        assert "Identité ou grossesse" in lus[incomplet.numero]
        comptees = comptes(dossiers_a_controler(vue_par(mairie)), le=JOUR)
        assert comptees == {"tout": 2, "incomplets": 1, "points": 1, "naissances": 0, "validites": 1}

    def test_le_filtre_de_piece_ignore_ce_qui_protege(self) -> None:
        mairie = factories.creer_mairie()
        sans = un_dossier_complet(etat="incomplet", mairie=mairie)
        vue = un_dossier_complet(etat="incomplet", mairie=mairie)
        PieceJustificative.objects.create(dossier=vue, code="identite", etat="vue", vue_le=JOUR)
        assert list(lire(vue_par(mairie), piece="identite")) == [sans.numero]
        codes = dict(FILTRABLES)
        assert "domicile" in codes
        assert codes.keys().isdisjoint({"handicap_enfant", "suivi", "vulnerabilite", "logement"})

    def test_la_commission_la_plus_proche_passe_devant(self) -> None:
        mairie, grille = factories.creer_mairie(), une_grille()
        tard, tot = (
            factories.creer_dossier(
                etat="incomplet", mairie=mairie, depose_le=depot, besoin={"entree_le": entree}
            )
            for depot, entree in (
                (date(2026, 9, 1), date(2027, 9, 1)),
                (date(2026, 10, 1), date(2027, 1, 4)),
            )
        )
        for dossier in (tard, tot):
            coter(dossier, grille)
        gels = [Gel(date(2026, 12, 1), date(2027, 1, 4)), Gel(date(2027, 4, 30), date(2027, 9, 1))]
        qui = vue_par(mairie)
        assert list(lire(qui, gels)) == [tard.numero, tot.numero]
        assert list(lire(qui, gels, ordre=GEL)) == [tot.numero, tard.numero]
        assert list(lire(qui, gels, avant_gel=True)) == [tot.numero]

    def test_les_pages_se_suivent_sans_trou_et_les_requetes_ne_croissent_pas(self) -> None:
        mairie, grille = factories.creer_mairie(), une_grille()
        for rang in range(PAR_PAGE + 2):
            dossier = factories.creer_dossier(
                etat="incomplet", mairie=mairie, depose_le=JOUR - timedelta(days=rang // 3)
            )
            coter(dossier, grille)
        qui = vue_par(mairie)
        for ordre in ("anciens", GEL):
            page_verification(qui, Demande(), [])
            with CaptureQueriesContext(connection) as pleine:
                premiere = page_verification(qui, Demande(ordre=ordre), [])
            assert len(premiere.lignes) == PAR_PAGE
            suite = page_verification(qui, Demande(ordre=ordre, apres=premiere.suivante), [])
            assert (len(suite.lignes), suite.suivante) == (2, "")
            numeros = {ligne.dossier.pk for ligne in (*premiere.lignes, *suite.lignes)}
            assert len(numeros) == PAR_PAGE + 2
            with CaptureQueriesContext(connection) as courte:
                page_verification(qui, Demande(ordre=ordre, apres=premiere.suivante), [])
            assert len(pleine) == len(courte)
        abimee = page_verification(qui, Demande(apres="2026-13-01_x"), [])
        assert abimee.lignes == page_verification(qui, Demande(), []).lignes

    def test_la_page_dit_le_rappel_et_le_geste(self, client_de: Ouvrir) -> None:
        dossier = un_dossier_complet(etat="incomplet")
        enfant = dossier.enfant
        enfant.date_naissance, enfant.date_prevue_naissance = None, timezone.localdate()
        enfant.save()
        Courrier.objects.create(
            dossier=dossier,
            nature="pieces_1",
            mairie=dossier.mairie,
            responsable=Responsable.objects.get(famille=dossier.famille, rang=1),
            destinataire="Maud",
            canal="papier",
            objet="Il manque des pièces",
            corps="x",
            prepare_le=INSTANT,
        )
        client = client_de("agent", mairie=dossier.mairie)
        adresse = reverse("dossiers:a_verifier")
        page = client.get(adresse, {"piece": "n’existe pas", "mairie": "9", "apres": "_"}).content.decode()
        assert reverse("dossiers:naissance", args=[dossier.numero]) in page
        assert "23/11/2026" in page
        assert "papier" in page
        accueil = client.get(reverse("accueil")).content.decode()
        assert f'href="{adresse}?vue=naissances"' in accueil
