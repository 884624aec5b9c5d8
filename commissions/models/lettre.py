"""Letters after a séance: the models the coordination edits, who signs, each batch, each letter as sent."""

import pghistory
import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q

from commissions.regles import lettres as regles
from dossiers.models import CanalCourrier, Courrier, Dossier
from structures.models import Gestionnaire, Tache

from .decision import Decision
from .offre import Offre
from .seance import Seance

_FIXE = ("corps", "objet", "empreinte", "nature", "modele_id", "dossier_id", "remise_le", "auteur")
_LETTRE_REMISE = f"""
    IF TG_OP = 'DELETE' OR {" OR ".join(f"NEW.{c} IS DISTINCT FROM OLD.{c}" for c in _FIXE)} THEN
        RAISE EXCEPTION 'guichet: une lettre remise ne change pas';
    END IF;
    RETURN NEW;
"""
# A place or a choice of a structure the city does not run: its manager has confirmed, or nothing leaves.
_GESTIONNAIRE_D_ACCORD = """
    IF EXISTS (
        SELECT 1 FROM structures_structure st
        JOIN structures_gestionnaire g ON g.id = st.gestionnaire_id AND g.nature NOT IN ('ville', 'ccas')
        WHERE CASE WHEN NEW.offre_id IS NULL THEN
            st.id IN (
                SELECT se.structure_id FROM commissions_decision d
                JOIN commissions_passagevoeu v ON v.passage_id = d.passage_id
                JOIN structures_section se ON se.id = v.section_id
                WHERE d.id = NEW.decision_id
            ) AND NOT EXISTS (
                SELECT 1 FROM commissions_confirmationgestionnaire c
                WHERE c.decision_id = NEW.decision_id AND c.structure_id = st.id AND c.etat = 'confirmee'
            )
        ELSE
            st.id = (
                SELECT se.structure_id FROM commissions_offre o
                JOIN structures_section se ON se.id = o.section_id
                WHERE o.id = NEW.offre_id AND o.avis <> 'confirmee'
            )
        END
    ) THEN
        RAISE EXCEPTION 'guichet: le gestionnaire n''a pas confirme cette lettre'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'lettre_confirmee';
    END IF;
    RETURN NEW;
"""


class NatureLettre(models.TextChoices):
    OFFRE = regles.OFFRE, "Offre de place"
    COMPLEMENTAIRE = regles.COMPLEMENTAIRE, "Liste complémentaire"
    REFUS = regles.REFUS, "Refus motivé"
    AJOURNEMENT = regles.AJOURNEMENT, "Ajournement"
    DISCRETE = regles.DISCRETE, "Famille protégée"


@pghistory.track()
class ModeleLettre(models.Model):
    """One version of the text of one nature, never changed: a new text is the next version."""

    nature = models.CharField(max_length=14, choices=NatureLettre)
    numero = models.PositiveSmallIntegerField("version")
    objet = models.CharField(max_length=160)
    corps = models.TextField("texte")
    demonstration = models.BooleanField("texte de démonstration", default=False)
    publie_le = models.DateTimeField("publié le")
    publie_par = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )

    class Meta:
        ordering = ["nature", "-numero"]
        verbose_name = "modèle de lettre"
        constraints = [models.UniqueConstraint(fields=["nature", "numero"], name="modele_version_unique")]
        triggers = [
            pgtrigger.Protect(
                name="modele_inalterable",
                operation=pgtrigger.UpdateOf("objet", "corps", "nature", "numero") | pgtrigger.Delete,
            )
        ]

    def __str__(self) -> str:
        return f"{self.get_nature_display()}, version {self.numero}"


@pghistory.track()
class Signataire(models.Model):
    """Who decides: the mayor or a delegate without `gestionnaire`, else this manager."""

    gestionnaire = models.ForeignKey(
        Gestionnaire, null=True, blank=True, on_delete=models.PROTECT, related_name="signataires"
    )
    nom = models.CharField(max_length=120)
    qualite = models.CharField("qualité", max_length=160)
    delegation = models.CharField("délégation", max_length=200, blank=True)
    depuis = models.DateField()

    class Meta:
        ordering = ["gestionnaire", "-depuis"]
        constraints = [
            models.UniqueConstraint(
                fields=["gestionnaire", "depuis"], nulls_distinct=False, name="signataire_un_par_jour"
            )
        ]

    def __str__(self) -> str:
        return f"{self.nom}, {self.qualite}"


