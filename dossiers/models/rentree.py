"""What becomes of each present child at its structure's passage date, and who signed it."""

import pghistory
from django.conf import settings
from django.contrib.postgres.fields import ArrayField, DateRangeField
from django.contrib.postgres.indexes import GistIndex
from django.db import models
from django.db.models import F, Q

from structures.models import Section, Structure

from .admission import Admission


class SortRentree(models.TextChoices):
    PART = "part", "Part"
    MONTE = "monte", "Monte de section"
    RESTE = "reste", "Reste dans sa section"
    INCONNU = "inconnu", "On ne sait pas encore"


class MotifDerogation(models.TextChoices):
    """Why a child stays where its age would have it move up or leave; never its health."""

    ECOLE_REPORTEE = "ecole_reportee", "École l’année suivante"
    SANS_PLACE_AU_DESSUS = "sans_place_au_dessus", "Pas de place dans la section suivante"
    FRATRIE = "fratrie", "Frère ou sœur dans la section"
    DEPART_PROCHAIN = "depart_prochain", "Départ prévu peu après"
    EQUIPE = "equipe", "Choix de l’équipe avec la famille"


@pghistory.track()
class MouvementRentree(models.Model):
    """What the director says of one present child for one passage date; `dernier_jour` when it leaves."""

    admission = models.ForeignKey(Admission, on_delete=models.CASCADE, related_name="mouvements")
    passage_le = models.DateField("rentrée du")
    sort = models.CharField("ce que devient l’enfant", max_length=10, choices=SortRentree)
    dernier_jour = models.DateField("dernier jour", null=True, blank=True)
    section = models.ForeignKey(
        Section, null=True, blank=True, on_delete=models.PROTECT, related_name="+", verbose_name="monte en"
    )
    motif = models.CharField("motif de la dérogation", max_length=24, choices=MotifDerogation, blank=True)
    dit_le = models.DateTimeField()
    dit_par = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )

    class Meta:
        ordering = ["admission", "passage_le"]
        constraints = [
            models.UniqueConstraint(fields=["admission", "passage_le"], name="mouvement_unique"),
            models.CheckConstraint(
                name="mouvement_part_un_jour",
                condition=Q(sort=SortRentree.PART, dernier_jour__isnull=False)
                | (~Q(sort=SortRentree.PART) & Q(dernier_jour__isnull=True)),
                violation_error_message="Un enfant qui part a un dernier jour, les autres n’en ont pas.",
            ),
            models.CheckConstraint(
                name="mouvement_monte_une_section",
                condition=Q(sort=SortRentree.MONTE, section__isnull=False)
                | (~Q(sort=SortRentree.MONTE) & Q(section__isnull=True)),
                violation_error_message="Un enfant qui monte a une section, les autres gardent la leur.",
            ),
            models.CheckConstraint(
                name="mouvement_motif_de_derogation",
                condition=Q(motif="") | Q(sort=SortRentree.RESTE),
                violation_error_message="Un motif de dérogation va avec un enfant qui reste.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.admission}, {self.get_sort_display()}"


@pghistory.track()
class SignatureRentree(models.Model):
    """The director signs the movements of one passage date; a later change reopens it, the line stays."""

    structure = models.ForeignKey(Structure, on_delete=models.CASCADE, related_name="signatures")
    passage_le = models.DateField("rentrée du")
    signee_le = models.DateTimeField("signée le")
    signee_par = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    rouverte_le = models.DateTimeField("rouverte le", null=True, blank=True)

    class Meta:
        ordering = ["structure", "passage_le", "-signee_le"]
        constraints = [
            models.UniqueConstraint(
                fields=["structure", "passage_le"],
                name="signature_une_en_cours",
                condition=Q(rouverte_le__isnull=True),
                violation_error_message="Ces mouvements sont déjà signés.",
            ),
            models.CheckConstraint(
                name="signature_rouverte_apres",
                condition=Q(rouverte_le__isnull=True) | Q(rouverte_le__gte=F("signee_le")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.structure}, {self.passage_le:%d/%m/%Y}"


class Occupation(models.Model):
    """Projection, written by the database alone: the section each admission occupies, day by day.

    One row per section the child goes through: it moves up at its structure's passage date, unless a
    movement says otherwise, and leaves at its contract's end, its said last day, or for school.
    """

    admission = models.ForeignKey(Admission, on_delete=models.CASCADE, related_name="occupations")
    section = models.ForeignKey(Section, on_delete=models.CASCADE, related_name="occupations")
    demi_journees = ArrayField(models.PositiveSmallIntegerField())
    periode = DateRangeField()

    class Meta:
        ordering = ["admission", "periode"]
        indexes = [GistIndex(fields=["section", "periode"], name="occupation_section_periode")]

    def __str__(self) -> str:
        return f"{self.admission_id} dans {self.section_id}"
