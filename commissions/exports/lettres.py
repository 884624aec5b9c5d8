"""Letters on paper: one file a family, and one print file for the batch, with the same text as the page."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.template.loader import render_to_string

from commissions.models import Lettre
from commissions.regles.lettres import blocs
from guichet.pdf import composer

GABARIT = "pdf/lettres.html"


def contexte_impression(lettres: Iterable[Lettre], *, ville: str, le: date) -> dict[str, Any]:
    """What the sheet and its HTML twin read; `lettre.dossier.mairie` is selected."""
    rangees = list(lettres)
    titre = rangees[0].titre if len(rangees) == 1 else "Lettres de la commission d’admission"
    return {
        "lettres": [(lettre, _identite(lettre), blocs(lettre.texte)) for lettre in rangees],
        "ville": ville,
        "le": le,
        "titre": titre,
    }


def _identite(lettre: Lettre) -> dict[str, Any]:
    dite = lettre.identite
    return {
        "destinataire": dite.get("destinataire", ""),
        "lignes": dite.get("adresse", "").split("\n"),
        "objet": lettre.titre,
    }


def composer_lettre(lettre: Lettre, *, ville: str, le: date) -> Any:
    """One letter laid out: its own file and the print file are written from it."""
    return composer(render_to_string(GABARIT, contexte_impression([lettre], ville=ville, le=le)))
