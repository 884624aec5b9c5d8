"""Databases kept from one run to the next, one per size, beside the city's own."""

from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
from django.core.management import call_command
from django.db import connection, connections
from psycopg import sql


@contextmanager
def base_de_mesure(nom: str) -> Iterator[None]:
    """Point Django at database `nom`, made and migrated if needed; the former one comes back after."""
    reglages = connections["default"].settings_dict
    ancienne = reglages["NAME"]
    connection.close()
    if "GRAPPE" not in reglages:
        _creer_si_absente(nom)
    reglages["NAME"] = nom
    try:
        call_command("migrate", verbosity=0)
        yield
    finally:
        connection.close()
        reglages["NAME"] = ancienne


def _creer_si_absente(nom: str) -> None:
    """On a server of one's own, through a connection to its maintenance database."""
    parametres = connection.get_connection_params() | {"dbname": "postgres"}
    for cle in ("cursor_factory", "context", "prepare_threshold"):
        parametres.pop(cle, None)
    with psycopg.connect(**parametres, autocommit=True) as connexion:
        if connexion.execute("SELECT 1 FROM pg_database WHERE datname = %s", [nom]).fetchone() is None:
            connexion.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(nom)))
