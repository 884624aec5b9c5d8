"""Two functions every history trigger calls, written again so that a missing setting raises nothing.

As the libraries write them, each tracked row opens two subtransactions and aborts them, and each abort walks
the foreign keys still to check in the transaction: the cost of a row grows with the rows before it. Asked
with `missing_ok`, an absent setting is null. The libraries write theirs back with a trigger they add, so
these are put in place after every `migrate`.
"""

from typing import Any

from django.db import connections

# A setting left by SET LOCAL is empty, not absent, once its transaction is over.
SQL = """
CREATE OR REPLACE FUNCTION _pgtrigger_should_ignore(trigger_name name) RETURNS boolean
LANGUAGE plpgsql AS $fonction$
BEGIN
    RETURN coalesce(
        trigger_name = ANY (nullif(current_setting('pgtrigger.ignore', true), '')::text[]), false
    );
END;
$fonction$;

CREATE OR REPLACE FUNCTION _pgh_attach_context() RETURNS uuid
LANGUAGE plpgsql AS $fonction$
DECLARE
    contexte uuid := nullif(current_setting('pghistory.context_id', true), '')::uuid;
    donnees jsonb := nullif(current_setting('pghistory.context_metadata', true), '')::jsonb;
BEGIN
    IF contexte IS NULL OR donnees IS NULL THEN
        RETURN NULL;
    END IF;
    INSERT INTO pghistory_context (id, metadata, created_at, updated_at)
        VALUES (contexte, donnees, now(), now())
        ON CONFLICT (id) DO UPDATE SET metadata = excluded.metadata, updated_at = excluded.updated_at
        WHERE pghistory_context.metadata <> excluded.metadata;
    RETURN contexte;
END;
$fonction$;
"""


def poser(using: str = "default", **_: Any) -> None:
    """Put both functions in place; connected to `post_migrate`."""
    with connections[using].cursor() as curseur:
        curseur.execute(SQL)
