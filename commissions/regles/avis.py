"""The avis a line would get if the commission followed the proposal. Pure."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

ADMIS = "admis"
LISTE_COMPLEMENTAIRE = "liste_complementaire"
NON_RETENU = "non_retenu"

# The engine's refusals, in the coded reasons of a decision.
MOTIFS = {
    "sans_place": "places_tranche",
    "rang": "rang",
    "creneau": "places_jours",
    "groupe": "fratrie",
}


@dataclass(frozen=True, slots=True)
class Avis:
    """`section` is where the child is admitted or waits; `rang` its place on the complementary list there."""

    sens: str
    section: int
    demi_journees: tuple[int, ...] = ()
    motif: str = ""
    rang: int | None = None


@dataclass(frozen=True, slots=True)
class LigneClassee:
    """One line of the frozen list: a passage's choice in a section, at its rank there."""

    passage: int
    section: int
    choix: int
    rang: int


@dataclass(frozen=True, slots=True)
class RefusLu:
    """A contract refused in a section: its coded reason, the same in three words, and in a sentence."""

    section: int
    motif: str
    mot: str
    phrase: str


@dataclass(frozen=True, slots=True)
class Reponse:
    """What the engine answers for one passage: admitted there, or refused choice by choice."""

    section: int | None = None
    demi_journees: tuple[int, ...] = ()
    refus: tuple[RefusLu, ...] = ()


def avis_proposes(
    reponses: Mapping[int, Reponse], lignes: Iterable[LigneClassee], *, taille_liste: int
) -> dict[int, Avis]:
    """L’avis proposé pour chaque passage : admis, liste complémentaire de son premier choix, ou non retenu.

    A child the engine refuses waits in the section of its best choice of the séance, in the order of the
    ranks there; beyond `taille_liste` it is not kept. A passage without an answer has no avis.
    """
    par_passage: dict[int, list[LigneClassee]] = defaultdict(list)
    for ligne in lignes:
        par_passage[ligne.passage].append(ligne)
    avis: dict[int, Avis] = {}
    attente: dict[int, list[LigneClassee]] = defaultdict(list)
    for passage, reponse in reponses.items():
        siennes = par_passage.get(passage)
        if not siennes:
            continue
        if reponse.section is not None:
            avis[passage] = Avis(ADMIS, reponse.section, reponse.demi_journees)
        else:
            meilleure = min(siennes, key=lambda ligne: ligne.choix)
            attente[meilleure.section].append(meilleure)
    for section, attendent in attente.items():
        for numero, ligne in enumerate(sorted(attendent, key=lambda une: une.rang), 1):
            motif = _motif(reponses[ligne.passage].refus, section)
            if numero <= taille_liste:
                avis[ligne.passage] = Avis(LISTE_COMPLEMENTAIRE, section, (), motif, numero)
            else:
                avis[ligne.passage] = Avis(NON_RETENU, section, (), motif)
    return avis


def _motif(refus: Sequence[RefusLu], section: int) -> str:
    """The reason of the first contract refused in that section; the rank when the engine said nothing."""
    return next((MOTIFS.get(r.motif, "rang") for r in refus if r.section == section), "rang")
