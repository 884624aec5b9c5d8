"""The life of a dossier as one pure table: who may do what, from which state to which, with what.

Everything else is read from it: the service's checks, the page's buttons, the README's table.
"""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType

from guichet.erreurs import ErreurMetier
from structures.regles.ages import ajouter_mois

INCOMPLET = "incomplet"
ACTIF = "actif"
PROPOSE = "propose"
ADMIS = "admis"
SUSPENDU = "suspendu"
CLOS = "clos"
ANONYMISE = "anonymise"

EN_ATTENTE = (INCOMPLET, ACTIF, PROPOSE)
CLASSES = (ACTIF, PROPOSE)

# How an action comes about: a button of the dossier's page, another service, a delay that ends.
BOUTON, SERVICE, ECHEANCE = "bouton", "service", "echeance"
AGENT, COORDINATION = "agent", "coordination"
GUICHET = frozenset({AGENT, COORDINATION})

DOUBLON, PERIME, DEPART, REFUS_OFFRES = "doublon", "perime", "depart", "refus_offres"
MOTIFS_FAMILLE = (
    *("retire_famille", "sans_reponse", "demenagement", "limite_age", "autre_mode", "report_projet", "deces"),
)
# Why a complete dossier is no longer: the piece was never good, or it was and the desk asks a newer one.
PIECE_REFUSEE, PIECE_REDEMANDEE = "piece_refusee", "piece_redemandee"


@dataclass(frozen=True)
class Action:
    """One action of the table.

    `motifs` are the coded reasons wanted, the only one being taken when none is given; `depuis_motifs` the
    closing reasons it undoes; `profils` is empty for what no person does; `echeance` lets a day come along.
    """

    code: str
    libelle: str
    fleches: Mapping[str, str]
    mode: str
    profils: frozenset[str] = frozenset()
    motifs: tuple[str, ...] = ()
    depuis_motifs: tuple[str, ...] = ()
    echeance: str = ""
    confirmation: str = ""
    danger: bool = False


def _vers(arrivee: str, *departs: str) -> Mapping[str, str]:
    return MappingProxyType(dict.fromkeys(departs, arrivee))


