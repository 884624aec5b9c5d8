"""What one line of the old list says, field by field, before any effect."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from .annuaire import Annuaire
from .constats import Constat

LONGUEURS = {
    "numero": 40,
    "nom": 80,
    "prenom": 80,
    "adresse": 200,
    "complement": 120,
    "commune": 80,
    "allocataire": 15,
}


@dataclass(frozen=True)
class Contexte:
    """What the city knows on the day of the take-over."""

    aujourd_hui: date
    structures: Annuaire
    mairies: Annuaire
    commune: str
    nombre_voeux: int = 5
    mairie_defaut: str = ""


@dataclass(frozen=True)
class LigneResponsable:
    nom: str
    prenom: str = ""
    lien: str = "parent"
    telephones: tuple[str, ...] = ()
    courriel: str = ""
    activite: str = ""


@dataclass(frozen=True)
class LigneDossier:
    """One request as read; structures and mairie are codes, `types` the kinds of need asked together."""

    numero: str
    depot: date | None
    complet: date | None
    mairie: str
    nom: str
    prenom: str
    sexe: str
    naissance: date | None
    terme: date | None
    multiple: bool
    responsables: tuple[LigneResponsable, ...]
    adresse: str
    complement: str
    code_postal: str
    commune: str
    protegee: bool
    allocataire: str
    situation: str
    enfants_a_charge: int | None
    ressources: Decimal | None
    quotient: Decimal | None
    fratrie: str
    handicap_enfant: bool
    handicap_foyer: bool
    parent_mineur: bool
    suivi: bool
    entree: date
    types: tuple[str, ...]
    semaine: tuple[int, ...]
    voeux: tuple[str, ...]

    @property
    def jour(self) -> date | None:
        return self.naissance or self.terme


@dataclass
class Lecture:
    """The outcome of one line: a dossier, or why not; what was repaired; what is odd."""

    ligne: int
    numero: str = ""
    dossier: LigneDossier | None = None
    refus: list[Constat] = field(default_factory=list)
    reparations: list[Constat] = field(default_factory=list)
    a_verifier: list[Constat] = field(default_factory=list)

    @property
    def refusee(self) -> bool:
        return bool(self.refus)

    @property
    def reparee(self) -> bool:
        return bool(self.reparations) and not self.refus


@dataclass(frozen=True)
class Rangee:
    """The cells of one line by field (several for a repeatable one), and the headings they stand under."""

    ligne: int
    cellules: Mapping[str, Sequence[str]]
    titres: Mapping[str, str]
    debord: str = ""
