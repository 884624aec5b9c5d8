"""The birth of an expected child: what becomes of its dossier, of its twin's, and of its rank."""

from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

from dossiers.acces import TOUT
from dossiers.models import (
    Cotation,
    Courrier,
    Dossier,
    Echeance,
    GroupeNaissance,
    Journal,
    LigneListe,
    PieceJustificative,
    Rapprochement,
)
from dossiers.queries.chronologie import chronologie
from dossiers.queries.fiche import fiche
from dossiers.queries.naissance import entree_decalee
from dossiers.queries.verification import comptes, dossiers_a_controler
from dossiers.regles.naissance import Annonce, controler_annonces, controler_jour, jour_a_relire
from dossiers.services.cotation import coter_dossier
from dossiers.services.cycle import changer_etat
from dossiers.services.echeances import passer_les_echeances
from dossiers.services.naissance import declarer_naissance
from dossiers.services.pieces import constater_piece
from guichet.acces import personne_de
from guichet.erreurs import ErreurMetier
from tests import factories
from tests.conftest import ClientStrict
from tests.dossiers.scene import une_grille

pytestmark = pytest.mark.django_db
Ouvrir = Callable[..., ClientStrict]
PREVUE, NE_LE = date(2026, 11, 10), date(2026, 11, 15)


def attendu(**champs: Any) -> Dossier:
    """A dossier of an expected child, its pregnancy proved."""
    groupe = champs.pop("groupe", None)
    famille = champs.pop("famille", None) or factories.creer_famille()
    prevue = champs.pop("prevue", PREVUE)
    enfant = factories.creer_enfant(
        famille, nom="Colibri", prenom="", date_prevue_naissance=prevue, groupe=groupe
    )
    dossier = factories.creer_dossier(enfant=enfant, **champs)
    PieceJustificative.objects.create(
        dossier=dossier,
        code="identite",
        obligatoire=True,
        etat="vue",
        vue_le=date(2026, 11, 3),
        equivalent="déclaration de grossesse",
    )
    return dossier


def jumeaux(**champs: Any) -> tuple[Dossier, Dossier]:
    groupe, famille = GroupeNaissance.objects.create(), factories.creer_famille()
    un = attendu(groupe=groupe, famille=famille, **champs)
    return un, attendu(groupe=groupe, famille=famille, mairie=un.mairie)


def declarer(
    dossier: Dossier, *annonces: Annonce, **champs: Any
) -> tuple[list[Dossier], list[Rapprochement]]:
    voulues = annonces or (Annonce(dossier.pk, nom="Colibri", prenom="Lou"),)
    agent = champs.pop("par", None) or factories.creer_agent("agent", mairie=dossier.mairie)
    defauts: dict[str, Any] = {"naissance": NE_LE, "version": dossier.version}
    return declarer_naissance(
        dossier, voulues, par=agent, **{"maintenant": factories.INSTANT, **defauts, **champs}
    )


class TestRegles:
    @pytest.mark.parametrize(
        ("jour", "code"),
        [
            (date(2026, 11, 24), "naissance_future"),
            (date(2026, 6, 29), "naissance_impossible"),
            (date(2026, 6, 30), ""),
            (PREVUE, ""),
            (date(2026, 11, 23), ""),
        ],
    )
    def test_seul_l_impossible_est_refuse(self, jour: date, code: str) -> None:
        try:
            controler_jour(jour, PREVUE, factories.JOUR)
            obtenu = ""
        except ErreurMetier as refus:
            obtenu = refus.code
        assert obtenu == code

    def test_une_grossesse_ne_dure_pas_cinq_semaines_de_plus(self) -> None:
        controler_jour(PREVUE + timedelta(weeks=4), PREVUE, date(2027, 3, 1))
        with pytest.raises(ErreurMetier) as refus:
            controler_jour(PREVUE + timedelta(weeks=4, days=1), PREVUE, date(2027, 3, 1))
        assert refus.value.code == "naissance_impossible"

    def test_un_jour_rare_se_relit(self) -> None:
        assert jour_a_relire(date(2026, 9, 1), PREVUE)
        assert not jour_a_relire(date(2026, 10, 1), PREVUE)

    @pytest.mark.parametrize(
        ("annonces", "champ"),
        [
            ([Annonce(1, nom="C", prenom="Lou")], None),
            ([Annonce(1, nom="C", prenom="Lou"), Annonce(2, nom="C", prenom="LOU")], "e2-prenom"),
            ([Annonce(1, nom="C", prenom="Lou"), Annonce(2, nom="C")], "e2-prenom"),
            ([Annonce(1, nom="C", prenom="Lou"), Annonce(2, issue="doublon")], "e2-issue"),
        ],
    )
    def test_chaque_enfant_a_sa_reponse(self, annonces: list[Annonce], champ: str | None) -> None:
        with pytest.raises(ErreurMetier) as refus:
            controler_annonces(annonces, [1, 2])
        assert refus.value.champ == champ


