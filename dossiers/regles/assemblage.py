"""Exclusive groups and ceilings, applied apart to what is declared and to what is verified."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from dossiers.regles.grille import Critere, Grille, Note, Plafond
from dossiers.regles.nombres import ESPACE_INSECABLE, nombre_fr

GROUPE, PLAFOND, PLAFOND_TOTAL = "groupe:", "plafond:", "plafond_total"


@dataclass(frozen=True, slots=True)
class Ligne:
    """One line of points; a line in `Cotation.ecartees` says why it does not count, and is not summed."""

    critere: str
    libelle: str
    points: int
    verifie: bool
    raison: str
    voeu: str | None = None
    protege: bool = False
    ecartee: str = ""

    def en_json(self) -> dict[str, Any]:
        """The four keys of the documented output."""
        return {
            "critere": self.critere,
            "points": self.points,
            "verifie": self.verifie,
            "raison": self.raison,
        }


@dataclass(slots=True)
class Entree:
    """A criterion that gives points: in what is declared, and in what is verified (None: nothing there)."""

    critere: Critere
    voeu: str | None
    declaree: Note
    verifiee: Note | None


@dataclass(slots=True)
class _Ajustement:
    """What a ceiling takes off (or a floor gives back) in each of the two lists."""

    libelle: str
    raison: str
    declare: int
    verifie: int
    protege: bool


@dataclass(slots=True)
class Assemblage:
    """Lines kept after groups, adjustments of ceilings, and the two totals.

    `gardees` maps a criterion to its points in each list: an entry beaten in its group has 0 there.
    """

    entrees: Sequence[Entree]
    gardees: dict[str, tuple[int, int]]
    gagnants: dict[str, Entree] = field(default_factory=dict)
    ajustements: dict[str, _Ajustement] = field(default_factory=dict)
    declare: int = 0
    verifie: int = 0

    def lignes(self) -> tuple[Ligne, ...]:
        """Les lignes qui comptent : leur somme est le total déclaré, celle des vérifiées le total vérifié."""
        lignes: list[Ligne] = []
        for entree in self.entrees:
            lignes += self._ecrire(entree)
        for code, a in self.ajustements.items():
            lignes += _deux_lignes(code, a.libelle, a.raison, a.declare, a.verifie, None, a.protege)
        return tuple(lignes)

    def lignes_de_plus(self, commun: "Assemblage", voeu: str) -> tuple[Ligne, ...]:
        """Ce que ce choix ajoute aux lignes communes, et ce que ses groupes et plafonds leur retirent."""
        lignes: list[Ligne] = []
        for entree in self.entrees:
            code = entree.critere.code
            if code not in commun.gardees:
                lignes += self._ecrire(entree)
                continue
            declare, verifie = (self.gardees[code][i] - commun.gardees[code][i] for i in (0, 1))
            if declare or verifie:
                lignes += self._remplacee(entree, declare, verifie, voeu)
        for code, a in self.ajustements.items():
            avant = commun.ajustements.get(code)
            declare = a.declare - (avant.declare if avant else 0)
            verifie = a.verifie - (avant.verifie if avant else 0)
            lignes += _deux_lignes(code, a.libelle, a.raison, declare, verifie, voeu, a.protege)
        for code, avant in commun.ajustements.items():
            if code not in self.ajustements:
                raison = avant.raison
                lignes += _deux_lignes(
                    code, avant.libelle, raison, -avant.declare, -avant.verifie, voeu, avant.protege
                )
        return tuple(lignes)

    def ecartees(self) -> list[Ligne]:
        """Les lignes vraies mais battues dans leur groupe, avec celle qui compte à leur place."""
        lignes = []
        for entree in self.entrees:
            critere = entree.critere
            gagnant = self.gagnants.get(critere.groupe or "")
            if gagnant is None or gagnant is entree or self.gardees[critere.code] != (0, 0):
                continue
            lignes.append(
                Ligne(
                    critere.code,
                    critere.libelle,
                    entree.declaree[0],
                    entree.verifiee is not None,
                    entree.declaree[1],
                    entree.voeu,
                    critere.protege,
                    f"« {gagnant.critere.libelle} » compte à sa place",
                )
            )
        return lignes

    def _ecrire(self, entree: Entree) -> list[Ligne]:
        critere = entree.critere
        declare, verifie = self.gardees[critere.code]
        lignes = []
        if verifie and entree.verifiee:
            raison = entree.verifiee[1]
            lignes.append(
                Ligne(critere.code, critere.libelle, verifie, True, raison, entree.voeu, critere.protege)
            )
        reste = declare - verifie
        if reste and not declare:
            lignes += self._remplacee(entree, reste, 0, entree.voeu)
        elif reste:
            raison = entree.declaree[1]
            if verifie:
                raison += f"{ESPACE_INSECABLE}; {nombre_fr(declare)} points en tout une fois vérifié"
            lignes.append(
                Ligne(critere.code, critere.libelle, reste, False, raison, entree.voeu, critere.protege)
            )
        return lignes

    def _remplacee(self, entree: Entree, declare: int, verifie: int, voeu: str | None) -> list[Ligne]:
        groupe = entree.critere.groupe or ""
        gagnant = self.gagnants[groupe].critere
        raison = f"« {gagnant.libelle} » compte à la place de « {entree.critere.libelle} »"
        protege = gagnant.protege or entree.critere.protege
        return _deux_lignes(GROUPE + groupe, entree.critere.libelle, raison, declare, verifie, voeu, protege)


def _deux_lignes(
    code: str, libelle: str, raison: str, declare: int, verifie: int, voeu: str | None, protege: bool
) -> list[Ligne]:
    parts = ((verifie, True), (declare - verifie, False))
    return [Ligne(code, libelle, points, sur, raison, voeu, protege) for points, sur in parts if points]


def assembler(grille: Grille, entrees: Sequence[Entree]) -> Assemblage:
    """Les deux totaux de lignes : le meilleur de chaque groupe, les plafonds, puis celui du total."""
    gardees = {e.critere.code: (e.declaree[0], e.verifiee[0] if e.verifiee else 0) for e in entrees}
    ensemble = Assemblage(entrees, gardees)
    if grille.groupes:
        _departager(ensemble)
    if grille.plafonds:
        _plafonner(grille, ensemble)
    retenus = (*gardees.values(), *((a.declare, a.verifie) for a in ensemble.ajustements.values()))
    declare, verifie = sum(d for d, _ in retenus), sum(v for _, v in retenus)
    plafond = grille.plafond_total
    if plafond is not None and (declare > plafond or verifie > plafond):
        trop_declare, trop_verifie = min(0, plafond - declare), min(0, plafond - verifie)
        ensemble.ajustements[PLAFOND_TOTAL] = _Ajustement(
            "Plafond du total",
            f"{nombre_fr(plafond)} points au plus en tout",
            trop_declare,
            trop_verifie,
            protege=any(e.critere.protege for e in entrees),
        )
        declare, verifie = declare + trop_declare, verifie + trop_verifie
    ensemble.declare, ensemble.verifie = declare, verifie
    return ensemble


def _departager(ensemble: Assemblage) -> None:
    """The best line of each group, once among the declared ones, once among the verified ones."""
    groupes: dict[str, list[Entree]] = {}
    for entree in ensemble.entrees:
        if entree.critere.groupe is not None:
            groupes.setdefault(entree.critere.groupe, []).append(entree)
    for code, membres in groupes.items():
        declaree = max(membres, key=lambda e: e.declaree[0])
        ensemble.gagnants[code] = declaree
        if len(membres) == 1:
            continue
        verifiee = max(
            (e for e in membres if e.verifiee), key=lambda e: e.verifiee[0] if e.verifiee else 0, default=None
        )
        for entree in membres:
            declare, verifie = ensemble.gardees[entree.critere.code]
            ensemble.gardees[entree.critere.code] = (
                declare if entree is declaree else 0,
                verifie if entree is verifiee else 0,
            )


def _plafonner(grille: Grille, ensemble: Assemblage) -> None:
    """Nested ceilings from the smallest to the largest: an outer one counts what an inner one took off."""
    poses: list[tuple[frozenset[str], _Ajustement]] = []
    for plafond in sorted(grille.plafonds or (), key=lambda p: len(p.criteres)):
        membres = plafond.membres
        if membres.isdisjoint(ensemble.gardees):
            continue
        retenues = [points for code, points in ensemble.gardees.items() if code in membres]
        dedans = [(a.declare, a.verifie) for codes, a in poses if codes < membres]
        ecarts = [
            _ecart(plafond, [p[monde] for p in retenues], [p[monde] for p in dedans]) for monde in (0, 1)
        ]
        if any(ecarts):
            protege = _protege(ensemble, membres)
            ajustement = _Ajustement(plafond.libelle, plafond.en_mots(), ecarts[0], ecarts[1], protege)
            poses.append((membres, ajustement))
            ensemble.ajustements[PLAFOND + plafond.code] = ajustement


def _ecart(plafond: Plafond, retenues: list[int], dedans: list[int]) -> int:
    somme = sum(retenues) + sum(dedans)
    return plafond.borner(somme) - somme if any(retenues) else 0


def _protege(ensemble: Assemblage, codes: Iterable[str]) -> bool:
    permis = set(codes)
    return any(e.critere.protege for e in ensemble.entrees if e.critere.code in permis)
