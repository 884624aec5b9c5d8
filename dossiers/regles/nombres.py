"""Figures and values of facts as a French reader expects them."""

from typing import Any

from dossiers.regles.faits import BOOL, CHOIX, DATE, Fait

ESPACE_FINE = "\u202f"
ESPACE_INSECABLE = "\u00a0"


def nombre_fr(valeur: float) -> str:
    """« 1 200 », « 712,33 » : milliers séparés d’une espace fine, virgule, deux décimales au plus."""
    entier = isinstance(valeur, int) or valeur.is_integer()
    texte = f"{int(valeur):,}" if entier else f"{valeur:,.2f}"
    return texte.replace(",", ESPACE_FINE).replace(".", ",")


def enchainer(phrases: list[str]) -> str:
    """Plusieurs raisons en une phrase : la première garde sa majuscule."""
    return f"{ESPACE_INSECABLE}; ".join(p if not rang else minuscule(p) for rang, p in enumerate(phrases))


def minuscule(phrase: str) -> str:
    """La même phrase au milieu d’une autre ; un sigle garde ses majuscules."""
    return phrase[:1].lower() + phrase[1:] if phrase[1:2].islower() or phrase[1:2] == " " else phrase


def points_fr(points: int) -> str:
    """« +30 », « −20 » : le signe toujours écrit, le vrai signe moins."""
    return f"+{nombre_fr(points)}" if points >= 0 else f"−{nombre_fr(-points)}"


def valeur_fr(fait: Fait, valeur: Any) -> str:
    """La valeur d’un fait en mots : « oui », « parent seul », « 8 mois », « 01/09/2026 »."""
    if fait.type == BOOL:
        return "oui" if valeur else "non"
    if fait.type == CHOIX:
        return fait.libelle_choix(valeur)
    if fait.type == DATE:
        annee, mois, jour = str(valeur).split("-")
        return f"{jour}/{mois}/{annee}"
    return f"{nombre_fr(valeur)} {fait.unite}".rstrip()
