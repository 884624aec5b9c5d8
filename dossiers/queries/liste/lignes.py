"""One line of the list as its reader may see it: built once, then shown, printed or exported as it is."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, fields
from datetime import date
from typing import Any

from django.db.models import F

from dossiers.acces import Regard, regard_de_liste
from dossiers.models import (
    Besoin,
    CanalContact,
    Dossier,
    EtatDossier,
    NatureDossier,
    Solution,
    TypeBesoin,
    Voeu,
)
from dossiers.queries.liste.demande import Demande
from dossiers.regles.besoin import MEME_SEMAINE
from structures.regles.ages import texte_age

# As agents say them, where a column is narrow.
_COURTES = {"aucune": "aucune", "assistante_maternelle": "ass. mat.", "": ""}
# Labels looked up once: `get_…_display` costs more than the rest of a line.
_TYPES, _ETATS = dict(TypeBesoin.choices), dict(EtatDossier.choices)
_SOLUTIONS, _CANAUX = dict(Solution.choices), dict(CanalContact.choices)
ORDRE_BESOINS = (TypeBesoin.REGULIER, TypeBesoin.URGENCE, TypeBesoin.OCCASIONNEL)


@dataclass(frozen=True, slots=True)
class Choix:
    rang: int
    structure: str
    mien: bool


@dataclass(frozen=True, slots=True)
class LigneVue:
    """Everything a page may print of a dossier; what is masked is empty here, whatever the page does."""

    pk: int
    regard: Regard
    rang: int | None
    complet: bool
    verifie: int
    declare: int
    besoin: "BesoinVu | None"
    types: tuple[str, ...]
    numero: str = ""
    enfant: str = ""
    naissance: date | None = None
    age: str = ""
    a_naitre: bool = False
    jumeaux: bool = False
    mutation: str = ""
    etat: str = ""
    etat_mots: str = ""
    choix: tuple[Choix, ...] = field(default=())
    mon_choix: int | None = None
    quartier: str = ""
    mairie: str = ""
    complet_le: date | None = None
    depose_le: date | None = None
    solution: str = ""
    solution_courte: str = ""
    contact_le: date | None = None
    contact: str = ""

    @property
    def reste(self) -> int:
        """Points declared, not yet verified."""
        return max(0, self.declare - self.verifie)

    @property
    def rang_a_part(self) -> bool:
        """Complements of days are ranked among themselves."""
        return self.rang is not None and self.mutation == NatureDossier.COMPLEMENT.label

    @property
    def motif_sans_rang(self) -> str:
        """Why this dossier has no rank, told beside its name."""
        if self.rang is not None:
            return ""
        if self.types and TypeBesoin.REGULIER.label not in self.types:
            return f"non classé\u00a0: besoin {self.types[0].lower()}"
        return "non classé\u00a0: dossier incomplet" if not self.complet else "non classé"

    @property
    def souplesse(self) -> str:
        """« ± 1 mois », « ± 15 jours »."""
        jours = self.besoin.tolerance_jours if self.besoin else 0
        mois, reste = divmod(jours, 30)
        return f"±\u00a0{mois}\u00a0mois" if mois and reste <= 1 else f"±\u00a0{jours}\u00a0jours"

    @property
    def deux_contrats(self) -> bool:
        """Told with the names only: it says that the parents live apart."""
        besoin = self.besoin
        return bool(self.regard.identite and besoin and (besoin.titulaires or besoin.titulaires_b))

    @property
    def autre_besoin(self) -> str:
        """The needs asked besides a regular one."""
        autres = [t.lower() for t in self.types if t != TypeBesoin.REGULIER.label]
        return " et ".join(autres)


@dataclass(frozen=True, slots=True)
class Cle:
    """What the flat row gave: the dossier, its rank key and its points in the list being read."""

    dossier: int
    cle: str
    verifie: int
    declare: int


@dataclass(frozen=True, slots=True)
class BesoinVu:
    """What a line shows of a need."""

    type: str
    entree_le: date
    tolerance_jours: int
    demi_journees: list[int]
    demi_journees_b: list[int]
    rythme: str = MEME_SEMAINE
    nombre_min: int | None = None
    nombre_max: int | None = None
    planning_jours: int | None = None
    titulaires: list[int] = field(default_factory=list)
    titulaires_b: list[int] = field(default_factory=list)

    @property
    def nombre_court(self) -> str:
        """« 3 », « 2 à 4 »."""
        return (
            f"{self.nombre_max}"
            if self.nombre_min == self.nombre_max
            else f"{self.nombre_min} à {self.nombre_max}"
        )


CHAMPS_BESOIN = tuple(f.name for f in fields(BesoinVu))


def lignes_vues(demande: Demande, cles: Iterable[Cle], rangs: Mapping[str, int]) -> list[LigneVue]:
    """The lines of these rows in their order: three queries, whatever their number.

    Wishes and needs come as bare values: an export of the whole list builds three objects a line, not twelve.
    """
    cles = list(cles)
    ids = [c.dossier for c in cles]
    dossiers, voeux, besoins = dossiers_de(ids), _voeux(ids), _besoins(ids)
    vues = []
    for c in cles:
        if dossier := dossiers.get(c.dossier):
            siens, besoin = voeux.get(c.dossier, []), besoins.get(c.dossier, [])
            vues.append(ligne_vue(demande, dossier, c, rangs.get(c.cle), siens, besoin))
    return vues


def dossiers_de(ids: list[int]) -> dict[int, Dossier]:
    """The dossiers of these rows with what a line reads of them, in one query."""
    lus = (
        Dossier.objects.filter(pk__in=ids)
        .select_related("famille", "enfant")
        .annotate(nom_mairie=F("mairie__nom"), nom_quartier=F("quartier__nom"))
        .only(
            *("numero", "etat", "nature", "depose_le", "complet_le", "solution", "mairie"),
            *("dernier_contact_le", "dernier_contact_canal", "famille__protegee", "enfant__groupe"),
            *("enfant__nom", "enfant__prenom", "enfant__date_naissance", "enfant__date_prevue_naissance"),
        )
    )
    return {dossier.pk: dossier for dossier in lus}


def _voeux(ids: list[int]) -> dict[int, list[tuple[int, int, str]]]:
    """Rank, structure and name of each wish, in order."""
    trouves: dict[int, list[tuple[int, int, str]]] = {}
    lus = Voeu.objects.filter(dossier__in=ids).order_by("dossier", "rang")
    for dossier, rang, structure, nom in lus.values_list(
        "dossier_id", "rang", "structure_id", "structure__nom"
    ):
        trouves.setdefault(dossier, []).append((rang, structure, nom))
    return trouves


def _besoins(ids: list[int]) -> dict[int, list[BesoinVu]]:
    """The needs of each dossier, the one it ranks by first."""
    trouves: dict[int, list[BesoinVu]] = {}
    lus = Besoin.objects.filter(dossier__in=ids).order_by()
    for dossier, *valeurs in lus.values_list("dossier_id", *CHAMPS_BESOIN):
        trouves.setdefault(dossier, []).append(BesoinVu(*valeurs))
    for siens in trouves.values():
        siens.sort(key=lambda b: ORDRE_BESOINS.index(TypeBesoin(b.type)))
    return trouves


def ligne_vue(
    demande: Demande,
    dossier: Dossier,
    cle: Cle,
    rang: int | None,
    voeux: list[tuple[int, int, str]],
    besoins: list[BesoinVu],
) -> LigneVue:
    """The line as this reader may see it."""
    vu = regard_de_liste(demande.qui, dossier, [v[1] for v in voeux], partage_identites=demande.partage)
    besoin = besoins[0] if besoins else None
    visible: dict[str, Any] = {
        "pk": dossier.pk,
        "regard": vu,
        "rang": rang,
        "complet": dossier.complet_le is not None,
        "verifie": cle.verifie,
        "declare": cle.declare,
        "besoin": besoin,
        "types": tuple(_TYPES[b.type] for b in besoins),
    }
    if not vu.choix:
        return LigneVue(**visible)
    return LigneVue(**visible, **_situation(demande, dossier, voeux, besoin), **_identite(dossier, vu))


def _situation(
    demande: Demande, dossier: Dossier, voeux: list[tuple[int, int, str]], besoin: BesoinVu | None
) -> dict[str, Any]:
    miennes, enfant = demande.qui.structures, dossier.enfant
    solution = _SOLUTIONS.get(dossier.solution, "")
    return {
        "numero": dossier.numero,
        "age": texte_age(enfant.ne_ou_prevu_le, besoin.entree_le) if besoin else "",
        "a_naitre": enfant.a_naitre,
        "jumeaux": enfant.groupe_id is not None,
        "mutation": "" if dossier.nature == NatureDossier.PREMIERE else NatureDossier(dossier.nature).label,
        "etat": dossier.etat,
        "etat_mots": _ETATS[dossier.etat],
        "choix": tuple(Choix(rang, nom, structure in miennes) for rang, structure, nom in voeux),
        "mon_choix": min((rang for rang, structure, _ in voeux if structure in miennes), default=None),
        "quartier": getattr(dossier, "nom_quartier", None) or "",
        "mairie": getattr(dossier, "nom_mairie", ""),
        "complet_le": dossier.complet_le,
        "depose_le": dossier.depose_le,
        "solution": solution,
        "solution_courte": _COURTES.get(dossier.solution, solution.lower()),
        "contact_le": dossier.dernier_contact_le,
        "contact": _CANAUX.get(dossier.dernier_contact_canal, ""),
    }


def _identite(dossier: Dossier, vu: Regard) -> dict[str, Any]:
    if not vu.identite:
        return {}
    return {"enfant": str(dossier.enfant), "naissance": dossier.enfant.date_naissance}
