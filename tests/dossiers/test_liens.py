"""A declared link closes a family's dossiers to one person, everywhere at once, and to nobody else."""

from collections.abc import Callable
from io import BytesIO

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse
from python_calamine import CalamineWorkbook

from commissions.models import Passage
from dossiers.models import Brouillon, Dossier, Journal, Lien
from dossiers.queries.rapprochement import identite_de, rapprochements_possibles
from dossiers.services.liens import declarer_lien, lever_lien
from guichet.acces import personne_de
from guichet.erreurs import ErreurMetier
from structures.models import Agent, Profil
from tests import factories
from tests.conftest import ClientStrict
from tests.dossiers.scene import CAF, MARQUES, NOM, un_dossier_complet, une_grille

pytestmark = pytest.mark.django_db
Ouvrir = Callable[..., ClientStrict]


def scene(profil: str, client_de: Ouvrir, *, lie: bool = True) -> tuple[ClientStrict, Dossier]:
    """A dossier this person would see whole: of their counter, or asking for their structure."""
    structure = factories.creer_structure(nom="Crèche Marquée")
    dossier = un_dossier_complet(structure=structure, grille=une_grille())
    portee = {"agent": {"mairie": dossier.mairie}, "direction": {"structure": structure}}.get(profil, {})
    client = client_de(profil, **portee)
    if lie:
        declarer_lien(dossier, par=client.agent, maintenant=factories.INSTANT)
    return client, dossier


def lectures(client: ClientStrict, dossier: Dossier) -> dict[str, str]:
    """All that lists, counts, searches or takes out."""
    pages = {
        "accueil": reverse("accueil"),
        "liste": reverse("dossiers:liste"),
        "liste par nom": f"{reverse('dossiers:liste')}?vue=mes&tri=nom",
        "liste filtrée": f"{reverse('dossiers:liste')}?etat=actif",
        "index": reverse("dossiers:index") + "?vue=recents",
        **{f"recherche {q}": f"{reverse('dossiers:recherche')}?q={q}" for q in (NOM, CAF, "98 77 66")},
    }
    lues = {nom: client.get(adresse).content.decode() for nom, adresse in pages.items()}
    for forme in ("enfant", "choix"):
        envoi = client.post(reverse("dossiers:liste_exporter"), {"format": "csv", "forme": forme})
        lues[f"csv {forme}"] = b"".join(envoi.streaming_content).decode("utf-8-sig")
    envoi = client.post(reverse("dossiers:liste_exporter"), {"format": "xlsx", "forme": "enfant"})
    classeur = CalamineWorkbook.from_filelike(BytesIO(b"".join(envoi.streaming_content)))
    lues["xlsx"] = str([classeur.get_sheet_by_name(nom).to_python() for nom in classeur.sheet_names])
    lues["impression"] = client.post(reverse("dossiers:liste_imprimer")).content.decode()
    return lues


@pytest.mark.parametrize("profil", ["agent", "coordination", "direction"])
def test_rien_de_la_famille_ne_parait_plus(profil: str, client_de: Ouvrir) -> None:
    client, dossier = scene(profil, client_de)
    textes = lectures(client, dossier)
    for ou, texte in textes.items():
        # What was typed comes back in the box and in the sentence that found nothing.
        texte = texte.replace(ou.removeprefix("recherche "), "") if ou.startswith("recherche") else texte
        caches = [m for m in (*MARQUES, dossier.numero, "Lino") if m in texte]
        assert caches == [], ou
    for ou in ("liste", "csv enfant", "xlsx", "impression"):
        assert "dossier protégé" in textes[ou], ou
    for ou in ("liste filtrée", "liste par nom"):
        assert "dossier protégé" not in textes[ou], ou


@pytest.mark.parametrize("profil", ["agent", "coordination", "direction"])
def test_sans_lien_la_meme_personne_le_voit(profil: str, client_de: Ouvrir) -> None:
    """The net of the test above catches something."""
    client, dossier = scene(profil, client_de, lie=False)
    textes = lectures(client, dossier)
    assert all(NOM in textes[ou] for ou in ("liste", "csv enfant", "xlsx", "recherche 98 77 66"))


@pytest.mark.parametrize("profil", ["agent", "coordination", "direction"])
def test_chaque_page_du_dossier_dit_pourquoi_elle_est_fermee(profil: str, client_de: Ouvrir) -> None:
    client, dossier = scene(profil, client_de)
    gets = ["fiche", "historique"]
    gets += [] if profil == "direction" else ["recepisse", "modifier"]
    posts = ["contact", "lien_declarer"]
    posts += [] if profil == "direction" else ["acces", "renouveler", "note", "recepisse_imprimer"]
    for route in gets:
        reponse = client.get(reverse(f"dossiers:{route}", args=[dossier.numero]))
        assert reponse.status_code == 403, route
        page = reponse.content.decode()
        assert "Vous avez déclaré un lien" in page
        assert NOM not in page
    for route in posts:
        assert client.post(reverse(f"dossiers:{route}", args=[dossier.numero])).status_code == 403, route
    if profil != "direction":
        assert client.get(reverse("dossiers:liste_points", args=[dossier.pk])).status_code == 404
    assert not Journal.objects.filter(action="lecture").exists()


