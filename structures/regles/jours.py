"""Working days in France: a delay never ends on a day when the counters are closed."""

from datetime import date, timedelta

HEURE_LIMITE = 18
_UN_JOUR = timedelta(days=1)


def paques(annee: int) -> date:
    """Le dimanche de Pâques (calcul de Butcher, calendrier grégorien)."""
    siecle, reste = divmod(annee, 100)
    a, quart, d = annee % 19, siecle // 4, siecle % 4
    f = (siecle + 8) // 25
    g = (siecle - f + 1) // 3
    h = (19 * a + siecle - quart - g + 15) % 30
    ell = (32 + 2 * d + 2 * (reste // 4) - h - reste % 4) % 7
    m = (a + 11 * h + 22 * ell) // 451
    mois, jour = divmod(h + ell - 7 * m + 114, 31)
    return date(annee, mois, jour + 1)


def jours_feries(annee: int) -> frozenset[date]:
    """Les onze jours fériés de métropole (code du travail, article L. 3133-1)."""
    dimanche = paques(annee)
    fixes = ((1, 1), (5, 1), (5, 8), (7, 14), (8, 15), (11, 1), (11, 11), (12, 25))
    mobiles = (1, 39, 50)
    return frozenset(
        [
            *(date(annee, mois, jour) for mois, jour in fixes),
            *(dimanche + timedelta(days=n) for n in mobiles),
        ]
    )


def est_ouvre(jour: date) -> bool:
    """Vrai du lundi au vendredi, sauf les jours fériés."""
    return jour.weekday() < 5 and jour not in jours_feries(jour.year)


def jour_ouvre(jour: date) -> date:
    """Ce jour s’il est ouvré, sinon le premier jour ouvré qui suit."""
    while not est_ouvre(jour):
        jour += _UN_JOUR
    return jour
