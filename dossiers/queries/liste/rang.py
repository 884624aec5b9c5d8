"""Ranks and counts of the list in force.

The rank of a dossier is its place among the ranked ones (régulier and complete) of the list it is read in:
the whole city, or one structure, one section, one entry date when the reader chose them. Other filters hide
lines; they change no rank. Complements of days are ranked among themselves.
"""

from collections.abc import Iterable
from itertools import accumulate, groupby, islice

from django.db import connection
from django.db.models import Exists, FilteredRelation, OuterRef, Q

from dossiers.models import LigneListe, LigneVoeu
from dossiers.queries.liste.demande import MIENNES, Demande
from dossiers.queries.liste.filtres import ICI, Lignes
from dossiers.queries.liste.masques import TRIS_VISIBLES, VISIBLES_PARTOUT, sans_proteges
from dossiers.regles.rang import debut_de_liste, est_classe
from guichet.acces import Personne

PORTEE = ("structure", "section", "le")


def champ(demande: Demande, nom: str) -> str:
    """Where the rank key and the points are read: those of the chosen structure, or the dossier's own."""
    return f"{ICI}__{nom}" if demande.structure else nom


def portee(demande: Demande) -> Lignes:
    """The rows ranks are counted in."""
    structure = demande.structure
    lignes = LigneListe.objects.all()
    noms = [nom for nom in PORTEE if nom in demande.propres]
    if structure:
        ici = FilteredRelation("choix", condition=Q(choix__structure=structure))
        lignes = lignes.annotate(**{ICI: ici}).filter(**{f"{ICI}__structure": structure})
    if structure or not VISIBLES_PARTOUT.issuperset(noms):
        lignes = lignes.filter(sans_proteges(demande.qui))
    return demande.filtres.appliquer(lignes, demande.propres, noms)


def lignes_filtrees(demande: Demande) -> Lignes:
    """The rows the address asks for."""
    lignes = portee(demande)
    noms = [nom for nom in demande.propres if nom not in PORTEE]
    structure, siennes = demande.structure, demande.qui.structures
    miennes = demande.vue == MIENNES and (structure is None or structure.pk not in siennes)
    if miennes:
        choisis = LigneVoeu.objects.filter(ligne=OuterRef("pk"), structure__in=siennes)
        lignes = lignes.filter(Exists(choisis))
    if miennes or not VISIBLES_PARTOUT.issuperset(noms):
        lignes = lignes.filter(sans_proteges(demande.qui))
    elif demande.tri not in TRIS_VISIBLES:
        lignes = lignes.exclude(pk__in=demande.qui.dossiers_lies)
    return demande.filtres.appliquer(lignes, demande.propres, noms)


def rangs(demande: Demande, cles: Iterable[str]) -> dict[str, int]:
    """The rank of each of these keys, none for an unranked one: one pass over the index, in one query.

    The rows between two neighbouring keys are counted by themselves: no sort, no grouping, and the key
    index alone is read when nothing else restricts the list.
    """
    classees = sorted({cle for cle in cles if est_classe(cle)})
    if not classees:
        return {}
    listes = [list(siennes) for _, siennes in groupby(classees, key=debut_de_liste)]
    bas = [borne for siennes in listes for borne in (debut_de_liste(siennes[0]), *siennes[:-1])]
    nom = champ(demande, "cle")
    sql, valeurs = portee(demande).order_by().values_list(nom).query.sql_with_params()
    requete = f"""
        SELECT (SELECT count(*) FROM ({sql}) AS portee(cle)
                 WHERE portee.cle >= bornes.bas AND portee.cle < bornes.haut)
          FROM unnest(%s::text[], %s::text[]) WITH ORDINALITY AS bornes(bas, haut, n)
         ORDER BY bornes.n"""
    with connection.cursor() as curseur:
        curseur.execute(requete, [*valeurs, bas, classees])
        entre = iter([nombre for (nombre,) in curseur.fetchall()])
    return {
        cle: avant + 1
        for siennes in listes
        for cle, avant in zip(siennes, accumulate(islice(entre, len(siennes))), strict=True)
    }


def compter_ville() -> int:
    """Every pending dossier of the city."""
    return LigneListe.objects.count()


def compter_voeux(qui: Personne) -> int:
    """The pending dossiers that ask for one of this person's structures, protected ones apart."""
    demandent = LigneVoeu.objects.filter(ligne=OuterRef("pk"), structure__in=qui.structures)
    return LigneListe.objects.filter(Exists(demandent)).filter(sans_proteges(qui)).count()
