"""The dossier, its needs and its ranked choices."""

from typing import Self

import pghistory
from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Upper

from dossiers.regles import cycle
from dossiers.regles.besoin import texte_besoin
from structures.models import Mairie, Quartier, Structure

from .contact import CanalContact
from .enfant import Enfant
from .famille import Famille


class EtatDossier(models.TextChoices):
    INCOMPLET = cycle.INCOMPLET, "Incomplet"
    ACTIF = cycle.ACTIF, "Actif"
    PROPOSE = cycle.PROPOSE, "Place proposée"
    ADMIS = cycle.ADMIS, "Admis"
    SUSPENDU = cycle.SUSPENDU, "Suspendu"
    CLOS = cycle.CLOS, "Clos"
    ANONYMISE = cycle.ANONYMISE, "Anonymisé"


class MotifCloture(models.TextChoices):
    RETIRE_FAMILLE = "retire_famille", "Retiré par la famille"
    SANS_REPONSE = "sans_reponse", "Sans réponse de la famille"
    PERIME = "perime", "Non renouvelé"
    DEMENAGEMENT = "demenagement", "Déménagement hors commune"
    LIMITE_AGE = "limite_age", "Limite d’âge"
    DOUBLON = "doublon", "Doublon"
    AUTRE_MODE = "autre_mode", "Autre mode d’accueil trouvé"
    REPORT_PROJET = "report_projet", "Projet reporté"
    DECES = "deces", "Décès"
    DEPART = "depart", "L’enfant a quitté la structure"
    REFUS_OFFRES = cycle.REFUS_OFFRES, "Offres refusées"


# What the page and the history call the reasons of the table.
MOTIFS_ACTION = {
    **dict(MotifCloture.choices),
    cycle.PIECE_REFUSEE: "Pièce refusée après coup",
    cycle.PIECE_REDEMANDEE: "Pièce redemandée par le guichet",
}


class OrigineDossier(models.TextChoices):
    GUICHET = "guichet", "Guichet"
    EN_LIGNE = "en_ligne", "En ligne"
    REPRISE = "reprise", "Reprise de l’ancien logiciel"


class NatureDossier(models.TextChoices):
    PREMIERE = "premiere", "Première demande"
    MUTATION = "mutation", "Mutation"
    COMPLEMENT = "complement", "Complément de jours"


class Solution(models.TextChoices):
    AUCUNE = "aucune", "Aucune solution"
    FAMILLE = "famille", "Famille"
    ASSISTANTE_MATERNELLE = "assistante_maternelle", "Assistante maternelle"
    GARDE_DOMICILE = "garde_domicile", "Garde à domicile"
    CONGE_PARENTAL = "conge_parental", "Congé parental"
    AUTRE_CRECHE = "autre_creche", "Autre crèche"
    HALTE_GARDERIE = "halte_garderie", "Halte-garderie"


class DossierQuerySet(models.QuerySet["Dossier"]):
    def en_attente(self) -> Self:
        """Dossiers on the shared list: deposited and not yet placed nor closed."""
        return self.filter(etat__in=cycle.EN_ATTENTE)

    def classes(self) -> Self:
        """Complete pending dossiers: the only ones that rank."""
        return self.filter(etat__in=cycle.CLASSES)


