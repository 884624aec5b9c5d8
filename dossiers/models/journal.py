"""What the house must be able to prove: who did, read or exported what; which look-alikes were settled."""

import pghistory
import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import F, Q

from structures.models import Mairie

from .dossier import Dossier


class ActionJournal(models.TextChoices):
    DEPOT = "depot", "Dépôt"
    MODIFICATION = "modification", "Modification"
    ETAT = "etat", "Changement d’état"
    LECTURE = "lecture", "Lecture"
    EXPORT = "export", "Export"
    IMPRESSION = "impression", "Impression"
    RECEPISSE = "recepisse", "Récépissé"
    PIECE = "piece", "Pièce"
    CONTACT = "contact", "Contact"
    COTATION = "cotation", "Cotation"
    REPRISE = "reprise", "Reprise"
    RAPPROCHEMENT = "rapprochement", "Rapprochement"
    COMMISSION = "commission", "Commission"
    OFFRE = "offre", "Offre de place"
    PURGE = "purge", "Purge de l’historique"
    MAINTIEN = "maintien", "Maintien d’un dossier"
    FUSION = "fusion", "Fusion de deux dossiers"
    URGENCE = "urgence", "Admission en urgence"
    ECHEANCE = "echeance", "Échéance"
    COURRIER = "courrier", "Courrier"
    PROTECTION = "protection", "Protection"
    ACCES_MOTIVE = "acces_motive", "Accès motivé à un dossier protégé"
    NOTE = "note", "Note"
    LIEN = "lien", "Lien avec une famille"
    SITUATION = "situation", "Situation partagée"
    RENSEIGNEMENT = "renseignement", "Renseignement sans dossier"


@pghistory.track()
class Journal(models.Model):
    """One line per act; PostgreSQL refuses to change or delete it."""

    le = models.DateTimeField()
    par = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    mairie = models.ForeignKey(Mairie, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    action = models.CharField(max_length=16, choices=ActionJournal)
    dossier = models.ForeignKey(
        Dossier, null=True, blank=True, on_delete=models.CASCADE, related_name="journal"
    )
    objet = models.CharField(max_length=120, blank=True)
    motif = models.CharField(max_length=60, blank=True)
    details = models.JSONField("détails", default=dict, blank=True)

    class Meta:
        ordering = ["-le", "-pk"]
        indexes = [models.Index(fields=["-le", "-id"], name="journal_le")]
        triggers = [
            pgtrigger.Protect(name="journal_inalterable", operation=pgtrigger.Update | pgtrigger.Delete)
        ]

    def __str__(self) -> str:
        return f"{self.get_action_display()} {self.objet}".strip()


class StatutRapprochement(models.TextChoices):
    PROPOSE = "propose", "À examiner"
    DISTINCTS = "distincts", "Deux enfants différents"
    MEME_ENFANT = "meme_enfant", "Le même enfant"


class OrigineRapprochement(models.TextChoices):
    SAISIE = "saisie", "Saisie au guichet"
    REPRISE = "reprise", "Reprise d’un fichier"
    NUIT = "nuit", "Recherche de la nuit"


class MotifDistinction(models.TextChoices):
    HOMONYME = "homonyme", "Homonyme, autre famille"
    FRATRIE = "fratrie", "Frère ou sœur"
    JUMEAU = "jumeau", "Jumeau ou jumelle"
    AUTRE_NAISSANCE = "autre_naissance", "Autre date de naissance, vérifiée"
    NOUVELLE_DEMANDE = "nouvelle_demande", "Ancien dossier clos, nouvelle demande"


@pghistory.track()
class Rapprochement(models.Model):
    """Two dossiers that look alike and what a person said of them; `dossier` is the lower id.

    `certitude` ranks the pairs to review, out of 100; `demande_a` is the mairie asked to settle the pair.
    """

    dossier = models.ForeignKey(Dossier, on_delete=models.CASCADE, related_name="rapprochements")
    autre = models.ForeignKey(Dossier, on_delete=models.CASCADE, related_name="rapprochements_inverses")
    statut = models.CharField(max_length=12, choices=StatutRapprochement, default=StatutRapprochement.PROPOSE)
    origine = models.CharField(
        max_length=10, choices=OrigineRapprochement, default=OrigineRapprochement.SAISIE
    )
    certitude = models.PositiveSmallIntegerField(default=50)
    raisons = models.CharField(max_length=250, blank=True)
    motif = models.CharField(max_length=20, choices=MotifDistinction, blank=True)
    demande_a = models.ForeignKey(
        Mairie, null=True, blank=True, on_delete=models.SET_NULL, related_name="rapprochements_a_trancher"
    )
    demande_le = models.DateTimeField("demandé le", null=True, blank=True)
    par = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    le = models.DateTimeField()

    class Meta:
        ordering = ["-le"]
        indexes = [
            models.Index(
                fields=["-certitude", "id"],
                name="rapprochement_a_examiner",
                condition=Q(statut=StatutRapprochement.PROPOSE),
            )
        ]
        constraints = [
            models.UniqueConstraint(fields=["dossier", "autre"], name="rapprochement_unique"),
            models.CheckConstraint(
                name="rapprochement_ordonne",
                condition=Q(autre_id__gt=F("dossier_id")),
                violation_error_message="Un rapprochement va du plus ancien dossier au plus récent.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.dossier_id} et {self.autre_id}, {self.get_statut_display()}"