_ACTIONS = (
    Action("completer", "Déclarer complet", _vers(ACTIF, INCOMPLET), SERVICE, GUICHET),
    Action(
        "rouvrir",
        "Redemander une pièce",
        _vers(INCOMPLET, ACTIF),
        SERVICE,
        GUICHET,
        motifs=(PIECE_REFUSEE, PIECE_REDEMANDEE),
    ),
    Action("proposer", "Proposer une place", _vers(PROPOSE, ACTIF), SERVICE, frozenset({COORDINATION})),
    Action(
        "reprendre_place",
        "Reprendre la place proposée",
        _vers(ACTIF, PROPOSE),
        SERVICE,
        frozenset({COORDINATION}),
    ),
    Action("admettre", "Admettre", _vers(ADMIS, ACTIF, PROPOSE), SERVICE, frozenset({COORDINATION})),
    Action(
        "perdre_place",
        "Remettre en attente, place perdue du fait de la structure",
        _vers(ACTIF, ADMIS),
        SERVICE,
        frozenset({COORDINATION}),
    ),
    Action(
        "suspendre",
        "Suspendre",
        _vers(SUSPENDU, INCOMPLET, ACTIF),
        BOUTON,
        GUICHET,
        echeance="Jusqu’au",
        confirmation="Le dossier quitte la liste et n’est plus proposé. Il garde son ancienneté"
        " et reprend son rang quand on le réactive.",
    ),
    Action(
        "reactiver",
        "Réactiver",
        _vers(ACTIF, SUSPENDU),
        BOUTON,
        GUICHET,
        confirmation="Le dossier revient sur la liste avec son ancienneté.",
    ),
    Action(
        "clore",
        "Clore",
        _vers(CLOS, INCOMPLET, ACTIF, PROPOSE, SUSPENDU),
        BOUTON,
        GUICHET,
        motifs=MOTIFS_FAMILLE,
        confirmation="Le dossier quitte la liste. Il peut être restauré pendant un temps,"
        " avec son ancienneté.",
        danger=True,
    ),
    Action(
        "perimer", "Clore, non renouvelé", _vers(CLOS, INCOMPLET, ACTIF, SUSPENDU), ECHEANCE, motifs=(PERIME,)
    ),
    Action(
        "clore_sans_naissance",
        "Clore, naissance non prouvée",
        _vers(CLOS, INCOMPLET, ACTIF, SUSPENDU),
        ECHEANCE,
        motifs=("sans_reponse",),
    ),
    Action(
        "clore_age",
        "Clore, limite d’âge",
        _vers(CLOS, INCOMPLET, ACTIF, SUSPENDU),
        ECHEANCE,
        motifs=("limite_age",),
    ),
    Action(
        "clore_depart",
        "Clore, l’enfant a quitté la structure",
        _vers(CLOS, INCOMPLET, ACTIF, PROPOSE, SUSPENDU),
        SERVICE,
        GUICHET,
        motifs=(DEPART,),
    ),
    Action(
        "clore_refus",
        "Clore, offres refusées",
        _vers(CLOS, ACTIF, PROPOSE),
        SERVICE,
        GUICHET,
        motifs=(REFUS_OFFRES,),
    ),
    Action(
        "constater_absence",
        "Clore, enfant non venu le jour de l’entrée",
        _vers(CLOS, ADMIS),
        SERVICE,
        frozenset({COORDINATION, "direction"}),
        motifs=("sans_reponse",),
    ),
    Action(
        "restaurer",
        "Restaurer",
        _vers(ACTIF, CLOS),
        BOUTON,
        GUICHET,
        depuis_motifs=(*MOTIFS_FAMILLE, PERIME, REFUS_OFFRES),
        confirmation="Le dossier revient sur la liste avec son ancienneté.",
    ),
    Action(
        "fusionner",
        "Clore, réuni à un autre dossier",
        _vers(CLOS, INCOMPLET, ACTIF, SUSPENDU),
        SERVICE,
        GUICHET,
        motifs=(DOUBLON,),
    ),
    Action(
        "defusionner",
        "Défaire la réunion de deux dossiers",
        _vers(ACTIF, CLOS),
        SERVICE,
        GUICHET,
        depuis_motifs=(DOUBLON,),
    ),
    Action(
        "annuler_depart",
        "Rouvrir, départ annulé",
        _vers(ACTIF, CLOS),
        SERVICE,
        GUICHET,
        depuis_motifs=(DEPART,),
    ),
    Action("anonymiser", "Anonymiser", _vers(ANONYMISE, ADMIS, CLOS), ECHEANCE),
)

ACTIONS: Mapping[str, Action] = MappingProxyType({action.code: action for action in _ACTIONS})
TRANSITIONS: dict[str, dict[str, str]] = {a.code: dict(a.fleches) for a in _ACTIONS}
LIBELLES = {a.code: a.libelle for a in _ACTIONS}
# Coming back on the list: what the pieces say that day decides between `actif` and `incomplet`.
RETOURS = frozenset(a.code for a in _ACTIONS if ACTIF in a.fleches.values()) - {"completer"}


def action_de(code: str) -> Action:
    """Le geste de ce nom.

    Raises ErreurMetier `geste_inconnu`.
    """
    if code not in ACTIONS:
        raise ErreurMetier("geste_inconnu", f"L’action « {code} » n’existe pas.")
    return ACTIONS[code]


def actions_possibles(etat: str) -> list[str]:
    """Les gestes permis dans cet état, dans l’ordre de la table."""
    return [action.code for action in _ACTIONS if etat in action.fleches]


def boutons(
    etat: str,
    profils: frozenset[str],
    *,
    motif_cloture: str = "",
    clos_le: date | None = None,
    jour: date | None = None,
    restauration_mois: int = 0,
) -> list[Action]:
    """Les gestes qu’une personne de ces profils voit sur la page du dossier, dans l’ordre de la table.

    With `jour` and `clos_le`, restoring is no longer offered once its delay has passed.
    """
    offerts = []
    for action in _ACTIONS:
        if action.mode != BOUTON or etat not in action.fleches or profils.isdisjoint(action.profils):
            continue
        if action.depuis_motifs and motif_cloture not in action.depuis_motifs:
            continue
        tardif = clos_le and jour and jour > derniere_restauration(clos_le, restauration_mois)
        if action.code != "restaurer" or not tardif:
            offerts.append(action)
    return offerts


