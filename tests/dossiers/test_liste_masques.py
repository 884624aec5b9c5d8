"""What is masked never comes out: page, filters, sort, print, exports, addresses; one secret per fact."""

import re
from collections.abc import Callable
from datetime import date
from io import BytesIO
from typing import Any

import pytest
from django.urls import reverse
from python_calamine import CalamineWorkbook

from dossiers.exports.liste import compte
from dossiers.models import (
    Besoin,
    Critere,
    Dossier,
    GroupeNaissance,
    Journal,
    LigneListe,
    NatureDossier,
)
from structures.models import Profil, Reglage, Structure
from tests import factories
from tests.conftest import ClientStrict

pytestmark = pytest.mark.django_db

LISTE = reverse("dossiers:liste")
NOM, PRENOM, RUE = "Zarafian", "Quitterie", "3 impasse des Merisiers"


class Monde:
    """One dossier asking two structures, of a quartier and a mairie of its own, and forty others around."""

    def __init__(self, *, protegee: bool) -> None:
        self.mairie = factories.creer_mairie(nom="Mairie de Zed")
        self.quartier = factories.creer_quartier(nom="Quartier de Zed")
        self.demandee = factories.creer_structure(nom="Crèche Zéphyr")
        self.autre = factories.creer_structure(nom="Crèche Alizé")
        self.section = factories.creer_section(self.demandee, age_max_mois=48)
        self.grille = factories.creer_grille()
        famille = factories.creer_famille(protegee=protegee, responsable={"nom": NOM, "adresse": RUE})
        enfant = factories.creer_enfant(famille, nom=NOM, prenom=PRENOM, date_naissance=date(2026, 3, 17))
        self.dossier = factories.creer_dossier(
            enfant=enfant,
            voeux=[self.demandee],
            mairie=self.mairie,
            quartier=self.quartier,
            complet_le=date(2026, 5, 19),
            depose_le=date(2026, 5, 18),
            solution="garde_domicile",
            dernier_contact_le=date(2026, 10, 29),
            dernier_contact_canal="sms",
        )
        factories.creer_cotation(
            self.dossier,
            self.grille,
            verifie=173,
            declare=194,
            lignes=[{"critere": "secret", "points": 173, "verifie": True, "raison": "Fait très secret"}],
        )
        # Names without a number: one of the factories' might be the points looked for below.
        ailleurs = factories.creer_mairie(nom="Mairie d’à côté")
        for rang in range(3):
            voeu = self.demandee if rang else self.autre
            voisin = factories.creer_dossier(voeux=[voeu], mairie=ailleurs)
            factories.creer_cotation(voisin, self.grille, verifie=150 + 20 * rang)

    @property
    def identite(self) -> list[str]:
        return [NOM, PRENOM, "17/03/2026", "(2026, 3, 17", RUE]

    @property
    def situation(self) -> list[str]:
        """What a protected dossier hides besides: choices, place, dates, number, state."""
        return [
            self.dossier.numero,
            "Mairie de Zed",
            "Quartier de Zed",
            "19/05/2026",
            "18/05/2026",
            "29/10",
            *("(2026, 5, 19", "(2026, 5, 18", "(2026, 10, 29"),
        ]


def lectures(client: ClientStrict, adresse: str = "") -> dict[str, str]:
    """Everything one may read of the list at this address, as text."""
    lues = {"page": client.get(f"{LISTE}{adresse}").content.decode()}
    impression = client.post(f"{reverse('dossiers:liste_imprimer')}{adresse}")
    lues["impression"] = impression.content.decode()
    for forme in ("enfant", "choix"):
        export = client.post(
            f"{reverse('dossiers:liste_exporter')}{adresse}", {"format": "csv", "forme": forme}
        )
        lues[f"csv {forme}"] = b"".join(export.streaming_content).decode("utf-8-sig")
        export = client.post(
            f"{reverse('dossiers:liste_exporter')}{adresse}", {"format": "xlsx", "forme": forme}
        )
        classeur = CalamineWorkbook.from_filelike(BytesIO(b"".join(export.streaming_content)))
        lues[f"xlsx {forme}"] = "\n".join(
            str(ligne)
            for nom in classeur.sheet_names
            for ligne in classeur.get_sheet_by_name(nom).to_python()
        )
    return lues


