"""Who a letter about a dossier goes to, and by which way."""

from collections.abc import Sequence
from dataclasses import dataclass

COURRIEL, PAPIER = "courriel", "papier"


@dataclass(frozen=True)
class Adulte:
    """One responsable as a letter sees them."""

    cle: int
    rang: int
    ecarte: bool
    autorite: bool
    courriel: str
    adresse: str


def destinataires(adultes: Sequence[Adulte], *, protegee: bool) -> list[Adulte]:
    """Le premier responsable qui peut savoir ; le second aussi s’il a l’autorité parentale et vit ailleurs.

    Une famille protégée n’a qu’un destinataire, et une personne écartée du dossier ne reçoit jamais rien.
    """
    permis = [a for a in sorted(adultes, key=lambda a: a.rang) if not a.ecarte]
    if not permis or protegee:
        return permis[:1]
    premier = permis[0]
    autres = [a for a in permis[1:] if a.autorite and a.adresse and a.adresse != premier.adresse]
    return [premier, *autres]


def canal(adulte: Adulte) -> str:
    """Par courriel quand la famille en a donné un, sinon sur papier."""
    return COURRIEL if adulte.courriel else PAPIER
