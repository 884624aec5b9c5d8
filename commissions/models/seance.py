"""The session: when, where, who sits, which places it fills, and the list frozen for it."""

import pghistory
import pgtrigger
from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from commissions.regles import cycle
from dossiers.models import Departage, GrilleCriteres
from structures.models import Section
from structures.regles.creneaux import Limite, PlacesLimite
from structures.regles.semaine import NB_CRENEAUX

# What the freeze wrote, and what it read: fixed from that moment on.
_FIGE = ("date_effet", "cloture_le", "gelee_le", "grille_id", "departage", "graine", "instance", "empreinte")
_SEANCE_FIGEE = f"""
    IF TG_OP = 'DELETE' THEN
        RAISE EXCEPTION 'guichet: une seance gelee ne se supprime pas';
    END IF;
    IF NEW.etat = 'planifiee' OR {" OR ".join(f"NEW.{c} IS DISTINCT FROM OLD.{c}" for c in _FIGE)} THEN
        RAISE EXCEPTION 'guichet: cette seance est gelee';
    END IF;
    RETURN NEW;
"""
_PLACES_FIGEES = """
    IF EXISTS (
        SELECT 1 FROM commissions_seance
        WHERE id IN (COALESCE(NEW.seance_id, OLD.seance_id), COALESCE(OLD.seance_id, NEW.seance_id))
        AND etat <> 'planifiee'
    ) THEN
        RAISE EXCEPTION 'guichet: les places de cette seance sont gelees';
    END IF;
    RETURN COALESCE(NEW, OLD);
"""


class EtatSeance(models.TextChoices):
    PLANIFIEE = cycle.PLANIFIEE, "Planifiée"
    GELEE = cycle.GELEE, "Gelée"
    OUVERTE = cycle.OUVERTE, "Ouverte"
    TENUE = cycle.TENUE, "Tenue"
    VALIDEE = cycle.VALIDEE, "Validée"
    NOTIFIEE = cycle.NOTIFIEE, "Notifiée"
    CLOSE = cycle.CLOSE, "Close"


class MotifSansQuorum(models.TextChoices):
    SECONDE_CONVOCATION = "seconde_convocation", "Seconde convocation, valable sans quorum"
    REGLEMENT = "reglement", "Le règlement de la commission ne demande pas de quorum"


@pghistory.track(exclude=["instance"])
class Seance(models.Model):
    """One sitting of the single commission.

    Places are counted and sections computed at `date_effet`. Once frozen, `instance` is the canonical
    JSON of the allocation problem and `empreinte` its SHA-256; `graine` seeds order numbers and draws.
    """

    intitule = models.CharField("intitulé", max_length=120)
    tenue_prevue_le = models.DateTimeField("date et heure de la séance")
    lieu = models.CharField(max_length=200)
    date_effet = models.DateField("places comptées au")
    cloture_le = models.DateField("dossiers reçus jusqu’au")
    etat = models.CharField("état", max_length=10, choices=EtatSeance, default=EtatSeance.PLANIFIEE)
    gelee_le = models.DateTimeField("gelée le", null=True, blank=True)
    gelee_par = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    grille = models.ForeignKey(
        GrilleCriteres, null=True, blank=True, on_delete=models.PROTECT, related_name="seances"
    )
    departage = models.CharField("à égalité", max_length=8, choices=Departage, blank=True)
    graine = models.PositiveBigIntegerField(null=True, blank=True)
    instance = models.TextField(blank=True)
    empreinte = models.CharField(max_length=64, blank=True)
    ouverte_le = models.DateTimeField("ouverte le", null=True, blank=True)
    sans_quorum = models.CharField("ouverte sans quorum", max_length=20, choices=MotifSansQuorum, blank=True)
    tenue_le = models.DateTimeField("tenue le", null=True, blank=True)
    validee_le = models.DateTimeField("validée le", null=True, blank=True)
    notifiee_le = models.DateTimeField("notifiée le", null=True, blank=True)
    close_le = models.DateTimeField("close le", null=True, blank=True)
    version = models.PositiveIntegerField(default=1)
    creee_le = models.DateTimeField("créée le", auto_now_add=True)

    class Meta:
        ordering = ["-tenue_prevue_le"]
        verbose_name = "séance"
        constraints = [
            models.CheckConstraint(
                name="seance_gelee_complete",
                condition=Q(etat=cycle.PLANIFIEE, gelee_le__isnull=True)
                | (
                    ~Q(etat=cycle.PLANIFIEE)
                    & Q(gelee_le__isnull=False, grille__isnull=False)
                    & ~Q(empreinte="")
                ),
                violation_error_message="Une séance gelée porte son heure, sa grille et son empreinte.",
            ),
        ]
        triggers = [
            pgtrigger.Trigger(
                name="seance_figee",
                when=pgtrigger.Before,
                operation=pgtrigger.Update | pgtrigger.Delete,
                condition=~pgtrigger.Q(old__etat=cycle.PLANIFIEE),
                func=_SEANCE_FIGEE,
            )
        ]

    def __str__(self) -> str:
        return self.intitule

    @property
    def gelee(self) -> bool:
        return self.etat != EtatSeance.PLANIFIEE


