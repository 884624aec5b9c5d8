"""What the engine proposed for each passage, the lines recomputed during the séance included."""

import json
from functools import lru_cache
from typing import Any

from django.utils import timezone

from commissions.models import Passage, PassageVoeu, Proposition, Recalcul, Seance
from commissions.queries.candidats import accueils_de, places_de
from commissions.queries.reste import laissees_par_la_fratrie
from commissions.regles.avis import Avis, LigneClassee, Reponse, avis_proposes
from commissions.regles.fratrie_decidee import dire_la_fratrie
from commissions.regles.reste import reponses_de
from structures.queries import reglage


def proposition_gelee(seance: Seance) -> Proposition | None:
    """The last run of the engine on the frozen instance."""
    return (
        seance.propositions.filter(empreinte_instance=seance.empreinte).order_by("-faite_le", "-pk").first()
    )


def avis_de(seance: Seance) -> dict[int, Avis]:
    """By passage; empty when the engine was not run. What was read once is kept: its rows never change."""
    proposition = proposition_gelee(seance)
    if proposition is None:
        return {}
    jour = timezone.localdate(seance.gelee_le or seance.tenue_prevue_le)
    taille = reglage("liste_complementaire", le=jour)
    return dict(_avis(seance.pk, proposition.pk, proposition.empreinte, *_recalcul(seance), taille))


def reponses_proposees(seance: Seance) -> dict[int, Reponse]:
    """The bare answers of the engine, by passage."""
    proposition = proposition_gelee(seance)
    if proposition is None:
        return {}
    return dict(_reponses(seance.pk, proposition.pk, proposition.empreinte, *_recalcul(seance)))


def _recalcul(seance: Seance) -> tuple[int | None, frozenset[str]]:
    """The last one, and the siblings no calculation may place: what they wait for moves with each avis."""
    recalcul = seance.recalculs.order_by("-pk").values_list("pk", flat=True).first()
    return recalcul, laissees_par_la_fratrie(seance) if recalcul else frozenset()


@lru_cache(maxsize=8)
def _avis(
    seance_id: int,
    proposition_id: int,
    empreinte: str,
    recalcul_id: int | None,
    laissees: frozenset[str],
    taille: int,
) -> dict[int, Avis]:
    reponses = _reponses(seance_id, proposition_id, empreinte, recalcul_id, laissees)
    lues = PassageVoeu.objects.filter(passage__seance=seance_id).values_list(
        "passage_id", "section_id", "choix", "rang"
    )
    return avis_proposes(reponses, (LigneClassee(*ligne) for ligne in lues), taille_liste=taille)


@lru_cache(maxsize=8)
def _reponses(
    seance_id: int, proposition_id: int, empreinte: str, recalcul_id: int | None, laissees: frozenset[str]
) -> dict[int, Reponse]:
    seance = Seance.objects.get(pk=seance_id)
    cles: dict[str, Any] = {
        "passages": dict(Passage.objects.filter(seance=seance_id).values_list("dossier__numero", "pk")),
        "sections": {nom: pk for pk, nom in accueils_de(places_de(seance)).items()},
    }
    proposition = Proposition.objects.get(pk=proposition_id)
    instance = json.loads(seance.instance)
    reponses = reponses_de(instance, json.loads(proposition.resultat), **cles)
    if recalcul_id is None:
        return reponses
    recalcul = Recalcul.objects.get(pk=recalcul_id)
    reste = json.loads(recalcul.instance)
    refaites = reponses_de(reste, json.loads(recalcul.resultat), **cles)
    calculees = {d["id"] for d in reste["demandes"]}
    refaites |= {cles["passages"][numero]: Reponse() for numero in laissees - calculees}
    return reponses | dire_la_fratrie(refaites, instance["demandes"], **cles)
