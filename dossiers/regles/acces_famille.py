"""Everything held about one family, as headings of labelled values: one shape for the sheet and the file."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from dossiers.regles.nombres import nombre_fr
from guichet.texte import date_heure, date_longue

FORMAT = 1
Valeur = str | int | float | bool | date | datetime | None


@dataclass(frozen=True)
class Rubrique:
    """A heading: its key in the file, its title, its columns (key → label), its rows.

    `fiche` prints one row as a list of labels and values, instead of a table.
    """

    cle: str
    titre: str
    colonnes: Mapping[str, str]
    lignes: Sequence[Sequence[Any]] = ()
    fiche: bool = False


def texte(valeur: Valeur) -> str:
    """Une valeur comme on la lit : « oui », « 3 mars 2027 », « 1 929,50 », un tiret quand il n’y a rien."""
    if valeur is None or valeur == "":
        return "—"
    if isinstance(valeur, bool):
        return "oui" if valeur else "non"
    if isinstance(valeur, datetime):
        return date_heure(valeur)
    if isinstance(valeur, date):
        return date_longue(valeur)
    return nombre_fr(valeur) if isinstance(valeur, float) else str(valeur)


def en_document(rubriques: Sequence[Rubrique], *, le: datetime, numero: str, ville: str) -> dict[str, Any]:
    """Le fichier JSON : chaque rubrique est une liste d’objets, et « libelles » dit le sens de chaque clé."""
    return {
        "format": FORMAT,
        "ville": ville,
        "dossier": numero,
        "produit_le": le.isoformat(),
        **{
            r.cle: [dict(zip(r.colonnes, map(_json, ligne), strict=True)) for ligne in r.lignes]
            for r in rubriques
        },
        "libelles": {r.cle: {"": r.titre, **r.colonnes} for r in rubriques},
    }


def _json(valeur: Valeur) -> Any:
    return valeur.isoformat() if isinstance(valeur, date) else valeur
