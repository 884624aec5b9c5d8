"""The children an employer designates for the places it pays."""

import pghistory
from django.conf import settings
from django.db import models

from structures.models import PlacesEmployeur

from .dossier import Dossier


@pghistory.track()
class EnfantDesigne(models.Model):
    """A dossier that may be admitted to these places; nobody else may."""

    places = models.ForeignKey(PlacesEmployeur, on_delete=models.PROTECT, related_name="designes")
    dossier = models.ForeignKey(Dossier, on_delete=models.CASCADE, related_name="designations")
    designe_le = models.DateTimeField("désigné le")
    designe_par = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )

    class Meta:
        ordering = ["places", "designe_le", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["places", "dossier"],
                name="enfant_designe_une_fois",
                violation_error_message="Cet enfant est déjà désigné pour ces places.",
            )
        ]

    def __str__(self) -> str:
        return f"{self.dossier_id} désigné pour {self.places_id}"