def test_ses_freres_et_soeurs_aussi_et_personne_d_autre(client_de: Ouvrir) -> None:
    client, dossier = scene("agent", client_de, lie=False)
    cadet = factories.creer_dossier(enfant=factories.creer_enfant(dossier.famille), mairie=dossier.mairie)
    client.post(reverse("dossiers:lien_declarer", args=[dossier.numero]))
    assert Lien.objects.get().agent == client.agent
    assert client.get(reverse("dossiers:fiche", args=[cadet.numero])).status_code == 403
    collegue = client_de("agent", mairie=dossier.mairie)
    page = collegue.get(reverse("dossiers:fiche", args=[dossier.numero])).content.decode()
    assert "A déclaré un lien avec cette famille" in page
    ailleurs = client_de("agent").get(reverse("dossiers:fiche", args=[dossier.numero])).content.decode()
    assert NOM in ailleurs
    assert "A déclaré un lien" not in ailleurs


def test_la_boite_des_ressemblances_se_tait(client_de: Ouvrir) -> None:
    client, dossier = scene("agent", client_de)
    double = factories.creer_enfant(
        factories.creer_famille(responsable={"nom": "Quorvamond", "prenom": "Maud"}), nom=NOM
    )
    qui = personne_de(client.agent, factories.JOUR)
    assert rapprochements_possibles(identite_de(double), qui=qui) == []
    autre = personne_de(factories.creer_agent("agent"), factories.JOUR)
    assert [r.dossier for r in rapprochements_possibles(identite_de(double), qui=autre)] == [dossier]


def test_brouillons_et_cercles_tombent(client_de: Ouvrir) -> None:
    client, dossier = scene("agent", client_de, lie=False)
    situation = factories.creer_situation(dossier, client.agent)
    for sur in (dossier, None):
        Brouillon.objects.create(
            agent=client.agent, dossier=sur, cree_le=factories.INSTANT, modifie_le=factories.INSTANT
        )
    for _ in range(2):
        declarer_lien(dossier, par=client.agent, maintenant=factories.INSTANT)
    assert [b.dossier for b in Brouillon.objects.all()] == [None]
    assert not situation.cercle.filter(retire_le=None).exists()
    assert Journal.objects.filter(action="lien").count() == 1


class TestParNumero:
    ADRESSE = reverse("dossiers:liens")

    @pytest.mark.parametrize("profil", ["agent", "direction", "membre", "presidence", "partenaire"])
    def test_meme_reponse_que_le_dossier_existe_ou_non(self, profil: str, client_de: Ouvrir) -> None:
        client, dossier = scene(profil, client_de, lie=False)
        reponses = [
            client.post(self.ADRESSE, {"numero": numero, "naissance": "2026-03-14"}, follow=True)
            for numero in ("2026-999999", dossier.numero)
        ]
        dits = [[str(m) for m in r.context["messages"]] for r in reponses]
        assert dits[0] == dits[1] != []
        assert Lien.objects.get().agent == client.agent

    def test_un_membre_prouve_qu_il_connait_l_enfant(self, client_de: Ouvrir) -> None:
        client, dossier = scene("membre", client_de, lie=False)
        client.post(self.ADRESSE, {"numero": dossier.numero, "naissance": "2026-03-15"})
        assert not Lien.objects.exists()
        page = client.post(self.ADRESSE, {"numero": dossier.numero}).content.decode()
        assert f'value="{dossier.numero}"' in page

    def test_un_membre_lie_n_apprend_rien_au_telephone(self, client_de: Ouvrir) -> None:
        client, dossier = scene("membre", client_de)
        lues = [
            client.post(reverse("dossiers:reponse"), {"numero": numero}).context["reponse"]
            for numero in (dossier.numero, "2026-999999")
        ]
        assert lues[0] == lues[1]


