"""A long piece of work whose progress a page can show."""

import uuid

import pghistory
from django.db import models
from django.db.models import F, Q


class EtatTache(models.TextChoices):
    EN_ATTENTE = "en_attente", "En attente"
    EN_COURS = "en_cours", "En cours"
    FAITE = "faite", "Terminée"
    ECHOUEE = "echouee", "Échouée"


@pghistory.track(exclude=["fait", "total", "vu_le"])
class Tache(models.Model):
    """`fait` out of `total` units done; `fichier` is the result when the work produces one."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    nature = models.CharField(max_length=40)
    libelle = models.CharField("libellé", max_length=200)
    etat = models.CharField("état", max_length=20, choices=EtatTache, default=EtatTache.EN_ATTENTE)
    fait = models.PositiveIntegerField(default=0)
    total = models.PositiveIntegerField(default=0)
    message = models.CharField(max_length=300, blank=True)
    resultat = models.JSONField("résultat", default=dict, blank=True)
    retour = models.CharField("page d’origine", max_length=200, blank=True)
    demandee_par = models.ForeignKey(
        "structures.Agent", null=True, blank=True, on_delete=models.SET_NULL, related_name="taches"
    )
    demandee_le = models.DateTimeField("demandée le", auto_now_add=True)
    commencee_le = models.DateTimeField("commencée le", null=True, blank=True)
    finie_le = models.DateTimeField("finie le", null=True, blank=True)
    vu_le = models.DateTimeField("dernier signe de vie", null=True, blank=True)

    class Meta:
        ordering = ["-demandee_le"]
        verbose_name = "tâche"
        constraints = [
            models.CheckConstraint(
                name="tache_finie_datee",
                condition=Q(etat__in=["faite", "echouee"], finie_le__isnull=False)
                | Q(etat__in=["en_attente", "en_cours"], finie_le__isnull=True),
                violation_error_message="Une tâche finie porte son heure de fin.",
            ),
            models.CheckConstraint(name="tache_avancement", condition=Q(total=0) | Q(fait__lte=F("total"))),
        ]

    def __str__(self) -> str:
        return self.libelle

    @property
    def pourcentage(self) -> int:
        if self.etat == EtatTache.FAITE:
            return 100
        return 100 * self.fait // self.total if self.total else 0
