"""The dossier's page: what each profil reads, what never leaks, and each gesture."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from dossiers.models import (
    Contact,
    Critere,
    Dossier,
    GroupeNaissance,
    Journal,
    PieceJustificative,
    Rapprochement,
)
from dossiers.queries.fiche_pieces import lignes_et_pieces
from structures.models import Reglage
from tests import factories
from tests.conftest import ClientStrict
from tests.dossiers.scene import ADRESSE, CAF, MARQUES, NOM, PARENT, coter, un_dossier_complet, une_grille

pytestmark = pytest.mark.django_db
Ouvrir = Callable[..., ClientStrict]


def lire(client: ClientStrict, dossier: Dossier, route: str = "dossiers:fiche") -> str:
    reponse = client.get(reverse(route, args=[dossier.numero]))
    assert reponse.status_code == 200
    return reponse.content.decode()


class TestQuiVoitQuoi:
    def test_l_agent_voit_tout(self, client_de: Ouvrir) -> None:
        dossier = un_dossier_complet(grille=une_grille())
        page = lire(client_de("agent", mairie=dossier.mairie), dossier)
        for marque in MARQUES:
            assert marque in page
        assert "à vérifier : handicap de l’enfant" in page
        assert "Petits pas à l’entrée" in page
        assert "quittance de loyer" in page

    def test_une_direction_choisie_voit_l_identite_mais_pas_les_lignes(self, client_de: Ouvrir) -> None:
        structure = factories.creer_structure()
        dossier = un_dossier_complet(structure=structure, grille=une_grille())
        page = lire(client_de("direction", structure=structure), dossier)
        assert NOM in page
        assert ADRESSE in page
        assert "+30 à vérifier" in page
        assert "votre structure" in page
        for cache in ("handicap", "Handicap", "Pièces", CAF, "Historique", "Clore"):
            assert cache not in page

    def test_le_jour_possible_ne_dit_pas_la_naissance(self, client_de: Ouvrir) -> None:
        structure = factories.creer_structure()
        factories.creer_section(structure, age_min_mois=24, age_min_jours=0, age_max_mois=36)
        dossier = un_dossier_complet(structure=structure)
        choisie = lire(client_de("direction", structure=structure), dossier)
        assert "possible à partir du 14\u00a0mars\u00a02028" in choisie
        autre = lire(client_de("direction"), dossier)
        assert "possible plus tard" in autre
        assert "14\u00a0mars" not in autre

    def test_une_autre_direction_voit_la_demande_sans_l_identite(self, client_de: Ouvrir) -> None:
        dossier = un_dossier_complet(grille=une_grille())
        page = lire(client_de("direction"), dossier)
        assert "Identité masquée" in page
        assert "toute la semaine" in page
        for marque in (*MARQUES, "handicap", "14\u00a0mars\u00a02026"):
            assert marque not in page

    def test_le_partage_des_identites_est_un_reglage_de_la_ville(self, client_de: Ouvrir) -> None:
        Reglage.objects.create(cle="partage_identites", valeur=True, a_partir_du=date(2026, 1, 1))
        assert NOM in lire(client_de("direction"), un_dossier_complet())

    @pytest.mark.parametrize("profil", ["agent", "coordination", "direction"])
    def test_un_dossier_protege_ne_montre_que_besoin_et_points(self, client_de: Ouvrir, profil: str) -> None:
        structure = factories.creer_structure(nom="Structure Marquée")
        dossier = un_dossier_complet(structure=structure, foyer={"protegee": True}, grille=une_grille())
        client = client_de(profil, **({"structure": structure} if profil == "direction" else {}))
        page = lire(client, dossier).replace(client.agent.nom_court, "")
        assert "toute la semaine" in page
        assert "points vérifiés" in page
        caches = [*MARQUES, dossier.mairie.nom, "Lino", "14\u00a0mars", "handicap"]
        if profil != "direction":
            caches.append("Structure Marquée")
        for cache in caches:
            assert cache not in page

    def test_son_guichet_ouvre_son_dossier_protege(self, client_de: Ouvrir) -> None:
        dossier = un_dossier_complet(foyer={"protegee": True})
        assert ADRESSE in lire(client_de("agent", mairie=dossier.mairie), dossier)

    def test_un_numero_inconnu(self, client_de: Ouvrir) -> None:
        assert client_de("agent").get("/dossiers/2026-999999/").status_code == 404


class TestAccesMotive:
    def test_une_raison_ouvre_ce_dossier_a_cette_personne(self, client_de: Ouvrir) -> None:
        dossier, autre = (un_dossier_complet(foyer={"protegee": True}) for _ in range(2))
        client = client_de("agent")
        adresse = reverse("dossiers:acces", args=[dossier.numero])
        client.post(adresse, {"motif": "demande_famille"})
        ligne = Journal.objects.get(action="acces_motive")
        assert (ligne.par, ligne.motif, ligne.dossier) == (client.agent, "demande_famille", dossier)
        assert ADRESSE in lire(client, dossier)
        assert ADRESSE not in lire(client, autre)
        assert ADRESSE not in lire(client_de("agent"), dossier)

    def test_son_guichet_lit_l_alerte(self, client_de: Ouvrir) -> None:
        dossier = un_dossier_complet(foyer={"protegee": True})
        client_de("agent").post(reverse("dossiers:acces", args=[dossier.numero]), {"motif": "urgence"})
        page = lire(client_de("agent", mairie=dossier.mairie), dossier)
        assert "Accès motivé à un dossier protégé (urgence pour l’enfant)" in page

    def test_sans_raison_rien_ne_s_ouvre(self, client_de: Ouvrir) -> None:
        dossier = un_dossier_complet(foyer={"protegee": True})
        client = client_de("coordination")
        page = client.post(reverse("dossiers:acces", args=[dossier.numero]), {"motif": "curiosité"})
        assert "à corriger" in page.content.decode()
        assert not Journal.objects.filter(action="acces_motive").exists()
        assert ADRESSE not in lire(client, dossier)

    @pytest.mark.parametrize("geste", ["renouveler", "recepisse_imprimer", "contact"])
    def test_masque_il_ne_se_change_pas(self, client_de: Ouvrir, geste: str) -> None:
        dossier = un_dossier_complet(foyer={"protegee": True})
        adresse = reverse(f"dossiers:{geste}", args=[dossier.numero])
        assert client_de("agent").post(adresse).status_code == 404


class TestLectures:
    def test_un_autre_guichet_laisse_une_trace(self, client_de: Ouvrir) -> None:
        dossier = un_dossier_complet()
        client = client_de("agent")
        lire(client, dossier)
        ligne = Journal.objects.get()
        assert (ligne.action, ligne.par, ligne.dossier) == ("lecture", client.agent, dossier)

    def test_son_guichet_n_en_laisse_pas(self, client_de: Ouvrir) -> None:
        dossier = un_dossier_complet()
        lire(client_de("agent", mairie=dossier.mairie), dossier)
        assert not Journal.objects.exists()


class TestPieces:
    def poster(self, client: ClientStrict, dossier: Dossier, code: str, **donnees: str) -> Any:
        adresse = reverse("dossiers:piece", args=[dossier.numero, code])
        return client.post(adresse, {f"piece-{code}-{nom}": v for nom, v in donnees.items()})

    def test_la_derniere_piece_rend_le_dossier_complet(self, client_de: Ouvrir) -> None:
        dossier = un_dossier_complet(etat="incomplet")
        client = client_de("agent", mairie=dossier.mairie)
        self.poster(client, dossier, "identite", equivalent="livret de famille", vue_le="2026-11-04")
        dossier.refresh_from_db()
        assert dossier.etat == "incomplet"
        self.poster(client, dossier, "autorite_parentale", equivalent="jugement", vue_le="2026-11-05")
        dossier.refresh_from_db()
        assert (dossier.etat, dossier.complet_le) == ("actif", date(2026, 11, 5))
        assert [ligne.action for ligne in dossier.journal.all()] == ["piece", "etat", "piece"]

    def test_les_points_suivent_la_piece(self, client_de: Ouvrir) -> None:
        une_grille()
        dossier = un_dossier_complet(faits={"handicap_enfant": True})
        client = client_de("agent", mairie=dossier.mairie)
        self.poster(client, dossier, "handicap_enfant", equivalent="attestation du CAMSP")
        cotation = dossier.cotations.get(courante=True)
        assert (cotation.verifie, cotation.declare) == (130, 130)

    def test_une_piece_du_foyer_sert_la_fratrie(self, client_de: Ouvrir) -> None:
        aine = un_dossier_complet(etat="incomplet")
        cadet = factories.creer_dossier(enfant=factories.creer_enfant(aine.famille), etat="incomplet")
        for dossier in (aine, cadet):
            PieceJustificative.objects.create(
                dossier=dossier, code="identite", etat="vue", vue_le=date(2026, 11, 3)
            )
        client = client_de("agent", mairie=aine.mairie)
        self.poster(client, aine, "autorite_parentale", equivalent="jugement")
        assert set(Dossier.objects.values_list("etat", flat=True)) == {"actif"}

    def test_un_document_d_une_autre_liste_est_refuse_sur_son_champ(self, client_de: Ouvrir) -> None:
        dossier = un_dossier_complet()
        reponse = self.poster(client_de("agent"), dossier, "identite", equivalent="permis de pêche")
        assert 'href="#id_piece-identite-equivalent"' in reponse.content.decode()
        assert not dossier.pieces.exists()

    @pytest.mark.parametrize(
        ("donnees", "message"),
        [
            ({"vue_le": "2099-01-01"}, "dans l’avenir"),
            ({"vue_le": "2026-11-03", "valide_jusqu_au": "2026-11-01"}, "plus valable"),
        ],
    )
    def test_des_dates_qui_se_contredisent(
        self, client_de: Ouvrir, donnees: dict[str, str], message: str
    ) -> None:
        dossier = un_dossier_complet()
        reponse = self.poster(
            client_de("agent"), dossier, "identite", equivalent="livret de famille", **donnees
        )
        assert message in reponse.content.decode()
        assert not dossier.pieces.exists()

    def test_refuser_demande_une_raison_et_ote_les_points(self, client_de: Ouvrir) -> None:
        une_grille()
        dossier = un_dossier_complet()
        client = client_de("agent", mairie=dossier.mairie)
        adresse = reverse("dossiers:piece_refusee", args=[dossier.numero, "domicile"])
        assert "à corriger" in client.post(adresse).content.decode()
        client.post(adresse, {"refus-domicile-motif": "perimee"})
        piece = PieceJustificative.objects.get()
        assert (piece.etat, piece.motif_refus, piece.vue_le) == ("refusee", "perimee", None)
        assert dossier.cotations.get(courante=True).verifie == 0
        dossier.refresh_from_db()
        assert (dossier.etat, dossier.complet_garde_le) == ("incomplet", date(2026, 11, 3))


class TestGestes:
    def test_noter_un_contact(self, client_de: Ouvrir) -> None:
        dossier = un_dossier_complet()
        client = client_de("agent", mairie=dossier.mairie)
        adresse = reverse("dossiers:contact", args=[dossier.numero])
        client.post(adresse, {"contact-canal": "sms", "contact-issue": "message"})
        dossier.refresh_from_db()
        assert dossier.dernier_contact_canal == "sms"
        assert "SMS : message laissé" in lire(client, dossier)

    def test_un_appel_sans_reponse_n_est_pas_un_dernier_contact(self, client_de: Ouvrir) -> None:
        dossier = un_dossier_complet()
        adresse = reverse("dossiers:contact", args=[dossier.numero])
        client_de("agent").post(adresse, {"contact-canal": "appel", "contact-issue": "absent"})
        dossier.refresh_from_db()
        assert dossier.dernier_contact_le is None

    def test_une_direction_choisie_note_un_contact_de_sa_structure(self, client_de: Ouvrir) -> None:
        structure = factories.creer_structure()
        dossier = un_dossier_complet(structure=structure)
        adresse = reverse("dossiers:contact", args=[dossier.numero])
        donnees = {"contact-canal": "appel", "contact-issue": "joint"}
        client_de("direction", structure=structure).post(adresse, donnees)
        assert Contact.objects.order_by("-pk")[0].structure == structure
        assert client_de("direction").post(adresse, donnees).status_code == 404

    def test_clore_demande_son_motif_et_garde_la_page(self, client_de: Ouvrir) -> None:
        dossier = un_dossier_complet()
        client = client_de("agent", mairie=dossier.mairie)
        adresse = reverse("dossiers:etat", args=[dossier.numero, "clore"])
        assert "Choisissez un motif de clôture" in client.post(adresse).content.decode()
        client.post(adresse, {"clore-motif": "demenagement"})
        page = lire(client, dossier)
        assert "déménagement hors commune" in page
        assert "Restaurer" in page

    @pytest.mark.parametrize("geste", ["admettre", "proposer", "anonymiser", "completer", "bidon"])
    def test_un_geste_de_la_commission_n_est_pas_sur_la_page(self, client_de: Ouvrir, geste: str) -> None:
        dossier = un_dossier_complet()
        adresse = reverse("dossiers:etat", args=[dossier.numero, geste])
        assert client_de("agent").post(adresse).status_code == 404

    def test_renouveler_repousse_l_echeance_sans_toucher_l_anciennete(self, client_de: Ouvrir) -> None:
        dossier = un_dossier_complet(a_renouveler_le=date(2026, 11, 1), complet_le=date(2026, 5, 1))
        client_de("agent").post(reverse("dossiers:renouveler", args=[dossier.numero]))
        dossier.refresh_from_db()
        assert dossier.a_renouveler_le > dossier.renouvele_le
        assert dossier.complet_le == date(2026, 5, 1)

    def test_un_dossier_clos_ne_se_renouvelle_pas(self, client_de: Ouvrir) -> None:
        dossier = un_dossier_complet(etat="clos")
        client = client_de("agent", mairie=dossier.mairie)
        client.post(reverse("dossiers:renouveler", args=[dossier.numero]))
        assert "Seul un dossier en attente" in lire(client, dossier)


def test_la_place_obtenue_se_lit(client_de: Ouvrir) -> None:
    dossier = un_dossier_complet(etat="admis")
    section = factories.creer_section(factories.creer_structure(nom="Vivaraize"), nom="Moyens")
    factories.creer_admission(section, enfant=dossier.enfant, demi_journees=[0, 1])
    page = lire(client_de("agent", mairie=dossier.mairie), dossier)
    assert "Vivaraize · Moyens, lun, journée, du 01/09/2026 au 31/08/2028" in page


@pytest.mark.parametrize(
    ("situation", "attendues"),
    [
        ("couple", {"activite_1", "activite_2"}),
        ("isole", {"situation_familiale", "activite_1"}),
        ("", {"situation_familiale", "activite_1", "activite_2"}),
    ],
)
def test_seules_les_pieces_utiles_a_cette_famille_sont_demandees(situation: str, attendues: set[str]) -> None:
    grille = une_grille()
    faits = [
        {"fait": "situation_familiale", "est": situation or "couple"},
        {"fait": "tous_parents_actifs", "est": True},
    ]
    Critere.objects.create(
        grille=grille, code="actifs", libelle="En emploi", points=50, si={"tous": faits}, ordre=9
    )
    dossier = un_dossier_complet(foyer={"situation": situation})
    cotation = coter(dossier, grille)
    cotation.lignes.append({**cotation.lignes[0], "critere": "actifs", "points": 50, "verifie": False})
    _, pieces = lignes_et_pieces(dossier, cotation, le=factories.INSTANT.date())
    assert {p.code for p in pieces if p.points == 50} == attendues


def test_un_rapprochement_ne_se_montre_qu_a_la_coordination(client_de: Ouvrir) -> None:
    dossier, autre = un_dossier_complet(), un_dossier_complet()
    Rapprochement.objects.create(dossier=dossier, autre=autre, le=factories.INSTANT)
    assert autre.numero in lire(client_de("coordination"), dossier)
    assert autre.numero not in lire(client_de("agent", mairie=dossier.mairie), dossier)


def test_le_nombre_de_requetes_ne_depend_pas_du_contenu(client_de: Ouvrir) -> None:
    grille = une_grille()
    simple = un_dossier_complet(grille=grille)
    riche = un_dossier_complet(grille=grille, enfant_dit={"groupe": GroupeNaissance.objects.create()})
    for n in range(3):
        factories.creer_dossier(
            enfant=factories.creer_enfant(riche.famille, prenom=f"Sol{n}", groupe=riche.enfant.groupe)
        )
        Contact.objects.create(dossier=riche, canal="sms", issue="joint", le=factories.INSTANT)
        riche.voeux.create(rang=3 + n, structure=factories.creer_structure())
    client = client_de("coordination")
    comptes = []
    for dossier in (simple, riche):
        lire(client, dossier)
        with CaptureQueriesContext(connection) as requetes:
            assert PARENT in lire(client, dossier)
        comptes.append(len(requetes))
    assert comptes[0] == comptes[1] <= 32, comptes
