#!/usr/bin/env python
"""Django's command-line entry point."""

import os
import sys


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "guichet.settings")
    from django.core.management import execute_from_command_line

    from guichet.base_embarquee import BaseIndisponible

    try:
        execute_from_command_line(sys.argv)
    except BaseIndisponible as refus:
        sys.exit(str(refus))


if __name__ == "__main__":
    main()
