"""Who is there, and whether that is enough."""

from collections.abc import Iterable
from datetime import date

from commissions.models import Presence, Seance
from commissions.regles.quorum import Quorum, quorum
from structures.queries import reglage


def presences_de(seance: Seance) -> list[Presence]:
    """The members called, as they sit on the attendance sheet: one query."""
    lues = seance.presences.select_related("agent", "mandat_a__agent")
    ordre = list(Presence.Qualite.values)
    return sorted(lues, key=lambda p: (ordre.index(p.qualite), p.agent.nom, p.pk))


def quorum_de(presences: Iterable[Presence], *, le: date) -> Quorum:
    """The service prepares the séance and does not sit: it is not counted."""
    siegent = [p for p in presences if p.qualite != Presence.Qualite.SERVICE]
    presents = sum(1 for p in siegent if p.present)
    return quorum(len(siegent), presents, reglage("quorum_part", le=le))
