"""The shared grid as data: criteria, exclusive groups, ceilings."""

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property

from dossiers.regles.conditions import Condition
from dossiers.regles.faits import FAITS, VOEU, Faits
from dossiers.regles.nombres import ESPACE_INSECABLE, minuscule, nombre_fr, valeur_fr
from dossiers.regles.pieces import SUR_PAROLE

FORMAT = 1
POINTS_MAXIMUM = 100_000
DEPARTAGES = ("numero", "tirage")
PORTEE_DOSSIER, PORTEE_VOEU = "dossier", "voeu"
MODES = ("points", "niveaux", "par", "manuel")

Note = tuple[int, str]
Noteur = Callable[[Faits], Note | None]


@dataclass(frozen=True)
class Niveau:
    """A level of a criterion: the first whose condition is true gives its points."""

    si: Condition
    points: int
    libelle: str | None = None


@dataclass(frozen=True)
class Repetition:
    """So many points each `tranche` of a counted fact above `au_dela_de`, at most `maximum` times."""

    fait: str
    points: int
    tranche: int | None = None
    maximum: int | None = None
    au_dela_de: int | None = None

    def fois(self, valeur: float) -> int:
        fois = int(max(0, valeur - (self.au_dela_de or 0)) // (self.tranche or 1))
        return fois if self.maximum is None else min(fois, self.maximum)


@dataclass(frozen=True)
class Manuel:
    """Points a person gives, from `minimum` to `maximum`, by steps of `pas` counted from the minimum."""

    minimum: int
    maximum: int
    pas: int | None = None

    @property
    def bornes(self) -> str:
        """« de 10 à 100, de 10 en 10 »."""
        return f"de {self.minimum} à {self.maximum}" + (f", de {self.pas} en {self.pas}" if self.pas else "")

    def permet(self, points: int) -> bool:
        return self.minimum <= points <= self.maximum and (points - self.minimum) % (self.pas or 1) == 0

    def borner(self, points: int) -> int:
        """Points given under an earlier version stay within the bounds of this one."""
        return max(self.minimum, min(self.maximum, points))


@dataclass(frozen=True)
class Critere:
    """One line of the grid: exactly one of points, niveaux, par, manuel. None means the key is absent."""

    code: str
    libelle: str
    si: Condition | None = None
    points: int | None = None
    niveaux: tuple[Niveau, ...] | None = None
    par: Repetition | None = None
    manuel: Manuel | None = None
    plafond: int | None = None
    groupe: str | None = None
    preuves: tuple[str, ...] | None = None
    protege_dit: bool | None = None
    portee_dite: str | None = None
    ordre: int = field(default=0, compare=False)

    @cached_property
    def faits(self) -> frozenset[str]:
        conditions = [c for c in (self.si, *(n.si for n in self.niveaux or ())) if c is not None]
        par = {self.par.fait} if self.par else set()
        return frozenset(par).union(*(c.faits for c in conditions))

    @cached_property
    def protege(self) -> bool:
        """Never shown outside the desk, because it says so or because a fact it uses must not leak."""
        return bool(self.protege_dit) or any(FAITS[code].protege for code in self.faits)

    @cached_property
    def portee(self) -> str:
        au_voeu = any(FAITS[code].porte == VOEU for code in self.faits)
        return self.portee_dite or (PORTEE_VOEU if au_voeu else PORTEE_DOSSIER)

    @cached_property
    def sur_parole(self) -> bool:
        return self.preuves == (SUR_PAROLE,)

    @property
    def mode(self) -> str:
        return next(mode for mode in MODES if getattr(self, mode) is not None)

    @property
    def preuves_attendues(self) -> tuple[str, ...]:
        """Codes of the pieces that verify the line: its own list, else those of its facts."""
        return self.preuves_pour({})

    def preuves_pour(self, dits: Faits) -> tuple[str, ...]:
        """Les pièces utiles à cette famille : rien pour ce qui se croit sur parole, ni d’un parent absent."""
        if self.preuves is not None:
            return () if self.sur_parole else self.preuves
        voulus = [FAITS[c] for c in sorted(self.faits) if c not in dits or FAITS[c].a_prouver(dits[c])]
        codes = [p for fait in voulus if (p := fait.preuve)]
        seul = dits.get("situation_familiale") == "isole"
        detail = {"activites": ("activite_1",) if seul else ("activite_1", "activite_2")}
        return tuple(dict.fromkeys(piece for code in codes for piece in detail.get(code, (code,))))

    def plafonner(self, points: int) -> int:
        """The line's own ceiling bounds what it gives and what it takes off."""
        if self.plafond is None:
            return points
        return max(-self.plafond, min(self.plafond, points))

    @cached_property
    def noter(self) -> Noteur:
        """Points and reason for some facts, None when the line is false or unknown; not for a manual one."""
        if self.niveaux is not None:
            return _noteur_niveaux(self)
        return _noteur_par(self) if self.par is not None else _noteur_points(self)

    def bornes(self) -> tuple[int, int | None]:
        """Le moins et le plus de points que la ligne peut donner ; None quand rien ne les borne."""
        if self.niveaux is not None:
            points = [0, *(n.points for n in self.niveaux)]
            bas, haut = min(points), max(points)
        elif self.manuel is not None:
            bas, haut = min(0, self.manuel.minimum), max(0, self.manuel.maximum)
        elif self.par is not None:
            if self.par.maximum is None:
                return (0, self.plafond) if self.par.points >= 0 else (-(self.plafond or POINTS_MAXIMUM), 0)
            total = self.par.points * self.par.maximum
            bas, haut = min(0, total), max(0, total)
        else:
            bas, haut = min(0, self.points or 0), max(0, self.points or 0)
        return bas, haut if self.plafond is None else min(haut, self.plafond)


def _noteur_points(critere: Critere) -> Noteur:
    si, points = critere.si, critere.plafonner(critere.points or 0)
    if si is None:
        raise ValueError(f"{critere.code} : points fixes sans condition")
    evaluer, raison = si.evaluer, si.raison
    return lambda faits: (points, raison(faits)) if evaluer(faits) else None


def _noteur_niveaux(critere: Critere) -> Noteur:
    si = critere.si
    niveaux = [(n.si, critere.plafonner(n.points), n.libelle) for n in critere.niveaux or ()]

    def noter(faits: Faits) -> Note | None:
        if si is not None and not si.evaluer(faits):
            return None
        for condition, points, libelle in niveaux:
            if condition.evaluer(faits):
                raison = condition.raison(faits)
                if libelle:
                    raison = f"{libelle}{ESPACE_INSECABLE}: {minuscule(raison)}"
                return points, raison
        return None

    return noter


def _noteur_par(critere: Critere) -> Noteur:
    par, si = critere.par, critere.si
    if par is None:
        raise ValueError(f"{critere.code} : ne se répète pas")
    fait = FAITS[par.fait]

    def noter(faits: Faits) -> Note | None:
        if par.fait not in faits or (si is not None and not si.evaluer(faits)):
            return None
        valeur = faits[par.fait]
        fois = par.fois(valeur)  # type: ignore[arg-type]
        if not fois:
            return None
        compte = f"{fois} × {nombre_fr(par.points)} points"
        raison = f"{fait.libelle}{ESPACE_INSECABLE}: {valeur_fr(fait, valeur)}, {compte}"
        return critere.plafonner(fois * par.points), raison

    return noter


@dataclass(frozen=True)
class Groupe:
    """Exclusive lines: only the best one counts; on a tie the first in the grid's order."""

    code: str
    libelle: str


@dataclass(frozen=True)
class Plafond:
    """A ceiling (`maximum`) and a floor (`minimum`) on the sum of some criteria."""

    code: str
    libelle: str
    criteres: tuple[str, ...]
    maximum: int | None = None
    minimum: int | None = None

    @cached_property
    def membres(self) -> frozenset[str]:
        return frozenset(self.criteres)

    def borner(self, total: int) -> int:
        """Applied only when one of its lines counts: a floor never gives points by itself."""
        if self.maximum is not None:
            total = min(total, self.maximum)
        return total if self.minimum is None else max(total, self.minimum)

    def en_mots(self) -> str:
        """« 60 points au plus »."""
        mots = [f"{nombre_fr(self.maximum)} points au plus"] if self.maximum is not None else []
        mots += [f"{nombre_fr(self.minimum)} points au moins"] if self.minimum is not None else []
        return ", ".join(mots)


@dataclass(frozen=True)
class Grille:
    """One version of the grid; the order of `criteres` is the order of the lines and breaks group ties."""

    nom: str
    criteres: tuple[Critere, ...]
    debut: str | None = None
    departage: str | None = None
    groupes: tuple[Groupe, ...] | None = None
    plafonds: tuple[Plafond, ...] | None = None
    plafond_total: int | None = None

    def critere(self, code: str) -> Critere | None:
        return next((c for c in self.criteres if c.code == code), None)

    @cached_property
    def communs(self) -> tuple[Critere, ...]:
        return tuple(c for c in self.criteres if c.portee == PORTEE_DOSSIER)

    @cached_property
    def du_voeu(self) -> tuple[Critere, ...]:
        return tuple(c for c in self.criteres if c.portee == PORTEE_VOEU)

    @cached_property
    def faits(self) -> frozenset[str]:
        """The facts the grid uses: the only ones worth reading for it."""
        return frozenset().union(*(c.faits for c in self.criteres))
