"""The demo city, from an empty base to a served address."""

import json
import time
from typing import Any

from django.conf import settings
from django.core.management import call_command, get_commands
from django.core.management.base import BaseCommand
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from structures.models import Habilitation, Profil

COMPTES = settings.BASE_DIR / "fixtures" / "comptes.json"


class Command(BaseCommand):
    help = "Prépare la ville de démonstration (une fois) et la sert. Les données saisies sont gardées."

    def handle(self, *args: Any, **options: Any) -> None:
        self._etape("Démarrage de la base de données", connection.ensure_connection)
        plan = MigrationExecutor(connection)
        if plan.migration_plan(plan.loader.graph.leaf_nodes()):
            self._etape("Création des tables (quelques secondes la première fois)", self._migrer)
        if "charger_demo" in get_commands():
            call_command("charger_demo", stdout=self.stdout)
        self._comptes()
        connection.close()
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
        """One account per profil, among those of the demo that exist in this base."""
        mots_de_passe = {c["identifiant"]: c["mot_de_passe"] for c in json.loads(COMPTES.read_text("utf-8"))}
        droits = Habilitation.objects.filter(agent__identifiant__in=mots_de_passe).select_related(
            "agent", "mairie", "structure"
        )
        par_profil: dict[str, Habilitation] = {}
        for droit in droits.order_by("pk"):
            par_profil.setdefault(droit.profil, droit)
        if not par_profil:
            return
        self.stdout.write("\nUn compte par profil :")
        self.stdout.write(f"  {'identifiant':<18}{'mot de passe':<18}qui")
        for profil in Profil.values:
            if a_montrer := par_profil.get(profil):
                nom = a_montrer.agent.identifiant
                self.stdout.write(f"  {nom:<18}{mots_de_passe[nom]:<18}{a_montrer.agent} : {a_montrer}")
