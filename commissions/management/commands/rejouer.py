"""The stored proposal of a séance, played again from what was frozen."""

import sys
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from commissions.models import Seance
from commissions.queries.proposition import derniere_proposition
from commissions.services.rejeu import AUTRE_MOTEUR, IDENTIQUE, rejouer


class Command(BaseCommand):
    help = (
        "Rejoue la proposition d’une séance depuis ce qui en est gardé. Sortie 0 : les mêmes octets ; 3 : un "
        "autre moteur l’avait faite, elle est vérifiée ; 1 : elle diffère ; 2 : il n’y a rien à rejouer."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("seance", type=int, help="numéro de la séance, celui de son adresse")
        parser.add_argument("--fichier", help="écrire là le résultat recalculé, sous sa forme canonique")

    def handle(self, *args: Any, seance: int, fichier: str | None, **options: Any) -> None:
        objet = Seance.objects.select_related("grille").defer("instance").filter(pk=seance).first()
        proposition = derniere_proposition(objet) if objet else None
        if objet is None or proposition is None:
            raise CommandError(f"La séance {seance} n’a pas de proposition gardée.", returncode=2)
        rejeu = rejouer(proposition)
        if fichier:
            Path(fichier).write_bytes(rejeu.octets)
        self.stdout.write(f"Séance {objet.pk}, {objet} ; grille : {objet.grille}")
        self.stdout.write(f"Problème gelé : {objet.empreinte}")
        self.stdout.write(f"Proposition : {proposition.empreinte}, moteur {proposition.moteur}")
        for anomalie in rejeu.anomalies:
            self.stderr.write(anomalie)
        if rejeu.code == IDENTIQUE:
            self.stdout.write("Rejouée : les mêmes octets.")
        elif rejeu.code == AUTRE_MOTEUR:
            self.stdout.write(f"Le moteur est aujourd’hui {rejeu.moteur} : vérifiée, sans anomalie.")
        if rejeu.code:
            sys.exit(rejeu.code)
