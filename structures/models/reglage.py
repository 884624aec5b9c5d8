"""What a city votes on, dated: the value of a setting is the last one in force that day."""

import pghistory
from django.db import models


@pghistory.track()
class Reglage(models.Model):
    """`cle` belongs to `structures.regles.reglages.REGLAGES`, which gives its type and default."""

    cle = models.CharField("réglage", max_length=60)
    valeur = models.JSONField()
    a_partir_du = models.DateField("à partir du")
    pose_par = models.ForeignKey(
        "structures.Agent", null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )

    class Meta:
        ordering = ["cle", "-a_partir_du"]
        constraints = [
            models.UniqueConstraint(
                fields=["cle", "a_partir_du"],
                name="reglage_unique_par_jour",
                violation_error_message="Ce réglage a déjà une valeur à partir de ce jour.",
            )
        ]

    def __str__(self) -> str:
        return f"{self.cle} = {self.valeur}"