@pghistory.track(exclude=["code_hmac"])
class Dossier(models.Model):
    """One request of one child for a place anywhere in the network."""

    numero = models.CharField("numéro", max_length=12, unique=True, db_collation="C")
    numero_origine = models.CharField("ancien numéro", max_length=40, blank=True, db_index=True)
    famille = models.ForeignKey(Famille, on_delete=models.PROTECT, related_name="dossiers")
    enfant = models.ForeignKey(Enfant, on_delete=models.PROTECT, related_name="dossiers")
    mairie = models.ForeignKey(Mairie, on_delete=models.PROTECT, related_name="dossiers")
    quartier = models.ForeignKey(
        Quartier, null=True, blank=True, on_delete=models.PROTECT, related_name="dossiers"
    )
    etat = models.CharField("état", max_length=10, choices=EtatDossier, default=EtatDossier.INCOMPLET)
    nature = models.CharField(max_length=10, choices=NatureDossier, default=NatureDossier.PREMIERE)
    admission_actuelle = models.ForeignKey(
        "dossiers.Admission", null=True, blank=True, on_delete=models.PROTECT, related_name="demandes"
    )
    origine = models.CharField(max_length=10, choices=OrigineDossier, default=OrigineDossier.GUICHET)
    depose_le = models.DateField("déposé le")
    depose_par = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    enregistre_le = models.DateTimeField("enregistré le")
    complet_le = models.DateField("complet le", null=True, blank=True)
    # Incomplete again because the desk asks a newer piece: the day it will find back.
    complet_garde_le = models.DateField("ancienneté gardée", null=True, blank=True)
    renouvele_le = models.DateField("renouvelé le", null=True, blank=True)
    a_renouveler_le = models.DateField("à renouveler le", null=True, blank=True)
    suspendu_le = models.DateTimeField("suspendu le", null=True, blank=True)
    suspendu_jusqu_au = models.DateField("suspendu jusqu’au", null=True, blank=True)
    clos_le = models.DateTimeField("clos le", null=True, blank=True)
    motif_cloture = models.CharField("motif de clôture", max_length=20, choices=MotifCloture, blank=True)
    admis_le = models.DateTimeField("admis le", null=True, blank=True)
    anonymise_le = models.DateTimeField("anonymisé le", null=True, blank=True)
    solution = models.CharField("solution aujourd’hui", max_length=24, choices=Solution, blank=True)
    faits = models.JSONField(default=dict, blank=True)
    nb_passages = models.PositiveSmallIntegerField("passages en commission", default=0)
    nb_refus_offre = models.PositiveSmallIntegerField("offres conformes refusées", default=0)
    engagements_le = models.DateField("engagements signés le", null=True, blank=True)
    dernier_contact_le = models.DateField("dernier contact le", null=True, blank=True)
    dernier_contact_canal = models.CharField(max_length=10, choices=CanalContact, blank=True)
    code_hmac = models.CharField(max_length=64, blank=True, editable=False)
    code_emis_le = models.DateTimeField("code remis le", null=True, blank=True)
    version = models.PositiveIntegerField(default=1)

    objects = DossierQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        indexes = [
            models.Index(fields=["etat", "mairie"], name="dossier_etat_mairie"),
            models.Index(fields=["quartier", "etat"], name="dossier_quartier_etat"),
            models.Index(fields=["complet_le", "id"], name="dossier_complet_le"),
            models.Index(fields=["a_renouveler_le"], name="dossier_a_renouveler_le"),
            # A counter's work list, newest deposit or closing first.
            models.Index(fields=["depose_le", "id"], name="dossier_depose_le"),
            models.Index(fields=["clos_le", "id"], name="dossier_clos_le", condition=Q(etat=cycle.CLOS)),
            # A former number is looked for by a part of it.
            GinIndex(
                OpClass(Upper("numero_origine"), name="gin_trgm_ops"), name="dossier_numero_origine_trgm"
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["enfant"],
                condition=Q(etat__in=cycle.EN_ATTENTE),
                name="dossier_un_en_attente_par_enfant",
                violation_error_message="Cet enfant a déjà un dossier en attente.",
            ),
            models.CheckConstraint(
                name="dossier_complet_date",
                condition=Q(etat=cycle.INCOMPLET, complet_le__isnull=True)
                | Q(etat__in=[cycle.ACTIF, cycle.PROPOSE, cycle.ADMIS], complet_le__isnull=False)
                | Q(etat__in=[cycle.SUSPENDU, cycle.CLOS, cycle.ANONYMISE]),
                violation_error_message="Un dossier complet porte le jour où il l’est devenu.",
            ),
            models.CheckConstraint(
                name="dossier_jour_garde",
                condition=Q(complet_garde_le__isnull=True) | Q(complet_le__isnull=True),
                violation_error_message="Un dossier complet n’attend pas de retrouver son jour.",
            ),
            models.CheckConstraint(
                name="dossier_clos_motive",
                condition=(Q(etat=cycle.CLOS, clos_le__isnull=False) & ~Q(motif_cloture=""))
                | Q(etat=cycle.ANONYMISE)
                | (~Q(etat__in=[cycle.CLOS, cycle.ANONYMISE]) & Q(clos_le__isnull=True, motif_cloture="")),
                violation_error_message="Un dossier clos, et lui seul, porte un jour et un motif.",
            ),
            models.CheckConstraint(
                name="dossier_suspendu_date",
                condition=Q(etat=cycle.SUSPENDU, suspendu_le__isnull=False)
                | (~Q(etat=cycle.SUSPENDU) & Q(suspendu_le__isnull=True, suspendu_jusqu_au__isnull=True)),
                violation_error_message="Un dossier suspendu, et lui seul, porte son jour.",
            ),
            models.CheckConstraint(
                name="dossier_admis_date",
                condition=Q(etat=cycle.ADMIS, admis_le__isnull=False)
                | Q(etat=cycle.ANONYMISE)
                | (~Q(etat__in=[cycle.ADMIS, cycle.ANONYMISE]) & Q(admis_le__isnull=True)),
                violation_error_message="Un dossier admis, et lui seul, porte le jour de l’admission.",
            ),
            models.CheckConstraint(
                name="dossier_anonymise_date",
                condition=Q(etat=cycle.ANONYMISE, anonymise_le__isnull=False)
                | (~Q(etat=cycle.ANONYMISE) & Q(anonymise_le__isnull=True)),
                violation_error_message="Un dossier anonymisé, et lui seul, porte son jour.",
            ),
            models.CheckConstraint(
                name="dossier_nature",
                condition=Q(nature=NatureDossier.PREMIERE) | Q(admission_actuelle__isnull=False),
                violation_error_message="Une mutation ou un complément nomme l’admission actuelle.",
            ),
        ]

    def __str__(self) -> str:
        return self.numero

    @property
    def protege(self) -> bool:
        return self.famille.protegee

    @property
    def en_attente(self) -> bool:
        return self.etat in cycle.EN_ATTENTE


