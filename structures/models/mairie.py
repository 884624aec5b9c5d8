"""Where families live and where they are received."""

import pghistory
from django.db import models

from .version import Versionne


@pghistory.track()
class Mairie(Versionne):
    """A mairie de proximité: one counter of the single desk."""

    code = models.SlugField(max_length=40, unique=True)
    nom = models.CharField(max_length=120, unique=True)
    adresse = models.CharField(max_length=200, blank=True)
    telephone = models.CharField("téléphone", max_length=20, blank=True)
    horaires = models.CharField(max_length=200, blank=True)
    ouverte = models.BooleanField(default=True)

    class Meta:
        ordering = ["nom"]

    def __str__(self) -> str:
        return self.nom


@pghistory.track()
class Quartier(Versionne):
    code = models.SlugField(max_length=40, unique=True)
    nom = models.CharField(max_length=120, unique=True)
    prioritaire = models.BooleanField("quartier prioritaire", default=False)

    class Meta:
        ordering = ["nom"]

    def __str__(self) -> str:
        return self.nom
