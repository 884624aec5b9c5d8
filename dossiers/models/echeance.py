"""The acts a delay brings, each once: the database refuses a second one."""

import pghistory
from django.db import models
from django.db.models import Q

from dossiers.regles import echeances

from .dossier import Dossier


class NatureEcheance(models.TextChoices):
    RENOUVELLEMENT_1 = echeances.RENOUVELLEMENT_1, echeances.LIBELLES[echeances.RENOUVELLEMENT_1]
    RENOUVELLEMENT_2 = echeances.RENOUVELLEMENT_2, echeances.LIBELLES[echeances.RENOUVELLEMENT_2]
    PEREMPTION = echeances.PEREMPTION, echeances.LIBELLES[echeances.PEREMPTION]
    NAISSANCE_1 = echeances.NAISSANCE_1, echeances.LIBELLES[echeances.NAISSANCE_1]
    NAISSANCE_2 = echeances.NAISSANCE_2, echeances.LIBELLES[echeances.NAISSANCE_2]
    NAISSANCE_CLOTURE = echeances.NAISSANCE_CLOTURE, echeances.LIBELLES[echeances.NAISSANCE_CLOTURE]
    PIECES_1 = echeances.PIECES_1, echeances.LIBELLES[echeances.PIECES_1]
    PIECES_2 = echeances.PIECES_2, echeances.LIBELLES[echeances.PIECES_2]
    PIECES_CLOTURE = echeances.PIECES_CLOTURE, echeances.LIBELLES[echeances.PIECES_CLOTURE]
    AGE_1 = echeances.AGE_1, echeances.LIBELLES[echeances.AGE_1]
    AGE_2 = echeances.AGE_2, echeances.LIBELLES[echeances.AGE_2]
    AGE_CLOTURE = echeances.AGE_CLOTURE, echeances.LIBELLES[echeances.AGE_CLOTURE]
    PIECE_VALIDITE = echeances.PIECE_VALIDITE, echeances.LIBELLES[echeances.PIECE_VALIDITE]
    POINTS_NON_VERIFIES = echeances.POINTS_NON_VERIFIES, echeances.LIBELLES[echeances.POINTS_NON_VERIFIES]
    FIN_SUSPENSION = echeances.FIN_SUSPENSION, echeances.LIBELLES[echeances.FIN_SUSPENSION]
    SILENCE = echeances.SILENCE, echeances.LIBELLES[echeances.SILENCE]


class EcheanceQuerySet(models.QuerySet["Echeance"]):
    def ouvertes(self) -> "EcheanceQuerySet":
        """Neither done nor void."""
        return self.filter(faite_le__isnull=True, annulee_le__isnull=True)


@pghistory.track()
class Echeance(models.Model):
    """One act of one delay. `reference` is the day the delay began, `limite_le` the last one told to it.

    Both are written when the delay is opened, with the settings of `reference`; a late warning moves the acts
    that follow it.
    """

    dossier = models.ForeignKey(Dossier, on_delete=models.CASCADE, related_name="echeances")
    nature = models.CharField(max_length=24, choices=NatureEcheance)
    reference = models.DateField("commencée le")
    due_le = models.DateField("due le")
    limite_le = models.DateTimeField("dernier moment pour répondre", null=True, blank=True)
    faite_le = models.DateTimeField("faite le", null=True, blank=True)
    annulee_le = models.DateTimeField("annulée le", null=True, blank=True)

    objects = EcheanceQuerySet.as_manager()

    class Meta:
        ordering = ["due_le", "pk"]
        verbose_name = "échéance"
        indexes = [
            models.Index(
                fields=["due_le", "id"],
                name="echeance_ouverte",
                condition=Q(faite_le__isnull=True, annulee_le__isnull=True),
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["dossier", "nature", "reference"],
                name="echeance_une_seule_fois",
                violation_error_message="Cette échéance existe déjà : elle ne se fait qu’une fois.",
            ),
            models.CheckConstraint(
                name="echeance_faite_ou_annulee",
                condition=Q(faite_le__isnull=True) | Q(annulee_le__isnull=True),
                violation_error_message="Une échéance est faite ou annulée, pas les deux.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_nature_display()}, {self.due_le:%d/%m/%Y}"
