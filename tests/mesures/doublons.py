"""Recall and precision of the look-alike rule on a seeded set of altered French names.

Half of the pairs are one child entered twice, its name or date altered one of six ways; half are two
children, of which half again are homonyms, siblings or born the same day. Twins are counted apart.
"""

import json
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from pathlib import Path
from random import Random

from dossiers.regles.rapprochement import Identite, ressemblance
from structures.regles.texte import sans_accents

GRAINE = 20_261_122
NOMS = json.loads(
    (Path(__file__).parents[2] / "fixtures" / "noms-demonstration.json").read_text(encoding="utf-8")
)
VOISINES = {
    "a": "zq",
    "b": "vn",
    "c": "xv",
    "d": "sf",
    "e": "zr",
    "f": "dg",
    "g": "fh",
    "h": "gj",
    "i": "uo",
    "j": "hk",
    "k": "jl",
    "l": "km",
    "m": "lp",
    "n": "b",
    "o": "ip",
    "p": "om",
    "q": "sa",
    "r": "et",
    "s": "qd",
    "t": "ry",
    "u": "yi",
    "v": "cb",
    "w": "x",
    "x": "wc",
    "y": "tu",
    "z": "ae",
}


@dataclass
class Mesure:
    """Counts of pairs; `par_alteration` maps each alteration to (found, tried)."""

    vrais: int = 0
    positifs: int = 0
    faux: int = 0
    negatifs: int = 0
    difficiles: int = 0
    jumeaux: int = 0
    jumeaux_proposes: int = 0
    par_alteration: dict[str, tuple[int, int]] = field(default_factory=dict)
    faux_par_sorte: Counter[str] = field(default_factory=Counter)

    @property
    def rappel(self) -> float:
        return self.vrais / self.positifs

    @property
    def precision(self) -> float:
        return self.vrais / (self.vrais + self.faux)

    def phrase(self) -> str:
        return (
            f"rappel {self.rappel:.3f}, précision {self.precision:.3f} sur {self.positifs + self.negatifs} "
            f"paires ; jumeaux proposés : {self.jumeaux_proposes} sur {self.jumeaux}"
        )


