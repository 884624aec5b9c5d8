"""The purge itself: every row of a family, live and past, as the tables of `regles/anonymisation` say."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from functools import cache, partial
from importlib import import_module
from typing import Any

from django.apps import apps
from django.contrib.postgres.fields import ArrayField
from django.core.files.storage import default_storage
from django.db import connection, models, transaction
from django.db.models.functions import TruncMonth

from dossiers.models import Admission
from dossiers.regles.anonymisation import DOSSIER, ENFANT, FAMILLE, Balayage, Traitement
from dossiers.regles.conservation import arrondir_periodes
from dossiers.services.places import sans_garde

Portee = dict[str, set[Any]]
APPLICATIONS = ("dossiers", "commissions")
# What a line of history may keep of its context once its family is gone.
_CONTEXTE = ("user", "mairie", "origine", "travail")


@cache
def traitements() -> dict[str, Traitement]:
    """The tables of every application, parents first."""
    return {nom: t for app in APPLICATIONS for nom, t in _regles(app).TRAITEMENTS.items()}


@cache
def balayages() -> tuple[Balayage, ...]:
    return tuple(b for app in APPLICATIONS for b in _regles(app).BALAYAGES)


def _regles(app: str) -> Any:
    return import_module(f"{app}.regles.anonymisation")


@cache
def _evenements() -> dict[str, list[Any]]:
    """The event tables of each model."""
    par_modele = defaultdict(list)
    for modele in apps.get_models():
        if suivi := getattr(modele, "pgh_tracked_model", None):
            par_modele[suivi._meta.label].append(modele)
    return par_modele


def effacer(dossiers: Iterable[int], enfants: Iterable[int], familles: Iterable[int]) -> None:
    """Inside the purge's door: delete or empty every row of these, then all of their history."""
    portee: Portee = {DOSSIER: set(dossiers), ENFANT: set(enfants), FAMILLE: set(familles)}
    for nom, traitement in traitements().items():
        if nom not in portee:
            portee[nom] = _lignes(nom, traitement, portee)
    contextes = _contextes(portee)
    for nom in reversed(traitements()):
        _traiter(nom, traitements()[nom], portee[nom])
    for nom, cles in portee.items():
        oublier_histoire(nom, cles)
    _alleger(contextes)


def vider(modele: type[models.Model], cles: Iterable[Any], vides: Iterable[str], mois: Iterable[str]) -> None:
    """Empty these columns, cut those to their month, delete the files they name."""
    lignes = modele._default_manager.filter(pk__in=list(cles))
    _jeter_fichiers(modele, lignes, vides)
    valeurs: dict[str, Any] = {nom: _vide(modele._meta.get_field(nom)) for nom in vides}
    valeurs |= {nom: TruncMonth(nom) for nom in mois}
    lignes.update(**valeurs)


def supprimer(modele: type[models.Model], cles: Iterable[Any]) -> None:
    lignes = modele._default_manager.filter(pk__in=list(cles))
    _jeter_fichiers(modele, lignes, [champ.name for champ in modele._meta.concrete_fields])
    lignes.delete()


def oublier_histoire(nom: str, cles: Iterable[Any]) -> None:
    """Delete every event of these rows."""
    for evenement in _evenements().get(nom, ()):
        trouves = evenement._base_manager.filter(pgh_obj_id__in=list(cles))
        trouves._raw_delete(trouves.db)


def lignes_mortes(nom: str, filtre: Mapping[str, Any], parmi: Mapping[str, Sequence[str]]) -> set[Any]:
    """Keys of the rows that only history remembers, among those it shows so."""
    cles: set[Any] = set()
    for evenement in _evenements().get(nom, ()):
        trouves = evenement._base_manager.filter(**filtre, **{f"{c}__in": v for c, v in parmi.items()})
        cles |= set(trouves.values_list("pgh_obj_id", flat=True))
    return cles - set(apps.get_model(nom)._base_manager.filter(pk__in=cles).values_list("pk", flat=True))


