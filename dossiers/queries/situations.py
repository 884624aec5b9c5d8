"""From rows to facts: the situations of many dossiers, in the same few queries for each batch."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from typing import Any

from django.conf import settings
from django.db.models import F, Q, TextField
from django.db.models.functions import Cast

from dossiers.models import Admission, Besoin, Dossier, LigneManuelle, PieceJustificative, Responsable, Voeu
from dossiers.models.piece import EtatPiece
from dossiers.regles import cycle
from dossiers.regles.besoin import compte_semaine
from dossiers.regles.deductions import SOURCES
from dossiers.regles.faits import FAITS, VOEU, Valeur
from dossiers.regles.grille import Grille
from dossiers.regles.situation import PointsManuels, Situation, construire_situation
from structures.models import Convention, Structure
from structures.queries import reglage
from structures.regles.ages import age_en_mois
from structures.regles.texte import cle

REGULIER, COMPLEMENT = "regulier", "complement"
_FAITS_PAR_PREUVE: dict[str, list[str]] = defaultdict(list)
for _fait in FAITS.values():
    if _fait.preuve:
        _FAITS_PAR_PREUVE[_fait.preuve].append(_fait.code)
_FAITS_VOEU = frozenset(fait.code for fait in FAITS.values() if fait.porte == VOEU)
_FAITS_BESOIN = frozenset(
    {
        *("type_accueil", "date_entree", "age_entree_mois", "nb_demi_journees", "nb_jours"),
        *("accepte_alternatives", "heures_semaine"),
    }
)


@dataclass
class LigneDossier:
    """What scoring one dossier needs besides its situation; `complement` as `cle_rang` takes it."""

    id: int
    numero: str
    complet_le: date | None
    regulier: bool
    situation: Situation
    complement: str = ""


@dataclass
class _Brut:
    """The rows of one dossier, gathered."""

    dossier: dict[str, Any]
    responsables: dict[int, dict[str, Any]] = field(default_factory=dict)
    besoin: dict[str, Any] | None = None
    voeux: list[tuple[int, int]] = field(default_factory=list)
    verifies: set[str] = field(default_factory=set)
    fratrie: list[tuple[date, date | None, int]] = field(default_factory=list)
    fratrie_demande: bool = False
    manuelles: dict[str, PointsManuels] = field(default_factory=dict)


@dataclass(frozen=True)
class Reseau:
    """The structures, read once for the whole work."""

    structures: dict[int, dict[str, Any]]
    communes: dict[int, frozenset[str]]
    ville: str
    codes_postaux: frozenset[str]


def lire_reseau(jour: date) -> Reseau:
    """Two queries: the structures, and the neighbouring communes of each manager's agreement that day."""
    champs = ("id", "type", "quartier_id", "gestionnaire_id", "gestionnaire__nature")
    structures = {s["id"]: s for s in Structure.objects.values(*champs)}
    return Reseau(
        structures,
        communes_conventionnees(jour),
        cle(settings.VILLE),
        frozenset(settings.COMMUNE_CODES_POSTAUX),
    )


def communes_conventionnees(jour: date) -> dict[int, frozenset[str]]:
    """The keys of the neighbouring communes each manager agreed to receive on that day."""
    en_cours = Convention.objects.filter(Q(fin__isnull=True) | Q(fin__gte=jour), debut__lte=jour)
    communes: dict[int, set[str]] = defaultdict(set)
    for gestionnaire, voisines in en_cours.values_list("gestionnaire_id", "communes_voisines"):
        communes[gestionnaire].update(cle(commune) for commune in voisines)
    return {gestionnaire: frozenset(noms) for gestionnaire, noms in communes.items()}


