"""The choice of an accueil among the contracts that hold or ask it, and who holds what.

Présents first, then the reserves title by title, then everyone by priority, each taken if it fits.
"""

from bisect import bisect_left
from collections.abc import Iterable
from dataclasses import dataclass

from commissions.regles.affectation.probleme import NUL, Probleme

# Under what a contract is taken: the number of a title, or one of these.
OUVERT, PRESENT = -1, -2


@dataclass(frozen=True, slots=True)
class Tour:
    """What a contract meets at its own turn: the half-days free, who was taken before, how many after."""

    libre: int
    avant: list[tuple[int, int]]
    apres: int


class Tenues:
    """The contracts held. `cles[a]`, `tenants[a]` and `libres[a]` describe, by priority, those of accueil a
    that are not places actuelles; `libres[a][i]` is what the présents and the first i of them leave."""

    def __init__(self, p: Probleme) -> None:
        self.p = p
        self.tenu = [NUL] * len(p.demandes)
        self.presents: list[list[int]] = [[] for _ in p.accueils]
        self.cles: list[list[int]] = [[] for _ in p.accueils]
        self.tenants: list[list[int]] = [[] for _ in p.accueils]
        self.libres: list[list[int]] = [[places] for places in p.places]
        # Where a half-day may have opened since it was last looked at.
        self.ouverts: set[int] = set()

    def prendrait(self, k: int) -> bool:
        """Vrai si l’accueil prend ce contrat parmi ceux qui le tiennent, le sien retiré."""
        p = self.p
        a, besoin = p.accueil[k], p.besoin[k]
        tenu = self.tenu[p.demande[k]]
        if p.actuelle[k]:
            return True
        if p.reserves[a]:
            candidats = [j for j in self.de(a) if j != tenu]
            candidats.append(k)
            return k in choisir(p, a, candidats)
        libre = self.libres[a][bisect_left(self.cles[a], p.cle[k])]
        if (
            tenu != NUL
            and p.accueil[tenu] == a
            and tenu != k
            and (p.actuelle[tenu] or p.cle[tenu] < p.cle[k])
        ):
            libre += p.besoin[tenu]
        garde = p.garde
        return ((libre | garde) - besoin) & garde == garde

    def tient(self, k: int) -> bool:
        """Vrai si l’accueil a encore ces demi-journées sans que personne n’en parte."""
        garde, a = self.p.garde, self.p.accueil[k]
        return ((self.libres[a][-1] | garde) - self.p.besoin[k]) & garde == garde

    def de(self, a: int) -> list[int]:
        """Every contract that holds accueil a."""
        return self.presents[a] + self.tenants[a]

    def poser(self, k: int) -> list[int]:
        """Donne ce contrat, que l’accueil prend, et rend ceux qui n’y tiennent plus."""
        p = self.p
        a, d = p.accueil[k], p.demande[k]
        if self.tenu[d] != NUL:
            self.retirer(d)
        return self.poser_ensemble(a, [k])

    def poser_ensemble(self, a: int, nouveaux: list[int]) -> list[int]:
        """Donne ces contrats à des enfants qui n’en ont plus aucun."""
        p = self.p
        for k in nouveaux:
            self.tenu[p.demande[k]] = k
        if p.reserves[a] or len(nouveaux) > 1 or p.actuelle[nouveaux[0]]:
            partis = self._refaire(a, nouveaux)
        else:
            partis = self._inserer(a, nouveaux[0])
        for k in partis:
            self.tenu[p.demande[k]] = NUL
        if partis:
            self.ouverts.add(a)
        return partis

    def retirer(self, d: int) -> None:
        """L’enfant rend le contrat qu’il tient."""
        p, k = self.p, self.tenu[d]
        a = p.accueil[k]
        self.tenu[d] = NUL
        self.ouverts.add(a)
        if p.actuelle[k]:
            self.presents[a].remove(k)
            self.libres[a] = [libre + p.besoin[k] for libre in self.libres[a]]
            return
        i = bisect_left(self.cles[a], p.cle[k])
        del self.cles[a][i], self.tenants[a][i]
        besoin, libres = p.besoin[k], self.libres[a]
        del libres[i]
        for j in range(i, len(libres)):
            libres[j] += besoin

    def _inserer(self, a: int, k: int) -> list[int]:
        p, garde = self.p, self.p.garde
        cles, tenants, libres = self.cles[a], self.tenants[a], self.libres[a]
        i = bisect_left(cles, p.cle[k])
        suite = tenants[i:]
        libre = libres[i] - p.besoin[k]
        del cles[i:], tenants[i:], libres[i + 1 :]
        cles.append(p.cle[k])
        tenants.append(k)
        libres.append(libre)
        partis = []
        for j in suite:
            besoin = p.besoin[j]
            if ((libre | garde) - besoin) & garde == garde:
                libre -= besoin
                cles.append(p.cle[j])
                tenants.append(j)
                libres.append(libre)
            else:
                partis.append(j)
        return partis

    def _refaire(self, a: int, nouveaux: list[int]) -> list[int]:
        """The general choice; the arrays are written anew."""
        p = self.p
        candidats = self.de(a) + nouveaux
        pris = choisir(p, a, candidats)
        restes = sorted((k for k in pris if not p.actuelle[k]), key=p.cle.__getitem__)
        self.presents[a] = [k for k in pris if p.actuelle[k]]
        self.cles[a], self.tenants[a] = [p.cle[k] for k in restes], restes
        libre = p.places[a] - sum(p.besoin[k] for k in self.presents[a])
        libres = [libre]
        for k in restes:
            libre -= p.besoin[k]
            libres.append(libre)
        self.libres[a] = libres
        return [k for k in candidats if k not in pris]

    def tour(self, k: int) -> Tour:
        """Ce que ce contrat rencontre à son tour parmi ceux qui tiennent l’accueil, le sien retiré."""
        p = self.p
        a, d = p.accueil[k], p.demande[k]
        candidats = [j for j in self.de(a) if p.demande[j] != d]
        total = len(candidats)
        candidats.append(k)
        suivi: list[tuple[int, int, bool]] = []
        choisir(p, a, candidats, suivi)
        libre, avant = p.places[a], []
        for j, titre, pris in suivi:
            if j == k:
                break
            if pris:
                libre -= p.besoin[j]
                avant.append((j, titre))
        return Tour(libre, avant, total - len(avant))