class TestService:
    def test_le_dossier_garde_numero_rang_et_anciennete(self) -> None:
        une_grille()
        dossier = attendu()
        avant = (dossier.numero, dossier.depose_le, dossier.complet_le, dossier.etat)
        (ne,), _ = declarer(dossier, document="acte de naissance")
        ne.refresh_from_db()
        ne.enfant.refresh_from_db()
        assert (ne.numero, ne.depose_le, ne.complet_le, ne.etat) == avant
        assert (ne.enfant.date_naissance, ne.enfant.date_prevue_naissance) == (NE_LE, PREVUE)
        assert ne.enfant.cle_identite == "colibri lou"
        assert LigneListe.objects.get(pk=ne.pk).naissance == NE_LE
        piece = PieceJustificative.objects.get(dossier=ne, code="identite")
        assert (piece.equivalent, piece.vue_le, piece.valide_jusqu_au) == (
            *("acte de naissance", factories.JOUR),
            None,
        )
        phrases = [etape.phrase for journee in chronologie(ne, TOUT) for etape in journee.etapes]
        assert any("Naissance déclarée\u202f: le 15" in p and "acte de naissance vu" in p for p in phrases)

    def test_sans_acte_la_preuve_de_grossesse_ne_vaut_plus_que_le_delai(self) -> None:
        dossier = attendu()
        declarer(dossier)
        piece = PieceJustificative.objects.get(dossier=dossier, code="identite")
        assert piece.valide_jusqu_au == date(2027, 1, 15)
        dossier.refresh_from_db()
        assert dossier.etat == "actif"

    def test_deux_jumeaux_naissent_d_un_seul_geste_de_part_et_d_autre_de_minuit(self) -> None:
        un, deux = jumeaux()
        nes, _ = declarer(
            un,
            Annonce(un.pk, nom="Colibri", prenom="Lou"),
            Annonce(deux.pk, nom="Colibri", prenom="Max", jour=NE_LE + timedelta(days=1)),
            document="livret de famille",
        )
        assert [(d.enfant.prenom, d.enfant.date_naissance) for d in nes] == [
            ("Lou", NE_LE),
            ("Max", NE_LE + timedelta(days=1)),
        ]
        assert {d.enfant.groupe_id for d in nes} == {un.enfant.groupe_id}
        vues = PieceJustificative.objects.filter(etat="vue", equivalent="livret de famille")
        assert sorted(vues.values_list("dossier", "code")) == sorted(
            (d.pk, code) for d in (un, deux) for code in ("identite", "naissance")
        )
        assert not Rapprochement.objects.exists()

    def test_un_seul_vit_la_demande_de_l_autre_est_close_sans_rien_demander(self) -> None:
        un, deux = jumeaux()
        nes, _ = declarer(un, Annonce(un.pk, nom="Colibri", prenom="Lou"), Annonce(deux.pk, issue="deces"))
        deux.refresh_from_db()
        assert (deux.etat, deux.motif_cloture, deux.enfant.date_naissance) == ("clos", "deces", None)
        assert [d.pk for d in nes] == [un.pk]
        assert nes[0].enfant.groupe is None
        paire = Rapprochement.objects.get()
        assert paire.statut == "distincts"
        assert not Journal.objects.filter(action="rapprochement").exists()

    def test_restaurer_l_autre_refait_la_naissance_multiple(self) -> None:
        """Said dead by mistake: the dossier comes back, and both are twins again, scored as such."""
        criteres = [
            {
                "code": "jumeaux",
                "libelle": "Naissance multiple",
                "points": 7,
                "si": {"fait": "naissance_multiple", "est": True},
            }
        ]
        factories.creer_version_grille(publiee=True, criteres=criteres)
        faits = {"naissance_multiple": True}
        un, deux = jumeaux(faits=faits)
        Dossier.objects.filter(pk=deux.pk).update(faits=faits)
        groupe = un.enfant.groupe
        (ne,), _ = declarer(un, Annonce(un.pk, nom="Colibri", prenom="Lou"), Annonce(deux.pk, issue="deces"))
        ne.refresh_from_db()
        assert (ne.enfant.groupe, ne.faits) == (None, {})
        assert Cotation.objects.get(dossier=ne, courante=True).declare == 0
        changer_etat(deux, "restaurer", par=factories.creer_agent("agent"), maintenant=factories.INSTANT)
        for dossier in (un, deux):
            frais = Dossier.objects.select_related("enfant").get(pk=dossier.pk)
            assert (frais.enfant.groupe, frais.faits) == (groupe, faits)
            assert Cotation.objects.get(dossier=dossier, courante=True).declare == 7

    def test_le_nouveau_nom_fait_chercher_les_ressemblants(self) -> None:
        dossier = attendu()
        autre = factories.creer_enfant(nom="Colibri", prenom="Lou", date_naissance=NE_LE)
        ressemblant = factories.creer_dossier(enfant=autre)
        _, paires = declarer(dossier)
        assert [(p.dossier_id, p.autre_id) for p in paires] == [(dossier.pk, ressemblant.pk)]

    def test_deux_guichets_ne_declarent_pas_deux_fois(self) -> None:
        dossier = attendu()
        ancienne = dossier.version
        declarer(dossier)
        with pytest.raises(ErreurMetier) as refus:
            declarer(dossier, version=ancienne)
        assert refus.value.code == "version_perimee"

    def test_l_age_a_l_entree_se_recompte(self) -> None:
        section = factories.creer_section(age_min_jours=70, nom="Bébés", age_max_mois=15)
        entree = {"entree_le": date(2027, 1, 20)}
        dossier = attendu(voeux=[section.structure], besoin=entree)
        assert fiche(dossier, TOUT, le=factories.JOUR).voeux[0].section == "Bébés"
        (ne,), _ = declarer(dossier)
        choix = fiche(ne, TOUT, le=factories.JOUR).voeux[0]
        assert (choix.section, choix.possible_le) == ("", NE_LE + timedelta(days=70))


