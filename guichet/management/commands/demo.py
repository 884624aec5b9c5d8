"""The demo city, from an empty base to a served address."""

import json
import time
from typing import Any

from django.conf import settings
from django.core.management import call_command, get_commands
from django.core.management.base import BaseCommand
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

COMPTES = settings.BASE_DIR / "fixtures" / "comptes.json"


class Command(BaseCommand):
    help = "Prépare la ville de démonstration (une fois) et la sert. Les données saisies sont gardées."

    def handle(self, *args: Any, **options: Any) -> None:
        self._etape("Démarrage de la base de données", connection.ensure_connection)
        plan = MigrationExecutor(connection)
        if plan.migration_plan(plan.loader.graph.leaf_nodes()):
            self._etape("Création des tables (une demi-minute la première fois)", self._migrer)
        if "charger_demo" in get_commands():
            call_command("charger_demo", stdout=self.stdout)
        connection.close()
        self._comptes()
        call_command("servir", stdout=self.stdout)

    def _migrer(self) -> None:
        call_command("migrate", verbosity=0, interactive=False)

    def _etape(self, libelle: str, action: Any) -> None:
        self.stdout.write(f"• {libelle}…", ending="")
        self.stdout.flush()
        debut = time.monotonic()
        action()
        self.stdout.write(f" fait en {time.monotonic() - debut:.1f} s".replace(".", ","))

    def _comptes(self) -> None:
        """One account per profil, from the list that the demo data wrote."""
        if not COMPTES.exists():
            return
        vus: dict[str, dict[str, str]] = {}
        for compte in json.loads(COMPTES.read_text(encoding="utf-8")):
            vus.setdefault(compte["profil"], compte)
        self.stdout.write("\nUn compte par profil :")
        self.stdout.write(f"  {'profil':<16}{'identifiant':<22}{'mot de passe':<34}qui")
        for profil, compte in vus.items():
            qui = ", ".join(filter(None, (compte["nom"], compte["lieu"])))
            self.stdout.write(f"  {profil:<16}{compte['identifiant']:<22}{compte['mot_de_passe']:<34}{qui}")
