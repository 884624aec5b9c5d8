"""`manage.py migrate`, Django's own, with an executor that redraws less."""

from django.core.management.commands import migrate

from guichet.migrations_rapides import ExecuteurRapide

migrate.MigrationExecutor = ExecuteurRapide  # type: ignore[attr-defined]


class Command(migrate.Command):
    """Everything else is Django's."""
