"""The fields a city's file may fill, and the headings each one is known by.

Headings are compared once flattened (see `titre_normalise`): no accent, no article, « n° » written
`numero`, « 1er » written `1`. Each motif is a regular expression on the whole flattened heading;
the first motifs of a field are the surest ones.
"""

from dataclasses import dataclass

JOURS = ("lundi", "mardi", "mercredi", "jeudi", "vendredi")
NB_CHOIX_LUS = 10


@dataclass(frozen=True)
class Champ:
    """One field: `groupe` names the part of the form, `repetable` lets several columns feed it."""

    cle: str
    libelle: str
    groupe: str
    motifs: tuple[str, ...]
    repetable: bool = False
