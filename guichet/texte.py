"""Dates and numbers in French, the same on screen, in PDF and in letters. Pure."""

from datetime import date, datetime

MOIS = (
    "janvier", "février", "mars", "avril", "mai", "juin",
    "juillet", "août", "septembre", "octobre", "novembre", "décembre",
)  # fmt: skip
MOIS_COURTS = (
    "janv.", "févr.", "mars", "avril", "mai", "juin", "juil.", "août", "sept.", "oct.", "nov.", "déc.",
)  # fmt: skip
JOURS = ("lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche")
INSECABLE = "\u00a0"
FINE = "\u202f"


def date_longue(jour: date) -> str:
    """« 1er mars 2027 »."""
    quantieme = "1er" if jour.day == 1 else str(jour.day)
    return f"{quantieme}{INSECABLE}{MOIS[jour.month - 1]}{INSECABLE}{jour.year}"


def date_avec_jour(jour: date) -> str:
    """« mercredi 12 mai 2027 »."""
    return f"{JOURS[jour.weekday()]} {date_longue(jour)}"


def mois_annee(jour: date) -> str:
    """« févr. 2027 »."""
    return f"{MOIS_COURTS[jour.month - 1]}{INSECABLE}{jour.year}"


def heure(instant: datetime) -> str:
    """« 10 h 42 », « 14 h » at the hour."""
    minutes = f"{INSECABLE}{instant.minute:02d}" if instant.minute else ""
    return f"{instant.hour}{INSECABLE}h{minutes}"


def date_heure(instant: datetime) -> str:
    """« 22 novembre 2026 à 10 h 42 »."""
    return f"{date_longue(instant)} à {heure(instant)}"


def nombre(valeur: int) -> str:
    """« 1 204 », with a narrow no-break space."""
    return f"{valeur:,}".replace(",", FINE)


def accord(quantite: int, formes: str) -> str:
    """`accord(n, "dossier,dossiers")` gives « 1 dossier », « 1 204 dossiers »; 0 and 1 are singular."""
    un, plusieurs = formes.split(",")
    return f"{nombre(quantite)}{INSECABLE}{un if abs(quantite) < 2 else plusieurs}"


def entier_lu(texte: str | None) -> int | None:
    """The whole number an address or a form names, None for anything else: « ² » is a digit, no number."""
    return int(texte) if texte and texte.isdecimal() and len(texte) < 18 else None
