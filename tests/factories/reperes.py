"""The day and the hour of the tests, and a number never given twice."""

import itertools
from datetime import UTC, date, datetime

DEBUT = date(2024, 1, 1)
JOUR = date(2026, 11, 23)
INSTANT = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)
MOT_DE_PASSE = "une phrase de passe pour les tests"

_suite = itertools.count(1)


def suivant() -> int:
    """A number never given before in this run."""
    return next(_suite)
