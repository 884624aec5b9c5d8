"""What a manager says, before its letter leaves, of an answer that is not an offer."""

import pghistory
import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q

from commissions.regles import confirmation as cycle
from structures.models import Structure

from .decision import Decision


class EtatConfirmation(models.TextChoices):
    ATTENDUE = cycle.ATTENDUE, "Attendue"
    CONFIRMEE = cycle.CONFIRMEE, "Confirmée"
    REFUSEE = cycle.REFUSEE, "Refusée"


class MotifNonConfirmation(models.TextChoices):
    """Why a manager does not sign this answer; never health."""

    PLACE_LIBRE = "place_libre", "Une place convient depuis la séance"
    POINTS = "points", "Les points ou le rang sont à revoir"
    DOSSIER = "dossier", "Le dossier a changé depuis la séance"
    CONDITIONS = "conditions", "Une condition de la convention n’a pas été regardée"
    HORS_CHOIX = "hors_choix", "Cette famille n’a pas demandé la structure"


@pghistory.track()
class ConfirmationGestionnaire(models.Model):
    """One answer, one structure the city does not run: its manager confirms it, or refuses it for a reason.

    A refused one is the coordination's again, which may ask once more; a confirmed one never changes.
    """

    decision = models.ForeignKey(Decision, on_delete=models.PROTECT, related_name="confirmations")
    structure = models.ForeignKey(Structure, on_delete=models.PROTECT, related_name="+")
    etat = models.CharField(
        "état", max_length=10, choices=EtatConfirmation, default=EtatConfirmation.ATTENDUE
    )
    motif = models.CharField(
        "motif du refus", max_length=12, choices=MotifNonConfirmation, blank=True, default=""
    )
    demandee_le = models.DateTimeField("demandée le")
    repondue_le = models.DateTimeField("répondue le", null=True, blank=True)
    repondue_par = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )

    class Meta:
        ordering = ["decision", "structure"]
        verbose_name = "réponse du gestionnaire"
        indexes = [
            models.Index(fields=["structure"], name="confirmation_attendue", condition=Q(etat=cycle.ATTENDUE))
        ]
        constraints = [
            models.UniqueConstraint(fields=["decision", "structure"], name="confirmation_une_par_structure"),
            models.CheckConstraint(
                name="confirmation_etat_date",
                condition=Q(etat=cycle.ATTENDUE, repondue_le__isnull=True)
                | Q(etat__in=[cycle.CONFIRMEE, cycle.REFUSEE], repondue_le__isnull=False),
                violation_error_message="La réponse du gestionnaire porte son jour.",
            ),
            models.CheckConstraint(
                name="confirmation_refus_motive",
                condition=(Q(etat=cycle.REFUSEE) & ~Q(motif="")) | (~Q(etat=cycle.REFUSEE) & Q(motif="")),
                violation_error_message="Un refus du gestionnaire, et lui seul, porte un motif.",
            ),
        ]
        triggers = [
            pgtrigger.Protect(
                name="confirmation_definitive",
                operation=pgtrigger.UpdateOf("decision_id", "structure_id", "etat", "motif", "repondue_le"),
                condition=pgtrigger.Q(old__etat=cycle.CONFIRMEE),
            ),
            pgtrigger.Protect(name="confirmation_gardee", operation=pgtrigger.Delete),
        ]

    def __str__(self) -> str:
        return f"{self.decision}, {self.structure}"
