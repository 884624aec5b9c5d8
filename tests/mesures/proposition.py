"""From the database to the stored proposal: the freeze of a whole city, then the engine; all of it undone."""

import time
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import connection, transaction
from django.utils import timezone

from commissions.models import PlaceOfferte, Seance
from commissions.queries.proposition import lire_proposition
from commissions.services.gel import geler_seance
from commissions.services.proposition import proposer
from dossiers.models import Besoin, TypeBesoin
from structures.models import Section
from tests.mesures.chrono import requetes_partout

BUDGET = 60
PLACES = 12


@dataclass(frozen=True)
class MesureProposition:
    """How many dossiers went through, and the seconds of each part; `etapes` are the progress told."""

    dossiers: int
    accueils: int
    entrants: int
    requetes: int
    gel_s: float
    calcul_s: float
    lecture_s: float
    etapes: int

    @property
    def total_s(self) -> float:
        return self.gel_s + self.calcul_s

    @property
    def ligne(self) -> str:
        detail = f"gel {self.gel_s:.1f} s, calcul, vérification et rangement {self.calcul_s:.1f} s"
        return (
            f"| de la base à la proposition gardée, {self.dossiers} dossiers, {self.accueils} sections "
            f"| {self.requetes} | {self.total_s:.1f} s | {detail} | ≤ {BUDGET} s |"
        )


def mesurer_proposition(maintenant: datetime) -> MesureProposition:
    """Every regular need is asked for one day, so that the whole list is in one séance."""
    effet = timezone.localdate(maintenant) + timedelta(days=120)
    etapes: list[int] = []

    def avancer(fait: int, total: int) -> None:
        etapes.append(fait)

    with transaction.atomic():
        Besoin.objects.filter(type=TypeBesoin.REGULIER).exclude(entree_le=effet).update(entree_le=effet)
        seance = Seance.objects.create(
            intitule="Mesure",
            tenue_prevue_le=maintenant + timedelta(days=30),
            lieu="Hôtel de ville",
            date_effet=effet,
            cloture_le=timezone.localdate(maintenant),
        )
        PlaceOfferte.objects.bulk_create(
            PlaceOfferte(seance=seance, section=section, places=[PLACES] * 10)
            for section in Section.objects.all()
        )
        with requetes_partout() as compter:
            debut = time.perf_counter()
            seance = geler_seance(seance, par=None, maintenant=maintenant, graine=7, avancer=avancer)
            milieu = time.perf_counter()
            proposition = proposer(seance, par=None, maintenant=maintenant, avancer=avancer)
            with connection.cursor() as curseur:
                # What a commit would still check.
                curseur.execute("SET CONSTRAINTS ALL IMMEDIATE")
            fin, requetes = time.perf_counter(), compter()
        lue = lire_proposition(proposition)
        lecture = time.perf_counter() - fin
        mesure = MesureProposition(
            dossiers=len(lue.lignes),
            accueils=len(lue.instance["accueils"]),
            entrants=sum(ligne.entre for ligne in lue.lignes.values()),
            requetes=requetes,
            gel_s=milieu - debut,
            calcul_s=fin - milieu,
            lecture_s=lecture,
            etapes=len(etapes),
        )
        transaction.set_rollback(True)
    return mesure