@pghistory.track()
class LotLettres(models.Model):
    """The letters of a séance made together, dated of the day they are to leave; released by a person."""

    seance = models.ForeignKey(Seance, on_delete=models.PROTECT, related_name="lots")
    envoi_le = models.DateField("datées du")
    tache = models.ForeignKey(Tache, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    demande_le = models.DateTimeField("demandé le")
    demande_par = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    fichier = models.FileField("fichier d’impression", upload_to="lettres/", blank=True)
    fait_le = models.DateTimeField("prêt le", null=True, blank=True)
    remis_le = models.DateTimeField("remis le", null=True, blank=True)
    remis_par = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )

    class Meta:
        ordering = ["-demande_le", "-pk"]
        verbose_name = "lot de lettres"
        constraints = [
            models.UniqueConstraint(
                fields=["seance"], condition=Q(remis_le__isnull=True), name="lot_un_en_cours"
            ),
            models.CheckConstraint(
                name="lot_remis_apres_fait",
                condition=Q(remis_le__isnull=True) | Q(fait_le__isnull=False),
                violation_error_message="Un lot se remet une fois prêt.",
            ),
        ]

    def __str__(self) -> str:
        return f"Lettres du {self.envoi_le:%d/%m/%Y}, {self.seance}"


@pghistory.track(exclude=["corps"])
class Lettre(models.Model):
    """One letter to one adult. `corps` has no name in it: `identite` holds what goes with the retention.

    `empreinte` signs the whole text, names included, as it left.
    """

    lot = models.ForeignKey(LotLettres, on_delete=models.PROTECT, related_name="lettres")
    dossier = models.ForeignKey(Dossier, on_delete=models.PROTECT, related_name="lettres")
    decision = models.ForeignKey(Decision, on_delete=models.PROTECT, related_name="lettres")
    offre = models.ForeignKey(Offre, null=True, blank=True, on_delete=models.PROTECT, related_name="lettres")
    nature = models.CharField(max_length=14, choices=NatureLettre)
    modele = models.ForeignKey(ModeleLettre, on_delete=models.PROTECT, related_name="+")
    rang = models.PositiveSmallIntegerField("rang du destinataire", default=1)
    auteur = models.CharField("auteur de la décision", max_length=2000)
    objet = models.CharField(max_length=200)
    corps = models.TextField()
    identite = models.JSONField("identité", default=dict)
    empreinte = models.CharField(max_length=64)
    canal = models.CharField(max_length=8, choices=CanalCourrier)
    fichier = models.FileField(upload_to="lettres/", blank=True)
    courrier = models.ForeignKey(
        Courrier, null=True, blank=True, on_delete=models.SET_NULL, related_name="lettres"
    )
    preparee_le = models.DateTimeField("préparée le")
    remise_le = models.DateTimeField("remise le", null=True, blank=True)
    retenue = models.CharField("pourquoi elle n’est pas partie", max_length=200, blank=True)

    class Meta:
        ordering = ["lot", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["lot", "decision", "rang"], name="lettre_une_par_destinataire"),
            models.CheckConstraint(
                name="lettre_signee",
                condition=Q(empreinte__regex=r"^[0-9a-f]{64}$") & ~Q(auteur=""),
                violation_error_message="Une lettre nomme son auteur et porte son empreinte.",
            ),
            models.CheckConstraint(
                name="lettre_remise_ou_retenue",
                condition=Q(remise_le__isnull=True) | Q(retenue=""),
                violation_error_message="Une lettre est remise ou retenue, pas les deux.",
            ),
        ]
        triggers = [
            pgtrigger.Trigger(
                name="lettre_remise",
                when=pgtrigger.Before,
                operation=pgtrigger.Update | pgtrigger.Delete,
                condition=pgtrigger.Q(old__remise_le__isnull=False),
                func=_LETTRE_REMISE,
            ),
            pgtrigger.Trigger(
                name="lettre_confirmee",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert | pgtrigger.UpdateOf("remise_le"),
                condition=pgtrigger.Q(new__remise_le__isnull=False),
                func=_GESTIONNAIRE_D_ACCORD,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_nature_display()}, {self.dossier}"

    @property
    def titre(self) -> str:
        return regles.remplir(self.objet, self.identite or {"enfant": "…"})

    @property
    def texte(self) -> str:
        """The whole text, names included; the names are blanks once the retention ended."""
        return regles.remplir(self.corps, self.identite or {"enfant": "…"})
