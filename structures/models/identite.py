"""How a city presents itself: its name, its logo, its main colour."""

import pghistory
from django.db import models
from django.db.models import Q

from structures.regles.couleur import COULEUR_MAISON


@pghistory.track()
class Identite(models.Model):
    """One row at most; without it the city has the name of the environment and the house colour."""

    nom = models.CharField("nom de la ville", max_length=80)
    couleur = models.CharField("couleur principale", max_length=7, default=COULEUR_MAISON)
    logo = models.FileField(upload_to="identite/", blank=True)

    class Meta:
        verbose_name = "identité de la ville"
        constraints = [models.CheckConstraint(name="identite_unique", condition=Q(id=1))]

    def __str__(self) -> str:
        return self.nom
