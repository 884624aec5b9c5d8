"""What « together » still asks of the brothers and sisters of a child already decided. Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from commissions.regles.avis import RefusLu, Reponse
from commissions.regles.explication import GROUPE

Demande = dict[str, Any]
RIEN = "aucun"
REUNIE = "La fratrie a demandé une même structure\u00a0: ce choix l’éloignerait de l’enfant déjà décidé."


@dataclass(frozen=True, slots=True)
class Fratrie:
    """`structure` is where every decided child is received, None when they have no common place; `repli` is
    what the family wants when the group cannot be together."""

    structure: str | None
    repli: str


def fratries_decidees(instance: Mapping[str, Any], lieux: Mapping[str, str | None]) -> dict[str, Fratrie]:
    """Les fratries « ensemble » dont un enfant au moins est décidé, et la structure où il est reçu.

    `lieux` maps a decided demande to its structure, None when it holds no place. A structure that one of
    the others does not ask is no common place.
    """
    regles = {g["id"]: g["repli"] for g in instance.get("groupes", ()) if g["regle"] == "ensemble"}
    structures = {a["id"]: a["structure"] for a in instance["accueils"]}
    trouves: dict[str, set[str | None]] = {}
    restent: dict[str, list[Demande]] = {}
    for demande in instance["demandes"]:
        groupe = demande.get("groupe")
        if groupe not in regles:
            continue
        if demande["id"] in lieux:
            trouves.setdefault(groupe, set()).add(lieux[demande["id"]])
        else:
            restent.setdefault(groupe, []).append(demande)
    fratries = {}
    for groupe, ou in trouves.items():
        structure = next(iter(ou)) if len(ou) == 1 else None
        if not all(_demande_ici(d, structure, structures) for d in restent.get(groupe, ())):
            structure = None
        fratries[groupe] = Fratrie(structure, regles[groupe])
    return fratries


def _demande_ici(demande: Demande, structure: str | None, structures: Mapping[str, str]) -> bool:
    return any(structures[voeu["accueil"]] == structure for voeu in demande["voeux"])


def rejoindre(demande: Demande, fratrie: Fratrie, structures: Mapping[str, str]) -> Demande | None:
    """Les vœux d’un enfant dont un frère ou une sœur est décidé : d’abord la structure où celui-ci est reçu.

    « Chacun pour soi » keeps the other wishes after; « ensemble ou rien » drops them, and the child is left
    out (None) when nothing remains. A present place is never lost.
    """
    libres = [v for v in demande["voeux"] if not v.get("place_actuelle")]
    actuelle = [v for v in demande["voeux"] if v.get("place_actuelle")]
    ici = [v for v in libres if structures[v["accueil"]] == fratrie.structure]
    ailleurs = [v for v in libres if structures[v["accueil"]] != fratrie.structure]
    voeux = [*ici, *([] if fratrie.repli == RIEN else ailleurs), *actuelle]
    return {**demande, "voeux": voeux} if voeux else None


def dire_la_fratrie(
    reponses: Mapping[int, Reponse],
    demandes: Iterable[Demande],
    *,
    passages: Mapping[str, int],
    sections: Mapping[str, int],
) -> dict[int, Reponse]:
    """Les réponses, où un choix écarté pour réunir la fratrie dit pourquoi : le moteur ne l’a pas essayé.

    `demandes` are those of the frozen list, with their wishes in the family's order.
    """
    dites = dict(reponses)
    for demande in demandes:
        passage = passages.get(demande["id"], 0)
        if not demande.get("groupe") or passage not in reponses:
            continue
        reponse = reponses[passage]
        connus = {refus.section for refus in reponse.refus}
        ecartes = []
        for voeu in demande["voeux"]:
            section = sections.get(voeu["accueil"])
            if section is None or section == reponse.section:
                break
            if section not in connus and not voeu.get("place_actuelle"):
                connus.add(section)
                ecartes.append(RefusLu(section, GROUPE, "fratrie", REUNIE))
        if ecartes:
            dites[passage] = replace(reponse, refus=(*reponse.refus, *ecartes))
    return dites
