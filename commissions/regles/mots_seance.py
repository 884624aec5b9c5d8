"""The words of the session's screen for one line: what was decided, or what is proposed. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass

from commissions.regles.avis import ADMIS, LISTE_COMPLEMENTAIRE, NON_RETENU, Avis, RefusLu

AJOURNE = "ajourne"
INSECABLE = "\u00a0"


@dataclass(frozen=True, slots=True)
class Mot:
    """A pill: its colour and its word. `decide` once the commission has spoken."""

    variante: str
    texte: str
    decide: bool = False


def mot_decision(sens: str, *, ici: bool, choix: int | None, rang: int | None) -> Mot:
    """« ✓ Admis, choix 1 », vu de cette section ou d’une autre."""
    if sens == ADMIS:
        if ici:
            return Mot("vert", f"✓ Admis, choix {choix}", decide=True)
        return Mot("gris", f"✓ Admis ailleurs, choix {choix}", decide=True)
    if sens == LISTE_COMPLEMENTAIRE:
        ordre = f", n°{INSECABLE}{rang}" if rang and ici else ""
        return Mot("ciel", f"✓ Liste complémentaire{ordre}", decide=True)
    return Mot("gris", "✓ Ajourné" if sens == AJOURNE else "✓ Non retenu", decide=True)


def mot_avis(avis: Avis | None, section: int, refus: Sequence[RefusLu]) -> Mot:
    """« Proposé : admis », « Mercredi complet » : l’avis proposé, vu de cette section."""
    if avis is None:
        return Mot("gris", "Sans proposition")
    if avis.sens == ADMIS and avis.section == section:
        return Mot("vert", f"Proposé{INSECABLE}: admis")
    ici = next((r.mot for r in refus if r.section == section), "")
    if ici:
        return Mot("miel" if avis.sens != ADMIS else "gris", ici[:1].upper() + ici[1:])
    if avis.sens == ADMIS:
        return Mot("gris", "Mieux placé ailleurs")
    return Mot("miel" if avis.sens != NON_RETENU else "gris", "Pas de place proposée")


def mot_protege(decide: bool) -> Mot:
    """Un dossier réservé ne dit pas où il est décidé."""
    return Mot("gris", "✓ Décision prise", decide=True) if decide else Mot("gris", "À décider")


def phrase(avis: Avis | None, section: int, refus: Sequence[RefusLu]) -> str:
    """La proposition et sa raison en une phrase, pour cette section."""
    if avis is None:
        return "Le moteur n’a rien proposé pour cette séance."
    if avis.sens == ADMIS and avis.section == section:
        return "Toutes les demi-journées demandées ont une place à son rang."
    return next((r.phrase for r in refus if r.section == section), "Un meilleur choix lui est proposé.")
