"""The dossiers a freeze takes, with their points and their choices."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from commissions.models import PlaceOfferte, Seance
from commissions.queries import candidats
from commissions.queries.candidats import Lecture
from commissions.regles import gel
from dossiers.models import Cotation
from dossiers.regles.besoin import ALTERNEE, VARIABLE, texte_variable
from guichet.erreurs import ErreurMetier
from structures.regles.ages import age_en_mois
from structures.regles.creneaux import Horaires, lire_horaires


@dataclass(frozen=True, slots=True)
class Retenu:
    """A dossier that is in: what was read of it, its points, its choices.

    A choice is (rank of the choice, section, declared points there, verified points there).
    """

    lecture: Lecture
    cotation: Cotation
    choix: tuple[tuple[int, int, int, int], ...]
    age_mois: int = 0

    @property
    def numero(self) -> str:
        return self.lecture.candidat.numero


def retenir(seance: Seance, places: Sequence[PlaceOfferte], *, le: date) -> list[Retenu]:
    """The dossiers that are in, in the order of their numbers; `seance.grille` says which points.

    Raises ErreurMetier `sans_points`, `liste_vide`.
    """
    cadre = candidats.cadre_de(seance, places, le=le)
    dossiers = candidats.dossiers_a_la_date(cadre)
    lectures = [
        lecture
        for lecture in candidats.lire(dossiers, cadre)
        if gel.motif_ecart(lecture.candidat, cadre) is None
    ]
    cotations = candidats.cotations_de(dossiers, seance.grille) if seance.grille else {}
    sans_points = [un.candidat.numero for un in lectures if un.ligne["id"] not in cotations]
    if sans_points:
        raise ErreurMetier(
            "sans_points",
            f"{len(sans_points)} dossiers n’ont pas encore leurs points sous la grille en vigueur, dont "
            f"{sans_points[0]} : attendez la fin du calcul.",
        )
    if not lectures:
        raise ErreurMetier(
            "liste_vide",
            "Aucun dossier complet ne demande ces sections à cette date : vérifiez la date d’effet et la "
            "clôture.",
        )
    structures = {place.section_id: place.section.structure_id for place in places}
    return [
        Retenu(
            un,
            cotations[un.ligne["id"]],
            tuple(
                (rang, section, *points_du_voeu(cotations[un.ligne["id"]], structures[section]))
                for rang, section in gel.choix_retenus(un.candidat, cadre)
            ),
            age_en_mois(un.candidat.naissance, cadre.date_effet),
        )
        for un in lectures
    ]


def points_du_voeu(cotation: Cotation, structure: int) -> tuple[int, int]:
    """(declared, verified) points of a dossier at one structure: its own line, or the common totals."""
    propre = cotation.par_voeu.get(str(structure))
    return (propre["declare"], propre["verifie"]) if propre else (cotation.declare, cotation.verifie)


def semaines_de(ligne: dict[str, Any]) -> list[tuple[int, ...]]:
    """The week asked (A and B weeks give their union), then the acceptable ones, each once."""
    une = [*ligne["regulier__demi_journees"], *(ligne["regulier__demi_journees_b"] or [])]
    autres = ligne["regulier__alternatives"] or []
    semaines = [tuple(sorted(set(une))), *(tuple(sorted(set(autre))) for autre in autres if autre)]
    return list(dict.fromkeys(semaines))


def horaires_de(lecture: Lecture) -> Horaires:
    """The hours known of what is asked; a complement keeps those of its present half-days."""
    ligne, actuelle = lecture.ligne, lecture.actuelle
    demandees = lire_horaires(ligne["regulier__horaires"], ligne["regulier__horaires_b"])
    if actuelle is None or not lecture.candidat.complement:
        return demandees
    return {**demandees, **lire_horaires(actuelle.horaires)}


def rythme_de(ligne: dict[str, Any]) -> dict[str, Any]:
    """What the agenda shows beside the union: weeks A and B, or how a variable need varies."""
    if ligne["regulier__rythme"] == ALTERNEE:
        return {"a": ligne["regulier__demi_journees"], "b": ligne["regulier__demi_journees_b"]}
    if ligne["regulier__rythme"] == VARIABLE:
        nombre = (ligne[f"regulier__{nom}"] for nom in ("nombre_min", "nombre_max", "planning_jours"))
        return {"variable": texte_variable(*nombre)}
    return {}
