"""Invented people: names that live in a French city, drawn independently of each other."""

import json
from functools import cache
from random import Random

from django.conf import settings


@cache
def _listes() -> dict[str, list[str]]:
    fichier = settings.BASE_DIR / "fixtures" / "noms-demonstration.json"
    return json.loads(fichier.read_text(encoding="utf-8"))


def nom(rng: Random) -> str:
    return rng.choice(_listes()["noms"])


def prenom_adulte(rng: Random, *, femme: bool) -> str:
    return rng.choice(_listes()["femmes" if femme else "hommes"])


def prenom_enfant(rng: Random) -> tuple[str, str]:
    """(first name, sex)."""
    fille = rng.random() < 0.49
    return rng.choice(_listes()["filles" if fille else "garcons"]), "F" if fille else "M"


def adresse(rng: Random) -> str:
    return f"{rng.randrange(1, 120)} {rng.choice(_listes()['voies'])}"


def telephone(rng: Random) -> str:
    """A number of the range kept for fiction: 06 39 98 xx xx."""
    chiffres = f"{rng.randrange(10_000):04d}"
    return f"06 39 98 {chiffres[:2]} {chiffres[2:]}"
