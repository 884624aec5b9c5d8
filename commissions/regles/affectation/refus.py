"""Why a contract was refused, told at the child's own turn among the final holders."""

from typing import Any

from commissions.regles.affectation.choix import Tenues, Tour

SANS_PLACE, RANG, CRENEAU, GROUPE = "sans_place", "rang", "creneau", "groupe"
PRESENTS, RESERVE = "presents", "reserve"


class Explications:
    """The reasons of one result; half-days of a packed vector are unpacked once each."""

    def __init__(self, tenues: Tenues) -> None:
        p = self.p = tenues.p
        self.tenues, self.listes = tenues, dict[int, tuple[int, ...]]()
        self.uns = p.garde >> p.largeur - 1
        self.fermes = [self._pleins(places) for places in p.places]

    def _pleins(self, libre: int) -> int:
        """One for every half-day without a place."""
        return (((libre | self.p.garde) - self.uns) & self.p.garde ^ self.p.garde) >> self.p.largeur - 1

    def expliquer(self, k: int, motif_sans_manque: str) -> dict[str, Any]:
        """Le motif d’un vœu refusé, les demi-journées pleines, le dernier admis qu’il fallait dépasser.

        `motif_sans_manque` is told when every half-day asked was free: the siblings, or an exception.
        """
        p = self.p
        a = p.accueil[k]
        tour = self.tenues.tour(k)
        manque = self._pleins(tour.libre) & p.besoin[k]
        raison: dict[str, Any] = {
            "voeu": k - p.debut[p.demande[k]] + 1,
            "accueil": p.accueils[a],
            "motif": motif_sans_manque,
            "creneaux_complets": list(self._liste(manque)),
            "dernier_admis": None,
        }
        if manque & self.fermes[a]:
            raison["motif"] = SANS_PLACE
        elif manque:
            raison["motif"] = CRENEAU if tour.quelqu_un_apres() else RANG
            self._dernier_admis(raison, tour, manque)
        return raison

    def _dernier_admis(self, raison: dict[str, Any], tour: Tour, manque: int) -> None:
        """The least well placed of those who fill the lacking half-days, présents and reserves apart."""
        p = self.p
        for k in reversed(tour.ouverts_avant()):
            if p.besoin[k] & manque:
                anteriorite = p.anteriorites[p.demande[k]]
                raison["dernier_admis"] = {"points": p.points[k], "anteriorite": anteriorite}
                return
        reserves = any(p.besoin[k] & manque for k in tour.reserves_avant())
        raison["occupe_par"] = RESERVE if reserves else PRESENTS

    def _liste(self, vecteur: int) -> tuple[int, ...]:
        liste = self.listes.get(vecteur)
        if liste is None:
            largeur, nombre = self.p.largeur, self.uns.bit_length() // self.p.largeur + 1
            liste = tuple(c for c in range(nombre) if vecteur >> largeur * c & 1)
            self.listes[vecteur] = liste
        return liste
