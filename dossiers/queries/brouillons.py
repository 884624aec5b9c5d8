"""One's own drafts, the name of a family whose dossier is closed to the reader left out."""

from dossiers.acces import regard
from dossiers.models import Brouillon
from guichet.acces import Personne

FERME = "Dossier protégé"


def brouillons_de(qui: Personne, *, limite: int | None = None) -> list[Brouillon]:
    """The latest first: one query. A draft begun while a protected dossier was open outlives the opening."""
    lus = qui.agent.brouillons.select_related("dossier__famille").order_by("-modifie_le")[:limite]
    return [sans_nom(qui, brouillon) for brouillon in lus]


def sans_nom(qui: Personne, brouillon: Brouillon) -> Brouillon:
    """The same, its label hidden when this person may not read the dossier's identity."""
    if brouillon.dossier and not regard(qui, brouillon.dossier, ()).identite:
        brouillon.libelle = FERME
    return brouillon
