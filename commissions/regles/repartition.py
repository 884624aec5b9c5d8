"""Who gains and loses, group by group, without ever telling a small group. Pure."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from commissions.regles.gel import quartiers_imprimables

NON_DIT = "Non renseigné"
AUTRES = "Autres groupes"
# Monthly « quotient familial », in euros: the bands a councillor reads.
TRANCHES_QF = (
    (400, "Moins de 400\u00a0€"),
    (800, "De 400 à 799\u00a0€"),
    (1200, "De 800 à 1\u202f199\u00a0€"),
    (1800, "De 1\u202f200 à 1\u202f799\u00a0€"),
)
TRANCHE_HAUTE = "1\u202f800\u00a0€ et plus"


@dataclass(frozen=True, slots=True)
class Groupe:
    """One line: dossiers of the list, children placed before and after."""

    nom: str
    dossiers: int
    avant: int
    apres: int

    @property
    def ecart(self) -> int:
        return self.apres - self.avant


def tranche_qf(quotient: int | None) -> str:
    """La tranche d’un quotient familial."""
    if quotient is None:
        return NON_DIT
    return next((nom for limite, nom in TRANCHES_QF if quotient < limite), TRANCHE_HAUTE)


def repartir(
    groupes: Mapping[str, str], avant: frozenset[str], apres: frozenset[str], seuil: int
) -> list[Groupe]:
    """Les enfants placés avant et après, par groupe ; un groupe de moins de `seuil` dossiers est fondu.

    `groupes` maps a demande to its group. What is melted could not be found by subtraction either.
    """
    comptes = Counter(groupes.values())
    noms = sorted(comptes, key=lambda nom: (-comptes[nom], nom))
    dits = quartiers_imprimables({i: comptes[nom] for i, nom in enumerate(noms)}, seuil)
    montre = {nom: nom if i in dits else AUTRES for i, nom in enumerate(noms)}
    totaux = Counter(montre[nom] for nom in groupes.values())
    places = [Counter(montre[groupes[d]] for d in tenus if d in groupes) for tenus in (avant, apres)]
    ordre = [nom for nom in noms if montre[nom] == nom]
    if AUTRES in totaux and totaux[AUTRES] >= seuil:
        ordre.append(AUTRES)
    return [Groupe(nom, totaux[nom], places[0][nom], places[1][nom]) for nom in ordre]
