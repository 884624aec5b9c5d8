"""The one waiting list, as each person may read it: filters, order, ranks, pages, lines."""

from .demande import Demande, lire_demande
from .lignes import LigneVue
from .pages import Page, combien, page, toutes_les_cles, toutes_les_lignes

__all__ = [
    "Demande",
    "LigneVue",
    "Page",
    "combien",
    "lire_demande",
    "page",
    "toutes_les_cles",
    "toutes_les_lignes",
]
