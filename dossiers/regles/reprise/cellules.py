"""Reading the cells of one line: each value, and every remark made on the way."""

from collections.abc import Callable
from datetime import date
from typing import TypeVar

from structures.regles.texte import cle_mots

from .champs import CHAMPS_DOSSIERS, CHAMPS_PRESENTS
from .constats import Constat, FauteValeur, constat
from .dates import lire_date
from .lignes import LONGUEURS, Rangee
from .valeurs import est_vide, nettoyer

T = TypeVar("T")
# What a desk types in the name it does not have; « Na » or « So » are names.
SANS_NOM = {"nc", "n a", "non renseigne", "inconnu", "inconnue"}


class Cellules:
    """The cells of a `Rangee`, with the remarks collected while reading them."""

    def __init__(self, rangee: Rangee) -> None:
        self.rangee = rangee
        self.refus: list[Constat] = []
        self.reparations: list[Constat] = []
        self.a_verifier: list[Constat] = []

    def titre(self, champ: str) -> str:
        """The heading of the field in the file, else the field's own name."""
        defaut = (CHAMPS_DOSSIERS.get(champ) or CHAMPS_PRESENTS[champ]).libelle
        return self.rangee.titres.get(champ, defaut)

    def present(self, champ: str) -> bool:
        return champ in self.rangee.titres

    def brut(self, champ: str) -> str:
        return next((c for c in self.rangee.cellules.get(champ, ()) if c.strip()), "")

    def bruts(self, champ: str) -> list[str]:
        return [c for c in self.rangee.cellules.get(champ, ()) if c.strip()]

    def refuser(self, champ: str, motif: str, remede: str, valeur: str | None = None) -> None:
        valeur = self.brut(champ) if valeur is None else valeur
        self.refus.append(constat(self.titre(champ), valeur, motif, remede))

    def reparer(self, champ: str, motif: str, valeur: str | None = None) -> None:
        self.reparations.append(
            constat(self.titre(champ), self.brut(champ) if valeur is None else valeur, motif)
        )

    def signaler(self, champ: str, motif: str, valeur: str | None = None) -> None:
        self.a_verifier.append(
            constat(self.titre(champ), self.brut(champ) if valeur is None else valeur, motif)
        )

    def texte(self, champ: str) -> str:
        """Un texte nettoyé, coupé à la longueur que la base garde, et c’est dit."""
        lu = nettoyer(self.brut(champ))
        longueur = LONGUEURS.get(champ.rstrip("_12"), 80)
        if len(lu) > longueur:
            self.reparer(champ, f"texte coupé à {longueur} signes")
        return lu[:longueur].rstrip()

    def nom(self, champ: str) -> str:
        """Un nom : vide s’il ne porte aucune lettre (« - », « ? », « NC »)."""
        lu = self.texte(champ)
        return lu if any(c.isalpha() for c in lu) and cle_mots(lu) not in SANS_NOM else ""

    def date(self, champ: str) -> date | None:
        """Une date ; celle qui n’existe pas refuse la ligne, « 00/00/0000 » vaut une case vide."""
        brut = self.brut(champ)
        if est_vide(brut) or not brut.strip("0/.- :"):
            return None
        try:
            lue = lire_date(brut)
        except FauteValeur as faute:
            self.refuser(champ, faute.motif, faute.remede)
            return None
        if lue.reparation:
            self.reparer(champ, lue.reparation)
        return lue.jour

    def lire(self, champ: str, lecteur: Callable[[str], T], defaut: T, valeur: str | None = None) -> T:
        """Une valeur facultative : illisible, elle est laissée de côté et c’est dit."""
        brut = self.brut(champ) if valeur is None else valeur
        if est_vide(brut):
            return defaut
        try:
            return lecteur(brut)
        except FauteValeur as faute:
            self.reparer(champ, faute.motif, brut)
            return defaut
