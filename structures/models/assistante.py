"""The assistantes maternelles of a crèche familiale, and what each agrément lets them receive."""

import pghistory
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import ArrayField, DateRangeField, RangeOperators
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Func, Q, Value

from structures.regles.agrement import PLACES_MAXIMUM, AgrementLu

from .mairie import Quartier
from .structure import Structure, TypeStructure, semaine_pleine
from .version import Versionne


@pghistory.track()
class AssistanteMaternelle(Versionne):
    """Reference data of a crèche familiale. Its name is for its service; others read its initials."""

    structure = models.ForeignKey(Structure, on_delete=models.CASCADE, related_name="assistantes")
    nom = models.CharField(max_length=80)
    prenom = models.CharField("prénom", max_length=80)
    quartier = models.ForeignKey(Quartier, on_delete=models.PROTECT, related_name="assistantes")
    active = models.BooleanField("reçoit de nouveaux enfants", default=True)

    class Meta:
        ordering = ["nom", "prenom", "pk"]
        verbose_name = "assistante maternelle"
        constraints = [
            models.UniqueConstraint(
                fields=["structure", "nom", "prenom"],
                name="assistante_nom_unique",
                violation_error_message="Cette personne est déjà dans le service.",
            )
        ]

    def __str__(self) -> str:
        return f"{self.prenom} {self.nom}"

    @property
    def initiales(self) -> str:
        return f"{self.prenom[:1]}. {self.nom[:1]}."

    def clean(self) -> None:
        if self.structure.type != TypeStructure.CRECHE_FAMILIALE:
            raise ValidationError("Seule une crèche familiale a des assistantes maternelles.")


@pghistory.track()
class Agrement(Versionne):
    """What the département lets an assistante maternelle receive from `debut` to `fin` included.

    `places` children at once, on the half-days she works; ages are [minimum, maximum[ at the child's entry.
    """

    assistante = models.ForeignKey(AssistanteMaternelle, on_delete=models.CASCADE, related_name="agrements")
    debut = models.DateField("du")
    fin = models.DateField("au", null=True, blank=True)
    places = models.PositiveSmallIntegerField("enfants en même temps")
    age_min_mois = models.PositiveSmallIntegerField("âge minimum, mois", default=2)
    age_max_mois = models.PositiveSmallIntegerField("âge maximum, mois", default=48)
    demi_journees = ArrayField(
        models.PositiveSmallIntegerField(), default=semaine_pleine, verbose_name="demi-journées travaillées"
    )
    heure_debut = models.TimeField("à partir de", null=True, blank=True)
    heure_fin = models.TimeField("jusqu’à", null=True, blank=True)
    periode = models.GeneratedField(
        expression=Func(F("debut"), F("fin"), Value("[]"), function="daterange"),
        output_field=DateRangeField(),
        db_persist=True,
    )

    class Meta:
        ordering = ["assistante", "-debut"]
        verbose_name = "agrément"
        constraints = [
            models.CheckConstraint(
                name="agrement_dates",
                condition=Q(fin__isnull=True) | Q(fin__gte=F("debut")),
                violation_error_message="La fin de l’agrément précède son début.",
            ),
            models.CheckConstraint(
                name="agrement_places",
                condition=Q(places__range=(1, PLACES_MAXIMUM)),
                violation_error_message=f"Un agrément compte de 1 à {PLACES_MAXIMUM} enfants en même temps.",
            ),
            models.CheckConstraint(
                name="agrement_ages",
                condition=Q(age_max_mois__gt=F("age_min_mois")),
                violation_error_message="L’âge maximum de l’agrément dépasse son âge minimum.",
            ),
            models.CheckConstraint(
                name="agrement_une_demi_journee",
                condition=Q(demi_journees__len__gte=1),
                violation_error_message="Cochez au moins une demi-journée travaillée.",
            ),
            models.CheckConstraint(
                name="agrement_heures",
                condition=Q(heure_debut__isnull=True, heure_fin__isnull=True)
                | Q(heure_debut__isnull=False, heure_fin__isnull=False, heure_fin__gt=F("heure_debut")),
                violation_error_message="Donnez les deux heures, la seconde après la première, ou aucune.",
            ),
            ExclusionConstraint(
                name="agrement_sans_chevauchement",
                expressions=[("assistante", RangeOperators.EQUAL), ("periode", RangeOperators.OVERLAPS)],
                violation_error_message="Cette assistante maternelle a déjà un agrément sur ces dates.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.assistante}, agrément du {self.debut:%d/%m/%Y}"

    @property
    def lu(self) -> AgrementLu:
        """What the rules read of it."""
        return AgrementLu(
            self.debut,
            self.fin,
            self.places,
            frozenset(self.demi_journees),
            self.age_min_mois,
            self.age_max_mois,
        )
