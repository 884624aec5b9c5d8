"""What « first choices first », the manual habit, would have given from the same list. Pure.

Each structure is filled with the families that put it first, then with those that put it second, and so
on. A family that named a sought-after structure first may lose its second choice to a family ranked after
it: that is the wrong the engine does not do, and what this module counts.
"""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from commissions.regles.instance import Instance
from commissions.regles.lecture_resultat import Contrat, cle_priorite, contrats

Attribution = dict[str, Contrat | None]


@dataclass(frozen=True, slots=True)
class Lese:
    """A child wronged: `contrat`, which it prefers, goes to children placed after it (`apres`, by rank)."""

    demande: str
    obtenu: Contrat | None
    contrat: Contrat
    apres: tuple[str, ...]


def premier_choix_d_abord(instance: Instance) -> Attribution:
    """Ce que donnerait l’habitude : les premiers choix de chaque structure, puis les deuxièmes…

    By hand each child is placed for itself and guaranteed places go like the others; a present child keeps
    its place until it gets a better one.
    """
    demandes = {d["id"]: d for d in instance["demandes"]}
    siens = {numero: contrats(d) for numero, d in demandes.items()}
    libres = {a["id"]: list(a["capacite"]) for a in instance["accueils"]}
    attribution: Attribution = dict.fromkeys(demandes)
    for numero, liste in siens.items():
        if liste[-1].actuelle:
            attribution[numero] = liste[-1]
            _compter(libres, liste[-1], -1)
    for candidats in _tours(demandes, siens):
        for _, numero, choix in candidats:
            tenu = attribution[numero]
            if tenu is not None and not tenu.actuelle:
                continue
            if tenu is not None:
                _compter(libres, tenu, 1)
            retenu = next((c for c in choix if _tient(libres, c)), tenu)
            attribution[numero] = retenu
            if retenu is not None:
                _compter(libres, retenu, -1)
    return attribution


def leses(instance: Instance, attribution: Mapping[str, Contrat | None]) -> list[Lese]:
    """Les enfants que cette attribution lèse : une place qu’ils préfèrent va à un enfant classé après eux."""
    demandes = {d["id"]: d for d in instance["demandes"]}
    capacites = {a["id"]: a["capacite"] for a in instance["accueils"]}
    tenus: dict[str, list[tuple[tuple[Any, ...], str, Contrat]]] = defaultdict(list)
    for numero, contrat in attribution.items():
        if contrat is not None:
            tenus[contrat.accueil].append((_cle(demandes[numero], contrat), numero, contrat))
    for accueil in tenus.values():
        accueil.sort(key=lambda t: t[0])
    trouves = []
    for numero, obtenu in attribution.items():
        for contrat in contrats(demandes[numero]):
            if obtenu is not None and contrat.voeu >= obtenu.voeu:
                break
            cle = _cle(demandes[numero], contrat)
            autres = [t for t in tenus[contrat.accueil] if t[1] != numero]
            apres = _apres(capacites[contrat.accueil], contrat, cle, autres)
            if apres:
                trouves.append(Lese(numero, obtenu, contrat, apres))
                break
    return trouves


def _apres(
    capacite: list[int],
    contrat: Contrat,
    cle: tuple[Any, ...],
    autres: list[tuple[tuple[Any, ...], str, Contrat]],
) -> tuple[str, ...]:
    """Those placed after this child on its half-days, when it would fit without them; else nothing."""
    restes = list(capacite)
    for autre, _, tenu in autres:
        if autre < cle:
            for creneau in tenu.creneaux:
                restes[creneau] -= 1
    if any(restes[creneau] <= 0 for creneau in contrat.creneaux):
        return ()
    voulus = set(contrat.creneaux)
    return tuple(n for autre, n, tenu in autres if autre > cle and voulus & set(tenu.creneaux))


def _tours(
    demandes: Mapping[str, Any], siens: Mapping[str, list[Contrat]]
) -> list[list[tuple[tuple[Any, ...], str, list[Contrat]]]]:
    """Round by round, the candidates of every structure by priority, with their weeks there in order."""
    tours: dict[int, list[tuple[tuple[Any, ...], str, list[Contrat]]]] = defaultdict(list)
    for numero, liste in siens.items():
        par_accueil: dict[str, list[Contrat]] = defaultdict(list)
        for contrat in liste:
            if not contrat.actuelle:
                par_accueil[contrat.accueil].append(contrat)
        for rang, choix in enumerate(par_accueil.values()):
            tours[rang].append((cle_priorite(demandes[numero], choix[0]), numero, choix))
    return [sorted(tours[rang], key=lambda t: t[0]) for rang in sorted(tours)]


def _cle(demande: Mapping[str, Any], contrat: Contrat) -> tuple[Any, ...]:
    """A present child holds its place before anyone's points."""
    return (not contrat.actuelle, *cle_priorite(demande, contrat))


def _tient(libres: Mapping[str, list[int]], contrat: Contrat) -> bool:
    return all(libres[contrat.accueil][creneau] > 0 for creneau in contrat.creneaux)


def _compter(libres: Mapping[str, list[int]], contrat: Contrat, signe: int) -> None:
    for creneau in contrat.creneaux:
        libres[contrat.accueil][creneau] += signe
