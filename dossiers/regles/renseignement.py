"""What is typed of a child nobody knows yet: an age, or the month it is expected."""

import re
from datetime import date

from guichet.erreurs import ErreurMetier

MOIS = (
    *("janvier", "fevrier", "mars", "avril", "mai", "juin", "juillet", "aout", "septembre"),
    *("octobre", "novembre", "decembre"),
)
AGE_MAXIMUM = 83
_AGE = re.compile(r"(\d{1,2})\s*(m|mois)?")
_ANS = re.compile(r"(\d)\s*ans?(?:\s*(?:et\s*)?(\d{1,2})\s*(?:m|mois)?)?")
_MOIS = re.compile(r"(\d{1,2})\s*[/. -]\s*(\d{2}|\d{4})")
_MOT = re.compile(r"([a-z]{3,9})\.?\s*(\d{2}|\d{4})?")


def lire_mois(mots: str, *, le: date) -> date | None:
    """Le premier jour d’un mois écrit « 03/2027 », « 3/27 », « mars 2027 » ou « mars » (le prochain)."""
    propre = _sans_accent(mots)
    if trouve := _MOIS.fullmatch(propre):
        numero, annee = int(trouve[1]), trouve[2]
    elif (trouve := _MOT.fullmatch(propre)) and (rang := _rang(trouve[1])):
        numero, annee = rang, trouve[2] or ""
    elif trouve := re.fullmatch(r"(\d{4})-(\d{2})", propre):
        numero, annee = int(trouve[2]), trouve[1]
    else:
        return None
    if not 1 <= numero <= 12:
        return None
    if annee:
        an = int(annee) + (2000 if len(annee) == 2 else 0)
    else:
        an = le.year if numero >= le.month else le.year + 1
    return date(an, numero, 1) if 2000 <= an <= 2100 else None


def lire_age_ou_terme(mots: str, *, le: date) -> tuple[int | None, date | None]:
    """« 8 », « 8 mois », « 2 ans », « 2 ans 3 » : un âge en mois. « 03/2027 », « mars » : le mois du terme.

    Raises ErreurMetier `age_illisible`, `age_hors_creche`, `terme_lointain`.
    """
    propre = _sans_accent(mots)
    if trouve := _AGE.fullmatch(propre):
        age = int(trouve[1])
    elif trouve := _ANS.fullmatch(propre):
        age = 12 * int(trouve[1]) + int(trouve[2] or 0)
    else:
        return None, _terme(mots, le=le)
    if age > AGE_MAXIMUM:
        raise ErreurMetier("age_hors_creche", "Cet âge dépasse celui d’une crèche.", champ="enfant")
    return age, None


def _terme(mots: str, *, le: date) -> date:
    terme = lire_mois(mots, le=le)
    if terme is None:
        message = "Écrivez un âge (8, 8 mois, 2 ans) ou le mois du terme (03/2027, mars)."
        raise ErreurMetier("age_illisible", message, champ="enfant")
    ecart = (terme.year - le.year) * 12 + terme.month - le.month
    if not -1 <= ecart <= 10:
        message = "Ce terme n’est pas celui d’une grossesse en cours. Pour un enfant né, écrivez son âge."
        raise ErreurMetier("terme_lointain", message, champ="enfant")
    return terme


def _rang(mot: str) -> int | None:
    trouves = [rang for rang, mois in enumerate(MOIS, 1) if mois.startswith(mot)]
    return trouves[0] if len(trouves) == 1 else None


def _sans_accent(mots: str) -> str:
    return " ".join(mots.lower().translate(str.maketrans("éèûôâ", "eeuoa")).split())
