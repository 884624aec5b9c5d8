"""A child of a crèche familiale at an assistante maternelle's, from when to when; and when nobody fits."""

import pghistory
from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeOperators
from django.db import models
from django.db.models import F, Func, Q, Value

from structures.models import AssistanteMaternelle, Structure

from .admission import Admission
from .dossier import Dossier


class MotifEchec(models.TextChoices):
    """Why no assistante maternelle may take the child: the service's doing, never the family's."""

    SANS_PLACE = "sans_place", "Aucune assistante maternelle n’a de place"
    DEMI_JOURNEES = "demi_journees", "Aucune n’a de place toutes ces demi-journées"
    AGE = "age", "Aucune n’est agréée pour cet âge"
    HORAIRES = "horaires", "Aucune ne travaille à ces heures"
    ELOIGNEMENT = "eloignement", "La seule possible est trop loin pour la famille"
    DEPART = "depart", "L’assistante maternelle prévue quitte le service"


@pghistory.track()
class Affectation(models.Model):
    """The dated period of a place spent with one assistante maternelle; the half-days are the place's.

    The database refuses a child above the places of her agrément, on any half-day of any day.
    """

    admission = models.ForeignKey(Admission, on_delete=models.CASCADE, related_name="affectations")
    assistante = models.ForeignKey(
        AssistanteMaternelle, on_delete=models.PROTECT, related_name="affectations"
    )
    debut = models.DateField("à partir du")
    fin = models.DateField("jusqu’au", null=True, blank=True)
    affectee_le = models.DateTimeField()
    affectee_par = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    periode = models.GeneratedField(
        expression=Func(F("debut"), F("fin"), Value("[]"), function="daterange"),
        output_field=DateRangeField(),
        db_persist=True,
    )

    class Meta:
        ordering = ["admission", "debut"]
        constraints = [
            models.CheckConstraint(
                name="affectation_dates",
                condition=Q(fin__isnull=True) | Q(fin__gte=F("debut")),
                violation_error_message="La fin de la période précède son début.",
            ),
            ExclusionConstraint(
                name="affectation_sans_chevauchement",
                expressions=[("admission", RangeOperators.EQUAL), ("periode", RangeOperators.OVERLAPS)],
                violation_error_message="Cet enfant est déjà chez une assistante maternelle sur ces dates.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.admission_id} chez {self.assistante_id} du {self.debut:%d/%m/%Y}"


@pghistory.track()
class EchecAffectation(models.Model):
    """A child admitted to the service whom no assistante maternelle could take; the coordination reads it."""

    dossier = models.ForeignKey(Dossier, on_delete=models.CASCADE, related_name="echecs_affectation")
    structure = models.ForeignKey(Structure, on_delete=models.PROTECT, related_name="+")
    motif = models.CharField(max_length=16, choices=MotifEchec)
    dit_le = models.DateTimeField("dit le")
    dit_par = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    vu_le = models.DateTimeField("vu par la coordination le", null=True, blank=True)

    class Meta:
        ordering = ["-dit_le", "pk"]
        constraints = [
            models.CheckConstraint(
                name="echec_vu_apres", condition=Q(vu_le__isnull=True) | Q(vu_le__gte=F("dit_le"))
            ),
            models.CheckConstraint(name="echec_motif", condition=Q(motif__in=MotifEchec.values)),
        ]

    def __str__(self) -> str:
        return f"{self.dossier_id}, {self.get_motif_display()}"
