"""What is left to propose once some lines are decided: a smaller instance, and what moved. Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from commissions.regles.avis import RefusLu, Reponse
from commissions.regles.explication import mot_court, raison
from commissions.regles.fratrie_decidee import fratries_decidees, rejoindre
from commissions.regles.lecture_resultat import lire_issues, supplements_de
from guichet.erreurs import ErreurMetier
from structures.regles.creneaux import Supplement
from structures.regles.semaine import NB_CRENEAUX

Instance = dict[str, Any]
Resultat = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Sort:
    """What was decided for a demande: where it is admitted and when, or nothing."""

    accueil: str | None = None
    creneaux: tuple[int, ...] = ()


def instance_restante(instance: Instance, decidees: Mapping[str, Sort]) -> Instance:
    """Le problème des seules demandes non décidées : places, garanties et groupes diminués d’autant.

    A transfer admitted elsewhere leaves its present place to the others; refused, it keeps it. Siblings of
    a decided child are first tried where it is received; those that « together or nothing » leaves without
    a wish are left out. Raises ErreurMetier `place_manque` when the decisions hold more than is offered.
    """
    demandes = {d["id"]: d for d in instance["demandes"]}
    accueils = {a["id"]: _copie(a) for a in instance["accueils"]}
    noms = supplements_de(instance)
    for numero, sort in sorted(decidees.items()):
        demande = demandes.get(numero)
        if demande is None:
            continue
        if sort.accueil is not None:
            _prendre(accueils[sort.accueil], creneaux_tenus(demande, sort.accueil, sort.creneaux, noms))
            _garantie(accueils[sort.accueil], demande.get("titres", ()))
        elif actuelle := next((v for v in demande["voeux"] if v.get("place_actuelle")), None):
            _prendre(accueils[actuelle["accueil"]], actuelle["creneaux"])
    restent = _restent(instance, decidees)
    tenus = _groupes(restent)
    return {
        **instance,
        "accueils": list(accueils.values()),
        "demandes": [_sans_groupe(d, tenus) for d in restent],
        "groupes": [g for g in instance.get("groupes", []) if g["id"] in tenus],
    }


def hors_fratrie(instance: Instance, decidees: Mapping[str, Sort]) -> frozenset[str]:
    """Les demandes non décidées que « ensemble ou rien » laisse sans place : un frère ou une sœur n’entre
    pas, ou entre là où elles ne demandent rien.
    """
    restent = {d["id"] for d in _restent(instance, decidees)}
    return frozenset(d["id"] for d in instance["demandes"] if d["id"] not in decidees) - restent


def _restent(instance: Instance, decidees: Mapping[str, Sort]) -> list[dict[str, Any]]:
    """The demandes to place, with the wishes their decided siblings leave them."""
    structures = {a["id"]: a["structure"] for a in instance["accueils"]}
    lieux = {
        d["id"]: structures.get(_accueil_tenu(d, decidees[d["id"]]) or "")
        for d in instance["demandes"]
        if d["id"] in decidees
    }
    fratries = fratries_decidees(instance, lieux)
    restent = []
    for demande in instance["demandes"]:
        if demande["id"] in decidees:
            continue
        fratrie = fratries.get(demande.get("groupe") or "")
        sienne = demande if fratrie is None else rejoindre(demande, fratrie, structures)
        if sienne is not None:
            restent.append(sienne)
    return restent


def _accueil_tenu(demande: dict[str, Any], sort: Sort) -> str | None:
    """Where a decided child is received: its admission, or the present place it keeps."""
    actuelle = next((v["accueil"] for v in demande["voeux"] if v.get("place_actuelle")), None)
    return sort.accueil or actuelle


def creneaux_tenus(
    demande: dict[str, Any], accueil: str, semaine: Iterable[int], noms: Mapping[int, Supplement]
) -> list[int]:
    """Cette semaine, avec l’ouverture, la fermeture et les lits que la demande y utilise.

    A week nobody asked as such takes, half-day by half-day, what the demande's own contracts use there.
    """
    jours = set(semaine)
    ajoutes = {
        k
        for voeu in demande["voeux"]
        if voeu["accueil"] == accueil
        for k in voeu["creneaux"]
        if k in noms and noms[k].demi_journee in jours
    }
    return [*sorted(jours), *sorted(ajoutes)]


def _copie(accueil: dict[str, Any]) -> dict[str, Any]:
    reserves = [dict(r) for r in accueil.get("reserves", [])]
    return {**accueil, "capacite": list(accueil["capacite"]), "reserves": reserves}


def _prendre(accueil: dict[str, Any], creneaux: tuple[int, ...] | list[int]) -> None:
    for k in creneaux:
        if accueil["capacite"][k] <= 0:
            if k >= NB_CRENEAUX:
                continue
            raise ErreurMetier(
                "place_manque", f"Les décisions prises dépassent les places de {accueil['id']}."
            )
        accueil["capacite"][k] -= 1


def _garantie(accueil: dict[str, Any], titres: list[str] | tuple[str, ...]) -> None:
    """A child admitted counts for the first guarantee of its titles that is not reached."""
    for reserve in accueil["reserves"]:
        if reserve["titre"] in titres and reserve["places"] > 0:
            reserve["places"] -= 1
            return


def _groupes(demandes: list[dict[str, Any]]) -> set[str]:
    """The groups that still have two members to place."""
    comptes: dict[str, int] = {}
    for demande in demandes:
        if groupe := demande.get("groupe"):
            comptes[groupe] = comptes.get(groupe, 0) + 1
    return {groupe for groupe, nombre in comptes.items() if nombre >= 2}


def _sans_groupe(demande: dict[str, Any], tenus: set[str]) -> dict[str, Any]:
    if demande.get("groupe") in tenus or "groupe" not in demande:
        return demande
    return {cle: valeur for cle, valeur in demande.items() if cle != "groupe"}


def reponses_de(
    instance: Instance, resultat: Resultat, *, passages: Mapping[str, int], sections: Mapping[str, int]
) -> dict[int, Reponse]:
    """Ce que le moteur répond à chaque passage. A transfer that keeps its present place is not admitted."""
    reponses = {}
    for numero, issue in lire_issues(instance, resultat).items():
        if numero not in passages:
            continue
        refus = tuple(
            RefusLu(sections[r.contrat.accueil], r.refus.motif, mot_court(r.refus), raison(r.refus))
            for r in issue.refus
            if r.contrat.accueil in sections
        )
        if issue.entre and issue.contrat is not None:
            section = sections[issue.contrat.accueil]
            reponses[passages[numero]] = Reponse(section, issue.contrat.demi_journees, refus)
        else:
            reponses[passages[numero]] = Reponse(refus=refus)
    return reponses


@dataclass(frozen=True, slots=True)
class Ecart:
    """One child another decision would move: from where to where, None being nowhere."""

    passage: int
    avant: int | None
    apres: int | None

    @property
    def gagne(self) -> bool:
        return self.avant is None

    @property
    def perd(self) -> bool:
        return self.apres is None


def comparer(avant: Mapping[int, Reponse], apres: Mapping[int, Reponse]) -> list[Ecart]:
    """Qui gagne une place, qui en perd une, qui en change : les seuls passages des deux calculs."""
    ecarts = []
    for passage in sorted(set(avant) & set(apres)):
        un, deux = avant[passage], apres[passage]
        if (un.section, un.demi_journees) != (deux.section, deux.demi_journees):
            ecarts.append(Ecart(passage, un.section, deux.section))
    return ecarts
