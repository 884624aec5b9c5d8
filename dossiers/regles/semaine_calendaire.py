"""A week of the calendar, as an address writes it."""

import re
from dataclasses import dataclass
from datetime import date, timedelta

_ECRITE = re.compile(r"(\d{4})-W(\d{2})")
_SEPT = timedelta(days=7)


@dataclass(frozen=True)
class SemaineCalendaire:
    """Monday to Sunday; « 2026-W48 » is the ISO week 48."""

    lundi: date

    @property
    def dimanche(self) -> date:
        return self.lundi + timedelta(days=6)

    @property
    def code(self) -> str:
        annee, numero, _ = self.lundi.isocalendar()
        return f"{annee}-W{numero:02d}"

    @property
    def numero(self) -> int:
        return self.lundi.isocalendar().week

    @property
    def precedente(self) -> "SemaineCalendaire":
        return SemaineCalendaire(self.lundi - _SEPT)

    @property
    def suivante(self) -> "SemaineCalendaire":
        return SemaineCalendaire(self.lundi + _SEPT)


def semaine_de(jour: date) -> SemaineCalendaire:
    """La semaine, du lundi au dimanche, où tombe ce jour."""
    return SemaineCalendaire(jour - timedelta(days=jour.weekday()))


def lire_semaine(code: str) -> SemaineCalendaire | None:
    """La semaine écrite « 2026-W48 » ; None si elle n’existe pas."""
    trouvee = _ECRITE.fullmatch(code)
    if trouvee is None or not 2000 <= int(trouvee[1]) <= 2100:
        return None
    try:
        return SemaineCalendaire(date.fromisocalendar(int(trouvee[1]), int(trouvee[2]), 1))
    except ValueError:
        return None
