"""What the engine proposed for a frozen séance: stored as it came out, signed, never rewritten."""

import pghistory
import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q

from structures.models import Tache

from .seance import Seance

# Only the links to who asked and to the job may fade: everything an auditor replays stays.
_FIXE = ("seance_id", "moteur", "empreinte_instance", "resultat", "empreinte", "faite_le")
_PROPOSITION_FIXE = f"""
    IF TG_OP = 'DELETE' OR {" OR ".join(f"NEW.{c} IS DISTINCT FROM OLD.{c}" for c in _FIXE)} THEN
        RAISE EXCEPTION 'guichet: une proposition ne change pas';
    END IF;
    RETURN NEW;
"""


@pghistory.track(exclude=["resultat"])
class Proposition(models.Model):
    """One run of the engine on the frozen instance of a séance; the last one is what the commission reads.

    `resultat` is its canonical JSON and `empreinte` the SHA-256 of those bytes; `empreinte_instance` signs
    what it was computed from, and `moteur` is the version to replay it with.
    """

    seance = models.ForeignKey(Seance, on_delete=models.PROTECT, related_name="propositions")
    moteur = models.CharField(max_length=20)
    empreinte_instance = models.CharField(max_length=64)
    resultat = models.TextField("résultat")
    empreinte = models.CharField(max_length=64)
    tache = models.ForeignKey(Tache, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    faite_le = models.DateTimeField("faite le")
    faite_par = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )

    class Meta:
        ordering = ["seance", "-faite_le", "-pk"]
        constraints = [
            # The engine gives the same bytes for the same instance: a second row would say nothing more.
            models.UniqueConstraint(
                fields=["seance", "empreinte_instance", "moteur"], name="proposition_unique"
            ),
            models.CheckConstraint(
                name="proposition_signee",
                condition=~Q(resultat="") & ~Q(moteur="") & Q(empreinte__regex=r"^[0-9a-f]{64}$"),
                violation_error_message="Une proposition porte son résultat, sa version et son empreinte.",
            ),
        ]
        triggers = [
            pgtrigger.Trigger(
                name="proposition_fixe",
                when=pgtrigger.Before,
                operation=pgtrigger.Update | pgtrigger.Delete,
                func=_PROPOSITION_FIXE,
            )
        ]

    def __str__(self) -> str:
        return f"Proposition pour {self.seance}"