@pghistory.track()
class Presence(models.Model):
    """A member called to a séance. `present` is None until it is signed; an absent one may be excused, and
    may have given a mandate to one who is there.
    """

    class Qualite(models.TextChoices):
        PRESIDENCE = "presidence", "Présidence"
        ELU = "elu", "Élu ou élue"
        CAF = "caf", "CAF"
        PMI = "pmi", "Département, PMI"
        ASSOCIATION = "association", "Présidence d’association"
        DIRECTION = "direction", "Direction de structure"
        RELAIS = "relais", "Relais petite enfance"
        SERVICE = "service", "Service petite enfance"

    seance = models.ForeignKey(Seance, on_delete=models.CASCADE, related_name="presences")
    agent = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="presences")
    qualite = models.CharField("qualité", max_length=12, choices=Qualite)
    present = models.BooleanField("présent", null=True, blank=True)
    excuse = models.BooleanField("excusé", default=False)
    mandat_a = models.OneToOneField(
        "self", null=True, blank=True, on_delete=models.SET_NULL, related_name="mandat_de"
    )

    class Meta:
        ordering = ["seance", "qualite", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["seance", "agent"],
                name="presence_unique",
                violation_error_message="Cette personne siège déjà à cette séance.",
            ),
            models.CheckConstraint(
                name="presence_excuse_absent",
                condition=Q(excuse=False) | Q(present__isnull=False, present=False),
                violation_error_message="Une personne présente n’est pas excusée.",
            ),
            models.CheckConstraint(
                name="presence_mandat_absent",
                condition=Q(mandat_a__isnull=True)
                | (Q(present__isnull=False, present=False) & ~Q(mandat_a=F("pk"))),
                violation_error_message="Seule une personne absente donne mandat, à une autre.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.agent}, {self.get_qualite_display()}"


@pghistory.track()
class PlaceOfferte(models.Model):
    """The places of one section put to a séance, per créneau; `reserves` as in the allocation's format.

    `supplements`: what the section limits besides, one {"nature", "seuil", "places"} each, ten places.
    """

    seance = models.ForeignKey(Seance, on_delete=models.CASCADE, related_name="places")
    section = models.ForeignKey(Section, on_delete=models.PROTECT, related_name="+")
    places = ArrayField(models.PositiveSmallIntegerField(), size=NB_CRENEAUX)
    reserves = models.JSONField("places réservées", default=list, blank=True)
    supplements = models.JSONField("créneaux supplémentaires", default=list, db_default=[], blank=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        ordering = ["seance", "section"]
        verbose_name = "places offertes"
        constraints = [
            models.UniqueConstraint(fields=["seance", "section"], name="places_une_ligne_par_section"),
            models.CheckConstraint(name="places_creneaux", condition=Q(places__len=NB_CRENEAUX)),
        ]
        triggers = [
            pgtrigger.Trigger(
                name="places_figees",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete,
                func=_PLACES_FIGEES,
            )
        ]

    def __str__(self) -> str:
        return f"{self.section}, {self.seance}"

    @property
    def limites(self) -> tuple[PlacesLimite, ...]:
        return tuple(
            PlacesLimite(Limite(lu["nature"], lu["seuil"]), tuple(lu["places"])) for lu in self.supplements
        )
