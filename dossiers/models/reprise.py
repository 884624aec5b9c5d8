"""Files taken over from a former tool: what was read, what became of each line."""

import pghistory
from django.conf import settings
from django.db import models

from structures.models import Tache

from .admission import Admission
from .dossier import Dossier


class ContenuReprise(models.TextChoices):
    DOSSIERS = "dossiers", "Dossiers en attente"
    PRESENTS = "presents", "Enfants présents"


class EtatReprise(models.TextChoices):
    DEPOSEE = "deposee", "Déposée, colonnes à confirmer"
    ESSAYEE = "essayee", "Essayée"
    APPLIQUEE = "appliquee", "Appliquée"
    ABANDONNEE = "abandonnee", "Abandonnée"


@pghistory.track(exclude=["rapport"])
class Reprise(models.Model):
    """One file: its columns as confirmed, the report of its dry run, then of its application."""

    contenu = models.CharField(max_length=10, choices=ContenuReprise)
    nom_fichier = models.CharField(max_length=200)
    fichier = models.FileField(upload_to="reprises/", blank=True)
    empreinte = models.CharField(max_length=64, db_index=True)
    etat = models.CharField("état", max_length=12, choices=EtatReprise, default=EtatReprise.DEPOSEE)
    colonnes = models.JSONField(default=dict)
    rapport = models.JSONField(default=dict)
    tache = models.ForeignKey(Tache, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    par = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    deposee_le = models.DateTimeField("déposée le")
    appliquee_le = models.DateTimeField("appliquée le", null=True, blank=True)

    class Meta:
        ordering = ["-deposee_le"]

    def __str__(self) -> str:
        return self.nom_fichier


@pghistory.track()
class LigneReprise(models.Model):
    """A line already taken over; `cle` digests its normalised values, so a second run adds nothing."""

    reprise = models.ForeignKey(Reprise, on_delete=models.CASCADE, related_name="lignes")
    ligne = models.PositiveIntegerField()
    cle = models.CharField("clé", max_length=64, unique=True)
    identite = models.CharField("identité", max_length=200, db_index=True)
    numero_origine = models.CharField("ancien numéro", max_length=40, blank=True, db_index=True)
    dossier = models.ForeignKey(Dossier, null=True, blank=True, on_delete=models.CASCADE, related_name="+")
    admission = models.ForeignKey(
        Admission, null=True, blank=True, on_delete=models.CASCADE, related_name="+"
    )

    class Meta:
        ordering = ["reprise", "ligne"]

    def __str__(self) -> str:
        return f"ligne {self.ligne}"
