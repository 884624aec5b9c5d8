"""What the commission advised for each dossier, and the documents printed for it."""

import pghistory
import pgtrigger
from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from structures.models import Section, Tache

from .passage import Passage
from .seance import Seance


class SensDecision(models.TextChoices):
    ADMIS = "admis", "Admettre"
    LISTE_COMPLEMENTAIRE = "liste_complementaire", "Liste complémentaire"
    AJOURNE = "ajourne", "Ajourner"
    NON_RETENU = "non_retenu", "Ne pas retenir"


class MotifDecision(models.TextChoices):
    PLACES_TRANCHE = "places_tranche", "Pas de place dans la tranche d’âge"
    PLACES_JOURS = "places_jours", "Pas de place les jours demandés"
    PLACES_STRUCTURES = "places_structures", "Pas de place dans les structures choisies"
    RANG = "rang", "Rang inférieur au dernier admis"
    DATE_ENTREE = "date_entree", "Date d’entrée hors de la période"
    DOSSIER_A_JOUR = "dossier_a_jour", "Dossier à mettre à jour"


@pghistory.track()
class Decision(models.Model):
    """The avis on one passage; an admission names its section and half-days, anything else a coded reason."""

    passage = models.OneToOneField(Passage, on_delete=models.PROTECT, related_name="decision")
    sens = models.CharField(max_length=20, choices=SensDecision)
    motif = models.CharField(max_length=20, choices=MotifDecision, blank=True)
    section = models.ForeignKey(Section, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    choix = models.PositiveSmallIntegerField(null=True, blank=True)
    demi_journees = ArrayField(models.PositiveSmallIntegerField(), default=list, blank=True)
    rang_complementaire = models.PositiveSmallIntegerField(null=True, blank=True)
    prise_le = models.DateTimeField("prise le")
    prise_par = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )

    class Meta:
        ordering = ["passage"]
        verbose_name = "décision"
        constraints = [
            models.CheckConstraint(
                name="decision_sens",
                condition=(
                    Q(sens=SensDecision.ADMIS, section__isnull=False, demi_journees__len__gte=1)
                    | (~Q(sens=SensDecision.ADMIS) & ~Q(motif=""))
                ),
                violation_error_message="Une admission dit où et quand ; une autre décision porte un motif.",
            )
        ]

    def __str__(self) -> str:
        return f"{self.passage}, {self.get_sens_display()}"


class VersionOrdreDuJour(models.TextChoices):
    SANS_NOMS = "sans_noms", "Version sans noms"
    NOMINATIVE = "nominative", "Version nominative"


@pghistory.track()
class OrdreDuJour(models.Model):
    """An agenda as printed: the stored file, its SHA-256, and the job that made it."""

    seance = models.ForeignKey(Seance, on_delete=models.PROTECT, related_name="ordres_du_jour")
    version = models.CharField(max_length=12, choices=VersionOrdreDuJour)
    fichier = models.FileField(upload_to="ordres-du-jour/", blank=True)
    empreinte = models.CharField(max_length=64, blank=True)
    pages = models.PositiveSmallIntegerField(null=True, blank=True)
    tache = models.ForeignKey(Tache, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    demande_le = models.DateTimeField("demandé le")
    demande_par = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )

    class Meta:
        ordering = ["-demande_le"]
        verbose_name = "ordre du jour"
        triggers = [
            # A printed agenda is what members hold in their hands: its file and digest are written once.
            pgtrigger.Protect(
                name="ordre_du_jour_imprime",
                operation=pgtrigger.Update | pgtrigger.Delete,
                condition=~pgtrigger.Q(old__empreinte=""),
            )
        ]

    def __str__(self) -> str:
        return f"{self.get_version_display()}, {self.seance}"