def mesurer_doublons(par_sorte: int = 1000, *, graine: int = GRAINE) -> Mesure:
    """`par_sorte` pairs of each alteration, as many of two children, and as many of twins."""
    rng, mesure = Random(graine), Mesure()
    for nom, alterer in ALTERATIONS.items():
        trouves = 0
        for _ in range(par_sorte):
            enfant, altere = alterer(_enfant(rng), rng)
            trouves += ressemblance(enfant, _redeclare(altere, rng)) is not None
        mesure.par_alteration[nom] = (trouves, par_sorte)
        mesure.vrais, mesure.positifs = mesure.vrais + trouves, mesure.positifs + par_sorte
    for rang in range(mesure.positifs):
        difficile = rang % 2 == 0
        nom, fabrique = list(DIFFICILES.items())[rang // 2 % len(DIFFICILES)] if difficile else AUTRE
        un = _enfant(rng)
        mesure.difficiles += difficile
        mesure.negatifs += 1
        if ressemblance(un, fabrique(un, rng)) is not None:
            mesure.faux += 1
            mesure.faux_par_sorte[nom] += 1
    for rang in range(par_sorte):
        mesure.jumeaux += 1
        mesure.jumeaux_proposes += ressemblance(*_jumeaux(rng, rang)) is not None
    return mesure


def _enfant(rng: Random, *, terme: bool = False) -> Identite:
    nom = rng.choice(NOMS["noms"])
    if rng.random() < 0.25:
        nom = f"{nom}-{rng.choice(NOMS['noms'])}"
    jour = date(2024, 1, 1) + timedelta(rng.randrange(1000))
    meres, peres = (rng.choice(NOMS[sexe]) for sexe in ("femmes", "hommes"))
    return Identite(
        nom=nom,
        prenom="" if terme else rng.choice(NOMS[rng.choice(("filles", "garcons"))]),
        naissance=None if terme else jour,
        terme=jour if terme else None,
        responsables=((rng.choice(NOMS["noms"]), meres), (nom, peres)),
        telephones=(_telephone(rng), _telephone(rng)),
        numero_caf=f"{rng.randrange(10**7):07d}" if rng.random() < 0.7 else "",
    )


def _telephone(rng: Random) -> str:
    return f"06 39 98 {rng.randrange(100):02d} {rng.randrange(100):02d}"


def _redeclare(enfant: Identite, rng: Random) -> Identite:
    """The family as another counter, or an old file, wrote it: less known, another telephone, one parent."""
    hasard = rng.random()
    if hasard < 0.2:
        return replace(enfant, responsables=(), telephones=(), numero_caf="")
    if hasard < 0.5:
        return replace(enfant, telephones=(_telephone(rng),), numero_caf="")
    if hasard < 0.7:
        return replace(enfant, responsables=enfant.responsables[:1], telephones=enfant.telephones[1:])
    return enfant


Paire = tuple[Identite, Identite]


def _accents(e: Identite, rng: Random) -> Paire:
    accentues = [n for n in NOMS["filles"] + NOMS["garcons"] if not n.isascii()]
    e = replace(e, prenom=rng.choice(accentues))
    return e, replace(e, nom=sans_accents(e.nom).upper(), prenom=sans_accents(e.prenom).upper())


def _inverses(e: Identite, rng: Random) -> Paire:
    return e, replace(e, nom=e.prenom, prenom=e.nom)


def _second_prenom(e: Identite, rng: Random) -> Paire:
    return e, replace(e, prenom=f"{e.prenom} {rng.choice(NOMS['filles'] + NOMS['garcons'])}")


def _frappe(e: Identite, rng: Random) -> Paire:
    """One key missed, doubled, swapped with the next or hit beside, in the surname or the first name."""
    champ = rng.choice(("nom", "prenom"))
    mot = getattr(e, champ)
    i = rng.choice([i for i, lettre in enumerate(mot) if lettre.isalpha()])
    geste = rng.randrange(4)
    if geste == 0:
        faute = mot[:i] + mot[i + 1 :]
    elif geste == 1:
        faute = mot[:i] + mot[i] + mot[i:]
    elif geste == 2 and i + 1 < len(mot):
        faute = mot[:i] + mot[i + 1] + mot[i] + mot[i + 2 :]
    else:
        faute = mot[:i] + rng.choice(VOISINES[sans_accents(mot[i])[0]]) + mot[i + 1 :]
    return e, replace(e, **{champ: faute})


def _jour_mois(e: Identite, rng: Random) -> Paire:
    """Only a day that is a month too can be swapped."""
    jour, mois = rng.sample(range(1, 13), 2)
    annee = rng.choice((2024, 2025, 2026))
    e = replace(e, naissance=date(annee, mois, jour))
    return e, replace(e, naissance=date(annee, jour, mois))


def _traits_d_union(e: Identite, rng: Random) -> Paire:
    """« Durand-Petit » written « Durand Petit », « DurandPetit », or shortened to one of its halves."""
    gauche, droite = rng.sample(NOMS["noms"], 2)
    ecrits = (f"{gauche} {droite}", f"{gauche}{droite}", f"{droite}-{gauche}", gauche, droite)
    return replace(e, nom=f"{gauche}-{droite}"), replace(e, nom=rng.choice(ecrits))


ALTERATIONS: dict[str, Callable[[Identite, Random], Paire]] = {
    "accents": _accents,
    "noms inversés": _inverses,
    "second prénom": _second_prenom,
    "faute de frappe": _frappe,
    "jour et mois": _jour_mois,
    "traits d’union": _traits_d_union,
}


def _homonyme(e: Identite, rng: Random) -> Identite:
    """The same names in another family; one in ten was even born the same day, or the day swapped."""
    autre = replace(_enfant(rng), nom=e.nom, prenom=e.prenom)
    if rng.random() < 0.1 and e.naissance:
        return replace(autre, naissance=e.naissance)
    return autre


def _frere(e: Identite, rng: Random) -> Identite:
    """The same family, a first name that may be close, another birth; the telephone is that of the home."""
    proches = [p for p in NOMS["filles"] + NOMS["garcons"] if p != e.prenom]
    debut = [p for p in proches if p[0] == e.prenom[0]] or proches
    ecart = timedelta(rng.randrange(300, 900) * rng.choice((-1, 1)))
    naissance = e.naissance + ecart if e.naissance else None
    return replace(e, prenom=rng.choice(debut if rng.random() < 0.3 else proches), naissance=naissance)


def _meme_jour(e: Identite, rng: Random) -> Identite:
    """Born the same day in another family, one name in common half of the time."""
    autre = replace(_enfant(rng), naissance=e.naissance)
    hasard = rng.random()
    if hasard < 0.3 and autre.prenom != e.prenom:
        return replace(autre, nom=e.nom)
    return replace(autre, prenom=e.prenom) if hasard < 0.5 and autre.nom != e.nom else autre


DIFFICILES: dict[str, Callable[[Identite, Random], Identite]] = {
    "homonyme": _homonyme,
    "frère ou sœur": _frere,
    "né le même jour": _meme_jour,
}
AUTRE: tuple[str, Callable[[Identite, Random], Identite]] = ("autre enfant", lambda _, rng: _enfant(rng))


def _jumeaux(rng: Random, rang: int) -> Paire:
    """Twins linked at the counter, twins of one household never linked, a twin entered again alone; born or
    not."""
    e = _enfant(rng, terme=rang % 2 == 0)
    filles = NOMS["filles"]
    autre = "" if not e.prenom else rng.choice([p for p in filles if p != e.prenom])
    autre = replace(e, prenom=autre)
    sorte = rang // 2 % 3
    if sorte == 0:
        return tuple(replace(x, multiple=True, groupe=rang) for x in (e, autre))  # type: ignore[return-value]
    if sorte == 1:
        return replace(e, foyer=rang), replace(autre, foyer=rang)
    return replace(e, multiple=True, groupe=rang), autre
