"""The facts as they stood at a past instant: inside, the tables a score reads are read from their history."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from functools import cache
from typing import Any

from django.apps import apps
from django.db import connection

# All that `queries.situations` reads, but the settings, which are dated already.
MODELES = (
    *("dossiers.Dossier", "dossiers.Enfant", "dossiers.GroupeNaissance", "dossiers.Famille"),
    *("dossiers.Responsable", "dossiers.Besoin", "dossiers.Voeu", "dossiers.PieceJustificative"),
    *("dossiers.Admission", "dossiers.LigneManuelle", "structures.Quartier", "structures.Structure"),
    *("structures.Gestionnaire", "structures.Convention", "structures.Section"),
)


@cache
def _tables() -> dict[str, str]:
    """By table, the query that stands for it: the last event of each row by then, unless it deletes it.

    Two parameters each, the instant twice. Without a window function, so that a condition on a column
    finds its index in the history.
    """
    tables = {}
    for nom in MODELES:
        modele, evenement = apps.get_model(nom), apps.get_model(f"{nom}Event")
        suivies = {champ.column for champ in evenement._meta.local_concrete_fields}
        colonnes = [c.column for c in modele._meta.local_concrete_fields if c.column in suivies]
        lues = ", ".join(f'e."{colonne}"' for colonne in colonnes if colonne != modele._meta.pk.column)
        table, histoire = modele._meta.db_table, evenement._meta.db_table
        tables[table] = (
            f'"{table}" AS NOT MATERIALIZED (SELECT e."pgh_obj_id" AS "{modele._meta.pk.column}", {lues}'
            f' FROM "{histoire}" e WHERE e."pgh_created_at" <= %s AND e."pgh_label" <> \'delete\''
            f' AND NOT EXISTS (SELECT 1 FROM "{histoire}" s WHERE s."pgh_obj_id" = e."pgh_obj_id"'
            ' AND s."pgh_created_at" <= %s AND s."pgh_id" > e."pgh_id"))'
        )
    return tables


@contextmanager
def base_au(instant: datetime) -> Iterator[None]:
    """Inside, every SELECT reads these tables as they were at `instant`; a write is refused.

    A row is as its last transaction begun by then left it. What a purge took from the history is not there.
    """

    def lire(
        executer: Callable[..., Any], requete: Any, parametres: Any, plusieurs: bool, contexte: Any
    ) -> Any:
        if not isinstance(requete, str) or not requete.startswith("SELECT "):
            raise RuntimeError("le passé se lit, il ne s’écrit pas")
        citees = [definition for table, definition in _tables().items() if f'"{table}"' in requete]
        if not citees:
            return executer(requete, parametres, plusieurs, contexte)
        instants = [instant] * (2 * len(citees))
        return executer(
            f"WITH {', '.join(citees)} {requete}", [*instants, *(parametres or ())], plusieurs, contexte
        )

    with connection.execute_wrapper(lire):
        yield
