"""Who is linked to a family, and so sees nothing of its dossiers."""

import pghistory
from django.conf import settings
from django.db import models
from django.db.models import Q

from .famille import Famille


class MotifLevee(models.TextChoices):
    AUTRE_FAMILLE = "autre_famille", "Déclaré sur une autre famille, par erreur"
    HOMONYME = "homonyme", "C’était un homonyme"
    LIEN_FINI = "lien_fini", "Le lien n’existe plus"


@pghistory.track()
class Lien(models.Model):
    """Declared by the person; what kind of link is nobody's business. Only the coordination lifts it."""

    agent = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="liens")
    famille = models.ForeignKey(Famille, on_delete=models.CASCADE, related_name="liens")
    declare_le = models.DateTimeField("déclaré le")
    leve_le = models.DateTimeField("levé le", null=True, blank=True)
    leve_par = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    motif_levee = models.CharField("motif", max_length=16, choices=MotifLevee, blank=True)

    class Meta:
        ordering = ["-declare_le", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["agent", "famille"],
                condition=Q(leve_le__isnull=True),
                name="lien_unique",
                violation_error_message="Ce lien est déjà déclaré.",
            ),
            models.CheckConstraint(
                name="lien_leve_motive",
                condition=Q(leve_le__isnull=True, motif_levee="")
                | (Q(leve_le__isnull=False) & ~Q(motif_levee="")),
                violation_error_message="Un lien levé porte son jour et son motif.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.agent}, famille {self.famille_id}"
