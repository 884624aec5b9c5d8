"""The allocation problem of what is not decided yet, and what one more decision would move."""

import json
from collections.abc import Collection
from dataclasses import dataclass
from functools import lru_cache

from commissions.models import Passage, PassageVoeu, Seance, SensDecision
from commissions.queries.candidats import accueils_de, places_de
from commissions.queries.decisions import decisions_de
from commissions.regles.affectation import affecter
from commissions.regles.avis import Reponse
from commissions.regles.fratrie_decidee import RIEN
from commissions.regles.reste import (
    Instance,
    Sort,
    comparer,
    hors_fratrie,
    instance_restante,
    reponses_de,
)
from guichet.erreurs import ErreurMetier
from structures.models import Section


def sorts_decides(seance: Seance) -> dict[str, Sort]:
    """What is decided, by dossier number, in the words of the instance."""
    accueils = accueils_de(places_de(seance))
    lues = decisions_de(seance).values_list("passage__dossier__numero", "sens", "section_id", "demi_journees")
    return {
        numero: Sort(accueils[section], tuple(semaine)) if sens == SensDecision.ADMIS else Sort()
        for numero, sens, section, semaine in lues
    }


def instance_du_reste(seance: Seance) -> Instance:
    """The frozen instance without what is decided."""
    return instance_restante(_instance(seance), sorts_decides(seance))


def _instance(seance: Seance) -> Instance:
    texte = Seance.objects.values_list("instance", flat=True).get(pk=seance.pk)
    lue: Instance = json.loads(texte)
    return lue


@lru_cache(maxsize=8)
def _fratries_exigeantes(seance_id: int, empreinte: str) -> Instance:
    """The siblings « together or nothing » of a frozen list, as a small instance: its rows never change."""
    instance = json.loads(Seance.objects.values_list("instance", flat=True).get(pk=seance_id))
    groupes = [g for g in instance.get("groupes", ()) if g["repli"] == RIEN]
    connus = {g["id"] for g in groupes}
    demandes = [d for d in instance["demandes"] if d.get("groupe") in connus]
    return {"accueils": instance["accueils"], "demandes": demandes, "groupes": groupes}


def laissees_par_la_fratrie(seance: Seance) -> frozenset[str]:
    """The demandes no calculation may place now, because their siblings want all or nothing."""
    exigeantes = _fratries_exigeantes(seance.pk, seance.empreinte)
    return hors_fratrie(exigeantes, sorts_decides(seance)) if exigeantes["demandes"] else frozenset()


@dataclass(frozen=True)
class Deplace:
    """One child another decision would move; a protected one is told without its number."""

    ordre: str
    verbe: str
    avant: str
    apres: str


def sort_essaye(seance: Seance, voeu: PassageVoeu, sens: str, demi_journees: Collection[int]) -> Sort:
    """A decision not taken yet, in the words of the instance."""
    if sens != SensDecision.ADMIS:
        return Sort()
    return Sort(accueils_de(places_de(seance))[voeu.section_id], tuple(sorted(demi_journees)))


def consequences(
    seance: Seance, voeu: PassageVoeu, sort: Sort, *, familles_liees: Collection[int] = frozenset()
) -> list[Deplace]:
    """Who would gain or lose elsewhere if this line were decided so, among what is not decided.

    Empty when the decision holds no place that is left: the service refuses it then.
    """
    numero = voeu.passage.dossier.numero
    accueils = accueils_de(places_de(seance))
    cles = {
        "passages": dict(seance.passages.values_list("dossier__numero", "pk")),
        "sections": {accueil: section for section, accueil in accueils.items()},
    }

    instance, decidees = _instance(seance), sorts_decides(seance)

    def essayer(avec: dict[str, Sort]) -> dict[int, Reponse]:
        sorts = {**decidees, **avec}
        reste = instance_restante(instance, sorts)
        sans_place = {cles["passages"][un]: Reponse() for un in hors_fratrie(instance, sorts)}
        return reponses_de(reste, affecter(reste), **cles) | sans_place

    try:
        ecarts = comparer(essayer({}), essayer({numero: sort}))
    except ErreurMetier as refus:
        if refus.code != "place_manque":
            raise
        return []
    passages = Passage.objects.select_related("dossier__famille").in_bulk([e.passage for e in ecarts])
    noms = {s.pk: str(s) for s in Section.objects.filter(pk__in=accueils).select_related("structure")}
    return [
        _deplace(passages[e.passage], noms.get(e.avant or 0, ""), noms.get(e.apres or 0, ""))
        for e in ecarts
        if e.passage != voeu.passage_id and passages[e.passage].dossier.famille_id not in familles_liees
    ]


def _deplace(passage: Passage, avant: str, apres: str) -> Deplace:
    verbe = "gagne une place" if not avant else "perd sa place" if not apres else "change de place"
    if passage.protege or passage.dossier.famille.protegee:
        return Deplace("Un dossier réservé", verbe, "", "")
    return Deplace(passage.numero_ordre, verbe, avant, apres)
