"""Free places at any date: children move up at the passage date, leave for school, or as a director says."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from dossiers.models import Admission, MouvementRentree, Occupation
from dossiers.queries.places import occupations
from dossiers.queries.places_structure import page_structure
from dossiers.regles.rentree import Place, fourchettes, prochain_passage, veille_de_l_ecole
from dossiers.services.places import refus_de_place, sans_garde
from guichet.erreurs import ErreurMetier
from structures.models import Reglage, Section, Structure
from structures.regles.places import SemaineHeures, places_insertion, plafond, semaine_heures
from tests import factories
from tests.conftest import ClientStrict

pytestmark = pytest.mark.django_db
RENTREE = date(2027, 9, 1)


def sections(**champs: Any) -> tuple[Section, Section, Section]:
    """Babies, middle ones and big ones of one crèche."""
    creche = factories.creer_structure(**champs)
    bornes = {"Bébés": (2, 15), "Moyens": (15, 24), "Grands": (24, 40)}
    bebes, moyens, grands = (
        factories.creer_section(creche, nom=nom, age_min_mois=bas, age_min_jours=0, age_max_mois=haut)
        for nom, (bas, haut) in bornes.items()
    )
    return bebes, moyens, grands


def presente(section: Section, ne: date | None = date(2026, 3, 14), **champs: Any) -> Admission:
    naissance = {"date_naissance": ne} if ne else {"date_prevue_naissance": date(2026, 12, 1)}
    return factories.creer_admission(section, enfant=factories.creer_enfant(**naissance), **champs)


def parcours(admission: Admission) -> list[tuple[str, date, date | None]]:
    """(section, from, last day) of one child."""
    lignes = Occupation.objects.filter(admission=admission).select_related("section").order_by("periode")
    return [
        (o.section.nom, o.periode.lower, o.periode.upper and o.periode.upper - timedelta(days=1))
        for o in lignes
    ]


def test_un_enfant_monte_a_la_rentree_et_part_a_l_ecole() -> None:
    bebes, _, grands = sections()
    petit = presente(bebes, fin=None)
    assert parcours(petit) == [
        ("Bébés", date(2026, 9, 1), date(2027, 8, 31)),
        ("Moyens", RENTREE, date(2028, 8, 31)),
        ("Grands", date(2028, 9, 1), date(2029, 8, 31)),
    ]
    # Its age on the passage day decides: 14 months stays among babies, and nobody moves on a birthday.
    assert parcours(presente(bebes, ne=date(2026, 6, 20), fin=date(2028, 1, 31))) == [
        ("Bébés", date(2026, 9, 1), date(2028, 1, 31)),
    ]
    # Never down; a contract's end comes first; an expected child moves nowhere before its birth.
    assert parcours(presente(grands, fin=date(2027, 12, 31))) == [
        ("Grands", date(2026, 9, 1), date(2027, 12, 31))
    ]
    a_naitre = presente(bebes, ne=None, fin=None)
    assert parcours(a_naitre) == [("Bébés", date(2026, 9, 1), None)]
    a_naitre.enfant.date_naissance, a_naitre.enfant.date_prevue_naissance = date(2026, 12, 2), None
    a_naitre.enfant.save()
    assert [ligne[0] for ligne in parcours(a_naitre)] == ["Bébés", "Moyens"]


def test_la_structure_choisit_son_jour_et_ses_ages() -> None:
    bebes, moyens, _ = sections(passage_mois=1, passage_jour=15)
    petit = presente(bebes, ne=date(2025, 11, 1), fin=date(2027, 8, 31))
    assert [ligne[:2] for ligne in parcours(petit)] == [("Bébés", date(2026, 9, 1))]
    Section.objects.filter(pk=bebes.pk).update(age_max_mois=14)
    Section.objects.filter(pk=moyens.pk).update(age_min_mois=14)
    assert [ligne[:2] for ligne in parcours(petit)] == [
        ("Bébés", date(2026, 9, 1)),
        ("Moyens", date(2027, 1, 15)),
    ]
    Structure.objects.filter(pk=bebes.structure_id).update(passage_mois=5)
    assert parcours(petit)[1][1] == date(2027, 5, 15)
    moyens.delete()
    assert [ligne[0] for ligne in parcours(petit)] == ["Bébés"]


def test_un_jardin_d_enfants_garde_apres_trois_ans() -> None:
    section = factories.creer_section(factories.creer_structure(type="jardin_enfants"))
    assert parcours(presente(section, fin=None))[-1][2] is None


@pytest.mark.parametrize(
    ("champs", "attendu"),
    [
        ({"sort": "inconnu"}, ["Bébés", "Moyens"]),
        ({"sort": "reste", "motif": "fratrie"}, ["Bébés"]),
        ({"sort": "part", "dernier_jour": date(2027, 7, 13)}, ["Bébés"]),
        ({"sort": "monte", "section": "Grands"}, ["Bébés", "Grands"]),
    ],
)
def test_la_direction_corrige_enfant_par_enfant(champs: dict[str, Any], attendu: list[str]) -> None:
    bebes, _, grands = sections()
    petit = presente(bebes, fin=date(2028, 8, 31))
    if "section" in champs:
        champs = champs | {"section": grands}
    dit = MouvementRentree.objects.create(
        admission=petit, passage_le=RENTREE, dit_le=factories.INSTANT, **champs
    )
    assert [ligne[0] for ligne in parcours(petit)] == attendu
    dernier = date(2027, 7, 13) if champs["sort"] == "part" else date(2028, 8, 31)
    assert parcours(petit)[-1][2] == dernier
    dit.delete()
    assert [ligne[0] for ligne in parcours(petit)] == ["Bébés", "Moyens"]


def test_garder_un_enfant_reporte_son_ecole_d_un_an() -> None:
    _, _, grands = sections()
    grand = presente(grands, ne=date(2024, 5, 2), fin=None)
    assert parcours(grand)[-1][2] == date(2027, 8, 31)
    MouvementRentree.objects.create(
        admission=grand,
        passage_le=RENTREE,
        sort="reste",
        motif="ecole_reportee",
        dit_le=factories.INSTANT,
    )
    assert parcours(grand)[-1][2] == date(2028, 8, 31)


def test_les_places_suivent_les_contrats() -> None:
    bebes, moyens, _ = sections()
    petit = presente(bebes, demi_journees=[0, 1])

    def pris(jour: date) -> list[int]:
        return [sum(v) for v in occupations([bebes, moyens], jour).values()]

    assert (pris(date(2027, 8, 31)), pris(RENTREE)) == ([2, 0], [0, 2])
    petit.demi_journees = [4]
    petit.save()
    assert pris(RENTREE) == [0, 1]
    petit.delete()
    assert pris(RENTREE) == [0, 0]


def test_le_plafond_arrete_la_base_et_le_motif_passe_au_dessus_des_places() -> None:
    section = factories.creer_section()
    factories.creer_capacite(section, places=[7] * 9 + [0])
    for _ in range(7):
        presente(section, demi_journees=[0], fin=date(2026, 12, 31))

    def une_de_plus(**champs: Any) -> Admission:
        with refus_de_place():
            return presente(section, **champs)

    with pytest.raises(ErreurMetier) as refus:
        une_de_plus(demi_journees=[0, 1])
    assert (refus.value.code, refus.value.champ) == ("motif_depassement", "debut")
    une_de_plus(demi_journees=[0, 1], motif_depassement="fratrie")
    with pytest.raises(ErreurMetier, match="plafond"):
        une_de_plus(demi_journees=[0], motif_depassement="fratrie")
    # Another day, another half-day, or once the others are gone: there is room.
    une_de_plus(demi_journees=[2])
    tard = une_de_plus(demi_journees=[0], debut=date(2027, 1, 1))
    tard.debut = date(2026, 12, 1)
    with pytest.raises(ErreurMetier, match="plafond"), refus_de_place():
        tard.save()
    # A half-day the section does not take; and what is taken over is written, then shown.
    with pytest.raises(ErreurMetier, match="plafond"):
        une_de_plus(demi_journees=[9], motif_depassement="absences")
    with sans_garde():
        presente(section, demi_journees=[0], fin=date(2026, 12, 31))
    with pytest.raises(ErreurMetier, match="plafond"):
        une_de_plus(demi_journees=[0], motif_depassement="fratrie")


def test_baisser_une_capacite_sous_les_presents_est_permis() -> None:
    section = factories.creer_section()
    capacite = factories.creer_capacite(section, places=[2] * 10)
    deux = [presente(section) for _ in range(2)]
    capacite.places = [1] * 10
    capacite.save()
    assert page_structure(section.structure, jour=factories.JOUR).sections[0].places.depassement
    # Those present lose nothing, and may still take fewer days.
    deux[0].demi_journees = [0]
    deux[0].save()
    deux[1].demi_journees = [0, 1, 2]
    deux[1].save()


def test_les_regles_des_places() -> None:
    assert [plafond(n, 115) for n in (3, 12, 20, 60)] == [3, 13, 23, 69]
    assert (SemaineHeures(35, 40).taux, SemaineHeures(5, 4).taux, SemaineHeures(0, 0).taux) == (88, 125, None)
    # Five mornings of six hours, five afternoons of four: the mornings weigh more.
    matins = semaine_heures([1, 0] * 5, [1] * 10, matin=360, apres_midi=240)
    assert (matins.heures_prises, matins.heures_ouvertes, matins.taux) == (30, 50, 60)
    assert (places_insertion(528, 20), places_insertion(19, 20)) == (26, 0)
    assert veille_de_l_ecole(date(2024, 12, 31)) == date(2027, 8, 31)
    assert prochain_passage(9, 1, apres=date(2026, 9, 1)) == RENTREE
    assert prochain_passage(9, 1, apres=date(2026, 8, 31)) == date(2026, 9, 1)


def test_un_enfant_incertain_donne_une_fourchette() -> None:
    une = (0,)
    lues = fourchettes(
        {1: [3] * 10, 2: [1] * 10},
        [Place(une, frozenset({1})), Place(une, frozenset({1, 2}), sure=False), Place(une, frozenset())],
    )
    assert (lues[1].basse[0], lues[1].haute[0]) == (1, 2)
    assert (lues[2].basse[0], lues[2].haute[0]) == (0, 1)
    assert lues[2].basse[1] == lues[2].haute[1] == 1
    assert not lues[1].exacte


def test_la_page_d_une_structure_a_une_date(client_de: Callable[..., ClientStrict]) -> None:
    bebes, moyens, _ = sections(nom="Câlin-Doudou", capacite_autorisee=20)
    factories.creer_capacite(bebes, places=[5] * 10)
    for _ in range(2):
        presente(bebes)
    client = client_de("direction", structure=bebes.structure)
    adresse = reverse("dossiers:places_structure", args=[bebes.structure_id])
    html = client.get(adresse, {"au": "2027-08-31"}).content.decode()
    assert "31\u00a0août\u00a02027" in html
    assert "<strong>3</strong>" in html
    assert "2\u00a0enfants en moins" in html
    apres = client.get(adresse, {"au": "2027-09-01"}).content.decode()
    assert "<strong>5</strong>" in apres
    assert "pour un plafond de 23" in apres
    assert "1 à garantir pour" in apres
    factories.creer_capacite(moyens, places=[1] * 10)
    assert "Plus d’enfants que de places" in client.get(adresse, {"au": "2027-09-01"}).content.decode()
    assert "n’existe pas" in client.get(adresse, {"au": "31/02/2027"}).content.decode()
    ailleurs = factories.creer_structure()
    assert client.get(reverse("dossiers:places_structure", args=[ailleurs.pk])).status_code == 404


@pytest.mark.parametrize("nombre", [1, 6])
def test_la_page_coute_le_meme_nombre_de_requetes(nombre: int) -> None:
    structure = factories.creer_structure()
    for _ in range(nombre):
        section = factories.creer_section(structure)
        factories.creer_capacite(section)
        presente(section)
    with CaptureQueriesContext(connection) as captees:
        page_structure(structure, jour=RENTREE)
    assert len(captees) == 9


def test_plus_de_cent_pour_cent_des_heures_se_voit(client_de: Callable[..., ClientStrict]) -> None:
    """Under the simultaneous ceiling each half-day, above the week's hours: the law forbids it too."""
    section = factories.creer_section(factories.creer_structure(capacite_autorisee=7))
    factories.creer_capacite(section, places=[7] * 10)
    with sans_garde():
        for _ in range(8):
            presente(section)
    legal = page_structure(section.structure, jour=factories.JOUR).legal
    assert (legal.pointe, legal.plafond, legal.semaine, legal.au_dessus) == (8, 8, 115, True)
    client = client_de("coordination")
    adresse = reverse("dossiers:places_structure", args=[section.structure_id])
    page = client.get(adresse).content.decode().replace("\xa0", " ")
    assert "400 h sur 350 h" in page
    assert "Plus de 100 %" in page
    Reglage.objects.create(cle="duree_apres_midi", valeur=240, a_partir_du=factories.DEBUT)
    assert "360 h sur 315 h" in client.get(adresse).content.decode().replace("\xa0", " ")