def situations(
    ids: Sequence[int], *, grille: Grille, jour: date, reseau: Reseau | None = None
) -> Iterator[LigneDossier]:
    """The situations of these dossiers on `jour`, in seven queries whatever their number.

    Wishes are built only when the grid asks something of a wish.
    """
    reseau = reseau or lire_reseau(jour)
    bruts = {d["id"]: _Brut(d) for d in _dossiers(ids)}
    familles: dict[int, list[_Brut]] = defaultdict(list)
    for brut in bruts.values():
        familles[brut.dossier["famille_id"]].append(brut)
    _lire_responsables(familles)
    _lire_besoins(bruts)
    _lire_pieces(bruts, familles, jour)
    _lire_fratrie(familles)
    _lire_voeux(bruts)
    for ligne in LigneManuelle.objects.filter(dossier__parmi=bruts).select_related("auteur"):
        pose = PointsManuels(ligne.points, ligne.motif, str(ligne.auteur))
        bruts[ligne.dossier_id].manuelles[ligne.critere] = pose
    utiles = faits_utiles(grille)
    complement = place_des_complements((b.dossier["nature"] for b in bruts.values()), jour)
    for brut in bruts.values():
        yield _ligne(brut, reseau, jour, utiles, complement)


def place_des_complements(natures: Iterable[str], jour: date) -> str:
    """Where the city puts complements that day; asked only when there is one."""
    return str(reglage("rang_complements", le=jour)) if COMPLEMENT in natures else ""


def _dossiers(ids: Sequence[int]) -> Iterable[dict[str, Any]]:
    return Dossier.objects.filter(pk__parmi=frozenset(ids)).values(
        *("id", "numero", "complet_le", "famille_id", "enfant_id", "quartier_id", "solution", "faits"),
        *("nb_passages", "nb_refus_offre", "nature"),
        naissance=F("enfant__naissance"),
        ne_le=F("enfant__date_naissance"),
        groupe=F("enfant__groupe_id"),
        prioritaire=F("quartier__prioritaire"),
        situation=F("famille__situation"),
        enfants_a_charge=F("famille__enfants_a_charge"),
        enfants_moins_3_ans=F("famille__enfants_moins_3_ans"),
        quotient_familial=F("famille__quotient_familial"),
        ressources_mensuelles=F("famille__ressources_mensuelles"),
        faits_famille=F("famille__faits"),
    )


def _lire_responsables(familles: dict[int, list[_Brut]]) -> None:
    champs = (
        "famille_id",
        "rang",
        "activite",
        "heures_hebdo",
        "commune",
        "code_postal",
        "autorite_parentale",
    )
    for r in Responsable.objects.filter(famille__parmi=familles).values(*champs):
        for brut in familles[r["famille_id"]]:
            brut.responsables[r["rang"]] = r


def _lire_besoins(bruts: dict[int, _Brut]) -> None:
    # As text, arrays are four times cheaper to receive, and a city has few different weeks to read again.
    besoins = Besoin.objects.filter(dossier__parmi=bruts).values(
        *("dossier_id", "type", "entree_le", "heures_semaine", "nombre_max"),
        semaine=Cast("demi_journees", TextField()),
        semaine_b=Cast("demi_journees_b", TextField()),
        autres_semaines=~Q(alternatives=[]),
    )
    for b in besoins.order_by("pk"):
        brut = bruts[b["dossier_id"]]
        if brut.besoin is None or b["type"] == REGULIER:
            brut.besoin = b


def _lire_pieces(bruts: dict[int, _Brut], familles: dict[int, list[_Brut]], jour: date) -> None:
    vues = PieceJustificative.objects.filter(
        Q(famille__parmi=familles) | Q(dossier__parmi=bruts),
        Q(valide_jusqu_au__isnull=True) | Q(valide_jusqu_au__gte=jour),
        etat=EtatPiece.VUE,
    )
    for famille, dossier, code in vues.values_list("famille_id", "dossier_id", "code"):
        for brut in familles[famille] if famille else (bruts[dossier],):
            brut.verifies.update(_FAITS_PAR_PREUVE.get(code, ()))


