"""The agenda: what it says, what it never says, and its file."""

import hashlib
import io
import re
from collections.abc import Callable
from datetime import date
from typing import Any

import pikepdf
import pytest
from django.db import DatabaseError, connection, transaction
from django.template.loader import render_to_string
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from commissions import taches
from commissions.exports.ordre_du_jour import contexte_agenda, rendre_agenda
from commissions.models import OrdreDuJour, Seance
from commissions.regles.agenda import texte_age_agenda, texte_alternatives, texte_reserves
from commissions.regles.gel import numeros_ordre, quartiers_imprimables
from commissions.services.gel import geler_seance
from commissions.services.travaux import demander_impression
from dossiers.models import GroupeNaissance, Journal
from structures.models import Tache
from tests import factories
from tests.commissions.monde import GEL, NE_BEBE, Monde, monde_a_geler
from tests.conftest import ClientStrict

JOUR = date(2027, 5, 6)


@pytest.fixture
def monde(db: None) -> Monde:
    return monde_a_geler()


@pytest.fixture(autouse=True)
def _fichiers(settings: Any, tmp_path: Any) -> None:
    settings.MEDIA_ROOT = tmp_path


def geler(seance: Seance) -> Seance:
    return geler_seance(seance, par=None, maintenant=GEL, graine=7)


def page(seance: Seance, version: str = "sans_noms") -> str:
    return render_to_string("pdf/ordre_du_jour.html", contexte_agenda(seance, version, le=JOUR))


def ligne_de(html: str, marque: str) -> str:
    """The text of the only table row holding `marque`, cells apart."""
    trouvees = [r for r in re.findall(r"<tr>.*?</tr>", html, re.DOTALL) if marque in r]
    assert len(trouvees) == 1, (marque, len(trouvees))
    return " | ".join(re.sub(r"<[^>]+>", "", c).strip() for c in re.split(r"</t[dh]>", trouvees[0])[:-1])


def test_une_ligne_dit_le_rang_le_besoin_les_points_et_le_choix(monde: Monde) -> None:
    dossier = monde.dossier(
        240,
        voeux=[monde.autre, monde.creche],
        besoin={"entree_le": date(2027, 9, 1), "alternatives": [[0, 1, 2, 3, 6, 7, 8, 9]]},
        solution="assistante_maternelle",
        complet_le=date(2027, 1, 22),
    )
    html = page(geler(monde.seance(places={monde.bebes: 2})))
    ordre = dossier.passages.get().numero_ordre
    assert ligne_de(html, ordre) == (
        f"1 | {ordre} | 7\u00a0mois | sept.\u00a02027 |  | sans mercredi | 2 | 240 | 22/01/2027 | "
        "assistante mat. |  |  |  | "
    )
    assert 'alt="toute la semaine"' in html


def test_les_semaines_a_et_b_et_le_planning_variable_sont_dits_a_part(monde: Monde) -> None:
    alternee = {"rythme": "alternee", "demi_journees": [0, 1], "demi_journees_b": [8, 9]}
    variable = {
        "rythme": "variable",
        "demi_journees": [0, 2, 4],
        "nombre_min": 1,
        "nombre_max": 2,
        "planning_jours": 15,
    }
    un, autre = monde.dossier(240, besoin=alternee), monde.dossier(120, besoin=variable)
    html = page(geler(monde.seance(places={monde.bebes: 2})))
    (a, b) = re.findall(r'<div class="ab"><b>([AB])</b><img[^>]* alt="([^"]*)"', html)
    assert (a, b) == (("A", "lun, journée"), ("B", "ven, journée"))
    mots = "variable, 1 à 2 demi-journées par semaine, planning connu 15\u00a0jours avant"
    assert f"| {mots} |" in ligne_de(html, autre.passages.get().numero_ordre)
    # What is reserved is the union; what is told, each week.
    assert un.passages.get().demi_journees == [0, 1, 8, 9]


