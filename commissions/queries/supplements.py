"""What a frozen line uses of the opening, the closing and the beds, and what a séance has left of them."""

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import date

from commissions.models import Decision, Offre, Passage, PlaceOfferte, Seance, SensDecision
from commissions.queries.decisions import decisions_de
from commissions.regles import offre as regles
from structures.regles.ages import age_en_mois
from structures.regles.creneaux import (
    Limite,
    PlacesLimite,
    Supplement,
    lire_horaires,
    supplements_utilises,
)
from structures.regles.semaine import NB_CRENEAUX

Restes = dict[Supplement, int]


def supplements_du_passage(
    passage: Passage, limites: Iterable[PlacesLimite], semaine: Iterable[int], *, le: date
) -> tuple[Supplement, ...]:
    """What this week uses, with the hours frozen and the age at the date d’effet `le`."""
    age = age_en_mois(passage.naissance, le)
    demandees = lire_horaires(passage.horaires)
    return supplements_utilises([lu.limite for lu in limites], semaine, demandees, age)


def supplements_tenus(
    passage: Passage, limites: Iterable[PlacesLimite], *, le: date
) -> tuple[Supplement, ...]:
    """What the present place of a transfer uses."""
    age, horaires = age_en_mois(passage.naissance, le), lire_horaires(passage.horaires_actuels)
    return supplements_utilises([lu.limite for lu in limites], passage.demi_journees_actuelles, horaires, age)


def ouverts(limites: Iterable[PlacesLimite]) -> Restes:
    """The places of each extra créneau, one by one."""
    return {Supplement(lu.limite, k): lu.places[k] for lu in limites for k in lu.limite.demi_journees}


def supplements_libres(seance: Seance, place: PlaceOfferte) -> Restes:
    """What is left once the decisions taken are counted; below zero when they hold more."""
    limites = place.limites
    if not limites:
        return {}
    pris: Counter[Supplement] = Counter()
    for decision in decisions_de(seance).filter(sens=SensDecision.ADMIS).select_related("passage"):
        _compter(pris, decision, decision.demi_journees, place, le=seance.date_effet)
    return {creneau: places - pris[creneau] for creneau, places in ouverts(limites).items()}


def supplements_appel(seance: Seance, places: Iterable[PlaceOfferte]) -> dict[int, Restes]:
    """The same once the offers of the séance are counted instead, by section that limits something."""
    limitees = [place for place in places if place.supplements]
    if not limitees:
        return {}
    tenues = (
        Offre.objects.filter(seance=seance, etat__in=regles.OCCUPENT, decision__isnull=False)
        .exclude(entree="absent")
        .select_related("decision__passage")
    )
    offertes = [(offre.section_id, offre.demi_journees, offre.decision) for offre in tenues]
    libres = {}
    for place in limitees:
        pris: Counter[Supplement] = Counter()
        for section, semaine, decision in offertes:
            if section == place.section_id and decision is not None:
                siens = supplements_du_passage(decision.passage, place.limites, semaine, le=seance.date_effet)
                pris.update(siens)
        libres[place.section_id] = {k: n - pris[k] for k, n in ouverts(place.limites).items()}
    return libres


def _compter(
    pris: Counter[Supplement], decision: Decision, semaine: Sequence[int], place: PlaceOfferte, *, le: date
) -> None:
    passage = decision.passage
    if decision.section_id == place.section_id:
        pris.update(supplements_du_passage(passage, place.limites, semaine, le=le))
    if passage.section_actuelle_id == place.section_id:
        pris.subtract(supplements_tenus(passage, place.limites, le=le))


def en_limites(restes: Restes) -> tuple[PlacesLimite, ...]:
    """Limit by limit, to be shown under the week."""
    limites: dict[Limite, list[int]] = {}
    for creneau, nombre in restes.items():
        limites.setdefault(creneau.limite, [0] * NB_CRENEAUX)[creneau.demi_journee] = nombre
    return tuple(PlacesLimite(limite, tuple(places)) for limite, places in limites.items())
