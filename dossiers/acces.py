"""Who sees what of a dossier: the one place where identities, lines and choices are masked.

Lists, pages, exports, search and PDF ask for a `Regard` and show only what it allows.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Q, QuerySet, TextChoices

from dossiers.models import Dossier
from guichet.acces import Personne
from structures.models import Profil

GUICHET = (Profil.AGENT, Profil.COORDINATION)
LISTE = (Profil.AGENT, Profil.COORDINATION, Profil.DIRECTION)


class MotifAcces(TextChoices):
    """Why someone else opens a protected dossier: a closed list, nothing told of the facts."""

    DEMANDE_FAMILLE = "demande_famille", "La famille est devant moi et le demande"
    COMMISSION = "commission", "Préparation de la commission"
    CHANGEMENT_MAIRIE = "changement_mairie", "Changement de mairie de suivi"
    CONTROLE = "controle", "Contrôle d’un doublon ou d’une erreur"
    URGENCE = "urgence", "Urgence pour l’enfant"


@dataclass(frozen=True)
class Regard:
    """What one person may see of one dossier.

    identite: child's and parents' names, birth day, former number. coordonnees: addresses, telephones,
    CAF number, income. choix: structures, quartier, mairie, solution, contacts. lignes: the points line by
    line (everyone on the list sees the totals). modifier: may change it. protege: it is masked because it
    is protected, and may be opened with a coded reason when `motivable`.
    """

    identite: bool
    coordonnees: bool
    choix: bool
    lignes: bool
    modifier: bool
    protege: bool = False
    motivable: bool = False


RIEN = Regard(False, False, False, False, False)
TOUT = Regard(True, True, True, True, True)
ANONYME = Regard(identite=False, coordonnees=False, choix=True, lignes=False, modifier=False)
NOMINATIF = Regard(identite=True, coordonnees=True, choix=True, lignes=False, modifier=False)


def regard(
    qui: Personne, dossier: Dossier, structures_choisies: Iterable[int], *, partage_identites: bool = False
) -> Regard:
    """What `qui` sees of `dossier`, whose choices are `structures_choisies` (structure ids).

    `partage_identites` is the city's setting: directors see every identity. `dossier.famille` is read:
    select it. A protected dossier is whole for its own counter only; the desk and the coordination may
    open it with a coded reason, a director sees a line with its rank, need and points.
    """
    if not qui.est(*LISTE):
        return RIEN
    if dossier.protege and dossier.mairie_id not in qui.mairies:
        return Regard(False, False, False, False, False, protege=True, motivable=qui.est(*GUICHET))
    if qui.est(*GUICHET):
        return TOUT
    if partage_identites or not qui.structures.isdisjoint(structures_choisies):
        return NOMINATIF
    return ANONYME


def dossiers_visibles(qui: Personne) -> QuerySet[Dossier]:
    """The dossiers this person may open: the whole city for the list's profils, none for the others."""
    return Dossier.objects.all() if qui.est(*LISTE) else Dossier.objects.none()


def dossiers_nominatifs(qui: Personne, *, partage_identites: bool = False) -> QuerySet[Dossier]:
    """The dossiers whose identity this person may search by: what a name filter is allowed to reveal."""
    visibles = dossiers_visibles(qui)
    sans_protection = Q(famille__protegee=False)
    if qui.est(*GUICHET):
        return visibles.filter(sans_protection | Q(mairie__in=qui.mairies))
    if partage_identites:
        return visibles.filter(sans_protection)
    return visibles.filter(sans_protection, voeux__structure__in=qui.structures).distinct()


def voit_lignes(qui: Personne) -> bool:
    """Lines of points are for the desk and the coordination; in session the presidence sees them too."""
    return qui.est(*GUICHET)
