"""How long a dossier keeps its names: the day it is to be anonymised, and why.

Everything is read from dates and from the settings of the day; nothing here knows the database.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from dossiers.regles import cycle
from structures.regles.ages import ajouter_mois

RETIRE, PERIME, DOUBLON, ADMIS, SANS_DOSSIER = "retire", "perime", "doublon", "admis", "sans_dossier"
RAISONS = {
    RETIRE: "Dossier retiré par la famille",
    PERIME: "Dossier non renouvelé, sans réponse ou hors d’âge",
    DOUBLON: "Doublon réuni à un autre dossier",
    ADMIS: "Enfant admis, parti de sa structure",
    SANS_DOSSIER: "Foyer sans dossier",
}
# The closing reasons the city let lapse; any other is the family's own.
_PERIMES = frozenset({cycle.PERIME, "sans_reponse", "limite_age"})
UN_JOUR = timedelta(days=1)


@dataclass(frozen=True)
class Delais:
    """Months kept after the closing, or after leaving the structure; `restauration` never ends later."""

    retire: int
    perime: int
    doublon: int
    admis: int
    restauration: int

    def mois(self, raison: str) -> int:
        return {RETIRE: self.retire, PERIME: self.perime, DOUBLON: self.doublon, ADMIS: self.admis}[raison]


@dataclass(frozen=True)
class DossierVu:
    """What the rule reads of a dossier; `maintenu_jusqu_au` is the last day of a legal hold."""

    pk: int
    enfant: int
    etat: str
    motif: str = ""
    clos_le: date | None = None
    admis_le: date | None = None
    maintenu_jusqu_au: date | None = None


@dataclass(frozen=True)
class Foyer:
    """A household: its dossiers, and the last day of each contract of its children (None: still there)."""

    creee_le: date
    dossiers: Sequence[DossierVu]
    sorties: dict[int, tuple[date | None, ...]]


@dataclass(frozen=True)
class Terme:
    """The first day the names are to go, and the rule that says so."""

    jour: date
    raison: str


@dataclass(frozen=True)
class Echus:
    """What is to be anonymised on a day: dossiers with their reason, children, and the household itself."""

    dossiers: dict[int, str]
    enfants: frozenset[int]
    famille: bool
    raison: str = ""

    def __bool__(self) -> bool:
        return bool(self.dossiers or self.enfants or self.famille)


def raison_de(motif: str) -> str:
    """Un motif de clôture se range sous une durée : retiré par la famille, périmé, ou doublon."""
    if motif == cycle.DOUBLON:
        return DOUBLON
    return PERIME if motif in _PERIMES else RETIRE


def terme_dossier(dossier: DossierVu, sorties: Iterable[date | None], delais: Delais) -> Terme | None:
    """Un dossier clos se garde le temps de son motif ; admis, tant que l’enfant est là, puis un délai.

    None while it is on the list, suspended, already anonymised, or while the child is still received. A
    dossier that can still be restored is never anonymised; a legal hold puts the day off.
    """
    terme = None
    if dossier.etat == cycle.CLOS and dossier.clos_le:
        raison = raison_de(dossier.motif)
        limite = cycle.derniere_restauration(dossier.clos_le, delais.restauration) + UN_JOUR
        terme = Terme(max(ajouter_mois(dossier.clos_le, delais.mois(raison)), limite), raison)
    elif dossier.etat == cycle.ADMIS and dossier.admis_le:
        depart = _depart(sorties, dossier.admis_le)
        terme = Terme(ajouter_mois(depart, delais.admis), ADMIS) if depart else None
    tenu = dossier.maintenu_jusqu_au
    if terme and tenu and tenu >= terme.jour:
        return Terme(tenu + UN_JOUR, terme.raison)
    return terme


def echus(foyer: Foyer, delais: Delais, *, le: date) -> Echus:
    """Ce qui perd ses noms ce jour-là : le foyer suit son dernier dossier et le départ du dernier enfant."""
    tous = {d.pk: terme_dossier(d, foyer.sorties.get(d.enfant, ()), delais) for d in foyer.dossiers}
    dus = {pk: t.raison for pk, t in tous.items() if t and t.jour <= le}
    vivants = [d for d in foyer.dossiers if d.etat != cycle.ANONYMISE and d.pk not in dus]
    retenus = {d.enfant for d in vivants} | {
        enfant for enfant, sorties in foyer.sorties.items() if not _parti(sorties, delais, le)
    }
    enfants = frozenset(foyer.sorties) - retenus
    if foyer.dossiers or any(foyer.sorties.values()):
        return Echus(dus, enfants, not retenus, "" if foyer.dossiers else ADMIS)
    vide = ajouter_mois(foyer.creee_le, delais.retire) <= le
    return Echus({}, enfants if vide else frozenset(), vide, SANS_DOSSIER)


def _parti(sorties: Sequence[date | None], delais: Delais, le: date) -> bool:
    """A child never received left nothing behind; one still there has no term."""
    if not sorties:
        return True
    depart = _depart(sorties, le)
    return depart is not None and ajouter_mois(depart, delais.admis) <= le


def _depart(sorties: Iterable[date | None], defaut: date) -> date | None:
    connues = list(sorties)
    if None in connues:
        return None
    return max((jour for jour in connues if jour), default=defaut)


def mois_de(jour: date) -> date:
    """Le premier jour du mois."""
    return jour.replace(day=1)


def arrondir_periodes(
    periodes: Sequence[tuple[date, date | None]],
) -> list[tuple[date, date | None] | None]:
    """Les contrats d’un enfant, arrondis au mois, dans l’ordre : du premier au dernier jour du mois.

    Two contracts never overlap: the second of one month begins the next one; None when nothing is left.
    """
    arrondies: list[tuple[date, date | None] | None] = []
    libre = date.min
    for debut, fin in periodes:
        au = ajouter_mois(mois_de(fin), 1) - UN_JOUR if fin else None
        du = max(mois_de(debut), libre)
        if au and au < du:
            arrondies.append(None)
            continue
        arrondies.append((du, au))
        libre = au + UN_JOUR if au else date.max
    return arrondies
