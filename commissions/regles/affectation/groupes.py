"""Siblings received together: the contracts a structure would take at once, one for each."""

from commissions.regles.affectation.choix import Tenues, choisir
from commissions.regles.affectation.probleme import NUL, Groupe

# A family's choices in one structure are a handful; this bounds a file written to be slow.
ESSAIS = 20_000


class _Recherche:
    """Depth first, members in the order of ids, best contracts first: the first that all fits is kept."""

    def __init__(self, tenues: Tenues, groupe: Groupe, structure: int) -> None:
        p = tenues.p
        self.p, self.listes, self.essais = p, groupe.contrats[structure], ESSAIS
        membres = set(groupe.membres)
        accueils = {p.accueil[k] for liste in self.listes for k in liste}
        self.autres = {a: [k for k in tenues.de(a) if p.demande[k] not in membres] for a in accueils}
        self.restes = {
            a: p.places[a] - sum(p.besoin[k] for k in autres if p.actuelle[k])
            for a, autres in self.autres.items()
        }
        self.choisis: list[int] = []

    def reussit(self) -> bool:
        if len(self.choisis) == len(self.listes):
            return all(self._prend(a) for a in {self.p.accueil[k] for k in self.choisis})
        for k in self.listes[len(self.choisis)]:
            self.essais -= 1
            if self.essais < 0:
                return False
            a, besoin, garde = self.p.accueil[k], self.p.besoin[k], self.p.garde
            # One sibling more may push out who stood in another's way: but for the places there are, only
            # the whole can be judged.
            if ((self.restes[a] | garde) - besoin) & garde != garde:
                continue
            self.restes[a] -= besoin
            self.choisis.append(k)
            if self.reussit():
                return True
            self.choisis.pop()
            self.restes[a] += besoin
        return False

    def _prend(self, a: int) -> bool:
        siens = [k for k in self.choisis if self.p.accueil[k] == a]
        pris = choisir(self.p, a, self.autres[a] + siens)
        return all(k in pris for k in siens)


def ensemble(tenues: Tenues, groupe: Groupe, structure: int) -> list[int] | None:
    """Les contrats que la structure prendrait tous à la fois, le meilleur de chacun ; None sinon."""
    if _independants(tenues, groupe, structure):
        trouves = [next(filter(tenues.prendrait, liste), None) for liste in groupe.contrats[structure]]
        return None if None in trouves else trouves  # type: ignore[return-value]
    recherche = _Recherche(tenues, groupe, structure)
    return recherche.choisis if recherche.reussit() else None


def _independants(tenues: Tenues, groupe: Groupe, structure: int) -> bool:
    """Whether each asks a section that none of the others asks or holds: then each is judged alone."""
    p = tenues.p
    vus: set[int] = set()
    for d, liste in zip(groupe.membres, groupe.contrats[structure], strict=True):
        siens = {p.accueil[k] for k in liste}
        if tenues.tenu[d] != NUL:
            siens.add(p.accueil[tenues.tenu[d]])
        if not vus.isdisjoint(siens):
            return False
        vus |= siens
    return True
