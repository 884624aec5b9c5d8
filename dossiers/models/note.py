"""The few free words kept on a dossier, readable by the family, and erasable for good."""

import pghistory
from django.conf import settings
from django.db import models
from django.db.models import Q

from .dossier import Dossier


class MotifMots(models.TextChoices):
    """Why a note keeps a word of the list: said when it is written, never the word itself."""

    NOM_PROPRE = "nom_propre", "C’est le nom d’un lieu, d’une rue ou d’une personne"
    TERME_GUICHET = "terme_guichet", "C’est le nom d’une pièce, d’un service ou d’un métier"
    AUTRE_SENS = "autre_sens", "Le mot a ici un autre sens"
    DEMANDE_FAMILLE = "demande_famille", "La famille a demandé que ce soit écrit ainsi"


# The history keeps who wrote and who erased, never the words: an erased note leaves no text anywhere.
@pghistory.track(exclude=["texte"])
class Note(models.Model):
    """At most 300 characters, never changed: erased and written anew."""

    LONGUEUR = 300

    dossier = models.ForeignKey(Dossier, on_delete=models.CASCADE, related_name="notes")
    texte = models.CharField(max_length=LONGUEUR, blank=True)
    motif_mots = models.CharField("mots confirmés", max_length=16, choices=MotifMots, blank=True)
    ecrite_le = models.DateTimeField("écrite le")
    par = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    effacee_le = models.DateTimeField("effacée le", null=True, blank=True)
    effacee_par = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )

    class Meta:
        ordering = ["-ecrite_le", "-pk"]
        constraints = [
            models.CheckConstraint(
                name="note_effacee_vide",
                condition=(Q(effacee_le__isnull=True) & ~Q(texte="")) | Q(effacee_le__isnull=False, texte=""),
                violation_error_message="Une note effacée ne garde aucun mot.",
            )
        ]

    def __str__(self) -> str:
        return f"note du {self.ecrite_le:%d/%m/%Y}"
