"""What the nightly jobs and the checking queue cost on a whole city; everything written is undone."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils import timezone

from dossiers.models import Dossier, Echeance, Rapprochement
from dossiers.queries.doublons import ressemblances_en_attente
from dossiers.queries.echeances import Valeurs, a_ouvrir
from dossiers.queries.verification import Demande, page_verification
from dossiers.services.conservation import passer_la_conservation
from dossiers.services.echeances import Bilan, accomplir, inscrire
from dossiers.services.rapprochement import proposer_la_nuit
from guichet.acces import personne_de
from structures.models import Agent
from tests.mesures.chrono import Figure, prendre, requetes_partout

ACTES = 200


@dataclass(frozen=True)
class Nuit:
    """One nightly job: how many dossiers it looked at, what it did, in how many queries and seconds."""

    nom: str
    dossiers: int
    faits: int
    requetes: int
    secondes: float

    @property
    def ligne(self) -> str:
        return (
            f"| {self.nom}, {self.faits} sur {self.dossiers} | {self.requetes} | {self.secondes:.1f} s | | |"
        )


def mesurer_nuits(maintenant: datetime) -> list[Nuit]:
    """Delays searched then acts done, retention, duplicates of the whole list."""
    jour, valeur = timezone.localdate(maintenant), Valeurs()

    def ouvrir() -> int:
        return inscrire(a_ouvrir(jour, valeur))

    def faire() -> int:
        ouvrir()
        dues = Echeance.objects.ouvertes().filter(due_le__lte=jour)
        premiers = dues.order_by("pk").values("pk")[:ACTES]
        Echeance.objects.ouvertes().exclude(pk__in=list(premiers.values_list("pk", flat=True))).delete()
        bilan = Bilan()
        accomplir(jour, bilan, valeur=valeur, maintenant=maintenant)
        return sum(bilan.actes.values())

    def conserver() -> int:
        passer_la_conservation(jour, maintenant=maintenant)
        return Dossier.objects.filter(anonymise_le=maintenant).count()

    return [
        _nuit("délais, recherche de la nuit", ouvrir),
        _nuit(f"délais, {ACTES} actes au plus", faire),
        _nuit("conservation, une nuit", conserver),
        _nuit("doublons, toute la liste en une nuit", lambda: proposer_la_nuit(maintenant=maintenant)),
    ]


def doublons_deja_vus(maintenant: datetime) -> tuple[int, int]:
    """(proposed by a first night, found by the next one): nothing is ever proposed twice."""
    with transaction.atomic():
        proposes = proposer_la_nuit(maintenant=maintenant, limite=10**6)
        restent = sum(1 for _ in ressemblances_en_attente())
        assert Rapprochement.objects.count() >= proposes
        transaction.set_rollback(True)
    return proposes, restent


def file_a_verifier(agent: Agent, maintenant: datetime) -> Figure:
    """The page a counter works from all day."""
    qui = personne_de(agent, timezone.localdate(maintenant))
    return prendre("« À vérifier », file d’une mairie", lambda: page_verification(qui, Demande(), []))


def _nuit(nom: str, faire: Callable[[], int]) -> Nuit:
    dossiers = Dossier.objects.en_attente().count()
    with transaction.atomic(), requetes_partout() as compter:
        debut = time.perf_counter()
        faits = faire()
        secondes, requetes = time.perf_counter() - debut, compter()
        transaction.set_rollback(True)
    return Nuit(nom, dossiers, faits, requetes, secondes)
