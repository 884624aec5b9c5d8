"""The allocation problem of a séance, in the one documented format: built, written, read and signed.

The format is versioned JSON (see the README); its canonical bytes do not depend on the order in which
the database gave the rows, and their SHA-256 is the séance's `empreinte`.
"""

import hashlib
import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from operator import itemgetter
from typing import Any

from commissions.regles.instance_lecture import valider
from dossiers.regles.rang import APRES, AVANT
from structures.regles.creneaux import Horaires, PlacesLimite, Supplement, supplements_utilises
from structures.regles.semaine import NB_CRENEAUX

VERSION = 1
DECALAGE = 1_000_000
Instance = dict[str, Any]

REGLES_GROUPE = {
    "ensemble_sinon_separes": ("ensemble", "separes"),
    "ensemble_ou_rien": ("ensemble", "aucun"),
}


@dataclass(frozen=True, slots=True)
class Accueil:
    """One section put to the séance; `places` are those offered, without the transfers' present ones.

    `limites` are what it limits beside the half-days; most sections limit nothing.
    """

    id: str
    structure: str
    places: tuple[int, ...]
    reserves: tuple[tuple[str, int], ...] = ()
    limites: tuple[PlacesLimite, ...] = ()


@dataclass(frozen=True, slots=True)
class Voeu:
    """One choice: an accueil and the points it is worth there."""

    accueil: str
    points: int


@dataclass(frozen=True, slots=True)
class PlaceActuelle:
    """The contract a transfer already holds in a concerned section."""

    accueil: str
    creneaux: tuple[int, ...]
    points: int
    horaires: Horaires = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Demande:
    """One dossier of the list. `semaines`: the week asked, then the acceptable ones, in order.

    `horaires` and `age_mois`, at the date d’effet, say what it uses of an accueil's `limites`.
    """

    numero: str
    complet_le: date
    semaines: tuple[tuple[int, ...], ...]
    voeux: tuple[Voeu, ...]
    tirage: int | None = None
    titres: tuple[str, ...] = ()
    groupe: str | None = None
    place_actuelle: PlaceActuelle | None = None
    horaires: Horaires = field(default_factory=dict)
    age_mois: int = 0


def identifiant_accueil(code: str, tranche: str, section: int, *, seule: bool) -> str:
    """« S01:bebes » ; deux sections d’une même tranche portent en plus leur numéro, « S01:bebes-12 »."""
    return f"{code}:{tranche}" if seule else f"{code}:{tranche}-{section}"


def priorite(points: int, complement: str) -> int:
    """Les points d’un vœu ; ceux d’un complément sont décalés pour passer avant, ou après, tous les autres.

    `complement` as `cle_rang` takes it. The shift is larger than any difference of points.
    """
    return points + {AVANT: DECALAGE, APRES: -DECALAGE}.get(complement, 0)


def construire(
    creneaux: Sequence[str],
    accueils: Iterable[Accueil],
    demandes: Iterable[Demande],
    groupes: Mapping[str, str],
) -> Instance:
    """Le problème d’affectation de la séance, choix par choix, chaque semaine acceptée après la préférée.

    `groupes` maps a group id to how the family wants its children received (`RegleGroupe`); a group of
    fewer than two demandes, or "separes", is left out. Raises ErreurMetier `instance_invalide`.
    """
    liste, offres = list(demandes), list(accueils)
    limites = _Limites(offres, len(creneaux))
    tenus = _groupes(liste, groupes)
    presents = _presents(liste, limites)
    instance: Instance = {
        "version": VERSION,
        "creneaux": [*creneaux, *limites.noms],
        "accueils": [_accueil(a, presents, limites) for a in offres],
        "demandes": [_demande(d, tenus, limites) for d in liste],
        "groupes": [
            {"id": groupe, "regle": regle, "repli": repli} for groupe, (regle, repli) in tenus.items()
        ],
    }
    instance = _canoniser(instance)
    valider(instance)
    return instance


class _Limites:
    """The extra créneaux of an instance, after its half-days: every one some accueil limits, by its index."""

    def __init__(self, accueils: Iterable[Accueil], premier: int) -> None:
        self.par_accueil = {a.id: [lu.limite for lu in a.limites] for a in accueils if a.limites}
        toutes = sorted(
            {lim for siennes in self.par_accueil.values() for lim in siennes}, key=lambda u: u.cle
        )
        supplements = [Supplement(limite, k) for limite in toutes for k in limite.demi_journees]
        self.rangs = {supplement: premier + n for n, supplement in enumerate(supplements)}
        self.noms = [supplement.identifiant for supplement in supplements]

    def utilisees(
        self, accueil: str, semaine: Iterable[int], horaires: Horaires, age: int
    ) -> tuple[int, ...]:
        limites = self.par_accueil.get(accueil)
        if not limites:
            return ()
        return tuple(self.rangs[s] for s in supplements_utilises(limites, semaine, horaires, age))

    def places(self, accueil: Accueil) -> list[int]:
        """Zero where the accueil does not limit: no contract of it ever asks that créneau."""
        offertes = {
            Supplement(lu.limite, k): lu.places[k] for lu in accueil.limites for k in range(NB_CRENEAUX)
        }
        return [offertes.get(supplement, 0) for supplement in self.rangs]


