"""Ages, counted as the field counts them: whole months since birth, at a given day."""

import calendar
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta


def ajouter_mois(jour: date, mois: int) -> date:
    """Le même quantième n mois plus tard (ou plus tôt), le dernier du mois s’il n’existe pas."""
    rang = jour.year * 12 + jour.month - 1 + mois
    annee, indice = divmod(rang, 12)
    dernier = calendar.monthrange(annee, indice + 1)[1]
    return date(annee, indice + 1, min(jour.day, dernier))


def age_en_mois(naissance: date, jour: date) -> int:
    """L’âge en mois révolus ; négatif si l’enfant n’est pas né ce jour-là."""
    mois = (jour.year - naissance.year) * 12 + jour.month - naissance.month
    return mois if ajouter_mois(naissance, mois) <= jour else mois - 1


def texte_age(naissance: date, jour: date) -> str:
    """L’âge comme on le dit : « 10 semaines » avant 3 mois, « 7 mois », « 2 ans 4 mois » dès 2 ans."""
    if jour < naissance:
        return "pas encore né"
    mois = age_en_mois(naissance, jour)
    if mois < 3:
        semaines = (jour - naissance).days // 7
        return f"{semaines} semaine{'s' if semaines > 1 else ''}"
    if mois < 24:
        return f"{mois} mois"
    annees, reste = divmod(mois, 12)
    return f"{annees} ans {reste} mois" if reste else f"{annees} ans"


@dataclass(frozen=True, order=True)
class Age:
    """An age limit: whole months, then days (10 weeks = 0 month 70 days; 2 months and a half = 2 and 15)."""

    mois: int
    jours: int = 0

    def atteint_le(self, naissance: date) -> date:
        """Le premier jour où un enfant né ce jour-là a cet âge."""
        return ajouter_mois(naissance, self.mois) + timedelta(days=self.jours)

    def __str__(self) -> str:
        if self.mois == 0 and self.jours:
            return f"{self.jours // 7} semaines" if self.jours % 7 == 0 else f"{self.jours} jours"
        if self.jours == 15:
            return f"{self.mois} mois ½"
        if self.mois >= 36 and self.mois % 12 == 0 and not self.jours:
            return f"{self.mois // 12} ans"
        return f"{self.mois} mois" + (f" {self.jours} j" if self.jours else "")


@dataclass(frozen=True)
class BandeAge:
    """One section's band: [minimum, maximum[, with the section's own id to find it back."""

    section: int
    minimum: Age
    maximum: Age

    def accueille(self, naissance: date, jour: date) -> bool:
        """Vrai si l’enfant a l’âge de cette section ce jour-là."""
        return self.minimum.atteint_le(naissance) <= jour < self.maximum.atteint_le(naissance)


def section_a_date(bandes: Iterable[BandeAge], naissance: date, jour: date) -> BandeAge | None:
    """La section où entrerait l’enfant ce jour-là : son âge à l’entrée décide, la plus étroite d’abord.

    Returns None when no section takes that age; see `premiere_date_possible`.
    """
    possibles = [b for b in bandes if b.accueille(naissance, jour)]
    return min(possibles, key=lambda b: (b.maximum.mois - b.minimum.mois, b.minimum, b.section), default=None)


def premiere_date_possible(bandes: Iterable[BandeAge], naissance: date, jour: date) -> date | None:
    """Le premier jour, dès celui demandé, où une section accueille l’enfant ; None s’il est trop grand."""
    dates = [
        max(jour, b.minimum.atteint_le(naissance))
        for b in bandes
        if max(jour, b.minimum.atteint_le(naissance)) < b.maximum.atteint_le(naissance)
    ]
    return min(dates, default=None)
