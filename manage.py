#!/usr/bin/env python
"""Django's command-line entry point."""

import os
import sys
from contextlib import nullcontext


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "guichet.settings")
    import pghistory
    from django.core.management import execute_from_command_line

    from guichet.base_embarquee import BaseIndisponible

    commande = sys.argv[1] if len(sys.argv) > 1 else ""
    # A server's requests and a worker's jobs have each a context of their own; a migration's raw SQL,
    # whose « % » are not placeholders, would not run inside one.
    sert = commande in ("demo", "servir", "travailler", "runserver", "migrate", "test")
    try:
        with nullcontext() if sert else pghistory.context(origine=f"commande {commande}"):
            execute_from_command_line(sys.argv)
    except BaseIndisponible as refus:
        sys.exit(str(refus))


if __name__ == "__main__":
    main()
