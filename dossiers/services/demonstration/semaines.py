"""The weeks families ask for: mostly full, often without Wednesday, sometimes a mosaic."""

from random import Random

from structures.regles.semaine import SEMAINE_PLEINE

SANS_MERCREDI = (0, 1, 2, 3, 6, 7, 8, 9)
MATINS = (0, 2, 4, 6, 8)
_HEURES = (("08:00", "12:30"), ("12:30", "17:30"))


def tirer_semaine(rng: Random, ouverture: set[int]) -> list[int]:
    """One week of half-days, within the opening of a structure; never empty."""
    tirage = rng.random()
    if tirage < 0.52:
        voulue = set(SEMAINE_PLEINE)
    elif tirage < 0.70:
        voulue = set(SANS_MERCREDI)
    elif tirage < 0.92:
        jours = rng.sample(range(5), rng.choice((2, 3, 3, 4)))
        voulue = {2 * j + moitie for j in jours for moitie in (0, 1)}
    elif tirage < 0.96:
        voulue = set(MATINS)
    else:
        voulue = set(rng.sample(range(10), rng.randrange(2, 6)))
    return sorted(voulue & ouverture) or sorted(ouverture)[:2]


def alternatives(rng: Random, semaine: list[int]) -> list[list[int]]:
    """Up to two smaller weeks the family would take rather than nothing."""
    jours = sorted({k // 2 for k in semaine})
    if len(jours) < 3 or rng.random() < 0.6:
        return []
    choix = []
    for nombre in (len(jours) - 1, len(jours) - 2)[: rng.choice((1, 1, 2))]:
        gardes = set(rng.sample(jours, nombre))
        choix.append([k for k in semaine if k // 2 in gardes])
    return choix


def horaires(rng: Random, semaine: list[int]) -> dict[str, list[str]]:
    """Hours for each half-day, most families keeping the usual ones."""
    debut = rng.choice(("07:30", "08:00", "08:00", "08:30"))
    fin = rng.choice(("17:00", "17:30", "17:30", "18:00", "18:30"))
    return {str(k): [debut, _HEURES[0][1]] if k % 2 == 0 else [_HEURES[1][0], fin] for k in semaine}


def heures(horaires_: dict[str, list[str]]) -> float:
    """Hours of care in a week."""

    def minutes(texte: str) -> int:
        return int(texte[:2]) * 60 + int(texte[3:])

    return sum(minutes(fin) - minutes(debut) for debut, fin in horaires_.values()) / 60
