"""Two connections at once: a dossier changed while a version comes into force."""

import threading
import time

import pytest
from django.db import connection, transaction

from dossiers.models import EtatGrille
from dossiers.services.cotation import coter_dossier
from dossiers.services.grilles import charger_grille
from dossiers.services.publication import publier_maintenant
from tests.dossiers.test_cotation_service import courante, document, dossier_type, en_vigueur
from tests.factories import INSTANT

# pg_stat_activity would be the same during the whole transaction; pg_locks is always live.
_EN_ATTENTE = "SELECT count(*) FROM pg_locks WHERE NOT granted"


def attendre_un_blocage(fil: threading.Thread) -> bool:
    """Wait until the other connection waits for a lock of ours (True) or ends without waiting."""
    while fil.is_alive():
        with connection.cursor() as curseur:
            curseur.execute(_EN_ATTENTE)
            if curseur.fetchone()[0]:
                return True
        time.sleep(0.05)
    return False


@pytest.mark.django_db(transaction=True)
def test_the_publication_waits_for_the_change_then_counts_it() -> None:
    en_vigueur("villiers-le-bel")
    dossier = dossier_type()
    coter_dossier(dossier, par=None, maintenant=INSTANT)
    nouvelle = charger_grille(document("reims-2021"), par=None, maintenant=INSTANT)

    def publier() -> None:
        try:
            publier_maintenant(nouvelle, par=None, maintenant=INSTANT)
        finally:
            connection.close()

    fil = threading.Thread(target=publier)
    with transaction.atomic():
        dossier.famille.quotient_familial = 800
        dossier.famille.save()
        coter_dossier(dossier, par=None, maintenant=INSTANT)
        fil.start()
        assert attendre_un_blocage(fil)
    fil.join()
    nouvelle.refresh_from_db()
    assert nouvelle.etat == EtatGrille.EN_VIGUEUR
    assert courante(dossier).declare == 220
