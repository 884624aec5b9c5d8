"""The JSON form of the grid: read strictly, written back identical."""

from collections.abc import Sequence
from typing import Any

from dossiers.regles import lecture
from dossiers.regles.conditions import choix_de_fait, lire_condition
from dossiers.regles.faits import FAITS, VOEU, est_date_iso
from dossiers.regles.grille import (
    DEPARTAGES,
    FORMAT,
    MODES,
    POINTS_MAXIMUM,
    PORTEE_DOSSIER,
    PORTEE_VOEU,
    Critere,
    Grille,
    Groupe,
    Manuel,
    Niveau,
    Plafond,
    Repetition,
)
from dossiers.regles.lecture import erreur
from dossiers.regles.pieces import PREUVES, SUR_PAROLE

_CLES_GRILLE = (
    "format",
    "nom",
    "debut",
    "departage",
    "groupes",
    "plafonds",
    "plafond_total",
    "criteres",
)
_CLES_CRITERE = (
    "code",
    "libelle",
    "points",
    "si",
    "niveaux",
    "par",
    "manuel",
    "plafond",
    "groupe",
    "preuves",
    "protege",
    "portee",
)


def lire_grille(brut: Any) -> Grille:
    """La grille écrite en JSON, refusée tout entière à la première faute, en une phrase qui la situe.

    Raises ErreurMetier("grille" | "fait_inconnu") whose `champ` is the path of the element at fault.
    """
    cles = lecture.objet(brut, "", cles=_CLES_GRILLE, obligatoires=("format", "nom", "criteres"))
    if cles["format"] is True or cles["format"] != FORMAT:
        raise erreur("format", f"le format {FORMAT} est attendu")
    criteres = tuple(
        lire_critere(critere, f"criteres[{rang}]", ordre=rang)
        for rang, critere in enumerate(lecture.liste(cles["criteres"], "criteres"), start=1)
    )
    grille = Grille(
        nom=lecture.texte(cles["nom"], "nom", maximum=120),
        criteres=criteres,
        debut=_lire_debut(cles["debut"]) if "debut" in cles else None,
        departage=lecture.choix(cles["departage"], "departage", parmi=DEPARTAGES)
        if "departage" in cles
        else None,
        groupes=_lire_groupes(cles["groupes"]) if "groupes" in cles else None,
        plafonds=_lire_plafonds(cles["plafonds"]) if "plafonds" in cles else None,
        plafond_total=lecture.entier(cles["plafond_total"], "plafond_total", minimum=0)
        if "plafond_total" in cles
        else None,
    )
    _controler_ensemble(grille)
    return grille


def _lire_debut(brut: Any) -> str:
    if not isinstance(brut, str) or not est_date_iso(brut):
        raise erreur("debut", "une date AAAA-MM-JJ est attendue")
    return brut


def _lire_groupes(brut: Any) -> tuple[Groupe, ...]:
    lus = []
    for rang, element in enumerate(lecture.liste(brut, "groupes", vide=True), start=1):
        ou = f"groupes[{rang}]"
        cles = lecture.objet(element, ou, cles=("code", "libelle"), obligatoires=("code", "libelle"))
        code = lecture.code(cles["code"], f"{ou}.code")
        lus.append(Groupe(code, lecture.texte(cles["libelle"], f"{ou}.libelle")))
    lecture.codes_uniques([g.code for g in lus], "groupes")
    return tuple(lus)


def _lire_plafonds(brut: Any) -> tuple[Plafond, ...]:
    lus = []
    for rang, element in enumerate(lecture.liste(brut, "plafonds", vide=True), start=1):
        ou = f"plafonds[{rang}]"
        connues = ("code", "libelle", "criteres", "max", "min")
        cles = lecture.objet(element, ou, cles=connues, obligatoires=("code", "libelle", "criteres"))
        membres = [
            lecture.code(c, f"{ou}.criteres") for c in lecture.liste(cles["criteres"], f"{ou}.criteres")
        ]
        lecture.codes_uniques(membres, f"{ou}.criteres")
        plafond = Plafond(
            code=lecture.code(cles["code"], f"{ou}.code"),
            libelle=lecture.texte(cles["libelle"], f"{ou}.libelle"),
            criteres=tuple(membres),
            maximum=lecture.entier(cles["max"], f"{ou}.max") if "max" in cles else None,
            minimum=lecture.entier(cles["min"], f"{ou}.min") if "min" in cles else None,
        )
        if plafond.maximum is None and plafond.minimum is None:
            raise erreur(ou, "« max » ou « min » est attendu")
        if plafond.maximum is not None and plafond.minimum is not None and plafond.minimum > plafond.maximum:
            raise erreur(ou, "« min » dépasse « max »")
        lus.append(plafond)
    lecture.codes_uniques([p.code for p in lus], "plafonds")
    return tuple(lus)