def canonique(instance: Instance) -> bytes:
    """Les octets de l’instance, les mêmes quel que soit l’ordre des accueils, des demandes et des groupes."""
    texte = json.dumps(_canoniser(instance), sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return texte.encode("utf-8")


def empreinte(octets: bytes) -> str:
    """La signature de l’instance : SHA-256 de ses octets canoniques."""
    return hashlib.sha256(octets).hexdigest()


def _groupes(demandes: Sequence[Demande], groupes: Mapping[str, str]) -> dict[str, tuple[str, str]]:
    membres: dict[str, int] = {}
    for demande in demandes:
        if demande.groupe is not None:
            membres[demande.groupe] = membres.get(demande.groupe, 0) + 1
    return {
        groupe: REGLES_GROUPE[regle]
        for groupe, regle in groupes.items()
        if regle in REGLES_GROUPE and membres.get(groupe, 0) >= 2
    }


def _presents(demandes: Iterable[Demande], limites: _Limites) -> Counter[tuple[str, int]]:
    """How many transfers already sit on each créneau of each accueil."""
    return Counter(
        (demande.place_actuelle.accueil, creneau)
        for demande in demandes
        if demande.place_actuelle is not None
        for creneau in _creneaux_actuels(demande.place_actuelle, demande.age_mois, limites)
    )


def _creneaux_actuels(actuelle: PlaceActuelle, age_mois: int, limites: _Limites) -> list[int]:
    siens = set(actuelle.creneaux)
    ajoutes = limites.utilisees(actuelle.accueil, siens, actuelle.horaires, age_mois)
    return [*sorted(siens), *sorted(ajoutes)]


def _accueil(accueil: Accueil, presents: Mapping[tuple[str, int], int], limites: _Limites) -> dict[str, Any]:
    places_offertes = [*accueil.places, *limites.places(accueil)]
    capacite = [places + presents.get((accueil.id, k), 0) for k, places in enumerate(places_offertes)]
    return {
        "id": accueil.id,
        "structure": accueil.structure,
        "capacite": capacite,
        "reserves": [{"titre": titre, "places": places} for titre, places in accueil.reserves],
    }


def _demande(demande: Demande, groupes: Mapping[str, tuple[str, str]], limites: _Limites) -> dict[str, Any]:
    voeux: list[dict[str, Any]] = []
    for voeu in demande.voeux:
        # The same week twice would be the same contract twice.
        for semaine in dict.fromkeys(tuple(sorted(set(s))) for s in demande.semaines):
            ajoutes = limites.utilisees(voeu.accueil, semaine, demande.horaires, demande.age_mois)
            creneaux = [*semaine, *sorted(ajoutes)]
            voeux.append({"accueil": voeu.accueil, "creneaux": creneaux, "points": voeu.points})
    if demande.place_actuelle is not None:
        actuelle = demande.place_actuelle
        voeux.append(
            {
                "accueil": actuelle.accueil,
                "creneaux": _creneaux_actuels(actuelle, demande.age_mois, limites),
                "points": actuelle.points,
                "place_actuelle": True,
            }
        )
    return {
        "id": demande.numero,
        "anteriorite": demande.complet_le.isoformat(),
        "tirage": demande.tirage,
        "titres": list(demande.titres),
        "groupe": demande.groupe if demande.groupe in groupes else None,
        "voeux": voeux,
    }


def _canoniser(instance: Instance) -> Instance:
    """Sorted where the order means nothing, without nulls."""
    propre = _sans_nul(instance)
    for nom in ("accueils", "demandes", "groupes"):
        if nom in propre:
            propre[nom] = sorted((_sans_nul(e) for e in propre[nom]), key=itemgetter("id"))
    for demande in propre.get("demandes", []):
        if "titres" in demande:
            demande["titres"] = sorted(demande["titres"])
        demande["voeux"] = [
            voeu if (tries := sorted(voeu["creneaux"])) == voeu["creneaux"] else {**voeu, "creneaux": tries}
            for voeu in demande["voeux"]
        ]
    return propre


def _sans_nul(objet: dict[str, Any]) -> dict[str, Any]:
    return {cle: valeur for cle, valeur in objet.items() if valeur is not None}
