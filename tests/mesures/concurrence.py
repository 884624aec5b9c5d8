"""Many agents changing the same dossiers from connections of their own: nothing lost, nobody locked out."""

import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from random import Random

from django.db import OperationalError, connection
from django.utils import timezone

from dossiers.models import Dossier, Famille
from dossiers.regles.saisie import Saisie, SaisieBesoin, SaisieEnfant, SaisiePiece, SaisieResponsable
from dossiers.services.depot import deposer_dossier
from dossiers.services.modification import modifier_dossier
from dossiers.services.pieces import constater_piece
from guichet.erreurs import ErreurMetier
from structures.models import Agent, Mairie, Structure

NOM, DOCUMENT = "Concurrence", "quittance de loyer"
SOLUTIONS = ("famille", "garde_domicile", "halte_garderie")


@dataclass
class Concurrence:
    """What became of the edits; `refus` were told their version was old and began again from the new one."""

    edits: list[int] = field(default_factory=list)
    refus: list[int] = field(default_factory=list)
    pieces: list[int] = field(default_factory=list)
    pannes: list[str] = field(default_factory=list)
    secondes: float = 0.0
    perdus: int = 0


@dataclass(frozen=True)
class Cadre:
    """The same for every thread: the entries by dossier, who writes, where, when."""

    entrees: dict[int, Saisie]
    par: Agent
    mairie: Mairie
    maintenant: datetime


def jumeaux_a_modifier(dossiers: int, *, par: Agent, mairie: Mairie, maintenant: datetime) -> Cadre:
    """Households of two, so that two dossiers share each household; the same ones at each run."""
    structures = list(Structure.objects.order_by("pk")[:2])
    entrees: dict[int, Saisie] = {}
    for rang in range(dossiers // 2):
        entree = _naissance(f"{NOM}{rang:02d}", structures, maintenant)
        connus = list(Dossier.objects.filter(enfant__nom=entree.enfants[0].nom).order_by("pk"))
        connus = connus or deposer_dossier(entree, par=par, mairie=mairie, maintenant=maintenant)
        for dossier, enfant in zip(connus, entree.enfants, strict=True):
            entrees[dossier.pk] = replace(entree, enfants=(enfant,))
    return Cadre(entrees, par, mairie, maintenant)


def _naissance(nom: str, structures: Sequence[Structure], maintenant: datetime) -> Saisie:
    jour = timezone.localdate(maintenant)
    naissance = jour - timedelta(days=120)
    return Saisie(
        enfants=tuple(SaisieEnfant(nom, prenom, naissance=naissance) for prenom in ("Lino", "Sol")),
        responsables=(SaisieResponsable(nom, "Maud", telephone="06 39 98 12 34", activite="salarie"),),
        besoins=(SaisieBesoin("regulier", jour + timedelta(days=90), tuple(range(10))),),
        voeux=tuple(s.pk for s in structures),
        depose_le=jour,
        pieces=(SaisiePiece("domicile", equivalent=DOCUMENT, vue_le=jour),),
        situation="isole",
    )


def mesurer_concurrence(cadre: Cadre, *, edits: int, connexions: int, graine: int = 7) -> Concurrence:
    """`edits` changes from `connexions` threads, and a piece seen by another counter every fifth one.

    Every change reads the household's number, adds one and writes it: their sum tells what was lost.
    """
    hasard, bilan = Random(graine), Concurrence()
    cibles = [hasard.choice(sorted(cadre.entrees)) for _ in range(edits)]
    avant, debut = _somme(cadre), time.perf_counter()
    fils = [
        threading.Thread(target=_agent, args=(cibles[n::connexions], n, cadre, bilan))
        for n in range(connexions)
    ]
    for fil in fils:
        fil.start()
    for fil in fils:
        fil.join()
    bilan.secondes = time.perf_counter() - debut
    bilan.perdus = edits - (_somme(cadre) - avant)
    return bilan


def _somme(cadre: Cadre) -> int:
    familles = Famille.objects.filter(dossiers__in=cadre.entrees).distinct()
    return sum(f.quotient_familial or 0 for f in familles)


def _agent(cibles: Sequence[int], numero: int, cadre: Cadre, bilan: Concurrence) -> None:
    """One connection's work; a refused edit is read again and made again, as a person would."""
    try:
        for rang, cible in enumerate(cibles):
            if rang % 5 == 4:
                dossier = Dossier.objects.get(pk=cible)
                commun = {"par": cadre.par, "mairie": cadre.mairie, "maintenant": cadre.maintenant}
                constater_piece(dossier, "domicile", equivalent=DOCUMENT, **commun)
                bilan.pieces.append(cible)
            while not _modifier(cible, SOLUTIONS[(numero + rang) % 3], cadre):
                bilan.refus.append(cible)
            bilan.edits.append(cible)
    except OperationalError as panne:
        bilan.pannes.append(str(panne).splitlines()[0])
    finally:
        connection.close()


def _modifier(cible: int, solution: str, cadre: Cadre) -> bool:
    """True once written; False when somebody was faster."""
    dossier = Dossier.objects.select_related("famille").get(pk=cible)
    quotient = (dossier.famille.quotient_familial or 0) + 1
    saisie = replace(cadre.entrees[cible], quotient_familial=quotient, solution=solution)
    commun = {"par": cadre.par, "mairie": cadre.mairie, "maintenant": cadre.maintenant}
    try:
        modifier_dossier(dossier, saisie, version=dossier.version, **commun)
    except ErreurMetier as refus:
        if refus.code != "version_perimee":
            raise
        return False
    return True
