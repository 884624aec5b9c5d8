"""Reads of the grid: from its rows to the pure Grille, and which version is in force."""

from functools import lru_cache
from typing import Any

from django.db.models import Count, QuerySet

from dossiers.models import Critere, EtatGrille, GrilleCriteres
from dossiers.regles.faits import FAITS
from dossiers.regles.grille import FORMAT, PORTEE_VOEU, Grille
from dossiers.regles.grille_json import lire_grille

PUBLIEES = (EtatGrille.EN_VIGUEUR, EtatGrille.PROGRAMMEE, EtatGrille.REMPLACEE)


def document_du_critere(critere: Critere) -> dict[str, Any]:
    """The criterion as its JSON writes it: keys without a value are left out."""
    document: dict[str, Any] = {"code": critere.code, "libelle": critere.libelle}
    optionnelles = {
        "points": critere.points,
        "si": critere.si,
        "niveaux": critere.niveaux or None,
        "par": critere.par,
        "manuel": critere.manuel,
        "plafond": critere.plafond,
        "groupe": critere.groupe or None,
        "preuves": critere.preuves or None,
        "protege": critere.protege or None,
        "portee": critere.portee if critere.portee == PORTEE_VOEU else None,
    }
    return document | {cle: valeur for cle, valeur in optionnelles.items() if valeur is not None}


def document_de(version: GrilleCriteres) -> dict[str, Any]:
    """The version as its JSON file; `protege` and `portee` appear only where the facts do not imply them."""
    document: dict[str, Any] = {
        "format": FORMAT,
        "nom": version.nom,
        "debut": version.debut.isoformat(),
        "departage": version.departage,
    }
    if version.groupes:
        document["groupes"] = version.groupes
    if version.plafonds:
        document["plafonds"] = version.plafonds
    if version.plafond_total is not None:
        document["plafond_total"] = version.plafond_total
    document["criteres"] = [_sans_implicites(document_du_critere(c)) for c in version.criteres.all()]
    return document


def _sans_implicites(document: dict[str, Any]) -> dict[str, Any]:
    faits = _faits_cites(document)
    if any(FAITS[fait].protege for fait in faits if fait in FAITS):
        document.pop("protege", None)
    if any(FAITS[fait].porte == PORTEE_VOEU for fait in faits if fait in FAITS):
        document.pop("portee", None)
    return document


def _faits_cites(noeud: Any) -> set[str]:
    if isinstance(noeud, dict):
        propres = {noeud["fait"]} if isinstance(noeud.get("fait"), str) else set()
        return propres.union(*(_faits_cites(valeur) for valeur in noeud.values()))
    if isinstance(noeud, list):
        return set().union(*(_faits_cites(valeur) for valeur in noeud))
    return set()


def grille_pure(version: GrilleCriteres) -> Grille:
    """The grid to score with, compiled once per process and per state of the version.

    Raises ErreurMetier for a draft that is not yet a grid (no criterion, for instance).
    """
    return _compilee(version.pk, version.version)


@lru_cache(maxsize=8)
def _compilee(pk: int, etat: int) -> Grille:
    return lire_grille(document_de(GrilleCriteres.objects.get(pk=pk)))


def version_en_vigueur() -> GrilleCriteres | None:
    return GrilleCriteres.objects.filter(etat=EtatGrille.EN_VIGUEUR).first()


def grille_en_vigueur() -> Grille | None:
    """The shared grid families are scored with today, None before the first publication."""
    version = version_en_vigueur()
    return grille_pure(version) if version else None


def grilles_lisibles(*, brouillons: bool) -> QuerySet[GrilleCriteres]:
    """The versions published one day; with `brouillons`, the drafts and the one being published too."""
    toutes = GrilleCriteres.objects.annotate(nb_criteres=Count("criteres")).select_related("publiee_par")
    if brouillons:
        return toutes
    return toutes.filter(etat__in=PUBLIEES)
