"""What two people may correct at once: each change counted, and signed."""

from django.db import models


class Versionne(models.Model):
    """`version` grows with each change made on a page; services refuse one made from an older version."""

    version = models.PositiveIntegerField(default=1, db_default=1, editable=False)
    modifie_par = models.ForeignKey(
        "structures.Agent", null=True, editable=False, on_delete=models.SET_NULL, related_name="+"
    )

    class Meta:
        abstract = True
