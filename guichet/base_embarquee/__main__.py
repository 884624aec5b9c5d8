"""`python -m guichet.base_embarquee arreter|etat [var]`: what the Makefile asks of the embedded database."""

import os
import sys
from pathlib import Path

from guichet.base_embarquee import BaseIndisponible, Grappe

NOMS = {"base": "La base du guichet", "tests": "La base des tests"}


def main(arguments: list[str]) -> int:
    ordre, *reste = arguments or ["etat"]
    var = Path(os.environ.get("GUICHET_VAR") or Path(__file__).resolve().parents[2] / "var")
    for nom in reste or NOMS:
        grappe = Grappe(var / nom)
        if ordre == "arreter":
            print(f"{NOMS[nom]} {'est arrêtée' if grappe.arreter() else 'était déjà arrêtée'}.")
        else:
            print(f"{NOMS[nom]} {'tourne' if grappe.en_marche() else 'est arrêtée'} ({grappe.dossier}).")
    return 0


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except BaseIndisponible as refus:
        sys.exit(str(refus))