def lire_critere(brut: Any, ou: str, *, ordre: int = 0) -> Critere:
    """Un critère de la grille : exactement une façon de donner ses points.

    Raises ErreurMetier naming the key at fault under `ou`.
    """
    cles = lecture.objet(brut, ou, cles=_CLES_CRITERE, obligatoires=("code", "libelle"))
    code = lecture.code(cles["code"], f"{ou}.code")
    modes = [mode for mode in MODES if mode in cles]
    if len(modes) != 1:
        fautifs = " et ".join(f"« {mode} »" for mode in modes) if modes else "aucune"
        message = f"« {code} » donne ses points d’une seule façon parmi {', '.join(MODES)} ; ici {fautifs}"
        raise erreur(ou, message)
    if modes[0] == "points" and "si" not in cles:
        raise erreur(ou, f"« {code} » donne des points fixes : la condition « si » manque")
    critere = Critere(
        code=code,
        libelle=lecture.texte(cles["libelle"], f"{ou}.libelle"),
        si=lire_condition(cles["si"], f"{ou}.si") if "si" in cles else None,
        points=_lire_points(cles["points"], f"{ou}.points") if "points" in cles else None,
        niveaux=_lire_niveaux(cles["niveaux"], f"{ou}.niveaux") if "niveaux" in cles else None,
        par=_lire_par(cles["par"], f"{ou}.par") if "par" in cles else None,
        manuel=_lire_manuel(cles["manuel"], f"{ou}.manuel") if "manuel" in cles else None,
        plafond=lecture.entier(cles["plafond"], f"{ou}.plafond", minimum=0) if "plafond" in cles else None,
        groupe=lecture.code(cles["groupe"], f"{ou}.groupe") if "groupe" in cles else None,
        preuves=_lire_preuves(cles["preuves"], f"{ou}.preuves") if "preuves" in cles else None,
        protege_dit=lecture.booleen(cles["protege"], f"{ou}.protege") if "protege" in cles else None,
        portee_dite=lecture.choix(cles["portee"], f"{ou}.portee", parmi=(PORTEE_DOSSIER, PORTEE_VOEU))
        if "portee" in cles
        else None,
        ordre=ordre,
    )
    _controler_critere(critere, ou)
    return critere


def _controler_critere(critere: Critere, ou: str) -> None:
    if critere.protege_dit is False and critere.protege:
        fait = next(code for code in sorted(critere.faits) if FAITS[code].protege)
        raise erreur(f"{ou}.protege", f"« {critere.code} » utilise « {fait} », qui est protégé")
    if critere.portee_dite == PORTEE_DOSSIER:
        fait = next((code for code in sorted(critere.faits) if FAITS[code].porte == VOEU), "")
        if fait:
            raise erreur(f"{ou}.portee", f"« {fait} » dépend du choix : la portée est « voeu »")


def _lire_points(brut: Any, ou: str) -> int:
    return lecture.entier(brut, ou, minimum=-POINTS_MAXIMUM, maximum=POINTS_MAXIMUM)


def _lire_niveaux(brut: Any, ou: str) -> tuple[Niveau, ...]:
    lus = []
    for rang, element in enumerate(lecture.liste(brut, ou, maximum=100), start=1):
        chemin = f"{ou}[{rang}]"
        cles = lecture.objet(element, chemin, cles=("libelle", "si", "points"), obligatoires=("si", "points"))
        lus.append(
            Niveau(
                si=lire_condition(cles["si"], f"{chemin}.si"),
                points=_lire_points(cles["points"], f"{chemin}.points"),
                libelle=lecture.texte(cles["libelle"], f"{chemin}.libelle") if "libelle" in cles else None,
            )
        )
    return tuple(lus)


def _lire_par(brut: Any, ou: str) -> Repetition:
    connues = ("fait", "points", "tranche", "max", "au_dela_de")
    cles = lecture.objet(brut, ou, cles=connues, obligatoires=("fait", "points"))
    fait = choix_de_fait(cles["fait"], f"{ou}.fait")
    if not FAITS[fait].numerique:
        raise erreur(f"{ou}.fait", f"« {fait} » ne se compte pas")
    return Repetition(
        fait=fait,
        points=_lire_points(cles["points"], f"{ou}.points"),
        tranche=lecture.entier(cles["tranche"], f"{ou}.tranche", minimum=1) if "tranche" in cles else None,
        maximum=lecture.entier(cles["max"], f"{ou}.max", minimum=1) if "max" in cles else None,
        au_dela_de=lecture.entier(cles["au_dela_de"], f"{ou}.au_dela_de") if "au_dela_de" in cles else None,
    )


