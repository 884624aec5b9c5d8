"""Who sees what of a dossier: the one place where identities, lines and choices are masked.

Lists, pages, exports, search and PDF ask for a `Regard` and show only what it allows.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from django.db.models import Q, QuerySet

from dossiers.models import CanalContact, Contact, Dossier, MembreCercle, SituationPartagee
from guichet.acces import Personne
from structures.models import Profil

GUICHET = (Profil.AGENT, Profil.COORDINATION)
LISTE = (Profil.AGENT, Profil.COORDINATION, Profil.DIRECTION)
# Who may ask for the list as it stood on a past day: the DPO checks it, the presidence answers for it.
LISTE_PASSEE = (*LISTE, Profil.PRESIDENCE, Profil.DPO)
# Who may be of the circle of a shared situation.
CERCLE = (*LISTE, Profil.PARTENAIRE)
# Who may be linked to a family.
DECLARANTS = (*LISTE, Profil.MEMBRE, Profil.PRESIDENCE, Profil.PARTENAIRE)


@dataclass(frozen=True)
class Regard:
    """What one person may see of one dossier.

    identite: child's and parents' names, birth day, former number. coordonnees: addresses, telephones,
    CAF number, income. choix: structures, quartier, mairie, solution, contacts. lignes: the points line by
    line (everyone on the list sees the totals). modifier: may change it. protege: it is masked because it
    is protected, and may be opened with a coded reason when `motivable`. lie: it is masked because this
    person declared a link with the family; nothing opens it.
    """

    identite: bool
    coordonnees: bool
    choix: bool
    lignes: bool
    modifier: bool
    protege: bool = False
    motivable: bool = False
    lie: bool = False


RIEN = Regard(False, False, False, False, False)
DEPORTE = Regard(False, False, False, False, False, protege=True, lie=True)
TOUT = Regard(True, True, True, True, True)
ANONYME = Regard(identite=False, coordonnees=False, choix=True, lignes=False, modifier=False)
NOMINATIF = Regard(identite=True, coordonnees=True, choix=True, lignes=False, modifier=False)


def regard(
    qui: Personne, dossier: Dossier, structures_choisies: Iterable[int], *, partage_identites: bool = False
) -> Regard:
    """What `qui` sees of `dossier`, whose choices are `structures_choisies` (structure ids).

    `partage_identites` is the city's setting: directors see every identity. `dossier.famille` is read:
    select it. A protected dossier is whole for its own counter and the persons named on it; the desk and the
    coordination may open it with a coded reason, a director sees a line with its rank, need and points.
    Whoever declared a link with the family sees that line too, and nothing opens it.
    """
    if not qui.est(*LISTE):
        return RIEN
    if dossier.famille_id in qui.familles_liees:
        return DEPORTE
    if ferme_par_protection(qui, dossier):
        return Regard(False, False, False, False, False, protege=True, motivable=qui.est(*GUICHET))
    if qui.est(*GUICHET):
        return TOUT
    nommee = dossier.pk in qui.dossiers_confies
    if nommee or partage_identites or not qui.structures.isdisjoint(structures_choisies):
        return NOMINATIF
    return ANONYME


def regard_de_liste(
    qui: Personne, dossier: Dossier, structures_choisies: Iterable[int], *, partage_identites: bool = False
) -> Regard:
    """What `qui` sees of this dossier as a line of the list; the same as its page but for `LISTE_PASSEE`.

    Presidence and data protection officer open no dossier: a line without identity, and of a protected
    one its rank, need and points.
    """
    if qui.est(*LISTE) or not qui.est(*LISTE_PASSEE):
        return regard(qui, dossier, structures_choisies, partage_identites=partage_identites)
    if dossier.famille_id in qui.familles_liees:
        return DEPORTE
    return Regard(False, False, False, False, False, protege=True) if dossier.protege else ANONYME


def ferme_par_protection(qui: Personne, dossier: Dossier) -> bool:
    """Protected, and this person is neither of its counter nor named on it; `dossier.famille` is read."""
    return dossier.protege and dossier.mairie_id not in qui.mairies and dossier.pk not in qui.dossiers_confies


def ouverts(qui: Personne, *, protegee: str = "famille__protegee", dossier: str = "") -> Q:
    """`ferme_par_protection` the other way round, as a condition on dossiers (or what leads to them)."""
    permis = Q(**{protegee: False}) | Q(**{f"{dossier}mairie__in": qui.mairies})
    return permis | Q(**{f"{dossier}pk__in": qui.dossiers_confies}) if qui.dossiers_confies else permis


def conduit_protection(qui: Personne, dossier: Dossier) -> bool:
    """Who names persons on a protected dossier and lifts its protection: its counter, the coordination."""
    if not dossier.protege or dossier.famille_id in qui.familles_liees:
        return False
    return qui.est(Profil.COORDINATION) or dossier.mairie_id in qui.mairies


def sans_lies(qui: Personne, dossiers: QuerySet[Dossier]) -> QuerySet[Dossier]:
    """These dossiers but those of the families this person is linked to: no list, no count holds them."""
    return dossiers.exclude(famille__in=qui.familles_liees) if qui.familles_liees else dossiers


def dossiers_visibles(qui: Personne) -> QuerySet[Dossier]:
    """The dossiers this person may open: the whole city for the list's profils, none for the others."""
    return Dossier.objects.all() if qui.est(*LISTE) else Dossier.objects.none()


