"""The city a file is taken into, and small files to take."""

import csv
import io
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from dossiers.regles.reprise.bilan import Bilan
from dossiers.services.lecture_fichier import lire_tableau
from dossiers.services.reprise import dossiers as service
from tests.factories import (
    creer_mairie,
    creer_structure,
)

MAINTENANT = datetime(2026, 11, 22, 10, 0, tzinfo=UTC)
TEMOIN = Path(__file__).parent.parent / "donnees" / "reprise.csv"


@pytest.fixture
def ville(db: None) -> None:
    for nom in ("Ribambelle", "Minouchat", "L’Île aux Enfants"):
        creer_structure(nom=nom)
    for nom in ("Fauriel", "Terrenoire"):
        creer_mairie(nom=nom)


def reprendre(octets: bytes, **options: Any) -> Bilan:
    tableau = lire_tableau(octets, contenu="dossiers")
    colonnes = service.colonnes_confirmees(tableau.titres, contenu="dossiers")
    reprise = service.deposer_reprise(
        contenu="dossiers", nom_fichier="liste.csv", empreinte="0" * 64, par=None, maintenant=MAINTENANT
    )
    return service.reprendre(reprise, tableau, colonnes, par=None, maintenant=MAINTENANT, **options)


def essayer(octets: bytes) -> Bilan:
    tableau = lire_tableau(octets, contenu="dossiers")
    colonnes = service.colonnes_confirmees(tableau.titres, contenu="dossiers")
    return service.essayer(tableau, colonnes, maintenant=MAINTENANT)


def fichier(*changements: dict[str, str]) -> bytes:
    """A UTF-8 file whose lines are good but for what each dict changes."""
    base = {
        "N° dossier": "A-1",
        "Date de dépôt": "12/03/2026",
        "Date dossier complet": "20/03/2026",
        "Mairie de dépôt": "Fauriel",
        "Nom enfant": "Martinaud",
        "Prénom enfant": "Zélie",
        "Date de naissance": "14/05/2025",
        "Date présumée d’accouchement": "",
        "Naissance multiple": "",
        "Adresse protégée": "",
        "Nom resp. 1": "Martinaud",
        "Prénom resp. 1": "Odile",
        "Téléphone": "06 39 98 10 10",
        "Commune": "ST ETIENNE",
        "Code postal": "42100",
        "N° allocataire": "9000001",
        "Enfants à charge": "1",
        "Entrée souhaitée": "01/09/2027",
        "Lundi": "J",
        "Choix 1": "Ribambelle",
        "Choix 2": "Minouchat",
    }
    sortie = io.StringIO(newline="")
    ecrivain = csv.DictWriter(sortie, list(base), delimiter=";")
    ecrivain.writeheader()
    ecrivain.writerows({**base, **c} for c in changements)
    return sortie.getvalue().encode()


PAUL = {"N° dossier": "A-2", "Prénom enfant": "Paul", "Date de naissance": "03/01/2025"}
