"""The list itself: order, ranks, pages both ways, filters against the rules, cost, garbage in the address."""

import random
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection
from django.http import QueryDict
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dossiers.models import Besoin, Dossier, LigneListe
from dossiers.queries.liste import Demande, lire_demande, page, toutes_les_cles
from dossiers.queries.liste.masques import sans_proteges
from dossiers.queries.liste.pages import ordonner
from dossiers.queries.liste.rang import lignes_filtrees
from guichet.acces import personne_de
from structures.models import Mairie, Profil, Section, Structure
from structures.regles.ages import section_a_date
from tests import factories
from tests.conftest import ClientStrict

pytestmark = pytest.mark.django_db
LISTE = reverse("dossiers:liste")
JOUR = date(2026, 11, 23)


def demande(parametres: str = "", profil: str = Profil.COORDINATION, **portee: Any) -> Demande:
    qui = personne_de(factories.creer_agent(profil, **portee), JOUR)
    return lire_demande(QueryDict(parametres), qui=qui, jour=JOUR)


def peupler(nombre: int, structures: list[Structure], graine: int = 1) -> list[Dossier]:
    """Dossiers of every kind, reproducible: ages, weeks, states, points, ties."""
    hasard, grille = random.Random(graine), factories.creer_grille()
    quartiers = [factories.creer_quartier() for _ in range(3)]
    mairies = [factories.creer_mairie() for _ in range(2)]
    dossiers = []
    for _ in range(nombre):
        etat = hasard.choice(["actif", "actif", "actif", "propose", "incomplet"])
        naissance = date(2025, 1, 1) + timedelta(days=hasard.randrange(900))
        dossier = factories.creer_dossier(
            enfant=factories.creer_enfant(date_naissance=naissance),
            voeux=hasard.sample(structures, hasard.randint(1, len(structures))),
            etat=etat,
            quartier=hasard.choice(quartiers),
            mairie=hasard.choice(mairies),
            complet_le=None
            if etat == "incomplet"
            else date(2026, 6, 1) + timedelta(days=hasard.randrange(9)),
            besoin={
                "entree_le": date(2027, hasard.randint(1, 12), hasard.choice([1, 15])),
                "tolerance_jours": hasard.choice([0, 30]),
                "demi_journees": sorted(hasard.sample(range(10), hasard.randint(1, 10))),
                "type": hasard.choice(["regulier", "regulier", "occasionnel"]),
            },
        )
        points = hasard.randrange(5) * 10
        factories.creer_cotation(dossier, grille, verifie=points, declare=points + hasard.choice([0, 20]))
        dossiers.append(dossier)
    return dossiers


def parcourir(parametres: str, client: ClientStrict) -> list[list[int]]:
    """Every page, forward; then the same going back must give the same lines."""
    pages, adresse, retours = [], f"?{parametres}", []
    while adresse:
        lue = client.get(f"{LISTE}{adresse}").context["page"]
        pages.append([ligne.pk for ligne in lue.lignes])
        retours.append(lue.precedente)
        adresse = lue.suivante
    for rang in range(len(pages) - 1, 0, -1):
        lue = client.get(f"{LISTE}{retours[rang]}").context["page"]
        assert [ligne.pk for ligne in lue.lignes] == pages[rang - 1]
    return pages


