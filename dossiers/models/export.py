"""Exports of the shared list too long for a request: asked, made by a job, kept a few days."""

import pghistory
from django.conf import settings
from django.db import models
from django.db.models import Q

from structures.models import Tache


@pghistory.track()
class ExportListe(models.Model):
    """One asked file: the address of the list, the rights its asker had then, and the file once made."""

    demande_par = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    demande_le = models.DateTimeField("demandé le", db_index=True)
    habilitations = models.JSONField(default=list)
    adresse = models.TextField(blank=True)
    # The past evening asked for; none for today's list.
    au = models.DateField("liste du soir du", null=True, blank=True)
    format = models.CharField(max_length=4)
    forme = models.CharField(max_length=8)
    colonnes = models.JSONField(default=list, blank=True)
    tache = models.ForeignKey(Tache, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    nom = models.CharField(max_length=200, blank=True)
    fichier = models.FileField(upload_to="exports/", blank=True)

    class Meta:
        ordering = ["-demande_le"]
        verbose_name = "export de la liste"

    def __str__(self) -> str:
        return self.nom or f"export {self.pk}"


@pghistory.track()
class JeuColonnes(models.Model):
    """Columns of an export, in order, that a person keeps under a name."""

    agent = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="jeux_de_colonnes"
    )
    nom = models.CharField(max_length=60)
    colonnes = models.JSONField(default=list)
    cree_le = models.DateTimeField("créé le")

    class Meta:
        ordering = ["nom"]
        verbose_name = "jeu de colonnes"
        verbose_name_plural = "jeux de colonnes"
        constraints = [
            models.UniqueConstraint(
                fields=["agent", "nom"],
                name="jeu_colonnes_nom_unique",
                violation_error_message="Vous avez déjà un choix de colonnes de ce nom.",
            ),
            models.CheckConstraint(
                name="jeu_colonnes_non_vide",
                condition=~Q(colonnes=[]),
                violation_error_message="Gardez au moins une colonne.",
            ),
        ]

    def __str__(self) -> str:
        return self.nom