def choisir(
    p: Probleme, a: int, candidats: Iterable[int], suivi: list[tuple[int, int, bool]] | None = None
) -> dict[int, int]:
    """Ce que l’accueil prend parmi ces contrats, et sous quel titre.

    Maps each contract taken to the number of the title it counts for (`OUVERT` when it is none); `suivi`
    receives every turn, in order: contract, title, `PRESENT` or `OUVERT`, taken or not.
    """
    garde, besoins = p.garde, p.besoin
    ordre = sorted(candidats, key=p.cle.__getitem__)
    pris: dict[int, int] = {}
    libre = p.places[a]
    comptes = [0] * len(p.reserves[a])
    for k in ordre:
        if p.actuelle[k]:
            libre -= besoins[k]
            pris[k] = _titre_du_present(p, a, p.titres[p.demande[k]], comptes)
            if suivi is not None:
                suivi.append((k, PRESENT, True))
    for i, (bit, places) in enumerate(p.reserves[a]):
        for k in ordre:
            if comptes[i] >= places:
                break
            if k in pris or not p.titres[p.demande[k]] & bit:
                continue
            tient = ((libre | garde) - besoins[k]) & garde == garde
            if tient:
                libre -= besoins[k]
                comptes[i] += 1
                pris[k] = bit.bit_length() - 1
            if suivi is not None:
                suivi.append((k, bit.bit_length() - 1, tient))
    for k in ordre:
        if k in pris:
            continue
        tient = ((libre | garde) - besoins[k]) & garde == garde
        if tient:
            libre -= besoins[k]
            pris[k] = OUVERT
        if suivi is not None:
            suivi.append((k, OUVERT, tient))
    return pris


def _titre_du_present(p: Probleme, a: int, titres: int, comptes: list[int]) -> int:
    """The first title borne whose guarantee is not reached counts one more."""
    for i, (bit, places) in enumerate(p.reserves[a]):
        if titres & bit and comptes[i] < places:
            comptes[i] += 1
            return bit.bit_length() - 1
    return OUVERT
