"""The engine: process by priority, then repair the justified claims, best first, within a bound."""

import heapq
from bisect import bisect_left
from collections.abc import Iterable
from math import inf

from commissions.regles.affectation.choix import Tenues
from commissions.regles.affectation.groupes import ensemble
from commissions.regles.affectation.probleme import NUL, Groupe, Probleme

# How many times one child, or one group, is placed before it stops pushing others out; half for who comes
# and goes between its place actuelle and better ones: staying there wrongs nobody else.
PASSAGES = 8
REPRISES = 3
# The whole work, in passages per demande.
BORNE = 20

ATTEND, PLACE, SEPARE = 0, 1, 2


class Moteur:
    """Places children until nobody has a justified claim, or lists what remains.

    A unit is a demande by its number, or a group: its number after all the demandes.
    """

    def __init__(self, p: Probleme) -> None:
        self.p, self.tenues = p, Tenues(p)
        nombre = len(p.demandes)
        self.etats = [ATTEND] * len(p.groupes)
        self.passages = [0] * (nombre + len(p.groupes))
        actuelles = [p.actuelle[p.debut[d + 1] - 1] for d in range(nombre)]
        self.limites = [PASSAGES // 2 if a else PASSAGES for a in actuelles] + [PASSAGES] * len(p.groupes)
        self.restants = BORNE * (nombre + 50)
        self.file: list[tuple[float, int]] = []
        self.demandeurs: list[list[int]] = [[] for _ in p.accueils]
        for k in sorted(range(len(p.demande)), key=p.cle.__getitem__):
            self.demandeurs[p.accueil[k]].append(k)
        # Whether a demande stands for itself, and the best priority of each unit.
        self.seuls = [g == NUL for g in p.groupe_de]
        self.priorites: list[float] = [min(p.cle[p.debut[d] : p.debut[d + 1]]) for d in range(nombre)]
        self.priorites += [min((self.priorites[d] for d in g.membres), default=inf) for g in p.groupes]
        self.groupes_de: dict[int, list[int]] = {}
        for g, groupe in enumerate(p.groupes):
            for s in groupe.structures:
                self.groupes_de.setdefault(s, []).append(g)

    def placer(self) -> None:
        """Tout le monde par priorité, puis les réclamations fondées jusqu’à ce qu’il n’en reste pas."""
        nombre = len(self.p.demandes)
        unites = range(nombre + len(self.p.groupes))
        for d in range(nombre):
            self._appeler(d)
        self._epuiser()
        for _ in range(REPRISES):
            # Whoever an opening serves was called; only those who were stopped may still claim, and groups.
            restes = self._reclamations(u for u in unites if u >= nombre or not self._peut(u))
            if not restes or self.restants <= 0:
                return
            self.passages = [0] * len(unites)
            for unite in restes:
                self._appeler(unite if unite < nombre else self.p.groupes[unite - nombre].membres[0])
            self._epuiser()

    def _appeler(self, d: int) -> None:
        """Queue a demande, or its group, by its best priority."""
        unite = d if self.seuls[d] else len(self.p.demandes) + self.p.groupe_de[d]
        heapq.heappush(self.file, (self.priorites[unite], unite))

    def _passer(self, g: int, etat: int) -> None:
        self.etats[g] = etat
        for d in self.p.groupes[g].membres:
            self.seuls[d] = etat == SEPARE

    def _epuiser(self) -> None:
        """Process the queue; then look at whoever waits where half-days opened, until nothing moves."""
        nombre = len(self.p.demandes)
        while True:
            while self.file:
                _, unite = heapq.heappop(self.file)
                if unite >= nombre:
                    self._traiter_groupe(unite - nombre)
                elif self.seuls[unite]:
                    self._traiter(unite)
            if not self.tenues.ouverts:
                self._constater_les_groupes()
                return
            ouverts = sorted(self.tenues.ouverts.items())
            self.tenues.ouverts.clear()
            for a, cle in ouverts:
                self._rappeler(a, cle)

    def _rappeler(self, a: int, depuis: float) -> None:
        """Those who wait for accueil a and whom it would now take; better priorities saw no change."""
        p, tenu, prendrait = self.p, self.tenues.tenu, self.tenues.prendrait
        demandeurs, seuls = self.demandeurs[a], self.seuls
        for i in range(bisect_left(demandeurs, depuis, key=p.cle.__getitem__), len(demandeurs)):
            k = demandeurs[i]
            d = p.demande[k]
            if (tenu[d] == NUL or k < tenu[d]) and seuls[d] and self._peut(d) and prendrait(k):
                heapq.heappush(self.file, (p.cle[k], d))
        for g in self.groupes_de.get(p.structure_de[a], ()):
            unite = len(p.demandes) + g
            if self._peut(unite):
                heapq.heappush(self.file, (self.priorites[unite], unite))

    def _peut(self, unite: int) -> bool:
        return self.passages[unite] <= self.limites[unite] and self.restants > 0

    def _compter(self, unite: int) -> None:
        self.passages[unite] += 1
        self.restants -= 1

    def _traiter(self, d: int) -> None:
        """Its best contract that is taken, better than what it holds."""
        p, tenues = self.p, self.tenues
        libre_de_pousser = self._peut(d)
        tenu = tenues.tenu[d]
        if tenu != NUL and not libre_de_pousser:
            return
        for k in range(p.debut[d], p.debut[d + 1] if tenu == NUL else tenu):
            if tenues.prendrait(k) and (libre_de_pousser or p.actuelle[k] or tenues.tient(k)):
                self._compter(d)
                self._partent(tenues.poser(k))
                return

    def _partent(self, contrats: list[int]) -> None:
        """Those pushed out wait again; a group received together goes out together."""
        p = self.p
        for k in contrats:
            d = p.demande[k]
            g = p.groupe_de[d]
            if g != NUL and self.etats[g] == PLACE:
                self._disperser(p.groupes[g])
                self._passer(g, ATTEND)
            self._appeler(d)

    def _disperser(self, groupe: Groupe) -> None:
        for d in groupe.membres:
            if self.tenues.tenu[d] != NUL:
                self.tenues.retirer(d)

    def _traiter_groupe(self, g: int) -> None:
        """The first structure that takes all; otherwise each for itself, or nobody."""
        groupe = self.p.groupes[g]
        if self._peut(len(self.p.demandes) + g):
            contrats = self.mieux(g)
            if contrats is not None:
                self._placer_groupe(g, contrats)
                return
        if self.etats[g] == ATTEND:
            self._passer(g, SEPARE if groupe.separes else ATTEND)
            for d in groupe.membres:
                if groupe.separes:
                    self._appeler(d)
                else:
                    self._garder_la_place_actuelle(d)

    def mieux(self, g: int) -> list[int] | None:
        """What the group would be given in a structure it prefers, or better contracts in its own."""
        p, tenues, groupe = self.p, self.tenues, self.p.groupes[g]
        tenus = [tenues.tenu[d] for d in groupe.membres]
        ici = structure_commune(p, tenus) if self.etats[g] == PLACE else None
        for s in groupe.structures:
            contrats = ensemble(tenues, groupe, s)
            if s == ici:
                return contrats if contrats is not None and contrats != tenus else None
            if contrats is not None:
                return contrats
        return None

    def _placer_groupe(self, g: int, contrats: list[int]) -> None:
        p = self.p
        self._compter(len(p.demandes) + g)
        self._disperser(p.groupes[g])
        self._passer(g, PLACE)
        for a in sorted({p.accueil[k] for k in contrats}):
            # With reserves, another group going out may change this one's turn.
            if self.etats[g] == PLACE:
                self._partent(self.tenues.poser_ensemble(a, [k for k in contrats if p.accueil[k] == a]))

    def _garder_la_place_actuelle(self, d: int) -> None:
        k = self.p.debut[d + 1] - 1
        if self.p.actuelle[k] and self.tenues.tenu[d] != k:
            self._partent(self.tenues.poser(k))

    def _constater_les_groupes(self) -> None:
        """Siblings whom the repli leaves in one structure are received together."""
        for g, groupe in enumerate(self.p.groupes):
            tenus = [self.tenues.tenu[d] for d in groupe.membres]
            if self.etats[g] != PLACE and structure_commune(self.p, tenus) is not None:
                self._passer(g, PLACE)

    def _reclamations(self, unites: Iterable[int]) -> list[int]:
        """Those of these units that a justified claim remains to."""
        p, tenues, nombre = self.p, self.tenues, len(self.p.demandes)
        restes = []
        for unite in unites:
            if unite >= nombre:
                if self.mieux(unite - nombre) is not None:
                    restes.append(unite)
            elif self.seuls[unite]:
                tenu = tenues.tenu[unite]
                fin = p.debut[unite + 1] if tenu == NUL else tenu
                if any(map(tenues.prendrait, range(p.debut[unite], fin))):
                    restes.append(unite)
        return restes


def structure_commune(p: Probleme, contrats: list[int]) -> int | None:
    """La structure que tous ces contrats partagent, None si l’un manque ou s’ils diffèrent."""
    structures = {NUL if k == NUL else p.structure_de[p.accueil[k]] for k in contrats}
    (commune, *autres) = structures or {NUL}
    return None if autres or commune == NUL else commune
