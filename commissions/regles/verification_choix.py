"""The choice of an accueil, written a second time and word for word, to judge a result with.

Shares nothing with the engine: plain lists of places, the whole choice run again for every question asked.
"""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import islice, product
from typing import Any, NamedTuple

# Less than the engine tries, so that what it did not find is not held against it; more to confirm what it
# says remains.
COMBINAISONS, COMBINAISONS_DITES = 2_000, 200_000
PRESENTS, RESERVE = "presents", "reserve"


class Contrat(NamedTuple):
    """The voeu number `voeu`, from 1, of a demande."""

    demande: str
    voeu: int


class Prise(NamedTuple):
    """One turn of the choice: taken or not, under a reserve's title, as a présent, or neither."""

    contrat: Contrat
    retenu: bool
    titre: str | None
    present: bool


@dataclass
class Situation:
    """An instance and who holds what in it (voeu number by demande)."""

    instance: dict[str, Any]
    tenus: dict[str, int]
    demandes: dict[str, dict[str, Any]] = field(init=False)
    accueils: dict[str, dict[str, Any]] = field(init=False)
    occupants: dict[str, list[Contrat]] = field(init=False)
    priorites: dict[Contrat, tuple[int, str, bool, int, str]] = field(init=False, default_factory=dict)

    def __post_init__(self) -> None:
        self.demandes = {d["id"]: d for d in self.instance["demandes"]}
        self.accueils = {a["id"]: a for a in self.instance["accueils"]}
        self.occupants = defaultdict(list)
        for demande, voeu in sorted(self.tenus.items()):
            self.occupants[self.voeu(Contrat(demande, voeu))["accueil"]].append(Contrat(demande, voeu))

    def voeu(self, contrat: Contrat) -> dict[str, Any]:
        voeu: dict[str, Any] = self.demandes[contrat.demande]["voeux"][contrat.voeu - 1]
        return voeu

    def priorite(self, contrat: Contrat) -> tuple[int, str, bool, int, str]:
        """Plus de points, plus ancien, plus petit tirage (absent en dernier), plus petit numéro."""
        connue = self.priorites.get(contrat)
        if connue is None:
            demande = self.demandes[contrat.demande]
            points, tirage = self.voeu(contrat)["points"], demande.get("tirage")
            connue = -points, demande["anteriorite"], tirage is None, tirage or 0, demande["id"]
            self.priorites[contrat] = connue
        return connue

    def titres(self, contrat: Contrat) -> list[str]:
        titres: list[str] = self.demandes[contrat.demande].get("titres", [])
        return titres

    def choix(self, accueil: str, candidats: list[Contrat]) -> Iterator[Prise]:
        """Les présents, puis les réserves titre par titre, puis tous les autres, chacun s’il tient."""
        places = list(self.accueils[accueil]["capacite"])
        reserves = self.accueils[accueil].get("reserves", [])
        comptes = {reserve["titre"]: 0 for reserve in reserves}
        ordre = sorted(candidats, key=self.priorite)
        pris = set()

        def essayer(contrat: Contrat) -> bool:
            creneaux = self.voeu(contrat)["creneaux"]
            if any(places[k] < 1 for k in creneaux):
                return False
            for k in creneaux:
                places[k] -= 1
            pris.add(contrat)
            return True

        for contrat in ordre:
            if self.voeu(contrat).get("place_actuelle"):
                titre = next(
                    (
                        r["titre"]
                        for r in reserves
                        if r["titre"] in self.titres(contrat) and comptes[r["titre"]] < r["places"]
                    ),
                    None,
                )
                if titre is not None:
                    comptes[titre] += 1
                yield Prise(contrat, essayer(contrat), titre, True)
        for reserve in reserves:
            titre = reserve["titre"]
            for contrat in ordre:
                if comptes[titre] >= reserve["places"]:
                    break
                if contrat not in pris and titre in self.titres(contrat):
                    retenu = essayer(contrat)
                    comptes[titre] += retenu
                    yield Prise(contrat, retenu, titre, False)
        for contrat in ordre:
            if contrat not in pris:
                yield Prise(contrat, essayer(contrat), None, False)

    def sans(self, accueil: str, demandes: set[str]) -> list[Contrat]:
        return [c for c in self.occupants[accueil] if c.demande not in demandes]

    def serait_pris(self, contrat: Contrat) -> bool:
        """Vrai si l’accueil prendrait ce contrat parmi ceux qui le tiennent."""
        return self.tour(contrat)[0].retenu

    def tour(self, contrat: Contrat) -> tuple[Prise, list[Prise], int]:
        """Its own first turn, those taken before it, and how many of the others hold the accueil after."""
        accueil = self.voeu(contrat)["accueil"]
        autres = self.sans(accueil, {contrat.demande})
        avant: list[Prise] = []
        for prise in self.choix(accueil, [*autres, contrat]):
            if prise.contrat == contrat:
                return prise, avant, len(autres) - len(avant)
            if prise.retenu:
                avant.append(prise)
        raise ValueError(contrat)

    def ensemble(
        self, membres: list[str], structure: str, *, limite: int = COMBINAISONS
    ) -> tuple[Contrat, ...] | None:
        """Les premiers contrats, un par membre, que la structure prendrait tous à la fois."""
        listes = [
            [
                Contrat(membre, i)
                for i, voeu in enumerate(self.demandes[membre]["voeux"], 1)
                if self.accueils[voeu["accueil"]]["structure"] == structure
            ]
            for membre in membres
        ]
        for contrats in islice(product(*listes), limite):
            if self._tous_pris(set(membres), contrats):
                return contrats
        return None

    def _tous_pris(self, membres: set[str], contrats: tuple[Contrat, ...]) -> bool:
        for accueil in {self.voeu(c)["accueil"] for c in contrats}:
            siens = [c for c in contrats if self.voeu(c)["accueil"] == accueil]
            prises = self.choix(accueil, self.sans(accueil, membres) + siens)
            if not set(siens) <= {p.contrat for p in prises if p.retenu}:
                return False
        return True
