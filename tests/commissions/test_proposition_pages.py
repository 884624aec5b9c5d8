"""The pages of a proposal: the agenda's column, section by section, child by child; what each reader sees."""

import re
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.db import connection
from django.template.loader import render_to_string
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from commissions.exports.ordre_du_jour import contexte_agenda, rendre_agenda
from commissions.models import Passage, Seance
from dossiers.models import Dossier, GroupeNaissance
from dossiers.services.liens import declarer_lien
from tests import factories
from tests.commissions.monde import GEL, NE_BEBE, Monde, monde_a_geler
from tests.commissions.test_proposition import geler, une_liste
from tests.conftest import ClientStrict

pytestmark = pytest.mark.django_db
JOUR = date(2027, 5, 6)
PAGES = ("proposition", "proposition_vides", "proposition_habitude")


@pytest.fixture
def monde() -> Monde:
    return monde_a_geler()


def agenda(seance: Seance, version: str = "sans_noms") -> str:
    return render_to_string("pdf/ordre_du_jour.html", contexte_agenda(seance, version, le=JOUR))


def cellules(html: str) -> list[list[str]]:
    """The text of each cell of each body row."""
    rangees = re.findall(r"<tr>(?:(?!</tr>).)*</tr>", html, re.DOTALL)
    textes = [[re.sub(r"<[^>]+>", "", c).strip() for c in re.split(r"</t[dh]>", r)[:-1]] for r in rangees]
    return [t for t in textes if t and t[0].isdigit()]


def passage(dossier: Dossier) -> Passage:
    return dossier.passages.get()


def test_la_colonne_de_l_ordre_du_jour_se_remplit_avec_la_proposition(monde: Monde) -> None:
    seance = une_liste(monde)
    vide = {ligne[-2] for ligne in cellules(agenda(seance))}
    assert vide == {""}
    factories.creer_proposition(seance)
    html = agenda(seance)
    par_ordre = {(ligne[1], ligne[6]): ligne[-2] for ligne in cellules(html)}
    un, deux, souple, partiel = (passage(d).numero_ordre for d in monde.suite)
    assert par_ordre == {
        (un, "1"): "Admis",
        (deux, "1"): "complet · admis choix 2",
        (deux, "2"): "Admis",
        (souple, "1"): "Admis, lun, journée",
        (partiel, "1"): "lundi complet",
    }
    assert "<b>Admis</b>" in html
    assert "ce que donne le calcul du 6" in html
    assert rendre_agenda(seance, "nominative", le=JOUR).startswith(b"%PDF")


def pages_lues(client: ClientStrict, seance: Seance, **version: str) -> list[str]:
    """Every page of the proposal as this client reads it: what surrounds it, and each section's own."""
    proposition = reverse("commissions:proposition", args=[seance.pk])
    autour = [client.get(reverse(f"commissions:{page}", args=[seance.pk]), version) for page in PAGES]
    sections = [
        client.get(proposition, {"section": place.section_id} | version) for place in seance.places.all()
    ]
    return [reponse.content.decode() for reponse in autour + sections]


def demander_pourquoi(client: ClientStrict, seance: Seance, ordre: str) -> Any:
    return client.get(reverse("commissions:proposition", args=[seance.pk]), {"ordre": ordre})


def test_un_dossier_protege_n_a_pas_de_proposition_affichee(
    monde: Monde, client_de: Callable[..., ClientStrict]
) -> None:
    famille = factories.creer_famille(protegee=True, protegee_le=GEL)
    cache = monde.dossier(
        500, enfant=factories.creer_enfant(famille, nom="Secretxyz", date_naissance=NE_BEBE)
    )
    monde.dossier(40, besoin={"demi_journees": [0, 1, 2, 3, 4]})
    monde.dossier(50, besoin={"demi_journees": [5, 6, 7, 8, 9]})
    seance = geler(monde.seance(places={monde.bebes: 1}))
    factories.creer_proposition(seance)
    (ligne,) = [c for c in cellules(agenda(seance)) if c[1] == "dossier réservé"]
    assert ligne[-2:] == ["", ""]
    client = client_de(monde.coordination)
    pages = pages_lues(client, seance, version="nominative")
    assert "dossier réservé" in "".join(pages)
    for html in pages:
        for secret in ("Secretxyz", cache.numero, f">{passage(cache).numero_ordre}<"):
            assert secret not in html
    html = demander_pourquoi(client, seance, passage(cache).numero_ordre).content.decode()
    assert "Aucune ligne que vous puissiez lire" in html
    assert client.get(reverse("commissions:pourquoi", args=[passage(cache).pk])).status_code == 404


