"""An information contact: a family came or called, was told where to go, and has no dossier yet."""

import pghistory
from django.conf import settings
from django.db import models
from django.db.models import F, Q

from structures.models import Mairie, Quartier

from .brouillon import Brouillon
from .dossier import Dossier, TypeBesoin


class CanalRenseignement(models.TextChoices):
    GUICHET = "guichet", "Au guichet"
    APPEL = "appel", "Au téléphone"
    COURRIEL = "courriel", "Par courriel"


class Orientation(models.TextChoices):
    """Where the family was sent: a closed list, counted."""

    PREINSCRIPTION = "preinscription", "Pré-inscription en crèche"
    RELAIS = "relais", "Relais petite enfance"
    ASSISTANTE = "assistante_maternelle", "Assistante maternelle"
    GARDE_DOMICILE = "garde_domicile", "Garde à domicile"
    HALTE = "halte_garderie", "Halte-garderie"
    MICRO_CRECHE = "micro_creche", "Micro-crèche privée"
    CAF = "caf", "CAF"
    PMI = "pmi", "PMI"
    AUTRE_COMMUNE = "autre_commune", "Autre commune"
    ECOLE = "ecole", "École"
    AUCUNE = "aucune", "Aucune, simple renseignement"


@pghistory.track()
class Renseignement(models.Model):
    """Need, age and orientation; nameless unless the family wishes to be called back.

    The child has an age or a term, in months only. A free note does not exist.
    """

    le = models.DateTimeField()
    mairie = models.ForeignKey(Mairie, on_delete=models.PROTECT, related_name="renseignements")
    par = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    canal = models.CharField(max_length=10, choices=CanalRenseignement, default=CanalRenseignement.GUICHET)
    age_mois = models.PositiveSmallIntegerField("âge en mois", null=True, blank=True)
    terme_mois = models.DateField("mois du terme", null=True, blank=True)
    besoin = models.CharField(max_length=12, choices=TypeBesoin)
    jours_semaine = models.PositiveSmallIntegerField("jours par semaine", null=True, blank=True)
    entree_mois = models.DateField("mois d’entrée", null=True, blank=True)
    quartier = models.ForeignKey(Quartier, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    orientation = models.CharField(max_length=24, choices=Orientation)
    rendez_vous_le = models.DateTimeField("rendez-vous le", null=True, blank=True)
    nom = models.CharField(max_length=80, blank=True)
    telephone = models.CharField("téléphone", max_length=20, blank=True)
    brouillon = models.ForeignKey(
        Brouillon, null=True, blank=True, on_delete=models.SET_NULL, related_name="renseignements"
    )
    dossier = models.ForeignKey(
        Dossier, null=True, blank=True, on_delete=models.SET_NULL, related_name="renseignements"
    )

    class Meta:
        ordering = ["-le", "-pk"]
        verbose_name = "renseignement"
        indexes = [
            models.Index(fields=["mairie", "-le"], name="renseignement_mairie_le"),
            models.Index(
                fields=["rendez_vous_le"],
                name="renseignement_rendez_vous",
                condition=Q(rendez_vous_le__isnull=False),
            ),
        ]
        constraints = [
            models.CheckConstraint(
                name="renseignement_age_ou_terme",
                condition=Q(age_mois__isnull=False, terme_mois__isnull=True)
                | Q(age_mois__isnull=True, terme_mois__isnull=False),
                violation_error_message="Dites l’âge en mois, ou le mois du terme.",
            ),
            models.CheckConstraint(
                name="renseignement_age_borne",
                condition=Q(age_mois__isnull=True) | Q(age_mois__lte=83),
                violation_error_message="Cet âge dépasse celui d’une crèche.",
            ),
            models.CheckConstraint(
                name="renseignement_mois_seuls",
                condition=(Q(terme_mois__isnull=True) | Q(terme_mois__day=1))
                & (Q(entree_mois__isnull=True) | Q(entree_mois__day=1)),
                violation_error_message="Un renseignement ne garde que des mois.",
            ),
            models.CheckConstraint(
                name="renseignement_jours_bornes",
                condition=Q(jours_semaine__isnull=True) | Q(jours_semaine__range=(1, 5)),
                violation_error_message="Une semaine d’accueil a de 1 à 5 jours.",
            ),
            models.CheckConstraint(
                name="renseignement_rendez_vous_ensuite",
                condition=Q(rendez_vous_le__isnull=True) | Q(rendez_vous_le__gt=F("le")),
                violation_error_message="Le rendez-vous vient après le renseignement.",
            ),
        ]

    def __str__(self) -> str:
        return f"Renseignement du {self.le:%d/%m/%Y}"
