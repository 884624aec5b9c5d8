"""The access request: everything of one family, nothing of another, nothing of the other adult."""

import json
import subprocess
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.urls import reverse
from django.utils import timezone

from dossiers.models import Affectation, Dossier, EchecAffectation, ExportAcces, Journal, MotifMaintien
from dossiers.regles.anonymisation import DOSSIER, FAMILLE
from dossiers.services.acces_famille import demander_acces
from dossiers.services.anonymisation import traitements
from dossiers.taches import exporter_acces
from guichet.acces import personne_de
from guichet.erreurs import ErreurMetier
from structures.models import Gestionnaire
from tests import factories
from tests.commissions.monde import monde_a_geler
from tests.commissions.offres import offre_envoyee, seance_validee

pytestmark = pytest.mark.django_db
SIENS = ("Zoraïde", "0639981234", "zoraide@exemple.invalid", "12 impasse du Lilas", "1234567")
AUTRES = ("Bertille", "0639985678", "bertille@exemple.invalid", "9 rue du Moulin", "Chapuis", "Nomagent")


@pytest.fixture(autouse=True)
def fichiers(settings: Any, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def dossier() -> Dossier:
    """A household of two adults who do not live together, read once by an agent of another counter."""
    famille = factories.creer_famille(
        responsable={
            "nom": "Aubert",
            "prenom": SIENS[0],
            "telephone": SIENS[1],
            "courriel": SIENS[2],
            "adresse": SIENS[3],
        },
        numero_allocataire=SIENS[4],
    )
    factories.creer_responsable(
        famille, nom="Chapuis", prenom=AUTRES[0], telephone=AUTRES[1], courriel=AUTRES[2], adresse=AUTRES[3]
    )
    dossier = factories.creer_dossier(famille=famille, voeux=[factories.creer_structure(nom="Les Lutins")])
    factories.creer_cotation(dossier, factories.creer_grille(), 70)
    agent = factories.creer_agent("agent", nom="Nomagent", fonction="Agente d’accueil")
    Journal.objects.create(le=factories.INSTANT, par=agent, action="lecture", dossier=dossier)
    return dossier


def exporter(dossier: Dossier, rang: int = 1) -> ExportAcces:
    qui = personne_de(factories.creer_agent("coordination"), timezone.localdate())
    export = demander_acces(dossier.numero, rang=rang, qui=qui, maintenant=timezone.now())
    exporter_acces(str(export.tache_id), export.pk)
    export.refresh_from_db()
    return export


def pdf_lu(export: ExportAcces) -> str:
    lu = subprocess.run(
        ["pdftotext", "-layout", export.pdf.path, "-"], capture_output=True, check=True, text=True
    )
    return lu.stdout


def json_lu(export: ExportAcces) -> str:
    return Path(export.json.path).read_text()


def test_tout_de_soi_rien_des_autres(dossier: Dossier) -> None:
    factories.creer_dossier(famille=factories.creer_famille(responsable={"nom": "Chapuis"}))
    export = exporter(dossier)
    brut, imprime = json_lu(export), pdf_lu(export)
    for sien in SIENS:
        assert sien in brut
        assert sien in imprime
    for autre in AUTRES:
        assert autre not in brut
        assert autre not in imprime
    lu = json.loads(brut)
    assert [c["structure"] for c in lu["choix"]] == ["Les Lutins"]
    assert [(p["points"], p["verifie"]) for p in lu["points"]] == [(70, True)]
    assert "Agente d’accueil" in {ligne["fonction"] for ligne in lu["lectures"]}
    # Each key of the file is documented in the file.
    for cle, libelles in lu["libelles"].items():
        for ligne in lu[cle]:
            assert set(ligne) | {""} == set(libelles)
    assert Journal.objects.filter(dossier=dossier, action="export", motif="acces_donnees").exists()


def test_le_second_responsable_n_a_que_ses_coordonnees(dossier: Dossier) -> None:
    brut = json_lu(exporter(dossier, rang=2))
    assert AUTRES[2] in brut
    assert SIENS[2] not in brut
    assert SIENS[1] not in brut


def test_la_creche_familiale_et_l_employeur_y_sont(dossier: Dossier) -> None:
    service = factories.creer_familiale(nom="Service familial")
    place = factories.creer_admission(service, enfant=dossier.enfant)
    assistante = factories.creer_assistante(service.structure, places=3)
    champs = {"debut": place.debut, "affectee_le": factories.INSTANT}
    Affectation.objects.create(admission=place, assistante=assistante, **champs)
    EchecAffectation.objects.create(
        dossier=dossier, structure=service.structure, motif="age", dit_le=factories.INSTANT
    )
    mur = factories.creer_places_employeur(factories.creer_section(), places=1)
    factories.creer_designe(mur, dossier=dossier)
    lu = json.loads(json_lu(exporter(dossier)))
    assert lu["admissions"][0]["chez"].startswith(str(assistante))
    assert [e["motif"] for e in lu["echecs"]] == ["Aucune n’est agréée pour cet âge"]
    assert [d["employeur"] for d in lu["designations"]] == [mur.employeur]


def test_les_places_proposees_y_sont() -> None:
    monde = monde_a_geler()
    Gestionnaire.objects.update(nature="ville")
    dossier = monde.dossier(200)
    seance_validee(monde, {dossier: "admis"})
    offre_envoyee(monde, dossier)
    (dite,) = json.loads(json_lu(exporter(dossier)))["offres"]
    assert (dite["dossier"], dite["section"]) == (dossier.numero, str(monde.bebes))
    assert (dite["etat"], dite["envoyee_le"], dite["repondue_le"]) == ("Envoyée", "2027-05-18", None)


def test_un_responsable_ecarte_n_obtient_rien(dossier: Dossier) -> None:
    dossier.famille.responsables.filter(rang=2).update(ecarte=True)
    with pytest.raises(ErreurMetier, match="Rien ne peut"):
        exporter(dossier, rang=2)
    assert not ExportAcces.objects.exists()


def test_une_famille_liee_n_existe_pas(dossier: Dossier) -> None:
    agent = factories.creer_agent("coordination")
    dossier.famille.liens.create(agent=agent, declare_le=factories.INSTANT)
    qui = personne_de(agent, timezone.localdate())
    for numero in (dossier.numero, "2026-999999"):
        with pytest.raises(ErreurMetier, match="Aucun dossier"):
            demander_acces(numero, rang=1, qui=qui, maintenant=timezone.now())


def test_chaque_table_de_la_famille_a_sa_rubrique_ou_sa_raison(dossier: Dossier) -> None:
    """A new table of a family must be handed over, or say here why it is not."""
    lus = {
        *("Famille", "Enfant", "Dossier", "Responsable", "Admission", "Besoin", "Voeu"),
        *("PieceJustificative", "Contact", "Cotation", "LigneManuelle", "Journal", "Note", "Courrier"),
        *("Echeance", "DemandeUrgence", "SituationPartagee", "Passage", "Offre"),
        *("Affectation", "EchecAffectation", "EnfantDesigne"),
    }
    tus = {
        "Brouillon": "une saisie non enregistrée, d’un agent",
        "Fusion": "le dossier réuni est là ; le geste nomme l’autre",
        "Rapprochement": "nomme une autre famille",
        "Lien": "dit quelque chose d’un agent, pas de la famille",
        "LigneReprise": "l’empreinte d’une ligne reprise",
        "Reprise": "le fichier d’une ville, effacé une fois repris",
        "MembreCercle": "des professionnels",
        "PersonneNommee": "des professionnels",
        "Ouverture": "une lecture, dite au journal",
        "TacheSituation": "le travail de professionnels",
        "ChangementSituation": "le travail de professionnels",
        "Maintien": "une mesure de la ville, dite au journal",
        "ExportAcces": "les exports eux-mêmes",
        "OrdreDuJour": "des fichiers, sans noms ou nominatifs",
        "Lettre": "remise, elle est un courrier ; avant, un projet",
        "LotLettres": "le fichier de plusieurs familles",
        "MouvementRentree": "un passage préparé par la structure, dit par la place",
        "Renseignement": "antérieur au dossier ; ses mots de rappel s’effacent d’eux-mêmes",
    }
    assert {nom.partition(".")[2] for nom in traitements()} == lus | set(tus)
    assert {DOSSIER, FAMILLE} <= set(traitements())
    assert apps.get_model(DOSSIER) is Dossier


def test_seul_qui_demande_telecharge_et_pas_apres_le_terme(
    dossier: Dossier, client_de: Callable[..., Any]
) -> None:
    client = client_de("coordination")
    page = client.post(reverse("dossiers:acces_famille"), {"numero": dossier.numero, "rang": "1"})
    export = ExportAcces.objects.get()
    assert page.url == reverse("structures:tache_detail", args=[export.tache_id])
    exporter_acces(str(export.tache_id), export.pk)
    adresse = reverse("dossiers:acces_famille_fichier", args=[export.pk, "json"])
    recu = client.get(adresse)
    assert recu.status_code == 200
    assert SIENS[0] in b"".join(recu.streaming_content).decode()
    assert client_de("dpo").get(adresse).status_code == 404
    assert Journal.objects.filter(objet="acces_donnees:json", dossier=dossier).count() == 1
    ExportAcces.objects.update(
        expire_le=timezone.now() - timedelta(seconds=1), demande_le=timezone.now() - timedelta(days=8)
    )
    assert client.get(adresse).status_code == 404
    inconnu = client.post(reverse("dossiers:acces_famille"), {"numero": "2026-999999", "rang": "1"})
    assert "Aucun dossier ne porte ce numéro." in inconnu.content.decode()


def test_les_pages_du_delegue(client_de: Callable[..., Any]) -> None:
    clos = factories.creer_dossier(
        etat="clos", clos_le=timezone.now() - timedelta(days=355), motif_cloture="demenagement"
    )
    client = client_de("dpo")
    page = client.get(reverse("dossiers:conservation")).content.decode()
    assert "Dossier retiré par la famille" in page
    assert clos.numero not in page
    pose = {"numero": clos.numero, "motif": MotifMaintien.RECOURS, "jusqu_au": date(2099, 1, 1)}
    assert client.post(reverse("dossiers:conservation"), pose).status_code == 302
    page = client.get(reverse("dossiers:conservation")).content.decode()
    assert "Aucun dossier n’arrive à son terme." in page
    passe = client.post(reverse("dossiers:conservation"), pose | {"jusqu_au": "2020-01-01"})
    assert "Choisissez un jour à venir." in passe.content.decode()
    assert "36\u00a0mois après son départ" in client.get(reverse("dossiers:registre")).content.decode()
    registre = client.get(reverse("dossiers:registre_pdf"))
    assert registre.content.startswith(b"%PDF-")
