"""A year of information contacts: most nameless, some with an appointment, today's too."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from random import Random

from django.utils import timezone

from dossiers.models import Orientation, TypeBesoin
from dossiers.services.renseignements import noter_renseignement
from structures.models import Agent, Mairie
from structures.regles.ages import ajouter_mois
from structures.regles.jours import jour_ouvre

NOMBRE = 60
_ORIENTATIONS = (
    *(Orientation.PREINSCRIPTION,) * 5,
    *(Orientation.RELAIS, Orientation.ASSISTANTE) * 2,
    *(Orientation.HALTE, Orientation.CAF, Orientation.MICRO_CRECHE, Orientation.AUTRE_COMMUNE),
)
_BESOINS = (*(TypeBesoin.REGULIER,) * 5, TypeBesoin.OCCASIONNEL, TypeBesoin.URGENCE)
_NOMS = ("Perrin", "Benali", "Traoré", "Moulin", "Fayolle", "Da Costa")


def renseigner(rng: Random, mairies: Sequence[Mairie], *, par: Agent, maintenant: datetime) -> int:
    """Write the contacts; three appointments fall today."""
    debut = timezone.localtime(maintenant).replace(hour=10, minute=0, second=0, microsecond=0)
    for rang in range(NOMBRE):
        jour = debut.date() - timedelta(days=1 + rang * 5)
        le = debut.replace(year=jour.year, month=jour.month, day=jour.day, hour=rng.randint(9, 16))
        a_naitre = rng.random() < 0.4
        recent = rang < 8
        noter_renseignement(
            mairie=mairies[0] if rang < 3 else rng.choice(mairies),
            canal=rng.choice(("guichet", "guichet", "appel", "courriel")),
            age_mois=None if a_naitre else rng.randint(2, 30),
            terme_mois=ajouter_mois(jour.replace(day=1), rng.randint(1, 6)) if a_naitre else None,
            besoin=rng.choice(_BESOINS),
            jours_semaine=rng.choice((None, 2, 3, 4, 5)),
            entree_mois=ajouter_mois(jour.replace(day=1), rng.randint(3, 12)),
            orientation=rng.choice(_ORIENTATIONS),
            rendez_vous_le=_rendez_vous(rang, debut, le),
            nom=_NOMS[rang % len(_NOMS)] if recent and rang % 2 == 0 else "",
            telephone=f"06399810{rang:02d}" if recent and rang % 2 == 0 else "",
            par=par,
            maintenant=le,
        )
    return NOMBRE


def _rendez_vous(rang: int, debut: datetime, le: datetime) -> datetime | None:
    """Three today, the others a week after."""
    if rang < 3:
        return debut.replace(hour=9 + 2 * rang, minute=30)
    if rang % 4:
        return None
    ensuite = jour_ouvre(le.date() + timedelta(days=7))
    return le.replace(year=ensuite.year, month=ensuite.month, day=ensuite.day)
