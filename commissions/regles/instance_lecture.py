"""Reading an allocation instance strictly: whatever is not in the format is named and refused."""

import json
import re
from collections import defaultdict
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any, NoReturn

from guichet.erreurs import ErreurMetier

_JOUR = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_INSTANT = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}")
_CLES_VOEU, _ENTIERS = {"accueil", "creneaux", "points"}, {int}
_REPLIS = ("separes", "aucun")


def lire(texte: str | bytes) -> dict[str, Any]:
    """L’instance écrite dans ce texte, vérifiée.

    Raises ErreurMetier `instance_invalide` naming the first element at fault.
    """
    instance: dict[str, Any] = lire_json(texte)
    valider(instance)
    return instance


def lire_json(texte: str | bytes) -> Any:
    """Du JSON strict : ni clé écrite deux fois, ni NaN, ni infini.

    Raises ErreurMetier `instance_invalide`.
    """
    try:
        return json.loads(texte, object_pairs_hook=_sans_doublon, parse_constant=_constante)
    except (ValueError, RecursionError) as erreur:
        # ValueError covers text that is no JSON, bytes that are no text, and endless integers.
        raise ErreurMetier("instance_invalide", f"ce n’est pas du JSON : {erreur}") from None


def valider(instance: Any) -> None:
    """Refuse toute instance qui s’écarte du format, en nommant l’élément en cause."""
    _cles(instance, "instance", {"version", "creneaux", "accueils", "demandes"}, {"groupes"})
    if type(instance["version"]) is not int or instance["version"] != 1:
        _refuser("version", "seule la version 1 est connue")
    creneaux = _liste(instance["creneaux"], "creneaux", non_vide=True)
    for i, creneau in enumerate(creneaux):
        _texte(creneau, f"creneaux[{i}]")
    _uniques(creneaux, "creneaux")
    nombre = len(creneaux)
    accueils = {
        a["id"]: a["capacite"]
        for a in _elements(instance["accueils"], "accueils", lambda a, ou: _accueil(a, ou, nombre))
    }
    groupes = {g["id"] for g in _elements(instance.get("groupes", []), "groupes", _groupe)}
    demandes = _elements(
        instance["demandes"], "demandes", lambda d, ou: _demande(d, ou, accueils, groupes, nombre)
    )
    if len({len(d["anteriorite"]) for d in demandes}) > 1:
        _refuser("demandes", "antériorités au jour et à la seconde mêlées")
    _places_actuelles(demandes, accueils)


def _accueil(accueil: Any, ou: str, nombre: int) -> None:
    _cles(accueil, ou, {"id", "structure", "capacite"}, {"reserves"})
    _texte(accueil["structure"], f"{ou}.structure")
    capacite = _liste(accueil["capacite"], f"{ou}.capacite")
    if len(capacite) != nombre:
        _refuser(f"{ou}.capacite", f"{len(capacite)} valeurs pour {nombre} créneaux")
    for k, places in enumerate(capacite):
        _entier(places, f"{ou}.capacite[{k}]", minimum=0)
    reserves = _liste(accueil.get("reserves", []), f"{ou}.reserves")
    for i, reserve in enumerate(reserves):
        _cles(reserve, f"{ou}.reserves[{i}]", {"titre", "places"}, set())
        _texte(reserve["titre"], f"{ou}.reserves[{i}].titre")
        _entier(reserve["places"], f"{ou}.reserves[{i}].places", minimum=0)
    _uniques([r["titre"] for r in reserves], f"{ou}.reserves")


def _groupe(groupe: Any, ou: str) -> None:
    _cles(groupe, ou, {"id", "regle", "repli"}, set())
    if groupe["regle"] != "ensemble":
        _refuser(f"{ou}.regle", "seule la règle « ensemble » existe")
    if _texte(groupe["repli"], f"{ou}.repli") not in _REPLIS:
        _refuser(f"{ou}.repli", "« separes » ou « aucun » attendu")


def _demande(
    demande: Any, ou: str, accueils: Mapping[str, list[int]], groupes: set[str], nombre: int
) -> None:
    _cles(demande, ou, {"id", "anteriorite", "voeux"}, {"tirage", "titres", "groupe"})
    _anteriorite(demande["anteriorite"], f"{ou}.anteriorite")
    if demande.get("tirage") is not None:
        _entier(demande["tirage"], f"{ou}.tirage")
    titres = _liste(demande.get("titres", []), f"{ou}.titres")
    for i, titre in enumerate(titres):
        _texte(titre, f"{ou}.titres[{i}]")
    _uniques(titres, f"{ou}.titres")
    if demande.get("groupe") is not None and _texte(demande["groupe"], f"{ou}.groupe") not in groupes:
        _refuser(f"{ou}.groupe", f"groupe inconnu : {demande['groupe']!r}")
    voeux = _liste(demande["voeux"], f"{ou}.voeux", non_vide=True)
    for i, voeu in enumerate(voeux):
        if _voeu_ordinaire(voeu, accueils, nombre):
            continue
        _voeu(voeu, f"{ou}.voeux[{i}]", accueils, nombre)
        if voeu.get("place_actuelle") and i != len(voeux) - 1:
            _refuser(f"{ou}.voeux[{i}]", "la place actuelle est le dernier vœu")


