"""What was written to a family, as it left: by e-mail, or on paper from its counter."""

import pghistory
from django.conf import settings
from django.db import models
from django.db.models import Q

from structures.models import Mairie

from .dossier import Dossier
from .echeance import Echeance, NatureEcheance
from .famille import Responsable


class CanalCourrier(models.TextChoices):
    COURRIEL = "courriel", "Courriel"
    PAPIER = "papier", "Papier"


# What a séance decided is a letter too; no delay calls for it.
DECISION = "decision_commission"
NATURES = (*NatureEcheance.choices, (DECISION, "Décision de la commission"))


class CourrierQuerySet(models.QuerySet["Courrier"]):
    def a_imprimer(self) -> "CourrierQuerySet":
        return self.filter(canal=CanalCourrier.PAPIER, envoye_le__isnull=True)


@pghistory.track(exclude=["corps"])
class Courrier(models.Model):
    """One letter to one adult; its text is kept as it left, whatever the dossier becomes.

    `envoye_le` is the moment the e-mail was handed over, or the paper printed. `echec` says why an e-mail
    could not leave: the letter is then a paper one. A letter sent again is a new one, `copie_de` the first.
    """

    dossier = models.ForeignKey(Dossier, on_delete=models.CASCADE, related_name="courriers")
    nature = models.CharField(max_length=24, choices=NATURES)
    echeance = models.ForeignKey(
        Echeance, null=True, blank=True, on_delete=models.CASCADE, related_name="courriers"
    )
    mairie = models.ForeignKey(Mairie, on_delete=models.PROTECT, related_name="courriers")
    responsable = models.ForeignKey(
        Responsable, null=True, blank=True, on_delete=models.SET_NULL, related_name="courriers"
    )
    rang = models.PositiveSmallIntegerField("rang du destinataire", default=1)
    destinataire = models.CharField(max_length=170)
    adresse = models.CharField("adresse postale", max_length=400, blank=True)
    courriel = models.EmailField(blank=True)
    canal = models.CharField(max_length=8, choices=CanalCourrier)
    objet = models.CharField(max_length=200)
    corps = models.TextField()
    prepare_le = models.DateTimeField("préparé le")
    envoye_le = models.DateTimeField("envoyé le", null=True, blank=True)
    par = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    echec = models.CharField("échec de l’envoi", max_length=200, blank=True)
    copie_de = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.CASCADE, related_name="copies"
    )

    objects = CourrierQuerySet.as_manager()

    class Meta:
        ordering = ["-prepare_le", "-pk"]
        indexes = [
            models.Index(
                fields=["mairie", "prepare_le"],
                name="courrier_a_imprimer",
                condition=Q(canal="papier", envoye_le__isnull=True),
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["echeance", "rang"],
                condition=Q(echeance__isnull=False, copie_de__isnull=True),
                name="courrier_une_fois_par_echeance",
            ),
            models.CheckConstraint(
                name="courrier_a_une_adresse",
                condition=~Q(canal="courriel") | ~Q(courriel=""),
                violation_error_message="Un courriel porte son adresse.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.objet}, {self.destinataire}"

    @property
    def attend_le_papier(self) -> bool:
        return self.canal == CanalCourrier.PAPIER and self.envoye_le is None
