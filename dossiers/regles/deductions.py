"""Facts deduced from other facts, in three-valued logic: what cannot be known stays absent."""

from typing import Any

from dossiers.regles.faits import ACTIVITES_ACTIVES, Faits, Valeur


def completer(faits: Faits) -> dict[str, Valeur]:
    """Les faits, et ceux qui s’en déduisent ; un fait donné n’est jamais remplacé.

    Used once on what is declared and once on what is verified, so that a deduced fact is verified exactly
    when the facts it comes from suffice to know it.
    """
    complets: dict[str, Any] = dict(faits)
    _situation(complets)
    _activites(complets)
    _foyer_et_enfant(complets)
    return complets


def contradictions(faits: Faits) -> list[str]:
    """Les faits donnés que d’autres faits donnés démentent (« 1 parent actif », deux activités salariées)."""
    trouvees = []
    for code in sorted({"situation_familiale", *SOURCES} & faits.keys()):
        deduits = completer({autre: valeur for autre, valeur in faits.items() if autre != code})
        if code in deduits and deduits[code] != faits[code]:
            trouvees.append(code)
    return trouvees


def _situation(f: dict[str, Any]) -> None:
    situation = f.get("situation_familiale")
    if situation is not None:
        seul = situation == "isole"
    elif "parent_isole" in f:
        seul = f["parent_isole"]
    elif "nb_parents" in f:
        seul = f["nb_parents"] == 1
    elif "activite_2" in f:
        seul = False
    else:
        return
    f.setdefault("situation_familiale", "isole" if seul else "couple")
    f.setdefault("parent_isole", seul)
    f.setdefault("nb_parents", 1 if seul else 2)


def _activites(f: dict[str, Any]) -> None:
    nombre = f.get("nb_parents")
    activites = [f.get("activite_1"), f.get("activite_2")][:nombre]
    connues = [a for a in activites if a is not None]
    if connues:
        actifs = sum(a in ACTIVITES_ACTIVES for a in connues)
        recherche = connues.count("recherche_emploi")
        complet = nombre is not None and len(connues) == len(activites) == nombre
        if complet:
            f.setdefault("nb_parents_actifs", actifs)
            f.setdefault("nb_parents_recherche", recherche)
        _poser(f, "tous_parents_actifs", vrai=complet and actifs == nombre, faux=actifs < len(connues))
        _poser(f, "un_parent_actif", vrai=actifs > 0, faux=complet)
        _poser(f, "un_parent_recherche", vrai=recherche > 0, faux=complet)
        _poser(f, "un_parent_conge", vrai="conge_parental" in connues, faux=complet)
    _comptes_donnes(f, nombre)
    heures = [f[code] for code in ("heures_travail_1", "heures_travail_2")[: nombre or 2] if code in f]
    if heures and len(heures) == nombre:
        f.setdefault("heures_travail_total", sum(heures))


def _comptes_donnes(f: dict[str, Any], nombre: int | None) -> None:
    """When a count or « tous » is given without the activities themselves."""
    if f.get("tous_parents_actifs") is True:
        f.setdefault("un_parent_actif", True)
        if nombre is not None:
            f.setdefault("nb_parents_actifs", nombre)
    if (actifs := f.get("nb_parents_actifs")) is not None:
        f.setdefault("un_parent_actif", actifs >= 1)
        if nombre is not None:
            f.setdefault("tous_parents_actifs", actifs >= nombre)
    if (recherche := f.get("nb_parents_recherche")) is not None:
        f.setdefault("un_parent_recherche", recherche >= 1)


def _foyer_et_enfant(f: dict[str, Any]) -> None:
    if (enfants := f.get("enfants_a_charge")) is not None:
        f.setdefault("famille_nombreuse", enfants >= 3)
    if (mode := f.get("mode_accueil")) is not None:
        f.setdefault("sans_mode_accueil", mode == "aucune")
    if (demi_journees := f.get("nb_demi_journees")) is not None:
        f.setdefault("temps_plein", demi_journees >= 10)
    _un_de(f, "handicap_foyer", "handicap_parent", "handicap_fratrie")
    _un_de(f, "fratrie_naissance", "naissance_multiple", "fratrie_accueillie", "fratrie_demande")


def _poser(f: dict[str, Any], code: str, *, vrai: bool, faux: bool) -> None:
    if vrai or faux:
        f.setdefault(code, vrai)


def _un_de(f: dict[str, Any], code: str, *sources: str) -> None:
    valeurs = [f.get(source) for source in sources]
    _poser(f, code, vrai=True in valeurs, faux=None not in valeurs)


_PARENTS = ("situation_familiale", "activite_1", "activite_2")
# Each deduced fact and what a person is asked instead.
SOURCES: dict[str, tuple[str, ...]] = {
    "parent_isole": ("situation_familiale",),
    "nb_parents": ("situation_familiale",),
    "nb_parents_actifs": _PARENTS,
    "nb_parents_recherche": _PARENTS,
    "tous_parents_actifs": _PARENTS,
    "un_parent_actif": _PARENTS,
    "un_parent_recherche": _PARENTS,
    "un_parent_conge": _PARENTS,
    "heures_travail_total": ("situation_familiale", "heures_travail_1", "heures_travail_2"),
    "famille_nombreuse": ("enfants_a_charge",),
    "handicap_foyer": ("handicap_parent", "handicap_fratrie"),
    "sans_mode_accueil": ("mode_accueil",),
    "fratrie_naissance": ("naissance_multiple", "fratrie_accueillie", "fratrie_demande"),
    "temps_plein": ("nb_demi_journees",),
}