def derniere_restauration(clos_le: date, mois: int) -> date:
    """Un dossier clos se restaure pendant ce nombre de mois ; au-delà, la famille dépose une demande."""
    return ajouter_mois(clos_le, mois)


def motif_retenu(action: Action, motif: str) -> str:
    """Le motif codé du geste ; un geste qui n’en admet qu’un le porte sans qu’on le dise.

    Raises ErreurMetier `motif_inconnu` on the field `motif`.
    """
    if not motif and len(action.motifs) == 1:
        return action.motifs[0]
    if action.motifs and motif not in action.motifs:
        raise ErreurMetier("motif_inconnu", _MOTIF_VOULU[action.code], champ="motif")
    if motif and not action.motifs:
        raise ErreurMetier("motif_inutile", "Ce geste ne porte pas de motif.", champ="motif")
    return motif


_MOTIF_VOULU = defaultdict(
    lambda: "Choisissez un motif de la liste.", {"clore": "Choisissez un motif de clôture."}
)


def controler_retour(action: Action, motif_cloture: str, clos_le: date | None, jour: date, mois: int) -> None:
    """Un doublon réuni ne se restaure pas, on défait la réunion ; ni un dossier clos depuis trop longtemps.

    Raises ErreurMetier `transition_interdite` or `restauration_tardive`.
    """
    if action.depuis_motifs and motif_cloture not in action.depuis_motifs:
        raise ErreurMetier("transition_interdite", _mauvais_retour(action, motif_cloture))
    if action.code == "restaurer" and clos_le and jour > derniere_restauration(clos_le, mois):
        raise ErreurMetier(
            "restauration_tardive",
            f"Ce dossier est clos depuis plus de {mois} mois : la famille dépose une nouvelle demande.",
        )


def _mauvais_retour(action: Action, motif_cloture: str) -> str:
    if motif_cloture == DOUBLON:
        return "Ce dossier a été réuni à un autre\u202f: défaites la réunion."
    if DOUBLON in action.depuis_motifs:
        return "Ce dossier n’a pas été réuni à un autre."
    return "La façon dont ce dossier a été clos ne permet pas ce geste."


def controler_echeance(action: Action, jusqu_au: date | None, jour: date) -> None:
    """Une suspension peut porter son dernier jour ; il est à venir.

    Raises ErreurMetier `echeance_inutile` or `echeance_passee` on the field `jusqu_au`.
    """
    if jusqu_au is None:
        return
    if not action.echeance:
        raise ErreurMetier("echeance_inutile", "Ce geste ne porte pas de date.", champ="jusqu_au")
    if jusqu_au <= jour:
        raise ErreurMetier("echeance_passee", "Choisissez un jour à venir.", champ="jusqu_au")


def jour_garde(complet_le: date, motif: str) -> date | None:
    """Le jour d’ancienneté que garde un dossier redevenu incomplet.

    Une pièce qui était bonne et que le guichet redemande (renouvellement, pièce devenue trop ancienne) ne
    coûte rien à la famille : complet de nouveau, le dossier retrouve son jour. Une pièce refusée après coup
    n’a jamais été bonne : le dossier n’était pas complet, son ancienneté court du jour de la bonne pièce.
    """
    return complet_le if motif == PIECE_REDEMANDEE else None


def etat_d_arrivee(etat: str, action: str, *, complet: bool) -> str:
    """L’état où mène ce geste pour ce dossier : sans toutes ses pièces, il revient incomplet, pas actif.

    Raises ErreurMetier `transition_interdite` when the table has no such arrow.
    """
    suivant = etat_suivant(etat, action)
    if suivant == ACTIF and not complet and action in RETOURS:
        return INCOMPLET
    return suivant


def etat_suivant(etat: str, action: str) -> str:
    """L’état où mène ce geste.

    Raises ErreurMetier `transition_interdite` when the table has no such arrow.
    """
    try:
        return action_de(action).fleches[etat]
    except KeyError:
        raise ErreurMetier(
            "transition_interdite", f"Un dossier « {etat} » ne permet pas l’action « {action} »."
        ) from None
