"""Facts deduced from other facts, in three-valued logic: what cannot be known stays absent."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from dossiers.regles.faits import ACTIVITES_ACTIVES, Faits, Valeur

TroisValeurs = bool | None


def et(valeurs: Iterable[TroisValeurs]) -> TroisValeurs:
    """« Tous » : faux dès qu’un est faux, inconnu si un seul manque, vrai sinon."""
    inconnu = False
    for valeur in valeurs:
        if valeur is False:
            return False
        inconnu = inconnu or valeur is None
    return None if inconnu else True


def ou(valeurs: Iterable[TroisValeurs]) -> TroisValeurs:
    """« Un » : vrai dès qu’un est vrai, inconnu si un seul manque, faux sinon."""
    inconnu = False
    for valeur in valeurs:
        if valeur is True:
            return True
        inconnu = inconnu or valeur is None
    return None if inconnu else False


def completer(faits: Faits) -> dict[str, Valeur]:
    """Les faits, et ceux qui s’en déduisent ; un fait donné n’est jamais remplacé.

    Used once on what is declared and once on what is verified, so that a deduced fact is verified exactly
    when the facts it comes from suffice to know it.
    """
    complets: dict[str, Valeur] = dict(faits)
    for deduire in _DEDUCTIONS:
        for code, valeur in deduire(complets):
            if valeur is not None and code not in complets:
                complets[code] = valeur
    return complets


def contradictions(faits: Faits) -> list[str]:
    """Les faits donnés que d’autres faits donnés démentent (« 1 parent actif », deux activités salariées)."""
    trouvees = []
    for code in sorted(_DEDUITS & faits.keys()):
        deduits = completer({autre: valeur for autre, valeur in faits.items() if autre != code})
        if code in deduits and deduits[code] != faits[code]:
            trouvees.append(code)
    return trouvees


Deduction = Iterable[tuple[str, Valeur | None]]


def _situation(f: Mapping[str, Any]) -> Deduction:
    situation, isole = f.get("situation_familiale"), f.get("parent_isole")
    nombre = f.get("nb_parents")
    if situation is None and isole is None:
        if nombre is not None:
            isole = nombre == 1
        elif "activite_2" in f:
            isole = False
        else:
            return ()
    seul = isole if situation is None else situation == "isole"
    return (
        ("situation_familiale", "isole" if seul else "couple"),
        ("parent_isole", seul),
        ("nb_parents", 1 if seul else 2),
    )


def _parents(f: Mapping[str, Any]) -> list[Any] | None:
    """The activity of each parent of the household (None: unknown), or None when their number is unknown."""
    nombre = f.get("nb_parents")
    if nombre is None:
        return None
    return [f.get("activite_1"), f.get("activite_2")][:nombre]


def _activites(f: Mapping[str, Any]) -> Deduction:
    activites = _parents(f)
    connues = [f[c] for c in ("activite_1", "activite_2") if c in f] if activites is None else activites
    incomplet: list[TroisValeurs] = [None] if activites is None else []
    actifs: list[TroisValeurs] = [None if a is None else a in ACTIVITES_ACTIVES for a in connues]
    recherche: list[TroisValeurs] = [None if a is None else a == "recherche_emploi" for a in connues]
    conge: list[TroisValeurs] = [None if a is None else a == "conge_parental" for a in connues]
    complet = activites is not None and None not in activites
    yield "nb_parents_actifs", actifs.count(True) if complet else None
    yield "nb_parents_recherche", recherche.count(True) if complet else None
    yield "tous_parents_actifs", et(actifs + incomplet)
    yield "un_parent_actif", ou(actifs + incomplet)
    yield "un_parent_recherche", ou(recherche + incomplet)
    yield "un_parent_conge", ou(conge + incomplet)


def _actifs_comptes(f: Mapping[str, Any]) -> Deduction:
    """When the count or « tous » is given without the activities themselves."""
    nombre, actifs, tous = f.get("nb_parents"), f.get("nb_parents_actifs"), f.get("tous_parents_actifs")
    if actifs is None and tous is True:
        actifs = nombre
        yield "nb_parents_actifs", actifs
    if actifs is not None:
        yield "un_parent_actif", actifs >= 1
        if nombre is not None:
            yield "tous_parents_actifs", actifs >= nombre
    if tous is True:
        yield "un_parent_actif", True
    if (recherche := f.get("nb_parents_recherche")) is not None:
        yield "un_parent_recherche", recherche >= 1


def _heures(f: Mapping[str, Any]) -> Deduction:
    nombre = f.get("nb_parents")
    heures = [f[code] for code in ("heures_travail_1", "heures_travail_2")[: nombre or 2] if code in f]
    if nombre is not None and len(heures) == nombre:
        yield "heures_travail_total", sum(heures)


def _foyer(f: Mapping[str, Any]) -> Deduction:
    enfants = f.get("enfants_a_charge")
    yield "famille_nombreuse", None if enfants is None else enfants >= 3
    yield "handicap_foyer", ou((f.get("handicap_parent"), f.get("handicap_fratrie")))


def _enfant(f: Mapping[str, Any]) -> Deduction:
    mode, demi_journees = f.get("mode_accueil"), f.get("nb_demi_journees")
    yield "sans_mode_accueil", None if mode is None else mode == "aucune"
    yield (
        "fratrie_naissance",
        ou((f.get("naissance_multiple"), f.get("fratrie_accueillie"), f.get("fratrie_demande"))),
    )
    yield "temps_plein", None if demi_journees is None else demi_journees >= 10


_DEDUCTIONS: tuple[Callable[[Mapping[str, Any]], Deduction], ...] = (
    _situation,
    _activites,
    _actifs_comptes,
    _heures,
    _foyer,
    _enfant,
)
_DEDUITS = frozenset(
    {
        "situation_familiale",
        "parent_isole",
        "nb_parents",
        "nb_parents_actifs",
        "nb_parents_recherche",
        "tous_parents_actifs",
        "un_parent_actif",
        "un_parent_recherche",
        "un_parent_conge",
        "heures_travail_total",
        "famille_nombreuse",
        "handicap_foyer",
        "sans_mode_accueil",
        "fratrie_naissance",
        "temps_plein",
    }
)
