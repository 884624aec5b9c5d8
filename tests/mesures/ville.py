"""A city of any size: the demonstration's own draws over invented structures."""

from collections.abc import Callable
from datetime import date
from random import Random
from typing import Any

from dossiers.models import Dossier
from dossiers.services.demonstration.ecriture import ecrire_demandes, ecrire_presents
from dossiers.services.demonstration.ville import cadre_de, tirer_liste, tirer_presents
from structures.services.ville import charger_ville

GRAINE = 20_260_101
DOSSIERS_PAR_STRUCTURE = 85
_SECTIONS = (
    ["Bébés", "bebes", 0, 70, 15, 12],
    ["Moyens", "moyens", 15, 0, 24, 14],
    ["Grands", "grands", 24, 0, 48, 16],
)


def description(structures: int) -> dict[str, Any]:
    """The reference data of a city of `structures` crèches, three sections each."""
    quartiers = max(2, structures // 4)
    mairies = max(1, quartiers // 5)
    return {
        "quartiers": [
            {"code": f"q{n}", "nom": f"Quartier {n}", "prioritaire": n % 4 == 0} for n in range(quartiers)
        ],
        "mairies": [
            {
                "code": f"m{n}",
                "nom": f"Mairie {n}",
                "quartiers": [f"q{q}" for q in range(quartiers) if q % mairies == n],
            }
            for n in range(mairies)
        ],
        "gestionnaires": [
            {"code": "ville", "nom": "Ville", "nature": "ville"},
            {"code": "association", "nom": "Association", "nature": "association"},
        ],
        "structures": [
            {
                "code": f"s{n:04d}",
                "nom": f"Crèche {n:04d}",
                "type": "multi_accueil",
                "gestionnaire": "association" if n % 3 == 0 else "ville",
                "quartier": f"q{n % quartiers}",
                "sections": [list(section) for section in _SECTIONS],
            }
            for n in range(structures)
        ],
    }


def construire(dossiers: int, *, jour: date, dire: Callable[[str], None], presents: float = 0.1) -> None:
    """Fill an empty database with `dossiers` requests; does nothing when they are there already."""
    if Dossier.objects.exists():
        dire("ville déjà construite, réutilisée")
        return
    rng = Random(GRAINE)
    donnees = description(max(4, dossiers // DOSSIERS_PAR_STRUCTURE))
    charger_ville(donnees, jour=jour)
    cadre = cadre_de(donnees, jour=jour)
    tires = tirer_presents(rng, cadre, taux=presents)
    dire(f"{len(tires)} enfants présents")
    liste = tirer_liste(rng, cadre, tires, nombre=dossiers)[:dossiers]
    ecrire_presents(tires)
    for ecrits in ecrire_demandes(liste, par=None):
        if ecrits % 5000 < 500:
            dire(f"{ecrits} dossiers sur {dossiers}")