def test_la_version_sans_noms_ne_nomme_personne(monde: Monde) -> None:
    for n in range(6):
        famille = factories.creer_famille(responsable={"nom": f"Parentxyz{n}"})
        enfant = factories.creer_enfant(
            famille, nom=f"Nomxyz{n}", prenom=f"Prenomxyz{n}", date_naissance=NE_BEBE
        )
        monde.dossier(enfant=enfant, numero_origine=f"ANC-{n}")
    seance = geler(monde.seance())
    for version, attendu in (("sans_noms", False), ("nominative", True)):
        html = page(seance, version)
        for dossier in monde.suite:
            for secret in (dossier.enfant.nom, dossier.enfant.prenom, dossier.numero):
                assert (secret in html) is attendu, (version, secret)
            assert "Parentxyz" not in html
            assert dossier.numero_origine not in html
        assert ("10/01/2027" in html) is attendu
        assert ("Réside à Saint-Étienne 100" in html) is attendu


def test_un_dossier_protege_n_a_que_son_rang_son_besoin_et_ses_points(monde: Monde) -> None:
    famille = factories.creer_famille(protegee=True, protegee_le=GEL)
    enfant = factories.creer_enfant(famille, nom="Secretxyz", date_naissance=NE_BEBE)
    dossier = monde.dossier(77, enfant=enfant, voeux=[monde.autre, monde.creche])
    monde.dossier(50)
    seance = geler(monde.seance())
    ordre = dossier.passages.get().numero_ordre
    for version in ("sans_noms", "nominative"):
        html = page(seance, version)
        for secret in ("Secretxyz", dossier.numero, ordre):
            assert secret not in html
        for rangee in [r for r in re.findall(r"<tr>.*?</tr>", html, re.DOTALL) if "dossier réservé" in r]:
            mots = re.sub(r"<[^>]+>", " ", rangee).split()
            assert mots == ["1", "dossier", "réservé", "sept.", "2027", "77"]


def test_une_famille_protegee_apres_le_gel_l_est_aussi_sur_le_papier(monde: Monde) -> None:
    dossier = monde.dossier()
    seance = geler(monde.seance())
    dossier.famille.protegee, dossier.famille.protegee_le = True, GEL
    dossier.famille.save()
    assert "dossier réservé" in page(seance)
    assert dossier.passages.get().numero_ordre not in page(seance)


def test_le_quartier_se_dit_quand_cinq_dossiers_le_partagent(monde: Monde) -> None:
    grand, petit = factories.creer_quartier(nom="Bellevue"), factories.creer_quartier(nom="Tarentaize")
    protegee = factories.creer_famille(protegee=True, protegee_le=GEL)
    for quartier, nombre in ((grand, 6), (petit, 4)):
        for _ in range(nombre):
            monde.dossier(quartier=quartier)
    cache = factories.creer_enfant(protegee, date_naissance=NE_BEBE)
    monde.dossier(quartier=petit, enfant=cache)
    assert page(geler(monde.seance())).count("Tarentaize") == 0
    monde.dossier(quartier=petit)
    html = page(geler(monde.seance()))
    assert (html.count("Tarentaize"), html.count("Bellevue")) == (5, 6)


@pytest.mark.parametrize(
    ("comptes", "dits"),
    [
        ({1: 5, 2: 4}, set()),
        ({1: 9, 2: 5, 3: 1}, {1}),
        ({1: 9, 2: 5}, {1, 2}),
        ({1: 9, 2: 3, 3: 2}, {1}),
        ({}, set()),
    ],
)
def test_un_quartier_tu_ne_se_retrouve_pas_par_difference(comptes: dict[int, int], dits: set[int]) -> None:
    assert quartiers_imprimables(comptes, 5) == dits


def test_jumeaux_et_mutations_sont_marques(monde: Monde) -> None:
    groupe = GroupeNaissance.objects.create()
    famille = factories.creer_famille()
    jumeaux = [
        monde.dossier(enfant=factories.creer_enfant(famille, date_naissance=NE_BEBE, groupe=groupe))
        for _ in range(2)
    ]
    enfant = factories.creer_enfant(date_naissance=NE_BEBE)
    place = factories.creer_admission(monde.ailleurs, enfant=enfant)
    monde.dossier(enfant=enfant, nature="mutation", admission_actuelle=place)
    seance = geler(monde.seance(places={monde.bebes: 2}))
    un, deux = (d.passages.get().numero_ordre for d in jumeaux)
    html = page(seance)
    assert f"jumeaux avec {deux}" in html
    assert f"jumeaux avec {un}" in html
    assert ">mutation<" in html


