"""Who is there: the attendance sheet, kept until the séance is over."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from commissions.models import EtatSeance, Presence, Seance
from dossiers.models import ActionJournal
from dossiers.services.journal import journaliser
from guichet.erreurs import ErreurMetier
from structures.models import Agent

PRESENT, EXCUSE, ABSENT = "present", "excuse", "absent"


@dataclass(frozen=True)
class Emargement:
    """What the sheet says of one member; `mandat_a` is the id of the presence that votes for it."""

    statut: str
    mandat_a: int | None = None


@transaction.atomic
def emarger(
    seance: Seance, feuille: Mapping[int, Emargement], *, version: int, par: Agent, maintenant: datetime
) -> Seance:
    """Write the whole sheet. A mandate goes from an absent member to a present one, who holds one at most.

    Raises ErreurMetier `version`, `seance_fermee`, `mandat` (field `mandat_<id>`).
    """
    verrou = Seance.objects.select_for_update(of=("self",)).defer("instance").get(pk=seance.pk)
    if verrou.etat not in (EtatSeance.GELEE, EtatSeance.OUVERTE):
        raise ErreurMetier("seance_fermee", "La feuille de présence se tient du gel à la fin de la séance.")
    if verrou.version != version:
        raise ErreurMetier("version", "Une autre personne vient de tenir cette feuille : relisez-la.")
    presences = {p.pk: p for p in verrou.presences.all()}
    _verifier_mandats({pk: e for pk, e in feuille.items() if pk in presences})
    # Mandates are taken back first: one holder changes hands without two rows naming it.
    verrou.presences.update(mandat_a=None)
    for pk, presence in presences.items():
        if (dit := feuille.get(pk)) is None:
            continue
        presence.present = dit.statut == PRESENT
        presence.excuse = dit.statut == EXCUSE
        presence.mandat_a_id = dit.mandat_a
        presence.save(update_fields=["present", "excuse", "mandat_a"])
    verrou.version += 1
    verrou.save(update_fields=["version"])
    journaliser(
        ActionJournal.COMMISSION,
        par=par,
        maintenant=maintenant,
        objet=f"séance {verrou.pk} émargée",
        details={"presents": sum(1 for e in feuille.values() if e.statut == PRESENT)},
    )
    return verrou


def _verifier_mandats(feuille: Mapping[int, Emargement]) -> None:
    tenus: set[int] = set()
    for pk, dit in feuille.items():
        if dit.mandat_a is None:
            continue
        champ, autre = f"mandat_{pk}", feuille.get(dit.mandat_a)
        if dit.statut == PRESENT:
            raise ErreurMetier("mandat", "Une personne présente vote elle-même.", champ=champ)
        if autre is None or autre.statut != PRESENT:
            raise ErreurMetier("mandat", "Un mandat se donne à une personne présente.", champ=champ)
        if dit.mandat_a in tenus:
            raise ErreurMetier("mandat", "Cette personne porte déjà un mandat.", champ=champ)
        tenus.add(dit.mandat_a)


def statut_de(presence: Presence) -> str:
    """The word of the sheet for a presence, empty until it is signed."""
    if presence.present is None:
        return ""
    if presence.present:
        return PRESENT
    return EXCUSE if presence.excuse else ABSENT
