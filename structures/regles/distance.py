"""How many keystrokes part two spellings, and the few French sounds that hide one name behind another."""

import re
from functools import lru_cache

from structures.regles.texte import cle, sans_accents


def ecart(a: str, b: str, plafond: int = 2) -> int:
    """Le nombre de fautes de frappe entre deux mots : lettre en trop, oubliée, changée, ou deux interverties.

    Optimal string alignment distance, given up as `plafond + 1` as soon as it is exceeded.
    """
    if a == b:
        return 0
    if abs(len(a) - len(b)) > plafond:
        return plafond + 1
    avant: list[int] = []
    ligne = list(range(len(b) + 1))
    for i, lettre in enumerate(a, 1):
        courante = [i]
        for j, autre in enumerate(b, 1):
            cout = min(ligne[j] + 1, courante[j - 1] + 1, ligne[j - 1] + (lettre != autre))
            if i > 1 and j > 1 and lettre == b[j - 2] and a[i - 2] == autre:
                cout = min(cout, avant[j - 2] + 1)
            courante.append(cout)
        if min(courante) > plafond:
            return plafond + 1
        avant, ligne = ligne, courante
    return min(ligne[-1], plafond + 1)


def ecart_permis(a: str, b: str) -> int:
    """Les fautes qu’on pardonne : aucune jusqu’à trois lettres, une jusqu’à neuf, deux au-delà."""
    longueur = min(len(a), len(b))
    if longueur <= 3:
        return 0
    return 1 if longueur <= 9 else 2


def a_une_faute_pres(a: str, b: str) -> bool:
    """Vrai si deux clés ne diffèrent que par les fautes de frappe pardonnées à leur longueur."""
    permis = ecart_permis(a, b)
    return a == b or (permis > 0 and ecart(a, b, permis) <= permis)


_SONS = tuple(
    (re.compile(motif), remplacement)
    for motif, remplacement in (
        (r"ph", "f"),
        (r"(?<!c)h", ""),
        (r"(eaux?|ault|auld?|aut?s?|aud|aux|ot|op)$", "o"),
        (r"eau|au", "o"),
        (r"qu|q|ck|k", "c"),
        (r"y", "i"),
        (r"ai|ei", "e"),
        (r"z", "s"),
        (r"(.)\1", r"\1"),
        (r"(es|e|s|t|d|x)$", ""),
    )
)


@lru_cache(maxsize=50_000)
def cle_son(texte: str) -> str:
    """La clé d’un nom tel qu’on l’entend : « Thibault » et « Tibo », « Gauthier » et « Gautier »."""
    son = cle(sans_accents(texte))
    for motif, remplacement in _SONS:
        son = motif.sub(remplacement, son)
    return son
