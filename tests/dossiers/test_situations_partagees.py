"""Shared situations: for whom one exists, what each step writes, and nothing of it anywhere else."""

from collections.abc import Callable
from datetime import date, timedelta
from io import BytesIO
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from python_calamine import CalamineWorkbook

from dossiers.acces import situations_visibles, voit_situation
from dossiers.models import Dossier, Journal, MembreCercle, SituationPartagee
from dossiers.regles.situation_partagee import DELAIS, reponse_attendue
from dossiers.services import situations_partagees as services
from dossiers.services.liens import declarer_lien
from guichet.acces import personne_de
from guichet.erreurs import ErreurMetier
from structures.models import Profil
from tests import factories
from tests.conftest import ClientStrict
from tests.dossiers.scene import NOM, un_dossier_complet

pytestmark = pytest.mark.django_db
Ouvrir = Callable[..., ClientStrict]
NAISSANCE = date(2026, 3, 14)
# What only a shared situation prints; the CRIP banner is on every such page.
MARQUES = ("Puéricultrice", "puéricultrice", "PMI", "CRIP", "ituation partagée", "Situations partagées")


@pytest.mark.parametrize(
    ("demandee", "delai", "attendue"),
    [
        (date(2026, 11, 23), "semaine", date(2026, 11, 30)),
        (date(2026, 11, 22), "semaine", date(2026, 11, 30)),
        (date(2026, 11, 21), "quinzaine", date(2026, 12, 7)),
        (date(2026, 12, 25), "semaine", date(2027, 1, 1)),
    ],
)
def test_la_reponse_est_attendue_un_jour_de_semaine(demandee: date, delai: str, attendue: date) -> None:
    assert reponse_attendue(demandee, delai) == attendue
    assert all(reponse_attendue(demandee, d).weekday() < 5 for d in DELAIS)


# profil, counter of the dossier or not, in the circle or not, linked or not -> exists
TABLE = [
    (profil, chez_lui, au_cercle, lie, attendu)
    for profil, chez_lui, au_cercle, attendu in [
        (Profil.AGENT, True, False, True),
        (Profil.AGENT, True, True, True),
        (Profil.AGENT, False, False, False),
        (Profil.AGENT, False, True, True),
        (Profil.COORDINATION, False, False, True),
        (Profil.COORDINATION, False, True, True),
        (Profil.DIRECTION, False, False, False),
        (Profil.DIRECTION, False, True, True),
        (Profil.PARTENAIRE, False, False, False),
        (Profil.PARTENAIRE, False, True, True),
        (Profil.MEMBRE, False, False, False),
        (Profil.MEMBRE, False, True, False),
        (Profil.PRESIDENCE, False, True, False),
        (Profil.ADMINISTRATION, False, True, False),
        (Profil.DPO, False, True, False),
    ]
    for lie in (False, True)
]


@pytest.mark.parametrize(("profil", "chez_lui", "au_cercle", "lie", "attendu"), TABLE)
def test_pour_qui_une_situation_existe(
    profil: str, chez_lui: bool, au_cercle: bool, lie: bool, attendu: bool
) -> None:
    """The pure predicate and the query say the same, and nobody linked to the family ever sees it."""
    dossier = factories.creer_dossier()
    agent = factories.creer_agent(profil, **({"mairie": dossier.mairie} if chez_lui else {}))
    situation = factories.creer_situation(dossier)
    if au_cercle:
        MembreCercle.objects.create(situation=situation, agent=agent, depuis=factories.INSTANT)
    if lie:
        declarer_lien(dossier, par=agent, maintenant=factories.INSTANT)
    qui = personne_de(agent, factories.JOUR)
    cercle = set(situation.cercle.filter(retire_le=None).values_list("agent", flat=True))
    assert voit_situation(qui, dossier, cercle) is (attendu and not lie)
    assert situations_visibles(qui).exists() is (attendu and not lie)


def ailleurs(client: ClientStrict, dossier: Dossier) -> dict[str, str]:
    """Everything a person who is not of the circle may read of the dossier and of the house."""
    pages = {
        "fiche": reverse("dossiers:fiche", args=[dossier.numero]),
        "accueil": reverse("accueil"),
        "liste": reverse("dossiers:liste"),
        "index": reverse("dossiers:index"),
        "recherche": f"{reverse('dossiers:recherche')}?q={NOM}",
        "recepisse": reverse("dossiers:recepisse", args=[dossier.numero]),
        "situations": reverse("dossiers:situations"),
        "historique": reverse("dossiers:historique", args=[dossier.numero]),
    }
    lues = {nom: client.get(adresse).content.decode() for nom, adresse in pages.items()}
    export = reverse("dossiers:liste_exporter")
    csv = client.post(export, {"format": "csv", "forme": "enfant"})
    lues["csv"] = b"".join(csv.streaming_content).decode("utf-8-sig")
    xlsx = client.post(export, {"format": "xlsx", "forme": "choix"})
    classeur = CalamineWorkbook.from_filelike(BytesIO(b"".join(xlsx.streaming_content)))
    lues["xlsx"] = str([classeur.get_sheet_by_name(nom).to_python() for nom in classeur.sheet_names])
    return lues


