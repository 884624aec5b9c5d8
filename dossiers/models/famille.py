"""The household: its facts, and the adults who answer for the child."""

import pghistory
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Q

from structures.regles.texte import cle, telephone_normalise


class SituationFamiliale(models.TextChoices):
    COUPLE = "couple", "En couple"
    ISOLE = "isole", "Parent seul"


class RegimeAllocataire(models.TextChoices):
    CAF = "caf", "CAF"
    MSA = "msa", "MSA"


class Activite(models.TextChoices):
    SALARIE = "salarie", "Salarié ou salariée"
    INDEPENDANT = "independant", "À son compte"
    FORMATION = "formation", "En formation"
    ETUDIANT = "etudiant", "En études"
    STAGE = "stage", "En stage ou en apprentissage"
    RECHERCHE_EMPLOI = "recherche_emploi", "En recherche d’emploi"
    CONGE_PARENTAL = "conge_parental", "En congé parental"
    SANS_ACTIVITE = "sans_activite", "Sans activité"


class LienParente(models.TextChoices):
    MERE = "mere", "Mère"
    PERE = "pere", "Père"
    PARENT = "parent", "Parent"
    TUTEUR = "tuteur", "Tuteur ou tutrice"
    INSTITUTION = "institution", "Institution (aide sociale à l’enfance)"
    AUTRE = "autre", "Autre responsable"


@pghistory.track()
class Famille(models.Model):
    """Household facts hang here; `faits` holds the household facts of the closed set that are only ticked."""

    numero_allocataire = models.CharField("numéro d’allocataire", max_length=15, blank=True, db_index=True)
    regime = models.CharField(
        "régime", max_length=3, choices=RegimeAllocataire, default=RegimeAllocataire.CAF
    )
    situation = models.CharField(max_length=10, choices=SituationFamiliale, blank=True)
    enfants_a_charge = models.PositiveSmallIntegerField("enfants à charge", null=True, blank=True)
    enfants_moins_3_ans = models.PositiveSmallIntegerField("enfants de moins de 3 ans", null=True, blank=True)
    quotient_familial = models.PositiveIntegerField(null=True, blank=True)
    ressources_mensuelles = models.DecimalField(max_digits=9, decimal_places=2, null=True, blank=True)
    faits = models.JSONField(default=dict, blank=True)
    protegee = models.BooleanField("protégée", default=False)
    protegee_le = models.DateTimeField("protégée le", null=True, blank=True)
    version = models.PositiveIntegerField(default=1)
    creee_le = models.DateTimeField("créée le", auto_now_add=True)
    anonymisee_le = models.DateTimeField("anonymisée le", null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="famille_protegee_datee",
                condition=Q(protegee=False) | Q(protegee_le__isnull=False),
                violation_error_message="Une protection porte son jour.",
            ),
            models.CheckConstraint(
                name="famille_ressources_positives",
                condition=Q(ressources_mensuelles__isnull=True) | Q(ressources_mensuelles__gte=0),
                violation_error_message="Les ressources ne peuvent pas être négatives.",
            ),
        ]

    def __str__(self) -> str:
        return f"Famille {self.pk}"


@pghistory.track()
class Responsable(models.Model):
    """An adult (or an institution) holding parental authority; rank 1 signs, one signature suffices."""

    famille = models.ForeignKey(Famille, on_delete=models.CASCADE, related_name="responsables")
    rang = models.PositiveSmallIntegerField(default=1)
    nom = models.CharField(max_length=80)
    prenom = models.CharField("prénom", max_length=80, blank=True)
    lien = models.CharField(max_length=12, choices=LienParente, default=LienParente.PARENT)
    autorite_parentale = models.BooleanField("autorité parentale", default=True)
    adresse = models.CharField(max_length=200, blank=True)
    complement = models.CharField("complément", max_length=120, blank=True)
    code_postal = models.CharField(max_length=5, blank=True)
    commune = models.CharField(max_length=80, blank=True)
    telephone = models.CharField("téléphone", max_length=20, blank=True)
    telephone_2 = models.CharField("autre téléphone", max_length=20, blank=True)
    courriel = models.EmailField(blank=True)
    contact_relais = models.BooleanField("le relais petite enfance peut me contacter", default=False)
    ecarte = models.BooleanField("ne doit rien savoir du dossier", default=False)
    opposition_ecrite = models.BooleanField("opposition écrite", default=False)
    activite = models.CharField("activité", max_length=20, choices=Activite, blank=True)
    heures_hebdo = models.DecimalField(
        "heures par semaine", max_digits=4, decimal_places=1, null=True, blank=True
    )
    cle_identite = models.CharField(max_length=170, editable=False, blank=True)
    telephone_cle = models.CharField(max_length=10, editable=False, blank=True, db_index=True)
    telephone_2_cle = models.CharField(max_length=10, editable=False, blank=True, db_index=True)

    class Meta:
        ordering = ["famille", "rang"]
        indexes = [
            GinIndex(fields=["cle_identite"], opclasses=["gin_trgm_ops"], name="responsable_identite_trgm"),
            # A telephone is looked for by its end.
            GinIndex(fields=["telephone_cle"], opclasses=["gin_trgm_ops"], name="responsable_tel_trgm"),
            GinIndex(fields=["telephone_2_cle"], opclasses=["gin_trgm_ops"], name="responsable_tel2_trgm"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["famille", "rang"], name="responsable_rang_unique"),
            models.CheckConstraint(
                name="responsable_rang",
                condition=Q(rang__range=(1, 2)),
                violation_error_message="Un dossier a un ou deux responsables.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.prenom} {self.nom}".strip()

    def save(self, *args: object, **kwargs: object) -> None:
        self.normaliser()
        super().save(*args, **kwargs)

    def normaliser(self) -> None:
        """Recompute the search keys; `save` and every bulk path call it."""
        self.cle_identite = f"{cle(self.nom)} {cle(self.prenom)}".strip()
        self.telephone_cle = telephone_normalise(self.telephone)
        self.telephone_2_cle = telephone_normalise(self.telephone_2)