def _voeu_ordinaire(voeu: Any, accueils: Mapping[str, list[int]], nombre: int) -> bool:
    """Most wishes, without a fault nor a place actuelle: judged at once, a city has hundreds of thousands."""
    if type(voeu) is not dict or voeu.keys() != _CLES_VOEU:
        return False
    accueil, creneaux = voeu["accueil"], voeu["creneaux"]
    if type(accueil) is not str or accueil not in accueils or type(voeu["points"]) is not int:
        return False
    if type(creneaux) is not list or set(map(type, creneaux)) != _ENTIERS:
        return False
    return len(set(creneaux)) == len(creneaux) and min(creneaux) >= 0 and max(creneaux) < nombre


def _voeu(voeu: Any, ou: str, accueils: Mapping[str, list[int]], nombre: int) -> None:
    _cles(voeu, ou, _CLES_VOEU, {"place_actuelle"})
    if _texte(voeu["accueil"], f"{ou}.accueil") not in accueils:
        _refuser(f"{ou}.accueil", f"accueil inconnu : {voeu['accueil']!r}")
    creneaux = _liste(voeu["creneaux"], f"{ou}.creneaux", non_vide=True)
    for i, creneau in enumerate(creneaux):
        if _entier(creneau, f"{ou}.creneaux[{i}]", minimum=0) >= nombre:
            _refuser(f"{ou}.creneaux[{i}]", f"créneau inconnu : {creneau}")
    _uniques(creneaux, f"{ou}.creneaux")
    _entier(voeu["points"], f"{ou}.points")
    if type(voeu.get("place_actuelle", False)) is not bool:
        _refuser(f"{ou}.place_actuelle", "vrai ou faux attendu")


def _places_actuelles(demandes: list[Any], accueils: Mapping[str, list[int]]) -> None:
    tenues: dict[str, dict[int, int]] = defaultdict(lambda: defaultdict(int))
    for demande in demandes:
        dernier = demande["voeux"][-1]
        if dernier.get("place_actuelle"):
            for creneau in dernier["creneaux"]:
                tenues[dernier["accueil"]][creneau] += 1
    for accueil, comptes in tenues.items():
        if any(prises > accueils[accueil][creneau] for creneau, prises in comptes.items()):
            _refuser(f"accueil {accueil}", "les places actuelles dépassent la capacité")


def _elements(valeur: Any, nom: str, verifier: Any) -> list[Any]:
    """A list of objects with an id of their own, each checked under its place in the file."""
    elements = _liste(valeur, nom)
    for i, element in enumerate(elements):
        if not isinstance(element, dict):
            _refuser(f"{nom}[{i}]", "objet attendu")
        verifier(element, f"{nom}[{i}]")
        _texte(element["id"], f"{nom}[{i}].id")
    _uniques([element["id"] for element in elements], nom)
    return elements


def _cles(valeur: Any, ou: str, voulues: set[str], permises: set[str]) -> None:
    if not isinstance(valeur, dict):
        _refuser(ou, "objet attendu")
    if manquantes := voulues - valeur.keys():
        _refuser(ou, f"clé absente : {sorted(manquantes)[0]}")
    if inconnues := valeur.keys() - voulues - permises:
        _refuser(ou, f"clé inconnue : {sorted(inconnues, key=str)[0]}")


def _anteriorite(valeur: Any, ou: str) -> None:
    texte = _texte(valeur, ou)
    try:
        if _JOUR.fullmatch(texte):
            date.fromisoformat(texte)
            return
        if _INSTANT.fullmatch(texte):
            datetime.fromisoformat(texte)
            return
    except ValueError:
        pass
    _refuser(ou, f"date attendue, AAAA-MM-JJ : {texte!r}")


def _texte(valeur: Any, ou: str) -> str:
    if not isinstance(valeur, str) or not valeur:
        _refuser(ou, "texte attendu")
    if not valeur.isascii() and any("\ud800" <= lettre <= "\udfff" for lettre in valeur):
        _refuser(ou, f"texte illisible : {valeur!a}")
    return valeur


def _entier(valeur: Any, ou: str, *, minimum: int | None = None) -> int:
    if type(valeur) is not int:
        _refuser(ou, "nombre entier attendu")
    if minimum is not None and valeur < minimum:
        _refuser(ou, f"au moins {minimum} attendu")
    return valeur


def _liste(valeur: Any, ou: str, *, non_vide: bool = False) -> list[Any]:
    if not isinstance(valeur, list):
        _refuser(ou, "liste attendue")
    if non_vide and not valeur:
        _refuser(ou, "liste vide")
    return valeur


def _uniques(valeurs: list[Any], ou: str) -> None:
    vues = set()
    for valeur in valeurs:
        if valeur in vues:
            _refuser(ou, f"deux fois {valeur!r}")
        vues.add(valeur)


def _sans_doublon(paires: list[tuple[str, Any]]) -> dict[str, Any]:
    objet = dict(paires)
    if len(objet) != len(paires):
        noms = [nom for nom, _ in paires]
        double = next(nom for nom in noms if noms.count(nom) > 1)
        raise ErreurMetier("instance_invalide", f"clé écrite deux fois : {double}")
    return objet


def _constante(nom: str) -> NoReturn:
    raise ErreurMetier("instance_invalide", f"nombre refusé : {nom}")


def _refuser(ou: str, raison: str) -> NoReturn:
    raise ErreurMetier("instance_invalide", f"{ou} : {raison}")
