"""A situation professionals share: who asks, by when, what is answered, who does what. Never the facts."""

import pghistory
from django.db import models
from django.db.models import Q

from structures.models import Agent

from .dossier import Dossier


class ServiceDemandeur(models.TextChoices):
    """A partner's account has one of the first four, under the same code."""

    PMI = "pmi", "PMI"
    SERVICE_SOCIAL = "service_social", "Service social"
    RELAIS = "relais", "Relais petite enfance"
    FRANCE_TRAVAIL = "france_travail", "France Travail"
    CCAS = "ccas", "CCAS"
    STRUCTURE = "structure", "Structure d’accueil"
    MAIRIE = "mairie", "Mairie de proximité"
    COORDINATION = "coordination", "Coordination petite enfance"


class FonctionDemandeur(models.TextChoices):
    PUERICULTRICE = "puericultrice", "Puéricultrice"
    MEDECIN = "medecin", "Médecin de PMI"
    ASSISTANTE_SOCIALE = "assistante_sociale", "Assistante ou assistant de service social"
    EDUCATRICE = "educatrice", "Éducatrice ou éducateur"
    CONSEIL_EMPLOI = "conseil_emploi", "Conseiller ou conseillère emploi"
    RELAIS = "relais", "Animatrice ou animateur de relais"
    DIRECTION = "direction", "Direction de structure"
    RESPONSABLE = "responsable", "Responsable de service"
    AGENT = "agent", "Agent ou agente d’accueil"


class DelaiSouhaite(models.TextChoices):
    SEMAINE = "semaine", "Une semaine"
    QUINZAINE = "quinzaine", "Deux semaines"
    MOIS = "mois", "Un mois"
    TRIMESTRE = "trimestre", "Trois mois"


class ReponseSituation(models.TextChoices):
    COMMISSION = "commission", "Examinée à la prochaine commission"
    PLACE_URGENCE = "place_urgence", "Accueil d’urgence proposé"
    OCCASIONNEL = "occasionnel", "Accueil occasionnel proposé"
    ORIENTATION_RELAIS = "orientation_relais", "Orientée vers le relais petite enfance"
    A_COMPLETER = "a_completer", "Dossier à compléter d’abord"
    SANS_PLACE = "sans_place", "Pas de place à ce jour"


class MotifFinSituation(models.TextChoices):
    PLACE_TROUVEE = "place_trouvee", "Une place est trouvée"
    AUTRE_SOLUTION = "autre_solution", "Une autre solution est trouvée"
    SANS_SUITE = "sans_suite", "La famille ne demande plus"
    SERVICE_RETIRE = "service_retire", "Le service retire sa demande"
    ERREUR = "erreur", "Ouverte par erreur"


class NatureTache(models.TextChoices):
    APPELER = "appeler", "Appeler la famille"
    RENDEZ_VOUS = "rendez_vous", "Donner un rendez-vous au guichet"
    PIECE = "piece", "Faire compléter une pièce"
    PLACE = "place", "Chercher une place"
    STRUCTURE = "structure", "Joindre la structure"
    COMMISSION = "commission", "Préparer le passage en commission"
    REPONDRE = "repondre", "Répondre au service demandeur"


class NatureChangement(models.TextChoices):
    """What a partner may tell: nothing but what changes the request."""

    TOUJOURS = "toujours", "La demande est toujours utile"
    PLUS_TOT = "plus_tot", "L’accueil est souhaité plus tôt"
    PLUS_TARD = "plus_tard", "L’accueil peut attendre"
    BESOIN = "besoin", "Les jours demandés changent : la famille passera au guichet"
    COORDONNEES = "coordonnees", "Les coordonnées changent : la famille passera au guichet"
    SOLUTION = "solution", "Une autre solution est trouvée"


