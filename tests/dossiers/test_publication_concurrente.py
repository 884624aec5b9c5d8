"""Two connections at once: a dossier changed while a version comes into force."""

import threading
from collections.abc import Sequence
from typing import Any

import pytest
from django.db import connection, transaction

from dossiers.models import EtatGrille
from dossiers.services import cotation
from dossiers.services.cotation import coter_dossier
from dossiers.services.grilles import charger_grille
from dossiers.services.publication import publier_maintenant
from tests.blocages import attendre_un_blocage
from tests.dossiers.cotation_type import courante, document, dossier_type, en_vigueur
from tests.factories import INSTANT


@pytest.mark.django_db(transaction=True)
def test_batches_go_on_two_connections_and_a_failure_keeps_the_old_grid(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(cotation, "LOT", 2)
    ancienne = en_vigueur("villiers-le-bel")
    dossiers = [dossier_type() for _ in range(7)]
    nouvelle = charger_grille(document("reims-2021"), par=None, maintenant=INSTANT)
    coter_lot, fils, avances = cotation.coter_lot, set(), []

    def panne(ids: Sequence[int], *args: Any, **kwargs: Any) -> int:
        fils.add(threading.current_thread().name)
        if dossiers[4].pk in ids:
            raise RuntimeError("panne au troisième lot")
        return coter_lot(ids, *args, **kwargs)

    with monkeypatch.context() as casse:
        casse.setattr(cotation, "coter_lot", panne)
        with pytest.raises(RuntimeError, match="troisième lot"):
            publier_maintenant(nouvelle, par=None, maintenant=INSTANT)
    assert threading.current_thread().name not in fils
    ancienne.refresh_from_db()
    nouvelle.refresh_from_db()
    assert (ancienne.etat, nouvelle.etat) == (EtatGrille.EN_VIGUEUR, EtatGrille.BROUILLON)

    fait = publier_maintenant(
        nouvelle, par=None, maintenant=INSTANT, avancement=lambda fait, total: avances.append((fait, total))
    )
    assert (fait, len(avances), avances[-1]) == (7, 4, (7, 7))
    assert [courante(dossier).declare for dossier in dossiers] == [230] * 7


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