def test_l_agenda_dit_ses_regles_et_ses_places(monde: Monde) -> None:
    monde.dossier()
    seance = monde.seance(places={monde.bebes: [4, 4, 4, 4, 2, 2, 3, 3, 4, 0]})
    seance.places.update(reserves=[{"titre": "insertion", "places": 1}])
    html = page(geler(seance))
    assert "Ordre du jour · mercredi 12\u00a0mai\u00a02027, 14\u00a0h" in html
    assert "Liste gelée le 5\u00a0mai\u00a02027 à 18\u00a0h" in html
    assert "puis le plus petit numéro de dossier" in html
    assert "dont 1\u00a0garantie insertion" in html
    assert re.findall(r"<td(?: class=\"zero\")?>(\d+)</td>", html.split("<tbody>")[1]) == list("4423444230")
    assert "Proposition" in html


def test_le_pdf_est_balise_titre_et_en_francais(monde: Monde) -> None:
    for n in range(25):
        monde.dossier(100 + n)
    octets = rendre_agenda(geler(monde.seance()), "sans_noms", le=JOUR)
    with pikepdf.open(io.BytesIO(octets)) as pdf:
        racine = pdf.Root
        assert str(racine.Lang) == "fr"
        assert racine.MarkInfo.Marked
        assert "/StructTreeRoot" in racine
        assert str(pdf.docinfo["/Title"]).startswith("Ordre du jour · mercredi 12")
        with pdf.open_metadata() as meta:
            assert meta["pdfuaid:part"] == "1"
        assert len(pdf.pages) >= 2
        assert all(p.mediabox[2] > p.mediabox[3] for p in pdf.pages)
        elements = [o for o in pdf.objects if isinstance(o, pikepdf.Dictionary)]
        roles = {str(o.S) for o in elements if "/S" in o and "/P" in o}
    assert {"/Table", "/TR", "/TH", "/TD", "/H1", "/H2", "/Figure"} <= roles


def test_l_impression_range_un_fichier_que_rien_ne_change(
    monde: Monde, client_de: Callable[..., ClientStrict]
) -> None:
    monde.dossier()
    seance = geler(monde.seance())
    ordre = demander_impression(seance, "sans_noms", par=monde.coordination, maintenant=GEL)
    taches.imprimer(tache_id=str(ordre.tache_id), ordre_id=ordre.pk)
    ordre.refresh_from_db()
    with ordre.fichier.open("rb") as fichier:
        lu = fichier.read()
    assert (ordre.empreinte, ordre.pages) == (hashlib.sha256(lu).hexdigest(), 2)
    tache = Tache.objects.get(pk=ordre.tache_id)
    assert (tache.etat, tache.pourcentage) == ("faite", 100)
    assert tache.resultat["url"] == reverse("commissions:ordre_du_jour", args=[ordre.pk])
    assert Journal.objects.filter(action="impression", par=monde.coordination).count() == 1
    reponse = client_de(monde.coordination).get(tache.resultat["url"])
    assert (reponse.content, reponse["Content-Type"]) == (lu, "application/pdf")
    taches.imprimer(tache_id=str(ordre.tache_id), ordre_id=ordre.pk)
    assert OrdreDuJour.objects.get().fichier.name == ordre.fichier.name
    with pytest.raises(DatabaseError), transaction.atomic():
        OrdreDuJour.objects.update(empreinte="0" * 64)
    with pytest.raises(DatabaseError), transaction.atomic():
        ordre.delete()


