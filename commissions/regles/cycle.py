"""The life of a séance as one pure table."""

from guichet.erreurs import ErreurMetier

PLANIFIEE = "planifiee"
GELEE = "gelee"
OUVERTE = "ouverte"
TENUE = "tenue"
VALIDEE = "validee"
NOTIFIEE = "notifiee"
CLOSE = "close"

TRANSITIONS: dict[str, dict[str, str]] = {
    "geler": {PLANIFIEE: GELEE},
    "ouvrir": {GELEE: OUVERTE},
    "tenir": {OUVERTE: TENUE},
    "valider": {TENUE: VALIDEE},
    "notifier": {VALIDEE: NOTIFIEE},
    "clore": {NOTIFIEE: CLOSE},
}


def etat_suivant(etat: str, action: str) -> str:
    """L’état où mène ce geste.

    Raises ErreurMetier `transition_interdite` when the table has no such arrow.
    """
    try:
        return TRANSITIONS[action][etat]
    except KeyError:
        raise ErreurMetier(
            "transition_interdite", f"Une séance « {etat} » ne permet pas l’action « {action} »."
        ) from None
