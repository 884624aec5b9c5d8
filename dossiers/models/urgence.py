"""An urgent admission asked between two séances: who asks what, until when, and what was answered."""

import pghistory
from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from structures.models import Section, Structure

from .dossier import Dossier


class EtatUrgence(models.TextChoices):
    DEMANDEE = "demandee", "Demandée"
    ACCORDEE = "accordee", "Accordée"
    REFUSEE = "refusee", "Refusée"


class MotifUrgence(models.TextChoices):
    """Why it cannot wait: never health nor facts of violence."""

    RUPTURE_ACCUEIL = "rupture_accueil", "Le mode d’accueil s’arrête sans préavis"
    REPRISE_IMMEDIATE = "reprise_immediate", "Emploi ou formation qui commence tout de suite"
    STRUCTURE_FERMEE = "structure_fermee", "La structure d’accueil ferme"
    PARENT_INDISPONIBLE = "parent_indisponible", "Un parent est indisponible pour un temps"
    ARRIVEE = "arrivee", "La famille vient d’arriver"
    DE_VIVE_VOIX = "de_vive_voix", "Autre événement, dit de vive voix à la coordination"


class MotifReponseUrgence(models.TextChoices):
    PLACE_LIBRE = "place_libre", "Une place est libre ces demi-journées"
    PLACE_URGENCE = "place_urgence", "Place gardée pour les urgences"
    PAS_DE_PLACE = "pas_de_place", "Aucune place ces demi-journées"
    AUTRE_STRUCTURE = "autre_structure", "Une autre structure peut accueillir l’enfant"
    PEUT_ATTENDRE = "peut_attendre", "La prochaine commission peut répondre"
    A_COMPLETER = "a_completer", "Le dossier est à compléter d’abord"


MOTIFS_ACCORD = (MotifReponseUrgence.PLACE_LIBRE, MotifReponseUrgence.PLACE_URGENCE)


@pghistory.track()
class DemandeUrgence(models.Model):
    """Asked by a director, the counter or the coordination; answered by the coordination.

    It admits nobody by itself: the admission is written apart, and listed at the next séance.
    """

    dossier = models.ForeignKey(Dossier, on_delete=models.CASCADE, related_name="urgences")
    structure = models.ForeignKey(Structure, on_delete=models.PROTECT, related_name="urgences")
    section = models.ForeignKey(Section, on_delete=models.PROTECT, related_name="+")
    demi_journees = ArrayField(models.PositiveSmallIntegerField(), verbose_name="demi-journées")
    debut = models.DateField("à partir du")
    fin = models.DateField("jusqu’au")
    motif = models.CharField(max_length=20, choices=MotifUrgence)
    etat = models.CharField("état", max_length=10, choices=EtatUrgence, default=EtatUrgence.DEMANDEE)
    demandee_le = models.DateTimeField("demandée le")
    demandee_par = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    repondre_avant_le = models.DateTimeField("à répondre avant le")
    repondue_le = models.DateTimeField("répondue le", null=True, blank=True)
    repondue_par = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    motif_reponse = models.CharField(
        "motif de la réponse", max_length=20, choices=MotifReponseUrgence, blank=True
    )

    class Meta:
        ordering = ["-demandee_le", "-pk"]
        verbose_name = "demande d’admission en urgence"
        constraints = [
            models.UniqueConstraint(
                fields=["dossier"],
                condition=Q(etat="demandee"),
                name="urgence_une_en_cours",
                violation_error_message="Une admission en urgence est déjà demandée pour cet enfant.",
            ),
            models.CheckConstraint(
                name="urgence_dates",
                condition=Q(fin__gt=F("debut")),
                violation_error_message="L’accueil d’urgence finit après avoir commencé.",
            ),
            models.CheckConstraint(
                name="urgence_une_demi_journee",
                condition=Q(demi_journees__len__gte=1),
                violation_error_message="Cochez au moins une demi-journée.",
            ),
            models.CheckConstraint(
                name="urgence_repondue_motivee",
                condition=Q(etat="demandee", repondue_le__isnull=True, motif_reponse="")
                | (~Q(etat="demandee") & Q(repondue_le__isnull=False) & ~Q(motif_reponse="")),
                violation_error_message="Une réponse porte son jour et son motif.",
            ),
        ]

    def __str__(self) -> str:
        return f"Admission en urgence, {self.dossier}"
