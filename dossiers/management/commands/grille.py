"""`manage.py grille charger|exporter FICHIER`: the grid as a documented JSON file."""

import json
import sys
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.utils import timezone

from dossiers.management.fichiers import en_utf8, lire, refus_en_une_ligne, refuser
from dossiers.models import GrilleCriteres
from dossiers.queries.grilles import document_de, version_en_vigueur
from dossiers.regles.documents import decoder
from dossiers.services.grilles import charger_grille
from dossiers.services.publication import a_venir, programmer_grille, publier_maintenant
from guichet.erreurs import ErreurMetier
from guichet.texte import entier_lu


class Command(BaseCommand):
    help = "Charge une grille écrite en JSON, ou écrit une version dans un fichier."

    def create_parser(self, prog_name: str, subcommand: str, **kwargs: Any) -> CommandParser:
        return refus_en_une_ligne(super().create_parser(prog_name, subcommand, **kwargs))

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("geste", choices=("charger", "exporter"))
        parser.add_argument("fichier", help="fichier JSON ; « - » écrit sur la sortie standard")
        parser.add_argument("--publier", action="store_true", help="met en vigueur la grille chargée")
        parser.add_argument("--grille", help="nom ou numéro de la version à écrire (sinon celle en vigueur)")

    def handle(self, *args: Any, geste: str, fichier: str, **options: Any) -> None:
        try:
            if geste == "charger":
                self._charger(Path(fichier), publier=options["publier"])
            else:
                self._exporter(fichier, options["grille"])
        except ErreurMetier as faute:
            refuser(faute.message)

    def _charger(self, chemin: Path, *, publier: bool) -> None:
        maintenant = timezone.now()
        document = decoder(lire(chemin), chemin.name)
        version = charger_grille(document, par=None, maintenant=maintenant)
        nombre = version.criteres.count()
        self.stdout.write(f"« {version.nom} » : {nombre} critères, chargée en brouillon (n° {version.pk}).")
        if publier and a_venir(version, maintenant=maintenant):
            programmer_grille(version, par=None, maintenant=maintenant)
            self.stdout.write(f"« {version.nom} » entrera en vigueur le {version.debut:%d/%m/%Y}.")
        elif publier:
            total = publier_maintenant(
                version, par=None, maintenant=maintenant, avancement=self._montrer_avancement
            )
            self.stdout.write(f"« {version.nom} » est en vigueur : {total} dossiers cotés.")

    def _montrer_avancement(self, fait: int, total: int) -> None:
        self.stderr.write(f"{fait} dossiers sur {total}")

    def _exporter(self, fichier: str, designation: str | None) -> None:
        version = _designee(designation)
        texte = json.dumps(document_de(version), ensure_ascii=False, indent=2) + "\n"
        if fichier == "-":
            en_utf8(sys.stdout)
            self.stdout.write(texte, ending="")
            return
        try:
            Path(fichier).write_text(texte, encoding="utf-8")
        except OSError:
            raise ErreurMetier("fichier", f"{fichier} ne peut pas être écrit") from None
        self.stdout.write(f"« {version.nom} » est écrite dans {fichier}.")


def _designee(designation: str | None) -> GrilleCriteres:
    if designation is None:
        version = version_en_vigueur()
        if version is None:
            raise ErreurMetier("sans_grille", "aucune grille n’est en vigueur : nommez-en une avec --grille")
        return version
    version = GrilleCriteres.objects.filter(nom=designation).first()
    if version is None:
        version = GrilleCriteres.objects.filter(pk=entier_lu(designation) or 0).first()
    if version is None:
        raise ErreurMetier("sans_grille", f"la grille « {designation} » n’existe pas")
    return version
