"""The situation of an entry nobody saved yet, fact for fact what scoring will read once it is."""

from collections.abc import Collection
from datetime import date
from typing import Any

from dossiers.models import Admission, Dossier
from dossiers.queries.saisie import Cadre
from dossiers.queries.situations import Reseau
from dossiers.regles import cycle
from dossiers.regles.faits import FAITS, Valeur
from dossiers.regles.saisie import Saisie, est_complet, faits_de_la_demande, faits_du_foyer, jour_complet
from dossiers.regles.situation import Situation, construire_situation
from structures.regles.ages import age_en_mois
from structures.regles.texte import cle


def situation_de_saisie(saisie: Saisie, cadre: Cadre, *, rang: int = 0) -> Situation:
    """The facts declared and verified for one child of an entry, with its choices."""
    vues = {p.code for p in saisie.pieces if p.vue_le and p.enfant in (None, rang)}
    verifies = {code for code, fait in FAITS.items() if fait.preuve in vues}
    presents, demande = _fratrie(saisie, cadre)
    faits = _faits(saisie, rang, cadre, presents, fratrie_demande=demande)
    voeux = [
        (str(pk), _faits_du_voeu(saisie, place, pk, presents, cadre.reseau), verifies)
        for place, pk in enumerate(saisie.voeux, 1)
        if pk in cadre.reseau.structures
    ]
    return construire_situation(faits, verifies, voeux=voeux)


def _faits(
    saisie: Saisie, rang: int, cadre: Cadre, presents: Collection[int], *, fratrie_demande: bool
) -> dict[str, Valeur]:
    foyer = faits_du_foyer(saisie)
    adresses = [r for r in saisie.responsables if r.commune or r.code_postal]
    devines: dict[str, Any] = {
        "age_mois": max(-12, age_en_mois(saisie.enfants[rang].jour, cadre.jour)),
        "fratrie_accueillie": bool(presents),
        "fratrie_demande": fratrie_demande,
    }
    if adresses:
        devines["residence_commune"] = any(_dans_la_ville(r, cadre.reseau) for r in adresses)
    quartier = next((q for q in cadre.quartiers if q.pk == saisie.quartier), None)
    if quartier:
        devines["quartier_prioritaire"] = quartier.prioritaire
    if saisie.besoins:
        entree = saisie.besoin.entree_le
        devines["age_entree_mois"] = max(-12, age_en_mois(saisie.enfants[rang].jour, entree))
    demande = faits_de_la_demande(saisie, rang)
    # What was ticked wins over what is guessed.
    return devines | demande | _passe(saisie, rang, cadre) | foyer | dict(saisie.faits_dossier)


def _passe(saisie: Saisie, rang: int, cadre: Cadre) -> dict[str, Valeur]:
    """What time did: nothing yet for a new dossier, but the age of its paper."""
    dossier = cadre.dossier
    if dossier is None:
        vues = tuple(p for p in saisie.pieces if p.vue_le and p.enfant in (None, rang))
        complet = est_complet(cadre.obligatoires, frozenset(p.code for p in vues))
        depuis = jour_complet(vues, cadre.obligatoires, saisie.depose_le) if complet else None
        return {"nb_passages": 0, "nb_refus_offre": 0, "anciennete_mois": _anciennete(depuis, cadre.jour)}
    return {
        "nb_passages": dossier.nb_passages,
        "nb_refus_offre": dossier.nb_refus_offre,
        "anciennete_mois": _anciennete(dossier.complet_le, cadre.jour),
        "naissance_multiple": dossier.enfant.groupe_id is not None,
    }


def _anciennete(complet_le: date | None, jour: date) -> int:
    return max(0, age_en_mois(complet_le, jour)) if complet_le else 0


def _dans_la_ville(responsable: Any, reseau: Reseau) -> bool:
    if not responsable.autorite_parentale:
        return False
    if responsable.commune:
        return cle(responsable.commune) == reseau.ville
    return responsable.code_postal in reseau.codes_postaux


def _fratrie(saisie: Saisie, cadre: Cadre) -> tuple[set[int], bool]:
    """Structures where a brother or sister will be at the entry date, and whether one is asking too."""
    famille = cadre.dossier.famille_id if cadre.dossier else saisie.famille
    if famille is None:
        return set(), saisie.multiple
    connu = cadre.dossier or cadre.place
    enfant = connu.enfant_id if connu else None
    entree = saisie.besoin.entree_le if saisie.besoins else cadre.jour
    admissions = Admission.objects.filter(enfant__famille=famille, debut__lte=entree)
    presents = {
        structure
        for autre, fin, structure in admissions.values_list("enfant_id", "fin", "section__structure_id")
        if autre != enfant and (fin is None or fin >= entree)
    }
    autres = Dossier.objects.filter(famille=famille, etat__in=cycle.EN_ATTENTE).exclude(enfant=enfant)
    return presents, saisie.multiple or autres.exists()


def _faits_du_voeu(
    saisie: Saisie, rang: int, structure: int, presents: Collection[int], reseau: Reseau
) -> dict[str, Valeur]:
    ici = reseau.structures[structure]
    gestionnaire = ici["gestionnaire_id"]
    voisines = reseau.communes.get(gestionnaire, frozenset())
    return {
        "rang_voeu": rang,
        "fratrie_meme_structure": structure in presents,
        "meme_gestionnaire": any(reseau.structures[s]["gestionnaire_id"] == gestionnaire for s in presents),
        "quartier_structure": ici["quartier_id"] == saisie.quartier,
        "commune_conventionnee_structure": any(cle(r.commune) in voisines for r in saisie.responsables),
        "type_structure": ici["type"],
        "nature_gestionnaire": ici["gestionnaire__nature"],
    }
