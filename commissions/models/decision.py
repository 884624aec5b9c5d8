"""What the commission advised for each dossier, and the documents printed for it."""

import pghistory
import pgtrigger
from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from structures.models import Section, Tache

from .passage import Passage
from .seance import Seance

# A decision is taken while the séance is open. The name of an agent who left may go from it at any time.
_SEANCE_OUVERTE = """
    IF TG_OP = 'UPDATE' AND NEW.prise_par_id IS NULL
        AND to_jsonb(NEW) - 'prise_par_id' = to_jsonb(OLD) - 'prise_par_id' THEN
        RETURN NEW;
    END IF;
    IF NOT EXISTS (
        SELECT 1 FROM commissions_seance s JOIN commissions_passage p ON p.seance_id = s.id
        WHERE p.id = COALESCE(NEW.passage_id, OLD.passage_id) AND s.etat = 'ouverte' FOR SHARE OF s
    ) THEN
        RAISE EXCEPTION 'guichet: cette seance n''est pas ouverte'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'decision_seance_ouverte';
    END IF;
    RETURN COALESCE(NEW, OLD);
"""
# Admitted on a half-day: never more than the places offered, plus what admitted transfers leave there. The
# row of places is the lock: of two decisions for the last place, the second waits and counts the first.
_PLACES_TENUES = """
    SELECT p.seance_id, ARRAY[NEW.section_id, OLD.section_id, p.section_actuelle_id]
        INTO la_seance, sections
        FROM commissions_passage p WHERE p.id = COALESCE(NEW.passage_id, OLD.passage_id);
    PERFORM 1 FROM commissions_placeofferte o
        WHERE o.seance_id = la_seance AND o.section_id = ANY(sections) ORDER BY o.id FOR UPDATE;
    IF EXISTS (
        SELECT 1 FROM commissions_placeofferte o CROSS JOIN generate_series(0, 9) k
        WHERE o.seance_id = la_seance AND o.section_id = ANY(sections) AND o.places[k + 1] < (
            SELECT COUNT(*) FILTER (WHERE d.section_id = o.section_id AND k = ANY(d.demi_journees))
                - COUNT(*) FILTER (
                    WHERE p.section_actuelle_id = o.section_id AND k = ANY(p.demi_journees_actuelles)
                )
            FROM commissions_decision d JOIN commissions_passage p ON p.id = d.passage_id
            WHERE p.seance_id = la_seance AND d.sens = 'admis'
        )
    ) THEN
        RAISE EXCEPTION 'guichet: plus de place sur une demi-journee'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'decision_places';
    END IF;
    RETURN NULL;
"""


class SensDecision(models.TextChoices):
    ADMIS = "admis", "Admettre"
    LISTE_COMPLEMENTAIRE = "liste_complementaire", "Liste complémentaire"
    AJOURNE = "ajourne", "Ajourner"
    NON_RETENU = "non_retenu", "Ne pas retenir"


class MotifDecision(models.TextChoices):
    PLACES_TRANCHE = "places_tranche", "Pas de place dans la tranche d’âge"
    PLACES_JOURS = "places_jours", "Pas de place les jours demandés"
    PLACES_STRUCTURES = "places_structures", "Pas de place dans les structures choisies"
    RANG = "rang", "Rang inférieur au dernier admis"
    DATE_ENTREE = "date_entree", "Date d’entrée hors de la période"
    FRATRIE = "fratrie", "Pas de places ensemble pour les frères et sœurs"
    DOSSIER_A_JOUR = "dossier_a_jour", "Dossier à mettre à jour"
    REPORT = "report", "Reporté à la prochaine séance"


class MotifEcart(models.TextChoices):
    """Why the commission departs from the proposal: never health, handicap nor social follow-up."""

    FRATRIE = "fratrie", "Réunir des frères et sœurs"
    CONTINUITE = "continuite", "Continuité de l’accueil de l’enfant"
    GROUPE = "groupe", "Équilibre du groupe d’enfants de la section"
    SEMAINE = "semaine", "Semaine mieux adaptée aux places restantes"
    FAMILLE = "famille", "Souhait de la famille, dit depuis le gel"
    ELEMENT_NOUVEAU = "element_nouveau", "Élément nouveau, exposé de vive voix"
    ERREUR = "erreur", "Erreur constatée dans le dossier gelé"