@pytest.mark.parametrize("tri", ["points", "-points", "complet", "entree", "-entree", "age", "depot", "nom"])
def test_les_pages_se_suivent_sans_trou_ni_doublon(
    tri: str, client_de: Callable[..., ClientStrict], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("dossiers.queries.liste.pages.TAILLE", 4)
    structures = [factories.creer_structure() for _ in range(2)]
    dossiers = peupler(15, structures)
    client = client_de(Profil.COORDINATION)
    for parametres in (f"tri={tri}", f"tri={tri}&structure={structures[0].code}"):
        vus = [pk for une in parcourir(parametres, client) for pk in une]
        attendus = {
            d.pk
            for d in dossiers
            if "structure" not in parametres or d.voeux.filter(structure=structures[0]).exists()
        }
        assert len(vus) == len(set(vus))
        assert set(vus) == attendus


def test_le_rang_suit_les_points_puis_l_anciennete_puis_le_numero() -> None:
    structures = [factories.creer_structure() for _ in range(2)]
    dossiers = peupler(20, structures)
    # The factory ranks an occasional need like a regular one: only the key says who ranks.
    classes = [d for d in dossiers if d.complet_le]
    ordre = sorted(classes, key=lambda d: (-d.cotations.get().verifie, d.complet_le, d.numero))
    lignes = page(demande()).lignes
    assert [(ligne.pk, ligne.rang) for ligne in lignes if ligne.rang] == [
        (d.pk, rang) for rang, d in enumerate(ordre, 1)
    ]
    assert all(ligne.rang is None for ligne in lignes[len(ordre) :])
    dans_une = [d for d in ordre if d.voeux.filter(structure=structures[1]).exists()]
    lignes = page(demande(f"structure={structures[1].code}")).lignes
    assert [ligne.pk for ligne in lignes if ligne.rang] == [d.pk for d in dans_une]
    assert [ligne.rang for ligne in lignes if ligne.rang] == list(range(1, len(dans_une) + 1))


def test_un_filtre_cache_des_lignes_sans_changer_les_rangs() -> None:
    peupler(20, [factories.creer_structure()])
    rangs = {ligne.pk: ligne.rang for ligne in page(demande()).lignes}
    filtrees = page(demande("etat=actif&besoin=regulier")).lignes
    assert 0 < len(filtrees) < 20
    assert all(rangs[ligne.pk] == ligne.rang for ligne in filtrees)


def test_les_points_et_le_rang_d_une_structure_sont_ceux_du_choix() -> None:
    une, autre = factories.creer_structure(), factories.creer_structure()
    grille = factories.creer_grille()
    fratrie, seul = (factories.creer_dossier(voeux=[une, autre]) for _ in range(2))
    factories.creer_cotation(seul, grille, verifie=50)
    cle = f"1{500_000 - 90:06d}20260101{fratrie.numero}"
    par_voeu = {str(autre.pk): {"declare": 90, "verifie": 90, "cle": cle}}
    factories.creer_cotation(fratrie, grille, verifie=40, par_voeu=par_voeu)
    ville = page(demande()).lignes
    assert [(ligne.pk, ligne.rang, ligne.verifie) for ligne in ville] == [
        (seul.pk, 1, 50),
        (fratrie.pk, 2, 40),
    ]
    la = page(demande(f"structure={autre.code}")).lignes
    assert [(ligne.pk, ligne.rang, ligne.verifie) for ligne in la] == [(fratrie.pk, 1, 90), (seul.pk, 2, 50)]


def test_la_section_demandee_a_la_base_est_celle_de_la_regle() -> None:
    structure = factories.creer_structure()
    bandes = [(0, 70, 15), (2, 15, 18), (15, 0, 24), (10, 0, 48)]
    sections = [
        factories.creer_section(structure, age_min_mois=m, age_min_jours=j, age_max_mois=x)
        for m, j, x in bandes
    ]
    dossiers = peupler(40, [structure])
    for section in sections:
        for suite, jour in (("", None), ("&le=2027-03-17", date(2027, 3, 17))):
            trouves = {c.dossier for c in toutes_les_cles(demande(f"section={section.pk}{suite}"))}
            assert trouves == {d.pk for d in dossiers if _dans(d, section, sections, jour)}


def _dans(dossier: Dossier, section: Section, sections: list[Section], jour: date | None) -> bool:
    besoin = dossier.besoins.get()
    if jour and abs((besoin.entree_le - jour).days) > besoin.tolerance_jours:
        return False
    quand = jour or besoin.entree_le
    bande = section_a_date([s.bande for s in sections], dossier.enfant.ne_ou_prevu_le, quand)
    return bande is not None and bande.section == section.pk


@pytest.mark.parametrize("mode", ["contient", "tient"])
def test_les_demi_journees_contiennent_ou_tiennent(mode: str) -> None:
    dossiers = peupler(30, [factories.creer_structure()])
    voulu = {0, 3, 4, 7, 9}
    codes = "&demi=".join(["lun_matin", "mar_apm", "mer_matin", "jeu_apm", "ven_apm"])
    trouves = {c.dossier for c in toutes_les_cles(demande(f"demi={codes}&demi_mode={mode}"))}

    def garde(semaine: set[int]) -> bool:
        return voulu <= semaine if mode == "contient" else semaine <= voulu

    Besoin.objects.filter(dossier=dossiers[0]).update(demi_journees=sorted(voulu))
    trouves |= {c.dossier for c in toutes_les_cles(demande(f"demi={codes}&demi_mode={mode}"))}
    assert trouves == {d.pk for d in dossiers if garde(set(d.besoins.get().demi_journees))}
    assert trouves


def test_les_filtres_se_combinent() -> None:
    structures = [factories.creer_structure() for _ in range(2)]
    dossiers = peupler(40, structures)
    quartier, mairie = dossiers[0].quartier, dossiers[0].mairie
    adresse = f"structure={structures[0].code}&quartier={quartier.code}&mairie={mairie.code}"
    adresse += "&etat=actif&etat=propose"
    trouves = {c.dossier for c in toutes_les_cles(demande(f"{adresse}&entree_de=2027-02&entree_a=2027-10"))}
    assert trouves == {
        d.pk
        for d in dossiers
        if d.quartier == quartier
        and d.mairie == mairie
        and d.etat in ("actif", "propose")
        and d.voeux.filter(structure=structures[0]).exists()
        and date(2027, 2, 1) <= d.besoins.get().entree_le < date(2027, 11, 1)
    }
    second = {c.dossier for c in toutes_les_cles(demande(f"structure={structures[0].code}&choix=2"))}
    assert second == {d.pk for d in dossiers if d.voeux.filter(structure=structures[0], rang=2).exists()}


@pytest.mark.parametrize(("profil", "attendu"), [(Profil.AGENT, 18), (Profil.DIRECTION, 20)])
@pytest.mark.parametrize("nombre", [1, 30])
def test_le_nombre_de_requetes_ne_depend_pas_des_lignes(
    nombre: int, profil: str, attendu: int, client_de: Callable[..., ClientStrict]
) -> None:
    structure, grille = factories.creer_structure(), factories.creer_grille()
    client = client_de(profil, **({"structure": structure} if profil == Profil.DIRECTION else {}))
    for _ in range(nombre):
        dossier = factories.creer_dossier(
            voeux=[structure, factories.creer_structure()], quartier=factories.creer_quartier()
        )
        factories.creer_cotation(dossier, grille)
    with CaptureQueriesContext(connection) as requetes:
        reponse = client.get(f"{LISTE}?structure={structure.code}&entree_de=2027-01")
    assert len(reponse.context["page"].lignes) == min(nombre, 25)
    assert len(requetes) == attendu


@pytest.mark.parametrize("tri", ["points", "complet", "entree", "age", "depot", "nom"])
def test_une_page_suit_un_index_sans_lire_la_table(tri: str) -> None:
    """On a list too big to be read whole: neither table scan nor sort, first page and deep page."""
    with connection.cursor() as curseur:
        curseur.execute(
            """INSERT INTO dossiers_ligneliste (dossier_id, cle, declare, verifie, etat, protegee, mairie_id,
                 naissance, entree_le, entree_min, entree_max, age_mois, semaine, types, tri_complet,
                 tri_depot, tri_age, tri_nom, criteres, nature)
               SELECT i, '1' || lpad(i::text, 6, '0'), 0, 0, 'actif', false, 1, '2026-01-01',
                 date '2027-01-01' + i % 300, '2027-01-01', '2027-01-01', i % 30, 1023, 1,
                 date '2026-01-01' + i % 200, date '2026-01-01' + i % 250, i % 30, 'nom' || i % 997, '[]',
                 'premiere'
                 FROM generate_series(1, 20000) i"""
        )
        curseur.execute("ANALYZE dossiers_ligneliste")
    for adresse in (f"tri={tri}", f"tri={tri}&apres=12000", f"tri=-{tri}&apres=12000", f"tri={tri}&mairie=m"):
        Mairie.objects.get_or_create(pk=1, defaults={"code": "m", "nom": "M"})
        question = demande(adresse)
        lignes = lignes_filtrees(question)
        if question.apres:
            from dossiers.queries.liste.pages import _repere, _suite

            lignes = lignes.filter(_suite(question, _repere(question), retour=False))
        plan = ordonner(question, lignes)[:26].explain()
        assert "Seq Scan" not in plan, plan
        assert "Sort" not in plan, plan


def test_un_dossier_parti_ramene_au_debut(client_de: Callable[..., ClientStrict]) -> None:
    peupler(3, [factories.creer_structure()])
    reponse = client_de(Profil.AGENT).get(f"{LISTE}?apres=999999")
    assert "a quitté la liste" in reponse.content.decode()
    assert len(reponse.context["page"].lignes) == 3


def test_les_erreurs_de_l_adresse_sont_dites_en_francais(client_de: Callable[..., ClientStrict]) -> None:
    page_lue = client_de(Profil.AGENT).get(
        f"{LISTE}?couleur=vert&quartier=nulle-part&section=abc&le=31/02/2027&entree_de=2027-13&demi=dim&choix=2"
    )
    texte = page_lue.content.decode()
    for attendu in (
        "Filtre inconnu : « couleur »",
        "Filtre « Quartier »",
        "Filtre « Section »",
        "Cette date n’existe pas",
        "ce mois n’existe pas",
        "« dim » n’existe pas",
        "choisissez d’abord une structure",
    ):
        assert attendu in texte


def test_l_adresse_est_canonique_et_sans_champ_vide(client_de: Callable[..., ClientStrict]) -> None:
    client = client_de(Profil.AGENT)
    reponse = client.get(f"{LISTE}?quartier=&etat=actif&le=")
    assert (reponse.status_code, reponse.url) == (302, f"{LISTE}?etat=actif")
    une = client.get(f"{LISTE}?tri=entree&etat=propose&etat=actif").context["demande"].adresse()
    assert une == "?etat=actif&etat=propose&tri=entree"


VALEURS = st.one_of(
    st.text(max_size=12),
    st.sampled_from(
        ["\x00", "-1", "99999999999999999999", "0", "2027-02", "oui", "mes", "'", "%", "é" * 300]
    ),
)
NOMS = st.sampled_from(
    [
        "structure",
        "choix",
        "section",
        "le",
        "quartier",
        "mairie",
        "entree_de",
        "entree_a",
        "demi",
        "demi_mode",
        *(
            "besoin",
            "etat",
            "critere",
            "a_verifier",
            "vue",
            "tri",
            "apres",
            "avant",
            "ouvrir",
            "autre",
            "q[]",
        ),
    ]
)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(paires=st.lists(st.tuples(NOMS, VALEURS), max_size=5))
def test_aucune_adresse_ne_fait_tomber_la_page(
    paires: list[tuple[str, str]], client_de: Callable[..., ClientStrict], db: None
) -> None:
    client = client_de(Profil.DIRECTION)
    donnees: dict[str, list[str]] = {}
    for nom, valeur in paires:
        donnees.setdefault(nom, []).append(valeur)
    assert client.get(LISTE, donnees).status_code in (200, 302)


def test_la_liste_vide_le_dit(client_de: Callable[..., ClientStrict]) -> None:
    assert (
        "Aucun dossier ne répond" in client_de(Profil.AGENT).get(f"{LISTE}?besoin=urgence").content.decode()
    )


def test_les_proteges_sont_ecartes_sauf_chez_eux() -> None:
    mairie = factories.creer_mairie()
    chez_elle = factories.creer_dossier(mairie=mairie, famille=factories.creer_famille(protegee=True))
    qui = personne_de(factories.creer_agent(Profil.AGENT, mairie=mairie), JOUR)
    assert LigneListe.objects.filter(sans_proteges(qui)).get().pk == chez_elle.pk


def test_une_vue_se_garde_et_se_retire(client_de: Callable[..., ClientStrict]) -> None:
    client = client_de(Profil.DIRECTION)
    client.post(f"{reverse('dossiers:liste_vue_enregistrer')}?etat=actif&vue=mes", {"nom": "Les actifs"})
    vue = client.agent.vues_enregistrees.get()
    assert (vue.nom, vue.parametres) == ("Les actifs", "?vue=mes&etat=actif")
    assert "Les actifs" in client.get(LISTE).content.decode()
    autre = client_de(Profil.DIRECTION)
    assert autre.post(reverse("dossiers:liste_vue_retirer", args=[vue.pk])).status_code == 404
    client.post(reverse("dossiers:liste_vue_retirer", args=[vue.pk]))
    assert not client.agent.vues_enregistrees.exists()
