"""The manager's word on an answer that is not an offer, as one pure table."""

from collections.abc import Iterable, Mapping
from types import MappingProxyType

from guichet.erreurs import ErreurMetier

ATTENDUE = "attendue"
CONFIRMEE = "confirmee"
REFUSEE = "refusee"

TRANSITIONS: Mapping[str, Mapping[str, str]] = MappingProxyType(
    {
        "confirmer": {ATTENDUE: CONFIRMEE},
        "refuser": {ATTENDUE: REFUSEE},
        "redemander": {REFUSEE: ATTENDUE},
    }
)
_REFUS = {
    ATTENDUE: "Le gestionnaire n’a pas encore répondu.",
    CONFIRMEE: "Le gestionnaire a déjà confirmé cette réponse.",
    REFUSEE: "Le gestionnaire a déjà refusé cette réponse\u202f: la coordination la reprend.",
}


def etat_suivant(etat: str, action: str) -> str:
    """L’état où mène ce geste ; une réponse confirmée ne se reprend plus.

    Raises ErreurMetier `confirmation_<etat>`.
    """
    try:
        return TRANSITIONS[action][etat]
    except KeyError:
        raise ErreurMetier(f"confirmation_{etat}", _REFUS[etat]) from None


def peut_partir(structures: Iterable[int], etats: Mapping[int, str]) -> bool:
    """Une lettre part quand le gestionnaire de chaque structure qu’elle nomme a confirmé.

    `structures` are those a manager other than the city answers for; `etats` what each has said.
    """
    return all(etats.get(structure) == CONFIRMEE for structure in structures)
