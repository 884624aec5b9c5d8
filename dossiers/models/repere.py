"""Where a person stopped reading what moved."""

import pghistory
from django.conf import settings
from django.db import models


@pghistory.track()
class Repere(models.Model):
    """The moment up to which this person said « J’ai vu »: reading a page never moves it."""

    agent = models.OneToOneField(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="repere")
    vu_le = models.DateTimeField("vu jusqu’au")

    class Meta:
        verbose_name = "repère"

    def __str__(self) -> str:
        return f"{self.agent}, {self.vu_le:%d/%m/%Y}"