@pytest.mark.parametrize("profil", ["agent", "direction"])
def test_hors_du_cercle_rien_n_en_parait_nulle_part(profil: str, client_de: Ouvrir) -> None:
    """The same pages before and after it is opened, answered, given a task and told of: word for word."""
    structure = factories.creer_structure()
    dossier = un_dossier_complet(structure=structure)
    client = client_de(profil, **({"structure": structure} if profil == "direction" else {}))
    situation = factories.creer_situation(dossier, factories.creer_agent("partenaire"))
    coordination = factories.creer_agent("coordination")
    faits: dict[str, Any] = {"par": coordination, "maintenant": factories.INSTANT}
    services.confier_tache(
        situation, nature="place", responsable=coordination, echeance_le=factories.JOUR, **faits
    )
    services.dire_changement(situation, nature="plus_tot", **faits)
    services.repondre(situation, reponse="sans_place", **faits)
    for ou, texte in ailleurs(client, dossier).items():
        propre = texte.replace("<h1>Situations partagées</h1>", "").replace("Situations partagées ·", "")
        if ou == "situations":
            propre = propre.replace("CRIP", "")
        assert [m for m in MARQUES if m in propre] == [], ou
    assert client.get(reverse("dossiers:situation", args=[situation.pk])).status_code == 404
    for geste in ("repondre", "clore", "changement", "tache", "cercle"):
        adresse = reverse("dossiers:situation_geste", args=[situation.pk, geste])
        assert client.post(adresse).status_code == 404


def test_le_journal_du_dpo_ne_dit_pas_quel_dossier(client_de: Ouvrir) -> None:
    dossier = factories.creer_dossier()
    factories.creer_situation(dossier)
    dpo = client_de("dpo")
    page = dpo.get(reverse("dossiers:journal")).content.decode()
    assert "Situation partagée" in page
    assert dossier.numero not in page
    page = dpo.get(f"{reverse('dossiers:journal')}?numero={dossier.numero}").content.decode()
    assert "Aucun acte ne correspond" in page


def test_le_cercle_le_guichet_et_la_coordination_la_suivent(client_de: Ouvrir) -> None:
    structure = factories.creer_structure()
    dossier = un_dossier_complet(structure=structure)
    direction = client_de("direction", structure=structure)
    situation = factories.creer_situation(dossier, direction.agent)
    fiche = reverse("dossiers:fiche", args=[dossier.numero])
    for client in (client_de("agent", mairie=dossier.mairie), client_de("coordination"), direction):
        page = client.get(fiche).content.decode()
        assert "PMI" in page
        assert "se transmet à la CRIP" in page
        page = client.get(reverse("dossiers:situation", args=[situation.pk])).content.decode()
        assert "se transmet à la CRIP" in page
        assert NOM in page
    assert "Situation partagée ouverte" in client_de("coordination").get(fiche).content.decode()
    lues = Journal.objects.filter(action="situation", objet="lue").values_list("par__nom", flat=True)
    assert lues.count() == 2


