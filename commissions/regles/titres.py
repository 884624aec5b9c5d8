"""The titles a guaranteed place may ask for, and the verified fact behind each."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Titre:
    """`fait` is the household's or the dossier's fact, `piece` the proof that must have been seen."""

    code: str
    libelle: str
    fait: str
    piece: str


TITRES = {
    titre.code: titre
    for titre in (
        Titre("insertion", "insertion", "parcours_insertion", "insertion"),
        Titre("handicap", "handicap", "handicap_enfant", "handicap_enfant"),
    )
}


def libelle_titre(code: str) -> str:
    """Le nom d’un titre, ou son code s’il n’est plus dans la liste."""
    return TITRES[code].libelle if code in TITRES else code
