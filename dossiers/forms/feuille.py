"""The entry as typed: raw words by field name, which a draft keeps and a page shows again.

Nothing is trusted here: unknown names are dropped, values are cut and stripped of what no one types.
"""

import re
from collections.abc import Iterable, Mapping
from typing import Any

from django.http import QueryDict

from dossiers.regles.besoin import HORAIRES_APRES_MIDI, HORAIRES_MATIN

BESOINS = ("regulier", "occasionnel", "urgence")
NB_ENFANTS = 3
NB_ALTERNATIVES = 3
LONGUEUR = 300
REPETITIONS = 40
_NOMS = re.compile(
    r"e[123]-(nom|prenom|handicap_enfant)"
    r"|(statut|naissance|nombre|regle_groupe)"
    r"|r[12]-(lien|nom|prenom|telephone|telephone_2|courriel|adresse|complement|code_postal|commune"
    r"|activite|heures_hebdo|autorite_parentale|contact_relais|ecarte|opposition_ecrite)"
    r"|second|protegee"
    r"|foyer-[a-z0-9_]{1,40}"
    r"|(solution|quartier)"
    r"|(regulier|occasionnel|urgence)-(demande|entree_le|tolerance|rythme|semaine|semaine_b"
    r"|nombre_min|nombre_max|planning_jours|contrats|second|second_b"
    r"|(matin|apm)(_b)?_(debut|fin)|hb?[0-9]_(debut|fin))"
    r"|alt[123]-semaine|alternatives"
    r"|voeux|ajout"
    r"|(piece|equivalent)-[a-z0-9_]{1,40}(\.[0-2])?"
    r"|distinct-[0-2]-[0-9]{1,12}"
    r"|(depose_le|pieces_le|engagements|mairie|jeton|version|depuis|lien|place)"
)


class Feuille:
    """An immutable-looking mapping name → list of words."""

    def __init__(self, mots: Mapping[str, Iterable[Any]] | None = None) -> None:
        self._mots = {
            nom: [_propre(m) for m in list(valeurs)[:REPETITIONS]]
            for nom, valeurs in (mots or {}).items()
            if _NOMS.fullmatch(nom)
        }

    @classmethod
    def envoyee(cls, post: QueryDict) -> "Feuille":
        return cls({nom: post.getlist(nom) for nom in post})

    @classmethod
    def gardee(cls, donnees: Any) -> "Feuille":
        """Back from a draft, whatever is in it."""
        if not isinstance(donnees, dict):
            return cls()
        return cls({nom: v for nom, v in donnees.items() if isinstance(v, list)})

    def mot(self, nom: str, defaut: str = "") -> str:
        valeurs = self._mots.get(nom)
        return valeurs[-1] if valeurs else defaut

    def mots(self, nom: str) -> list[str]:
        return list(self._mots.get(nom, []))

    def coche(self, nom: str) -> bool:
        return bool(self.mot(nom))

    def entiers(self, nom: str, maximum: int = 10**15) -> list[int]:
        return [int(m) for m in self.mots(nom) if re.fullmatch(r"[0-9]{1,15}", m) and int(m) <= maximum]

    def noms(self) -> set[str]:
        return set(self._mots)

    def avec(self, **changes: Any) -> "Feuille":
        """A copy; `__` stands for « - », None removes."""
        return self.posee({nom.replace("__", "-"): valeur for nom, valeur in changes.items()})

    def posee(self, changes: Mapping[str, Any]) -> "Feuille":
        mots: dict[str, Any] = dict(self._mots)
        for nom, valeur in changes.items():
            if valeur is None:
                mots.pop(nom, None)
            else:
                mots[nom] = valeur if isinstance(valeur, list) else [valeur]
        return Feuille(mots)

    def donnees(self) -> dict[str, list[str]]:
        """What a draft keeps: no empty word, no technical field."""
        return {
            nom: valeurs
            for nom, valeurs in self._mots.items()
            if any(valeurs) and nom not in ("version", "ajout")
        }

    def en_formulaire(self) -> QueryDict:
        formulaire = QueryDict(mutable=True)
        for nom, valeurs in self._mots.items():
            formulaire.setlist(nom, valeurs)
        return formulaire

    @property
    def nombre_enfants(self) -> int:
        return int(m) if (m := self.mot("nombre")) in ("1", "2", "3") else 1

    @property
    def libelle(self) -> str:
        """How the list of drafts names it."""
        nom, prenom = self.mot("e1-nom") or self.mot("r1-nom"), self.mot("e1-prenom")
        return f"{nom.upper()} {prenom}".strip()[:170] or "Sans nom"

    @property
    def vide(self) -> bool:
        """Nothing typed yet: not worth a draft."""
        return not any(self.mot(n) for n in ("e1-nom", "e1-prenom", "r1-nom", "naissance", "r1-telephone"))


def feuille_neuve(*, jour: str, commune: str, jeton: str) -> Feuille:
    """The page before anything is typed."""
    mots = {
        "jeton": [jeton],
        "nombre": ["1"],
        "statut": ["ne"],
        "r1-lien": ["parent"],
        "r1-commune": [commune],
        "r1-autorite_parentale": ["on"],
        "regulier-demande": ["on"],
        "depose_le": [jour],
    }
    for prefixe in BESOINS:
        mots |= {
            f"{prefixe}-tolerance": ["30"],
            f"{prefixe}-matin_debut": [HORAIRES_MATIN[0]],
            f"{prefixe}-matin_fin": [HORAIRES_MATIN[1]],
            f"{prefixe}-apm_debut": [HORAIRES_APRES_MIDI[0]],
            f"{prefixe}-apm_fin": [HORAIRES_APRES_MIDI[1]],
        }
    return Feuille(mots)


def _propre(mot: Any) -> str:
    texte = str(mot)[:LONGUEUR]
    return "".join(c if c.isprintable() else " " for c in texte).strip()
