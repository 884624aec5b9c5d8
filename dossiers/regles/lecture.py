"""Strict reading of JSON documents: every fault is one French line naming the element."""

import json
import re
from collections.abc import Iterable, Mapping
from typing import Any

from guichet.erreurs import ErreurMetier

CODE = re.compile(r"[a-z0-9][a-z0-9_-]{0,39}\Z")
TEXTE_MAXIMUM = 200
ENTIER_MAXIMUM = 1_000_000


def erreur(ou: str, message: str, code: str = "grille") -> ErreurMetier:
    """`ou` is the path of the element at fault, « criteres[3].points », kept as the error's `champ`."""
    return ErreurMetier(code, f"{ou} : {message}" if ou else message, champ=ou or None)


def lire_json(texte: str, *, nom: str = "le fichier") -> Any:
    """Le document JSON, sans clé répétée ni nombre infini.

    Raises ErreurMetier("json").
    """
    try:
        return json.loads(texte, object_pairs_hook=_sans_repetition, parse_constant=_refuser_constante)
    except json.JSONDecodeError as faute:
        message = f"{nom} n’est pas du JSON : ligne {faute.lineno}, colonne {faute.colno}"
        raise ErreurMetier("json", message) from None
    except RecursionError:
        raise ErreurMetier("json", f"{nom} emboîte trop de niveaux") from None
    except ValueError:
        raise ErreurMetier("json", f"{nom} contient un nombre trop grand") from None


def _sans_repetition(paires: list[tuple[str, Any]]) -> dict[str, Any]:
    objet = dict(paires)
    if len(objet) != len(paires):
        cles = [cle for cle, _ in paires]
        repetee = next(cle for cle in cles if cles.count(cle) > 1)
        raise ErreurMetier("json", f"la clé « {_court(repetee)} » est écrite deux fois dans le même objet")
    return objet


def _refuser_constante(mot: str) -> None:
    raise ErreurMetier("json", f"« {mot} » n’est pas un nombre")


def _court(valeur: Any) -> str:
    """Any value as one short line, fit for an error message."""
    texte = valeur if isinstance(valeur, str) else json.dumps(valeur, ensure_ascii=False, default=str)
    texte = " ".join(texte.split())
    return texte if len(texte) <= 60 else texte[:59] + "…"


def objet(
    valeur: Any, ou: str, *, cles: Iterable[str], obligatoires: Iterable[str] = ()
) -> Mapping[str, Any]:
    """Un objet dont toutes les clés sont connues et les obligatoires présentes."""
    if not isinstance(valeur, Mapping):
        raise erreur(ou, f"un objet est attendu, pas « {_court(valeur)} »")
    connues = tuple(cles)
    for cle in valeur:
        if cle not in connues:
            raise erreur(ou, f"la clé « {_court(cle)} » est inconnue (clés connues : {', '.join(connues)})")
    for cle in obligatoires:
        if cle not in valeur:
            raise erreur(ou, f"la clé « {cle} » manque")
    return valeur


def liste(valeur: Any, ou: str, *, vide: bool = False, maximum: int = 300) -> list[Any]:
    if not isinstance(valeur, list):
        raise erreur(ou, f"une liste est attendue, pas « {_court(valeur)} »")
    if not valeur and not vide:
        raise erreur(ou, "la liste est vide")
    if len(valeur) > maximum:
        raise erreur(ou, f"plus de {maximum} éléments")
    return valeur


def entier(valeur: Any, ou: str, *, minimum: int = -ENTIER_MAXIMUM, maximum: int = ENTIER_MAXIMUM) -> int:
    if isinstance(valeur, float):
        message = (
            f"un nombre entier est attendu, pas {valeur} (pour des demi-points, multipliez toute la grille)"
        )
        raise erreur(ou, message)
    if isinstance(valeur, bool) or not isinstance(valeur, int):
        raise erreur(ou, f"un nombre entier est attendu, pas « {_court(valeur)} »")
    if not minimum <= valeur <= maximum:
        raise erreur(ou, f"un nombre de {minimum} à {maximum} est attendu")
    return valeur


def booleen(valeur: Any, ou: str) -> bool:
    if not isinstance(valeur, bool):
        raise erreur(ou, f"true ou false est attendu, pas « {_court(valeur)} »")
    return valeur


def texte(valeur: Any, ou: str, *, maximum: int = TEXTE_MAXIMUM) -> str:
    """Un texte d’une ligne, non vide."""
    if not isinstance(valeur, str):
        raise erreur(ou, f"un texte est attendu, pas « {_court(valeur)} »")
    if not valeur.strip():
        raise erreur(ou, "le texte est vide")
    if len(valeur) > maximum:
        raise erreur(ou, f"plus de {maximum} caractères")
    if any(ord(lettre) < 32 or 0xD800 <= ord(lettre) <= 0xDFFF for lettre in valeur):
        raise erreur(ou, "le texte tient sur une ligne, sans caractère de contrôle")
    return valeur


def code(valeur: Any, ou: str) -> str:
    """Un code : minuscules sans accent, chiffres, « _ » et « - », 40 caractères au plus."""
    if not isinstance(valeur, str) or not CODE.match(valeur):
        raise erreur(ou, f"« {_court(valeur)} » n’est pas un code (minuscules sans accent, chiffres, _ et -)")
    return valeur


def choix(valeur: Any, ou: str, *, parmi: Iterable[str]) -> str:
    permis = tuple(parmi)
    if not isinstance(valeur, str) or valeur not in permis:
        raise erreur(ou, f"« {_court(valeur)} » est inconnu (attendu : {', '.join(permis)})")
    return valeur


def codes_uniques(codes: Iterable[str], ou: str) -> None:
    vus: set[str] = set()
    for un in codes:
        if un in vus:
            raise erreur(ou, f"le code « {un} » est écrit deux fois")
        vus.add(un)
