"""The week of half-days every count of places is made of.

A week is a sorted tuple of créneau indexes, 0 = Monday morning … 9 = Friday afternoon; a vector of
places has one integer per créneau.
"""

from collections.abc import Iterable

JOURS = ("lundi", "mardi", "mercredi", "jeudi", "vendredi")
JOURS_COURTS = ("lun", "mar", "mer", "jeu", "ven")
MOITIES = ("matin", "apm")
CRENEAUX = tuple(f"{jour}_{moitie}" for jour in JOURS_COURTS for moitie in MOITIES)
NB_CRENEAUX = len(CRENEAUX)
SEMAINE_PLEINE = tuple(range(NB_CRENEAUX))
_EN_MOTS = ("matin", "après-midi")


def semaine(creneaux: Iterable[int]) -> tuple[int, ...]:
    """Une semaine rangée, sans répétition.

    Raises ValueError for an index outside the week.
    """
    rangee = tuple(sorted(set(creneaux)))
    if rangee and not 0 <= rangee[0] <= rangee[-1] < NB_CRENEAUX:
        raise ValueError(f"créneau inconnu dans {rangee}")
    return rangee


def texte_semaine(creneaux: Iterable[int]) -> str:
    """La semaine en toutes lettres : « lun, mar, jeu, ven, journée » ou « lun matin, mar journée ».

    It is the text equivalent of the week glyph; full days share one word when nothing else is asked.
    """
    choisis = set(creneaux)
    if not choisis:
        return "aucune demi-journée"
    if choisis == set(SEMAINE_PLEINE):
        return "toute la semaine"
    mots = {
        jour: _moitie(2 * i in choisis, 2 * i + 1 in choisis)
        for i, jour in enumerate(JOURS_COURTS)
        if 2 * i in choisis or 2 * i + 1 in choisis
    }
    formes = set(mots.values())
    if len(formes) == 1:
        return f"{', '.join(mots)}, {formes.pop()}"
    return ", ".join(f"{jour} {forme}" for jour, forme in mots.items())


def _moitie(matin: bool, apres_midi: bool) -> str:
    if matin and apres_midi:
        return "journée"
    return "matin" if matin else "après-midi"


def nombre_jours(creneaux: Iterable[int]) -> int:
    """Le nombre de jours où l’enfant vient, même une demi-journée."""
    return len({c // 2 for c in creneaux})


def jours_en_mots(creneaux: Iterable[int]) -> str:
    """« le mercredi », « le mardi et le jeudi matin », « du lundi au vendredi » ; vide sans demi-journée."""
    choisis = set(creneaux)
    if choisis == set(SEMAINE_PLEINE):
        return "du lundi au vendredi"
    mots = [_jour_en_mots(j, choisis) for j in jours_de(choisis)]
    return mots[0] if len(mots) == 1 else f"{', '.join(mots[:-1])} et {mots[-1]}" if mots else ""


def jours_de(creneaux: Iterable[int]) -> list[int]:
    """Les jours de ces demi-journées, lundi = 0, sans répétition."""
    return sorted({c // 2 for c in creneaux if 0 <= c < NB_CRENEAUX})


def _jour_en_mots(jour: int, choisis: set[int]) -> str:
    moities = [mot for i, mot in enumerate(_EN_MOTS) if 2 * jour + i in choisis]
    return f"le {JOURS[jour]}" + (f" {moities[0]}" if len(moities) == 1 else "")
