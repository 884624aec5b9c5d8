"""What a city limits beside the half-days: how many children at opening, at closing, in baby beds."""

import pghistory
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeOperators
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import F, Func, Q, Value

from structures.regles.creneaux import FERMETURE, LIT, OUVERTURE, Limite

from .structure import Section
from .version import Versionne


class NatureCreneau(models.TextChoices):
    OUVERTURE = OUVERTURE, "Ouverture"
    FERMETURE = FERMETURE, "Fermeture"
    LIT = LIT, "Lits bébé"


@pghistory.track()
class CreneauSupplementaire(Versionne):
    """At most `places` children of a section at once, on each half-day, from `debut` to `fin` included.

    An opening counts those who come before `heure`, a closing those who leave after it, a bed those younger
    than `age_mois`. A section without any is limited by its half-days alone.
    """

    section = models.ForeignKey(Section, on_delete=models.CASCADE, related_name="creneaux")
    nature = models.CharField(max_length=10, choices=NatureCreneau)
    heure = models.TimeField("avant ou après", null=True, blank=True)
    age_mois = models.PositiveSmallIntegerField(
        "moins de, en mois", null=True, blank=True, validators=[MinValueValidator(1)]
    )
    places = models.PositiveSmallIntegerField("enfants à la fois")
    debut = models.DateField("du")
    fin = models.DateField("au", null=True, blank=True)
    periode = models.GeneratedField(
        expression=Func(F("debut"), F("fin"), Value("[]"), function="daterange"),
        output_field=DateRangeField(),
        db_persist=True,
    )

    class Meta:
        ordering = ["section", "nature", "debut"]
        verbose_name = "créneau supplémentaire"
        constraints = [
            models.CheckConstraint(
                name="creneau_dates",
                condition=Q(fin__isnull=True) | Q(fin__gte=F("debut")),
                violation_error_message="La fin de la période précède son début.",
            ),
            models.CheckConstraint(
                name="creneau_seuil",
                condition=Q(nature=LIT, heure__isnull=True, age_mois__isnull=False, age_mois__gte=1)
                | (~Q(nature=LIT) & Q(heure__isnull=False, age_mois__isnull=True)),
                violation_error_message="Un lit se compte à l’âge, l’ouverture et la fermeture à l’heure.",
            ),
            ExclusionConstraint(
                name="creneau_sans_chevauchement",
                expressions=[
                    ("section", RangeOperators.EQUAL),
                    ("nature", RangeOperators.EQUAL),
                    ("periode", RangeOperators.OVERLAPS),
                ],
                violation_error_message="Ce créneau est déjà limité dans cette section à ces dates.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.section}, {self.limite.titre}"

    @property
    def limite(self) -> Limite:
        seuil = f"{self.heure:%H:%M}" if self.heure else str(self.age_mois or 0)
        return Limite(self.nature, seuil)
