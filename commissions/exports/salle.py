"""What the room's screens print: one context for whoever runs the séance and for those who follow it."""

import hashlib
from collections.abc import Collection
from datetime import date
from typing import Any

from commissions.models import Passage, Projection, Seance
from commissions.queries.decisions import decisions_de, marques_et_recalculs
from commissions.queries.quorum import presences_de, quorum_de
from commissions.queries.salle import LigneSalle, restant_par_section, salle
from structures.regles.semaine import texte_semaine


def contexte_salle(
    seance: Seance,
    *,
    jour: date,
    section: int | None = None,
    voeu: int | None = None,
    familles_liees: Collection[int] = frozenset(),
    suivi: bool = False,
) -> dict[str, Any]:
    """One section on the screen; `suivi` shows it without any gesture."""
    lue = salle(seance, section_id=section, voeu_id=voeu, familles_liees=familles_liees)
    restants = restant_par_section(seance)
    contexte: dict[str, Any] = {
        "seance": seance,
        "s": lue,
        "quorum": quorum_de(presences_de(seance), le=jour),
        "suivi": suivi,
        "gestes": [],
        "derniere": "",
        "lignes_bloc": "",
        "sections": [(p, restants.get(p.section_id, 0)) for p in lue.places] if lue else [],
    }
    if lue is not None:
        contexte["derniere"] = dire_geste(lue.derniere, familles_liees)
        contexte["lignes_bloc"] = ",".join(str(ligne.voeu.pk) for ligne in lue.bloc)
        if lue.choisie and not suivi and not lue.choisie.deport:
            contexte["gestes"] = gestes_possibles(lue.choisie, lue.libres)
    return contexte


def gestes_possibles(ligne: LigneSalle, libres: Collection[int]) -> list[dict[str, Any]]:
    """The weeks one may admit on, each with its key: A follows the proposal, 1, 2, 3 are the other weeks.

    The last one is the week asked without the days that are full, when the family may still take it.
    """
    restes, passage = list(libres), ligne.voeu.passage
    semaines = list(passage.semaines)
    ouverts = tuple(k for k in semaines[0] if restes[k] > 0)
    if ouverts and ouverts not in semaines:
        semaines.append(ouverts)
    proposee = ligne.avis.demi_journees if ligne.avis and ligne.avis.section == ligne.voeu.section_id else ()
    gestes = []
    for n, semaine in enumerate(semaines, 1):
        conforme = bool(proposee) and semaine == proposee
        gestes.append(
            {
                "valeur": "A:" + ",".join(str(k) for k in semaine),
                "libelle": f"Admettre {texte_semaine(semaine)}",
                "touche": "A" if conforme or (n == 1 and not proposee) else str(n),
                "possible": all(restes[k] > 0 for k in semaine),
                "conforme": conforme,
            }
        )
    return gestes


def dire_geste(decisions: list[Any], familles_liees: Collection[int]) -> str:
    """« B31, admettre » ou « 12 lignes validées en bloc »."""
    if not decisions:
        return ""
    if len(decisions) > 1:
        return f"{len(decisions)} lignes en bloc"
    [decision] = decisions
    passage: Passage = decision.passage
    cache = passage.protege or passage.dossier.famille.protegee
    if cache or passage.dossier.famille_id in familles_liees:
        return "un dossier réservé"
    return f"{passage.numero_ordre}, {decision.get_sens_display().lower()}"


def jeton_salle(seance: Seance, familles_liees: Collection[int]) -> str:
    """Changes with all the screen shows: state, section and line shown, decisions, marks, one's links."""
    montree = Projection.objects.filter(seance=seance).values_list("change_le", flat=True).first()
    ecrites = decisions_de(seance).order_by("pk").values_list("pk", "version")
    vus = (seance.etat, seance.version, montree, list(ecrites), *marques_et_recalculs(seance))
    return hashlib.sha256(repr((vus, sorted(familles_liees))).encode()).hexdigest()[:16]
