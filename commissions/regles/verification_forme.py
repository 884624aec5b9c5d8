"""The shape of a result: keys, types, known ids, one line per demande, lists in their canonical order."""

from collections.abc import Iterator
from typing import Any

_RACINE = ("affectations", "bilan", "empreinte", "exceptions", "moteur", "refus", "version")
_MOTIFS = {"sans_place", "rang", "creneau", "groupe", "cycle", "borne"}


def anomalies_de_forme(instance: dict[str, Any], resultat: Any) -> Iterator[str]:
    """Ce qui empêche de lire le résultat, ou n’est pas dans l’ordre canonique."""
    if not isinstance(resultat, dict) or sorted(resultat, key=str) != [*_RACINE]:
        yield f"résultat : les clés attendues sont {', '.join(_RACINE)}"
        return
    if type(resultat["version"]) is not int or resultat["version"] != 1:
        yield "version : seule la version 1 est connue"
    if not isinstance(resultat["moteur"], str):
        yield "moteur : texte attendu"
    voeux = {d["id"]: d["voeux"] for d in instance["demandes"]}
    for nom in ("affectations", "refus", "exceptions"):
        if not _est_liste_d_objets(resultat[nom]):
            yield f"{nom} : liste d’objets attendue"
            return
    if not isinstance(resultat["bilan"], dict):
        yield "bilan : objet attendu"
    lignes = [f for a in resultat["affectations"] for f in _affectation(a, voeux)]
    lignes += [f for r in resultat["refus"] for f in _refus(r, voeux)]
    lignes += [f for e in resultat["exceptions"] for f in _exception(e, instance, voeux)]
    yield from lignes
    if not lignes:
        yield from _couverture(resultat, set(voeux))
        yield from _ordre(resultat)


def _est_liste_d_objets(valeur: Any) -> bool:
    return isinstance(valeur, list) and all(isinstance(element, dict) for element in valeur)


def _cles(objet: dict[str, Any], ou: str, voulues: set[str], permises: set[str]) -> Iterator[str]:
    for cle in sorted(voulues - objet.keys()):
        yield f"{ou} : clé absente : {cle}"
    for cle in sorted(objet.keys() - voulues - permises):
        yield f"{ou} : clé inconnue : {cle}"


def _contrat(objet: dict[str, Any], ou: str, voeux: list[dict[str, Any]]) -> Iterator[str]:
    """`voeu` is one of the demande's, and `accueil` its accueil."""
    numero = objet.get("voeu")
    if type(numero) is not int or not 1 <= numero <= len(voeux):
        yield f"{ou} : vœu inconnu : {numero!r}"
    elif objet.get("accueil") != voeux[numero - 1]["accueil"]:
        yield f"{ou} : l’accueil du vœu {numero} n’est pas {objet.get('accueil')!r}"


def _demande(objet: dict[str, Any], nom: str, voeux: dict[str, Any]) -> Iterator[str]:
    if not isinstance(objet.get("demande"), str) or objet["demande"] not in voeux:
        yield f"{nom} : demande inconnue : {objet.get('demande')!r}"


def _affectation(ligne: dict[str, Any], voeux: dict[str, Any]) -> Iterator[str]:
    inconnue = list(_demande(ligne, "affectations", voeux))
    yield from inconnue
    if not inconnue:
        ou = f"affectation de {ligne['demande']}"
        yield from _cles(ligne, ou, {"demande", "accueil", "voeu", "titre_reserve"}, {"voeux"})
        yield from _contrat(ligne, ou, voeux[ligne["demande"]])
        yield from _raisons(ligne.get("voeux", []), ou, voeux[ligne["demande"]])


def _refus(ligne: dict[str, Any], voeux: dict[str, Any]) -> Iterator[str]:
    inconnue = list(_demande(ligne, "refus", voeux))
    yield from inconnue
    if not inconnue:
        ou = f"refus de {ligne['demande']}"
        yield from _cles(ligne, ou, {"demande", "voeux"}, set())
        yield from _raisons(ligne.get("voeux", []), ou, voeux[ligne["demande"]])


def _raisons(raisons: Any, ou: str, voeux: list[dict[str, Any]]) -> Iterator[str]:
    if not _est_liste_d_objets(raisons):
        yield f"{ou} : voeux : liste d’objets attendue"
        return
    voulues = {"voeu", "accueil", "motif", "creneaux_complets"}
    for raison in raisons:
        yield from _cles(raison, ou, voulues, {"dernier_admis", "occupe_par"})
        yield from _contrat(raison, ou, voeux)
        if not isinstance(raison.get("motif"), str) or raison["motif"] not in _MOTIFS:
            yield f"{ou} : motif inconnu : {raison.get('motif')!r}"


def _exception(ligne: dict[str, Any], instance: dict[str, Any], voeux: dict[str, Any]) -> Iterator[str]:
    regle = ligne.get("regle")
    if type(regle) is not int or regle not in (2, 3):
        yield f"exceptions : règle 2 ou 3 attendue, lu {regle!r}"
        return
    nom = "demande" if regle == 2 else "groupe"
    yield from _cles(ligne, "exceptions", {"regle", nom, "voeu", "accueil", "motif"}, set())
    if ligne.get("motif") not in ("cycle", "borne"):
        yield f"exceptions : motif inconnu : {ligne.get('motif')!r}"
    qui = ligne.get(nom)
    if regle == 3:
        membres = [
            d["id"] for d in instance["demandes"] if d.get("groupe") is not None and d["groupe"] == qui
        ]
        qui = min(membres, default=None)
    if not isinstance(qui, str) or qui not in voeux:
        yield f"exceptions : {nom} inconnu : {ligne.get(nom)!r}"
    else:
        yield from _contrat(ligne, f"exception de {ligne[nom]}", voeux[qui])


def _couverture(resultat: dict[str, Any], attendues: set[str]) -> Iterator[str]:
    """Rule 1: at most one contract each; every demande is answered once."""
    vues: set[str] = set()
    for nom in ("affectations", "refus"):
        for ligne in resultat[nom]:
            if ligne["demande"] in vues:
                yield f"règle 1 : {ligne['demande']} apparaît deux fois"
            vues.add(ligne["demande"])
    for demande in sorted(attendues - vues):
        yield f"{demande} n’est ni affecté ni refusé"


def _ordre(resultat: dict[str, Any]) -> Iterator[str]:
    for nom in ("affectations", "refus", "exceptions"):
        cles = [cle_de_tri(ligne) for ligne in resultat[nom]]
        if cles != sorted(set(cles)):
            yield f"règle 5 : {nom} n’est pas dans l’ordre canonique"


def cle_de_tri(ligne: dict[str, Any]) -> tuple[int, str, int, str]:
    """L’ordre des lignes d’un résultat : règle, demande ou groupe, vœu."""
    qui = ligne.get("demande", ligne.get("groupe"))
    return ligne.get("regle", 0), str(qui), ligne.get("voeu", 0), str(ligne.get("accueil"))