def _lignes(nom: str, traitement: Traitement, portee: Portee) -> set[Any]:
    """The live rows that name one of the parents, and the dead ones whose history did."""
    modele = apps.get_model(nom)
    vivantes: set[Any] = set()
    anciennes: set[Any] = set()
    for colonne, parent in traitement.parents:
        valeurs = _valeurs(parent, portee)
        if not valeurs:
            continue
        filtre = {f"{colonne}__in": valeurs, **traitement.filtre}
        vivantes |= set(modele._base_manager.filter(**filtre).values_list("pk", flat=True))
        for evenement in _evenements().get(nom, ()):
            passes = evenement._base_manager.filter(**filtre)
            anciennes |= set(passes.values_list("pgh_obj_id", flat=True))
    anciennes -= vivantes
    # A row moved to another household since, by a merge, follows that one.
    ailleurs = modele._base_manager.filter(pk__in=anciennes).values_list("pk", flat=True)
    return vivantes | (anciennes - set(ailleurs))


def _valeurs(parent: str, portee: Portee) -> list[Any]:
    nom, _, colonne = parent.partition(":")
    if not colonne:
        return list(portee[nom])
    lignes = apps.get_model(nom)._base_manager.filter(pk__in=portee[nom])
    return list(lignes.values_list(colonne, flat=True).distinct())


def _traiter(nom: str, traitement: Traitement, cles: set[Any]) -> None:
    if not cles:
        return
    modele = apps.get_model(nom)
    if traitement.special:
        _SPECIAUX[nom](cles)
    elif traitement.supprime:
        supprimer(modele, cles)
    else:
        vider(modele, cles, traitement.vides, traitement.mois)


def _arrondir_admissions(cles: set[Any]) -> None:
    """A place held stays counted, to the month: deleted then written again, none overlaps meanwhile."""
    par_enfant = defaultdict(list)
    for admission in Admission.objects.filter(pk__in=cles).order_by("enfant", "debut", "pk"):
        par_enfant[admission.enfant_id].append(admission)
    lignes = Admission.objects.filter(pk__in=cles)
    lignes._raw_delete(lignes.db)
    gardees = []
    for admissions in par_enfant.values():
        periodes = [(a.adaptation_le or a.debut, a.fin) for a in admissions]
        for admission, periode in zip(admissions, arrondir_periodes(periodes), strict=True):
            if periode is None:
                _detacher(admission)
                continue
            admission.debut, admission.fin = periode
            admission.adaptation_le, admission.cle_reprise = None, ""
            admission.depart_le = admission.depart_constate_le = admission.fin_prevue = None
            admission.motif_depart, admission.horaires = "", {}
            gardees.append(admission)
    with sans_garde():
        Admission.objects.bulk_create(gardees)


def _detacher(admission: Admission) -> None:
    """Nothing is left of a place held within one month: what named it no longer does."""
    for relation in Admission._meta.related_objects:
        lignes = relation.related_model._base_manager.filter(**{relation.field.name: admission.pk})
        if relation.field.null:
            lignes.update(**{relation.field.name: None})


_SPECIAUX = {"dossiers.Admission": _arrondir_admissions}


def _vide(champ: Any) -> Any:
    """What an emptied column holds."""
    if champ.null:
        return None
    if isinstance(champ, models.BooleanField):
        return False
    if isinstance(champ, models.JSONField | ArrayField):
        return champ.get_default()
    return ""


def _jeter_fichiers(modele: type[models.Model], lignes: Any, colonnes: Iterable[str]) -> None:
    """The stored files go once the transaction holds."""
    for nom in colonnes:
        if not isinstance(modele._meta.get_field(nom), models.FileField):
            continue
        for chemin in lignes.exclude(**{nom: ""}).values_list(nom, flat=True):
            transaction.on_commit(partial(default_storage.delete, chemin))


def _contextes(portee: Portee) -> set[Any]:
    trouves: set[Any] = set()
    for nom, cles in portee.items():
        for evenement in _evenements().get(nom, ()):
            lus = evenement._base_manager.filter(pgh_obj_id__in=list(cles), pgh_context_id__isnull=False)
            trouves |= set(lus.values_list("pgh_context_id", flat=True))
    return trouves


def _alleger(contextes: set[Any]) -> None:
    """Who acted and from where stay; the address asked for and the reason go."""
    with connection.cursor() as curseur:
        curseur.execute(
            "UPDATE pghistory_context SET metadata = ("
            " SELECT coalesce(jsonb_object_agg(cle, valeur), '{}'::jsonb)"
            " FROM jsonb_each(metadata) AS e(cle, valeur) WHERE cle = ANY(%s)) WHERE id = ANY(%s)",
            [list(_CONTEXTE), list(contextes)],
        )