def fuites(textes: dict[str, str], secrets: list[str]) -> list[tuple[str, str]]:
    """Points are a whole number: not the end of another dossier's."""
    return [
        (ou, secret)
        for ou, texte in textes.items()
        for secret in secrets
        if (re.search(rf"\b{secret}\b", texte) if secret.isdigit() else secret in texte)
    ]


def test_une_direction_ne_voit_pas_l_identite_d_un_dossier_qui_ne_la_demande_pas(
    client_de: Callable[..., ClientStrict],
) -> None:
    monde = Monde(protegee=False)
    textes = lectures(client_de(Profil.DIRECTION, structure=monde.autre))
    assert fuites(textes, monde.identite) == []
    assert all(monde.dossier.numero in texte and "Crèche Zéphyr" in texte for texte in textes.values())
    assert all("identité masquée" in texte for texte in textes.values())


def test_une_direction_voit_l_identite_des_siens_et_leurs_seuls_totaux(
    client_de: Callable[..., ClientStrict],
) -> None:
    monde = Monde(protegee=False)
    client = client_de(Profil.DIRECTION, structure=monde.demandee)
    textes = lectures(client)
    assert all(f"{PRENOM} {NOM}" in texte and "173" in texte for texte in textes.values())
    assert fuites(textes, [RUE, "Fait très secret"]) == []
    points = client.get(reverse("dossiers:liste_points", args=[monde.dossier.pk]))
    assert points.status_code == 403


@pytest.mark.parametrize("profil", [Profil.AGENT, Profil.COORDINATION, Profil.DIRECTION])
def test_un_dossier_protege_n_a_que_rang_besoin_et_points(
    profil: str, client_de: Callable[..., ClientStrict]
) -> None:
    monde = Monde(protegee=True)
    portee = {"structure": monde.demandee} if profil == Profil.DIRECTION else {}
    client = client_de(profil, **portee)
    textes = lectures(client)
    assert fuites(textes, [*monde.identite, *monde.situation, "Fait très secret", "domicile"]) == []
    ligne = next(r for r in textes["csv enfant"].splitlines() if "dossier protégé" in r).split(";")
    remplies = [cellule for cellule in ligne if cellule]
    assert remplies == [
        "2",
        "dossier protégé",
        "01/09/2027",
        "0",
        "régulier",
        "toute la semaine",
        "173",
        "21",
    ]
    assert client.get(reverse("dossiers:liste_points", args=[monde.dossier.pk])).status_code in (403, 404)


@pytest.mark.parametrize("profil", [Profil.AGENT, Profil.COORDINATION, Profil.DIRECTION])
def test_aucun_filtre_sur_un_fait_masque_ne_trouve_un_dossier_protege(
    profil: str, client_de: Callable[..., ClientStrict]
) -> None:
    monde = Monde(protegee=True)
    Critere.objects.create(grille=monde.grille, code="secret", libelle="Critère", ordre=1, points=1)
    client = client_de(profil, **({"structure": monde.demandee} if profil == Profil.DIRECTION else {}))
    masques = [
        f"?mairie={monde.mairie.code}",
        f"?quartier={monde.quartier.code}",
        f"?structure={monde.demandee.code}",
        f"?structure={monde.demandee.code}&choix=1",
        f"?section={monde.section.pk}",
        f"?section={monde.section.pk}&le=2027-09-01",
        "?etat=actif",
        "?critere=secret",
    ]
    masques += ["?vue=mes", "?choix=1"] if profil == Profil.DIRECTION else []
    for adresse in masques:
        if profil == Profil.DIRECTION and "critere" in adresse:
            continue
        textes = lectures(client, adresse)
        assert fuites(textes, ["dossier protégé", "173", *monde.identite, monde.dossier.numero]) == [], (
            adresse
        )
    for adresse in (
        "?entree_de=2027-09",
        "?demi=lun_matin",
        "?besoin=regulier",
        "?a_verifier=oui",
        "?le=2027-09-01",
    ):
        assert "dossier protégé" in lectures(client, adresse)["page"], adresse


