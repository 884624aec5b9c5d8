"""The places a proposal leaves empty, why, and the part-timers whose days complete each other. Pure."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from commissions.regles.instance import Instance
from commissions.regles.lecture_resultat import (
    Contrat,
    Issue,
    cle_priorite,
    contrats,
    places_restantes,
    supplements_de,
)
from structures.regles.creneaux import Supplement, enumerer, phrases
from structures.regles.semaine import NB_CRENEAUX, jours_en_mots

INSECABLE = "\u00a0"


@dataclass(frozen=True, slots=True)
class Vide:
    """One accueil with empty half-days: places left on each, requests not placed there that wanted one of
    them, and the half-days they lacked."""

    accueil: str
    restes: tuple[int, ...]
    demandes: int
    manquants: tuple[int, ...]
    supplements: tuple[Supplement, ...] = ()

    @property
    def creneaux(self) -> tuple[int, ...]:
        return tuple(k for k, places in enumerate(self.restes) if places > 0)

    @property
    def total(self) -> int:
        return sum(places for places in self.restes if places > 0)

    @property
    def raison(self) -> str:
        """« Le lundi matin : 3 demandes le voulaient, avec le mercredi, complet. »"""
        debut = jours_en_mots(self.creneaux)
        debut = debut[0].upper() + debut[1:]
        if not self.demandes:
            return f"{debut}{INSECABLE}: plus aucune demande en attente ne veut ces demi-journées ici."
        voulaient = (
            f"{self.demandes}{INSECABLE}demandes en voulaient"
            if self.demandes > 1
            else "une demande en voulait"
        )
        if not self.manquants and not self.supplements:
            return f"{debut}{INSECABLE}: {voulaient}, mais leur fratrie n’entre qu’ensemble."
        if not self.manquants:
            return f"{debut}{INSECABLE}: {voulaient}, mais {enumerer(phrases(self.supplements))}."
        avec = ", ".join([jours_en_mots(self.manquants), *phrases(self.supplements)])
        return f"{debut}{INSECABLE}: {voulaient} une partie, mais avec d’autres, complètes ({avec})."


@dataclass(frozen=True, slots=True)
class Paire:
    """Two requests not placed at an accueil whose weeks never meet and together fill one place."""

    accueil: str
    une: str
    autre: str
    semaines: tuple[tuple[int, ...], tuple[int, ...]]


def places_vides(instance: Instance, issues: Mapping[str, Issue]) -> list[Vide]:
    """Les accueils où il reste des demi-journées, et ce qui manquait aux demandes qui les voulaient."""
    en_attente, noms = _en_attente(instance, issues), supplements_de(instance)
    vides = []
    for accueil, tous in places_restantes(instance, issues).items():
        restes = tous[:NB_CRENEAUX]
        libres = {k for k, places in enumerate(restes) if places > 0}
        if not libres:
            continue
        pleins = {k for k in noms if tous[k] <= 0}
        manquants: set[int] = set()
        demandes = set()
        for _, numero, contrat in en_attente[accueil]:
            if libres & set(contrat.creneaux):
                demandes.add(numero)
                manquants |= set(contrat.demi_journees) - libres | pleins & set(contrat.creneaux)
        jours = tuple(sorted(k for k in manquants if k not in noms))
        pris = tuple(noms[k] for k in sorted(manquants) if k in noms)
        vides.append(Vide(accueil, restes, len(demandes), jours, pris))
    return sorted(vides, key=lambda v: (-v.total, v.accueil))


def temps_partiels(instance: Instance, issues: Mapping[str, Issue]) -> list[Paire]:
    """Les demandes à temps partiel en attente dont les jours se complètent : à deux, une place entière.

    Each is told once per accueil, the best placed first.
    """
    en_attente = _en_attente(instance, issues)
    paires = []
    for accueil in instance["accueils"]:
        ouverts = {k for k, places in enumerate(accueil["capacite"][:NB_CRENEAUX]) if places > 0}
        seuls = [t for t in en_attente[accueil["id"]] if set(t[2].demi_journees) < ouverts]
        libres: dict[frozenset[int], list[tuple[str, Contrat]]] = defaultdict(list)
        pris: set[str] = set()
        for _, numero, contrat in seuls:
            if numero in pris:
                continue
            complement = frozenset(ouverts - set(contrat.demi_journees))
            autre = next((t for t in libres[complement] if t[0] not in pris and t[0] != numero), None)
            if autre is None:
                libres[frozenset(contrat.demi_journees)].append((numero, contrat))
                continue
            pris |= {numero, autre[0]}
            semaines = (autre[1].demi_journees, contrat.demi_journees)
            paires.append(Paire(accueil["id"], autre[0], numero, semaines))
    return paires


def _en_attente(
    instance: Instance, issues: Mapping[str, Issue]
) -> dict[str, list[tuple[tuple[Any, ...], str, Contrat]]]:
    """By accueil, the contracts of the demandes given no place, best placed first."""
    trouves: dict[str, list[tuple[tuple[Any, ...], str, Contrat]]] = defaultdict(list)
    for demande in instance["demandes"]:
        if issues[demande["id"]].contrat is None:
            for contrat in contrats(demande):
                trouves[contrat.accueil].append((cle_priorite(demande, contrat), demande["id"], contrat))
    for liste in trouves.values():
        liste.sort(key=lambda t: t[0])
    return trouves
