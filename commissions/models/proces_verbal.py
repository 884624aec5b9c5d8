"""The minutes: what the commission advised, fixed by the presidence."""

import pghistory
import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q

from structures.models import Tache

from .seance import Seance

_PROCES_VERBAL_FIXE = """
    IF TG_OP = 'UPDATE' AND OLD.empreinte_fichier = ''
        AND (NEW.contenu, NEW.empreinte, NEW.valide_le, NEW.seance_id)
            = (OLD.contenu, OLD.empreinte, OLD.valide_le, OLD.seance_id) THEN
        RETURN NEW;
    END IF;
    IF TG_OP = 'UPDATE' AND NEW.valide_par_id IS NULL
        AND to_jsonb(NEW) - 'valide_par_id' = to_jsonb(OLD) - 'valide_par_id' THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'guichet: ce proces-verbal est valide';
"""


@pghistory.track(exclude=["contenu"])
class ProcesVerbal(models.Model):
    """Validated minutes: `contenu` is their canonical JSON, nameless, and `empreinte` its SHA-256.

    The PDF is made from it by a job, then stored once with its own digest.
    """

    seance = models.OneToOneField(Seance, on_delete=models.PROTECT, related_name="proces_verbal")
    contenu = models.TextField()
    empreinte = models.CharField(max_length=64)
    valide_le = models.DateTimeField("validé le")
    valide_par = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    fichier = models.FileField(upload_to="proces-verbaux/", blank=True)
    empreinte_fichier = models.CharField(max_length=64, blank=True)
    pages = models.PositiveSmallIntegerField(null=True, blank=True)
    tache = models.ForeignKey(Tache, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")

    class Meta:
        ordering = ["-valide_le"]
        verbose_name = "procès-verbal"
        verbose_name_plural = "procès-verbaux"
        constraints = [
            models.CheckConstraint(
                name="proces_verbal_signe",
                condition=~Q(contenu="") & ~Q(empreinte=""),
                violation_error_message="Un procès-verbal validé porte son texte et son empreinte.",
            )
        ]
        triggers = [
            pgtrigger.Trigger(
                name="proces_verbal_fixe",
                when=pgtrigger.Before,
                operation=pgtrigger.Update | pgtrigger.Delete,
                func=_PROCES_VERBAL_FIXE,
            )
        ]

    def __str__(self) -> str:
        return f"Procès-verbal, {self.seance}"
