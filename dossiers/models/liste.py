"""The shared list laid flat: one narrow row per pending dossier, so that any filter reads one table.

Both tables are kept by the database itself (triggers of migration `0004_liste`), whatever writes to the
dossiers: a service, a bulk load, SQL by hand. Nobody writes them from Python. They are a projection: no
history, no constraint of their own, rebuilt by `SELECT liste_rafraichir_tout()`.
"""

import pghistory
from django.conf import settings
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Q

from structures.models import Mairie, Quartier, Structure

from .dossier import Dossier, NatureDossier


class LigneListe(models.Model):
    """A pending dossier under the grid in force.

    `semaine` has bit c set when créneau c is asked (weeks A and B together), `types` 1 régulier,
    2 occasionnel, 4 urgence. `tri_…` are the sort keys: equal to the facts, but last of all for a protected
    dossier, whose place must tell nothing. `criteres` are the codes of the lines, wishes included.
    """

    dossier = models.OneToOneField(
        Dossier,
        primary_key=True,
        on_delete=models.DO_NOTHING,
        db_constraint=False,
        related_name="ligne_liste",
    )
    cle = models.CharField(max_length=40, db_collation="C")
    declare = models.IntegerField()
    verifie = models.IntegerField()
    etat = models.CharField(max_length=10)
    protegee = models.BooleanField()
    mairie = models.ForeignKey(
        Mairie, on_delete=models.DO_NOTHING, db_constraint=False, db_index=False, related_name="+"
    )
    quartier = models.ForeignKey(
        Quartier,
        null=True,
        on_delete=models.DO_NOTHING,
        db_constraint=False,
        db_index=False,
        related_name="+",
    )
    naissance = models.DateField()
    entree_le = models.DateField()
    entree_min = models.DateField()
    entree_max = models.DateField()
    age_mois = models.IntegerField()
    semaine = models.SmallIntegerField()
    types = models.SmallIntegerField()
    tri_complet = models.DateField()
    tri_depot = models.DateField()
    tri_age = models.IntegerField()
    tri_nom = models.CharField(max_length=170, db_collation="C")
    criteres = models.JSONField()
    nature = models.CharField(max_length=10)

    class Meta:
        indexes = [
            models.Index(fields=["cle", "dossier"], name="liste_cle"),
            models.Index(fields=["tri_complet", "cle", "dossier"], name="liste_complet"),
            models.Index(fields=["entree_le", "cle", "dossier"], name="liste_entree"),
            models.Index(fields=["tri_age", "cle", "dossier"], name="liste_age"),
            models.Index(fields=["tri_depot", "cle", "dossier"], name="liste_depot"),
            models.Index(fields=["tri_nom", "cle", "dossier"], name="liste_nom"),
            models.Index(fields=["quartier"], name="liste_quartier"),
            models.Index(fields=["mairie"], name="liste_mairie"),
            models.Index(fields=["etat"], name="liste_etat"),
            models.Index(fields=["semaine"], name="liste_semaine"),
            models.Index(fields=["types"], name="liste_types"),
            # Few dossiers are not first requests.
            models.Index(
                fields=["nature", "cle"], name="liste_nature", condition=~Q(nature=NatureDossier.PREMIERE)
            ),
            GinIndex(fields=["criteres"], name="liste_criteres"),
        ]

    def __str__(self) -> str:
        return f"ligne du dossier {self.dossier_id}"


class LigneVoeu(models.Model):
    """A choice of a pending dossier, with the points and the rank key it has for that structure."""

    ligne = models.ForeignKey(
        LigneListe,
        on_delete=models.DO_NOTHING,
        db_constraint=False,
        db_column="dossier_id",
        db_index=False,
        related_name="choix",
    )
    structure = models.ForeignKey(
        Structure, on_delete=models.DO_NOTHING, db_constraint=False, db_index=False, related_name="+"
    )
    rang = models.PositiveSmallIntegerField()
    cle = models.CharField(max_length=40, db_collation="C")
    declare = models.IntegerField()
    verifie = models.IntegerField()

    class Meta:
        indexes = [models.Index(fields=["structure", "cle", "ligne"], name="liste_voeu_cle")]
        constraints = [models.UniqueConstraint(fields=["ligne", "structure"], name="liste_voeu_unique")]

    def __str__(self) -> str:
        return f"choix {self.rang} du dossier {self.ligne_id}"


@pghistory.track()
class VueEnregistree(models.Model):
    """A view of the list a person keeps under a name: the canonical parameters of its address."""

    agent = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="vues_enregistrees"
    )
    nom = models.CharField(max_length=60)
    parametres = models.CharField("paramètres", max_length=1000, blank=True)
    cree_le = models.DateTimeField("créée le")

    class Meta:
        ordering = ["nom"]
        constraints = [
            models.UniqueConstraint(
                fields=["agent", "nom"],
                name="vue_nom_unique",
                violation_error_message="Vous avez déjà une vue de ce nom.",
            )
        ]

    def __str__(self) -> str:
        return self.nom
