"""The users of the application and what each may do."""

import pghistory
from django.contrib.auth.models import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models import Q


class Profil(models.TextChoices):
    AGENT = "agent", "Agent de mairie"
    COORDINATION = "coordination", "Coordination petite enfance"
    DIRECTION = "direction", "Direction de structure"
    MEMBRE = "membre", "Membre de la commission"
    PRESIDENCE = "presidence", "Présidence de la commission"
    PARTENAIRE = "partenaire", "Partenaire"
    ADMINISTRATION = "administration", "Administration"
    DPO = "dpo", "Délégué à la protection des données"


class ServicePartenaire(models.TextChoices):
    PMI = "pmi", "PMI"
    SERVICE_SOCIAL = "service_social", "Service social"
    RELAIS = "relais", "Relais petite enfance"
    FRANCE_TRAVAIL = "france_travail", "France Travail"


class AgentManager(BaseUserManager["Agent"]):
    def create_user(self, identifiant: str, password: str | None = None, **champs: object) -> "Agent":
        agent = self.model(identifiant=self.model.normalize_username(identifiant), **champs)
        agent.set_password(password)
        agent.save(using=self._db)
        return agent


@pghistory.track(exclude=["password", "last_login"])
class Agent(AbstractBaseUser):
    """A person who signs in. Rights come from `Habilitation`s only, and are their union."""

    identifiant = models.CharField(max_length=80, unique=True)
    nom = models.CharField(max_length=80)
    prenom = models.CharField("prénom", max_length=80)
    courriel = models.EmailField(blank=True)
    telephone = models.CharField("téléphone", max_length=20, blank=True)
    fonction = models.CharField(max_length=120, blank=True)
    is_active = models.BooleanField("compte ouvert", default=True)
    raccourcis = models.BooleanField("raccourcis à une touche", default=True)
    mot_de_passe_provisoire = models.BooleanField(default=False)
    cree_le = models.DateTimeField("créé le", auto_now_add=True)

    objects = AgentManager()

    USERNAME_FIELD = "identifiant"
    REQUIRED_FIELDS = ["nom", "prenom"]

    class Meta:
        ordering = ["nom", "prenom", "pk"]

    def __str__(self) -> str:
        return f"{self.prenom} {self.nom}"

    @property
    def nom_court(self) -> str:
        return f"{self.prenom} {self.nom[:1]}."


@pghistory.track()
class Habilitation(models.Model):
    """One right: a profil, its mairie, structure or service where it has one, between two days."""

    agent = models.ForeignKey(Agent, on_delete=models.CASCADE, related_name="habilitations")
    profil = models.CharField(max_length=20, choices=Profil)
    mairie = models.ForeignKey("structures.Mairie", null=True, blank=True, on_delete=models.PROTECT)
    structure = models.ForeignKey("structures.Structure", null=True, blank=True, on_delete=models.PROTECT)
    service = models.CharField(max_length=20, choices=ServicePartenaire, blank=True)
    debut = models.DateField("du")
    fin = models.DateField("au", null=True, blank=True)

    class Meta:
        ordering = ["agent", "profil", "pk"]
        constraints = [
            models.CheckConstraint(
                name="habilitation_portee",
                condition=(
                    Q(profil="agent", mairie__isnull=False, structure__isnull=True, service="")
                    | Q(profil="direction", structure__isnull=False, mairie__isnull=True, service="")
                    | (Q(profil="partenaire", mairie__isnull=True, structure__isnull=True) & ~Q(service=""))
                    | Q(
                        profil__in=["coordination", "membre", "presidence", "administration", "dpo"],
                        mairie__isnull=True,
                        structure__isnull=True,
                        service="",
                    )
                ),
                violation_error_message=(
                    "Un agent a une mairie, une direction une structure, un partenaire un service ; "
                    "les autres profils n’en ont pas."
                ),
            ),
            models.CheckConstraint(
                name="habilitation_dates",
                condition=Q(fin__isnull=True) | Q(fin__gte=models.F("debut")),
                violation_error_message="La fin de l’habilitation précède son début.",
            ),
        ]

    def __str__(self) -> str:
        lieu = self.mairie or self.structure or self.get_service_display()
        return f"{self.get_profil_display()}{f', {lieu}' if lieu else ''}"