def _lire_fratrie(familles: dict[int, list[_Brut]]) -> None:
    """Brothers and sisters of the household: present in a structure, or asking too."""
    admissions = Admission.objects.filter(enfant__famille__parmi=familles).values_list(
        "enfant__famille_id", "enfant_id", "debut", "fin", "section__structure_id"
    )
    for famille, enfant, debut, fin, structure in admissions:
        for brut in familles[famille]:
            if brut.dossier["enfant_id"] != enfant:
                brut.fratrie.append((debut, fin, structure))
    demandes = Dossier.objects.filter(famille__parmi=familles, etat__in=cycle.EN_ATTENTE)
    for famille, enfant in demandes.values_list("famille_id", "enfant_id"):
        for brut in familles[famille]:
            if brut.dossier["enfant_id"] != enfant:
                brut.fratrie_demande = True


def _lire_voeux(bruts: dict[int, _Brut]) -> None:
    choix = Voeu.objects.filter(dossier__parmi=bruts).order_by("dossier", "rang")
    for dossier, rang, structure in choix.values_list("dossier_id", "rang", "structure_id"):
        bruts[dossier].voeux.append((rang, structure))


def faits_utiles(grille: Grille) -> frozenset[str]:
    """What the grid asks, and what it is deduced from: nothing else is worth computing."""
    sources = {source for code in grille.faits for source in SOURCES.get(code, ())}
    return grille.faits | sources


def _ligne(brut: _Brut, reseau: Reseau, jour: date, utiles: frozenset[str], complement: str) -> LigneDossier:
    d, besoin = brut.dossier, brut.besoin
    entree = besoin["entree_le"] if besoin else jour
    presents = {s for debut, fin, s in brut.fratrie if debut <= entree and (fin is None or fin >= entree)}
    faits = _faits_du_foyer(brut, reseau) | _faits_de_l_enfant(brut, jour, presents, utiles)
    # What was ticked wins over what is guessed from other columns.
    faits |= _valides(d["faits_famille"]) | _valides(d["faits"])
    au_voeu = _FAITS_VOEU & utiles
    voeux = [
        (str(structure), _faits_du_voeu(brut, rang, structure, presents, reseau, au_voeu), brut.verifies)
        for rang, structure in (brut.voeux if au_voeu else ())
    ]
    situation = construire_situation(faits, brut.verifies, manuelles=brut.manuelles, voeux=voeux)
    regulier = besoin is None or besoin["type"] == REGULIER
    rang = complement if d["nature"] == COMPLEMENT else ""
    return LigneDossier(d["id"], d["numero"], d["complet_le"], regulier, situation, rang)


def _valides(faits: dict[str, Any]) -> dict[str, Valeur]:
    """A fact that left the closed set since it was ticked is unknown, not an error."""
    return {code: valeur for code, valeur in faits.items() if code in FAITS and valeur is not None}


def _faits_du_foyer(brut: _Brut, reseau: Reseau) -> dict[str, Valeur]:
    d = brut.dossier
    faits: dict[str, Valeur] = {}
    if d["situation"]:
        faits["situation_familiale"] = d["situation"]
    for code in ("enfants_a_charge", "enfants_moins_3_ans", "quotient_familial"):
        if d[code] is not None:
            faits[code] = d[code]
    if d["ressources_mensuelles"] is not None:
        faits["ressources_mensuelles"] = float(d["ressources_mensuelles"])
    for rang, r in brut.responsables.items():
        if r["activite"]:
            faits[f"activite_{rang}"] = r["activite"]
        if r["heures_hebdo"] is not None:
            faits[f"heures_travail_{rang}"] = float(r["heures_hebdo"])
    adresses = [r for r in brut.responsables.values() if r["commune"] or r["code_postal"]]
    if adresses:
        faits["residence_commune"] = any(_dans_la_ville(r, reseau) for r in adresses)
    if d["prioritaire"] is not None:
        faits["quartier_prioritaire"] = d["prioritaire"]
    return faits


