"""Around a protected dossier: who is named on it, who else opened it and who was told."""

import pghistory
from django.conf import settings
from django.db import models
from django.db.models import F, Q

from .dossier import Dossier


class MotifAcces(models.TextChoices):
    """Why someone else opens a protected dossier: a closed list, nothing told of the facts."""

    DEMANDE_FAMILLE = "demande_famille", "La famille est devant moi et le demande"
    COMMISSION = "commission", "Préparation de la commission"
    CHANGEMENT_MAIRIE = "changement_mairie", "Changement de mairie de suivi"
    CONTROLE = "controle", "Contrôle d’un doublon ou d’une erreur"
    URGENCE = "urgence", "Urgence pour l’enfant"


class MotifFinProtection(models.TextChoices):
    """Why a protection is lifted: nothing told of the facts either."""

    FAMILLE = "fin_famille", "La famille le demande"
    MESURE = "fin_mesure", "La mesure a pris fin"
    ERREUR = "fin_erreur", "Protection notée par erreur"


@pghistory.track()
class PersonneNommee(models.Model):
    """Someone outside the counter who sees one protected dossier whole; `jusqu_au` is the last day."""

    dossier = models.ForeignKey(Dossier, on_delete=models.CASCADE, related_name="nommees")
    agent = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="confiances")
    depuis = models.DateTimeField()
    jusqu_au = models.DateField("jusqu’au", null=True, blank=True)
    par = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    retiree_le = models.DateTimeField("retirée le", null=True, blank=True)
    retiree_par = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )

    class Meta:
        ordering = ["-depuis", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["dossier", "agent"],
                condition=Q(retiree_le__isnull=True),
                name="personne_nommee_unique",
                violation_error_message="Cette personne est déjà nommée.",
            )
        ]

    def __str__(self) -> str:
        return f"{self.agent}, dossier {self.dossier_id}"


@pghistory.track()
class Ouverture(models.Model):
    """A protected dossier opened by someone else, for a time; its counter and the coordination are told.

    Each side says it has seen it, and never the person who opened.
    """

    dossier = models.ForeignKey(Dossier, on_delete=models.CASCADE, related_name="ouvertures")
    agent = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    motif = models.CharField(max_length=20, choices=MotifAcces)
    le = models.DateTimeField()
    fin_le = models.DateTimeField("jusqu’à")
    guichet_vu_le = models.DateTimeField("vue par le guichet le", null=True, blank=True)
    guichet_vu_par = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    coordination_vu_le = models.DateTimeField("vue par la coordination le", null=True, blank=True)
    coordination_vu_par = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )

    class Meta:
        ordering = ["-le", "-pk"]
        indexes = [
            models.Index(
                fields=["-le"],
                name="ouverture_a_lire",
                condition=Q(guichet_vu_le__isnull=True) | Q(coordination_vu_le__isnull=True),
            )
        ]
        constraints = [
            models.CheckConstraint(
                name="ouverture_bornee",
                condition=Q(fin_le__gt=F("le")),
                violation_error_message="Une ouverture a une fin.",
            )
        ]

    def __str__(self) -> str:
        return f"{self.agent}, dossier {self.dossier_id}"
