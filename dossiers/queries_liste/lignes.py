"""One line of the list as its reader may see it: built once, then shown, printed or exported as it is."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db.models import Prefetch

from dossiers.acces import Regard, regard
from dossiers.models import Besoin, Dossier, NatureDossier, TypeBesoin, Voeu
from dossiers.queries_liste.demande import Demande
from structures.regles.ages import texte_age

# As agents say them, where a column is narrow.
_COURTES = {"aucune": "aucune", "assistante_maternelle": "ass. mat.", "": ""}
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
    besoin: Besoin | None
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


def lignes_vues(demande: Demande, cles: Iterable[Cle], rangs: Mapping[str, int]) -> list[LigneVue]:
    """The lines of these rows in their order: three queries, whatever their number."""
    cles = list(cles)
    dossiers = _dossiers([c.dossier for c in cles])
    return [_ligne(demande, dossiers[c.dossier], c, rangs.get(c.cle)) for c in cles if c.dossier in dossiers]


def _dossiers(ids: list[int]) -> dict[int, Dossier]:
    voeux = Voeu.objects.select_related("structure").only("dossier", "rang", "structure__nom")
    besoins = Besoin.objects.defer("horaires", "alternatives")
    return (
        Dossier.objects.select_related("famille", "enfant", "mairie", "quartier")
        .only(
            *("numero", "etat", "nature", "depose_le", "complet_le", "solution", "mairie__nom"),
            *("dernier_contact_le", "dernier_contact_canal", "famille__protegee", "quartier__nom"),
            *("enfant__nom", "enfant__prenom", "enfant__date_naissance", "enfant__date_prevue_naissance"),
            "enfant__groupe",
        )
        .prefetch_related(Prefetch("voeux", voeux), Prefetch("besoins", besoins))
        .in_bulk(ids)
    )


def _ligne(demande: Demande, dossier: Dossier, cle: Cle, rang: int | None) -> LigneVue:
    voeux = list(dossier.voeux.all())
    vu = regard(demande.qui, dossier, [v.structure_id for v in voeux], partage_identites=demande.partage)
    besoins = sorted(dossier.besoins.all(), key=lambda b: ORDRE_BESOINS.index(TypeBesoin(b.type)))
    besoin = besoins[0] if besoins else None
    visible: dict[str, Any] = {
        "pk": dossier.pk,
        "regard": vu,
        "rang": rang,
        "complet": dossier.complet_le is not None,
        "verifie": cle.verifie,
        "declare": cle.declare,
        "besoin": besoin,
        "types": tuple(b.get_type_display() for b in besoins),
    }
    if not vu.choix:
        return LigneVue(**visible)
    return LigneVue(**visible, **_situation(demande, dossier, voeux, besoin), **_identite(dossier, vu))


def _situation(
    demande: Demande, dossier: Dossier, voeux: list[Voeu], besoin: Besoin | None
) -> dict[str, Any]:
    miennes = demande.qui.structures
    enfant = dossier.enfant
    return {
        "numero": dossier.numero,
        "age": texte_age(enfant.ne_ou_prevu_le, besoin.entree_le) if besoin else "",
        "a_naitre": enfant.a_naitre,
        "jumeaux": enfant.groupe_id is not None,
        "mutation": "" if dossier.nature == NatureDossier.PREMIERE else dossier.get_nature_display(),
        "etat": dossier.etat,
        "etat_mots": dossier.get_etat_display(),
        "choix": tuple(Choix(v.rang, v.structure.nom, v.structure_id in miennes) for v in voeux),
        "mon_choix": min((v.rang for v in voeux if v.structure_id in miennes), default=None),
        "quartier": dossier.quartier.nom if dossier.quartier else "",
        "mairie": dossier.mairie.nom,
        "complet_le": dossier.complet_le,
        "depose_le": dossier.depose_le,
        "solution": dossier.get_solution_display() if dossier.solution else "",
        "solution_courte": _COURTES.get(dossier.solution, dossier.get_solution_display().lower()),
        "contact_le": dossier.dernier_contact_le,
        "contact": dossier.get_dernier_contact_canal_display() if dossier.dernier_contact_canal else "",
    }


def _identite(dossier: Dossier, vu: Regard) -> dict[str, Any]:
    if not vu.identite:
        return {}
    return {"enfant": str(dossier.enfant), "naissance": dossier.enfant.date_naissance}
