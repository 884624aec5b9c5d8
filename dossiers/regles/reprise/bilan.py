"""The report of a take-over: counts that add up, and every remark with its line."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from .colonnes import Colonnes
from .constats import Constat
from .lignes import Lecture

Partenaire = int | str


class Lue(Protocol):
    """What the report reads of a line, of either kind of file."""

    ligne: int
    numero: str
    refus: list[Constat]


@dataclass(frozen=True)
class Different:
    """A line whose child was already taken over under this number, with other values: never written."""

    ligne: int
    numero_origine: str
    dossier: Partenaire
    ecarts: tuple[str, ...] = ()


@dataclass(frozen=True)
class Rapproche:
    """A line and another line, or the number of a dossier already in base, that may be one child."""

    ligne: int
    autre: Partenaire
    raisons: str


@dataclass
class Bilan:
    """Everything a person must see before anything is written."""

    lectures: Sequence[Lecture] = ()
    rapprochements: list[Rapproche] = field(default_factory=list)
    differents: list[Different] = field(default_factory=list)
    inchangees: list[int] = field(default_factory=list)
    foyers: list[tuple[int, str]] = field(default_factory=list)
    numeros_repetes: list[tuple[str, tuple[int, ...]]] = field(default_factory=list)
    colonnes_ignorees: tuple[str, ...] = ()
    colonnes_sensibles: tuple[str, ...] = ()
    dossiers_crees: int = 0

    @property
    def refusees(self) -> list[Lecture]:
        return [lecture for lecture in self.lectures if lecture.refusee]

    @property
    def reparees(self) -> list[Lecture]:
        return [lecture for lecture in self.lectures if lecture.reparee]

    @property
    def nb_acceptees(self) -> int:
        return len(self.lectures) - len(self.refusees) - len(self.reparees)

    def en_json(self) -> dict[str, Any]:
        """Le bilan tel que la commande l’imprime : lignes = acceptees + reparees + refusees."""
        return {
            "lignes": len(self.lectures),
            "acceptees": self.nb_acceptees,
            "reparees": len(self.reparees),
            "refusees": [refusee_json(lecture) for lecture in self.refusees],
            "rapprochements": [[r.ligne, r.autre] for r in self.rapprochements],
            "reparations": constats_json((lec, lec.reparations) for lec in self.reparees),
            "a_verifier": [
                *constats_json((lec, lec.a_verifier) for lec in self.lectures if not lec.refusee),
                *(
                    {"ligne": ligne, "numero_origine": "", "colonne": "", "valeur": "", "motif": motif}
                    for ligne, motif in self.foyers
                ),
                *(
                    {
                        "ligne": ligne,
                        "numero_origine": numero,
                        "colonne": "",
                        "valeur": "",
                        "motif": f"numéro porté aussi par la ligne {lignes[0]} : les deux sont repris",
                    }
                    for numero, lignes in self.numeros_repetes
                    for ligne in lignes[1:]
                ),
            ],
            "numeros_repetes": [
                {"numero_origine": numero, "lignes": list(lignes)} for numero, lignes in self.numeros_repetes
            ],
            "differents": [
                {
                    "ligne": d.ligne,
                    "numero_origine": d.numero_origine,
                    "dossier": d.dossier,
                    "ecarts": list(d.ecarts),
                }
                for d in self.differents
            ],
            "inchangees": len(self.inchangees),
            "dossiers_crees": self.dossiers_crees,
            "colonnes_ignorees": list(self.colonnes_ignorees),
            "raisons_rapprochements": [r.raisons for r in self.rapprochements],
        }


def _constat(lecture: Lue, constat: Constat) -> dict[str, Any]:
    return {
        "ligne": lecture.ligne,
        "numero_origine": lecture.numero,
        "colonne": constat.colonne,
        "valeur": constat.valeur,
        "motif": constat.motif,
    }


def refusee_json(lecture: Lue) -> dict[str, Any]:
    premier, *autres = lecture.refus
    dit = {**_constat(lecture, premier), "remede": premier.remede}
    if autres:
        dit["autres_fautes"] = [
            {"colonne": c.colonne, "valeur": c.valeur, "motif": c.motif, "remede": c.remede} for c in autres
        ]
    return dit


def constats_json(lectures: Iterable[tuple[Lue, list[Constat]]]) -> list[dict[str, Any]]:
    return [_constat(lecture, constat) for lecture, constats in lectures for constat in constats]


def numeros_repetes(lectures: Sequence[Lecture]) -> list[tuple[str, tuple[int, ...]]]:
    """Les numéros d’origine que portent plusieurs lignes gardées : chacune est reprise, et c’est dit."""
    compte = Counter(lec.numero for lec in lectures if lec.numero and not lec.refusee)
    return [
        (numero, tuple(lec.ligne for lec in lectures if lec.numero == numero and not lec.refusee))
        for numero, nombre in compte.items()
        if nombre > 1
    ]


def remarques_colonnes(colonnes: Colonnes) -> str:
    """Les colonnes laissées de côté, en une phrase ; vide s’il n’y en a pas."""
    if not colonnes.ignorees:
        return ""
    phrase = "Colonnes laissées de côté : " + ", ".join(f"« {t} »" for t in colonnes.ignorees) + "."
    if colonnes.sensibles:
        phrase += " Guichet ne garde jamais : " + ", ".join(f"« {t} »" for t in colonnes.sensibles) + "."
    return phrase
