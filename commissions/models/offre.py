"""A place offered to a child: one at a time, released by a person, answered within its delay."""

import pghistory
import pgtrigger
from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from commissions.regles import offre as cycle
from dossiers.models import Admission, CanalContact, DemandeUrgence, Dossier, Enfant
from structures.models import Section

from .decision import Decision
from .seance import Seance

# Between two connections the second waits on the row of the places, then counts the first one's offer. A
# transfer frees the half-days it holds once its offer is accepted, never before: declined, its child stays.
# Two that exchange their places are offered together, since each keeps its own whatever the other says.
_UNE_PLACE = """
    IF NEW.seance_id IS NULL OR NEW.etat NOT IN ('preparee', 'envoyee', 'acceptee') THEN
        RETURN NEW;
    END IF;
    IF TG_OP = 'UPDATE' AND OLD.etat IN ('preparee', 'envoyee', 'acceptee')
       AND OLD.section_id = NEW.section_id AND OLD.demi_journees @> NEW.demi_journees THEN
        RETURN NEW;
    END IF;
    PERFORM 1 FROM commissions_placeofferte
      WHERE seance_id = NEW.seance_id AND section_id = NEW.section_id FOR UPDATE;
    IF EXISTS (
        SELECT 1 FROM unnest(NEW.demi_journees) k(creneau)
        WHERE (
            SELECT count(*) FROM commissions_offre o
            WHERE o.seance_id = NEW.seance_id AND o.section_id = NEW.section_id AND o.id <> NEW.id
              AND o.etat IN ('preparee', 'envoyee', 'acceptee') AND o.entree <> 'absent'
              AND k.creneau = ANY (o.demi_journees)
        ) >= coalesce((
            SELECT p.places[k.creneau + 1] FROM commissions_placeofferte p
            WHERE p.seance_id = NEW.seance_id AND p.section_id = NEW.section_id
        ), 0) + (
            SELECT count(*) FROM commissions_decision d
            JOIN commissions_passage pa ON pa.id = d.passage_id AND pa.nature = 'mutation'
            JOIN commissions_seance s ON s.id = pa.seance_id
            JOIN dossiers_dossier dos ON dos.id = pa.dossier_id
            JOIN dossiers_admission a ON a.id = dos.admission_actuelle_id
            WHERE pa.seance_id = NEW.seance_id AND d.sens = 'admis' AND k.creneau = ANY (a.demi_journees)
              AND NEW.section_id = (
                SELECT x.section_id FROM dossiers_occupation x
                WHERE x.admission_id = a.id AND lower(x.periode) <= s.date_effet
                ORDER BY lower(x.periode) DESC LIMIT 1)
              AND (EXISTS (
                SELECT 1 FROM commissions_offre m
                WHERE m.decision_id = d.id AND m.etat = 'acceptee' AND m.admission_id IS NOT NULL
              ) OR EXISTS (
                SELECT 1 FROM commissions_decision dn JOIN commissions_passage pn ON pn.id = dn.passage_id
                WHERE dn.id = NEW.decision_id AND pn.nature = 'mutation'
                  AND pn.section_actuelle_id = d.section_id
              ))
        )
    ) THEN
        RAISE EXCEPTION 'guichet: cette place est deja offerte'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'offre_une_place';
    END IF;
    RETURN NEW;
"""


class EtatOffre(models.TextChoices):
    PREPAREE = cycle.PREPAREE, "Préparée"
    ENVOYEE = cycle.ENVOYEE, "Envoyée"
    ACCEPTEE = cycle.ACCEPTEE, "Acceptée"
    DECLINEE = cycle.DECLINEE, "Déclinée"
    EXPIREE = cycle.EXPIREE, "Sans réponse"
    ANNULEE = cycle.ANNULEE, "Annulée"


class OrigineOffre(models.TextChoices):
    SEANCE = "seance", "Décision de la séance"
    APPEL = "appel", "Liste complémentaire"
    URGENCE = "urgence", "Admission en urgence"


class MotifRefus(models.TextChoices):
    """Why a family declines; never its health."""

    JOURS = "jours", "Les jours ne conviennent pas"
    DATE = "date", "La date d’entrée ne convient pas"
    STRUCTURE = "structure", "La structure ne convient pas"
    MIEUX_CLASSE = "mieux_classe", "Préfère attendre un choix mieux classé"
    AUTRE_MODE = "autre_mode", "A trouvé un autre mode d’accueil"
    PLUS_BESOIN = "plus_besoin", "N’a plus besoin de place"
    COUT = "cout", "Le coût"


