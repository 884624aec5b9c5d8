"""The children present: who occupies which half-days of which section, from when to when."""

import pghistory
import pgtrigger
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import ArrayField, DateRangeField, RangeOperators
from django.contrib.postgres.indexes import GistIndex
from django.db import models
from django.db.models import F, Func, Q, Value
from django.db.models.functions import Coalesce

from structures.models import PlacesEmployeur, Section

from .dossier import Dossier
from .enfant import Enfant

# Only a séance gives a regular place: an emergency keeps its origin and never lasts longer than it was said.
_URGENCE_GARDEE = """
    IF NEW.origine <> 'urgence' THEN
        RAISE EXCEPTION 'guichet: un accueil d''urgence ne devient pas une place reguliere'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'admission_urgence_gardee';
    END IF;
    IF NEW.fin > greatest(OLD.fin, OLD.fin_prevue) THEN
        RAISE EXCEPTION 'guichet: un accueil d''urgence ne se prolonge pas'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'admission_urgence_prolongee';
    END IF;
    RETURN NEW;
"""


class OrigineAdmission(models.TextChoices):
    COMMISSION = "commission", "Commission"
    URGENCE = "urgence", "Urgence"
    DIRECTE = "directe", "Admission directe"
    REPRISE = "reprise", "Reprise des enfants présents"


class MotifDepart(models.TextChoices):
    """Why a child leaves before its contract ends; never its health nor what happened."""

    FIN_CONTRAT = "fin_contrat", "Fin du contrat demandée par la famille"
    DEMENAGEMENT = "demenagement", "Déménagement hors commune"
    AUTRE_MODE = "autre_mode", "Autre mode d’accueil trouvé"
    ECOLE = "ecole", "Entrée à l’école"
    RUPTURE = "rupture", "Contrat rompu par la structure"
    DECES = "deces", "Décès"


class MotifDepassement(models.TextChoices):
    """Why a child is admitted above the places of a section, under the legal ceiling."""

    URGENCE = "urgence", "Accueil d’urgence"
    FRATRIE = "fratrie", "Frère ou sœur déjà présent"
    DEPART_ANNONCE = "depart_annonce", "Départ annoncé d’un autre enfant"
    ABSENCES = "absences", "Absences habituelles ces demi-journées"
    ERREUR_STRUCTURE = "erreur_structure", "Erreur de la structure à réparer"


@pghistory.track()
class Admission(models.Model):
    """A child's contract in a section; adaptation and contract both occupy, and never overlap another.

    A departure noted brings `fin` forward to `depart_le`; `fin_prevue` is the end it had, for the undo. An
    emergency always has an end, and never becomes a regular place: that one is another row.

    `section` is the one it entered; `Occupation` says which one it is in each day. The database refuses an
    admission above the section's legal ceiling, and one above its places without `motif_depassement`.
    `employeur` are the paid places it takes, instead of the section's ordinary ones, while they hold.
    `horaires` are as in `Besoin`; a half-day without hours uses neither opening nor closing.
    """

    enfant = models.ForeignKey(Enfant, on_delete=models.PROTECT, related_name="admissions")
    dossier = models.ForeignKey(
        Dossier, null=True, blank=True, on_delete=models.PROTECT, related_name="admissions"
    )
    section = models.ForeignKey(Section, on_delete=models.PROTECT, related_name="admissions")
    demi_journees = ArrayField(models.PositiveSmallIntegerField(), verbose_name="demi-journées")
    horaires = models.JSONField(default=dict, db_default={}, blank=True)
    adaptation_le = models.DateField("première adaptation le", null=True, blank=True)
    debut = models.DateField("début du contrat")
    fin = models.DateField("fin du contrat", null=True, blank=True)
    origine = models.CharField(max_length=12, choices=OrigineAdmission, default=OrigineAdmission.COMMISSION)
    cle_reprise = models.CharField(max_length=64, blank=True, db_index=True)
    depart_le = models.DateField("dernier jour", null=True, blank=True)
    motif_depart = models.CharField("motif du départ", max_length=12, choices=MotifDepart, blank=True)
    depart_constate_le = models.DateTimeField("départ noté le", null=True, blank=True)
    fin_prevue = models.DateField("fin prévue avant le départ", null=True, blank=True)
    motif_depassement = models.CharField(
        "motif au-dessus des places", max_length=20, choices=MotifDepassement, blank=True
    )
    employeur = models.ForeignKey(
        PlacesEmployeur, null=True, blank=True, on_delete=models.PROTECT, related_name="admissions"
    )
    periode = models.GeneratedField(
        expression=Func(
            Coalesce("adaptation_le", "debut"),
            F("fin"),
            Value("[]"),
            function="daterange",
            output_field=DateRangeField(),
        ),
        output_field=DateRangeField(),
        db_persist=True,
    )

    class Meta:
        ordering = ["-debut", "pk"]
        indexes = [GistIndex(fields=["section", "periode"], name="admission_section_periode")]
        constraints = [
            models.CheckConstraint(
                name="admission_dates",
                condition=Q(fin__isnull=True) | Q(fin__gte=F("debut")),
                violation_error_message="La fin du contrat précède son début.",
            ),
            models.CheckConstraint(
                name="admission_adaptation",
                condition=Q(adaptation_le__isnull=True) | Q(adaptation_le__lte=F("debut")),
                violation_error_message="L’adaptation précède le contrat.",
            ),
            models.CheckConstraint(
                name="admission_une_demi_journee",
                condition=Q(demi_journees__len__gte=1),
                violation_error_message="Une admission occupe au moins une demi-journée.",
            ),
            models.CheckConstraint(
                name="admission_depart",
                condition=Q(depart_constate_le__isnull=True, depart_le__isnull=True, motif_depart="")
                | (Q(depart_constate_le__isnull=False, depart_le__isnull=False) & ~Q(motif_depart="")),
                violation_error_message="Un départ a son dernier jour, son motif et le moment où on le note.",
            ),
            models.CheckConstraint(
                name="admission_urgence_finie",
                condition=~Q(origine=OrigineAdmission.URGENCE) | Q(fin__isnull=False),
                violation_error_message="Un accueil d’urgence a toujours une fin.",
            ),
            ExclusionConstraint(
                name="admission_sans_chevauchement",
                expressions=[("enfant", RangeOperators.EQUAL), ("periode", RangeOperators.OVERLAPS)],
                violation_error_message="Cet enfant a déjà une admission sur ces dates.",
            ),
        ]
        triggers = [
            pgtrigger.Trigger(
                name="admission_urgence_gardee",
                when=pgtrigger.Before,
                operation=pgtrigger.Update,
                condition=pgtrigger.Q(old__origine=OrigineAdmission.URGENCE),
                func=_URGENCE_GARDEE,
            )
        ]

    def __str__(self) -> str:
        return f"{self.enfant} à {self.section}"
