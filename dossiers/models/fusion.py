"""Two dossiers of one child made one, with what is needed to part them again."""

import pghistory
from django.conf import settings
from django.db import models
from django.db.models import F, Q

from structures.models import Mairie

from .dossier import Dossier


@pghistory.track(exclude=["mouvements"])
class Fusion(models.Model):
    """`garde` lives on, `absorbe` is closed as a duplicate.

    `choix` says which dossier each group of fields was taken from; `etats` the states before and after;
    `mouvements` every row written, before and after: read by the undo, emptied once its delay is over.
    """

    garde = models.ForeignKey(Dossier, on_delete=models.CASCADE, related_name="fusions")
    absorbe = models.ForeignKey(Dossier, on_delete=models.CASCADE, related_name="absorptions")
    choix = models.JSONField(default=dict)
    etats = models.JSONField("états", default=dict)
    mouvements = models.JSONField(default=list)
    par = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    mairie = models.ForeignKey(Mairie, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    le = models.DateTimeField()
    defaisable_jusqu_au = models.DateField("peut être défaite jusqu’au")
    defaite_le = models.DateTimeField("défaite le", null=True, blank=True)
    defaite_par = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )

    class Meta:
        ordering = ["-le", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["absorbe"],
                condition=Q(defaite_le__isnull=True),
                name="fusion_absorbe_une_fois",
                violation_error_message="Ce dossier est déjà fusionné avec un autre.",
            ),
            models.CheckConstraint(
                name="fusion_deux_dossiers",
                condition=~Q(garde=F("absorbe")),
                violation_error_message="Un dossier ne se fusionne pas avec lui-même.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.absorbe_id} dans {self.garde_id}"
