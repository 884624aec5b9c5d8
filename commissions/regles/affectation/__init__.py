"""The allocation engine: one instance in, one explained result out, without database, clock or chance."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from commissions.regles.affectation.bilan import (
    VERSION_MOTEUR,
    places_creneaux_libres,
    resultat,
    resultat_canonique,
)
from commissions.regles.affectation.moteur import Moteur
from commissions.regles.affectation.probleme import compiler
from commissions.regles.instance import canonique, empreinte
from commissions.regles.instance_lecture import valider
from commissions.regles.verification import verifier

__all__ = ["VERSION_MOTEUR", "affecter", "resultat_canonique", "verifier"]


def affecter(instance: dict[str, Any]) -> dict[str, Any]:
    """La répartition proposée, au format documenté, et pourquoi chaque vœu meilleur a été refusé.

    Raises ErreurMetier `instance_invalide`. Deterministic: the order of the file changes nothing.
    """
    with _sans_ramassage():
        valider(instance)
        moteur = Moteur(compiler(instance))
        moteur.placer()
        fait = resultat(moteur, empreinte(canonique(instance)))
        fait["bilan"]["places_creneaux_libres"] = places_creneaux_libres(instance, fait["affectations"])
        return fait


@contextmanager
def _sans_ramassage() -> Iterator[None]:
    """Hundreds of thousands of objects, none in a cycle: looking for cycles takes a quarter of the time."""
    actif = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if actif:
            gc.enable()
