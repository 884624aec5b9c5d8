"""Exports of the shared list too long for a request: asked, made by a job, kept a few days."""

import pghistory
from django.conf import settings
from django.db import models

from structures.models import Tache


@pghistory.track()
class ExportListe(models.Model):
    """One asked file: the address of the list, the rights its asker had then, and the file once made."""

    demande_par = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    demande_le = models.DateTimeField("demandé le", db_index=True)
    habilitations = models.JSONField(default=list)
    adresse = models.TextField(blank=True)
    format = models.CharField(max_length=4)
    forme = models.CharField(max_length=8)
    tache = models.ForeignKey(Tache, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    nom = models.CharField(max_length=200, blank=True)
    fichier = models.FileField(upload_to="exports/", blank=True)

    class Meta:
        ordering = ["-demande_le"]
        verbose_name = "export de la liste"

    def __str__(self) -> str:
        return self.nom or f"export {self.pk}"
