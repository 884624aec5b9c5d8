"""What a section limits beside its half-days, when a decision is taken."""

from commissions.models import Decision, Seance
from commissions.queries.supplements import supplements_du_passage, supplements_libres
from guichet.erreurs import ErreurMetier
from structures.regles.creneaux import en_une_phrase


def verifier_creneaux(decision: Decision, seance: Seance) -> None:
    """As for its half-days, an admission fits the opening, the closing and the beds its section limits.

    `seance` is locked and the decision written. Raises ErreurMetier `plus_de_place`.
    """
    place = seance.places.filter(section=decision.section_id).first() if decision.section_id else None
    if place is None or not place.supplements:
        return
    libres, le = supplements_libres(seance, place), seance.date_effet
    siens = supplements_du_passage(decision.passage, place.limites, decision.demi_journees, le=le)
    if trop := [creneau for creneau in siens if libres[creneau] < 0]:
        raise ErreurMetier("plus_de_place", f"{en_une_phrase(trop)}\u202f: rien n’a été changé.")