class MotifAnnulation(models.TextChoices):
    """Why the offer falls without the family; the first ones are the structure's doing."""

    PLACE_INDISPONIBLE = "place_indisponible", "La place n’est plus disponible"
    FERMETURE = "fermeture", "Fermeture ou travaux"
    PERSONNEL = "personnel", "Manque de personnel"
    REFUS_GESTIONNAIRE = "refus_gestionnaire", "Le gestionnaire ne confirme pas"
    ERREUR = "erreur", "Offre préparée par erreur"
    DOSSIER = "dossier", "Le dossier a changé"


FAIT_DE_LA_STRUCTURE = (
    *(MotifAnnulation.PLACE_INDISPONIBLE, MotifAnnulation.FERMETURE, MotifAnnulation.PERSONNEL),
    MotifAnnulation.REFUS_GESTIONNAIRE,
)


class AvisGestionnaire(models.TextChoices):
    """What the manager of a place the city does not run says before its offer leaves; never health."""

    CONFIRMEE = "confirmee", "Confirmée"
    PLACE_INDISPONIBLE = "place_indisponible", "Refusée\u00a0: la place n’est plus disponible"
    CONDITIONS = "conditions", "Refusée\u00a0: condition locale de la convention non remplie"
    FERMETURE = "fermeture", "Refusée\u00a0: fermeture ou travaux"
    PERSONNEL = "personnel", "Refusée\u00a0: manque de personnel"


class EntreeOffre(models.TextChoices):
    VENU = "venu", "Entrée confirmée"
    ABSENT = "absent", "Enfant non venu"


