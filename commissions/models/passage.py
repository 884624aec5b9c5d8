"""The frozen list: each dossier as it stood when the séance was frozen, and its line per section."""

import pghistory
import pgtrigger
from django.contrib.postgres.fields import ArrayField
from django.db import models

from commissions.regles.decision import semaines_acceptees
from dossiers.models import Dossier, NatureDossier, Solution
from structures.models import Quartier, Section

from .seance import Seance

# The list of a frozen séance does not grow either.
_LISTE_FERMEE = """
    IF (SELECT etat FROM commissions_seance WHERE id = {seance}) <> 'planifiee' THEN
        RAISE EXCEPTION 'guichet: la liste de cette seance est gelee';
    END IF;
    RETURN NEW;
"""


@pghistory.track()
class Passage(models.Model):
    """A dossier in a séance: copies that never move again, under an order number of the séance only."""

    seance = models.ForeignKey(Seance, on_delete=models.PROTECT, related_name="passages")
    dossier = models.ForeignKey(Dossier, on_delete=models.PROTECT, related_name="passages")
    numero_ordre = models.CharField("numéro d’ordre", max_length=8)
    identite = models.CharField("identité", max_length=170)
    naissance = models.DateField()
    a_naitre = models.BooleanField("à naître", default=False)
    quartier = models.ForeignKey(Quartier, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    protege = models.BooleanField("protégé", default=False)
    entree_le = models.DateField("entrée souhaitée")
    tolerance_jours = models.PositiveSmallIntegerField(default=0)
    demi_journees = ArrayField(models.PositiveSmallIntegerField())
    # The hours known, as in `Besoin`: what an opening or a closing counts.
    horaires = models.JSONField(default=dict, db_default={}, blank=True)
    alternatives = models.JSONField(default=list, blank=True)
    # Weeks A and B apart, or the words of a variable need; empty when every week is the same.
    rythme = models.JSONField(default=dict, blank=True)
    solution = models.CharField(max_length=24, choices=Solution, blank=True)
    jumeaux = models.BooleanField(default=False)
    groupe = models.CharField(max_length=20, blank=True)
    nature = models.CharField(max_length=10, choices=NatureDossier, default=NatureDossier.PREMIERE)
    # The place a transfer or a complement holds, in a section of the séance: it frees what it leaves.
    section_actuelle = models.ForeignKey(
        Section, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    demi_journees_actuelles = ArrayField(models.PositiveSmallIntegerField(), default=list, blank=True)
    horaires_actuels = models.JSONField(default=dict, db_default={}, blank=True)
    complet_le = models.DateField("complet le")
    tirage = models.PositiveIntegerField(null=True, blank=True)
    declare = models.IntegerField("points déclarés")
    verifie = models.IntegerField("points vérifiés")
    lignes = models.JSONField(default=list)

    class Meta:
        ordering = ["seance", "numero_ordre"]
        constraints = [
            models.UniqueConstraint(fields=["seance", "dossier"], name="passage_unique"),
            models.UniqueConstraint(fields=["seance", "numero_ordre"], name="passage_numero_ordre"),
        ]
        triggers = [
            # What a séance froze cannot be rewritten; a lawful purge of the identity lifts it by name.
            pgtrigger.Protect(name="passage_inalterable", operation=pgtrigger.Update | pgtrigger.Delete),
            pgtrigger.Trigger(
                name="passage_liste_fermee",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert,
                func=_LISTE_FERMEE.format(seance="NEW.seance_id"),
            ),
        ]

    def __str__(self) -> str:
        return self.numero_ordre

    @property
    def semaines(self) -> list[tuple[int, ...]]:
        """The weeks it may be admitted on, the one asked first."""
        complement = self.nature == NatureDossier.COMPLEMENT
        tenues = self.demi_journees_actuelles if complement else ()
        return semaines_acceptees(self.demi_journees, self.alternatives, tenues)


@pghistory.track()
class PassageVoeu(models.Model):
    """One line of the agenda: a dossier's choice in one section, its points there and its rank."""

    passage = models.ForeignKey(Passage, on_delete=models.PROTECT, related_name="voeux")
    section = models.ForeignKey(Section, on_delete=models.PROTECT, related_name="+")
    choix = models.PositiveSmallIntegerField()
    rang = models.PositiveIntegerField()
    declare = models.IntegerField("points déclarés")
    verifie = models.IntegerField("points vérifiés")

    class Meta:
        ordering = ["section", "rang"]
        constraints = [
            models.UniqueConstraint(fields=["passage", "choix"], name="passage_voeu_choix"),
            models.UniqueConstraint(fields=["passage", "section"], name="passage_voeu_section"),
        ]
        triggers = [
            pgtrigger.Protect(name="passage_voeu_inalterable", operation=pgtrigger.Update | pgtrigger.Delete),
            pgtrigger.Trigger(
                name="passage_voeu_liste_fermee",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert,
                func=_LISTE_FERMEE.format(
                    seance="(SELECT seance_id FROM commissions_passage WHERE id = NEW.passage_id)"
                ),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.passage}, choix {self.choix}"
