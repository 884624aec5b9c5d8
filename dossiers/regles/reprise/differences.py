"""What a new file of children present would change, told before it is applied."""

import hashlib
import json
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from structures.regles.semaine import texte_semaine

from .bilan import Rapproche, constats_json, refusee_json
from .presents import LecturePresent, LignePresent, cle_present

NOUVEAU, CHANGE, ABSENT = "nouveau", "changé", "absent du fichier"


@dataclass(frozen=True)
class ContratConnu:
    """One admission in base, under the key its child has in a file."""

    id: int
    cle: str
    structure: str
    enfant: str
    section: int
    semaine: tuple[int, ...]
    adaptation: date | None
    debut: date
    fin: date | None
    suivi: bool
    """True once a file has named it: its absence from the next one then means it ended."""

    def en_cours(self, jour: date) -> bool:
        return (self.fin is None or self.fin > jour) and (self.adaptation or self.debut) <= jour


@dataclass(frozen=True)
class Difference:
    """`contrat` is the admission in base (None for a new child), `present` the line (None when absent)."""

    nature: str
    structure: str
    enfant: str
    detail: str
    ligne: int | None = None
    contrat: int | None = None
    present: LignePresent | None = None


@dataclass
class BilanPresents:
    """The report of a file of children present; `empreinte` names this very list of differences."""

    lectures: Sequence[LecturePresent] = ()
    differences: list[Difference] = field(default_factory=list)
    inchanges: int = 0
    rapprochements: list[Rapproche] = field(default_factory=list)
    remarques: list[tuple[int, str]] = field(default_factory=list)
    structures_absentes: tuple[str, ...] = ()
    colonnes_ignorees: tuple[str, ...] = ()

    @property
    def empreinte(self) -> str:
        contenu = [
            (d.nature, d.structure, d.enfant, d.detail, d.contrat, str(d.present)) for d in self.differences
        ]
        return hashlib.sha256(json.dumps(sorted(map(str, contenu))).encode()).hexdigest()[:16]

    def en_json(self) -> dict[str, Any]:
        """Le bilan : les mêmes clés que pour les dossiers, et les différences à confirmer."""
        reparees = [lec for lec in self.lectures if lec.reparee]
        refusees = [lec for lec in self.lectures if lec.refusee]
        gardees = [lec for lec in self.lectures if not lec.refusee]
        return {
            "lignes": len(self.lectures),
            "acceptees": len(self.lectures) - len(reparees) - len(refusees),
            "reparees": len(reparees),
            "refusees": [refusee_json(lec) for lec in refusees],
            "rapprochements": [[r.ligne, r.autre] for r in self.rapprochements],
            "raisons_rapprochements": [r.raisons for r in self.rapprochements],
            "reparations": constats_json((lec, lec.reparations) for lec in reparees),
            "a_verifier": [
                *constats_json((lec, lec.a_verifier) for lec in gardees),
                *(
                    {"ligne": ligne, "numero_origine": "", "colonne": "", "valeur": "", "motif": motif}
                    for ligne, motif in self.remarques
                ),
            ],
            "differences": [
                {
                    "nature": d.nature,
                    "structure": d.structure,
                    "enfant": d.enfant,
                    "detail": d.detail,
                    "ligne": d.ligne,
                }
                for d in self.differences
            ],
            "inchanges": self.inchanges,
            "structures_absentes": list(self.structures_absentes),
            "colonnes_ignorees": list(self.colonnes_ignorees),
            "empreinte": self.empreinte,
        }


def comparer(
    lectures: Sequence[LecturePresent],
    contrats: Iterable[ContratConnu],
    *,
    aujourd_hui: date,
    noms_structures: Mapping[str, str],
    noms_sections: Mapping[int, str],
) -> BilanPresents:
    """Les différences entre le fichier et la base, structure par structure.

    A contract already named by a file, under way and absent from this one, has ended; one that only
    Guichet knows is told and left alone; a structure absent from the file is left alone whole.
    """
    bilan = BilanPresents(lectures)
    _refuser_chevauchements(lectures)
    par_cle: dict[str, list[ContratConnu]] = defaultdict(list)
    for contrat in contrats:
        par_cle[contrat.cle].append(contrat)
    lues: dict[str, list[LecturePresent]] = defaultdict(list)
    for lecture in lectures:
        if p := lecture.present:
            lues[cle_present(p.structure, p.nom, p.prenom, p.naissance)].append(lecture)
    vus: set[int] = set()
    for cle, lignes in lues.items():
        for lecture in lignes:
            trouve = _apparier(lecture, par_cle.get(cle, []), seul=len(lignes) == 1, vus=vus)
            _dire(bilan, lecture, trouve, noms_structures, noms_sections)
    presentes = {lec.present.structure for lec in lectures if lec.present}
    bilan.structures_absentes = tuple(
        sorted(nom for code, nom in noms_structures.items() if code not in presentes)
    )
    for connu in (c for cs in par_cle.values() for c in cs):
        if connu.id not in vus and connu.structure in presentes and connu.en_cours(aujourd_hui):
            _dire_absent(bilan, connu, aujourd_hui, noms_structures)
    bilan.differences.sort(key=lambda d: (d.structure, d.nature, d.enfant))
    return bilan