def test_une_famille_protegee_apres_le_gel_n_a_plus_de_page(
    monde: Monde, client_de: Callable[..., ClientStrict]
) -> None:
    seance = une_liste(monde)
    factories.creer_proposition(seance)
    dossier, client = monde.suite[1], client_de(monde.coordination)
    adresse = reverse("commissions:pourquoi", args=[passage(dossier).pk])
    assert client.get(adresse).status_code == 200
    dossier.famille.protegee, dossier.famille.protegee_le = True, GEL
    dossier.famille.save()
    assert client.get(adresse).status_code == 404
    for html in pages_lues(client, seance):
        assert passage(dossier).numero_ordre not in html
    html = demander_pourquoi(client, seance, passage(dossier).numero_ordre).content.decode()
    assert "Aucune ligne que vous puissiez lire" in html


def test_un_membre_lie_ne_lit_que_le_rang(monde: Monde, client_de: Callable[..., ClientStrict]) -> None:
    seance, membre = une_liste(monde), factories.creer_agent("membre")
    factories.creer_presence(seance, membre)
    factories.creer_proposition(seance)
    dossier = monde.suite[3]
    declarer_lien(dossier, par=membre, mairie=None, maintenant=GEL)
    client = client_de(membre)
    pages = pages_lues(client, seance)
    assert "vous connaissez cette famille" in "".join(pages)
    for html in pages:
        assert passage(dossier).numero_ordre not in html
    assert demander_pourquoi(client, seance, passage(dossier).numero_ordre).status_code == 200
    assert client.get(reverse("commissions:pourquoi", args=[passage(dossier).pk])).status_code == 403


def test_les_membres_lisent_sans_noms(monde: Monde, client_de: Callable[..., ClientStrict]) -> None:
    seance, membre = une_liste(monde), factories.creer_agent("membre")
    factories.creer_presence(seance, membre)
    factories.creer_proposition(seance)
    client, coordination = client_de(membre), client_de(monde.coordination)
    for html in pages_lues(client, seance):
        for dossier in monde.suite:
            assert dossier.numero not in html
            assert dossier.enfant.nom not in html
    adresses = [reverse(f"commissions:{page}", args=[seance.pk]) for page in PAGES]
    adresses += [reverse("commissions:pourquoi", args=[passage(d).pk]) for d in monde.suite]
    for adresse in adresses:
        html = client.get(adresse).content.decode()
        for dossier in monde.suite:
            for secret in (dossier.numero, dossier.enfant.nom, "Réside à Saint-Étienne"):
                assert secret not in html, adresse
        assert client.get(adresse, {"version": "nominative"}).status_code == 404
        assert coordination.get(adresse, {"version": "nominative"}).status_code == 200


def test_une_section_se_lit_seule_et_mene_a_ses_voisines(
    monde: Monde, client_de: Callable[..., ClientStrict]
) -> None:
    seance = une_liste(monde)
    factories.creer_proposition(seance)
    client, adresse = client_de(monde.coordination), reverse("commissions:proposition", args=[seance.pk])
    resume = client.get(adresse).content.decode()
    assert "<table" not in resume
    assert "entrent sur" in resume
    premiere, seconde = re.findall(r'<li><a class="lien-cible" href="\?section=(\d+)"', resume)
    html = client.get(adresse, {"section": premiere, "version": "nominative"}).content.decode()
    assert html.count("<section") == 1
    assert f"?section={seconde}&amp;version=nominative" in html
    assert 'rel="next"' in html
    assert 'rel="prev"' not in html
    for inconnue in ("0", "²", "x" * 50):
        assert client.get(adresse, {"section": inconnue}).content.decode().count("<section") == 0


