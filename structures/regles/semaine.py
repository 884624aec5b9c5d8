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
