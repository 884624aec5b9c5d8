"""The dates of a former tool, written in every way, and the ones that do not exist."""

import re
from dataclasses import dataclass
from datetime import date, timedelta

from structures.regles.texte import cle_mots

from .constats import FauteValeur

_MOIS = {
    nom: rang
    for rang, noms in enumerate(
        (
            ("janvier", "janv", "jan"),
            ("fevrier", "fevr", "fev"),
            ("mars", "mar"),
            ("avril", "avr"),
            ("mai",),
            ("juin",),
            ("juillet", "juil"),
            ("aout",),
            ("septembre", "sept", "sep"),
            ("octobre", "oct"),
            ("novembre", "nov"),
            ("decembre", "dec"),
        ),
        1,
    )
    for nom in noms
}
_HEURE = re.compile(r"[T\s]+\d{1,2}\s?[:hH]\s?\d{2}(:\d{2})?(\.\d+)?\s?(Z|[+-]\d{2}:?\d{2})?$")
_JOUR_MOIS_AN = re.compile(r"(\d{1,2})[/.\s-]+(\d{1,2})[/.\s-]+(\d{4}|\d{2})")
_AN_MOIS_JOUR = re.compile(r"(\d{4})[/.\s-](\d{1,2})[/.\s-](\d{1,2})")
_LETTRES = re.compile(r"(?:[a-z]+ )?(\d{1,2})(?: ?er)? ([a-z]+) (\d{4}|\d{2})")
_ECRIRE = "Écrivez la date sous la forme jour/mois/année, par exemple 05/03/2026."
_EXCEL_ZERO = date(1899, 12, 30)


@dataclass(frozen=True)
class DateLue:
    """A date, and what had to be supposed to read it ("" when nothing)."""

    jour: date
    reparation: str = ""


def lire_date(texte: str) -> DateLue:
    """Une date écrite jour/mois/année, à l’envers (2026-03-05) ou en lettres ; l’heure est laissée.

    A two-digit year is of this century and said. Raises FauteValeur for a date that does not exist:
    the American order is never guessed.
    """
    brut = _HEURE.sub("", " ".join(texte.split()))
    if trouve := _AN_MOIS_JOUR.fullmatch(brut):
        return _date(int(trouve[1]), int(trouve[2]), int(trouve[3]), brut)
    if trouve := _JOUR_MOIS_AN.fullmatch(brut):
        return _date_annee(trouve[3], int(trouve[2]), int(trouve[1]), brut)
    if trouve := re.fullmatch(r"(20\d{2})(\d{2})(\d{2})", brut):
        return _date(int(trouve[1]), int(trouve[2]), int(trouve[3]), brut)
    if trouve := re.fullmatch(r"(\d{2})(\d{2})(20\d{2})", brut):
        return _date(int(trouve[3]), int(trouve[2]), int(trouve[1]), brut)
    if re.fullmatch(r"[34]\d{4}|5[0-4]\d{3}", brut):
        jour = _EXCEL_ZERO + timedelta(days=int(brut))
        return DateLue(jour, f"nombre d’Excel lu comme le {jour:%d/%m/%Y}")
    if (trouve := _LETTRES.fullmatch(cle_mots(brut))) and trouve[2] in _MOIS:
        return _date_annee(trouve[3], _MOIS[trouve[2]], int(trouve[1]), brut)
    raise FauteValeur("Cette date est illisible.", _ECRIRE)


def _date_annee(annee: str, mois: int, jour: int, brut: str) -> DateLue:
    if len(annee) == 4:
        return _date(int(annee), mois, jour, brut)
    lue = _date(2000 + int(annee), mois, jour, brut).jour
    return DateLue(lue, f"année sur deux chiffres lue {lue.year}")


def _date(annee: int, mois: int, jour: int, brut: str) -> DateLue:
    try:
        lue = date(annee, mois, jour)
    except ValueError:
        if mois > 12 >= jour >= 1:
            remede = f"Il n’y a pas de mois {mois} : si c’est l’ordre américain, écrivez jour/mois/année."
        else:
            remede = "Retrouvez la bonne date dans le dossier papier et corrigez le fichier."
        raise FauteValeur(f"Cette date n’existe pas : {brut}.", remede) from None
    if not 1900 <= lue.year <= 2199:
        raise FauteValeur(f"L’année {annee} n’est pas possible.", _ECRIRE)
    return DateLue(lue)
