"""A saved dossier written back on the sheet, to be changed, or compared with what somebody typed."""

from datetime import date
from typing import Any

from dossiers.forms.besoin import DEMI_JOURNEES, SEMAINES
from dossiers.forms.feuille import BESOINS, Feuille, feuille_neuve
from dossiers.models import (
    Admission,
    Besoin,
    Dossier,
    EtatPiece,
    Famille,
    NatureDossier,
    Responsable,
    Solution,
)
from dossiers.queries.saisie import pieces_du_dossier
from dossiers.regles.besoin import horaire_ordinaire
from dossiers.regles.saisie import FAITS_DOSSIER, JUMEAU, piece_de_l_enfant
from guichet.formulaires import paires

_COCHES = ("autorite_parentale", "contact_relais", "ecarte", "opposition_ecrite")
_TEXTES = (
    *("lien", "nom", "prenom", "courriel", "adresse", "complement", "code_postal", "commune", "activite"),
)
_FOYER = (
    *("situation", "numero_allocataire", "regime", "enfants_a_charge", "enfants_moins_3_ans"),
    *("quotient_familial", "ressources_mensuelles"),
)


def feuille_du_dossier(dossier: Dossier, *, jeton: str = "") -> Feuille:
    """The sheet an agent would have typed for this dossier."""
    enfant, famille = dossier.enfant, dossier.famille
    mots: dict[str, Any] = {
        "jeton": jeton,
        "version": str(dossier.version),
        "nombre": "1",
        "statut": "a_naitre" if enfant.a_naitre else "ne",
        "naissance": _iso(enfant.ne_ou_prevu_le),
        "regle_groupe": enfant.groupe.regle if enfant.groupe else None,
        "e1-nom": enfant.nom,
        "e1-prenom": enfant.prenom,
        "e1-handicap_enfant": _coche(dossier.faits.get("handicap_enfant")),
        "solution": dossier.solution,
        "quartier": dossier.quartier_id,
        "depose_le": _iso(dossier.depose_le),
        "engagements": _coche(dossier.engagements_le),
        "voeux": [str(v.structure_id) for v in dossier.voeux.all()],
    }
    mots |= _foyer(famille) | {f"foyer-{code}": _fait(valeur) for code, valeur in dossier.faits.items()}
    ordinaire = feuille_neuve(jour="", commune="", jeton="")
    for nom in BESOINS:
        mots |= {n: ordinaire.mot(n) for n in ordinaire.noms() if n.startswith(f"{nom}-")}
    mots["regulier-demande"] = None
    for besoin in dossier.besoins.all():
        mots |= _besoin(besoin)
    for piece in pieces_du_dossier(dossier):
        if piece.etat == EtatPiece.VUE:
            mots |= {f"piece-{piece.code}": "on", f"equivalent-{piece.code}": piece.equivalent}
    return Feuille().posee(_dits(mots))


def _foyer(famille: Famille) -> dict[str, Any]:
    """What the sheet says of the household itself: its columns, its facts, its adults."""
    mots: dict[str, Any] = {"protegee": _coche(famille.protegee)}
    mots |= {f"foyer-{nom}": getattr(famille, nom) for nom in _FOYER}
    mots |= {f"foyer-{code}": _fait(valeur) for code, valeur in famille.faits.items()}
    for responsable in famille.responsables.all():
        mots |= _responsable(responsable)
    return mots


def _dits(mots: dict[str, Any]) -> dict[str, Any]:
    return {nom: v if isinstance(v, list) else _texte(v) for nom, v in mots.items()}


def mots_du_foyer(dossier: Dossier) -> Feuille:
    """What the sheet says of the household alone, its facts and its adults."""
    feuille = feuille_du_dossier(dossier)
    return Feuille({nom: feuille.mots(nom) for nom in feuille.noms() if _du_foyer(nom)})


def feuille_rattachee(neuve: Feuille, dossier: Dossier, *, lien: str) -> Feuille:
    """A new sheet for a brother or sister, the household and its pieces already there.

    A twin is asked the same weeks and choices, to be corrected; a sibling has only the home in common.
    """
    feuille = feuille_du_dossier(dossier)
    noms = {nom for nom in feuille.noms() if _du_foyer(nom)} | {"e1-nom", "quartier"}
    noms |= {nom for nom in feuille.noms() if _piece_du_foyer(nom)}
    if lien == JUMEAU:
        noms |= {nom for nom in feuille.noms() if nom.startswith(("alt", *BESOINS))}
        noms |= {f"foyer-{code}" for code in FAITS_DOSSIER}
        noms |= {"statut", "naissance", "regle_groupe", "solution", "voeux"}
    reprises = {nom: feuille.mots(nom) or None for nom in noms}
    ancre = {"depuis": dossier.numero, "lien": lien, "version": str(dossier.famille.version)}
    return neuve.posee(reprises | ancre)


def feuille_de_suite(
    neuve: Feuille, place: Admission, proche: Dossier | None, *, nature: str, le: date
) -> Feuille:
    """A new sheet for a child already received: household, pieces still good, present week for a transfer.

    `proche` is its last dossier, else one of its household, none when a file of present children brought it.
    """
    enfant, structure = place.enfant, place.section.structure
    # A household without any dossier still has its adults: left blank, saving would take them away.
    reprises = _reprises(proche, enfant.pk, le) if proche else _dits(_foyer(enfant.famille))
    mots: dict[str, Any] = {
        "statut": "a_naitre" if enfant.a_naitre else "ne",
        "naissance": _iso(enfant.ne_ou_prevu_le),
        "e1-nom": enfant.nom,
        "e1-prenom": enfant.prenom,
        "solution": Solution.AUTRE_CRECHE,
        "place": place.pk,
        "lien": nature,
        "version": enfant.famille.version,
    }
    if nature == NatureDossier.MUTATION:
        mots["regulier-semaine"] = [str(c) for c in place.demi_journees]
    else:
        mots["voeux"] = [str(structure.pk)]
    return neuve.posee(reprises | _dits(mots))


