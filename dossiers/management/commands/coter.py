"""`manage.py coter`: a city checks its own worked examples, without a database."""

import json
import sys
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from dossiers.management.fichiers import en_utf8, lire, refus_en_une_ligne, refuser
from dossiers.regles.cotation import en_json
from dossiers.regles.documents import coter_document, grille_de
from guichet.erreurs import ErreurMetier


class Command(BaseCommand):
    help = "Calcule les points d’une situation sous une grille, sans base de données."
    requires_system_checks: list[str] = []

    def create_parser(self, prog_name: str, subcommand: str, **kwargs: Any) -> CommandParser:
        return refus_en_une_ligne(super().create_parser(prog_name, subcommand, **kwargs))

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--grille", required=True, type=Path, help="grille, fichier JSON")
        parser.add_argument("--situation", required=True, type=Path, help="situation, fichier JSON")

    def handle(self, *args: Any, grille: Path, situation: Path, **options: Any) -> None:
        try:
            version = grille_de(lire(grille), grille.name)
            cotation = coter_document(version, lire(situation), situation.name)
        except ErreurMetier as faute:
            refuser(faute.message)
        en_utf8(sys.stdout)
        self.stdout.write(json.dumps(en_json(cotation), ensure_ascii=False, indent=2))
