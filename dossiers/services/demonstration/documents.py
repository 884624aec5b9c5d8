"""The documents an invented family shows: which one, when, and until when it proves anything."""

from datetime import date, timedelta
from random import Random

from dossiers.regles.pieces import PREUVES, fin_de_validite

BIENTOT = timedelta(days=31)


def a_part(*quoi: object) -> float:
    """A draw of its own: what it decides leaves the rest of the invented city as it was."""
    return Random("/".join(map(str, quoi))).random()


def document_vu(rng: Random, code: str, *, a_naitre: bool) -> str:
    """One of the documents accepted for a piece; an unborn child is proved by the pregnancy."""
    acceptes = PREUVES[code].equivalents
    if code == "identite":
        return acceptes[-1] if a_naitre else acceptes[0]
    return rng.choice(acceptes)


def jours_de(nom: str, code: str, document: str, vue_le: date, jour: date) -> tuple[date, date | None]:
    """When it was seen and its last day: shown again since when it grew old, but for a few families."""
    fin = fin_de_validite(code, document, vue_le)
    tirage = a_part(nom, code, vue_le)
    if fin is None or fin >= jour + BIENTOT or tirage < 0.03:
        return vue_le, fin
    revue = max(vue_le, jour - (fin - vue_le - BIENTOT) * tirage)
    return revue, fin_de_validite(code, document, revue)
