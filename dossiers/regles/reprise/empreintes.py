"""The key that lets the same file run twice and change nothing."""

import hashlib
import json
from dataclasses import asdict
from typing import Any

from dossiers.regles.rapprochement import Identite, ressemblance
from structures.regles.texte import cle

from .lignes import LigneDossier


def empreinte(contenu: str, valeurs: Any, occurrence: int = 0) -> str:
    """L’empreinte SHA-256 d’une ligne telle qu’elle est lue : ordre des colonnes et format n’y comptent pas.

    `occurrence` tells apart unborn twins whose two lines are the same.
    """
    texte = json.dumps(
        [contenu, asdict(valeurs), occurrence], sort_keys=True, default=str, ensure_ascii=False
    )
    return hashlib.sha256(texte.encode()).hexdigest()


def identite_de(dossier: LigneDossier) -> Identite:
    """Ce qu’on compare d’une ligne pour en rapprocher une autre."""
    return Identite(
        nom=dossier.nom,
        prenom=dossier.prenom,
        naissance=dossier.naissance,
        terme=dossier.terme,
        responsables=tuple((r.nom, r.prenom) for r in dossier.responsables),
        telephones=tuple(t for r in dossier.responsables for t in r.telephones),
        numero_caf=dossier.allocataire,
        multiple=dossier.multiple,
    )


def cle_enfant(dossier: LigneDossier) -> str:
    """L’enfant d’une ligne, tel que deux passages du même fichier l’écrivent : nom, prénom, date."""
    return f"{cle(dossier.nom)}|{cle(dossier.prenom)}|{dossier.jour or ''}"[:200]


def meme_enfant(a: Identite, b: Identite) -> bool:
    """Vrai si deux lignes de même numéro parlent du même enfant : semblables, ou né depuis.

    Twins and siblings sharing a household's number are not the same child.
    """
    if ressemblance(a, b):
        return True
    if cle(a.nom) != cle(b.nom) or (a.multiple and b.multiple):
        return False
    return cle(a.prenom) == cle(b.prenom) or not (a.prenom and b.prenom)
