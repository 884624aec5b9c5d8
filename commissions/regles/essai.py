"""What if: the same problem with a place, a guarantee or other points, and what would change. Pure.

Nothing here is kept: an instance is copied, changed, given to the engine, and the two results compared.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from commissions.regles.instance import Instance, priorite
from commissions.regles.lecture_resultat import Contrat, Issue, points_reels

Points = Mapping[tuple[str, str], int]


@dataclass(frozen=True, slots=True)
class Ecart:
    """One demande whose answer changes."""

    demande: str
    avant: Contrat | None
    apres: Contrat | None


@dataclass(frozen=True)
class Difference:
    """Who gains (a better wish, or a place at last), who loses, and the siblings no longer together."""

    gagnent: list[Ecart] = field(default_factory=list)
    perdent: list[Ecart] = field(default_factory=list)
    separees: list[tuple[str, ...]] = field(default_factory=list)


def avec_places(instance: Instance, accueil: str, creneaux: Iterable[int], ecart: int) -> Instance:
    """Le même problème avec des places en plus, ou en moins, sur ces demi-journées d’un accueil.

    Never below the places present children hold there, nor below zero.
    """
    tenues = _tenues(instance, accueil)
    voulus = set(creneaux)

    def changer(a: dict[str, Any]) -> dict[str, Any]:
        capacite = [
            max(tenues[k], places + ecart) if k in voulus else places
            for k, places in enumerate(a["capacite"])
        ]
        return a | {"capacite": capacite}

    return _changer_accueil(instance, accueil, changer)


def avec_reserve(instance: Instance, accueil: str, titre: str, places: int) -> Instance:
    """Le même problème avec ce nombre de places garanties à un titre dans un accueil ; zéro l’enlève."""

    def changer(a: dict[str, Any]) -> dict[str, Any]:
        connues = {r["titre"]: r["places"] for r in a.get("reserves", ())} | {titre: places}
        reserves = [{"titre": t, "places": n} for t, n in connues.items() if n]
        return a | {"reserves": reserves}

    return _changer_accueil(instance, accueil, changer)


def avec_points(instance: Instance, points: Points) -> Instance:
    """Le même problème avec d’autres points, par demande et structure ; un complément garde son tour."""
    structures = {a["id"]: a["structure"] for a in instance["accueils"]}

    def changer(demande: dict[str, Any]) -> dict[str, Any]:
        voeux = []
        for voeu in demande["voeux"]:
            neufs = points.get((demande["id"], structures[voeu["accueil"]]))
            a_part = points_reels(voeu["points"])[1]
            voeux.append(voeu if neufs is None else voeu | {"points": priorite(neufs, a_part)})
        return demande | {"voeux": voeux}

    return instance | {"demandes": [changer(d) for d in instance["demandes"]]}


def difference(instance: Instance, avant: Mapping[str, Issue], apres: Mapping[str, Issue]) -> Difference:
    """Qui gagne, qui perd et quelles fratries se séparent entre deux résultats d’une même liste."""
    trouvee = Difference()
    for numero in sorted(avant):
        un, autre = avant[numero].contrat, apres[numero].contrat
        rangs = (un.voeu if un else 10_000, autre.voeu if autre else 10_000)
        if rangs[0] > rangs[1]:
            trouvee.gagnent.append(Ecart(numero, un, autre))
        elif rangs[0] < rangs[1]:
            trouvee.perdent.append(Ecart(numero, un, autre))
    structures = {a["id"]: a["structure"] for a in instance["accueils"]}
    for membres in _groupes(instance):
        if _ensemble(membres, avant, structures) and not _ensemble(membres, apres, structures):
            trouvee.separees.append(tuple(membres))
    return trouvee


def _groupes(instance: Instance) -> list[list[str]]:
    groupes: dict[str, list[str]] = defaultdict(list)
    for demande in instance["demandes"]:
        if demande.get("groupe"):
            groupes[demande["groupe"]].append(demande["id"])
    return [sorted(membres) for _, membres in sorted(groupes.items())]


def _ensemble(membres: Sequence[str], issues: Mapping[str, Issue], structures: Mapping[str, str]) -> bool:
    """All placed, in one structure."""
    tenus = [contrat.accueil for m in membres if (contrat := issues[m].contrat)]
    return len(tenus) == len(membres) and len({structures[a] for a in tenus}) == 1


def _tenues(instance: Instance, accueil: str) -> dict[int, int]:
    tenues: dict[int, int] = defaultdict(int)
    for demande in instance["demandes"]:
        dernier = demande["voeux"][-1]
        if dernier.get("place_actuelle") and dernier["accueil"] == accueil:
            for creneau in dernier["creneaux"]:
                tenues[creneau] += 1
    return tenues


def _changer_accueil(instance: Instance, accueil: str, changer: Any) -> Instance:
    accueils = [changer(a) if a["id"] == accueil else a for a in instance["accueils"]]
    return instance | {"accueils": accueils}
