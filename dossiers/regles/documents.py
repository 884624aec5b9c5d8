"""The two documents a city writes: a grid, and a situation to try on it."""

from typing import Any

from dossiers.regles.cotation import Cotation, coter
from dossiers.regles.grille import Grille
from dossiers.regles.grille_json import lire_grille
from dossiers.regles.lecture import lire_json
from dossiers.regles.situation import lire_situation
from guichet.erreurs import ErreurMetier

TAILLE_MAXIMUM = 5_000_000


def decoder(contenu: bytes, nom: str) -> Any:
    """Le document JSON d’un fichier UTF-8 ; `nom` ouvre le message d’erreur.

    Raises ErreurMetier("json") in one line.
    """
    if len(contenu) > TAILLE_MAXIMUM:
        raise ErreurMetier("json", f"{nom} dépasse {TAILLE_MAXIMUM // 1_000_000} Mo")
    try:
        texte = contenu.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise ErreurMetier("json", f"{nom} n’est pas en UTF-8") from None
    return lire_json(texte, nom=nom)


def grille_de(contenu: bytes, nom: str) -> Grille:
    """La grille d’un fichier ; la faute nomme le fichier, puis l’élément."""
    document = decoder(contenu, nom)
    try:
        return lire_grille(document)
    except ErreurMetier as faute:
        raise ErreurMetier(faute.code, f"{nom} : {faute.message}", champ=faute.champ) from None


def coter_document(grille: Grille, contenu: bytes, nom: str) -> Cotation:
    """Les points de la situation écrite dans un fichier."""
    document = decoder(contenu, nom)
    try:
        return coter(grille, lire_situation(document, grille))
    except ErreurMetier as faute:
        raise ErreurMetier(faute.code, f"{nom} : {faute.message}", champ=faute.champ) from None