def _refuser_chevauchements(lectures: Sequence[LecturePresent]) -> None:
    """Two lines of one child whose contracts overlap: the second is refused, the base would refuse it too."""
    gardes: dict[str, list[tuple[LignePresent, int]]] = defaultdict(list)
    for lecture in lectures:
        if not (p := lecture.present):
            continue
        cle = cle_present(p.structure, p.nom, p.prenom, p.naissance)
        for autre, ligne in gardes[cle]:
            if _debut(p) <= (autre.fin or date.max) and _debut(autre) <= (p.fin or date.max):
                lecture.refuser(
                    "Début du contrat",
                    f"{p.debut:%d/%m/%Y}",
                    f"Cet enfant a déjà un contrat sur ces dates, ligne {ligne}.",
                    "Gardez une seule des deux lignes, ou corrigez leurs dates.",
                )
                break
        else:
            gardes[cle].append((p, lecture.ligne))


def _debut(present: LignePresent) -> date:
    return present.adaptation or present.debut


def _apparier(
    lecture: LecturePresent, connus: list[ContratConnu], *, seul: bool, vus: set[int]
) -> ContratConnu | None:
    """The admission this line is about: the same start, else one whose dates meet it."""
    p = lecture.present
    libres = [c for c in connus if c.id not in vus]
    trouve = next((c for c in libres if p and c.debut == p.debut), None)
    if trouve is None and seul and p:
        trouve = next(
            (
                c
                for c in sorted(libres, key=lambda c: c.debut, reverse=True)
                if (c.adaptation or c.debut) <= (p.fin or date.max) and _debut(p) <= (c.fin or date.max)
            ),
            None,
        )
    if trouve:
        vus.add(trouve.id)
    return trouve


def _dire(
    bilan: BilanPresents,
    lecture: LecturePresent,
    contrat: ContratConnu | None,
    noms_structures: Mapping[str, str],
    noms_sections: Mapping[int, str],
) -> None:
    p = lecture.present
    if p is None:
        return
    enfant = f"{p.prenom} {p.nom}"
    structure = noms_structures[p.structure]
    if contrat is None:
        detail = f"{noms_sections[p.section]}, {texte_semaine(p.semaine)}, {_periode(p.debut, p.fin)}"
        bilan.differences.append(Difference(NOUVEAU, structure, enfant, detail, lecture.ligne, None, p))
        return
    changements = []
    if contrat.section != p.section:
        changements.append(f"section {noms_sections[contrat.section]} → {noms_sections[p.section]}")
    if contrat.semaine != p.semaine:
        changements.append(f"{texte_semaine(contrat.semaine)} → {texte_semaine(p.semaine)}")
    if (contrat.debut, contrat.fin) != (p.debut, p.fin):
        changements.append(f"{_periode(contrat.debut, contrat.fin)} → {_periode(p.debut, p.fin)}")
    if p.adaptation and contrat.adaptation != p.adaptation:
        changements.append(f"adaptation le {p.adaptation:%d/%m/%Y}")
    if changements:
        detail = " ; ".join(changements)
        bilan.differences.append(Difference(CHANGE, structure, enfant, detail, lecture.ligne, contrat.id, p))
    elif not contrat.suivi:
        detail = "déjà admis dans Guichet, désormais suivi par le fichier"
        bilan.differences.append(Difference(CHANGE, structure, enfant, detail, lecture.ligne, contrat.id, p))
    else:
        bilan.inchanges += 1


def _dire_absent(
    bilan: BilanPresents, contrat: ContratConnu, aujourd_hui: date, noms_structures: Mapping[str, str]
) -> None:
    structure = noms_structures[contrat.structure]
    if contrat.suivi:
        detail = f"contrat clos le {aujourd_hui:%d/%m/%Y}"
        bilan.differences.append(
            Difference(ABSENT, structure, contrat.enfant, detail, None, contrat.id, None)
        )
    else:
        motif = (
            f"{contrat.enfant}, admis à {structure} dans Guichet, n’est pas dans le fichier : laissé tel quel"
        )
        bilan.remarques.append((0, motif))


def _periode(debut: date, fin: date | None) -> str:
    return f"du {debut:%d/%m/%Y}" + (f" au {fin:%d/%m/%Y}" if fin else ", sans fin")
