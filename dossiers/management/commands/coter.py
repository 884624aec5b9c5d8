"""`manage.py coter`: a city checks its own worked examples, without a database."""

import json
import sys
from pathlib import Path
from typing import Any, NoReturn

from django.core.management.base import BaseCommand, CommandParser

from dossiers.regles.cotation import en_json
from dossiers.regles.documents import coter_fichiers
from guichet.erreurs import ErreurMetier


class Command(BaseCommand):
    help = "Calcule les points d’une situation sous une grille, sans base de données."
    requires_system_checks: list[str] = []

    def create_parser(self, prog_name: str, subcommand: str, **kwargs: Any) -> CommandParser:
        parser = super().create_parser(prog_name, subcommand, **kwargs)
        parser.error = _refuser  # type: ignore[method-assign]
        return parser

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--grille", required=True, type=Path, help="grille, fichier JSON")
        parser.add_argument("--situation", required=True, type=Path, help="situation, fichier JSON")

    def handle(self, *args: Any, grille: Path, situation: Path, **options: Any) -> None:
        try:
            cotation = coter_fichiers(grille, situation)
        except ErreurMetier as faute:
            _refuser(faute.message)
        _en_utf8(sys.stdout)
        self.stdout.write(json.dumps(en_json(cotation), ensure_ascii=False, indent=2))


def _refuser(message: str) -> NoReturn:
    _en_utf8(sys.stderr)
    print(" ".join(message.split()), file=sys.stderr)
    raise SystemExit(2)


def _en_utf8(flux: Any) -> None:
    if hasattr(flux, "reconfigure"):
        flux.reconfigure(encoding="utf-8")
