"""What a filter may match: a masked fact never selects a line, nor leaves one out alone.

A protected dossier shows its rank, need and points, so only a filter on the need or on the points may
match it. Any other filter (structure, section, quartier, mairie, state, criterion, rank of choice) leaves it
out for whoever does not see it whole, and so does the rank counted within a structure or a section.
"""

from datetime import date

from django.db.models import Q

from dossiers.acces import GUICHET, ouverts
from guichet.acces import Personne
from structures.queries import reglage

VISIBLES_PARTOUT = frozenset({"le", "entree_de", "entree_a", "demi", "demi_mode", "besoin", "a_verifier"})
# The sorts on what a masked line shows; another would tell the rest by its place.
TRIS_VISIBLES = frozenset({"points", "entree"})


def sans_proteges(qui: Personne, prefixe: str = "") -> Q:
    """The dossiers this person may meet through a filter on facts a protection or a link masks."""
    permis = ouverts(qui, protegee=f"{prefixe}protegee", dossier=prefixe)
    return permis & ~Q(**{f"{prefixe}pk__in": qui.dossiers_lies}) if qui.dossiers_lies else permis


def identites_partagees(jour: date) -> bool:
    return bool(reglage("partage_identites", le=jour))


def voit_chaque_identite(qui: Personne, *, partage: bool, chez_soi: bool) -> bool:
    """True when every line (but protected ones) shows its name: the only case where names sort."""
    return qui.est(*GUICHET) or partage or chez_soi


def jour_de_section(qui: Personne, jour: date) -> date:
    """The day sections are computed at: for who may not see birth days, the first of the month.

    A director free to choose any day could find a masked birth day by trying them one after the other.
    """
    return jour if qui.est(*GUICHET) else jour.replace(day=1)
