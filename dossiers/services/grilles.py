"""Drafts of the grid: loaded, copied, corrected, thrown away.

Every correction of a draft goes through its whole document: read strictly, then written to its rows. A
draft is thus always a grid that could be published.
"""

import re
from collections.abc import Callable
from datetime import date, datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone

from dossiers.models import Critere, Departage, EtatGrille, GrilleCriteres
from dossiers.queries.grilles import document_de
from dossiers.regles import grille as regle
from dossiers.regles.grille_json import ecrire_critere, lire_grille
from guichet.erreurs import ErreurMetier
from structures.models import Agent
from structures.regles.texte import sans_accents

MODIFIEE = "Ce brouillon a changé entre-temps, par une autre personne : relisez-le puis recommencez."


def charger_grille(
    document: Any, *, par: Agent | None, maintenant: datetime, debut: date | None = None
) -> GrilleCriteres:
    """Make a draft from a JSON document, or replace the draft of the same name.

    Raises ErreurMetier for a document that is not a grid, or the name of a version already published.
    """
    grille = lire_grille(document)
    with transaction.atomic():
        version = GrilleCriteres.objects.select_for_update().filter(nom=grille.nom).first()
        if version is None:
            jour = debut or _jour(grille) or timezone.localdate(maintenant)
            version = GrilleCriteres.objects.create(nom=grille.nom, debut=jour)
        elif version.etat != EtatGrille.BROUILLON:
            message = (
                f"La grille « {version.nom} » est déjà publiée : donnez un autre nom à la nouvelle version."
            )
            raise ErreurMetier("grille_publiee", message, champ="nom")
        return _ecrire(version, grille)


def copier_grille(version: GrilleCriteres, *, nom: str, debut: date, par: Agent) -> GrilleCriteres:
    """A new draft holding the same criteria."""
    document = document_de(version) | {"nom": nom, "debut": debut.isoformat()}
    grille = lire_grille(document)
    try:
        with transaction.atomic():
            return _ecrire(GrilleCriteres.objects.create(nom=nom, debut=debut), grille)
    except IntegrityError:
        raise ErreurMetier("nom_pris", "Une grille porte déjà ce nom.", champ="nom") from None


def modifier_grille(
    version: GrilleCriteres,
    changer: Callable[[dict[str, Any]], dict[str, Any]],
    *,
    par: Agent,
    version_lue: int | None = None,
) -> GrilleCriteres:
    """Replace a draft by what `changer` makes of its document; `version_lue` tells two people apart.

    Raises ErreurMetier "grille_publiee", "modifiee_entre_temps", or the fault of the new document.
    """
    with transaction.atomic():
        verrou = GrilleCriteres.objects.select_for_update().get(pk=version.pk)
        if verrou.etat != EtatGrille.BROUILLON:
            raise ErreurMetier("grille_publiee", "Une grille publiée ne se modifie plus : copiez-la.")
        if version_lue is not None and version_lue != verrou.version:
            raise ErreurMetier("modifiee_entre_temps", MODIFIEE)
        document = changer(document_de(verrou))
        grille = lire_grille(document)
        if GrilleCriteres.objects.filter(nom=grille.nom).exclude(pk=verrou.pk).exists():
            raise ErreurMetier("nom_pris", "Une grille porte déjà ce nom.", champ="nom")
        return _ecrire(verrou, grille)


def supprimer_brouillon(version: GrilleCriteres, *, par: Agent) -> None:
    """Throw a draft away. Raises ErreurMetier for a version that scored dossiers."""
    with transaction.atomic():
        verrou = GrilleCriteres.objects.select_for_update().get(pk=version.pk)
        if verrou.etat != EtatGrille.BROUILLON or verrou.cotations.exists():
            raise ErreurMetier("grille_publiee", "Seul un brouillon qui n’a rien coté se supprime.")
        verrou.delete()


def _jour(grille: regle.Grille) -> date | None:
    return date.fromisoformat(grille.debut) if grille.debut else None


def _ecrire(version: GrilleCriteres, grille: regle.Grille) -> GrilleCriteres:
    """The rows of a version, column by column; a criterion that keeps its code keeps its row and history."""
    version.nom = grille.nom
    version.debut = _jour(grille) or version.debut
    version.departage = grille.departage or Departage.NUMERO
    version.groupes = [{"code": g.code, "libelle": g.libelle} for g in grille.groupes or ()]
    version.plafonds = [_plafond(p) for p in grille.plafonds or ()]
    version.plafond_total = grille.plafond_total
    version.version += 1
    version.save()
    anciens = {critere.code: critere for critere in version.criteres.all()}
    for ordre, critere in enumerate(grille.criteres, start=1):
        ligne = anciens.pop(critere.code, None) or Critere(grille=version, code=critere.code)
        champs = _colonnes(critere) | {"ordre": ordre}
        if ligne.pk is None or any(getattr(ligne, nom) != valeur for nom, valeur in champs.items()):
            for nom, valeur in champs.items():
                setattr(ligne, nom, valeur)
            ligne.save()
    for ligne in anciens.values():
        ligne.delete()
    return version


def _colonnes(critere: regle.Critere) -> dict[str, Any]:
    document = ecrire_critere(critere)
    return {
        "libelle": critere.libelle,
        "points": critere.points,
        "si": document.get("si"),
        "niveaux": document.get("niveaux", []),
        "par": document.get("par"),
        "manuel": document.get("manuel"),
        "plafond": critere.plafond,
        "groupe": critere.groupe or "",
        "preuves": document.get("preuves", []),
        "protege": critere.protege,
        "portee": critere.portee,
    }


def _plafond(plafond: regle.Plafond) -> dict[str, Any]:
    document: dict[str, Any] = {
        "code": plafond.code,
        "libelle": plafond.libelle,
        "criteres": list(plafond.criteres),
    }
    bornes = {"max": plafond.maximum, "min": plafond.minimum}
    return document | {nom: valeur for nom, valeur in bornes.items() if valeur is not None}


def code_libre(libelle: str, pris: set[str]) -> str:
    """A criterion's code made from its label: « Parent seul » gives parent_seul, then parent_seul_2."""
    base = re.sub(r"[^a-z0-9]+", "_", sans_accents(libelle)).strip("_")[:34] or "critere"
    code, rang = base, 1
    while code in pris:
        rang += 1
        code = f"{base}_{rang}"
    return code
