"""The embedded PostgreSQL used when DATABASE_URL is not set: found, started, stopped, never asked about."""

from guichet.base_embarquee.binaires import VERSION_MINIMALE, BaseIndisponible
from guichet.base_embarquee.grappe import PORT, SUPERUTILISATEUR, Grappe
from guichet.base_embarquee.reglages import nom_de_base, reglages

__all__ = [
    "PORT",
    "SUPERUTILISATEUR",
    "VERSION_MINIMALE",
    "BaseIndisponible",
    "Grappe",
    "nom_de_base",
    "reglages",
]
