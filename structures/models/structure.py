"""The crèches and their age sections."""

import pghistory
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from structures.regles.ages import Age, BandeAge
from structures.regles.semaine import SEMAINE_PLEINE

from .gestionnaire import Gestionnaire
from .mairie import Quartier
from .version import Versionne


def semaine_pleine() -> list[int]:
    return list(SEMAINE_PLEINE)


class TypeStructure(models.TextChoices):
    MULTI_ACCUEIL = "multi_accueil", "Multi-accueil"
    CRECHE_COLLECTIVE = "creche_collective", "Crèche collective"
    CRECHE_FAMILIALE = "creche_familiale", "Crèche familiale"
    CRECHE_PARENTALE = "creche_parentale", "Crèche parentale"
    HALTE_GARDERIE = "halte_garderie", "Halte-garderie"
    MICRO_CRECHE = "micro_creche", "Micro-crèche"
    JARDIN_ENFANTS = "jardin_enfants", "Jardin d’enfants"


class TrancheAge(models.TextChoices):
    BEBES = "bebes", "Bébés"
    MOYENS = "moyens", "Moyens"
    GRANDS = "grands", "Grands"
    MIXTE = "mixte", "Âges mêlés"


@pghistory.track()
class Structure(Versionne):
    code = models.SlugField(max_length=40, unique=True)
    nom = models.CharField(max_length=120, unique=True)
    autres_noms = ArrayField(models.CharField(max_length=120), default=list, blank=True)
    type = models.CharField(max_length=20, choices=TypeStructure)
    gestionnaire = models.ForeignKey(Gestionnaire, on_delete=models.PROTECT, related_name="structures")
    quartier = models.ForeignKey(Quartier, on_delete=models.PROTECT, related_name="structures")
    adresse = models.CharField(max_length=200, blank=True)
    telephone = models.CharField("téléphone", max_length=20, blank=True)
    courriel = models.EmailField(blank=True)
    capacite_autorisee = models.PositiveSmallIntegerField("capacité autorisée")
    ouverture = ArrayField(
        models.PositiveSmallIntegerField(), default=semaine_pleine, verbose_name="demi-journées d’ouverture"
    )
    passage_mois = models.PositiveSmallIntegerField("mois de passage de section", default=9)
    passage_jour = models.PositiveSmallIntegerField("jour de passage de section", default=1)
    ouverte = models.BooleanField("ouverte aux vœux", default=True)

    class Meta:
        ordering = ["nom"]
        constraints = [
            models.CheckConstraint(
                name="structure_passage",
                condition=Q(passage_mois__range=(1, 12), passage_jour__range=(1, 28)),
                violation_error_message="Le jour de passage va du 1er au 28 d’un mois.",
            )
        ]

    def __str__(self) -> str:
        return self.nom


@pghistory.track()
class Section(Versionne):
    """One age band of a structure; ages are [minimum, maximum[ at entry."""

    structure = models.ForeignKey(Structure, on_delete=models.CASCADE, related_name="sections")
    nom = models.CharField(max_length=80)
    tranche = models.CharField(max_length=10, choices=TrancheAge)
    age_min_mois = models.PositiveSmallIntegerField("âge minimum, mois", default=0)
    age_min_jours = models.PositiveSmallIntegerField("âge minimum, jours en plus", default=0)
    age_max_mois = models.PositiveSmallIntegerField("âge maximum, mois")

    class Meta:
        ordering = ["structure__nom", "age_min_mois", "age_min_jours", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["structure", "nom"],
                name="section_nom_unique",
                violation_error_message="Cette structure a déjà une section de ce nom.",
            ),
            models.CheckConstraint(
                name="section_ages",
                condition=Q(age_max_mois__gt=F("age_min_mois")),
                violation_error_message="L’âge maximum d’une section dépasse son âge minimum.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.structure} · {self.nom}"

    @property
    def bande(self) -> BandeAge:
        return BandeAge(self.pk, Age(self.age_min_mois, self.age_min_jours), Age(self.age_max_mois))

    @property
    def ages(self) -> str:
        bande = self.bande
        return f"{bande.minimum} à {bande.maximum}"