def dossiers_nominatifs(qui: Personne, *, partage_identites: bool = False) -> QuerySet[Dossier]:
    """The dossiers whose identity this person may search by: what a name filter is allowed to reveal."""
    visibles = sans_lies(qui, dossiers_visibles(qui))
    permis = ouverts(qui)
    if qui.est(*GUICHET) or partage_identites:
        return visibles.filter(permis)
    choisis = Q(voeux__structure__in=qui.structures) | Q(pk__in=qui.dossiers_confies)
    return visibles.filter(permis, choisis).distinct()


def voit_lignes(qui: Personne) -> bool:
    """Lines of points are for the desk and the coordination; in session the presidence sees them too."""
    return qui.est(*GUICHET)


def voit_situation(qui: Personne, dossier: Dossier, cercle: Collection[int]) -> bool:
    """Whether a situation of `dossier`, shared by the agents `cercle` (ids), exists for this person.

    Its circle, the counter of the dossier and the coordination; nobody linked to the family.
    """
    if not qui.est(*CERCLE) or dossier.famille_id in qui.familles_liees:
        return False
    if qui.est(Profil.COORDINATION) or dossier.mairie_id in qui.mairies:
        return True
    return qui.agent.pk in cercle


def conduit_situation(qui: Personne, dossier: Dossier) -> bool:
    """Who answers, closes, and says who is of the circle: the counter of the dossier, the coordination."""
    if dossier.famille_id in qui.familles_liees:
        return False
    return qui.est(Profil.COORDINATION) or dossier.mairie_id in qui.mairies


def situations_visibles(qui: Personne) -> QuerySet[SituationPartagee]:
    """`voit_situation` as a query."""
    situations = SituationPartagee.objects.all()
    if not qui.est(*CERCLE):
        return situations.none()
    if not qui.est(Profil.COORDINATION):
        siennes = MembreCercle.objects.filter(agent=qui.agent, retire_le=None).values("situation")
        situations = situations.filter(Q(pk__in=siennes) | Q(dossier__mairie__in=qui.mairies))
    return situations.exclude(dossier__famille__in=qui.familles_liees)


def contacts_visibles(vu: Regard, contacts: QuerySet[Contact]) -> QuerySet[Contact]:
    """A third party's intervention is for the desk only: no director, member nor agenda ever reads it."""
    return contacts if vu.modifier else contacts.exclude(canal=CanalContact.TIERS)
