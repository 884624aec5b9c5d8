"""The minutes as one canonical document, and what one family may be given of them. Pure."""

import hashlib
import json
from typing import Any

Contenu = dict[str, Any]
VERSION = 1


def canonique(contenu: Contenu) -> str:
    """Le procès-verbal en une seule forme : les mêmes faits donnent les mêmes octets."""
    return json.dumps(contenu, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def empreinte(texte: str) -> str:
    """La signature du procès-verbal : SHA-256 de ses octets."""
    return hashlib.sha256(texte.encode("utf-8")).hexdigest()


def masquer(contenu: Contenu, deports: frozenset[int], reserves: frozenset[int]) -> Contenu:
    """Le procès-verbal pour son lecteur : le rang seul de qui il se déporte, sans numéro ce qui est réservé.

    `deports` and `reserves` are passages; what was reserved already has no number in the minutes.
    """
    sections = [
        {**section, "lignes": [_masque(ligne, deports, reserves) for ligne in section["lignes"]]}
        for section in contenu["sections"]
    ]
    caches = deports | reserves
    dits = [d if d["passage"] not in caches else {**d, "ordre": ""} for d in contenu["deports"]]
    return {**contenu, "sections": sections, "deports": dits}


def masques(contenu: Contenu, deports: frozenset[int], reserves: frozenset[int]) -> bool:
    """Vrai si ce lecteur ne doit pas lire le fichier entier."""
    return masquer(contenu, deports, reserves) != contenu


def _masque(ligne: Contenu, deports: frozenset[int], reserves: frozenset[int]) -> Contenu:
    if ligne["passage"] in deports:
        return {"passage": ligne["passage"], "rang": ligne["rang"], "deport": True}
    if ligne["passage"] in reserves:
        ailleurs = ligne["avis"].startswith("avis donné")
        return {**ligne, "ordre": "", "avis": "avis donné" if ailleurs else ligne["avis"]}
    return ligne


def extrait(contenu: Contenu, passage: int) -> Contenu:
    """L’extrait d’une famille : ses lignes, et des autres leur seul nombre dans chaque section."""
    sections = []
    for section in contenu["sections"]:
        siennes = [ligne for ligne in section["lignes"] if ligne["passage"] == passage]
        if siennes:
            autres = len(section["lignes"]) - len(siennes)
            sections.append({**section, "lignes": siennes, "autres": autres})
    garde = ("version", "seance", "membres", "quorum")
    return {**{cle: contenu[cle] for cle in garde}, "sections": sections}
