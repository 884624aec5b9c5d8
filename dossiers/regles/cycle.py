"""The life of a dossier as one pure table: which action leads from which state to which."""

from guichet.erreurs import ErreurMetier

INCOMPLET = "incomplet"
ACTIF = "actif"
PROPOSE = "propose"
ADMIS = "admis"
SUSPENDU = "suspendu"
CLOS = "clos"
ANONYMISE = "anonymise"

EN_ATTENTE = (INCOMPLET, ACTIF, PROPOSE)
CLASSES = (ACTIF, PROPOSE)

TRANSITIONS: dict[str, dict[str, str]] = {
    "completer": {INCOMPLET: ACTIF},
    "proposer": {ACTIF: PROPOSE},
    "reprendre_place": {PROPOSE: ACTIF},
    "admettre": {ACTIF: ADMIS, PROPOSE: ADMIS},
    "suspendre": {INCOMPLET: SUSPENDU, ACTIF: SUSPENDU},
    "reactiver": {SUSPENDU: ACTIF},
    "clore": {INCOMPLET: CLOS, ACTIF: CLOS, PROPOSE: CLOS, SUSPENDU: CLOS},
    "restaurer": {CLOS: ACTIF},
    "anonymiser": {ADMIS: ANONYMISE, CLOS: ANONYMISE},
}


def actions_possibles(etat: str) -> list[str]:
    """Les gestes permis dans cet état, dans l’ordre de la table."""
    return [action for action, table in TRANSITIONS.items() if etat in table]


LIBELLES = {
    "completer": "Déclarer complet",
    "proposer": "Proposer une place",
    "reprendre_place": "Reprendre la place proposée",
    "admettre": "Admettre",
    "suspendre": "Suspendre",
    "reactiver": "Réactiver",
    "clore": "Clore",
    "restaurer": "Restaurer",
    "anonymiser": "Anonymiser",
}


def etat_d_arrivee(etat: str, action: str, *, complet: bool) -> str:
    """L’état où mène ce geste pour ce dossier : sans toutes ses pièces, il revient incomplet, pas actif.

    Raises ErreurMetier `transition_interdite` when the table has no such arrow.
    """
    suivant = etat_suivant(etat, action)
    if suivant == ACTIF and not complet and action in ("reactiver", "restaurer"):
        return INCOMPLET
    return suivant


def etat_suivant(etat: str, action: str) -> str:
    """L’état où mène ce geste.

    Raises ErreurMetier `transition_interdite` when the table has no such arrow.
    """
    try:
        return TRANSITIONS[action][etat]
    except KeyError:
        raise ErreurMetier(
            "transition_interdite", f"Un dossier « {etat} » ne permet pas l’action « {action} »."
        ) from None