def test_le_rang_dans_une_structure_ne_laisse_pas_deviner_un_dossier_protege(
    client_de: Callable[..., ClientStrict],
) -> None:
    """Two neighbours around the protected dossier follow each other without a hole."""
    monde = Monde(protegee=True)
    client = client_de(Profil.DIRECTION, structure=monde.demandee)
    page = client.get(f"{LISTE}?structure={monde.demandee.code}").context["page"]
    assert [(ligne.verifie, ligne.rang) for ligne in page.lignes] == [(190, 1), (170, 2)]
    chez_lui = client_de(Profil.AGENT, mairie=monde.mairie)
    page = chez_lui.get(f"{LISTE}?structure={monde.demandee.code}").context["page"]
    assert [(ligne.verifie, ligne.rang) for ligne in page.lignes] == [(190, 1), (173, 2), (170, 3)]


def test_la_place_d_un_dossier_protege_ne_dit_rien_de_ses_dates(
    client_de: Callable[..., ClientStrict],
) -> None:
    monde = Monde(protegee=True)
    client = client_de(Profil.COORDINATION)
    for tri in ("complet", "depot", "age", "nom"):
        lignes = client.get(f"{LISTE}?tri={tri}").context["page"].lignes
        assert lignes[-1].pk == monde.dossier.pk, tri


def test_le_guichet_du_dossier_protege_le_voit_entier(client_de: Callable[..., ClientStrict]) -> None:
    monde = Monde(protegee=True)
    textes = lectures(client_de(Profil.AGENT, mairie=monde.mairie), f"?mairie={monde.mairie.code}")
    assert all(NOM in texte for texte in textes.values())


def test_le_partage_des_identites_ouvre_les_noms_mais_pas_les_proteges(
    client_de: Callable[..., ClientStrict],
) -> None:
    Reglage.objects.create(cle="partage_identites", valeur=True, a_partir_du=date(2026, 1, 1))
    monde = Monde(protegee=False)
    client = client_de(Profil.DIRECTION, structure=monde.autre)
    assert f"{PRENOM} {NOM}" in client.get(LISTE).content.decode()
    monde.dossier.famille.protegee, monde.dossier.famille.protegee_le = True, factories.INSTANT
    monde.dossier.famille.save()
    assert fuites(lectures(client), monde.identite) == []


def test_une_direction_ne_trie_par_nom_que_ses_demandes(client_de: Callable[..., ClientStrict]) -> None:
    monde = Monde(protegee=False)
    client = client_de(Profil.DIRECTION, structure=monde.autre)
    reponse = client.get(f"{LISTE}?tri=nom")
    assert "demande de voir tous les noms" in reponse.content.decode()
    assert reponse.context["demande"].tri == "points"
    assert client.get(f"{LISTE}?vue=mes&tri=nom").context["demande"].tri == "nom"


def test_une_direction_ne_trouve_pas_un_jour_de_naissance_en_essayant_des_dates(
    client_de: Callable[..., ClientStrict],
) -> None:
    monde = Monde(protegee=False)
    Besoin.objects.filter(dossier=monde.dossier).update(tolerance_jours=60)
    borne = factories.creer_section(monde.autre, age_min_mois=18, age_min_jours=0, age_max_mois=40)
    direction = client_de(Profil.DIRECTION, structure=monde.autre)
    # 18 months old on the 17th of September: seen the same all month long.
    reponses = {
        jour: monde.dossier.numero
        in direction.get(f"{LISTE}?section={borne.pk}&le=2027-09-{jour}").content.decode()
        for jour in ("02", "16", "17", "30")
    }
    assert len(set(reponses.values())) == 1
    guichet = client_de(Profil.COORDINATION)
    assert (
        monde.dossier.numero not in guichet.get(f"{LISTE}?section={borne.pk}&le=2027-09-16").content.decode()
    )
    assert monde.dossier.numero in guichet.get(f"{LISTE}?section={borne.pk}&le=2027-09-17").content.decode()


