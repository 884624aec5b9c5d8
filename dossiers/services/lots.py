"""A long work in batches, on two connections at once: one computes while the database serves the other."""

import gc
import sys
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from queue import Empty, SimpleQueue

from django.db import connection

FILS = 2
Lot = Sequence[int]
Fini = tuple[int, int]


def par_lots(lots: Sequence[Lot], travail: Callable[[Lot], int]) -> Iterator[Fini]:
    """Yield (length of the batch, what `travail` returned) for each batch as it ends.

    `travail` opens its own transaction. Inside a transaction, or for one batch, everything stays on the
    caller's connection. A batch that fails stops the others after the one they are at, and is raised.
    """
    # Batches make millions of small objects: without this the collector walks all of Django's at each turn.
    gc.freeze()
    # A thread back from the database waits for this long while the other computes: five milliseconds a query
    # would make the two connections worth little more than one.
    intervalle = sys.getswitchinterval()
    sys.setswitchinterval(intervalle / 10)
    try:
        yield from _par_lots(lots, travail)
    finally:
        sys.setswitchinterval(intervalle)
        gc.unfreeze()


def _par_lots(lots: Sequence[Lot], travail: Callable[[Lot], int]) -> Iterator[Fini]:
    if connection.in_atomic_block or len(lots) < FILS:
        yield from ((len(lot), travail(lot)) for lot in lots)
        return
    a_faire: SimpleQueue[Lot] = SimpleQueue()
    finis: SimpleQueue[Fini | None] = SimpleQueue()
    for lot in lots:
        a_faire.put(lot)
    with ThreadPoolExecutor(FILS, thread_name_prefix="lots") as executeur:
        fils = [executeur.submit(_vider, a_faire, finis, travail) for _ in range(FILS)]
        try:
            for _ in fils:
                yield from iter(finis.get, None)
        finally:
            _jeter(a_faire)
        for fil in fils:
            fil.result()


def _vider(a_faire: SimpleQueue[Lot], finis: SimpleQueue[Fini | None], travail: Callable[[Lot], int]) -> None:
    """A thread: batch after batch until none is left, on a connection of its own."""
    try:
        while (lot := _prochain(a_faire)) is not None:
            finis.put((len(lot), travail(lot)))
    finally:
        _jeter(a_faire)
        connection.close()
        finis.put(None)


def _prochain(a_faire: SimpleQueue[Lot]) -> Lot | None:
    try:
        return a_faire.get_nowait()
    except Empty:
        return None


def _jeter(a_faire: SimpleQueue[Lot]) -> None:
    while _prochain(a_faire) is not None:
        pass