def test_une_naissance_en_retard_avertit_ferme_et_se_restaure_avec_son_rang() -> None:
    """The whole path, night by night: two letters, the closing, the gesture that brings the rank back."""
    une_grille()
    dossier = attendu()
    coter_dossier(dossier, par=None, maintenant=factories.INSTANT)
    agent = factories.creer_agent("agent", mairie=dossier.mairie)
    rang = LigneListe.objects.get(pk=dossier.pk).cle

    def nuit(jour: date) -> str:
        passer_les_echeances(jour, maintenant=datetime.combine(jour, time(3), tzinfo=UTC))
        dossier.refresh_from_db()
        return dossier.etat

    # Two months after the expected day: 10 January is a Sunday.
    etats = [nuit(j) for j in (date(2026, 12, 11), date(2026, 12, 12), date(2027, 1, 1), date(2027, 1, 11))]
    assert etats == ["actif"] * 4
    lettres = Courrier.objects.filter(dossier=dossier).order_by("pk").values_list("nature", flat=True)
    assert list(lettres) == ["naissance_1", "naissance_2"]
    qui = personne_de(agent, date(2027, 1, 11))
    assert comptes(dossiers_a_controler(qui), le=qui.jour)["naissances"] == 1
    assert nuit(date(2027, 1, 12)) == "clos"
    assert (dossier.motif_cloture, lettres.all().count()) == ("sans_reponse", 3)
    assert not LigneListe.objects.filter(pk=dossier.pk).exists()
    assert nuit(date(2027, 1, 13)) == "clos"
    assert lettres.all().count() == 3
    with pytest.raises(ErreurMetier):
        declarer(dossier)
    retour = datetime(2027, 2, 1, 9, tzinfo=UTC)
    restaure = changer_etat(dossier, "restaurer", par=agent, maintenant=retour)
    assert (restaure.etat, restaure.complet_le) == ("actif", date(2026, 11, 3))
    assert LigneListe.objects.get(pk=dossier.pk).cle == rang
    assert nuit(date(2027, 2, 2)) == "actif"
    assert Echeance.objects.ouvertes().filter(dossier=dossier, nature__startswith="naissance").exists()
    declarer(restaure, version=dossier.version, par=agent, maintenant=retour + timedelta(days=2))
    assert not Echeance.objects.ouvertes().filter(dossier=dossier, nature__startswith="naissance").exists()
    assert LigneListe.objects.get(pk=dossier.pk).cle == rang


