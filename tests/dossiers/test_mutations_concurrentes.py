"""Two real connections on one child: its places never overlap, one of the two acts only."""

import threading
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.db import IntegrityError, connection, connections, transaction

from dossiers.models import Admission, Dossier
from dossiers.services.departs import constater_depart
from dossiers.services.mutations import appliquer_mutation
from guichet.erreurs import ErreurMetier
from tests import factories
from tests.dossiers.test_publication_concurrente import attendre_un_blocage

pytestmark = pytest.mark.django_db(transaction=True)
QUI: dict[str, Any] = {"par": None, "maintenant": factories.INSTANT}
ENTREE = date(2027, 1, 4)


def pendant(geste: Callable[[], Any], autre: Callable[[], Any]) -> BaseException | None:
    """Run `autre` on another connection while `geste` is not committed; what it raised."""
    refus: list[BaseException] = []

    def ailleurs() -> None:
        try:
            autre()
        except (ErreurMetier, IntegrityError) as erreur:
            refus.append(erreur)
        finally:
            connections.close_all()

    fil = threading.Thread(target=ailleurs)
    with transaction.atomic():
        geste()
        fil.start()
        assert attendre_un_blocage(fil)
    fil.join()
    connection.close()
    return refus[0] if refus else None


def mutation() -> Dossier:
    place = factories.creer_admission(factories.creer_section())
    return factories.creer_dossier(
        enfant=place.enfant,
        nature="mutation",
        admission_actuelle=place,
        voeux=[factories.creer_structure()],
    )


def test_deux_places_du_meme_enfant_ne_se_chevauchent_pas() -> None:
    enfant = factories.creer_enfant()
    section, autre = factories.creer_section(), factories.creer_section()
    refus = pendant(
        lambda: factories.creer_admission(section, enfant=enfant),
        lambda: factories.creer_admission(autre, enfant=enfant, debut=date(2028, 8, 31)),
    )
    assert "admission_sans_chevauchement" in str(refus)
    assert Admission.objects.filter(enfant=enfant).count() == 1


def test_une_mutation_ne_s_applique_qu_une_fois() -> None:
    dossier, section = mutation(), factories.creer_section()

    def appliquer() -> None:
        appliquer_mutation(dossier, section=section, demi_journees=[0, 1], debut=ENTREE, **QUI)

    refus = pendant(appliquer, appliquer)
    assert isinstance(refus, ErreurMetier)
    assert refus.code == "mutation_impossible"
    dates = list(Admission.objects.order_by("debut").values_list("debut", "fin"))
    assert dates == [(date(2026, 9, 1), date(2027, 1, 3)), (ENTREE, date(2028, 8, 31))]


def test_un_depart_attend_la_mutation_en_cours() -> None:
    """The transfer is applied: the departure finds a place that already ended."""
    dossier, section = mutation(), factories.creer_section()
    place = dossier.admission_actuelle
    assert place is not None
    refus = pendant(
        lambda: appliquer_mutation(dossier, section=section, demi_journees=[0], debut=ENTREE, **QUI),
        lambda: constater_depart(place, le=date(2027, 6, 30), motif="ecole", **QUI),
    )
    assert isinstance(refus, ErreurMetier)
    assert refus.code == "date_de_place"
    dossier.refresh_from_db()
    assert (dossier.etat, dossier.nature) == ("admis", "mutation")
