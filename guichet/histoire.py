"""Who is behind each line of history, and the walls round it: what row triggers leave open is closed here."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pghistory
from django.apps import apps
from django.db import connections
from django.http import HttpRequest
from pghistory.middleware import HistoryMiddleware

from guichet.acces import personne

# Kept like events, without being one.
AUTRES_TABLES = ("dossiers_journal", "dossiers_cotation", "pghistory_context")
_FONCTIONS = """
CREATE OR REPLACE FUNCTION guichet_sans_vidange() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF current_setting('guichet.vidange', true) IS DISTINCT FROM 'oui' THEN
        RAISE EXCEPTION 'Cannot truncate %: history is kept', TG_TABLE_NAME;
    END IF;
    RETURN NULL;
END $$;
CREATE OR REPLACE FUNCTION guichet_contexte_inalterable() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF current_setting('guichet.purge', true) = 'oui'
       OR (TG_OP = 'UPDATE' AND current_setting('pghistory.context_id', true) = OLD.id::text) THEN
        RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
    END IF;
    RAISE EXCEPTION 'Cannot % rows from %: history is kept', lower(TG_OP), TG_TABLE_NAME;
END $$;
CREATE OR REPLACE TRIGGER contexte_inalterable BEFORE UPDATE OR DELETE ON pghistory_context
    FOR EACH ROW EXECUTE FUNCTION guichet_contexte_inalterable();
"""


def tables_d_histoire() -> list[str]:
    """Every table of events, and the few kept like them."""
    evenements = [m._meta.db_table for m in apps.get_models() if hasattr(m, "pgh_tracked_model")]
    return sorted({*evenements, *AUTRES_TABLES})


def fermer_la_vidange(*, using: str = "default", **_: Any) -> None:
    """After `migrate`: TRUNCATE fires no row trigger, so each table of history refuses it by its own."""
    connexion = connections[using]
    presentes = set(connexion.introspection.table_names())
    if not presentes.issuperset(AUTRES_TABLES):
        return
    nom = connexion.ops.quote_name
    poses = [
        f"CREATE OR REPLACE TRIGGER sans_vidange BEFORE TRUNCATE ON {nom(table)} "
        "FOR EACH STATEMENT EXECUTE FUNCTION guichet_sans_vidange();"
        for table in tables_d_histoire()
        if table in presentes
    ]
    with connexion.cursor() as curseur:
        curseur.execute("SELECT count(*) FROM pg_trigger WHERE tgname = 'sans_vidange'")
        if curseur.fetchone()[0] < len(poses):
            curseur.execute(_FONCTIONS + "".join(poses))


class HistoireMiddleware(HistoryMiddleware):
    """Every line a request writes says who asked, from which counter, at which address."""

    def get_context(self, request: HttpRequest) -> dict[str, Any]:
        contexte: dict[str, Any] = super().get_context(request)
        if contexte["user"] and (mairie := personne(request).mairie):
            contexte["mairie"] = mairie.pk
        return contexte


@contextmanager
def au_nom_de(origine: str, **details: Any) -> Iterator[None]:
    """Around a job or a command: its lines say which; services add who asked and why."""
    with pghistory.context(origine=origine, **details):
        yield


def dater_le_travail(suite: Callable[[], Any], contexte: Any, ouvrier: Any) -> Any:
    """Procrastinate's middleware: one context a job."""
    with au_nom_de(f"travail {contexte.job.task_name.rpartition('.')[2]}", travail=contexte.job.id):
        return suite()
