"""One family's situation before the grid: what is declared, what is verified, what a person added by hand."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any

from dossiers.regles import lecture
from dossiers.regles.deductions import completer, contradictions
from dossiers.regles.faits import FAITS, VOEU, Faits, Valeur, valeur_de_fait
from dossiers.regles.grille import Grille
from dossiers.regles.lecture import erreur
from guichet.erreurs import ErreurMetier

MOTIFS_MANUELS = {
    "avis_pmi": "avis de la PMI",
    "avis_service_social": "avis du service social",
    "avis_medecin": "avis du médecin ou du référent santé",
    "avis_coordination": "avis de la coordination",
}


@dataclass(frozen=True)
class PointsManuels:
    """Points one person gave under a manual criterion, with a coded reason."""

    points: int
    motif: str
    auteur: str = ""


@dataclass(frozen=True)
class SituationVoeu:
    """What is particular to one choice; both worlds already hold the facts common to the dossier."""

    structure: str
    declares: Faits
    verifies: Faits


@dataclass(frozen=True)
class Situation:
    """Two worlds, completed with deduced facts: all that is declared, and only what is verified."""

    declares: Faits
    verifies: Faits
    manuelles: Mapping[str, PointsManuels] = field(default_factory=dict)
    voeux: tuple[SituationVoeu, ...] = ()


def construire_situation(
    faits: Faits,
    verifies: Collection[str],
    *,
    manuelles: Mapping[str, PointsManuels] | None = None,
    voeux: Collection[tuple[str, Faits, Collection[str]]] = (),
) -> Situation:
    """La situation d’un dossier, à partir de faits déjà contrôlés.

    `verifies` names the facts whose piece was seen; a fact that needs no proof is verified by itself.
    A wish is (structure, its own facts, its own verified facts) and inherits the dossier's.
    """
    declares, surs = _deux_mondes(faits, verifies)
    des_voeux = []
    # Wishes often say the same of different structures: they then share their two worlds.
    mondes: dict[Any, tuple[Faits, Faits]] = {}
    for structure, propres, propres_verifies in voeux:
        cle = (tuple(propres.items()), id(propres_verifies))
        if cle not in mondes:
            surs_propres = _verifies(propres, propres_verifies)
            mondes[cle] = ({**declares, **propres}, {**surs, **surs_propres})
        des_voeux.append(SituationVoeu(structure, *mondes[cle]))
    return Situation(declares, surs, manuelles or {}, tuple(des_voeux))


def _deux_mondes(faits: Faits, verifies: Collection[str]) -> tuple[dict[str, Valeur], dict[str, Valeur]]:
    declares = completer(faits)
    surs = _verifies(faits, verifies)
    if len(surs) == len(faits):
        return declares, declares
    # A deduced fact may be proved as such, without the facts it comes from.
    for code in verifies:
        if code in declares and code not in surs:
            surs[code] = declares[code]
    return declares, completer(surs)


def _verifies(faits: Faits, verifies: Collection[str]) -> dict[str, Valeur]:
    return {
        code: valeur
        for code, valeur in faits.items()
        if valeur is False or code in _SANS_PIECE or code in verifies or valeur in _SUR_PAROLE[code]
    }


# `Fait.a_prouver` laid flat: asked forty times of each of 60,000 dossiers.
_SANS_PIECE = frozenset(fait.code for fait in FAITS.values() if fait.preuve is None)
_SUR_PAROLE = {fait.code: fait.sur_parole for fait in FAITS.values()}


def lire_situation(brut: Any, grille: Grille) -> Situation:
    """La situation écrite en JSON, refusée à la première faute, en une phrase qui la situe.

    Raises ErreurMetier("fait_inconnu" | "situation"): unknown fact, wrong value, facts that contradict
    each other, manual points outside the bounds of their criterion.
    """
    try:
        return _lire(brut, grille)
    except ErreurMetier as faute:
        if faute.code == "grille":
            raise ErreurMetier("situation", faute.message, champ=faute.champ) from None
        raise


def _lire(brut: Any, grille: Grille) -> Situation:
    cles = lecture.objet(brut, "", cles=("faits", "verifies", "manuelles", "voeux"), obligatoires=("faits",))
    faits = _lire_faits(cles["faits"], "faits")
    if fautifs := contradictions(faits):
        raise erreur(f"faits.{fautifs[0]}", f"« {fautifs[0]} » contredit les autres faits du foyer")
    return construire_situation(
        faits,
        _lire_codes(cles.get("verifies", []), "verifies"),
        manuelles=_lire_manuelles(cles.get("manuelles", []), grille),
        voeux=_lire_voeux(cles.get("voeux", [])),
    )


def _lire_faits(brut: Any, ou: str) -> dict[str, Valeur]:
    if not isinstance(brut, Mapping):
        raise erreur(ou, "un objet { fait : valeur } est attendu")
    faits = {}
    for code, valeur in brut.items():
        if code not in FAITS:
            court = " ".join(str(code).split())[:60]
            raise ErreurMetier("fait_inconnu", f"{ou} : le fait « {court} » n’existe pas", champ=ou)
        if valeur is not None:
            try:
                faits[code] = valeur_de_fait(code, valeur)
            except ErreurMetier as faute:
                raise erreur(f"{ou}.{code}", faute.message.rstrip(".")) from None
    return faits


def _lire_codes(brut: Any, ou: str) -> frozenset[str]:
    codes = lecture.liste(brut, ou, vide=True)
    for code in codes:
        if not isinstance(code, str) or code not in FAITS:
            court = " ".join(str(code).split())[:60]
            raise ErreurMetier("fait_inconnu", f"{ou} : le fait « {court} » n’existe pas", champ=ou)
    return frozenset(codes)


def _lire_manuelles(brut: Any, grille: Grille) -> dict[str, PointsManuels]:
    lues: dict[str, PointsManuels] = {}
    for rang, element in enumerate(lecture.liste(brut, "manuelles", vide=True), start=1):
        ou = f"manuelles[{rang}]"
        connues = ("critere", "points", "motif", "auteur")
        cles = lecture.objet(element, ou, cles=connues, obligatoires=("critere", "points", "motif"))
        code = lecture.code(cles["critere"], f"{ou}.critere")
        if code in lues:
            raise erreur(f"{ou}.critere", f"« {code} » a déjà ses points")
        points = lecture.entier(cles["points"], f"{ou}.points")
        controler_points_manuels(grille, code, points, ou)
        lues[code] = PointsManuels(
            points,
            lecture.choix(cles["motif"], f"{ou}.motif", parmi=MOTIFS_MANUELS),
            lecture.texte(cles["auteur"], f"{ou}.auteur") if "auteur" in cles else "",
        )
    return lues


def controler_points_manuels(grille: Grille, code: str, points: int, ou: str = "points") -> None:
    """Des points donnés à la main restent dans les bornes de leur critère.

    Raises ErreurMetier("grille") when the criterion is not manual or the points are not allowed.
    """
    critere = grille.critere(code)
    if critere is None or critere.manuel is None:
        raise erreur(f"{ou}.critere", f"« {code} » n’est pas un critère manuel de cette grille")
    if not critere.manuel.permet(points):
        raise erreur(f"{ou}.points", f"« {critere.libelle} » se donne {critere.manuel.bornes}, pas {points}")


def _lire_voeux(brut: Any) -> list[tuple[str, Faits, Collection[str]]]:
    lus: list[tuple[str, Faits, Collection[str]]] = []
    for rang, element in enumerate(lecture.liste(brut, "voeux", vide=True), start=1):
        ou = f"voeux[{rang}]"
        cles = lecture.objet(
            element, ou, cles=("structure", "faits", "verifies"), obligatoires=("structure",)
        )
        structure = lecture.texte(cles["structure"], f"{ou}.structure")
        if any(structure == autre for autre, _, _ in lus):
            raise erreur(f"{ou}.structure", f"« {structure} » est choisie deux fois")
        faits = _lire_faits(cles.get("faits", {}), f"{ou}.faits")
        if commun := next((code for code in faits if FAITS[code].porte != VOEU), ""):
            raise erreur(f"{ou}.faits", f"« {commun} » est un fait du dossier, pas d’un choix")
        lus.append((structure, faits, _lire_codes(cles.get("verifies", []), f"{ou}.verifies")))
    return lus
