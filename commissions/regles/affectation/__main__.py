"""`python -m commissions.regles.affectation [--verifier] instance.json [resultat.json]`.

Exit status 0; 1 with one line per anomaly; 2 with one line on standard error when a file is malformed.
"""

import sys
from collections.abc import Sequence
from typing import Any

from commissions.regles.affectation import affecter, resultat_canonique
from commissions.regles.instance_lecture import lire, lire_json
from commissions.regles.verification import verifier
from guichet.erreurs import ErreurMetier

USAGE = "usage : python -m commissions.regles.affectation [--verifier] instance.json [resultat.json]"


def main(arguments: Sequence[str]) -> int:
    """Run the command; returns its exit status."""
    try:
        match arguments:
            case ["--verifier", instance, resultat]:
                return _verifier(lire(_octets(instance)), _octets(resultat))
            case [instance] if not instance.startswith("-"):
                octets = resultat_canonique(affecter(lire(_octets(instance))))
                sys.stdout.buffer.write(octets)
                return 0
    except ErreurMetier as erreur:
        return _refuser(erreur.message)
    return _refuser(USAGE)


def _verifier(instance: dict[str, Any], octets: bytes) -> int:
    resultat = lire_json(octets)
    anomalies = verifier(instance, resultat)
    if not anomalies and octets.rstrip(b"\r\n") != resultat_canonique(resultat):
        anomalies = ["règle 5 : le fichier du résultat n’est pas écrit sous sa forme canonique"]
    for anomalie in anomalies:
        ligne = " ".join(anomalie.split()) + "\n"
        sys.stdout.buffer.write(ligne.encode("utf-8", "backslashreplace"))
    return 1 if anomalies else 0


def _octets(chemin: str) -> bytes:
    try:
        with open(chemin, "rb") as fichier:
            return fichier.read()
    except OSError as erreur:
        raise ErreurMetier("fichier_illisible", f"{chemin} : {erreur.strerror}") from None


def _refuser(message: str) -> int:
    sys.stderr.write(" ".join(message.split()) + "\n")
    return 2


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
