"""The rentrée of a structure: its date, who is expected to leave, the places it may free. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from structures.regles.semaine import NB_CRENEAUX

PART, MONTE, RESTE, INCONNU = "part", "monte", "reste", "inconnu"
Vecteur = tuple[int, ...]


def veille_de_l_ecole(naissance: date) -> date:
    """Le dernier jour avant l’école : le 31 août de l’année où l’enfant a trois ans."""
    return date(naissance.year + 3, 8, 31)


def prochain_passage(mois: int, jour: int, *, apres: date) -> date:
    """Le premier jour de passage de section après ce jour."""
    passage = date(apres.year, mois, jour)
    return passage if passage > apres else date(apres.year + 1, mois, jour)


def dernier_passage(mois: int, jour: int, *, au: date) -> date:
    """Le dernier jour de passage de section, ce jour-là compris."""
    passage = date(au.year, mois, jour)
    return passage if passage <= au else date(au.year - 1, mois, jour)


@dataclass(frozen=True)
class Place:
    """One child of the rentrée: the sections it may be in that day (none when it leaves), its half-days.

    `sure` when a single outcome is possible.
    """

    demi_journees: tuple[int, ...]
    sections: frozenset[int]
    sure: bool = True


@dataclass(frozen=True)
class Fourchette:
    """Free places of a section at the rentrée, per créneau: at the least, and at the most."""

    basse: Vecteur
    haute: Vecteur

    @property
    def exacte(self) -> bool:
        return self.basse == self.haute


def fourchettes(capacites: Mapping[int, Sequence[int]], places: Iterable[Place]) -> dict[int, Fourchette]:
    """Les places libres de chaque section : un enfant incertain compte partout où il peut être, ou pas.

    `capacites` by section id, ten places each; a section may be over (never shown below zero).
    """
    comptes = {section: _Compte() for section in capacites}
    for place in places:
        for section in place.sections & comptes.keys():
            for creneau in place.demi_journees:
                comptes[section].possibles[creneau] += 1
                comptes[section].certains[creneau] += place.sure
    return {
        section: Fourchette(
            _reste(capacites[section], compte.possibles), _reste(capacites[section], compte.certains)
        )
        for section, compte in comptes.items()
    }


@dataclass
class _Compte:
    certains: list[int] = field(default_factory=lambda: [0] * NB_CRENEAUX)
    possibles: list[int] = field(default_factory=lambda: [0] * NB_CRENEAUX)


def _reste(capacite: Sequence[int], pris: Sequence[int]) -> Vecteur:
    return tuple(max(0, c - p) for c, p in zip(capacite, pris, strict=True))


def est_derogation(sort: str, *, age_de_sa_section: bool) -> bool:
    """Rester est une dérogation quand l’enfant n’a plus, ce jour-là, l’âge de sa section."""
    return sort == RESTE and not age_de_sa_section
