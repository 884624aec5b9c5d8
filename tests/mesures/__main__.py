"""`make mesures`: the budgets of the house on a city of 60 000 dossiers, as a table for the README.

`python -m tests.mesures [--dossiers N] [--sans-charge]`. The databases are kept beside the city's own and
reused; nothing else is written.
"""

import argparse
import os
import platform
import re
import sys

import django


def main() -> None:
    analyseur = argparse.ArgumentParser(prog="make mesures")
    analyseur.add_argument("--dossiers", type=int, default=60_000)
    analyseur.add_argument("--sans-charge", action="store_true", help="sans les cinquante agents")
    arguments = analyseur.parse_args()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "guichet.settings")
    django.setup()
    from django.conf import settings
    from django.utils import timezone

    from tests.mesures.table import mesurer

    # The test client names its own host; a counted measure must not lock anybody out.
    settings.ALLOWED_HOSTS, settings.AXES_ENABLED = ["*"], False
    lignes = mesurer(
        arguments.dossiers, maintenant=timezone.now(), charge=not arguments.sans_charge, dire=_dire
    )
    _dire(
        f"\nMesuré le {timezone.localdate():%d/%m/%Y} : {os.cpu_count()} cœurs, {platform.machine()}, "
        f"Python {platform.python_version()}, Django {django.get_version()}\n"
    )
    for ligne in lignes:
        _dire(re.sub(r"(?<=\d)\.(?=\d)", ",", ligne))


def _dire(phrase: str) -> None:
    sys.stdout.write(phrase + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