def test_le_numero_d_ordre_mene_au_pourquoi(monde: Monde, client_de: Callable[..., ClientStrict]) -> None:
    seance = une_liste(monde)
    factories.creer_proposition(seance)
    client, lu = client_de(monde.coordination), passage(monde.suite[3])
    for ordre in (lu.numero_ordre, f" {lu.numero_ordre.lower()} "):
        reponse = demander_pourquoi(client, seance, ordre)
        assert reponse["Location"] == reverse("commissions:pourquoi", args=[lu.pk])
    for ordre in ("Z999", "\x00", "' or 1"):
        html = demander_pourquoi(client, seance, ordre).content.decode()
        assert 'aria-describedby="erreur-ordre"' in html


def test_la_page_d_un_enfant_dit_chaque_voeu(monde: Monde, client_de: Callable[..., ClientStrict]) -> None:
    seance = une_liste(monde)
    factories.creer_proposition(seance)
    client = client_de(monde.coordination)

    def lire(dossier: Dossier) -> str:
        html = client.get(reverse("commissions:pourquoi", args=[passage(dossier).pk])).content.decode()
        return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", html)).replace("\u00a0", " ")

    deuxieme = lire(monde.suite[1])
    assert "Choix 1 · Les Galipettes, Bébés" in deuxieme
    assert (
        "Plus de place du lundi au vendredi : le dernier admis y a 120 points, cette demande 110." in deuxieme
    )
    assert "À la famille : Plus de place du lundi au vendredi : les places vont à des enfants" in deuxieme
    assert "Choix 2 · Câlin-Doudou, Bébés" in deuxieme
    assert "Une place est proposée" in deuxieme
    assert "aussi acceptée : lun, journée" in lire(monde.suite[2])
    assert "Aucune place" in lire(monde.suite[3])


def test_les_jumeaux_se_lisent_ensemble(monde: Monde, client_de: Callable[..., ClientStrict]) -> None:
    famille = factories.creer_famille()
    groupe = GroupeNaissance.objects.create(regle="ensemble_ou_rien")
    jumeaux = [
        monde.dossier(100, enfant=factories.creer_enfant(famille, date_naissance=NE_BEBE, groupe=groupe))
        for _ in range(2)
    ]
    seance = geler(monde.seance(places={monde.bebes: 1}))
    factories.creer_proposition(seance)
    client = client_de(monde.coordination)
    html = client.get(reverse("commissions:pourquoi", args=[passage(jumeaux[0]).pk])).content.decode()
    assert f"Fratrie, {passage(jumeaux[1]).numero_ordre}" in html
    assert "la fratrie ne peut pas entrer ensemble" in html or "Plus de place" in html


def test_avant_la_proposition_la_coordination_la_demande(
    monde: Monde, client_de: Callable[..., ClientStrict]
) -> None:
    seance, client = une_liste(monde), client_de(monde.coordination)
    adresse = reverse("commissions:proposition", args=[seance.pk])
    assert "Calculer la proposition" in client.get(adresse).content.decode()
    assert client.get(reverse("commissions:proposition_vides", args=[seance.pk])).status_code == 404
    reponse = client.post(reverse("commissions:proposition_demander", args=[seance.pk]))
    assert "/taches/" in reponse["Location"]
    planifiee = monde.seance()
    assert client.get(reverse("commissions:proposition", args=[planifiee.pk])).status_code == 404
    refus: Any = client.post(reverse("commissions:proposition_demander", args=[planifiee.pk]), follow=True)
    assert "Gelez la liste" in refus.content.decode()


@pytest.mark.parametrize("page", [*PAGES, "agenda"])
def test_les_pages_coutent_un_nombre_fixe_de_requetes(
    page: str, monde: Monde, client_de: Callable[..., ClientStrict]
) -> None:
    client, comptes = client_de(monde.coordination), []
    for nombre in (2, 9):
        for n in range(nombre):
            monde.dossier(100 + n, voeux=[monde.creche, monde.autre])
        seance = geler(monde.seance())
        factories.creer_proposition(seance)
        with CaptureQueriesContext(connection) as captees:
            client.get(reverse(f"commissions:{page}", args=[seance.pk]))
        comptes.append(len(captees))
    assert comptes[0] == comptes[1] <= 20
