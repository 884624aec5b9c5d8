"""Finding a structure or a mairie under the name a city wrote."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from structures.regles.distance import a_une_faute_pres
from structures.regles.texte import cle, cle_mots

_ARTICLES = {"la", "le", "les", "l", "du", "de", "des", "d", "a", "au", "aux"}
_GENRES = {
    "creche", "multi", "accueil", "multiaccueil", "halte", "garderie", "micro", "jardin", "enfants", "mairie",
    "proximite", "quartier", "eaj", "eaje", "ma", "mc", "hg", "collective", "familiale", "parentale",
    "municipale",
    "associative", "structure", "annexe", "point", "guichet",
}  # fmt: skip


@dataclass(frozen=True)
class Trouve:
    """The code found; `exact` when the name was the one on the books, typography apart."""

    code: str
    nom: str
    exact: bool


def _typographie(nom: str) -> str:
    return " ".join(re.sub(r"[’‘`´ʼ]", "'", nom).replace("‑", "-").split())


def _mots_utiles(nom: str, *, sans_genre: bool) -> str:
    mots = [("saint" if m in {"st", "s"} else "sainte" if m == "ste" else m) for m in cle_mots(nom).split()]
    return "".join(m for m in mots if m not in _ARTICLES and not (sans_genre and m in _GENRES))


class Annuaire:
    """Names on the books, looked up as written, then by their letters, then to within a typing fault.

    A name that could be two entries is not found: nothing is guessed.
    """

    def __init__(self, entrees: Mapping[str, Iterable[str]]) -> None:
        """`entrees`: for each code its name first, then its other names."""
        self.noms = {code: next(iter(noms)) for code, noms in entrees.items()}
        listes = {code: [n for n in noms if n] for code, noms in entrees.items()}
        self._vus: dict[str, Trouve | None] = {}
        self._exacts = self._index(listes, _typographie)
        self._niveaux = [
            self._index(listes, fonction)
            for fonction in (
                cle,
                lambda n: _mots_utiles(n, sans_genre=False),
                lambda n: _mots_utiles(n, sans_genre=True),
            )
        ]

    @staticmethod
    def _index(listes: dict[str, list[str]], fonction) -> dict[str, set[str]]:  # type: ignore[no-untyped-def]
        index: dict[str, set[str]] = {}
        for code, noms in listes.items():
            for nom in noms:
                if lettres := fonction(nom):
                    index.setdefault(lettres, set()).add(code)
        return index

    def chercher(self, nom: str) -> Trouve | None:
        """L’entrée qui porte ce nom, ou None si aucune ou plusieurs le portent."""
        if nom not in self._vus:
            self._vus[nom] = self._chercher(nom)
        return self._vus[nom]

    def _chercher(self, nom: str) -> Trouve | None:
        if (codes := self._exacts.get(_typographie(nom))) and len(codes) == 1:
            return self._trouve(codes, exact=True)
        lettres = (
            cle(nom),
            _mots_utiles(nom, sans_genre=False),
            _mots_utiles(nom, sans_genre=True),
        )
        for niveau, mot in zip(self._niveaux, lettres, strict=True):
            if codes := niveau.get(mot):
                return self._trouve(codes, exact=False)
        for niveau, mot in zip(self._niveaux, lettres, strict=True):
            proches = {c for connu, codes in niveau.items() if a_une_faute_pres(connu, mot) for c in codes}
            if proches:
                return self._trouve(proches, exact=False)
        return None

    def _trouve(self, codes: set[str], *, exact: bool) -> Trouve | None:
        if len(codes) != 1:
            return None
        (code,) = codes
        return Trouve(code, self.noms[code], exact)
