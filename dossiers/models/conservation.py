"""Retention: what stays of an anonymised dossier, what holds it back, what each night did."""

import pghistory
from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from dossiers.regles import conservation
from structures.models import Quartier, Tache, TypeStructure

from .dossier import Dossier, TypeBesoin
from .famille import Famille


@pghistory.track()
class TraceStatistique(models.Model):
    """The figures of a dossier whose names are gone; the dossier itself keeps its months and its reason.

    `quartier` only where enough dossiers of the same year share it.
    """

    dossier = models.OneToOneField(Dossier, on_delete=models.CASCADE, related_name="trace")
    raison = models.CharField(max_length=12, choices=list(conservation.RAISONS.items()))
    quartier = models.ForeignKey(Quartier, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    age_entree_mois = models.SmallIntegerField("âge à l’entrée, en mois", null=True, blank=True)
    besoin = models.CharField(max_length=12, choices=TypeBesoin, blank=True)
    nb_demi_journees = models.PositiveSmallIntegerField("demi-journées demandées", default=0)
    entree_mois = models.DateField("mois d’entrée souhaité", null=True, blank=True)
    declare = models.IntegerField("points déclarés", null=True, blank=True)
    verifie = models.IntegerField("points vérifiés", null=True, blank=True)
    types_structures = ArrayField(
        models.CharField(max_length=30, choices=TypeStructure), default=list, verbose_name="types choisis"
    )

    class Meta:
        verbose_name = "trace statistique"

    def __str__(self) -> str:
        return f"trace du dossier {self.dossier_id}"


class MotifMaintien(models.TextChoices):
    RECOURS = "recours", "Recours ou contentieux en cours"
    DEFENSEUR_DROITS = "defenseur_droits", "Saisine du Défenseur des droits"
    CADA = "cada", "Demande de communication en cours"
    DROITS_PERSONNE = "droits_personne", "La famille exerce ses droits"
    REQUISITION = "requisition", "Réquisition"


@pghistory.track()
class Maintien(models.Model):
    """A legal hold: the dossier keeps its names until the last day said, or until it is lifted."""

    dossier = models.ForeignKey(Dossier, on_delete=models.CASCADE, related_name="maintiens")
    motif = models.CharField(max_length=20, choices=MotifMaintien)
    jusqu_au = models.DateField("jusqu’au")
    pose_le = models.DateTimeField("posé le")
    pose_par = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    leve_le = models.DateTimeField("levé le", null=True, blank=True)
    leve_par = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )

    class Meta:
        ordering = ["-pose_le"]
        constraints = [
            models.UniqueConstraint(
                fields=["dossier"],
                condition=Q(leve_le__isnull=True),
                name="maintien_un_par_dossier",
                violation_error_message="Ce dossier est déjà maintenu.",
            )
        ]

    def __str__(self) -> str:
        return f"{self.get_motif_display()}, jusqu’au {self.jusqu_au:%d/%m/%Y}"


@pghistory.track()
class NuitConservation(models.Model):
    """What a day's purge did, counted in the transactions that did it: a night that dies loses no count."""

    jour = models.DateField(unique=True)
    commencee_le = models.DateTimeField("commencée le")
    finie_le = models.DateTimeField("finie le", null=True, blank=True)
    dossiers = models.JSONField("dossiers par raison", default=dict)
    familles = models.PositiveIntegerField("foyers", default=0)
    balayes = models.JSONField("autres objets", default=dict)

    class Meta:
        ordering = ["-jour"]
        verbose_name = "nuit de conservation"

    def __str__(self) -> str:
        return f"conservation du {self.jour:%d/%m/%Y}"


@pghistory.track()
class ExportAcces(models.Model):
    """Everything held about one family, handed over on request (art. 15); the files go after a few days."""

    famille = models.ForeignKey(Famille, on_delete=models.CASCADE, related_name="exports_acces")
    numero = models.CharField("dossier", max_length=12)
    rang = models.PositiveSmallIntegerField("responsable qui demande")
    pdf = models.FileField(upload_to="acces/", blank=True)
    json = models.FileField(upload_to="acces/", blank=True)
    tache = models.ForeignKey(Tache, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    demande_le = models.DateTimeField("demandé le")
    demande_par = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="exports_acces"
    )
    expire_le = models.DateTimeField("gardé jusqu’au")

    class Meta:
        ordering = ["-demande_le"]
        verbose_name = "export d’accès"
        constraints = [
            models.CheckConstraint(
                name="export_acces_expire",
                condition=Q(expire_le__gt=F("demande_le")),
                violation_error_message="Un export se garde au moins un instant.",
            )
        ]

    def __str__(self) -> str:
        return f"accès, dossier {self.numero}"
