"""The job worker, run beside the web server."""

from typing import Any, cast

from django.core.management.base import BaseCommand, CommandError, CommandParser
from procrastinate.contrib.django import app
from procrastinate.contrib.django.django_connector import DjangoConnector
from procrastinate.exceptions import ConnectorException

from guichet.histoire import dater_le_travail


class Command(BaseCommand):
    help = (
        "Exécute les travaux longs (cotation, éditions, reprises) et les tâches périodiques, jusqu’à l’arrêt."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--simultanes", type=int, default=2, help="travaux menés en même temps (2)")
        parser.add_argument("--vider", action="store_true", help="s’arrêter quand la file est vide")

    def handle(self, *args: Any, simultanes: int, vider: bool, **options: Any) -> None:
        # Django's connections suit a request; a worker listens on connections of its own.
        web = cast(DjangoConnector, app.connector)
        try:
            with app.replace_connector(web.get_worker_connector()) as ouvrier:
                ouvrier.run_worker(
                    concurrency=simultanes,
                    wait=not vider,
                    shutdown_graceful_timeout=8,
                    task_middleware=[dater_le_travail],
                )
        except ConnectorException as coupure:
            raise CommandError("La base de données ne répond plus : les travaux s’arrêtent.") from coupure