def test_les_noms_ne_vont_qu_a_la_coordination(client_de: Callable[..., ClientStrict]) -> None:
    membre, president = factories.creer_agent("membre"), factories.creer_agent("presidence")
    seance = factories.creer_seance_gelee(membre, president)
    nominatif = factories.creer_ordre_du_jour(seance, version="nominative")
    pdf = reverse("commissions:ordre_du_jour", args=[nominatif.pk])
    html = reverse("commissions:agenda", args=[seance.pk])
    for agent in (membre, president):
        client = client_de(agent)
        assert client.get(pdf).status_code == 404
        assert client.get(html, {"version": "nominative"}).status_code == 404
        assert client.get(html).status_code == 200
        assert (
            "nominative"
            not in client.get(reverse("commissions:seance_detail", args=[seance.pk])).content.decode()
        )
    coordination = client_de("coordination")
    assert coordination.get(pdf).status_code == 200
    assert coordination.get(html, {"version": "nominative"}).status_code == 200
    assert coordination.get(html, {"version": "autre"}).status_code == 404


def test_la_page_ne_dit_rien_de_plus_que_le_papier(
    monde: Monde, client_de: Callable[..., ClientStrict]
) -> None:
    dossier = monde.dossier()
    seance = geler(monde.seance())
    membre = factories.creer_agent("membre")
    factories.creer_presence(seance, membre)
    client = client_de(membre)
    for route in ("agenda", "seance_detail"):
        html = client.get(reverse(f"commissions:{route}", args=[seance.pk])).content.decode()
        for secret in (dossier.numero, dossier.enfant.nom, "Réside à Saint-Étienne", seance.empreinte):
            assert secret not in html


def test_l_agenda_coute_un_nombre_fixe_de_requetes(
    monde: Monde, client_de: Callable[..., ClientStrict]
) -> None:
    client, comptes = client_de(monde.coordination), []
    for nombre in (1, 9):
        for _ in range(nombre):
            monde.dossier(quartier=factories.creer_quartier())
        seance = geler(monde.seance())
        with CaptureQueriesContext(connection) as captees:
            client.get(reverse("commissions:agenda", args=[seance.pk]))
        comptes.append(len(captees))
    assert comptes[0] == comptes[1]


def test_une_seance_planifiee_n_a_pas_d_ordre_du_jour(client_de: Callable[..., ClientStrict]) -> None:
    seance = factories.creer_seance()
    client = client_de("coordination")
    assert client.get(reverse("commissions:agenda", args=[seance.pk])).status_code == 404
    client.post(reverse("commissions:ordre_du_jour_imprimer", args=[seance.pk]))
    assert not OrdreDuJour.objects.exists()


@pytest.mark.parametrize(
    ("autres", "texte"),
    [
        ([], ""),
        ([[0, 1, 2, 3, 6, 7, 8, 9]], "sans mercredi"),
        ([[2, 3, 4, 5, 6, 7]], "sans lundi ni vendredi"),
        ([[0, 2, 4, 6, 8]], "matins seuls"),
        ([[0, 1, 2, 3, 4, 5, 6, 7], [0, 1]], "sans vendredi ; lun, journée"),
        ([[1, 3, 5, 7, 9]], "après-midi seuls"),
    ],
)
def test_les_semaines_aussi_acceptees(autres: list[list[int]], texte: str) -> None:
    assert texte_alternatives(range(10), autres) == texte


def test_les_mots_de_l_agenda() -> None:
    assert texte_age_agenda(date(2027, 1, 10), date(2027, 9, 1)) == "7\u00a0mois"
    assert texte_age_agenda(date(2025, 1, 10), date(2027, 9, 1)) == "31\u00a0mois"
    assert texte_age_agenda(date(2027, 7, 1), date(2027, 9, 1)) == "8\u00a0sem."
    assert texte_reserves([{"titre": "insertion", "places": 2}, {"titre": "handicap", "places": 0}]) == (
        "dont 2\u00a0garanties insertion"
    )


def test_dix_mille_numeros_d_ordre_sont_distincts() -> None:
    lettres = {f"2026-{n:06d}": "B" for n in range(10_000)}
    ordres = numeros_ordre(5, lettres)
    assert len(set(ordres.values())) == 10_000
    assert {len(o) for o in ordres.values()} == {6}
    assert sorted(ordres, key=ordres.__getitem__)[:50] != sorted(ordres)[:50]