def _par() -> "models.ForeignKey[Agent | None]":
    return models.ForeignKey(Agent, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")


@pghistory.track()
class SituationPartagee(models.Model):
    """A dossier marked: it exists for its circle, its counter and the coordination only."""

    dossier = models.ForeignKey(Dossier, on_delete=models.CASCADE, related_name="situations")
    service = models.CharField(max_length=16, choices=ServiceDemandeur)
    fonction = models.CharField(max_length=20, choices=FonctionDemandeur)
    demandeur = _par()
    demandee_le = models.DateField("demandée le")
    delai_souhaite = models.CharField("délai souhaité", max_length=10, choices=DelaiSouhaite)
    reponse_attendue_le = models.DateField("réponse attendue le")
    ouverte_le = models.DateTimeField("ouverte le")
    ouverte_par = _par()
    reponse = models.CharField("réponse", max_length=20, choices=ReponseSituation, blank=True)
    repondue_le = models.DateTimeField("répondue le", null=True, blank=True)
    repondue_par = _par()
    close_le = models.DateTimeField("close le", null=True, blank=True)
    close_par = _par()
    motif_fin = models.CharField("motif de fin", max_length=16, choices=MotifFinSituation, blank=True)

    class Meta:
        ordering = ["reponse_attendue_le", "pk"]
        verbose_name = "situation partagée"
        constraints = [
            models.UniqueConstraint(
                fields=["dossier", "service"],
                condition=Q(close_le__isnull=True),
                name="situation_une_par_service",
                violation_error_message="Ce service suit déjà une situation sur ce dossier.",
            ),
            models.CheckConstraint(
                name="situation_repondue_datee",
                condition=Q(repondue_le__isnull=True, reponse="")
                | (Q(repondue_le__isnull=False) & ~Q(reponse="")),
                violation_error_message="Une réponse porte son jour.",
            ),
            models.CheckConstraint(
                name="situation_close_motivee",
                condition=Q(close_le__isnull=True, motif_fin="")
                | (Q(close_le__isnull=False) & ~Q(motif_fin="")),
                violation_error_message="Une situation close porte son jour et son motif.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_service_display()}, {self.dossier_id}"

    @property
    def ouverte(self) -> bool:
        return self.close_le is None


@pghistory.track()
class MembreCercle(models.Model):
    """A person of the circle, between two instants."""

    situation = models.ForeignKey(SituationPartagee, on_delete=models.CASCADE, related_name="cercle")
    agent = models.ForeignKey(Agent, on_delete=models.CASCADE, related_name="cercles")
    depuis = models.DateTimeField()
    ajoute_par = _par()
    retire_le = models.DateTimeField("retiré le", null=True, blank=True)
    retire_par = _par()

    class Meta:
        ordering = ["depuis", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["situation", "agent"],
                condition=Q(retire_le__isnull=True),
                name="cercle_unique",
                violation_error_message="Cette personne est déjà du cercle.",
            )
        ]

    def __str__(self) -> str:
        return str(self.agent)


@pghistory.track()
class TacheSituation(models.Model):
    """What somebody does for the family, by when."""

    situation = models.ForeignKey(SituationPartagee, on_delete=models.CASCADE, related_name="taches")
    nature = models.CharField(max_length=12, choices=NatureTache)
    echeance_le = models.DateField("à faire avant le")
    responsable = models.ForeignKey(Agent, on_delete=models.PROTECT, related_name="taches_situations")
    creee_le = models.DateTimeField("créée le")
    creee_par = _par()
    faite_le = models.DateTimeField("faite le", null=True, blank=True)
    faite_par = _par()

    class Meta:
        ordering = ["echeance_le", "pk"]
        verbose_name = "tâche"

    def __str__(self) -> str:
        return self.get_nature_display()


@pghistory.track()
class ChangementSituation(models.Model):
    """What changed, told by somebody of the circle in a coded word."""

    situation = models.ForeignKey(SituationPartagee, on_delete=models.CASCADE, related_name="changements")
    nature = models.CharField(max_length=12, choices=NatureChangement)
    le = models.DateTimeField()
    par = _par()

    class Meta:
        ordering = ["-le", "-pk"]

    def __str__(self) -> str:
        return self.get_nature_display()
