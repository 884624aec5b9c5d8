"""The weeks of a need: the same all year, A and B in turn, or variable; and whose contract they are."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any, Protocol

from structures.regles.semaine import nombre_jours, texte_semaine

MEME_SEMAINE, ALTERNEE, VARIABLE = "meme_semaine", "alternee", "variable"
PLANNING_MAXIMUM = 180
HORAIRES_MATIN = ("08:00", "12:30")
HORAIRES_APRES_MIDI = ("12:30", "17:30")

Horaires = Mapping[int, tuple[str, str]]


class Semaines(Protocol):
    """The weeks of a need, as a row, an entry or a line of the list carries them."""

    @property
    def rythme(self) -> Any: ...
    @property
    def demi_journees(self) -> Any: ...
    @property
    def demi_journees_b(self) -> Any: ...
    @property
    def nombre_min(self) -> Any: ...
    @property
    def nombre_max(self) -> Any: ...
    @property
    def planning_jours(self) -> Any: ...


class Contrats(Semaines, Protocol):
    """The same with the holder of each half-day, 1 or 2, the rank of the responsable; empty: one contract."""

    @property
    def titulaires(self) -> Any: ...
    @property
    def titulaires_b(self) -> Any: ...


def horaire_ordinaire(creneau: int) -> tuple[str, str]:
    """Les heures d’une demi-journée quand la famille n’en dit pas d’autres."""
    return HORAIRES_APRES_MIDI if creneau % 2 else HORAIRES_MATIN


def texte_besoin(besoin: Semaines) -> str:
    """Le besoin en toutes lettres, semaines A et B à part, « variable » avec son nombre et son planning."""
    semaine = texte_semaine(besoin.demi_journees)
    if besoin.rythme == ALTERNEE:
        return f"semaine A\u00a0: {semaine}\u202f; semaine B\u00a0: {texte_semaine(besoin.demi_journees_b)}"
    if besoin.rythme == VARIABLE:
        mots = texte_variable(besoin.nombre_min, besoin.nombre_max, besoin.planning_jours)
        return f"{mots}, parmi\u00a0: {semaine}"
    return semaine


def texte_variable(nombre_min: int | None, nombre_max: int | None, planning_jours: int | None) -> str:
    """« variable, 2 à 4 demi-journées par semaine, planning connu 15 jours avant »."""
    mots = ["variable"]
    if nombre_min and nombre_max:
        nombre = str(nombre_max) if nombre_min == nombre_max else f"{nombre_min} à {nombre_max}"
        mots.append(f"{nombre} demi-journée{'s' if nombre_max > 1 else ''} par semaine")
    if planning_jours is not None:
        pluriel = "s" if planning_jours > 1 else ""
        mots.append(
            f"planning connu {planning_jours}\u00a0jour{pluriel} avant"
            if planning_jours
            else "planning connu le jour même"
        )
    return ", ".join(mots)


def texte_nombre(besoin: Semaines) -> str:
    """Combien de demi-journées : « 8 », « A 8, B 6 », « 2 à 4 parmi 6 »."""
    possibles = len(besoin.demi_journees)
    mots = f"{possibles} demi-journée{'s' if possibles > 1 else ''}"
    if besoin.rythme == ALTERNEE:
        return f"A {possibles}, B {len(besoin.demi_journees_b)} demi-journées"
    if besoin.rythme == VARIABLE and besoin.nombre_min and besoin.nombre_max:
        return f"{besoin.nombre_min} à {besoin.nombre_max} parmi {mots}"
    return mots


def compte_semaine(
    semaine: Sequence[int], autre: Sequence[int], nombre_max: int | None = None
) -> tuple[int, int]:
    """Le plus de demi-journées et de jours d’une même semaine, la plus chargée de A et B."""
    demi_journees = max(len(semaine), len(autre))
    jours = max(nombre_jours(semaine), nombre_jours(autre))
    if nombre_max is not None:
        return min(demi_journees, nombre_max), min(jours, nombre_max)
    return demi_journees, jours


def heures_par_semaine(
    semaines: Sequence[tuple[Sequence[int], Horaires]],
    variable: tuple[int | None, int | None] = (None, None),
) -> Decimal:
    """Les heures d’une semaine ordinaire : moyenne de A et B ; d’un nombre moyen s’il varie.

    `semaines`: each week with its own hours.
    """
    minutes = sum(_minutes(h.get(c) or horaire_ordinaire(c)) for s, h in semaines for c in s)
    heures = Decimal(minutes) / 60 / max(1, len(semaines))
    moins, plus = variable
    if moins and plus and semaines and semaines[0][0]:
        heures = heures / len(semaines[0][0]) * (moins + plus) / 2
    return heures.quantize(Decimal("0.1"))


def parts(besoin: Contrats) -> list[tuple[int, str, tuple[int, ...]]]:
    """Qui tient quoi, semaine par semaine : (rang du responsable, « A », « B » ou rien, demi-journées).

    Each half-day has one holder and one only: the two contracts never count the place twice.
    """
    if not besoin.titulaires and not besoin.titulaires_b:
        return []
    semaines = [
        ("A" if besoin.rythme == ALTERNEE else "", besoin.demi_journees, besoin.titulaires),
        ("B", besoin.demi_journees_b, besoin.titulaires_b),
    ]
    return [
        (rang, lettre, siennes)
        for rang in (1, 2)
        for lettre, semaine, tenues in semaines
        if (siennes := tuple(c for c, t in zip(semaine, tenues, strict=False) if t == rang))
    ]


def texte_part(besoin: Contrats, rang: int) -> str:
    """La part d’un responsable : « semaine A : lun, mar, journée ; semaine B : ven matin »."""
    return "\u202f; ".join(
        f"semaine {lettre}\u00a0: {texte_semaine(siennes)}" if lettre else texte_semaine(siennes)
        for r, lettre, siennes in parts(besoin)
        if r == rang
    )


def titulaires_de(semaine: Iterable[int], second: Iterable[int]) -> tuple[int, ...]:
    """Le titulaire de chaque demi-journée : 2 pour celles du second contrat, 1 pour les autres."""
    siennes = set(second)
    return tuple(2 if c in siennes else 1 for c in semaine)


def defauts_du_rythme(besoin: Contrats) -> Iterator[tuple[str, str, str]]:
    """Ce qui manque à des semaines A et B ou à un besoin variable : (champ, message, code)."""
    if besoin.rythme == ALTERNEE and not besoin.demi_journees_b:
        message = "Cochez les demi-journées de la semaine B, ou choisissez la même semaine toute l’année."
        yield "demi_journees_b", message, "semaine_b_vide"
    if besoin.rythme != VARIABLE:
        return
    moins, plus, possibles = besoin.nombre_min, besoin.nombre_max, len(besoin.demi_journees)
    if not moins or not plus:
        message = "Dites combien de demi-journées par semaine, au moins et au plus."
        yield ("nombre_max" if moins else "nombre_min"), message, "variable_nombre"
    elif moins > plus:
        yield "nombre_max", "Le plus est inférieur au moins\u202f: inversez-les.", "variable_nombre"
    elif possibles and plus > possibles:
        message = f"Cochez au moins {plus} demi-journées possibles, ou baissez ce nombre."
        yield "nombre_max", message, "variable_nombre"
    if besoin.planning_jours is None:
        message = "Dites combien de jours avant le planning est connu (0 pour le jour même)."
        yield "planning_jours", message, "variable_planning"


def defauts_des_contrats(
    besoin: Contrats, responsables: int, ecartes: Iterable[int]
) -> Iterator[tuple[str, str, str]]:
    """Ce qui empêche deux contrats sur une place : (champ, message, code). `ecartes`: ranks of the barred."""
    if not besoin.titulaires and not besoin.titulaires_b:
        return
    if responsables < 2:
        message = "Deux contrats demandent deux responsables\u202f: ajoutez le second, ou un seul contrat."
        yield "contrats", message, "contrat_sans_responsable"
    elif set(ecartes):
        message = (
            "Qui ne doit rien savoir du dossier ne tient pas de contrat\u202f: choisissez un seul contrat."
        )
        yield "contrats", message, "contrat_ecarte"
    elif set(besoin.titulaires) | set(besoin.titulaires_b) != {1, 2}:
        message = "Chaque contrat a sa part\u202f: cochez celle du second, ou donnez-lui toute une semaine B."
        yield "contrats", message, "contrat_vide"


def _minutes(horaire: tuple[str, str]) -> int:
    debut, fin = (int(h[:2]) * 60 + int(h[3:5]) for h in horaire)
    return max(0, fin - debut)
