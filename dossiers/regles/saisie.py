"""One entry, whoever brings it: the counter's page, a city's old list or the demo all use this door.

Plain values only; ids name structures, quartiers and dossiers already known.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from dossiers.regles.besoin import (
    ALTERNEE,
    VARIABLE,
    compte_semaine,
    heures_par_semaine,
    titulaires_de,
)
from dossiers.regles.deductions import SOURCES
from dossiers.regles.faits import DOSSIER, FAITS, FAMILLE, RESPONSABLE, Faits
from dossiers.regles.pieces import PIECES_DOSSIER

REGULIER, OCCASIONNEL, URGENCE = "regulier", "occasionnel", "urgence"
FRATRIE, JUMEAU = "fratrie", "jumeau"
SUITES = ("mutation", "complement")

# Facts that have a column of their own; every other household fact is only ticked, in `faits_foyer`.
COLONNES_FOYER = frozenset(
    {
        "situation_familiale",
        "enfants_a_charge",
        "enfants_moins_3_ans",
        "quotient_familial",
        "ressources_mensuelles",
        "activite_1",
        "activite_2",
        "heures_travail_1",
        "heures_travail_2",
    }
)
# Facts of one child that somebody ticks; the rest of a dossier's facts is known from the request itself.
FAITS_ENFANT = ("handicap_enfant",)
FAITS_DOSSIER = ("adoption", "mode_inadapte", "aine_sans_place")


@dataclass(frozen=True)
class SaisieEnfant:
    """A child, born (`naissance`) or expected (`terme`); `faits` are its own (handicap)."""

    nom: str
    prenom: str = ""
    sexe: str = ""
    naissance: date | None = None
    terme: date | None = None
    faits: Faits = field(default_factory=dict)

    @property
    def jour(self) -> date:
        """The day its age is counted from."""
        jour = self.naissance or self.terme
        if jour is None:
            raise ValueError("un enfant a une date de naissance ou un terme")
        return jour

    @property
    def a_naitre(self) -> bool:
        return self.naissance is None


@dataclass(frozen=True)
class SaisieResponsable:
    """An adult or an institution; field for field the columns of `Responsable`."""

    nom: str
    prenom: str = ""
    lien: str = "parent"
    autorite_parentale: bool = True
    adresse: str = ""
    complement: str = ""
    code_postal: str = ""
    commune: str = ""
    telephone: str = ""
    telephone_2: str = ""
    courriel: str = ""
    contact_relais: bool = False
    ecarte: bool = False
    opposition_ecrite: bool = False
    activite: str = ""
    heures_hebdo: Decimal | None = None


@dataclass(frozen=True)
class SaisieBesoin:
    """One kind of care asked; `horaires` maps a créneau to (start, end), alternatives are weeks in order.

    With `deux_contrats`, `second` and `second_b` are the half-days the second responsable holds.
    """

    type: str
    entree_le: date
    demi_journees: tuple[int, ...]
    tolerance_jours: int = 0
    rythme: str = "meme_semaine"
    demi_journees_b: tuple[int, ...] = ()
    horaires: Mapping[int, tuple[str, str]] = field(default_factory=dict)
    horaires_b: Mapping[int, tuple[str, str]] = field(default_factory=dict)
    alternatives: tuple[tuple[int, ...], ...] = ()
    nombre_min: int | None = None
    nombre_max: int | None = None
    planning_jours: int | None = None
    deux_contrats: bool = False
    second: tuple[int, ...] = ()
    second_b: tuple[int, ...] = ()

    @property
    def heures_semaine(self) -> Decimal:
        """Hours of an ordinary week: mean of weeks A and B, mean number of half-days when it varies."""
        semaines = [(self.demi_journees, self.horaires)]
        if self.rythme == ALTERNEE:
            semaines.append((self.demi_journees_b, self.horaires_b))
        nombre = (self.nombre_min, self.nombre_max) if self.rythme == VARIABLE else (None, None)
        return heures_par_semaine(semaines, nombre)

    @property
    def titulaires(self) -> tuple[int, ...]:
        return titulaires_de(self.demi_journees, self.second) if self.deux_contrats else ()

    @property
    def titulaires_b(self) -> tuple[int, ...]:
        return titulaires_de(self.demi_journees_b, self.second_b) if self.deux_contrats else ()


@dataclass(frozen=True)
class SaisiePiece:
    """A piece shown: `code` of `dossiers.regles.pieces`, the document seen, the day it was.

    `enfant` is the rank (from 0) of the only child it concerns; None: the household, or each child alike.
    """

    code: str
    equivalent: str = ""
    vue_le: date | None = None
    valide_jusqu_au: date | None = None
    enfant: int | None = None


@dataclass(frozen=True)
class Saisie:
    """A whole entry: one household, the children of one birth, what is asked for them."""

    enfants: tuple[SaisieEnfant, ...]
    responsables: tuple[SaisieResponsable, ...]
    besoins: tuple[SaisieBesoin, ...]
    voeux: tuple[int, ...]
    depose_le: date
    pieces: tuple[SaisiePiece, ...] = ()
    numero_allocataire: str = ""
    regime: str = "caf"
    situation: str = ""
    enfants_a_charge: int | None = None
    enfants_moins_3_ans: int | None = None
    quotient_familial: int | None = None
    ressources_mensuelles: Decimal | None = None
    faits_foyer: Faits = field(default_factory=dict)
    faits_dossier: Faits = field(default_factory=dict)
    protegee: bool = False
    solution: str = ""
    quartier: int | None = None
    regle_groupe: str = "ensemble_sinon_separes"
    engagements_le: date | None = None
    # (rank of the child, id of the look-alike dossier) → coded reason
    distinctions: Mapping[tuple[int, int], str] = field(default_factory=dict)
    famille: int | None = None
    # The child already known of this very birth (id), in the household named.
    jumeau: int | None = None
    origine: str = "guichet"
    numero_origine: str = ""
    nature: str = "premiere"
    # A transfer or a complement names the child (id) and the admission it holds.
    enfant: int | None = None
    admission_actuelle: int | None = None

    @property
    def multiple(self) -> bool:
        return len(self.enfants) > 1 or self.jumeau is not None

    @property
    def besoin(self) -> SaisieBesoin:
        """The need that ranks: the regular one when there is one."""
        return next((b for b in self.besoins if b.type == REGULIER), self.besoins[0])


def faits_du_foyer(saisie: Saisie) -> dict[str, Any]:
    """Les faits du foyer et des parents, tels que la grille les nomme ; ce qui n’est pas dit est absent."""
    premier, second = (*saisie.responsables, None, None)[:2]
    faits: dict[str, Any] = dict(saisie.faits_foyer)
    faits |= {
        "situation_familiale": saisie.situation,
        "enfants_a_charge": saisie.enfants_a_charge,
        "enfants_moins_3_ans": saisie.enfants_moins_3_ans,
        "quotient_familial": saisie.quotient_familial,
        "ressources_mensuelles": _nombre(saisie.ressources_mensuelles),
        "activite_1": premier.activite if premier else "",
        "activite_2": second.activite if second else "",
        "heures_travail_1": _nombre(premier.heures_hebdo) if premier else None,
        "heures_travail_2": _nombre(second.heures_hebdo) if second else None,
    }
    return {code: valeur for code, valeur in faits.items() if valeur not in (None, "")}


def faits_de_la_demande(saisie: Saisie, rang: int) -> dict[str, Any]:
    """Les faits du dossier d’un des enfants : ce qu’on a coché, et ce que la demande dit d’elle-même."""
    enfant = saisie.enfants[rang]
    faits: dict[str, Any] = {**saisie.faits_dossier, **enfant.faits}
    faits |= {
        "naissance_multiple": saisie.multiple,
        "enfant_a_naitre": enfant.a_naitre,
        "transfert": saisie.nature == "mutation",
        "date_naissance": enfant.jour.isoformat(),
        "nb_voeux": len(saisie.voeux),
    }
    if saisie.solution:
        faits["mode_accueil"] = saisie.solution
    if saisie.besoins:
        besoin = saisie.besoin
        nombre = compte_semaine(besoin.demi_journees, besoin.demi_journees_b, besoin.nombre_max)
        faits |= {
            "type_accueil": besoin.type,
            "date_entree": besoin.entree_le.isoformat(),
            "nb_demi_journees": nombre[0],
            "nb_jours": nombre[1],
            "heures_semaine": float(besoin.heures_semaine),
            "accepte_alternatives": bool(besoin.alternatives),
        }
    return faits


def est_complet(obligatoires: tuple[str, ...], vues: frozenset[str]) -> bool:
    """Complet quand chaque pièce obligatoire a été vue ; la preuve d’un critère ne retarde jamais."""
    return set(obligatoires) <= vues


def jour_complet(pieces: tuple[SaisiePiece, ...], obligatoires: tuple[str, ...], depose_le: date) -> date:
    """Le jour où le dossier est devenu complet : la dernière pièce obligatoire vue, jamais avant le dépôt."""
    return max((depose_le, *(p.vue_le for p in pieces if p.code in obligatoires and p.vue_le)))


# Known from the address and the quartier: asked of nobody.
FAITS_DEVINES = frozenset({"residence_commune", "quartier_prioritaire"})
# Asked beside the adults themselves, not among the household's facts.
FAITS_DES_ADULTES = frozenset(
    {"situation_familiale", "activite_1", "activite_2", "heures_travail_1", "heures_travail_2"}
)
_RESSOURCES = frozenset({"ressources", "minima_sociaux", "insertion"})
SECTIONS = ("Foyer", "Ressources", "Travail et formation", "L’enfant")


def faits_demandes(codes: Iterable[str]) -> frozenset[str]:
    """Les faits d’une grille, les déduits remplacés par ceux dont ils se déduisent."""
    return frozenset(source for code in codes for source in SOURCES.get(code, (code,)))


def faits_a_repondre(codes: Iterable[str]) -> dict[str, list[str]]:
    """Les questions à poser pour cette grille, section par section, dans l’ordre de la liste fermée."""
    voulus = faits_demandes(codes) - FAITS_DEVINES - FAITS_DES_ADULTES
    sections: dict[str, list[str]] = {nom: [] for nom in SECTIONS}
    for code, fait in FAITS.items():
        if code in voulus and (fait.porte in (FAMILLE, RESPONSABLE) or code in FAITS_DOSSIER):
            sections[section_de(code)].append(code)
    return {nom: codes for nom, codes in sections.items() if codes}


def section_de(code: str) -> str:
    """La section de la page où se pose la question."""
    fait = FAITS[code]
    if fait.porte == DOSSIER:
        return SECTIONS[3]
    if fait.porte == RESPONSABLE:
        return SECTIONS[2]
    return SECTIONS[1] if fait.preuve in _RESSOURCES else SECTIONS[0]


def piece_de_l_enfant(code: str) -> bool:
    """Vrai pour une pièce qui concerne un enfant et non tout le foyer."""
    return code in PIECES_DOSSIER


def _nombre(valeur: Decimal | None) -> float | None:
    return None if valeur is None else float(valeur)
