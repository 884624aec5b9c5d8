"""The life of a dossier day by day: its journal and its points, as far as each reader may know."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby

from django.db.models import Q
from django.utils import timezone

from dossiers.acces import Regard
from dossiers.models import ActionJournal, Cotation, Dossier, Journal
from dossiers.queries.fusion import absorbes_par
from dossiers.queries.historique import NAISSANCE, evenements, sans_reserves
from guichet.texte import date_avec_jour

LIMITE = 600
# A third party's intervention is logged for the desk alone, and never told to who decides.
CANAL_TIERS = "tiers:"
# What another partner may read: no piece, no opening of a protected dossier, no look-alike.
PARTAGEES = (ActionJournal.DEPOT, ActionJournal.ETAT, ActionJournal.CONTACT, ActionJournal.COMMISSION)
_RENOUVELLEMENT = "renouvellement"
_GENRES = {
    ActionJournal.DEPOT: ("vert", "dépôt"),
    ActionJournal.ETAT: ("ciel", "état"),
    ActionJournal.PIECE: ("gris", "pièce"),
    ActionJournal.CONTACT: ("gris", "contact"),
    ActionJournal.COMMISSION: ("vert", "commission"),
    ActionJournal.RAPPROCHEMENT: ("miel", "doublon"),
    ActionJournal.FUSION: ("miel", "doublon"),
    ActionJournal.ACCES_MOTIVE: ("brique", "accès motivé"),
    ActionJournal.RECEPISSE: ("gris", "récépissé"),
    ActionJournal.REPRISE: ("gris", "reprise"),
    ActionJournal.NOTE: ("gris", "note"),
    ActionJournal.PROTECTION: ("brique", "protection"),
    ActionJournal.LIEN: ("brique", "lien"),
    ActionJournal.SITUATION: ("ciel", "situation"),
}
_POINTS = ("miel", "points")


@dataclass(frozen=True)
class Etape:
    """One step: when, what, by whom and where; `variante` and `genre` make its label."""

    le: datetime
    phrase: str
    qui: str
    ou: str
    variante: str
    genre: str
    alerte: bool = False


@dataclass(frozen=True)
class Journee:
    jour: date
    etapes: list[Etape]

    @property
    def titre(self) -> str:
        """« lundi 23 novembre 2026 »."""
        return date_avec_jour(self.jour)


def chronologie(dossier: Dossier, vu: Regard, *, situations: Collection[int] | None = ()) -> list[Journee]:
    """Newest day first, the merged dossiers' acts with its own: three queries, none when masked.

    `situations` are the shared situations the reader may be told of (None: all).
    """
    if not vu.choix:
        return []
    absorbes = {f.absorbe_id: f.absorbe.numero for f in absorbes_par(dossier)} if vu.modifier else {}
    etapes = [*_actes(_journal(dossier, vu, absorbes, situations), absorbes), *_points(dossier)]
    etapes.sort(key=lambda e: e.le, reverse=True)
    jours = groupby(etapes, key=lambda e: timezone.localdate(e.le))
    return [Journee(jour, list(siennes)) for jour, siennes in jours]


def _journal(
    dossier: Dossier, vu: Regard, absorbes: Mapping[int, str], situations: Collection[int] | None
) -> Sequence[Journal]:
    lignes = sans_reserves(Journal.objects.filter(dossier__in=[dossier.pk, *absorbes]), situations)
    if not vu.modifier:
        lignes = lignes.filter(Q(action__in=PARTAGEES) | Q(objet=_RENOUVELLEMENT))
        lignes = lignes.exclude(action=ActionJournal.CONTACT, objet__startswith=CANAL_TIERS)
    lues = list(lignes.select_related("par", "mairie").order_by("-le", "-pk")[:LIMITE])
    if not vu.modifier:
        # Why a family left the list is between it and its counter.
        for ligne in lues:
            ligne.motif = ""
    return lues


def _actes(lignes: Sequence[Journal], absorbes: Mapping[int, str]) -> Iterable[Etape]:
    for ligne, dit in zip(lignes, evenements(lignes, absorbes=absorbes), strict=True):
        variante, genre = _GENRES.get(ActionJournal(ligne.action), ("gris", "saisie"))
        if ligne.objet == _RENOUVELLEMENT:
            variante, genre = "vert", "renouvellement"
        elif ligne.objet == NAISSANCE:
            variante, genre = "vert", "naissance"
        yield Etape(dit.le, dit.phrase, dit.qui, dit.ou, variante, genre, dit.alerte)


def _points(dossier: Dossier) -> list[Etape]:
    """Totals only: everyone on the list sees them."""
    cotations = Cotation.objects.filter(dossier=dossier).order_by("pk")
    lues = cotations.values_list("calculee_le", "verifie", "declare", "grille_id", "grille__nom")
    etapes, avant = [], None
    for le, verifie, declare, grille, nom in lues:
        if avant and (verifie, declare, grille) == avant:
            continue
        etapes.append(Etape(le, _dire(verifie, declare, grille, nom, avant), "le logiciel", "", *_POINTS))
        avant = (verifie, declare, grille)
    return etapes


def _dire(verifie: int, declare: int, grille: int, nom: str, avant: tuple[int, int, int] | None) -> str:
    """« Points vérifiés : 100 → 130, 20 à vérifier »."""
    reste = f", {declare - verifie} à vérifier" if declare > verifie else ""
    if avant is None:
        return f"Points calculés\u202f: {verifie} vérifiés{reste}"
    debut = f"Nouvelle grille, {nom}. " if grille != avant[2] else ""
    if verifie == avant[0]:
        return f"{debut}Points vérifiés\u202f: toujours {verifie}{reste}"
    return f"{debut}Points vérifiés\u202f: {avant[0]} → {verifie}{reste}"