@pghistory.track()
class Decision(models.Model):
    """The avis on one passage; an admission names its section and half-days, anything else a coded reason."""

    passage = models.OneToOneField(Passage, on_delete=models.PROTECT, related_name="decision")
    sens = models.CharField(max_length=20, choices=SensDecision)
    motif = models.CharField(max_length=20, choices=MotifDecision, blank=True)
    section = models.ForeignKey(Section, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    choix = models.PositiveSmallIntegerField(null=True, blank=True)
    demi_journees = ArrayField(models.PositiveSmallIntegerField(), default=list, blank=True)
    rang_complementaire = models.PositiveSmallIntegerField(null=True, blank=True)
    # A rank said aloud pushed the following ones down: they come up again when this avis leaves the list.
    insere = models.BooleanField("a poussé les suivants", default=False, db_default=False)
    # None: no proposal was there to follow. `ecart` is why the commission departed from it.
    conforme = models.BooleanField("suit la proposition", null=True, blank=True)
    ecart = models.CharField("motif de l’écart", max_length=20, choices=MotifEcart, blank=True)
    # Decisions of one gesture share its number, 0 once put back by an undo; `precedente` is the avis this one
    # replaced. `version` is the number of the last gesture that wrote it: it never serves twice.
    geste = models.PositiveIntegerField(default=1)
    precedente = models.JSONField(default=dict, blank=True)
    version = models.PositiveIntegerField(default=1)
    prise_le = models.DateTimeField("prise le")
    prise_par = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )

    class Meta:
        ordering = ["passage"]
        verbose_name = "décision"
        constraints = [
            models.CheckConstraint(
                name="decision_sens",
                condition=(
                    Q(sens=SensDecision.ADMIS, section__isnull=False, demi_journees__len__gte=1)
                    | (~Q(sens=SensDecision.ADMIS) & ~Q(motif=""))
                ),
                violation_error_message="Une admission dit où et quand ; une autre décision porte un motif.",
            ),
            models.CheckConstraint(
                name="decision_ecart_motive",
                condition=(Q(conforme__isnull=False, conforme=False) & ~Q(ecart=""))
                | (Q(conforme__isnull=True) | Q(conforme=True)) & Q(ecart=""),
                violation_error_message="Un écart à la proposition porte un motif.",
            ),
            models.CheckConstraint(
                name="decision_rang_complementaire",
                condition=Q(rang_complementaire__isnull=True) | Q(sens=SensDecision.LISTE_COMPLEMENTAIRE),
                violation_error_message="Seule la liste complémentaire a un rang.",
            ),
            models.CheckConstraint(
                name="decision_insere_a_un_rang",
                condition=Q(insere=False) | Q(rang_complementaire__isnull=False),
                violation_error_message="Seul un rang de la liste complémentaire pousse les suivants.",
            ),
        ]
        triggers = [
            pgtrigger.Trigger(
                name="decision_seance_ouverte",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete,
                func=_SEANCE_OUVERTE,
            ),
            pgtrigger.Trigger(
                name="decision_places",
                when=pgtrigger.After,
                operation=pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete,
                declare=[("la_seance", "bigint"), ("sections", "bigint[]")],
                func=_PLACES_TENUES,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.passage}, {self.get_sens_display()}"


class VersionOrdreDuJour(models.TextChoices):
    SANS_NOMS = "sans_noms", "Version sans noms"
    NOMINATIVE = "nominative", "Version nominative"


@pghistory.track()
class OrdreDuJour(models.Model):
    """An agenda as printed: the stored file, its SHA-256, and the job that made it."""

    seance = models.ForeignKey(Seance, on_delete=models.PROTECT, related_name="ordres_du_jour")
    version = models.CharField(max_length=12, choices=VersionOrdreDuJour)
    fichier = models.FileField(upload_to="ordres-du-jour/", blank=True)
    empreinte = models.CharField(max_length=64, blank=True)
    pages = models.PositiveSmallIntegerField(null=True, blank=True)
    tache = models.ForeignKey(Tache, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    demande_le = models.DateTimeField("demandé le")
    demande_par = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )

    class Meta:
        ordering = ["-demande_le"]
        verbose_name = "ordre du jour"
        triggers = [
            # A printed agenda is what members hold in their hands: its file and digest are written once.
            pgtrigger.Protect(
                name="ordre_du_jour_imprime",
                operation=pgtrigger.Update | pgtrigger.Delete,
                condition=~pgtrigger.Q(old__empreinte=""),
            )
        ]

    def __str__(self) -> str:
        return f"{self.get_version_display()}, {self.seance}"
