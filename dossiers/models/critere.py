"""The shared grid, version by version, and the points it gave to each dossier."""

import pghistory
import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q

from .dossier import Dossier


class EtatGrille(models.TextChoices):
    BROUILLON = "brouillon", "Brouillon"
    PROGRAMMEE = "programmee", "Publiée, à venir"
    EN_PUBLICATION = "en_publication", "Calcul en cours"
    EN_VIGUEUR = "en_vigueur", "En vigueur"
    REMPLACEE = "remplacee", "Remplacée"


class Departage(models.TextChoices):
    NUMERO = "numero", "Numéro de dossier"
    TIRAGE = "tirage", "Tirage au sort enregistré au gel"


@pghistory.track()
class GrilleCriteres(models.Model):
    """One version of the shared grid; `groupes` and `plafonds` are as in its JSON file."""

    nom = models.CharField(max_length=120, unique=True)
    debut = models.DateField("à partir du")
    etat = models.CharField("état", max_length=14, choices=EtatGrille, default=EtatGrille.BROUILLON)
    departage = models.CharField("à égalité", max_length=8, choices=Departage, default=Departage.NUMERO)
    groupes = models.JSONField(default=list, blank=True)
    plafonds = models.JSONField(default=list, blank=True)
    plafond_total = models.IntegerField(null=True, blank=True)
    publiee_le = models.DateTimeField("publiée le", null=True, blank=True)
    publiee_par = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    version = models.PositiveIntegerField(default=1)
    creee_le = models.DateTimeField("créée le", auto_now_add=True)

    class Meta:
        ordering = ["-debut", "-pk"]
        verbose_name = "grille de critères"
        constraints = [
            models.UniqueConstraint(
                fields=["etat"],
                condition=Q(etat=EtatGrille.EN_VIGUEUR),
                name="grille_une_en_vigueur",
                violation_error_message="Une autre grille est déjà en vigueur.",
            ),
            models.CheckConstraint(
                name="grille_publiee_datee",
                condition=Q(etat__in=[EtatGrille.BROUILLON, EtatGrille.EN_PUBLICATION])
                | Q(publiee_le__isnull=False),
                violation_error_message="Une grille en vigueur porte le jour de sa publication.",
            ),
        ]

    def __str__(self) -> str:
        return self.nom


@pghistory.track()
class Critere(models.Model):
    """One line of a grid, column by column the keys of its JSON file."""

    class Portee(models.TextChoices):
        DOSSIER = "dossier", "Le dossier"
        VOEU = "voeu", "Un choix"

    grille = models.ForeignKey(GrilleCriteres, on_delete=models.CASCADE, related_name="criteres")
    code = models.SlugField(max_length=60)
    libelle = models.CharField("libellé", max_length=200)
    ordre = models.PositiveSmallIntegerField()
    portee = models.CharField("portée", max_length=8, choices=Portee, default=Portee.DOSSIER)
    points = models.IntegerField(null=True, blank=True)
    si = models.JSONField("condition", null=True, blank=True)
    niveaux = models.JSONField(default=list, blank=True)
    par = models.JSONField("répétition", null=True, blank=True)
    manuel = models.JSONField("ligne manuelle", null=True, blank=True)
    plafond = models.IntegerField(null=True, blank=True)
    groupe = models.CharField(max_length=60, blank=True)
    preuves = models.JSONField(default=list, blank=True)
    protege = models.BooleanField("protégé", default=False)

    class Meta:
        ordering = ["grille", "ordre", "pk"]
        verbose_name = "critère"
        constraints = [
            models.UniqueConstraint(
                fields=["grille", "code"],
                name="critere_code_unique",
                violation_error_message="Cette grille a déjà un critère de ce code.",
            )
        ]

    def __str__(self) -> str:
        return self.libelle


class Cotation(models.Model):
    """The points of a dossier under one grid; append-only, so it keeps no other history.

    `courante` marks the live one of a pending dossier under that grid. `lignes` are the scored lines;
    `par_voeu` maps a structure id (text) to {"declare", "verifie", "cle"} for the wishes whose total
    differs. The list in force is `grille` in force and `courante`.
    """

    dossier = models.ForeignKey(Dossier, on_delete=models.CASCADE, related_name="cotations")
    grille = models.ForeignKey(GrilleCriteres, on_delete=models.PROTECT, related_name="cotations")
    lignes = models.JSONField(default=list)
    declare = models.IntegerField("points déclarés")
    verifie = models.IntegerField("points vérifiés")
    par_voeu = models.JSONField(default=dict)
    cle_rang = models.CharField(max_length=40, db_collation="C")
    courante = models.BooleanField(default=True)
    calculee_le = models.DateTimeField("calculée le")

    class Meta:
        indexes = [
            models.Index(
                fields=["grille", "cle_rang"], condition=Q(courante=True), name="cotation_liste_courante"
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["dossier", "grille"], condition=Q(courante=True), name="cotation_une_courante"
            )
        ]
        triggers = [
            pgtrigger.Protect(name="cotation_sans_suppression", operation=pgtrigger.Delete),
            pgtrigger.ReadOnly(name="cotation_ecrite_une_fois", exclude=["courante"]),
        ]

    def __str__(self) -> str:
        return f"{self.dossier_id}, {self.verifie} points"


class MotifLigneManuelle(models.TextChoices):
    AVIS_PMI = "avis_pmi", "Avis de la PMI"
    AVIS_SERVICE_SOCIAL = "avis_service_social", "Avis du service social"
    AVIS_MEDECIN = "avis_medecin", "Avis du médecin ou du référent santé"
    AVIS_COORDINATION = "avis_coordination", "Avis de la coordination"


@pghistory.track()
class LigneManuelle(models.Model):
    """Points given by a person within the bounds of a criterion: always an author and a coded reason."""

    dossier = models.ForeignKey(Dossier, on_delete=models.CASCADE, related_name="lignes_manuelles")
    critere = models.SlugField("critère", max_length=60)
    points = models.IntegerField()
    motif = models.CharField(max_length=24, choices=MotifLigneManuelle)
    auteur = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    posee_le = models.DateTimeField("posée le")

    class Meta:
        ordering = ["dossier", "critere"]
        constraints = [models.UniqueConstraint(fields=["dossier", "critere"], name="ligne_manuelle_unique")]

    def __str__(self) -> str:
        return f"{self.critere} {self.points:+d}"