class TestPartenaire:
    def ouvrir(self, client: ClientStrict, numero: str, naissance: date = NAISSANCE) -> Any:
        return client.post(
            reverse("dossiers:situation_nouvelle"),
            {
                "numero": numero,
                "naissance": naissance.isoformat(),
                "service": "pmi",
                "fonction": "puericultrice",
                "delai_souhaite": "quinzaine",
            },
        )

    def test_il_ouvre_et_ne_lit_que_ce_qu_il_faut(self, client_de: Ouvrir) -> None:
        structure = factories.creer_structure(nom="Crèche Marquée")
        dossier = un_dossier_complet(structure=structure)
        client = client_de("partenaire", service="pmi")
        assert self.ouvrir(client, dossier.numero).status_code == 302
        situation = SituationPartagee.objects.get()
        assert (situation.demandeur, situation.service) == (client.agent, "pmi")
        page = client.get(reverse("dossiers:situation", args=[situation.pk])).content.decode()
        assert all(mot in page for mot in (NOM, dossier.numero, "complet, en attente", "toute la semaine"))
        caches = ["Crèche Marquée", dossier.mairie.nom, "rue du Colibri", "Marqueur", "points", "Répondre…"]
        assert [c for c in caches if c in page] == []
        accueil = client.get(reverse("accueil")).content.decode()
        assert NOM in accueil
        assert client.get(reverse("dossiers:fiche", args=[dossier.numero])).status_code == 403

    def test_celles_des_autres_n_existent_pas(self, client_de: Ouvrir) -> None:
        dossier = un_dossier_complet()
        situation = factories.creer_situation(dossier, factories.creer_agent("partenaire"))
        client = client_de("partenaire", service="pmi")
        assert client.get(reverse("dossiers:situation", args=[situation.pk])).status_code == 404
        assert NOM not in client.get(reverse("dossiers:situations")).content.decode()
        assert NOM not in client.get(reverse("accueil")).content.decode()

    def test_un_numero_ou_une_date_faux_ont_une_meme_reponse(self, client_de: Ouvrir) -> None:
        dossier, clos = factories.creer_dossier(), factories.creer_dossier(etat="clos")
        lie = factories.creer_dossier()
        client = client_de("partenaire", service="pmi")
        declarer_lien(lie, par=client.agent, maintenant=factories.INSTANT)
        reponses = [
            self.ouvrir(client, "2026-999999"),
            self.ouvrir(client, dossier.numero, NAISSANCE + timedelta(days=1)),
            self.ouvrir(client, clos.numero),
            self.ouvrir(client, lie.numero),
        ]
        dits = {str(r.context["form"].errors) for r in reponses}
        assert len(dits) == 1
        assert "Aucun dossier en cours ne correspond" in dits.pop()
        assert not SituationPartagee.objects.exists()
        assert Journal.objects.filter(objet="introuvable", dossier=None, par=client.agent).count() == 4

    def test_on_ne_parcourt_pas_la_liste_en_essayant_des_dates(self, client_de: Ouvrir) -> None:
        dossier = factories.creer_dossier()
        client = client_de("partenaire", service="pmi")
        for jour in range(1, 11):
            self.ouvrir(client, dossier.numero, date(2025, 1, jour))
        assert "Trop d’essais" in self.ouvrir(client, dossier.numero).content.decode()
        assert not SituationPartagee.objects.exists()

    def test_deux_fois_le_meme_service(self, client_de: Ouvrir) -> None:
        dossier = factories.creer_dossier()
        client = client_de("partenaire", service="pmi")
        self.ouvrir(client, dossier.numero)
        assert "suit déjà une situation" in self.ouvrir(client, dossier.numero).content.decode()

    def test_pour_un_autre_service_que_le_sien(self, client_de: Ouvrir) -> None:
        dossier = factories.creer_dossier()
        client = client_de("partenaire", service="france_travail")
        assert self.ouvrir(client, dossier.numero).status_code == 200
        assert not SituationPartagee.objects.exists()

    def test_un_dossier_protege_ne_donne_ni_nom_ni_guichet(self, client_de: Ouvrir) -> None:
        dossier = un_dossier_complet(foyer={"protegee": True})
        client = client_de("partenaire", service="pmi")
        self.ouvrir(client, dossier.numero)
        situation = SituationPartagee.objects.get()
        coordination = client_de("coordination")
        for lecteur in (client, coordination):
            for adresse in (
                reverse("dossiers:situation", args=[situation.pk]),
                reverse("dossiers:situations"),
                reverse("accueil"),
            ):
                page = lecteur.get(adresse).content.decode()
                assert NOM not in page
                # The coordination's workload names every mairie, whatever it holds.
                if (lecteur, adresse) != (coordination, reverse("accueil")):
                    assert dossier.mairie.nom not in page
        page = coordination.get(reverse("dossiers:situation", args=[situation.pk])).content.decode()
        assert dossier.numero not in page