class TestPage:
    def poster(self, client: ClientStrict, dossier: Dossier, **champs: str) -> Any:
        donnees = {"naissance": NE_LE.isoformat(), "version": str(dossier.version), "document": ""}
        return client.post(reverse("dossiers:naissance", args=[dossier.numero]), donnees | champs)

    def test_la_fiche_offre_le_geste_et_la_suite_dit_la_premiere_date(self, client_de: Ouvrir) -> None:
        jour = timezone.localdate()
        section = factories.creer_section(age_min_jours=70)
        dossier = attendu(
            prevue=jour, voeux=[section.structure], besoin={"entree_le": jour + timedelta(days=30)}
        )
        client = client_de("agent", mairie=dossier.mairie)
        adresse = reverse("dossiers:naissance", args=[dossier.numero])
        assert adresse in client.get(reverse("dossiers:fiche", args=[dossier.numero])).content.decode()
        cle = f"e{dossier.pk}"
        champs = {f"{cle}-nom": "Colibri", f"{cle}-prenom": "Lou", "naissance": jour.isoformat()}
        reponse = client.post(
            adresse, {**champs, "version": str(dossier.version), "document": ""}, follow=True
        )
        page = reponse.content.decode()
        assert "Lou Colibri" in page
        assert "L’acte de naissance ou le livret de famille reste à montrer" in page
        assert "n’accueille pas si jeune" in page
        assert adresse not in page

    def test_une_faute_reste_sur_son_champ_sans_rien_perdre(self, client_de: Ouvrir) -> None:
        un, deux = jumeaux()
        client = client_de("agent", mairie=un.mairie)
        champs = {
            f"e{d.pk}-{nom}": v for d in (un, deux) for nom, v in {"nom": "Colibri", "issue": "ne"}.items()
        }
        page = self.poster(client, un, **champs, **{f"e{un.pk}-prenom": "Lou"}).content.decode()
        assert "Indiquez le prénom." in page
        assert f'href="#id_e{deux.pk}-prenom"' in page
        assert 'value="Lou"' in page
        un.enfant.refresh_from_db()
        assert un.enfant.a_naitre

    def test_un_jour_rare_demande_une_seconde_lecture(self, client_de: Ouvrir) -> None:
        dossier = attendu(prevue=timezone.localdate() + timedelta(weeks=12))
        client = client_de("agent", mairie=dossier.mairie)
        cle = f"e{dossier.pk}"
        champs = {
            f"{cle}-nom": "Colibri",
            f"{cle}-prenom": "Lou",
            "naissance": timezone.localdate().isoformat(),
        }
        page = self.poster(client, dossier, **champs).content.decode()
        assert "relisez-le" in page
        assert self.poster(client, dossier, **champs, relu="on").status_code == 302


def test_l_admission_attend_l_acte_de_naissance() -> None:
    dossier = attendu(etat="propose")

    def refus() -> str:
        with pytest.raises(ErreurMetier) as dit:
            changer_etat(dossier, "admettre", par=None, maintenant=factories.INSTANT)
        return dit.value.code

    assert refus() == "naissance_attendue"
    declarer(dossier)
    assert refus() == "acte_attendu"
    constater_piece(
        dossier,
        "identite",
        equivalent="acte de naissance",
        par=factories.creer_agent("agent"),
        maintenant=datetime(2026, 11, 20, 10, tzinfo=UTC),
    )
    assert changer_etat(dossier, "admettre", par=None, maintenant=factories.INSTANT).etat == "admis"


@pytest.mark.parametrize(("jours", "decale"), [(20, True), (-5, False)])
def test_une_naissance_tardive_decale_l_entree_obtenue(jours: int, decale: bool, client_de: Ouvrir) -> None:
    """Admitted before this rule, or by a list taken over: the place waits for the section's first day."""
    section = factories.creer_section(age_min_mois=0, age_min_jours=70)
    entree = PREVUE + timedelta(days=75)
    dossier = attendu(etat="admis")
    place = factories.creer_admission(
        section,
        enfant=dossier.enfant,
        dossier=dossier,
        adaptation_le=entree,
        debut=entree + timedelta(days=7),
        fin=date(2029, 8, 31),
    )
    ne_le = PREVUE + timedelta(days=jours)
    declarer(dossier, naissance=ne_le, maintenant=datetime(2026, 12, 20, 10, tzinfo=UTC))
    place.refresh_from_db()
    premier = ne_le + timedelta(days=70) if decale else entree
    assert (place.adaptation_le, place.debut) == (premier, premier + timedelta(days=7))
    assert entree_decalee(dossier) == (premier if decale else None)
    page = client_de("agent", mairie=dossier.mairie).get(
        reverse("dossiers:historique", args=[dossier.numero])
    )
    assert ("entrée décalée" in page.text) is decale
