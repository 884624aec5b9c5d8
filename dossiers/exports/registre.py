"""The register of processing as a printed sheet; the same context feeds its page."""

from datetime import date
from typing import Any

from dossiers.regles import registre
from guichet.pdf import rendre_pdf
from structures.queries import identite, reglages
from structures.regles.reglages import REGLAGES


def contexte_registre(*, le: date) -> dict[str, Any]:
    """What the page and the sheet both say, with the delays of the day."""
    unites = {cle: REGLAGES[cle].unite for cle in registre.CLES}
    return {
        "ville": identite().nom,
        "le": le,
        "articles": registre.ARTICLES,
        "durees": registre.durees(reglages(*registre.CLES, le=le), unites),
        "a_valider": registre.A_VALIDER,
    }


def registre_pdf(*, le: date) -> bytes:
    return rendre_pdf("pdf/registre.html", contexte_registre(le=le))
