"""Why a contract was refused, told at the child's own turn among the final holders."""

from typing import Any

from commissions.regles.affectation.choix import OUVERT, PRESENT, Tenues

SANS_PLACE, RANG, CRENEAU, GROUPE = "sans_place", "rang", "creneau", "groupe"


def expliquer(tenues: Tenues, k: int, motif_sans_manque: str) -> dict[str, Any]:
    """Le motif d’un vœu refusé, les demi-journées pleines, et le dernier admis qu’il fallait dépasser.

    `motif_sans_manque` is told when every half-day asked was free: the siblings, or a listed exception.
    """
    p = tenues.p
    a, d = p.accueil[k], p.demande[k]
    raison: dict[str, Any] = {"voeu": k - p.debut[d] + 1, "accueil": p.accueils[a]}
    tour = tenues.tour(k)
    largeur, champ = p.largeur, (1 << p.largeur) - 1
    manquants = [c for c in p.creneaux[p.besoin[k]] if not (tour.libre >> largeur * c) & champ]
    if not manquants:
        motif = motif_sans_manque
    elif any(not (p.places[a] >> largeur * c) & champ for c in manquants):
        motif = SANS_PLACE
    else:
        motif = CRENEAU if tour.apres else RANG
    raison |= {"motif": motif, "creneaux_complets": manquants, "dernier_admis": None}
    if motif in (RANG, CRENEAU):
        _dernier_admis(tenues, raison, tour.avant, sum(1 << largeur * c for c in manquants))
    return raison


def _dernier_admis(tenues: Tenues, raison: dict[str, Any], avant: list[tuple[int, int]], manque: int) -> None:
    """The least well placed of those who fill the lacking half-days, présents and reserves apart."""
    p = tenues.p
    occupants = [(k, titre) for k, titre in avant if p.besoin[k] & manque]
    ouverts = [k for k, titre in occupants if titre == OUVERT]
    if ouverts:
        dernier = ouverts[-1]
        raison["dernier_admis"] = {
            "points": p.points[dernier],
            "anteriorite": p.anteriorites[p.demande[dernier]],
        }
    else:
        presents = all(titre == PRESENT for _, titre in occupants)
        raison["occupe_par"] = "presents" if presents else "reserve"
