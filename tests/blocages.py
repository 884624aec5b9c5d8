"""Seeing one connection wait for another's lock."""

import threading
import time

from django.db import connection

# pg_stat_activity would be the same during the whole transaction; pg_locks is always live. Other tests of
# the same server wait too: only who waits for this connection counts.
_NOUS_ATTENDENT = """
    SELECT count(*) FROM pg_locks WHERE NOT granted AND pg_backend_pid() = ANY (pg_blocking_pids(pid))
"""


def attendre_un_blocage(fil: threading.Thread) -> bool:
    """Wait until the other connection waits for a lock of ours (True) or ends without waiting."""
    while fil.is_alive():
        with connection.cursor() as curseur:
            curseur.execute(_NOUS_ATTENDENT)
            if curseur.fetchone()[0]:
                return True
        time.sleep(0.05)
    return False
