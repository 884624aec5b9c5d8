"""The demonstration city, loaded once."""

from datetime import date
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from commissions.services.demonstration import charger_demonstration

GRAINE = 2011


class Command(BaseCommand):
    help = "Charge une ville inventée, toujours la même pour une graine et un jour donnés."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--graine", type=int, default=GRAINE, help="graine du tirage")
        parser.add_argument("--jour", help="jour de la démonstration, AAAA-MM-JJ (aujourd’hui)")

    def handle(self, *args: Any, graine: int, jour: str | None, **options: Any) -> None:
        maintenant = timezone.now()
        try:
            le = date.fromisoformat(jour) if jour else timezone.localdate(maintenant)
        except ValueError:
            raise CommandError(f"« {jour} » n’est pas un jour : écrivez-le AAAA-MM-JJ.") from None
        self.stdout.write("• Ville de démonstration")
        charge = charger_demonstration(graine=graine, jour=le, maintenant=maintenant, dire=self._dire)
        if not charge:
            self._dire("déjà chargée : les données sont gardées telles quelles")

    def _dire(self, phrase: str) -> None:
        self.stdout.write(f"  - {phrase}")
        self.stdout.flush()
