"""From facts to points, line by line: the one function that scores a dossier.

Every criterion is asked twice: once of all that is declared, once of what is verified alone. Exclusive
groups and ceilings are then applied to each of the two lists by itself, so that a verified lesser line of a
group counts as long as the better one is only declared. The lines printed always add up: their sum is the
declared total, and the sum of those marked verified is the verified total.
"""

from dataclasses import dataclass
from typing import Any

from dossiers.regles.assemblage import Assemblage, Entree, Ligne, assembler
from dossiers.regles.faits import Faits
from dossiers.regles.grille import Critere, Grille
from dossiers.regles.situation import MOTIFS_MANUELS, PointsManuels, Situation, SituationVoeu

__all__ = ["Cotation", "Ligne", "TotalVoeu", "coter", "en_json"]


@dataclass(frozen=True, slots=True)
class TotalVoeu:
    """A wish's totals; `lignes` are what this wish adds to the common lines."""

    structure: str
    declare: int
    verifie: int
    lignes: tuple[Ligne, ...]


@dataclass(frozen=True, slots=True)
class Cotation:
    """The points of a dossier: common lines and totals, one total per wish, and the true lines set aside."""

    lignes: tuple[Ligne, ...]
    declare: int
    verifie: int
    par_voeu: tuple[TotalVoeu, ...] = ()
    ecartees: tuple[Ligne, ...] = ()

    def toutes(self) -> tuple[Ligne, ...]:
        return self.lignes + tuple(ligne for voeu in self.par_voeu for ligne in voeu.lignes)


def coter(grille: Grille, situation: Situation) -> Cotation:
    """Les points d’une situation, ligne par ligne, avec la raison de chacune.

    Without wishes every criterion is asked of the dossier's facts. With wishes, common criteria make the
    dossier's own totals, and each wish adds its criteria: groups and ceilings are applied last, on the wish.
    """
    criteres = grille.communs if situation.voeux else grille.criteres
    commun = assembler(grille, [e for c in criteres if (e := _noter(c, situation, situation))])
    ecartees = commun.ecartees()
    totaux = []
    sans_ligne: list[Faits] = []
    for voeu in situation.voeux:
        if any(voeu.declares is faits for faits in sans_ligne):
            totaux.append(TotalVoeu(voeu.structure, commun.declare, commun.verifie, ()))
            continue
        total, a_part = _coter_voeu(grille, situation, voeu, commun)
        totaux.append(total)
        ecartees += a_part
        if not total.lignes and not a_part:
            sans_ligne.append(voeu.declares)
    return Cotation(commun.lignes(), commun.declare, commun.verifie, tuple(totaux), tuple(ecartees))


def _coter_voeu(
    grille: Grille, situation: Situation, voeu: SituationVoeu, commun: Assemblage
) -> tuple[TotalVoeu, list[Ligne]]:
    propres = [e for c in grille.du_voeu if (e := _noter(c, voeu, situation, voeu.structure))]
    if not propres:
        return TotalVoeu(voeu.structure, commun.declare, commun.verifie, ()), []
    ensemble = assembler(grille, sorted((*commun.entrees, *propres), key=lambda e: e.critere.ordre))
    lignes = ensemble.lignes_de_plus(commun, voeu.structure)
    a_part = [ligne for ligne in ensemble.ecartees() if ligne.voeu == voeu.structure]
    return TotalVoeu(voeu.structure, ensemble.declare, ensemble.verifie, lignes), a_part


def _noter(
    critere: Critere, mondes: Situation | SituationVoeu, situation: Situation, voeu: str | None = None
) -> Entree | None:
    """The criterion in both worlds, None when it gives nothing even in what is declared.

    What is verified is part of what is declared, so a line false in the second world is false in the first.
    """
    if critere.manuel is not None:
        return _noter_manuel(critere, mondes, situation.manuelles.get(critere.code), voeu)
    declares, verifies = mondes.declares, mondes.verifies
    note = critere.noter(declares)
    if note is None:
        return None
    if critere.sur_parole or critere.faits <= verifies.keys():
        return Entree(critere, voeu, note, note)
    return Entree(critere, voeu, note, critere.noter(verifies))


def _noter_manuel(
    critere: Critere, mondes: Situation | SituationVoeu, pose: PointsManuels | None, voeu: str | None
) -> Entree | None:
    if pose is None or critere.manuel is None:
        return None
    raison = MOTIFS_MANUELS.get(pose.motif, pose.motif) + (f", par {pose.auteur}" if pose.auteur else "")
    note = (critere.plafonner(critere.manuel.borner(pose.points)), raison[:1].upper() + raison[1:])
    if _refusee(critere, mondes.declares):
        return None
    verifiee = critere.sur_parole or not _refusee(critere, mondes.verifies)
    return Entree(critere, voeu, note, note if verifiee else None)


def _refusee(critere: Critere, faits: Faits) -> bool:
    return critere.si is not None and critere.si.evaluer(faits) is not True


def en_json(cotation: Cotation) -> dict[str, Any]:
    """La sortie documentée de `manage.py coter` ; « voeux » et « ecartees » seulement s’il y en a."""
    document: dict[str, Any] = {
        "lignes": [ligne.en_json() for ligne in cotation.lignes],
        "declare": cotation.declare,
        "verifie": cotation.verifie,
    }
    if cotation.par_voeu:
        document["voeux"] = [
            {
                "structure": voeu.structure,
                "lignes": [ligne.en_json() for ligne in voeu.lignes],
                "declare": voeu.declare,
                "verifie": voeu.verifie,
            }
            for voeu in cotation.par_voeu
        ]
    if cotation.ecartees:
        document["ecartees"] = [
            {"critere": e.critere, "points": e.points, "raison": e.ecartee} for e in cotation.ecartees
        ]
    return document