def _dans_la_ville(responsable: dict[str, Any], reseau: Reseau) -> bool:
    if not responsable["autorite_parentale"]:
        return False
    if responsable["commune"]:
        return _cle_commune(responsable["commune"]) == reseau.ville
    return responsable["code_postal"] in reseau.codes_postaux


def _faits_de_l_enfant(
    brut: _Brut, jour: date, presents: set[int], utiles: frozenset[str]
) -> dict[str, Valeur]:
    d, besoin = brut.dossier, brut.besoin
    faits: dict[str, Valeur] = {
        "enfant_a_naitre": d["ne_le"] is None,
        "naissance_multiple": d["groupe"] is not None,
        "fratrie_accueillie": bool(presents),
        "fratrie_demande": brut.fratrie_demande,
        "transfert": d["nature"] == "mutation",
        "nb_passages": d["nb_passages"],
        "nb_refus_offre": d["nb_refus_offre"],
        "nb_voeux": len(brut.voeux),
    }
    if "date_naissance" in utiles:
        faits["date_naissance"] = d["naissance"].isoformat()
    if "age_mois" in utiles:
        faits["age_mois"] = max(-12, age_en_mois(d["naissance"], jour))
    if "anciennete_mois" in utiles:
        faits["anciennete_mois"] = max(0, age_en_mois(d["complet_le"], jour)) if d["complet_le"] else 0
    if d["solution"]:
        faits["mode_accueil"] = d["solution"]
    if besoin is not None and not utiles.isdisjoint(_FAITS_BESOIN):
        faits |= _faits_du_besoin(besoin, d["naissance"])
    return faits


def _faits_du_besoin(besoin: dict[str, Any], naissance: date) -> dict[str, Valeur]:
    demi_journees, jours = _compte(besoin["semaine"], besoin["semaine_b"], besoin["nombre_max"])
    faits: dict[str, Valeur] = {
        "type_accueil": besoin["type"],
        "date_entree": besoin["entree_le"].isoformat(),
        "age_entree_mois": max(-12, age_en_mois(naissance, besoin["entree_le"])),
        "nb_demi_journees": demi_journees,
        "nb_jours": jours,
        "accepte_alternatives": besoin["autres_semaines"],
    }
    if besoin["heures_semaine"] is not None:
        faits["heures_semaine"] = float(besoin["heures_semaine"])
    return faits


@lru_cache(maxsize=4096)
def _compte(semaine: str, autre: str, nombre_max: int | None) -> tuple[int, int]:
    """The half-days and days of two weeks, each as PostgreSQL writes it: « {0,1,4} »."""
    une, deux = ([int(c) for c in texte.strip("{}").split(",") if c] for texte in (semaine, autre))
    return compte_semaine(une, deux, nombre_max)


def _faits_du_voeu(
    brut: _Brut, rang: int, structure: int, presents: set[int], reseau: Reseau, utiles: frozenset[str]
) -> dict[str, Valeur]:
    ici = reseau.structures[structure]
    gestionnaire = ici["gestionnaire_id"]
    faits: dict[str, Valeur] = {
        "rang_voeu": rang,
        "fratrie_meme_structure": structure in presents,
        "quartier_structure": ici["quartier_id"] == brut.dossier["quartier_id"],
        "type_structure": ici["type"],
        "nature_gestionnaire": ici["gestionnaire__nature"],
    }
    if "meme_gestionnaire" in utiles:
        faits["meme_gestionnaire"] = any(
            reseau.structures[s]["gestionnaire_id"] == gestionnaire for s in presents
        )
    if "commune_conventionnee_structure" in utiles:
        voisines = reseau.communes.get(gestionnaire, frozenset())
        faits["commune_conventionnee_structure"] = any(
            _cle_commune(r["commune"]) in voisines for r in brut.responsables.values()
        )
    return {code: valeur for code, valeur in faits.items() if code in utiles}


@lru_cache(maxsize=4096)
def _cle_commune(commune: str) -> str:
    return cle(commune)
