"""The database backend of the embedded PostgreSQL: it starts the server before it connects."""

from pathlib import Path
from typing import Any

import psycopg
from django.db.backends.postgresql import base
from psycopg import sql

from guichet.base_embarquee import PORT, SUPERUTILISATEUR, Grappe
from guichet.postgres.client import DatabaseClient
from guichet.postgres.creation import DatabaseCreation

_bases_vues: set[tuple[str, str]] = set()


class DatabaseWrapper(base.DatabaseWrapper):
    """Both Django's connections and the job worker's go through `get_connection_params`."""

    client_class = DatabaseClient
    creation_class = DatabaseCreation

    def get_connection_params(self) -> dict[str, Any]:
        self.assurer_le_serveur()
        return super().get_connection_params()

    def assurer_le_serveur(self) -> None:
        """Start the server, make the city's database, and note where they answer."""
        emplacement = self.settings_dict["GRAPPE"]
        essais = emplacement == self.settings_dict["TEST"]["GRAPPE"]
        prise = str(Grappe(Path(emplacement), jetable=essais).assurer())
        self.settings_dict.update(HOST=prise, USER=SUPERUTILISATEUR, PORT=str(PORT))
        nom = self.settings_dict["NAME"]
        if nom and not essais and (prise, nom) not in _bases_vues:
            _creer_si_absente(prise, nom)
            _bases_vues.add((prise, nom))


def _creer_si_absente(prise: str, nom: str) -> None:
    with psycopg.connect(
        host=prise, port=PORT, user=SUPERUTILISATEUR, dbname="postgres", autocommit=True
    ) as connexion:
        if connexion.execute("SELECT 1 FROM pg_database WHERE datname = %s", [nom]).fetchone() is None:
            try:
                connexion.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(nom)))
            except (psycopg.errors.DuplicateDatabase, psycopg.errors.UniqueViolation):
                # Another process made it between the question and the answer.
                return