def _reprises(proche: Dossier, enfant: int, le: date) -> dict[str, list[str] | None]:
    """What the last dossier says that still holds."""
    feuille = feuille_du_dossier(proche)
    perimees = {
        f"{prefixe}-{p.code}"
        for p in pieces_du_dossier(proche)
        if p.valide_jusqu_au and p.valide_jusqu_au < le
        for prefixe in ("piece", "equivalent")
    }
    noms = {nom for nom in feuille.noms() if _du_foyer(nom) or _piece_du_foyer(nom)} | {"quartier"}
    if proche.enfant_id == enfant:
        noms |= {nom for nom in feuille.noms() if nom.startswith(("piece-", "equivalent-"))}
        noms |= {"e1-handicap_enfant", "foyer-adoption", "foyer-aine_sans_place"}
    return {nom: feuille.mots(nom) or None for nom in noms - perimees}


def _du_foyer(nom: str) -> bool:
    if nom.startswith("foyer-"):
        return nom.removeprefix("foyer-") not in FAITS_DOSSIER
    return nom.startswith(("r1-", "r2-")) or nom in ("second", "protegee")


def _piece_du_foyer(nom: str) -> bool:
    prefixe, _, code = nom.partition("-")
    return prefixe in ("piece", "equivalent") and not piece_de_l_enfant(code)


def _responsable(r: Responsable) -> dict[str, Any]:
    prefixe = f"r{r.rang}"
    mots: dict[str, Any] = {f"{prefixe}-{nom}": getattr(r, nom) for nom in _TEXTES}
    mots |= {f"{prefixe}-{nom}": _coche(getattr(r, nom)) for nom in _COCHES}
    mots |= {
        f"{prefixe}-telephone": paires(r.telephone),
        f"{prefixe}-telephone_2": paires(r.telephone_2),
        f"{prefixe}-heures_hebdo": r.heures_hebdo,
    }
    return mots | ({"second": "1"} if r.rang == 2 else {})


def _besoin(besoin: Besoin) -> dict[str, Any]:
    prefixe = besoin.type
    mots: dict[str, Any] = {
        f"{prefixe}-demande": "on",
        f"{prefixe}-entree_le": _iso(besoin.entree_le),
        f"{prefixe}-tolerance": besoin.tolerance_jours,
        f"{prefixe}-rythme": besoin.rythme,
        f"{prefixe}-semaine": [str(c) for c in besoin.demi_journees],
        f"{prefixe}-semaine_b": [str(c) for c in besoin.demi_journees_b],
        f"{prefixe}-nombre_min": besoin.nombre_min,
        f"{prefixe}-nombre_max": besoin.nombre_max,
        f"{prefixe}-planning_jours": _texte_nombre(besoin.planning_jours),
    }
    if besoin.deux_contrats:
        mots |= _contrats(besoin)
    for moitie, horaires in (("h", besoin.horaires), ("hb", besoin.horaires_b)):
        for texte, (debut, fin) in horaires.items():
            if (debut, fin) != _heures_attendues(besoin, moitie, texte):
                nom = f"{prefixe}-{moitie}{texte}"
                mots |= {f"{nom}_debut": debut, f"{nom}_fin": fin}
    if prefixe == "regulier" and besoin.alternatives:
        mots["alternatives"] = len(besoin.alternatives)
        for rang, semaine in enumerate(besoin.alternatives, 1):
            mots[f"alt{rang}-semaine"] = [str(c) for c in semaine]
    return mots


def _heures_attendues(besoin: Besoin, moitie: str, creneau: str) -> tuple[str, str]:
    """The hours a half-day has when nothing is typed for it: in week B, those of week A."""
    semaine_a = besoin.horaires.get(creneau) if moitie == "hb" else None
    return (semaine_a[0], semaine_a[1]) if semaine_a else horaire_ordinaire(int(creneau))


def _contrats(besoin: Besoin) -> dict[str, Any]:
    """Which half-days are the second responsable's; « une semaine chacun » when it is just that."""
    prefixe = besoin.type
    if set(besoin.titulaires) == {1} and set(besoin.titulaires_b) == {2}:
        return {f"{prefixe}-contrats": SEMAINES}
    return {
        f"{prefixe}-contrats": DEMI_JOURNEES,
        f"{prefixe}-second": _seconde(besoin.demi_journees, besoin.titulaires),
        f"{prefixe}-second_b": _seconde(besoin.demi_journees_b, besoin.titulaires_b),
    }


def _seconde(semaine: list[int], titulaires: list[int]) -> list[str]:
    return [str(c) for c, rang in zip(semaine, titulaires, strict=True) if rang == 2]


def _texte_nombre(nombre: int | None) -> str | None:
    return None if nombre is None else str(nombre)


def _iso(jour: date | None) -> str | None:
    return jour.isoformat() if jour else None


def _coche(vrai: object) -> str | None:
    return "on" if vrai else None


def _fait(valeur: Any) -> str | None:
    if isinstance(valeur, bool):
        return _coche(valeur)
    if isinstance(valeur, float) and valeur.is_integer():
        return str(int(valeur))
    return str(valeur)


def _texte(valeur: Any) -> str | None:
    return None if valeur in (None, "") else str(valeur)
