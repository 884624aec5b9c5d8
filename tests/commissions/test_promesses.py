"""Two séances never count the same free place: opened by one, or offered and not answered."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.urls import reverse

from commissions.models import PlaceOfferte, Seance
from commissions.queries.ouverture import ouvertes
from commissions.queries.promesses import places_disponibles
from commissions.regles.promesses import Promesse, promises_ailleurs
from commissions.services.preparation import concerner_sections, recompter_places
from commissions.services.reponses import accepter_offre, decliner_offre
from structures.models import Section
from tests import factories
from tests.commissions.monde import Monde
from tests.commissions.offres import (
    ENVOI,
    acteur,
    apres,
    monde_des_offres,
    offre_envoyee,
    seance_validee,
)
from tests.dossiers.test_mutations_concurrentes import pendant

SEPTEMBRE, JANVIER = date(2027, 9, 1), date(2028, 1, 3)


@pytest.mark.parametrize(
    ("promesses", "libres", "ailleurs"),
    [
        ([], {SEPTEMBRE: [3, 0]}, (0, 0)),
        ([Promesse(1, SEPTEMBRE, [1, 1])], {SEPTEMBRE: [3, 0]}, (1, 0)),
        # Promised before, and over by then.
        ([Promesse(1, date(2027, 6, 1), [1, 0], date(2027, 8, 31))], {SEPTEMBRE: [3, 0]}, (0, 0)),
        # Promised for later: the place would still be held, unless one came free in between.
        ([Promesse(1, JANVIER, [2, 0])], {SEPTEMBRE: [3, 0], JANVIER: [3, 0]}, (2, 0)),
        ([Promesse(1, JANVIER, [2, 0])], {SEPTEMBRE: [3, 0], JANVIER: [4, 0]}, (1, 0)),
        ([Promesse(1, JANVIER, [2, 1])], {SEPTEMBRE: [3, 0], JANVIER: [1, 1]}, (2, 0)),
    ],
)
def test_ce_qui_est_promis_ailleurs(
    promesses: list[Promesse], libres: dict[date, list[int]], ailleurs: tuple[int, ...]
) -> None:
    assert promises_ailleurs(promesses, SEPTEMBRE, libres) == ailleurs


@pytest.fixture
def monde() -> Monde:
    return monde_des_offres()


def ouvrir(monde: Monde, seance: Seance, *sections: Section) -> None:
    lues = list(Section.objects.filter(pk__in=[s.pk for s in sections]).select_related("structure"))
    concerner_sections(seance, lues, version=seance.version, **acteur(monde))
    seance.refresh_from_db()


def places(seance: Seance, section: Section) -> list[int]:
    return PlaceOfferte.objects.get(seance=seance, section=section).places


def libres(monde: Monde, sauf: Seance | None = None, le: date = SEPTEMBRE) -> tuple[int, int]:
    """(free, promised elsewhere) of the babies, on the first half-day."""
    section = Section.objects.select_related("structure").get(pk=monde.bebes.pk)
    [vue] = places_disponibles([section], le, sauf=sauf)
    return vue.libres[0], vue.ailleurs[0]


@pytest.mark.django_db
class TestDeuxSeances:
    def test_ce_qu_une_seance_ouvre_n_est_plus_libre_pour_l_autre(self, monde: Monde) -> None:
        une = factories.creer_seance(places={monde.bebes: 2})
        autre = factories.creer_seance()
        assert libres(monde, une) == (3, 0)
        ouvrir(monde, autre, monde.bebes)
        assert places(autre, monde.bebes) == [1] * 10
        [vue] = ouvertes(autre)
        assert (vue.promises, vue.manquent, vue.en_plus) == (2, 0, 0)
        [vue] = ouvertes(une)
        assert (vue.promises, vue.manquent, vue.en_plus) == (1, 0, 0)
        recompter_places(autre, version=autre.version, **acteur(monde))
        assert places(autre, monde.bebes) == [1] * 10

    def test_une_seance_d_une_autre_date_aussi(self, monde: Monde) -> None:
        factories.creer_seance(places={monde.bebes: 2}, date_effet=JANVIER)
        assert libres(monde) == (1, 2)
        # A place that comes free before January is the one it takes.
        bebe = factories.creer_enfant(date_naissance=date(2027, 1, 10))
        part = {"enfant": bebe, "debut": date(2027, 4, 1), "fin": date(2027, 12, 31)}
        factories.creer_admission(monde.bebes, **part)
        assert libres(monde) == (1, 1)

    def test_une_offre_sans_reponse_est_prise_et_declinee_ne_l_est_plus(self, monde: Monde) -> None:
        un, deux = monde.dossier(90), monde.dossier(80)
        seance_validee(monde, {un: "admis", deux: "admis"}, places={monde.bebes: 2})
        assert libres(monde) == (1, 2)
        offre = offre_envoyee(monde, un)
        assert libres(monde) == (1, 2)
        assert libres(monde, offre.seance) == (3, 0)
        accepter_offre(offre, **acteur(monde, apres(1)))
        assert libres(monde) == (1, 1)
        decliner_offre(offre_envoyee(monde, deux), motif="cout", **acteur(monde, apres(1)))
        assert libres(monde) == (2, 0)

    def test_une_offre_sans_admission_d_un_enfant_attendu_tient(self, monde: Monde) -> None:
        famille = factories.creer_famille()
        enfant = factories.creer_enfant(famille, date_naissance=None, date_prevue_naissance=date(2027, 6, 1))
        dossier = monde.dossier(enfant=enfant, famille=famille)
        seance_validee(monde, {dossier: "admis"}, places={monde.bebes: 1})
        accepter_offre(offre_envoyee(monde, dossier), **acteur(monde, apres(1)))
        assert libres(monde) == (2, 1)

    def test_la_page_dit_promises_ailleurs(self, monde: Monde, client_de: Callable[..., Any]) -> None:
        factories.creer_seance(places={monde.bebes: 2})
        autre = factories.creer_seance(places={monde.bebes: 1})
        page = client_de(monde.coordination)
        html = page.get(reverse("commissions:seance_detail", args=[autre.pk])).content.decode()
        assert "2\u00a0promises ailleurs" in html
        corriger = page.get(reverse("commissions:places_modifier", args=[autre.places.get().pk]))
        assert "Promises ailleurs" in corriger.content.decode()

    def test_le_nombre_de_requetes_ne_suit_pas_celui_des_sections(
        self, monde: Monde, django_assert_num_queries: Any
    ) -> None:
        factories.creer_seance(places={monde.bebes: 2, monde.grands: 1})
        toutes = list(Section.objects.select_related("structure"))
        with django_assert_num_queries(6):
            places_disponibles(toutes, SEPTEMBRE)


@pytest.mark.django_db(transaction=True)
def test_deux_seances_qui_ouvrent_ensemble_ne_comptent_pas_la_meme_place(monde: Monde) -> None:
    une, autre = factories.creer_seance(), factories.creer_seance()
    lue = list(Section.objects.filter(pk=monde.bebes.pk).select_related("structure"))
    quoi = {"par": monde.coordination, "maintenant": ENVOI}
    refus = pendant(
        lambda: concerner_sections(une, lue, version=une.version, **quoi),
        lambda: concerner_sections(autre, lue, version=autre.version, **quoi),
    )
    assert refus is None
    assert places(une, monde.bebes) == [3] * 10
    assert places(autre, monde.bebes) == [0] * 10
