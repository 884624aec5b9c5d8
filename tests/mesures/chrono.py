"""How a figure is taken: the same call several times, its queries counted once, medians quoted."""

import statistics
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from django.db import connection
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.signals import connection_created
from django.test.utils import CaptureQueriesContext


@dataclass(frozen=True)
class Figure:
    """One measure: median wall time and SQL time in milliseconds, number of queries."""

    nom: str
    mediane_ms: float
    sql_ms: float
    requetes: int
    detail: str = ""


@contextmanager
def requetes_partout() -> Iterator[Callable[[], int]]:
    """Count the queries of this connection and of those the work opens in its threads."""
    autres: list[BaseDatabaseWrapper] = []

    def ouverte(connection: BaseDatabaseWrapper, **_: object) -> None:
        connection.force_debug_cursor = True
        autres.append(connection)

    connection_created.connect(ouverte)
    try:
        with CaptureQueriesContext(connection) as captees:
            yield lambda: len(captees) + sum(len(autre.queries_log) for autre in autres)
    finally:
        connection_created.disconnect(ouverte)


def prendre(nom: str, appel: Callable[[], object], *, essais: int = 9, detail: str = "") -> Figure:
    """Run `appel` once to warm up and count, then `essais` times for the median."""
    appel()
    with CaptureQueriesContext(connection) as captees:
        appel()
    # Read at once: the next request of a test client empties the log.
    requetes = captees.captured_queries
    sql = sum(float(q["time"]) for q in requetes) * 1000
    durees = []
    for _ in range(essais):
        debut = time.perf_counter()
        appel()
        durees.append((time.perf_counter() - debut) * 1000)
    return Figure(nom, statistics.median(durees), sql, len(requetes), detail)
