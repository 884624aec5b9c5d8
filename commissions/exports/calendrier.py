"""A séance as an iCalendar event (RFC 5545), for any agenda software."""

from datetime import UTC, timedelta

from django.conf import settings

from commissions.models import Seance

DUREE = timedelta(hours=3)


def calendrier_seance(seance: Seance) -> str:
    """One event of three hours; lines end with CRLF and fold at 75 bytes."""
    debut, fin = (
        instant.astimezone(UTC).strftime("%Y%m%dT%H%M%SZ")
        for instant in (seance.tenue_prevue_le, seance.tenue_prevue_le + DUREE)
    )
    lignes = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//Guichet petite enfance//Commission//FR",
        "BEGIN:VEVENT",
        f"UID:seance-{seance.pk}@guichet.invalid",
        f"DTSTAMP:{seance.creee_le.astimezone(UTC):%Y%m%dT%H%M%SZ}",
        f"SEQUENCE:{seance.version}",
        f"DTSTART:{debut}",
        f"DTEND:{fin}",
        f"SUMMARY:{_texte(seance.intitule)}",
        f"LOCATION:{_texte(f'{seance.lieu}, {settings.VILLE}')}",
        "END:VEVENT",
        "END:VCALENDAR",
    ]
    return "".join(_plier(ligne) + "\r\n" for ligne in lignes)


def _texte(valeur: str) -> str:
    for signe in ("\\", ";", ","):
        valeur = valeur.replace(signe, "\\" + signe)
    return " ".join(valeur.split())


def _plier(ligne: str) -> str:
    """Never more than 75 bytes a line, never in the middle of a character."""
    morceaux, courant = [], ""
    for signe in ligne:
        if len((courant + signe).encode()) > 74:
            morceaux.append(courant)
            courant = ""
        courant += signe
    return "\r\n ".join([*morceaux, courant])