class TestLever:
    def test_seule_la_coordination_leve_et_pas_le_sien(self, client_de: Ouvrir) -> None:
        client, dossier = scene("agent", client_de)
        lien = Lien.objects.get()
        adresse = reverse("dossiers:lien_lever", args=[lien.pk])
        coordination = client_de("coordination")
        page = coordination.get(reverse("dossiers:liens")).content.decode()
        assert dossier.numero in page
        assert "obligatoire" in coordination.post(adresse).content.decode()
        coordination.post(adresse, {f"lien-{lien.pk}-motif": "homonyme"})
        lien.refresh_from_db()
        assert (lien.leve_par, lien.motif_levee) == (coordination.agent, "homonyme")
        assert client.get(reverse("dossiers:fiche", args=[dossier.numero])).status_code == 200
        assert Journal.objects.filter(action="lien", objet="leve", motif="homonyme").exists()

    def test_une_coordinatrice_liee_ne_voit_ni_le_sien_ni_ceux_de_la_famille(self, client_de: Ouvrir) -> None:
        client, dossier = scene("coordination", client_de)
        autre = declarer_lien(dossier, par=factories.creer_agent("agent"), maintenant=factories.INSTANT)
        assert dossier.numero not in client.get(reverse("dossiers:liens")).content.decode()
        for lien in Lien.objects.all():
            adresse = reverse("dossiers:lien_lever", args=[lien.pk])
            assert client.post(adresse, {f"lien-{lien.pk}-motif": "homonyme"}).status_code == 404
        with pytest.raises(ErreurMetier, match="Une autre personne"):
            lever_lien(autre, motif="homonyme", par=autre.agent, maintenant=factories.INSTANT)

    def test_la_base_tient_un_lien_leve(self) -> None:
        dossier = factories.creer_dossier()
        lien = declarer_lien(dossier, par=factories.creer_agent(), maintenant=factories.INSTANT)
        with pytest.raises(IntegrityError, match="lien_leve_motive"), transaction.atomic():
            Lien.objects.filter(pk=lien.pk).update(leve_le=factories.INSTANT)
        with pytest.raises(IntegrityError, match="lien_unique"), transaction.atomic():
            Lien.objects.create(agent=lien.agent, famille=lien.famille, declare_le=factories.INSTANT)


class TestEnSeance:
    @pytest.fixture
    def passage(self) -> Passage:
        return factories.creer_seance_gelee().passages.select_related("seance", "dossier__enfant").get()

    def page(self, client: ClientStrict, passage: Passage, version: str = "sans_noms") -> str:
        adresse = reverse("commissions:agenda", args=[passage.seance_id])
        return str(client.get(f"{adresse}?version={version}").content.decode())

    def test_un_membre_se_deporte_par_le_numero_d_ordre(self, client_de: Ouvrir, passage: Passage) -> None:
        client, autre = client_de("membre"), client_de("membre")
        for membre in (client, autre):
            factories.creer_presence(passage.seance, membre.agent)
        assert f">{passage.numero_ordre}<" in self.page(client, passage)
        adresse = reverse("commissions:deport", args=[passage.seance_id])
        client.post(adresse, {"ordre": "Z-999"})
        assert not Lien.objects.exists()
        client.post(adresse, {"ordre": passage.numero_ordre.lower()})
        page = self.page(client, passage)
        assert "déport : vous connaissez cette famille" in page
        assert f">{passage.numero_ordre}<" not in page
        assert f">{passage.numero_ordre}<" in self.page(autre, passage)

    def test_la_version_nominative_aussi(self, client_de: Ouvrir, passage: Passage) -> None:
        client = client_de("coordination")
        assert passage.identite in self.page(client, passage, "nominative")
        declarer_lien(passage.dossier, par=client.agent, maintenant=factories.INSTANT)
        assert passage.identite not in self.page(client, passage, "nominative")

    def test_le_fichier_commun_renvoie_a_la_page(self, client_de: Ouvrir, passage: Passage) -> None:
        client = client_de("membre")
        factories.creer_presence(passage.seance, client.agent)
        ordre = factories.creer_ordre_du_jour(passage.seance)
        adresse = reverse("commissions:ordre_du_jour", args=[ordre.pk])
        assert client.get(adresse).status_code == 200
        declarer_lien(passage.dossier, par=client.agent, maintenant=factories.INSTANT)
        assert client.get(adresse).url == reverse("commissions:agenda", args=[passage.seance_id])


def test_le_predicat_est_pur(django_assert_num_queries: Callable[..., object]) -> None:
    """The links of a person are read once, whatever the number of dossiers."""
    agent: Agent = factories.creer_agent(Profil.COORDINATION)
    dossiers = [factories.creer_dossier() for _ in range(3)]
    declarer_lien(dossiers[0], par=agent, maintenant=factories.INSTANT)
    qui = personne_de(agent, factories.JOUR)
    with django_assert_num_queries(1):
        assert [d.famille_id in qui.familles_liees for d in dossiers] == [True, False, False]
        assert qui.dossiers_lies == {dossiers[0].pk}
