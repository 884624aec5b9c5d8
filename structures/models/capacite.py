"""How many children a section may take, half-day by half-day, over dated periods."""

import pghistory
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import ArrayField, DateRangeField, RangeOperators
from django.db import models
from django.db.models import F, Func, Q, Value

from structures.regles.semaine import NB_CRENEAUX

from .structure import Section
from .version import Versionne


class MotifCapacite(models.TextChoices):
    OUVERTURE = "ouverture", "Capacité ordinaire"
    FERMETURE = "fermeture", "Fermeture"
    TRAVAUX = "travaux", "Travaux"
    PERSONNEL = "personnel", "Manque de personnel"


@pghistory.track()
class Capacite(Versionne):
    """Places of a section per créneau, from `debut` to `fin` included (None: until further notice).

    `ouverture` periods of a section never overlap; any other motif caps them for its own period: the
    capacity of a day is the lowest vector that contains it.
    """

    section = models.ForeignKey(Section, on_delete=models.CASCADE, related_name="capacites")
    motif = models.CharField(max_length=20, choices=MotifCapacite, default=MotifCapacite.OUVERTURE)
    debut = models.DateField("du")
    fin = models.DateField("au", null=True, blank=True)
    places = ArrayField(models.PositiveSmallIntegerField(), size=NB_CRENEAUX, verbose_name="places")
    periode = models.GeneratedField(
        expression=Func(F("debut"), F("fin"), Value("[]"), function="daterange"),
        output_field=DateRangeField(),
        db_persist=True,
    )

    class Meta:
        ordering = ["section", "debut", "pk"]
        constraints = [
            models.CheckConstraint(
                name="capacite_dates",
                condition=Q(fin__isnull=True) | Q(fin__gte=F("debut")),
                violation_error_message="La fin de la période précède son début.",
            ),
            models.CheckConstraint(
                name="capacite_creneaux",
                condition=Q(places__len=NB_CRENEAUX),
                violation_error_message=f"Une capacité compte {NB_CRENEAUX} demi-journées.",
            ),
            ExclusionConstraint(
                name="capacite_ouverture_unique",
                expressions=[("section", RangeOperators.EQUAL), ("periode", RangeOperators.OVERLAPS)],
                condition=Q(motif="ouverture"),
                violation_error_message="Cette section a déjà une capacité ordinaire sur ces dates.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.section}, {self.get_motif_display()} du {self.debut:%d/%m/%Y}"
