"""The instance as arrays: everything numbered in the order of ids, half-days packed into one integer.

A vector of half-days is one integer of `largeur` bits per créneau, the top bit of each field being a guard:
`((free | guards) - need) & guards == guards` says that every half-day of `need` is still free.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

NUL = -1


@dataclass(slots=True)
class Groupe:
    """Siblings: members in the order of ids; the contracts of each, structure by structure, best first."""

    id: str
    separes: bool
    membres: list[int]
    structures: list[int]
    contrats: dict[int, list[list[int]]]


@dataclass(slots=True)
class Probleme:
    """Demandes, accueils and contracts by number. A demande's contracts are `debut[d]` to `debut[d + 1]`,
    in its order of preference; a smaller `cle` is a better priority."""

    demandes: list[str]
    anteriorites: list[str]
    titres: list[int]
    groupe_de: list[int]
    debut: list[int]
    accueils: list[str]
    structure_de: list[int]
    places: list[int]
    reserves: list[tuple[tuple[int, int], ...]]
    noms_titres: list[str]
    largeur: int
    garde: int
    demande: list[int] = field(default_factory=list)
    accueil: list[int] = field(default_factory=list)
    besoin: list[int] = field(default_factory=list)
    points: list[int] = field(default_factory=list)
    cle: list[int] = field(default_factory=list)
    actuelle: list[bool] = field(default_factory=list)
    groupes: list[Groupe] = field(default_factory=list)

    def contrats(self, d: int) -> range:
        return range(self.debut[d], self.debut[d + 1])


def compiler(instance: dict[str, Any]) -> Probleme:
    """L’instance, déjà vérifiée, sous la forme où le moteur calcule."""
    accueils = sorted(instance["accueils"], key=_id)
    demandes = sorted(instance["demandes"], key=_id)
    # No field ever counts more children than ask the accueil.
    demandees = Counter(voeu["accueil"] for demande in demandes for voeu in demande["voeux"])
    plafonds = [[min(c, demandees[a["id"]]) for c in a["capacite"]] for a in accueils]
    largeur = max((max(p) for p in plafonds), default=0).bit_length() + 2
    noms_titres = sorted({r["titre"] for a in accueils for r in a.get("reserves", ())})
    bits = {titre: 1 << i for i, titre in enumerate(noms_titres)}
    structures = {s: i for i, s in enumerate(sorted({a["structure"] for a in accueils}))}
    groupes = sorted(instance.get("groupes", ()), key=_id)
    numeros_groupes = {g["id"]: i for i, g in enumerate(groupes)}
    probleme = Probleme(
        demandes=[d["id"] for d in demandes],
        anteriorites=[d["anteriorite"] for d in demandes],
        titres=[sum(bits.get(t, 0) for t in d.get("titres", ())) for d in demandes],
        groupe_de=[numeros_groupes.get(d.get("groupe"), NUL) for d in demandes],
        debut=[0],
        accueils=[a["id"] for a in accueils],
        structure_de=[structures[a["structure"]] for a in accueils],
        places=[sum(c << largeur * k for k, c in enumerate(p)) for p in plafonds],
        reserves=[tuple((bits[r["titre"]], r["places"]) for r in a.get("reserves", ())) for a in accueils],
        noms_titres=noms_titres,
        largeur=largeur,
        garde=sum(1 << largeur * k + largeur - 1 for k in range(len(instance["creneaux"]))),
    )
    _contrats(probleme, demandes)
    membres: list[list[int]] = [[] for _ in groupes]
    for d, g in enumerate(probleme.groupe_de):
        if g != NUL:
            membres[g].append(d)
    probleme.groupes = [_groupe(probleme, g, membres[i]) for i, g in enumerate(groupes)]
    return probleme


def _id(element: dict[str, Any]) -> str:
    return str(element["id"])


def _departages(demandes: Sequence[dict[str, Any]]) -> list[int]:
    """The place of each demande at equal points: anteriorite, tirage (absent last), id."""

    def cle(d: int) -> tuple[str, bool, int, int]:
        tirage = demandes[d].get("tirage")
        return demandes[d]["anteriorite"], tirage is None, tirage or 0, d

    places = [0] * len(demandes)
    for place, d in enumerate(sorted(range(len(demandes)), key=cle)):
        places[d] = place
    return places


def _contrats(p: Probleme, demandes: Sequence[dict[str, Any]]) -> None:
    numeros = {a: i for i, a in enumerate(p.accueils)}
    departages, nombre, largeur = _departages(demandes), len(demandes), p.largeur
    vus: dict[tuple[int, ...], int] = {}
    for d, demande in enumerate(demandes):
        departage = departages[d]
        for voeu in demande["voeux"]:
            creneaux = tuple(voeu["creneaux"])
            besoin = vus.get(creneaux)
            if besoin is None:
                besoin = vus[creneaux] = sum(1 << largeur * k for k in creneaux)
            p.demande.append(d)
            p.accueil.append(numeros[voeu["accueil"]])
            p.besoin.append(besoin)
            p.points.append(voeu["points"])
            p.cle.append(departage - voeu["points"] * nombre)
            p.actuelle.append(voeu.get("place_actuelle", False))
        p.debut.append(len(p.demande))


def _groupe(p: Probleme, groupe: dict[str, Any], membres: list[int]) -> Groupe:
    """Structures in the order of the lowest id's list, kept when every member asks them."""
    par_membre: list[dict[int, list[int]]] = []
    for d in membres:
        listes: dict[int, list[int]] = {}
        for k in p.contrats(d):
            listes.setdefault(p.structure_de[p.accueil[k]], []).append(k)
        par_membre.append(listes)
    premier = par_membre[0] if par_membre else {}
    structures = [s for s in premier if all(s in listes for listes in par_membre)]
    contrats = {s: [listes[s] for listes in par_membre] for s in structures}
    return Groupe(groupe["id"], groupe["repli"] == "separes", membres, structures, contrats)
