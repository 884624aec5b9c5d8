"""A few needs of shift workers and of separated homes, among the invented ones."""

from collections.abc import Sequence
from random import Random

from dossiers.models import Besoin, Responsable, Rythme, TypeBesoin
from dossiers.regles.besoin import Horaires, heures_par_semaine, titulaires_de

from .semaines import horaires


def poser_rythme(besoin: Besoin, adultes: Sequence[Responsable]) -> None:
    """Change one regular need in thirty or so; its dice are its own, the rest of the city stays as it was."""
    rng = Random(f"rythme {besoin.entree_le} {besoin.dossier.depose_le} {besoin.demi_journees}")
    tirage = rng.random()
    if besoin.type != TypeBesoin.REGULIER or len(besoin.demi_journees) < 4 or tirage > 0.045:
        return
    if tirage < 0.02:
        _alterner(rng, besoin)
    elif tirage < 0.035:
        _varier(rng, besoin)
    if len(adultes) > 1 and not any(r.ecarte for r in adultes):
        _partager(besoin, tirage)


def _partager(besoin: Besoin, tirage: float) -> None:
    """Separated parents: a week each, or the beginning and the end of the same week."""
    if tirage < 0.012:
        besoin.titulaires = [1] * len(besoin.demi_journees)
        besoin.titulaires_b = [2] * len(besoin.demi_journees_b)
    elif tirage > 0.035:
        fin = besoin.demi_journees[len(besoin.demi_journees) // 2 :]
        besoin.titulaires = list(titulaires_de(besoin.demi_journees, fin))


def _alterner(rng: Random, besoin: Besoin) -> None:
    """Early shifts one week, a short week the other."""
    besoin.rythme = Rythme.ALTERNEE
    repos = besoin.demi_journees[-1] // 2
    besoin.demi_journees_b = [c for c in besoin.demi_journees if c // 2 != repos] or besoin.demi_journees[:1]
    besoin.horaires_b = horaires(rng, besoin.demi_journees_b)
    semaines = [(besoin.demi_journees, besoin.horaires), (besoin.demi_journees_b, besoin.horaires_b)]
    besoin.heures_semaine = heures_par_semaine([(s, _par_creneau(h)) for s, h in semaines])


def _varier(rng: Random, besoin: Besoin) -> None:
    """A nurse's planning: some of these half-days, known two or four weeks ahead."""
    besoin.rythme = Rythme.VARIABLE
    plus = rng.randint(2, min(6, len(besoin.demi_journees)))
    besoin.nombre_min, besoin.nombre_max = rng.randint(1, plus), plus
    besoin.planning_jours = rng.choice((7, 15, 15, 30))
    semaines = [(besoin.demi_journees, _par_creneau(besoin.horaires))]
    besoin.heures_semaine = heures_par_semaine(semaines, (besoin.nombre_min, besoin.nombre_max))


def _par_creneau(horaires_: dict[str, list[str]]) -> Horaires:
    return {int(c): (debut, fin) for c, (debut, fin) in horaires_.items()}
