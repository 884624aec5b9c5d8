"""Around the session in the room: lines marked beforehand, and what everyone's screen shows."""

import pghistory
import pgtrigger
from django.conf import settings
from django.db import models

from structures.models import Section

from .passage import PassageVoeu
from .seance import Seance


class MotifDiscussion(models.TextChoices):
    """Why a line is to be talked about: never what a family lives through."""

    EGALITE = "egalite", "Égalité de points"
    FRATRIE = "fratrie", "Frères et sœurs à regarder ensemble"
    SEMAINE = "semaine", "Semaine ou jours à ajuster"
    ENTREE = "entree", "Date d’entrée à préciser"
    GARANTIE = "garantie", "Place garantie"
    GROUPE = "groupe", "Équilibre du groupe de la section"
    VIVE_VOIX = "vive_voix", "À exposer de vive voix"


@pghistory.track()
class LigneADiscuter(models.Model):
    """A line of the agenda that is not validated in block: the pre-session marked it."""

    voeu = models.OneToOneField(PassageVoeu, on_delete=models.PROTECT, related_name="a_discuter")
    motif = models.CharField(max_length=10, choices=MotifDiscussion)
    marquee_le = models.DateTimeField("marquée le")
    marquee_par = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )

    class Meta:
        ordering = ["voeu"]
        verbose_name = "ligne à discuter"
        verbose_name_plural = "lignes à discuter"
        constraints = [
            models.CheckConstraint(
                name="ligne_a_discuter_motivee",
                condition=~models.Q(motif=""),
                violation_error_message="Dites pourquoi cette ligne est à discuter.",
            )
        ]

    def __str__(self) -> str:
        return f"{self.voeu}, {self.get_motif_display()}"


@pghistory.track()
class Projection(models.Model):
    """The section and the line the room looks at; every member's screen follows it."""

    seance = models.OneToOneField(Seance, on_delete=models.CASCADE, related_name="projection")
    section = models.ForeignKey(Section, on_delete=models.PROTECT, related_name="+")
    voeu = models.ForeignKey(PassageVoeu, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    change_le = models.DateTimeField("changée le")

    class Meta:
        ordering = ["seance"]

    def __str__(self) -> str:
        return f"{self.seance}, {self.section}"


_RECALCUL_FIXE = """
    IF TG_OP = 'UPDATE' AND NEW.fait_par_id IS NULL
        AND to_jsonb(NEW) - 'fait_par_id' = to_jsonb(OLD) - 'fait_par_id' THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'guichet: un recalcul ne change pas';
"""


@pghistory.track(exclude=["instance", "resultat"])
class Recalcul(models.Model):
    """The engine run again during the séance on what is not decided yet; the last one replaces, for those
    lines only, what the frozen proposal said.
    """

    seance = models.ForeignKey(Seance, on_delete=models.PROTECT, related_name="recalculs")
    instance = models.TextField()
    resultat = models.TextField("résultat")
    empreinte = models.CharField(max_length=64)
    moteur = models.CharField(max_length=20)
    fait_le = models.DateTimeField("fait le")
    fait_par = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )

    class Meta:
        ordering = ["seance", "-pk"]
        constraints = [
            models.CheckConstraint(
                name="recalcul_signe",
                condition=models.Q(empreinte__regex=r"^[0-9a-f]{64}$") & ~models.Q(resultat=""),
                violation_error_message="Un recalcul porte son résultat et son empreinte.",
            )
        ]
        triggers = [
            pgtrigger.Trigger(
                name="recalcul_fixe",
                when=pgtrigger.Before,
                operation=pgtrigger.Update | pgtrigger.Delete,
                func=_RECALCUL_FIXE,
            )
        ]

    def __str__(self) -> str:
        return f"Recalcul, {self.seance}"
