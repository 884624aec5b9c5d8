"""What every page's frame needs: the city, the menu, the person."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest

from guichet.acces import personne
from guichet.navigation import adresse_recherche, entrees


def cadre(request: HttpRequest) -> dict[str, Any]:
    """One query for a signed-in person, shared with the view; none for a visitor."""
    utilisateur = getattr(request, "user", None)
    if utilisateur is None or not utilisateur.is_authenticated:
        return {"ville": settings.VILLE, "moi": None, "menu": [], "adresse_recherche": ""}
    return {
        "ville": settings.VILLE,
        "moi": personne(request),
        "menu": entrees(request),
        "adresse_recherche": adresse_recherche(request),
    }
