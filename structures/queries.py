"""Reads shared by every app: settings in force, the structures a family may choose."""

from datetime import date
from typing import Any

from django.conf import settings

from structures.models import Identite, Reglage
from structures.regles.reglages import REGLAGES


def reglage(cle: str, *, le: date) -> Any:
    """The value of setting `cle` on day `le`, its default when the city never voted one.

    Raises KeyError for a setting outside the closed list.
    """
    definition = REGLAGES[cle]
    pose = Reglage.objects.filter(cle=cle, a_partir_du__lte=le).order_by("-a_partir_du").first()
    return pose.valeur if pose else definition.defaut


def identite() -> Identite:
    """How the city presents itself; the name of the environment and the house colour by default."""
    return Identite.objects.first() or Identite(nom=settings.VILLE)
