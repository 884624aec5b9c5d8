"""Places opened to a séance, then taken back: never silently."""

import pghistory
from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from structures.models import Section
from structures.regles.semaine import NB_CRENEAUX

from .seance import Seance


class MotifBaisse(models.TextChoices):
    OUVERTURE_PARTIELLE = "ouverture_partielle", "La structure n’ouvre pas toutes ses places libres"
    MAINTIEN = "maintien", "Un enfant présent reste finalement"
    ADMISSION = "admission", "Une place a été donnée entre-temps"
    PERSONNEL = "personnel", "Manque de personnel"
    TRAVAUX = "travaux", "Travaux ou fermeture"
    ERREUR = "erreur", "Erreur de comptage"


@pghistory.track()
class BaissePlaces(models.Model):
    """One fall of the places of a section put to a séance: what they were, what they became, why."""

    seance = models.ForeignKey(Seance, on_delete=models.CASCADE, related_name="baisses")
    section = models.ForeignKey(Section, on_delete=models.PROTECT, related_name="+")
    avant = ArrayField(models.PositiveSmallIntegerField(), size=NB_CRENEAUX)
    apres = ArrayField(models.PositiveSmallIntegerField(), size=NB_CRENEAUX)
    motif = models.CharField(max_length=20, choices=MotifBaisse)
    le = models.DateTimeField()
    par = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")

    class Meta:
        ordering = ["seance", "-le", "-pk"]
        constraints = [
            models.CheckConstraint(name="baisse_motivee", condition=~Q(motif="")),
            models.CheckConstraint(name="baisse_une_difference", condition=~Q(avant=F("apres"))),
        ]

    def __str__(self) -> str:
        return f"{self.section}, {self.get_motif_display()}"

    @property
    def perdues(self) -> int:
        """The most places one half-day lost."""
        return max(a - b for a, b in zip(self.avant, self.apres, strict=True))
