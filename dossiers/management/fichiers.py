"""Files named on a command line, and faults told in one line."""

import sys
from pathlib import Path
from typing import Any, NoReturn

from django.core.management.base import CommandParser

from dossiers.regles.documents import TAILLE_MAXIMUM
from guichet.erreurs import ErreurMetier

_MOTIFS: dict[type[Exception], str] = {
    FileNotFoundError: "il n’existe pas",
    IsADirectoryError: "c’est un répertoire",
    PermissionError: "accès refusé",
}


def lire(chemin: Path) -> bytes:
    """Raises ErreurMetier("fichier") in one line."""
    try:
        with chemin.open("rb") as fichier:
            return fichier.read(TAILLE_MAXIMUM + 1)
    except (OSError, ValueError) as faute:
        motif = _MOTIFS.get(type(faute), "erreur de lecture")
        raise ErreurMetier("fichier", f"{chemin} ne peut pas être lu : {motif}") from None


def refuser(message: str) -> NoReturn:
    """One line on standard error, exit code 2, nothing on standard output."""
    en_utf8(sys.stderr)
    print(" ".join(message.split()), file=sys.stderr)
    raise SystemExit(2)


def refus_en_une_ligne(parser: CommandParser) -> CommandParser:
    """A missing or unknown option is told like any other fault."""
    parser.error = refuser  # type: ignore[method-assign]
    return parser


def en_utf8(flux: Any) -> None:
    if hasattr(flux, "reconfigure"):
        flux.reconfigure(encoding="utf-8", errors="backslashreplace")