class TestGestes:
    def geste(self, client: ClientStrict, situation: SituationPartagee, geste: str, **champs: Any) -> Any:
        donnees = {f"{geste}-{nom}": valeur for nom, valeur in champs.items()}
        return client.post(reverse("dossiers:situation_geste", args=[situation.pk, geste]), donnees)

    def test_de_l_ouverture_a_la_fin(self, client_de: Ouvrir) -> None:
        dossier = factories.creer_dossier()
        guichet = client_de("agent", mairie=dossier.mairie)
        partenaire = client_de("partenaire", service="service_social")
        guichet.post(
            reverse("dossiers:situation_ouvrir", args=[dossier.numero]),
            {
                "service": "service_social",
                "fonction": "assistante_sociale",
                "demandeur": partenaire.agent.pk,
                "demandee_le": "2026-11-20",
                "delai_souhaite": "semaine",
            },
        )
        situation = SituationPartagee.objects.get()
        assert situation.reponse_attendue_le == date(2026, 11, 27)
        assert [m.agent for m in situation.cercle.all()] == [partenaire.agent]
        demain = (timezone.localdate() + timedelta(days=1)).isoformat()
        self.geste(
            guichet, situation, "tache", nature="piece", responsable=partenaire.agent.pk, echeance_le=demain
        )
        self.geste(partenaire, situation, "changement", nature="plus_tot")
        tache = situation.taches.get()
        assert "Faire compléter une pièce" in partenaire.get(reverse("accueil")).content.decode()
        partenaire.post(reverse("dossiers:tache_faite", args=[situation.pk, tache.pk]))
        self.geste(guichet, situation, "repondre", reponse="occasionnel")
        self.geste(guichet, situation, "clore", motif="place_trouvee")
        situation.refresh_from_db()
        assert (situation.reponse, situation.motif_fin) == ("occasionnel", "place_trouvee")
        assert self.geste(guichet, situation, "repondre", reponse="sans_place").status_code == 200
        objets = Journal.objects.filter(action="situation").exclude(objet="lue").order_by("pk")
        assert list(objets.values_list("objet", flat=True)) == [
            *("ouverte", "tache", "changement", "tache_faite", "repondue", "close")
        ]
        assert situation.events.count() == 3
        page = guichet.get(reverse("dossiers:fiche", args=[dossier.numero])).content.decode()
        assert "Situation partagée : réponse donnée (accueil occasionnel proposé)" in page

    def test_sortir_du_cercle_ferme_aussitot(self, client_de: Ouvrir) -> None:
        dossier = factories.creer_dossier()
        partenaire, guichet = client_de("partenaire"), client_de("agent", mairie=dossier.mairie)
        situation = factories.creer_situation(dossier, partenaire.agent)
        factories.creer_tache_situation(situation.pk, partenaire.agent)
        adresse = reverse("dossiers:situation", args=[situation.pk])
        assert partenaire.get(adresse).status_code == 200
        guichet.post(reverse("dossiers:cercle_sortir", args=[situation.pk, situation.cercle.get().pk]))
        assert partenaire.get(adresse).status_code == 404
        accueil = partenaire.get(reverse("accueil")).content.decode()
        assert "Appeler la famille" not in accueil
        assert self.geste(guichet, situation, "cercle", agent=partenaire.agent.pk).status_code == 302
        assert partenaire.get(adresse).status_code == 200

    @pytest.mark.parametrize("profil", ["membre", "administration", "dpo"])
    def test_le_cercle_est_restreint(self, profil: str) -> None:
        situation = factories.creer_situation(factories.creer_dossier())
        with pytest.raises(ErreurMetier, match="ne peut pas être du cercle"):
            services.entrer_au_cercle(
                situation,
                agent=factories.creer_agent(profil),
                par=factories.creer_agent("coordination"),
                maintenant=factories.INSTANT,
            )

    @pytest.mark.parametrize(
        ("geste", "champs", "dit"),
        [
            ("repondre", {"reponse": "faits racontés"}, "Sélectionnez un choix valide"),
            ("clore", {}, "obligatoire"),
            ("tache", {"nature": "piece", "echeance_le": "2020-01-01"}, "Ce jour est passé"),
        ],
    )
    def test_une_faute_se_dit_sur_la_page(
        self, client_de: Ouvrir, geste: str, champs: dict[str, str], dit: str
    ) -> None:
        client = client_de("coordination")
        situation = factories.creer_situation(factories.creer_dossier())
        if geste == "tache":
            champs = champs | {"responsable": str(client.agent.pk)}
        page = self.geste(client, situation, geste, **champs).content.decode()
        assert dit in page
        assert f'href="#id_{geste}-' in page


@pytest.mark.parametrize(
    ("champs", "contrainte"),
    [
        ({"reponse": "sans_place"}, "situation_repondue_datee"),
        ({"close_le": factories.INSTANT}, "situation_close_motivee"),
    ],
)
def test_la_base_tient_les_dates(champs: dict[str, Any], contrainte: str) -> None:
    situation = factories.creer_situation(factories.creer_dossier())
    with pytest.raises(IntegrityError, match=contrainte), transaction.atomic():
        SituationPartagee.objects.filter(pk=situation.pk).update(**champs)


@pytest.mark.parametrize("route", ["accueil", "dossiers:situations"])
def test_les_pages_coutent_un_nombre_fixe_de_requetes(route: str, client_de: Ouvrir) -> None:
    client = client_de("coordination")

    def remplir() -> None:
        situation = factories.creer_situation(factories.creer_dossier(), factories.creer_agent("partenaire"))
        factories.creer_tache_situation(situation.pk, client.agent)

    def compter() -> int:
        with CaptureQueriesContext(connection) as requetes:
            assert client.get(reverse(route)).status_code == 200
        return len(requetes)

    remplir()
    compter()
    premier = compter()
    remplir()
    remplir()
    assert compter() == premier
