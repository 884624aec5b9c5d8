"""Who runs the structures, and what each agreed with the city."""

import pghistory
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from .version import Versionne


class NatureGestionnaire(models.TextChoices):
    VILLE = "ville", "Ville"
    ASSOCIATION = "association", "Association"
    ENTREPRISE = "entreprise", "Entreprise"
    CCAS = "ccas", "CCAS"


@pghistory.track()
class Gestionnaire(Versionne):
    code = models.SlugField(max_length=40, unique=True)
    nom = models.CharField(max_length=120, unique=True)
    nature = models.CharField(max_length=20, choices=NatureGestionnaire)

    class Meta:
        ordering = ["nom"]

    def __str__(self) -> str:
        return self.nom


@pghistory.track()
class Convention(Versionne):
    """What a manager commits to the common commission, between two days."""

    gestionnaire = models.ForeignKey(Gestionnaire, on_delete=models.CASCADE, related_name="conventions")
    debut = models.DateField("du")
    fin = models.DateField("au", null=True, blank=True)
    places = models.PositiveSmallIntegerField("places engagées")
    communes_voisines = ArrayField(models.CharField(max_length=80), default=list, blank=True)
    conditions_locales = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering = ["gestionnaire", "debut"]
        constraints = [
            models.CheckConstraint(
                name="convention_dates",
                condition=Q(fin__isnull=True) | Q(fin__gte=models.F("debut")),
                violation_error_message="La fin de la convention précède son début.",
            )
        ]

    def __str__(self) -> str:
        return f"{self.gestionnaire}, {self.places} places"
