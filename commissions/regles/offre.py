"""The life of an offer as one pure table, and what its answer counts for: delays, refusals, entry slots."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from types import MappingProxyType

from guichet.erreurs import ErreurMetier
from structures.regles.jours import est_ouvre, jour_ouvre

PREPAREE = "preparee"
ENVOYEE = "envoyee"
ACCEPTEE = "acceptee"
DECLINEE = "declinee"
EXPIREE = "expiree"
ANNULEE = "annulee"

# One at a time per child: the offers nobody has answered yet.
VIVANTES = (PREPAREE, ENVOYEE)
# The place is held for this child: nobody else is offered it.
OCCUPENT = (*VIVANTES, ACCEPTEE)
# The place goes to the next family.
LIBEREES = (DECLINEE, EXPIREE)
# The family may be offered its place again, by a person, while nobody else has it.
REPROPOSABLES = (*LIBEREES, ANNULEE)

TRANSITIONS: Mapping[str, Mapping[str, str]] = MappingProxyType(
    {
        "envoyer": {PREPAREE: ENVOYEE},
        "accepter": {ENVOYEE: ACCEPTEE},
        "decliner": {ENVOYEE: DECLINEE},
        "expirer": {ENVOYEE: EXPIREE},
        "annuler": {PREPAREE: ANNULEE, ENVOYEE: ANNULEE},
        "perdre": {ACCEPTEE: ANNULEE},
    }
)
_REFUS = {
    PREPAREE: "Cette offre n’est pas encore envoyée.",
    ENVOYEE: "Cette offre est déjà envoyée.",
    ACCEPTEE: "Cette offre est déjà acceptée.",
    DECLINEE: "Cette offre a déjà été déclinée.",
    EXPIREE: "Le délai de cette offre est passé\u202f: la place est proposée à la famille suivante.",
    ANNULEE: "Cette offre a été annulée.",
}


def etat_suivant(etat: str, action: str) -> str:
    """L’état où mène ce geste ; sinon un refus qui dit où en est l’offre.

    Raises ErreurMetier `offre_<etat>`.
    """
    try:
        return TRANSITIONS[action][etat]
    except KeyError:
        raise ErreurMetier(f"offre_{etat}", _REFUS[etat]) from None


def controler_reprise(etat: str) -> None:
    """Une place se propose de nouveau à la même famille si elle l’a déclinée, laissée passer, ou perdue.

    Raises ErreurMetier `offre_<etat>`.
    """
    if etat not in REPROPOSABLES:
        raise ErreurMetier(f"offre_{etat}", _REFUS[etat])


@dataclass(frozen=True)
class Delais:
    """The delays a city voted: days all year, hours from one month to another (0: as all year)."""

    jours: int
    heures_ete: int
    ete_du: int
    ete_au: int


def dernier_jour(contact: date, delais: Delais) -> date:
    """Le dernier jour pour répondre : le délai court du contact, et finit un jour ouvré.

    The moment of that day is 18 h. Hours are whole days of the calendar, rounded up.
    """
    if delais.heures_ete and delais.ete_du <= contact.month <= delais.ete_au:
        return jour_ouvre(contact + timedelta(days=-(-delais.heures_ete // 24)))
    return jour_ouvre(contact + timedelta(days=delais.jours))


@dataclass(frozen=True)
class Demande:
    """What the family asked, as an offer is compared with it."""

    semaines: Sequence[Sequence[int]]
    entree_le: date
    tolerance_jours: int


def compte_comme_refus(
    demande: Demande, *, demi_journees: Iterable[int], entree_le: date, choix: int | None
) -> bool:
    """Un refus ne compte que si l’offre était ce qui était demandé : un choix classé, ses jours, sa date."""
    jours = set(demi_journees) in [set(semaine) for semaine in demande.semaines]
    ecart = abs(entree_le - demande.entree_le) <= timedelta(days=demande.tolerance_jours)
    return choix is not None and jours and ecart


def atteint_le_plafond(refus: int, plafond: int) -> bool:
    """Au plafond de refus comptés, le dossier quitte la liste ; plafond 0 : jamais."""
    return bool(plafond) and refus >= plafond


def creneau_entree(souhait: date, pris: Iterable[date], *, limite: int, duree: int) -> date:
    """Le premier jour d’adaptation possible : pas plus de `limite` adaptations à la fois dans la section.

    `pris` are the first adaptation days already given there; an adaptation lasts `duree` days.
    """
    debuts = list(pris)
    jour = jour_ouvre(souhait)
    while sum(abs((jour - autre).days) < duree for autre in debuts) >= limite or not est_ouvre(jour):
        jour = jour_ouvre(jour + timedelta(days=1))
    return jour


def controler_report(prevu: date, nouveau: date, *, deja: bool, maximum: int) -> None:
    """L’entrée se reporte une seule fois, et pas plus loin que le nombre de jours voté.

    Raises ErreurMetier `report_deja` or `report_trop_loin` on the field `debut`.
    """
    if deja:
        raise ErreurMetier("report_deja", "L’entrée a déjà été reportée une fois.", champ="debut")
    if not timedelta() < nouveau - prevu <= timedelta(days=maximum):
        message = f"Choisissez un jour après l’entrée prévue, au plus {maximum} jours plus tard."
        raise ErreurMetier("report_trop_loin", message, champ="debut")


@dataclass(frozen=True, slots=True)
class Attente:
    """One family of the complementary list, as a freed place sees it. `cle` names it."""

    cle: int
    rang: int
    rang_section: int
    semaines: tuple[tuple[int, ...], ...]
    entree_le: date
    tolerance_jours: int


def a_appeler(
    attentes: Iterable[Attente], libres: Sequence[int], entree_le: date
) -> list[tuple[Attente, tuple[int, ...]]]:
    """Qui, sur la liste complémentaire, tient dans la place libérée, et avec quelle semaine acceptée.

    `libres` counts the free places of the section by half-day. In the order of the list, then of the
    section; the first accepted week that fits is the one to offer.
    """
    trouvees = []
    for attente in sorted(attentes, key=lambda a: (a.rang, a.rang_section)):
        if abs(attente.entree_le - entree_le) > timedelta(days=attente.tolerance_jours):
            continue
        semaine = next((s for s in attente.semaines if s and all(libres[k] > 0 for k in s)), None)
        if semaine:
            trouvees.append((attente, semaine))
    return trouvees