class TypeBesoin(models.TextChoices):
    REGULIER = "regulier", "Régulier"
    OCCASIONNEL = "occasionnel", "Occasionnel"
    URGENCE = "urgence", "Urgence"


class Rythme(models.TextChoices):
    MEME_SEMAINE = "meme_semaine", "La même toute l’année"
    ALTERNEE = "alternee", "Semaines A et B"
    VARIABLE = "variable", "Variable"


@pghistory.track()
class Besoin(models.Model):
    """What is asked: entry date ± tolerance, a week of half-days with hours, ordered alternative weeks.

    `horaires` maps a créneau index (text) to ["08:00", "12:30"]; `alternatives` is a list of weeks. Weeks A
    and B each have their half-days and hours; a variable need says how many of the half-days it may use.
    `titulaires` names the holder of each half-day (rank of the responsable, 1 or 2) when separated parents
    have two contracts on this one place: a half-day has one holder, so the place is never counted twice.
    """

    dossier = models.ForeignKey(Dossier, on_delete=models.CASCADE, related_name="besoins")
    type = models.CharField(max_length=12, choices=TypeBesoin, default=TypeBesoin.REGULIER)
    entree_le = models.DateField("entrée souhaitée")
    tolerance_jours = models.PositiveSmallIntegerField("souplesse, en jours", default=0)
    rythme = models.CharField(max_length=14, choices=Rythme, default=Rythme.MEME_SEMAINE)
    demi_journees = ArrayField(models.PositiveSmallIntegerField(), verbose_name="demi-journées")
    demi_journees_b = ArrayField(models.PositiveSmallIntegerField(), default=list, blank=True)
    horaires = models.JSONField(default=dict, blank=True)
    horaires_b = models.JSONField(default=dict, blank=True)
    nombre_min = models.PositiveSmallIntegerField(
        "demi-journées par semaine, au moins", null=True, blank=True
    )
    nombre_max = models.PositiveSmallIntegerField("demi-journées par semaine, au plus", null=True, blank=True)
    planning_jours = models.PositiveSmallIntegerField("planning connu, en jours avant", null=True, blank=True)
    titulaires = ArrayField(models.PositiveSmallIntegerField(), default=list, blank=True)
    titulaires_b = ArrayField(models.PositiveSmallIntegerField(), default=list, blank=True)
    heures_semaine = models.DecimalField(max_digits=4, decimal_places=1, null=True, blank=True)
    alternatives = models.JSONField(default=list, blank=True)

    class Meta:
        ordering = ["dossier", "pk"]
        indexes = [
            models.Index(fields=["entree_le", "dossier"], name="besoin_entree"),
            GinIndex(fields=["demi_journees"], name="besoin_demi_journees"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["dossier", "type"], name="besoin_unique_par_type"),
            models.CheckConstraint(
                name="besoin_une_demi_journee",
                condition=Q(demi_journees__len__gte=1),
                violation_error_message="Cochez au moins une demi-journée.",
            ),
            models.CheckConstraint(
                name="besoin_semaine_b",
                condition=Q(rythme=Rythme.ALTERNEE, demi_journees_b__len__gte=1)
                | (~Q(rythme=Rythme.ALTERNEE) & Q(demi_journees_b__len=0)),
                violation_error_message="Une semaine B est remplie si, et seulement si, A et B alternent.",
            ),
            models.CheckConstraint(
                name="besoin_variable",
                condition=Q(
                    rythme=Rythme.VARIABLE,
                    nombre_min__gte=1,
                    nombre_max__gte=F("nombre_min"),
                    nombre_max__lte=F("demi_journees__len"),
                    nombre_min__isnull=False,
                    nombre_max__isnull=False,
                )
                | (
                    ~Q(rythme=Rythme.VARIABLE)
                    & Q(nombre_min__isnull=True, nombre_max__isnull=True, planning_jours__isnull=True)
                ),
                violation_error_message="Un besoin variable, et lui seul, dit combien de demi-journées.",
            ),
            models.CheckConstraint(
                name="besoin_contrats",
                condition=Q(titulaires__len=0, titulaires_b__len=0)
                | (
                    Q(titulaires__len=F("demi_journees__len"), titulaires__contained_by=[1, 2])
                    & Q(titulaires_b__len=F("demi_journees_b__len"), titulaires_b__contained_by=[1, 2])
                    & (Q(titulaires__contains=[1]) | Q(titulaires_b__contains=[1]))
                    & (Q(titulaires__contains=[2]) | Q(titulaires_b__contains=[2]))
                ),
                violation_error_message="Chaque demi-journée a un titulaire, et chaque contrat sa part.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_type_display()}, {texte_besoin(self)}"

    @property
    def deux_contrats(self) -> bool:
        return bool(self.titulaires or self.titulaires_b)


@pghistory.track()
class Voeu(models.Model):
    """One ranked choice."""

    dossier = models.ForeignKey(Dossier, on_delete=models.CASCADE, related_name="voeux")
    rang = models.PositiveSmallIntegerField()
    structure = models.ForeignKey(Structure, on_delete=models.PROTECT, related_name="voeux")

    class Meta:
        ordering = ["dossier", "rang"]
        verbose_name = "vœu"
        verbose_name_plural = "vœux"
        constraints = [
            models.UniqueConstraint(
                fields=["dossier", "rang"],
                name="voeu_rang_unique",
                deferrable=models.Deferrable.DEFERRED,
            ),
            models.UniqueConstraint(
                fields=["dossier", "structure"],
                name="voeu_structure_unique",
                violation_error_message="Cette structure est déjà choisie.",
            ),
            models.CheckConstraint(name="voeu_rang_positif", condition=Q(rang__gte=1)),
        ]

    def __str__(self) -> str:
        return f"{self.rang}. {self.structure}"
