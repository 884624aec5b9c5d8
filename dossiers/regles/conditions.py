"""The condition language of the grid: parsed strictly, compiled once into three-valued closures."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from dossiers.regles.faits import (
    BOOL,
    CHOIX,
    DATE,
    ENTIER,
    FAITS,
    NOMBRE_MAXIMUM,
    Fait,
    Faits,
    attendu,
    valeur_de_fait,
)
from dossiers.regles.lecture import erreur, liste, objet
from dossiers.regles.nombres import ESPACE_INSECABLE, enchainer, minuscule, nombre_fr, valeur_fr
from guichet.erreurs import ErreurMetier

TroisValeurs = bool | None
PROFONDEUR_MAXIMUM = 12
_BORNES = ("min", "max", "plus_de", "moins_de")
_OPERATEURS = ("est", "parmi", *_BORNES)
_COMBINAISONS = ("tous", "un", "non")


@dataclass(frozen=True)
class Condition:
    """`source` is the JSON it was read from; equality is the source's, closures follow from it.

    `evaluer` answers True, False or None (a fact is unknown); `raison` says why a true condition is true.
    """

    source: Mapping[str, Any]
    faits: frozenset[str] = field(compare=False)
    texte: str = field(compare=False)
    evaluer: Callable[[Faits], TroisValeurs] = field(compare=False, repr=False)
    raison: Callable[[Faits], str] = field(compare=False, repr=False)


def lire_condition(brut: Any, chemin: str, *, profondeur: int = 0) -> Condition:
    """Une condition : un fait comparé à une valeur, ou « tous », « un », « non » d’autres conditions.

    Raises ErreurMetier naming `chemin` for an unknown key or fact, a wrong type, an empty or impossible
    condition, or more than 12 levels.
    """
    if profondeur > PROFONDEUR_MAXIMUM:
        raise erreur(chemin, f"plus de {PROFONDEUR_MAXIMUM} conditions emboîtées")
    donnees = objet(brut, chemin, cles=("fait", *_OPERATEURS, *_COMBINAISONS))
    combinaisons = [cle for cle in _COMBINAISONS if cle in donnees]
    if combinaisons:
        if len(donnees) > 1:
            raise erreur(chemin, f"« {combinaisons[0]} » s’écrit seul dans sa condition")
        return _lire_combinaison(donnees, combinaisons[0], chemin, profondeur)
    if "fait" not in donnees:
        raise erreur(chemin, "condition vide : « fait », « tous », « un » ou « non » est attendu")
    return _lire_comparaison(donnees, chemin)


def _lire_combinaison(donnees: Mapping[str, Any], cle: str, chemin: str, profondeur: int) -> Condition:
    if cle == "non":
        return _negation(lire_condition(donnees[cle], f"{chemin}.non", profondeur=profondeur + 1))
    membres = tuple(
        lire_condition(membre, f"{chemin}.{cle}[{rang}]", profondeur=profondeur + 1)
        for rang, membre in enumerate(liste(donnees[cle], f"{chemin}.{cle}"), start=1)
    )
    tests = tuple(m.evaluer for m in membres)
    liaison = " et " if cle == "tous" else " ou "
    textes = [f"({m.texte})" if "tous" in m.source or "un" in m.source else m.texte for m in membres]
    textes = [texte if not rang else minuscule(texte) for rang, texte in enumerate(textes)]
    return Condition(
        source={cle: [m.source for m in membres]},
        faits=frozenset().union(*(m.faits for m in membres)),
        texte=liaison.join(textes) if len(membres) > 1 else membres[0].texte,
        evaluer=_tous(tests) if cle == "tous" else _un(tests),
        raison=_raison_tous(membres) if cle == "tous" else _raison_un(membres),
    )


def _tous(tests: tuple[Callable[[Faits], TroisValeurs], ...]) -> Callable[[Faits], TroisValeurs]:
    """False as soon as one is false, unknown if one is missing, true otherwise."""

    def evaluer(faits: Faits) -> TroisValeurs:
        resultat: TroisValeurs = True
        for test in tests:
            un = test(faits)
            if un is False:
                return False
            if un is None:
                resultat = None
        return resultat

    return evaluer


def _un(tests: tuple[Callable[[Faits], TroisValeurs], ...]) -> Callable[[Faits], TroisValeurs]:
    """True as soon as one is true, unknown if one is missing, false otherwise."""

    def evaluer(faits: Faits) -> TroisValeurs:
        resultat: TroisValeurs = False
        for test in tests:
            un = test(faits)
            if un is True:
                return True
            if un is None:
                resultat = None
        return resultat

    return evaluer


def _raison_tous(membres: tuple[Condition, ...]) -> Callable[[Faits], str]:
    return lambda faits: enchainer([m.raison(faits) for m in membres])


def _raison_un(membres: tuple[Condition, ...]) -> Callable[[Faits], str]:
    def raison(faits: Faits) -> str:
        vrai = next((m for m in membres if m.evaluer(faits)), membres[0])
        return vrai.raison(faits)

    return raison


def _negation(membre: Condition) -> Condition:
    def evaluer(faits: Faits) -> TroisValeurs:
        resultat = membre.evaluer(faits)
        return None if resultat is None else not resultat

    texte = f"Sauf si {minuscule(membre.texte)}"
    fait = FAITS[membre.source["fait"]] if "fait" in membre.source else None

    def raison(faits: Faits) -> str:
        if fait is not None and fait.code in faits:
            return f"{fait.libelle}{ESPACE_INSECABLE}: {valeur_fr(fait, faits[fait.code])}"
        return texte

    return Condition({"non": membre.source}, membre.faits, texte, evaluer, raison)


def _lire_comparaison(donnees: Mapping[str, Any], chemin: str) -> Condition:
    fait = FAITS[choix_de_fait(donnees["fait"], f"{chemin}.fait")]
    operateurs = [cle for cle in _OPERATEURS if cle in donnees]
    if not operateurs:
        raise erreur(
            chemin, f"« {fait.code} » n’est comparé à rien (attendu : {', '.join(_operateurs(fait))})"
        )
    for operateur in operateurs:
        if operateur not in _operateurs(fait):
            raise erreur(
                chemin, f"« {operateur} » ne s’applique pas à « {fait.code} », qui est {_nature(fait)}"
            )
    if operateurs[0] in ("est", "parmi"):
        if len(operateurs) > 1:
            raise erreur(chemin, f"« {operateurs[0]} » s’écrit sans autre comparaison")
        return _egalite(fait, operateurs[0], donnees, chemin)
    return _intervalle(fait, donnees, chemin)


def choix_de_fait(brut: Any, chemin: str) -> str:
    if not isinstance(brut, str) or brut not in FAITS:
        raise ErreurMetier(
            "fait_inconnu", str(erreur(chemin, f"le fait « {_mot(brut)} » n’existe pas")), champ=chemin
        )
    return brut


def _mot(brut: Any) -> str:
    return " ".join(str(brut).split())[:60]


def _operateurs(fait: Fait) -> tuple[str, ...]:
    if fait.type == BOOL:
        return ("est",)
    if fait.type == CHOIX:
        return ("est", "parmi")
    return ("est", *_BORNES) if fait.type == DATE else _OPERATEURS


def _nature(fait: Fait) -> str:
    return {BOOL: "oui ou non", CHOIX: "un choix", DATE: "une date", ENTIER: "un nombre entier"}.get(
        fait.type, "un nombre"
    )


def _egalite(fait: Fait, operateur: str, donnees: Mapping[str, Any], chemin: str) -> Condition:
    brut = donnees[operateur]
    valeurs = [brut] if operateur == "est" else liste(brut, f"{chemin}.parmi")
    for valeur in valeurs:
        _controler(fait, valeur, f"{chemin}.{operateur}")
    if len(set(valeurs)) != len(valeurs):
        raise erreur(f"{chemin}.parmi", "une valeur est écrite deux fois")
    code, permises = fait.code, frozenset(valeurs)

    def evaluer(faits: Faits) -> TroisValeurs:
        valeur = faits.get(code)
        return None if valeur is None else valeur in permises

    mots = " ou ".join(valeur_fr(fait, v) for v in valeurs)
    if fait.type == BOOL:
        texte = fait.libelle if brut else f"{fait.libelle}{ESPACE_INSECABLE}: non"
        return Condition(dict(donnees), frozenset({code}), texte, evaluer, lambda faits: texte)
    return Condition(
        dict(donnees),
        frozenset({code}),
        f"{fait.libelle}{ESPACE_INSECABLE}: {mots}",
        evaluer,
        lambda faits: f"{fait.libelle}{ESPACE_INSECABLE}: {valeur_fr(fait, faits[code])}",
    )


def _controler(fait: Fait, valeur: Any, chemin: str) -> None:
    try:
        valeur_de_fait(fait.code, valeur)
    except ErreurMetier:
        raise erreur(
            chemin, f"« {fait.code} » se compare à {attendu(fait)}, pas à « {_mot(valeur)} »"
        ) from None


def _intervalle(fait: Fait, donnees: Mapping[str, Any], chemin: str) -> Condition:
    bornes = {cle: _borne(fait, donnees[cle], f"{chemin}.{cle}") for cle in _BORNES if cle in donnees}
    for large, strict in (("min", "plus_de"), ("max", "moins_de")):
        if large in bornes and strict in bornes:
            raise erreur(chemin, f"« {large} » et « {strict} » ne s’écrivent pas ensemble")
    bas, haut = bornes.get("min", bornes.get("plus_de")), bornes.get("max", bornes.get("moins_de"))
    stricte = "plus_de" in bornes or "moins_de" in bornes
    if bas is not None and haut is not None and (bas > haut or (stricte and bas == haut)):
        raise erreur(chemin, f"aucune valeur ne va de {_mot(bas)} à {_mot(haut)}")
    limites = _texte_bornes(fait, bornes)
    code = fait.code
    test = _test(bas, "plus_de" in bornes, haut, "moins_de" in bornes)

    def evaluer(faits: Faits) -> TroisValeurs:
        valeur = faits.get(code)
        return None if valeur is None else test(valeur)

    mot = " de" if fait.unite or fait.type not in (ENTIER, DATE) else f"{ESPACE_INSECABLE}:"

    def raison(faits: Faits) -> str:
        return f"{fait.libelle}{mot} {valeur_fr(fait, faits[code])}, {limites}"

    return Condition(
        dict(donnees), frozenset({code}), f"{fait.libelle}{ESPACE_INSECABLE}: {limites}", evaluer, raison
    )


def _test(bas: Any, bas_strict: bool, haut: Any, haut_strict: bool) -> Callable[[Any], bool]:
    if haut is None:
        return (lambda v: v > bas) if bas_strict else (lambda v: v >= bas)
    if bas is None:
        return (lambda v: v < haut) if haut_strict else (lambda v: v <= haut)
    if bas_strict:
        return (lambda v: bas < v < haut) if haut_strict else (lambda v: bas < v <= haut)
    return (lambda v: bas <= v < haut) if haut_strict else (lambda v: bas <= v <= haut)


def _borne(fait: Fait, valeur: Any, chemin: str) -> Any:
    if fait.type == DATE:
        _controler(fait, valeur, chemin)
        return valeur
    nombre = isinstance(valeur, int | float) and not isinstance(valeur, bool)
    # Written so that NaN is refused too.
    if not nombre or not abs(valeur) <= NOMBRE_MAXIMUM:
        raise erreur(chemin, f"un nombre est attendu, pas « {_mot(valeur)} »")
    return valeur


def _texte_bornes(fait: Fait, bornes: Mapping[str, Any]) -> str:
    mots = {"min": "au moins", "plus_de": "plus de", "max": "au plus", "moins_de": "moins de"}
    ecrits = {
        cle: valeur_fr(fait, borne) if fait.type == DATE else nombre_fr(borne)
        for cle, borne in bornes.items()
    }
    unite = f" {fait.unite}" if fait.unite and fait.type != DATE else ""
    if set(bornes) == {"min", "max"}:
        return f"entre {ecrits['min']} et {ecrits['max']}{unite}"
    return " et ".join(f"{mots[cle]} {ecrit}{unite}" for cle, ecrit in ecrits.items())