def _lire_manuel(brut: Any, ou: str) -> Manuel:
    cles = lecture.objet(brut, ou, cles=("min", "max", "pas"), obligatoires=("min", "max"))
    minimum, maximum = _lire_points(cles["min"], f"{ou}.min"), _lire_points(cles["max"], f"{ou}.max")
    if minimum > maximum:
        raise erreur(ou, "« min » dépasse « max »")
    pas = lecture.entier(cles["pas"], f"{ou}.pas", minimum=1) if "pas" in cles else None
    return Manuel(minimum, maximum, pas)


def _lire_preuves(brut: Any, ou: str) -> tuple[str, ...]:
    connues = (*PREUVES, SUR_PAROLE)
    codes = [lecture.choix(code, ou, parmi=connues) for code in lecture.liste(brut, ou)]
    lecture.codes_uniques(codes, ou)
    if SUR_PAROLE in codes and len(codes) > 1:
        raise erreur(ou, f"« {SUR_PAROLE} » s’écrit seul")
    return tuple(codes)


def _controler_ensemble(grille: Grille) -> None:
    """Codes written once, groups and members that exist, ceilings nested or apart."""
    lecture.codes_uniques([c.code for c in grille.criteres], "criteres")
    groupes = {g.code for g in grille.groupes or ()}
    for rang, critere in enumerate(grille.criteres, start=1):
        if critere.groupe is not None and critere.groupe not in groupes:
            raise erreur(f"criteres[{rang}].groupe", f"le groupe « {critere.groupe} » n’existe pas")
    codes = {c.code for c in grille.criteres}
    plafonds: Sequence[Plafond] = grille.plafonds or ()
    for rang, plafond in enumerate(plafonds, start=1):
        for membre in plafond.criteres:
            if membre not in codes:
                raise erreur(f"plafonds[{rang}].criteres", f"le critère « {membre} » n’existe pas")
        for autre in plafonds[: rang - 1]:
            a, b = set(plafond.criteres), set(autre.criteres)
            if a & b and not (a < b or b < a):
                message = (
                    f"« {plafond.code} » et « {autre.code} » se chevauchent sans que l’un contienne l’autre"
                )
                raise erreur(f"plafonds[{rang}]", message)


def ecrire_grille(grille: Grille) -> dict[str, Any]:
    """La grille comme elle s’écrit en JSON : relue, elle est la même ; les clés absentes le restent."""
    document: dict[str, Any] = {"format": FORMAT, "nom": grille.nom}
    _ajouter(document, debut=grille.debut, departage=grille.departage)
    if grille.groupes is not None:
        document["groupes"] = [{"code": g.code, "libelle": g.libelle} for g in grille.groupes]
    if grille.plafonds is not None:
        document["plafonds"] = [_ecrire_plafond(p) for p in grille.plafonds]
    _ajouter(document, plafond_total=grille.plafond_total)
    document["criteres"] = [ecrire_critere(c) for c in grille.criteres]
    return document


def ecrire_critere(critere: Critere) -> dict[str, Any]:
    document: dict[str, Any] = {"code": critere.code, "libelle": critere.libelle}
    _ajouter(document, points=critere.points, si=critere.si.source if critere.si else None)
    if critere.niveaux is not None:
        document["niveaux"] = [_ecrire_niveau(n) for n in critere.niveaux]
    if (par := critere.par) is not None:
        document["par"] = {"fait": par.fait, "points": par.points}
        _ajouter(document["par"], tranche=par.tranche, max=par.maximum, au_dela_de=par.au_dela_de)
    if (manuel := critere.manuel) is not None:
        document["manuel"] = {"min": manuel.minimum, "max": manuel.maximum}
        _ajouter(document["manuel"], pas=manuel.pas)
    preuves = None if critere.preuves is None else list(critere.preuves)
    _ajouter(document, plafond=critere.plafond, groupe=critere.groupe, preuves=preuves)
    _ajouter(document, protege=critere.protege_dit, portee=critere.portee_dite)
    return document


def _ecrire_niveau(niveau: Niveau) -> dict[str, Any]:
    document: dict[str, Any] = {}
    _ajouter(document, libelle=niveau.libelle)
    return document | {"si": niveau.si.source, "points": niveau.points}


def _ecrire_plafond(plafond: Plafond) -> dict[str, Any]:
    document: dict[str, Any] = {
        "code": plafond.code,
        "libelle": plafond.libelle,
        "criteres": list(plafond.criteres),
    }
    _ajouter(document, max=plafond.maximum, min=plafond.minimum)
    return document


def _ajouter(document: dict[str, Any], **cles: Any) -> None:
    document.update({cle: valeur for cle, valeur in cles.items() if valeur is not None})
