"""Attempts to reach the family: channel, outcome, next call. A third party's intervention is logged too."""

import pghistory
from django.conf import settings
from django.db import models
from django.db.models import Q

from structures.models import Structure


class CanalContact(models.TextChoices):
    APPEL = "appel", "Appel"
    SMS = "sms", "SMS"
    COURRIEL = "courriel", "Courriel"
    COURRIER = "courrier", "Courrier"
    GUICHET = "guichet", "Au guichet"
    TIERS = "tiers", "Intervention d’un tiers"


class IssueContact(models.TextChoices):
    JOINT = "joint", "Famille jointe"
    MESSAGE = "message", "Message laissé"
    RAPPELLERA = "rappellera", "Rappellera"
    ABSENT = "absent", "Pas de réponse"
    ERRONE = "errone", "Coordonnées erronées"
    A_JOINDRE = "a_joindre", "À joindre, des places sont vides"
    SANS_EFFET = "sans_effet", "Notée, sans effet"


class OrigineTiers(models.TextChoices):
    ELU = "elu", "Élu ou élue"
    CABINET = "cabinet", "Cabinet"
    ASSOCIATION = "association", "Association"
    EMPLOYEUR = "employeur", "Employeur"
    PROFESSIONNEL = "professionnel", "Professionnel hors du cercle"
    PROCHE = "proche", "Proche de la famille"


@pghistory.track()
class Contact(models.Model):
    """A contact attempted: never a free note.

    A third party's intervention has its origin instead of an outcome; nothing is computed from it, and it
    shows to the desk and the coordination only.
    """

    Issue = IssueContact

    dossier = models.ForeignKey("dossiers.Dossier", on_delete=models.CASCADE, related_name="contacts")
    canal = models.CharField(max_length=10, choices=CanalContact)
    issue = models.CharField(max_length=10, choices=IssueContact)
    origine = models.CharField(max_length=14, choices=OrigineTiers, blank=True)
    rappel_le = models.DateField("à rappeler le", null=True, blank=True)
    structure = models.ForeignKey(
        Structure, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    le = models.DateTimeField()
    par = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")

    class Meta:
        ordering = ["-le"]
        indexes = [
            models.Index(fields=["rappel_le"], name="contact_rappel", condition=Q(rappel_le__isnull=False))
        ]
        constraints = [
            models.CheckConstraint(
                name="contact_tiers",
                condition=(
                    Q(canal=CanalContact.TIERS, issue=IssueContact.SANS_EFFET, rappel_le__isnull=True)
                    & Q(structure__isnull=True)
                    & ~Q(origine="")
                )
                | (Q(origine="") & ~Q(canal=CanalContact.TIERS) & ~Q(issue=IssueContact.SANS_EFFET)),
                violation_error_message="Une intervention dit d’où elle vient ; elle n’a pas d’autre effet.",
            )
        ]

    def __str__(self) -> str:
        return f"{self.get_canal_display()}, {self.get_issue_display()}"
