"""The two files a city writes: a grid, and a situation to try on it."""

from pathlib import Path
from typing import Any

from dossiers.regles.cotation import Cotation, coter
from dossiers.regles.grille import Grille
from dossiers.regles.grille_json import lire_grille
from dossiers.regles.lecture import lire_json
from dossiers.regles.situation import lire_situation
from guichet.erreurs import ErreurMetier

TAILLE_MAXIMUM = 5_000_000
_MOTIFS: dict[type[Exception], str] = {
    FileNotFoundError: "il n’existe pas",
    IsADirectoryError: "c’est un répertoire",
    PermissionError: "accès refusé",
}


def decoder(contenu: bytes, nom: str) -> Any:
    """Le document JSON d’un fichier UTF-8.

    Raises ErreurMetier("json") in one line.
    """
    if len(contenu) > TAILLE_MAXIMUM:
        raise ErreurMetier("json", f"{nom} dépasse {TAILLE_MAXIMUM // 1_000_000} Mo")
    try:
        texte = contenu.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise ErreurMetier("json", f"{nom} n’est pas en UTF-8") from None
    return lire_json(texte, nom=nom)


def lire_fichier(chemin: Path) -> Any:
    """Le document JSON écrit dans ce fichier.

    Raises ErreurMetier("fichier" | "json") in one line.
    """
    try:
        with chemin.open("rb") as fichier:
            contenu = fichier.read(TAILLE_MAXIMUM + 1)
    except (OSError, ValueError) as faute:
        motif = next(
            (mots for sorte, mots in _MOTIFS.items() if isinstance(faute, sorte)), "erreur de lecture"
        )
        raise ErreurMetier("fichier", f"{chemin} ne peut pas être lu : {motif}") from None
    return decoder(contenu, chemin.name)


def grille_du_fichier(chemin: Path) -> Grille:
    """La grille d’un fichier ; la faute nomme le fichier, puis l’élément."""
    document = lire_fichier(chemin)
    try:
        return lire_grille(document)
    except ErreurMetier as faute:
        raise ErreurMetier(faute.code, f"{chemin.name} : {faute.message}", champ=faute.champ) from None


def coter_fichiers(grille: Path, situation: Path) -> Cotation:
    """Les points d’un exemple travaillé, sans base de données.

    Raises ErreurMetier, whose message holds in one line.
    """
    version = grille_du_fichier(grille)
    document = lire_fichier(situation)
    try:
        return coter(version, lire_situation(document, version))
    except ErreurMetier as faute:
        raise ErreurMetier(faute.code, f"{situation.name} : {faute.message}", champ=faute.champ) from None
