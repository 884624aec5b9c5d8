"""The choice of an accueil among the contracts that hold or ask it, and who holds what.

Présents first, then the reserves title by title, then everyone by priority, each taken if it fits.
"""

from bisect import bisect_left
from collections.abc import Iterable
from math import inf
from typing import NamedTuple

from commissions.regles.affectation.probleme import NUL, Probleme

# What a contract is taken under when it is no reserve; a title has its number.
OUVERT = -1


class Etape(NamedTuple):
    """One step of the choice over the holders: a reserve, or everyone left (`titre` zero, the last step).

    `libres[j]` is what the présents, the steps before and the first j of `tenants` leave; `deja` présents
    count for the guarantee of `places`.
    """

    titre: int
    deja: int
    places: int
    cles: list[int]
    tenants: list[int]
    libres: list[int]


class Tour(NamedTuple):
    """The turn of a contract: the steps, the one where it comes, how many of that step's come before it."""

    etapes: list[Etape]
    etape: int
    avant: int

    @property
    def libre(self) -> int:
        return self.etapes[self.etape].libres[self.avant]

    def reserves_avant(self) -> list[int]:
        """Holders of a reserve taken before it."""
        tenants = [k for etape in self.etapes[: self.etape] for k in etape.tenants]
        if self.etape < len(self.etapes) - 1:
            tenants += self.etapes[self.etape].tenants[: self.avant]
        return tenants

    def ouverts_avant(self) -> list[int]:
        """Those taken before it in the last step, by priority."""
        dernier = self.etape == len(self.etapes) - 1
        return self.etapes[self.etape].tenants[: self.avant] if dernier else []

    def quelqu_un_apres(self) -> bool:
        reste = len(self.etapes[self.etape].tenants) > self.avant
        return reste or any(etape.tenants for etape in self.etapes[self.etape + 1 :])


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
        # Where a half-day may have opened since it was last looked at, and to what priorities and worse.
        self.ouverts: dict[int, float] = {}
        # The steps of the accueils with reserves, until somebody comes or goes.
        self.etapes: dict[int, list[Etape]] = {}

    def prendrait(self, k: int) -> bool:
        """Vrai si l’accueil prend ce contrat parmi ceux qui le tiennent, le sien retiré."""
        p = self.p
        if p.actuelle[k]:
            return True
        a, garde = p.accueil[k], p.garde
        if p.reserves[a]:
            libre = self.tour(k).libre
        else:
            libre = self.libres[a][bisect_left(self.cles[a], p.cle[k])]
            tenu = self.tenu[p.demande[k]]
            if tenu != NUL and p.accueil[tenu] == a and (p.actuelle[tenu] or p.cle[tenu] < p.cle[k]):
                libre += p.besoin[tenu]
        return ((libre | garde) - p.besoin[k]) & garde == garde

    def tour(self, k: int) -> Tour:
        """Quand vient ce contrat parmi ceux qui tiennent l’accueil, le sien retiré.

        The first step where the child may be taken decides: what is lacking there is lacking after.
        """
        p = self.p
        a, d, cle = p.accueil[k], p.demande[k], p.cle[k]
        tenu = self.tenu[d]
        if tenu != NUL and p.accueil[tenu] == a:
            etapes = _etapes(p, a, [j for j in self.de(a) if j != tenu])
        elif p.reserves[a]:
            etapes = self.etapes.get(a) or self.etapes.setdefault(a, _etapes(p, a, self.de(a)))
        else:
            etapes = [Etape(0, 0, 0, self.cles[a], self.tenants[a], self.libres[a])]
        titres = p.titres[d]
        for i, etape in enumerate(etapes[:-1]):
            if titres & etape.titre:
                avant = bisect_left(etape.cles, cle)
                if etape.deja + avant < etape.places:
                    return Tour(etapes, i, avant)
        return Tour(etapes, len(etapes) - 1, bisect_left(etapes[-1].cles, cle))

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
        self.etapes.pop(a, None)
        # With reserves, a newcomer may take another's guarantee and move the turns; a présent pushes out
        # whom it could not have beaten for more.
        if p.reserves[a] or p.actuelle[nouveaux[0]]:
            self._ouvrir(a, -inf)
        elif partis:
            pris = p.besoin[nouveaux[0]]
            if len(nouveaux) > 1 or len(partis) > 1 or p.besoin[partis[0]] & ~pris:
                self._ouvrir(a, p.cle[partis[0]])
        return partis

    def _ouvrir(self, a: int, cle: float) -> None:
        self.ouverts[a] = min(cle, self.ouverts.get(a, cle))

    def retirer(self, d: int) -> None:
        """L’enfant rend le contrat qu’il tient."""
        p, k = self.p, self.tenu[d]
        a = p.accueil[k]
        self.tenu[d] = NUL
        self.etapes.pop(a, None)
        self._ouvrir(a, -inf if p.actuelle[k] or p.reserves[a] else p.cle[k])
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


def choisir(p: Probleme, a: int, candidats: Iterable[int]) -> dict[int, int]:
    """Ce que l’accueil prend parmi ces contrats, dans l’ordre où il le prend.

    Maps each contract taken to the number of the title it counts for, `OUVERT` when it is none.
    """
    garde, besoins, actuelles = p.garde, p.besoin, p.actuelle
    ordre = sorted(candidats, key=p.cle.__getitem__)
    pris: dict[int, int] = {}
    libre = p.places[a]
    comptes = [0] * len(p.reserves[a])
    for k in ordre:
        if actuelles[k]:
            libre -= besoins[k]
            pris[k] = _titre_du_present(p, a, p.titres[p.demande[k]], comptes)
    for i, (bit, places) in enumerate(p.reserves[a]):
        for k in ordre:
            if comptes[i] >= places:
                break
            if k in pris or not p.titres[p.demande[k]] & bit:
                continue
            if ((libre | garde) - besoins[k]) & garde == garde:
                libre -= besoins[k]
                comptes[i] += 1
                pris[k] = bit.bit_length() - 1
    for k in ordre:
        if k not in pris and ((libre | garde) - besoins[k]) & garde == garde:
            libre -= besoins[k]
            pris[k] = OUVERT
    return pris


def _etapes(p: Probleme, a: int, tenants: list[int]) -> list[Etape]:
    """The choice over contracts that all fit, step by step."""
    pris = choisir(p, a, tenants)
    presents = [k for k in pris if p.actuelle[k]]
    libre = p.places[a] - sum(p.besoin[k] for k in presents)
    etapes = []
    for bit, places in (*p.reserves[a], (0, 0)):
        numero = bit.bit_length() - 1
        siens = [k for k, titre in pris.items() if titre == numero and not p.actuelle[k]]
        libres = [libre]
        for k in siens:
            libre -= p.besoin[k]
            libres.append(libre)
        deja = sum(pris[k] == numero for k in presents) if bit else 0
        etapes.append(Etape(bit, deja, places, [p.cle[k] for k in siens], siens, libres))
    return etapes


def _titre_du_present(p: Probleme, a: int, titres: int, comptes: list[int]) -> int:
    """The first title borne whose guarantee is not reached counts one more."""
    for i, (bit, places) in enumerate(p.reserves[a]):
        if titres & bit and comptes[i] < places:
            comptes[i] += 1
            return bit.bit_length() - 1
    return OUVERT
