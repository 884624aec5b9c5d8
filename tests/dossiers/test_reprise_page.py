"""The page of the take-over: bring, confirm the columns, read, apply, forget."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from dossiers import taches
from dossiers.models import Dossier, EtatReprise, Reprise
from structures.models import EtatTache, Tache
from tests.factories import creer_mairie, creer_reprise, creer_section, creer_structure

TEMOIN = Path(__file__).parent.parent / "donnees" / "reprise.csv"


@pytest.fixture
def coordination(client_de: Callable[..., Any], settings: Any, tmp_path: Path) -> Any:
    settings.MEDIA_ROOT = tmp_path
    for nom in ("Ribambelle", "Minouchat", "L’Île aux Enfants"):
        creer_section(creer_structure(nom=nom))
    for nom in ("Fauriel", "Terrenoire"):
        creer_mairie(nom=nom)
    return client_de("coordination")


def apporter(client: Any, octets: bytes, contenu: str = "dossiers") -> Any:
    fichier = SimpleUploadedFile("liste.csv", octets)
    return client.post(reverse("dossiers:reprises"), {"contenu": contenu, "fichier": fichier})


def confirmer(client: Any, reprise: Reprise) -> Any:
    """The lists as the page proposes them, sent back unchanged."""
    adresse = reverse("dossiers:reprise_colonnes", args=[reprise.pk])
    form = client.get(adresse).context["form"]
    return client.post(adresse, {champ.html_name: champ.value() or "" for champ in form})


def jouer(corps: Any, reprise: Reprise) -> Tache:
    """The job the page asked for, run in line."""
    tache = Tache.objects.order_by("-demandee_le").first()
    corps(str(tache.pk), reprise.pk, tache.demandee_par_id)
    tache.refresh_from_db()
    return tache


def test_du_fichier_au_resultat(coordination: Any, tmp_path: Path) -> None:
    reponse = apporter(coordination, TEMOIN.read_bytes())
    reprise = Reprise.objects.get()
    assert reponse.url == reverse("dossiers:reprise_colonnes", args=[reprise.pk])
    assert len(list(tmp_path.rglob("*.bin"))) == 1
    page = coordination.get(reponse.url).content.decode()
    assert "Date présumée d’accouchement" in page
    assert "Windows-1252" in page
    reponse = confirmer(coordination, reprise)
    assert "/taches/" in reponse.url
    assert not Dossier.objects.exists()
    assert jouer(taches.essayer_reprise, reprise).etat == EtatTache.FAITE
    assert not Dossier.objects.exists()
    detail = reverse("dossiers:reprise_detail", args=[reprise.pk])
    page = coordination.get(detail).content.decode()
    assert "Reprendre 14\u00a0dossiers" in page
    assert "Aucune demi-journée n’est demandée." in page
    assert "même numéro d’allocataire" in page
    coordination.post(reverse("dossiers:reprise_appliquer", args=[reprise.pk]))
    tache = jouer(taches.appliquer_reprise, reprise)
    assert (tache.etat, tache.message) == (EtatTache.FAITE, "14\u00a0dossiers créés.")
    assert Dossier.objects.count() == 14
    reprise.refresh_from_db()
    assert (reprise.etat, bool(reprise.fichier)) == (EtatReprise.APPLIQUEE, False)
    assert "14\u00a0dossiers créés" in coordination.get(detail).content.decode()
    assert coordination.get(reverse("dossiers:reprise_colonnes", args=[reprise.pk])).status_code == 404


@pytest.mark.django_db(transaction=True)
def test_le_fichier_est_oublie_une_fois_repris(coordination: Any, tmp_path: Path) -> None:
    reprise = creer_reprise(TEMOIN.read_bytes(), par=coordination.agent, essayee=True)
    coordination.post(reverse("dossiers:reprise_appliquer", args=[reprise.pk]))
    jouer(taches.appliquer_reprise, reprise)
    assert list(tmp_path.rglob("*.bin")) == []
    deuxieme = creer_reprise(TEMOIN.read_bytes(), par=coordination.agent)
    coordination.post(reverse("dossiers:reprise_abandonner", args=[deuxieme.pk]))
    assert list(tmp_path.rglob("*.bin")) == []


@pytest.mark.parametrize(
    ("octets", "mots"),
    [(b"", "vide"), (b"\x89PNG\r\n\x1a\n rien", "pas un tableau"), (b"Nom;Ne le\r\n", "que des titres")],
)
def test_un_fichier_en_faute_est_dit_sur_son_champ(coordination: Any, octets: bytes, mots: str) -> None:
    reponse = apporter(coordination, octets)
    assert reponse.status_code == 200
    assert any(mots in erreur for erreur in reponse.context["form"].errors["fichier"])
    assert not Reprise.objects.exists()


def test_colonnes_en_double_ou_manquantes(coordination: Any) -> None:
    octets = "Nom;Né le;Entrée;Lundi;Vœu 1;Zone\nPrat;01/02/2026;01/09/2027;J;Ribambelle;Ada\n".encode()
    reprise = creer_reprise(octets, par=coordination.agent)
    adresse = reverse("dossiers:reprise_colonnes", args=[reprise.pk])
    envoi = {"colonne_0": "nom", "colonne_1": "naissance", "colonne_2": "naissance", "colonne_3": "lundi"}
    reponse = coordination.post(adresse, envoi)
    assert reponse.status_code == 200
    assert "« Né le » est déjà choisie pour ce champ." in reponse.context["form"].errors["colonne_2"]
    assert "l’entrée souhaitée" in reponse.context["form"].non_field_errors()[0]
    # A person's choice wins over the headings: the last column becomes the first name.
    bon = {**envoi, "colonne_2": "entree", "colonne_4": "choix_1", "colonne_5": "prenom"}
    coordination.post(adresse, bon)
    assert jouer(taches.essayer_reprise, reprise).etat == EtatTache.FAITE
    reprise.refresh_from_db()
    assert (reprise.rapport["acceptees"], reprise.rapport["reparees"]) == (0, 1)
    coordination.post(reverse("dossiers:reprise_appliquer", args=[reprise.pk]))
    jouer(taches.appliquer_reprise, reprise)
    assert Dossier.objects.get().enfant.prenom == "Ada"


def test_rapport_a_telecharger(coordination: Any) -> None:
    reprise = creer_reprise(TEMOIN.read_bytes(), par=coordination.agent, essayee=True)
    csv = coordination.get(reverse("dossiers:reprise_rapport", args=[reprise.pk, "csv"]))
    assert csv.content.startswith(b"\xef\xbb\xbf")
    assert "31/02/2026" in csv.content.decode("utf-8-sig")
    xlsx = coordination.get(reverse("dossiers:reprise_rapport", args=[reprise.pk, "xlsx"]))
    assert xlsx.content.startswith(b"PK")


def test_appliquer_deux_fois_n_ecrit_qu_une(coordination: Any) -> None:
    reprise = creer_reprise(TEMOIN.read_bytes(), par=coordination.agent, essayee=True)
    adresse = reverse("dossiers:reprise_appliquer", args=[reprise.pk])
    coordination.post(adresse)
    premiere = Tache.objects.get()
    coordination.post(adresse)
    jouer(taches.appliquer_reprise, reprise)
    taches.appliquer_reprise(str(premiere.pk), reprise.pk, premiere.demandee_par_id)
    premiere.refresh_from_db()
    assert (premiere.etat, "déjà appliquée" in premiere.message) == (EtatTache.ECHOUEE, True)
    assert Dossier.objects.count() == 14


def test_enfants_presents_confirmes_par_la_page(coordination: Any) -> None:
    octets = "Structure;Nom;Prénom;Né le;Début;Lundi\nRibambelle;Prat;Ada;01/02/2025;01/09/2025;J\n".encode()
    reprise = creer_reprise(octets, par=coordination.agent, contenu="presents", essayee=True)
    page = coordination.get(reverse("dossiers:reprise_detail", args=[reprise.pk])).content.decode()
    assert "Confirmer et appliquer 1\u00a0différence" in page
    coordination.post(reverse("dossiers:reprise_appliquer", args=[reprise.pk]))
    assert jouer(taches.appliquer_reprise, reprise).message == "1 différence appliquée."
