"""What was shown at the counter: seen, by whom and when, never kept."""

import pghistory
from django.conf import settings
from django.db import models
from django.db.models import Q

from structures.models import Mairie

from .dossier import Dossier
from .famille import Famille


class EtatPiece(models.TextChoices):
    ATTENDUE = "attendue", "Attendue"
    VUE = "vue", "Vue"
    REFUSEE = "refusee", "Refusée"


class MotifRefusPiece(models.TextChoices):
    ILLISIBLE = "illisible", "Illisible"
    PERIMEE = "perimee", "Trop ancienne"
    AUTRE_PERSONNE = "autre_personne", "Au nom d’une autre personne"
    NON_CONFORME = "non_conforme", "Ne prouve pas ce qui est demandé"


@pghistory.track()
class PieceJustificative(models.Model):
    """A compulsory piece, or the proof of a fact; household pieces hang on the family, others on the dossier.

    `code` names the piece (`dossiers.regles.pieces`), `equivalent` the document actually seen.
    """

    famille = models.ForeignKey(
        Famille, null=True, blank=True, on_delete=models.CASCADE, related_name="pieces"
    )
    dossier = models.ForeignKey(
        Dossier, null=True, blank=True, on_delete=models.CASCADE, related_name="pieces"
    )
    code = models.SlugField(max_length=60)
    obligatoire = models.BooleanField(default=False)
    etat = models.CharField("état", max_length=10, choices=EtatPiece, default=EtatPiece.ATTENDUE)
    equivalent = models.CharField("document vu", max_length=60, blank=True)
    vue_le = models.DateField("vue le", null=True, blank=True)
    vue_par = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    mairie = models.ForeignKey(Mairie, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    valide_jusqu_au = models.DateField("valable jusqu’au", null=True, blank=True)
    motif_refus = models.CharField("motif du refus", max_length=20, choices=MotifRefusPiece, blank=True)

    class Meta:
        ordering = ["-obligatoire", "code"]
        verbose_name = "pièce justificative"
        constraints = [
            models.CheckConstraint(
                name="piece_un_porteur",
                condition=Q(famille__isnull=False, dossier__isnull=True)
                | Q(famille__isnull=True, dossier__isnull=False),
                violation_error_message="Une pièce est celle du foyer ou celle du dossier.",
            ),
            models.CheckConstraint(
                name="piece_vue_datee",
                condition=Q(etat=EtatPiece.VUE, vue_le__isnull=False) | ~Q(etat=EtatPiece.VUE),
                violation_error_message="Une pièce vue porte le jour où elle l’a été.",
            ),
            models.CheckConstraint(
                name="piece_refusee_motivee",
                condition=(Q(etat=EtatPiece.REFUSEE) & ~Q(motif_refus="")) | ~Q(etat=EtatPiece.REFUSEE),
                violation_error_message="Une pièce refusée porte un motif.",
            ),
            models.UniqueConstraint(
                fields=["famille", "code"],
                condition=Q(famille__isnull=False),
                name="piece_unique_famille",
            ),
            models.UniqueConstraint(
                fields=["dossier", "code"],
                condition=Q(dossier__isnull=False),
                name="piece_unique_dossier",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code}, {self.get_etat_display()}"
