"""The one search box: everything that should be found, and nothing that must not."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from dossiers.models import Dossier
from dossiers.queries.recherche import chercher, numeros_possibles
from guichet.acces import Personne, personne_de
from tests import factories
from tests.conftest import ClientStrict
from tests.dossiers.scene import ANCIEN, CAF, NOM, PARENT, un_dossier_complet

pytestmark = pytest.mark.django_db
Ouvrir = Callable[..., ClientStrict]


def qui(profil: str = "agent", **portee: Any) -> Personne:
    return personne_de(factories.creer_agent(profil, **portee), factories.JOUR)


def trouves(q: str, personne: Personne | None = None) -> list[Dossier]:
    return [t.dossier for t in chercher(q, qui=personne or qui()).trouvailles]


@pytest.mark.parametrize(
    ("q", "attendus"),
    [
        ("2026-000218", ["2026-000218"]),
        ("2026 218", ["2026-000218"]),
        ("n° 2026-218", ["2026-000218"]),
        ("2026000218", ["2026-000218"]),
        ("0639981234", []),
        ("06 39 98 12 34", []),
        ("ferrand", []),
    ],
)
def test_un_numero_s_ecrit_de_plusieurs_facons(q: str, attendus: list[str]) -> None:
    assert numeros_possibles(q, annee=2026) == attendus


def test_la_fin_d_un_numero_se_cherche_dans_toutes_les_annees() -> None:
    possibles = numeros_possibles("218", annee=2026)
    assert possibles[:2] == ["2027-000218", "2026-000218"]
    assert "2000-000218" in possibles


@pytest.mark.parametrize(
    "q",
    [
        "zyntharel lino",
        "Lino ZYNTHAREL",
        "zintharel",
        "Zynthrael lino",
        "quorvamond",
        "Maud Quorvamont",
        "06 39 98 77 66",
        "+33 6 39 98 77 66",
        "98 77 66",
        CAF,
        CAF[:5],
        ANCIEN,
        "ancien-991",
    ],
)
def test_se_retrouve_par(q: str) -> None:
    dossier = un_dossier_complet()
    factories.creer_dossier()
    assert trouves(q) == [dossier]


def test_les_accents_et_les_particules_ne_comptent_pas() -> None:
    enfant = factories.creer_enfant(nom="Lévy-d’Ornano", prenom="Éloïse")
    dossier = factories.creer_dossier(enfant=enfant)
    assert trouves("eloise levy d ornano") == [dossier]


def test_un_nom_de_deux_lettres() -> None:
    dossier = factories.creer_dossier(enfant=factories.creer_enfant(nom="Ly", prenom="An"))
    assert trouves("ly") == [dossier]


@pytest.mark.parametrize("q", ["", " ", "z", "?!", "%", "zz zz zz", "' OR 1=1", "\x00a", "9" * 300])
def test_rien_ne_casse(client_de: Ouvrir, q: str) -> None:
    un_dossier_complet()
    assert client_de("agent").get(reverse("dossiers:recherche"), {"q": q}).status_code == 200


def test_le_parent_trouve_est_nomme(client_de: Ouvrir) -> None:
    un_dossier_complet()
    page = client_de("agent").get(reverse("dossiers:recherche"), {"q": PARENT}).content.decode()
    assert f"trouvé par : responsable, Maud {PARENT}" in page


class TestDroits:
    @pytest.mark.parametrize("q", [NOM, PARENT, "06 39 98 77 66", CAF, ANCIEN])
    def test_une_direction_ne_trouve_que_ses_demandes(self, q: str) -> None:
        structure = factories.creer_structure()
        dossier = un_dossier_complet(structure=structure)
        assert trouves(q, qui("direction", structure=structure)) == [dossier]
        assert trouves(q, qui("direction")) == []

    @pytest.mark.parametrize("q", [NOM, PARENT, "06 39 98 77 66", CAF, ANCIEN])
    def test_un_dossier_protege_ne_se_trouve_qu_a_son_guichet(self, q: str) -> None:
        structure = factories.creer_structure()
        dossier = un_dossier_complet(structure=structure, foyer={"protegee": True})
        assert trouves(q, qui(mairie=dossier.mairie)) == [dossier]
        for autre in (qui(), qui("coordination"), qui("direction", structure=structure)):
            assert trouves(q, autre) == []

    def test_un_bout_de_numero_ne_donne_pas_le_nom(self, client_de: Ouvrir) -> None:
        un_dossier_complet(numero="2026-000777", foyer={"protegee": True})
        page = client_de("direction").get(reverse("dossiers:recherche"), {"q": "777"}).content.decode()
        assert "2026-000777" in page
        assert "identité masquée" in page
        assert NOM not in page


class TestPage:
    def test_un_numero_entier_ouvre_le_dossier(self, client_de: Ouvrir) -> None:
        dossier = un_dossier_complet()
        reponse = client_de("agent").get(reverse("dossiers:recherche"), {"q": dossier.numero})
        assert reponse.url == reverse("dossiers:fiche", args=[dossier.numero])

    def test_la_liste_instantanee_est_un_fragment(self, client_de: Ouvrir) -> None:
        un_dossier_complet()
        adresse = reverse("dossiers:recherche")
        reponse = client_de("agent").get(adresse, {"q": "zintharel"}, headers={"HX-Request": "true"})
        html = reponse.content.decode()
        assert NOM in html
        assert "<html" not in html

    def test_chercher_ne_depend_pas_du_nombre_de_trouvailles(self) -> None:
        personne, comptes = qui(), []
        assert not personne.familles_liees
        for _ in range(2):
            un_dossier_complet()
            with CaptureQueriesContext(connection) as requetes:
                assert trouves(NOM, personne)
            comptes.append(len(requetes))
        assert comptes[0] == comptes[1] <= 12, comptes


@pytest.mark.parametrize("q", [NOM, "Zyntharel Lino", "98 77 66", CAF[:5], "ANCIEN-991"])
def test_chaque_facon_de_chercher_a_son_index(q: str) -> None:
    un_dossier_complet()
    personne = qui("coordination")
    with CaptureQueriesContext(connection) as requetes:
        assert trouves(q, personne)
    with connection.cursor() as curseur:
        # A small table is always scanned: what matters is that the condition searched has its index.
        curseur.execute("SET LOCAL enable_seqscan = off")
        plans = []
        for requete in requetes:
            curseur.execute(f"EXPLAIN {requete['sql']}")
            plans.append("\n".join(ligne[0] for ligne in curseur.fetchall()))
    assert not [plan for plan in plans if "Seq Scan" in plan and "trgm" not in plan and "Limit" in plan]


class TestIndex:
    def lire(self, client: ClientStrict, **parametres: str) -> str:
        reponse = client.get(reverse("dossiers:index"), parametres)
        assert reponse.status_code == 200
        return reponse.content.decode()

    def test_les_incomplets_de_mon_guichet_avec_ce_qui_manque(self, client_de: Ouvrir) -> None:
        mien = un_dossier_complet(etat="incomplet")
        ailleurs = un_dossier_complet(etat="incomplet")
        page = self.lire(client_de("agent", mairie=mien.mairie))
        assert mien.numero in page
        assert ailleurs.numero not in page
        assert "Identité ou grossesse, Autorité parentale" in page
        assert "Justificatif de domicile" not in page

    def test_la_coordination_voit_la_ville_sans_les_proteges(self, client_de: Ouvrir) -> None:
        un = un_dossier_complet(etat="incomplet")
        protege = un_dossier_complet(etat="incomplet", foyer={"protegee": True})
        page = self.lire(client_de("coordination"))
        assert un.numero in page
        assert protege.numero not in page

    @pytest.mark.parametrize(
        ("vue", "champs"),
        [
            ("recents", {}),
            ("renouveler", {"a_renouveler_le": factories.JOUR}),
            ("suspendus", {"etat": "suspendu"}),
            ("clos", {"etat": "clos"}),
        ],
    )
    def test_chaque_vue_se_tourne_page_a_page(
        self, client_de: Ouvrir, vue: str, champs: dict[str, Any]
    ) -> None:
        mairie = factories.creer_mairie()
        numeros = {factories.creer_dossier(mairie=mairie, **champs).numero for _ in range(27)}
        client, vus, adresse = client_de("agent", mairie=mairie), set(), f"?vue={vue}"
        for _ in range(2):
            reponse = client.get(reverse("dossiers:index") + adresse)
            vus |= {ligne.dossier.numero for ligne in reponse.context["page"].lignes}
            suivante = reponse.context["suivante"]
            adresse = "?" + suivante.partition("?")[2]
        assert vus == numeros
        assert suivante == ""

    @pytest.mark.parametrize("apres", ["n’importe quoi", "2026-01-01_x", "_", "2026-13-45_3"])
    def test_une_adresse_abimee_montre_le_debut(self, client_de: Ouvrir, apres: str) -> None:
        dossier = un_dossier_complet(etat="incomplet")
        page = self.lire(client_de("agent", mairie=dossier.mairie), apres=apres, vue="incomplets")
        assert dossier.numero in page

    def test_le_nombre_de_requetes_ne_depend_pas_des_lignes(self, client_de: Ouvrir) -> None:
        mairie, comptes = factories.creer_mairie(), []
        client = client_de("agent", mairie=mairie)
        for _ in range(2):
            un_dossier_complet(etat="incomplet", mairie=mairie)
            self.lire(client)
            with CaptureQueriesContext(connection) as requetes:
                self.lire(client)
            comptes.append(len(requetes))
        assert comptes[0] == comptes[1] <= 14, comptes
