"""What every page's frame needs: the city, the menu, the person."""

from typing import Any

from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from guichet.acces import personne
from guichet.navigation import adresse_liens, adresse_recherche, entrees
from structures.queries import identite


def cadre(request: HttpRequest) -> dict[str, Any]:
    """One query for a signed-in person, shared with the view; one for the city, on whole pages only."""
    contexte: dict[str, Any] = {"ville": SimpleLazyObject(identite), "moi": None}
    utilisateur = getattr(request, "user", None)
    if utilisateur is None or not utilisateur.is_authenticated:
        return {**contexte, "menu": [], "adresse_recherche": "", "adresse_liens": ""}
    return {
        **contexte,
        "moi": personne(request),
        "menu": SimpleLazyObject(lambda: entrees(request)),
        "adresse_recherche": adresse_recherche(request),
        "adresse_liens": adresse_liens(request),
    }
