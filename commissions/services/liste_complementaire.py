"""The ranks of a section's complementary list: said aloud, left, put back by an undo, closed at the end."""

from dataclasses import dataclass
from typing import Any

from django.db.models import F, Max, QuerySet

from commissions.models import Decision, Passage, PassageVoeu, Seance
from commissions.models import SensDecision as Sens
from structures.models import Section


def _liste(seance: int, section: int | None, *, sauf: int) -> QuerySet[Decision]:
    """Those who wait there, but for the passage `sauf`."""
    attendent = Decision.objects.filter(
        passage__seance=seance, sens=Sens.LISTE_COMPLEMENTAIRE, section=section
    )
    return attendent.exclude(passage=sauf)


def rang_libre(voeu: PassageVoeu, propose: int | None) -> int:
    """The rank proposed, or the next one nobody has; without a proposal, the end of the list."""
    liste = _liste(voeu.passage.seance_id, voeu.section_id, sauf=voeu.passage_id)
    if propose is None:
        return (liste.aggregate(n=Max("rang_complementaire"))["n"] or 0) + 1
    pris = set(liste.values_list("rang_complementaire", flat=True))
    while propose in pris:
        propose += 1
    return propose


@dataclass(frozen=True, slots=True)
class Rangement:
    """The rank of an avis; `insere`: it pushed the following ones; `remontes`: those after the rank it leaves
    came up.
    """

    rang: int | None
    insere: bool = False
    remontes: bool = False


def ranger(
    passage: Passage, ancienne: Decision | None, *, section: Section | None, rang: int | None, inserer: bool
) -> Rangement:
    """Leave the rank of the former avis, and take the new one, None outside the complementary list.

    `inserer` gives this very rank, those from there on go down by one. The ones after a rank that is left
    come up when it had pushed them, or when the child only moves within the list; a rank that follows the
    proposal keeps its number free, since the next lines have the numbers proposed.
    """
    quitte = ancienne.rang_complementaire if ancienne else None
    meme_liste = ancienne is not None and rang is not None and section == ancienne.section
    if ancienne is not None and meme_liste and rang == quitte:
        return Rangement(rang, ancienne.insere)
    remontes = ancienne is not None and quitte is not None and (ancienne.insere or meme_liste)
    if remontes and ancienne is not None:
        remonter(ancienne, passage.seance_id)
        if meme_liste and not inserer and rang is not None and quitte is not None and rang > quitte:
            rang -= 1
    liste = _liste(passage.seance_id, section.pk if section else None, sauf=passage.pk)
    pousse = inserer and rang is not None and liste.filter(rang_complementaire=rang).exists()
    if pousse:
        _decaler(liste.filter(rang_complementaire__gte=rang), 1)
    return Rangement(rang, pousse, remontes)


def remonter(decision: Decision, seance: int) -> None:
    """Those after this avis come up by one."""
    liste = _liste(seance, decision.section_id, sauf=decision.passage_id)
    _decaler(liste.filter(rang_complementaire__gt=decision.rang_complementaire), -1)


def redescendre(decision: Decision, seance: int) -> None:
    """This avis finds its rank again, and those that had come up go down."""
    liste = _liste(seance, decision.section_id, sauf=decision.passage_id)
    _decaler(liste.filter(rang_complementaire__gte=decision.rang_complementaire), 1)


def _decaler(suivants: QuerySet[Decision], ecart: int) -> None:
    suivants.update(rang_complementaire=F("rang_complementaire") + ecart)


def resserrer(seance: Seance) -> None:
    """At the end each list is numbered from 1 without a gap: letters and calls say these ranks."""
    attendent = Decision.objects.filter(
        passage__seance=seance, sens=Sens.LISTE_COMPLEMENTAIRE, rang_complementaire__isnull=False
    )
    numeros: dict[Any, int] = {}
    changees = []
    for decision in attendent.order_by("section", "rang_complementaire", "pk"):
        numero = numeros[decision.section_id] = numeros.get(decision.section_id, 0) + 1
        if decision.rang_complementaire != numero:
            decision.rang_complementaire = numero
            changees.append(decision)
    Decision.objects.bulk_update(changees, ["rang_complementaire"], batch_size=500)