@pghistory.track()
class Offre(models.Model):
    """One place for one child. `entree_le` is its staggered first adaptation day, `debut` its contract's.

    The delay begins with the first contact noted: `limite_le` is stored then and never moves. `avant` keeps
    the place a transfer or a complement changed, for the undo of a place that fails.
    """

    dossier = models.ForeignKey(Dossier, on_delete=models.PROTECT, related_name="offres")
    enfant = models.ForeignKey(Enfant, on_delete=models.PROTECT, related_name="offres")
    origine = models.CharField(max_length=8, choices=OrigineOffre)
    seance = models.ForeignKey(Seance, null=True, blank=True, on_delete=models.PROTECT, related_name="offres")
    decision = models.ForeignKey(
        Decision, null=True, blank=True, on_delete=models.PROTECT, related_name="offres"
    )
    urgence = models.ForeignKey(
        DemandeUrgence, null=True, blank=True, on_delete=models.SET_NULL, related_name="offres"
    )
    section = models.ForeignKey(Section, on_delete=models.PROTECT, related_name="+")
    choix = models.PositiveSmallIntegerField(null=True, blank=True)
    demi_journees = ArrayField(models.PositiveSmallIntegerField(), verbose_name="demi-journées")
    entree_le = models.DateField("première adaptation le")
    debut = models.DateField("début du contrat")
    fin = models.DateField("fin du contrat", null=True, blank=True)
    entree_prevue_le = models.DateField("entrée prévue avant report", null=True, blank=True)
    etat = models.CharField("état", max_length=10, choices=EtatOffre, default=EtatOffre.PREPAREE)
    preparee_le = models.DateTimeField("préparée le")
    envoyee_le = models.DateTimeField("envoyée le", null=True, blank=True)
    envoyee_par = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    avis = models.CharField("réponse du gestionnaire", max_length=20, choices=AvisGestionnaire, blank=True)
    avis_le = models.DateTimeField("réponse du gestionnaire le", null=True, blank=True)
    avis_par = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    contact_le = models.DateTimeField("famille prévenue le", null=True, blank=True)
    contact_canal = models.CharField(max_length=10, choices=CanalContact, blank=True)
    limite_le = models.DateTimeField("à répondre avant le", null=True, blank=True)
    repondue_le = models.DateTimeField("répondue le", null=True, blank=True)
    repondue_par = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    motif_refus = models.CharField("motif du refus", max_length=14, choices=MotifRefus, blank=True)
    refus_compte = models.BooleanField("refus compté", default=False)
    annulee_le = models.DateTimeField("annulée le", null=True, blank=True)
    motif_annulation = models.CharField(
        "motif de l’annulation", max_length=20, choices=MotifAnnulation, blank=True
    )
    admission = models.ForeignKey(
        Admission, null=True, blank=True, on_delete=models.SET_NULL, related_name="offres"
    )
    avant = models.JSONField(default=dict, blank=True)
    entree = models.CharField("entrée", max_length=8, choices=EntreeOffre, blank=True)
    entree_constatee_le = models.DateTimeField("entrée constatée le", null=True, blank=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        ordering = ["-preparee_le", "-pk"]
        indexes = [
            models.Index(fields=["limite_le"], name="offre_limite", condition=Q(etat=cycle.ENVOYEE)),
            models.Index(fields=["seance", "section"], name="offre_seance_section"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["enfant"],
                condition=Q(etat__in=cycle.VIVANTES),
                name="offre_une_vivante_par_enfant",
                violation_error_message="Une place est déjà proposée à cet enfant.",
            ),
            models.CheckConstraint(
                name="offre_etat_date",
                condition=Q(
                    etat=cycle.PREPAREE,
                    envoyee_le__isnull=True,
                    repondue_le__isnull=True,
                    annulee_le__isnull=True,
                )
                | Q(
                    etat=cycle.ENVOYEE,
                    envoyee_le__isnull=False,
                    repondue_le__isnull=True,
                    annulee_le__isnull=True,
                )
                | Q(
                    etat__in=[cycle.ACCEPTEE, cycle.DECLINEE, cycle.EXPIREE],
                    envoyee_le__isnull=False,
                    repondue_le__isnull=False,
                    annulee_le__isnull=True,
                )
                | Q(etat=cycle.ANNULEE, annulee_le__isnull=False),
                violation_error_message="Chaque état d’une offre porte sa date, et elle seule.",
            ),
            models.CheckConstraint(
                name="offre_delai",
                condition=Q(contact_le__isnull=True, limite_le__isnull=True, contact_canal="")
                | (
                    Q(contact_le__isnull=False, limite_le__isnull=False, envoyee_le__isnull=False)
                    & Q(limite_le__gt=F("contact_le"))
                    & ~Q(contact_canal="")
                ),
                violation_error_message="Le délai d’une offre court d’un contact daté.",
            ),
            models.CheckConstraint(
                name="offre_expiree_apres_delai",
                condition=~Q(etat=cycle.EXPIREE) | Q(limite_le__isnull=False, repondue_le__gt=F("limite_le")),
                violation_error_message="Une offre expire après son délai.",
            ),
            models.CheckConstraint(
                name="offre_refus_motive",
                condition=(Q(etat=cycle.DECLINEE) & ~Q(motif_refus=""))
                | (Q(etat=cycle.EXPIREE) & Q(motif_refus=""))
                | (~Q(etat__in=cycle.LIBEREES) & Q(motif_refus="", refus_compte=False)),
                violation_error_message="Une offre déclinée, et elle seule, porte un motif de refus.",
            ),
            models.CheckConstraint(
                name="offre_annulation_motivee",
                condition=(Q(etat=cycle.ANNULEE) & ~Q(motif_annulation=""))
                | (~Q(etat=cycle.ANNULEE) & Q(motif_annulation="")),
                violation_error_message="Une offre annulée, et elle seule, porte un motif d’annulation.",
            ),
            models.CheckConstraint(
                name="offre_origine",
                condition=Q(origine=OrigineOffre.URGENCE, seance__isnull=True, decision__isnull=True)
                | (
                    ~Q(origine=OrigineOffre.URGENCE)
                    & Q(seance__isnull=False, decision__isnull=False, urgence__isnull=True)
                ),
                violation_error_message="Une offre vient d’une décision de séance ou d’une urgence.",
            ),
            models.CheckConstraint(
                name="offre_jours_dates",
                condition=Q(demi_journees__len__gte=1, debut__gte=F("entree_le"))
                & (Q(fin__isnull=True) | Q(fin__gte=F("debut"))),
                violation_error_message="Une offre a ses demi-journées\u202f; son contrat suit l’adaptation.",
            ),
            models.CheckConstraint(
                name="offre_avis_date",
                condition=Q(avis="", avis_le__isnull=True) | (~Q(avis="") & Q(avis_le__isnull=False)),
                violation_error_message="La réponse du gestionnaire porte son jour.",
            ),
            models.CheckConstraint(
                name="offre_entree_constatee",
                condition=Q(entree="", entree_constatee_le__isnull=True)
                | (~Q(entree="") & Q(entree_constatee_le__isnull=False, etat=cycle.ACCEPTEE)),
                violation_error_message="L’entrée se constate sur une offre acceptée.",
            ),
        ]
        triggers = [
            pgtrigger.Trigger(
                name="offre_une_place",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert | pgtrigger.Update,
                func=_UNE_PLACE,
            ),
            pgtrigger.Protect(name="offre_gardee", operation=pgtrigger.Delete),
        ]

    def __str__(self) -> str:
        return f"{self.section}, {self.dossier}"

    @property
    def en_urgence(self) -> bool:
        """Between two séances: the dossier stays on the list, where it waits for a regular place."""
        return self.origine == OrigineOffre.URGENCE

    @property
    def vivante(self) -> bool:
        return self.etat in cycle.VIVANTES
