"""Places of a section paid by an employer: a wall around them, until it releases them in writing."""

import pghistory
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import ArrayField, DateRangeField, RangeOperators
from django.db import models
from django.db.models import F, Func, Q, Value

from structures.regles.semaine import NB_CRENEAUX

from .structure import Section
from .version import Versionne


@pghistory.track()
class PlacesEmployeur(Versionne):
    """Places only the children an employer designates may take, from `debut` to `fin` included.

    Released in writing, they end the day before `liberees_le` and join the ordinary places of the section.
    """

    section = models.ForeignKey(Section, on_delete=models.PROTECT, related_name="places_employeur")
    employeur = models.CharField("employeur", max_length=120)
    places = ArrayField(models.PositiveSmallIntegerField(), size=NB_CRENEAUX)
    debut = models.DateField("du")
    fin = models.DateField("au", null=True, blank=True)
    liberees_le = models.DateField("libérées à partir du", null=True, blank=True, editable=False)
    courrier_vu_le = models.DateField("courrier de l’employeur du", null=True, blank=True, editable=False)
    liberees_par = models.ForeignKey(
        "structures.Agent", null=True, editable=False, on_delete=models.SET_NULL, related_name="+"
    )
    periode = models.GeneratedField(
        expression=Func(F("debut"), F("fin"), Value("[]"), function="daterange"),
        output_field=DateRangeField(),
        db_persist=True,
    )

    class Meta:
        ordering = ["section", "employeur", "-debut"]
        verbose_name = "places d’un employeur"
        constraints = [
            models.CheckConstraint(
                name="employeur_dates",
                condition=Q(fin__isnull=True) | Q(fin__gte=F("debut")),
                violation_error_message="La fin de la convention précède son début.",
            ),
            models.CheckConstraint(
                name="employeur_creneaux",
                condition=Q(places__len=NB_CRENEAUX),
                violation_error_message=f"Des places comptent {NB_CRENEAUX} demi-journées.",
            ),
            models.CheckConstraint(
                name="employeur_liberation",
                condition=Q(liberees_le__isnull=True, courrier_vu_le__isnull=True)
                | Q(liberees_le__gt=F("fin"), courrier_vu_le__isnull=False, fin__isnull=False),
                violation_error_message="Des places libérées ont leur courrier et finissent la veille.",
            ),
            ExclusionConstraint(
                name="employeur_sans_chevauchement",
                expressions=[
                    ("section", RangeOperators.EQUAL),
                    ("employeur", RangeOperators.EQUAL),
                    ("periode", RangeOperators.OVERLAPS),
                ],
                violation_error_message="Cet employeur a déjà des places dans cette section à ces dates.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.employeur}, {self.section}"
