"""The child, born or expected, and the births shared by twins."""

from datetime import date

import pghistory
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Q
from django.db.models.functions import Coalesce

from structures.regles.texte import cle

from .famille import Famille


class RegleGroupe(models.TextChoices):
    ENSEMBLE_SINON_SEPARES = "ensemble_sinon_separes", "Ensemble, sinon séparés"
    ENSEMBLE_OU_RIEN = "ensemble_ou_rien", "Ensemble, ou pas du tout"
    SEPARES = "separes", "Chacun pour soi"


class Sexe(models.TextChoices):
    FILLE = "F", "Fille"
    GARCON = "M", "Garçon"


@pghistory.track()
class GroupeNaissance(models.Model):
    """Twins, triplets: the children of one birth and how the family wants them received."""

    regle = models.CharField(
        "les accueillir", max_length=24, choices=RegleGroupe, default=RegleGroupe.ENSEMBLE_SINON_SEPARES
    )

    class Meta:
        verbose_name = "naissance multiple"

    def __str__(self) -> str:
        return f"Naissance multiple {self.pk}, {self.get_regle_display().lower()}"


@pghistory.track()
class Enfant(models.Model):
    """A child has a birth date or an expected one; the expected one is kept once the child is born."""

    famille = models.ForeignKey(Famille, on_delete=models.CASCADE, related_name="enfants")
    nom = models.CharField(max_length=80)
    prenom = models.CharField("prénom", max_length=80, blank=True)
    sexe = models.CharField(max_length=1, choices=Sexe, blank=True)
    date_naissance = models.DateField("date de naissance", null=True, blank=True)
    date_prevue_naissance = models.DateField("date prévue d’accouchement", null=True, blank=True)
    groupe = models.ForeignKey(
        GroupeNaissance, null=True, blank=True, on_delete=models.SET_NULL, related_name="enfants"
    )
    rang_naissance = models.PositiveSmallIntegerField("rang de naissance", default=1)
    cle_identite = models.CharField(max_length=170, editable=False, blank=True)
    naissance = models.GeneratedField(
        expression=Coalesce("date_naissance", "date_prevue_naissance"),
        output_field=models.DateField(),
        db_persist=True,
    )

    class Meta:
        indexes = [
            GinIndex(fields=["cle_identite"], opclasses=["gin_trgm_ops"], name="enfant_identite_trgm"),
            # With the name, so that a date's children are compared without reading their rows.
            models.Index(fields=["naissance", "id"], include=["cle_identite"], name="enfant_naissance"),
            models.Index(
                fields=["naissance", "id"],
                include=["cle_identite"],
                condition=Q(date_naissance__isnull=True),
                name="enfant_a_naitre",
            ),
        ]
        constraints = [
            models.CheckConstraint(
                name="enfant_date",
                condition=Q(date_naissance__isnull=False) | Q(date_prevue_naissance__isnull=False),
                violation_error_message="Indiquez la date de naissance ou la date prévue d’accouchement.",
            )
        ]

    def __str__(self) -> str:
        return f"{self.prenom or 'Enfant à naître'} {self.nom}"

    def save(self, *args: object, **kwargs: object) -> None:
        self.normaliser()
        super().save(*args, **kwargs)

    @property
    def a_naitre(self) -> bool:
        return self.date_naissance is None

    @property
    def ne_ou_prevu_le(self) -> date:
        """The day ages are counted from, before the row is read back from the database too."""
        jour = self.date_naissance or self.date_prevue_naissance
        if jour is None:
            raise ValueError("un enfant a une date de naissance ou un terme")
        return jour

    def normaliser(self) -> None:
        self.cle_identite = f"{cle(self.nom)} {cle(self.prenom)}".strip()
