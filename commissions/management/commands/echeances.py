"""The delays of one day, played or replayed by hand."""

from datetime import date, datetime, time
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction
from django.utils import timezone

from commissions.services.preavis import ouvrir_preavis
from commissions.services.reponses import expirer_offres, retirer_orphelines
from dossiers.regles.echeances import LIBELLES
from dossiers.services.echeances import ANNULEE, FAITE, REFUSEE, RETENUE, Bilan, passer_les_echeances

ISSUES = ((FAITE, "faites"), (ANNULEE, "sans objet"), (RETENUE, "en attente"), (REFUSEE, "refusées"))


class Command(BaseCommand):
    help = (
        "Fait ce qui est dû ce jour-là ou avant : avertissements, rappels, clôtures. Rejouer ne refait rien."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--jour", help="jour à passer, AAAA-MM-JJ (aujourd’hui)")
        parser.add_argument("--essai", action="store_true", help="dire ce qui serait fait, sans rien écrire")

    def handle(self, *args: Any, jour: str | None, essai: bool, **options: Any) -> None:
        maintenant = timezone.now()
        try:
            le = date.fromisoformat(jour) if jour else timezone.localdate(maintenant)
        except ValueError:
            raise CommandError(f"« {jour} » n’est pas un jour : écrivez-le AAAA-MM-JJ.") from None
        if le != timezone.localdate(maintenant):
            maintenant = timezone.make_aware(datetime.combine(le, time(5)))
        bilan = self._essayer(le, maintenant) if essai else _passer(le, maintenant)
        self._dire(le, bilan, essai=essai)

    def _essayer(self, jour: date, maintenant: datetime) -> Bilan:
        """Done for good, then undone: what is told is exactly what would happen."""
        with transaction.atomic():
            bilan = _passer(jour, maintenant)
            transaction.set_rollback(True)
        return bilan

    def _dire(self, jour: date, bilan: Bilan, *, essai: bool) -> None:
        fait = "seraient faites" if essai else "faites"
        self.stdout.write(f"Échéances du {jour:%d/%m/%Y}, {fait} : {bilan.total(FAITE)}")
        for nature, libelle in LIBELLES.items():
            comptes = [f"{n} {mot}" for issue, mot in ISSUES if (n := bilan.actes[nature, issue])]
            if comptes:
                self.stdout.write(f"  {libelle} : {', '.join(comptes)}")
        if bilan.courriers:
            lettres = ", ".join(f"{n} par {canal}" for canal, n in sorted(bilan.courriers.items()))
            self.stdout.write(f"  Lettres : {lettres}")


def _passer(jour: date, maintenant: datetime) -> Bilan:
    ouvrir_preavis(jour)
    expirer_offres(maintenant=maintenant)
    retirer_orphelines(maintenant=maintenant)
    return passer_les_echeances(jour, maintenant=maintenant)