def test_les_criteres_proteges_ne_sont_pas_des_filtres(client_de: Callable[..., ClientStrict]) -> None:
    monde = Monde(protegee=False)
    for code, protege in (("secret", True), ("residence", False)):
        Critere.objects.create(
            grille=monde.grille, code=code, libelle=f"Critère {code}", ordre=1, points=1, protege=protege
        )
    client = client_de(Profil.COORDINATION)
    choix = client.get(f"{LISTE}?ouvrir=critere").content.decode()
    assert "Critère residence" in choix
    assert "Critère secret" not in choix
    assert "n’existe pas" in client.get(f"{LISTE}?critere=secret").content.decode()
    direction = client_de(Profil.DIRECTION, structure=monde.demandee)
    assert "Filtre inconnu" in direction.get(f"{LISTE}?critere=residence").content.decode()


def test_exports_et_impressions_sont_au_journal(client_de: Callable[..., ClientStrict]) -> None:
    monde = Monde(protegee=False)
    client = client_de(Profil.AGENT, mairie=monde.mairie)
    lectures(client, f"?quartier={monde.quartier.code}")
    lignes = list(
        Journal.objects.order_by("pk").values_list("action", "details__lignes", "details__adresse", "par")
    )
    adresse = f"?quartier={monde.quartier.code}"
    assert (
        lignes
        == [("impression", 1, adresse, client.agent.pk)] + [("export", 1, adresse, client.agent.pk)] * 4
    )


def test_un_csv_commence_par_ses_titres_et_dit_ses_filtres_par_son_nom(
    client_de: Callable[..., ClientStrict],
) -> None:
    monde = Monde(protegee=False)
    client = client_de(Profil.AGENT, mairie=monde.mairie)
    adresse = f"{reverse('dossiers:liste_exporter')}?entree_de=2026-09"
    export = client.post(adresse, {"format": "csv", "forme": "enfant"})
    lignes = b"".join(export.streaming_content).decode("utf-8-sig").splitlines()
    assert lignes[0].startswith("Rang;Numéro;Enfant;")
    assert "toute-la-ville" in export.headers["Content-Disposition"]
    assert "septembre-2026" in export.headers["Content-Disposition"]


def test_une_cellule_ne_devient_jamais_une_formule(client_de: Callable[..., ClientStrict]) -> None:
    factories.creer_dossier(enfant=factories.creer_enfant(nom="Nom", prenom="=CMD()"))
    textes = lectures(client_de(Profil.COORDINATION))
    assert ";'=CMD() Nom;" in textes["csv enfant"]
    assert "=CMD() Nom" in textes["xlsx enfant"]


def test_une_mutation_et_des_jumeaux_se_voient(client_de: Callable[..., ClientStrict]) -> None:
    monde = Monde(protegee=False)
    Dossier.objects.filter(pk=monde.dossier.pk).update(
        nature=NatureDossier.MUTATION,
        admission_actuelle=factories.creer_admission(factories.creer_section()),
    )
    monde.dossier.enfant.groupe = GroupeNaissance.objects.create()
    monde.dossier.enfant.save()
    page = client_de(Profil.COORDINATION).get(LISTE).content.decode()
    assert "jumeaux" in page
    assert "mutation" in page


def voeux_de(structure: Structure) -> int:
    return LigneListe.objects.filter(choix__structure=structure).count()


def test_les_demandes_comptees_sont_celles_de_la_structure(client_de: Callable[..., Any]) -> None:
    monde = Monde(protegee=True)
    contexte = client_de(Profil.DIRECTION, structure=monde.demandee).get(LISTE).context
    assert (contexte["ville_total"], contexte["miennes_total"]) == (4, voeux_de(monde.demandee) - 1)


@pytest.mark.parametrize(("dossiers", "dit"), [(1, "1 dossier"), (1307, "1\u202f307 dossiers")])
def test_le_fichier_dit_son_compte_en_francais(dossiers: int, dit: str) -> None:
    assert compte(dossiers) == dit
