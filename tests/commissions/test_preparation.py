"""Preparing a séance: its sections and places, its members, and two people at once."""

from collections.abc import Callable
from datetime import date

import pytest
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from commissions.models import BaissePlaces, PlaceOfferte, Presence, Seance
from commissions.services import preparation
from commissions.services.gel import geler_seance
from dossiers.models import Journal
from dossiers.queries.places import places_du_jour
from dossiers.services.rentree import signer_rentree
from guichet.erreurs import ErreurMetier
from structures.models import MotifCapacite, Section
from structures.models import Tache as TacheSuivie
from tests import factories
from tests.commissions.monde import GEL, Monde, monde_a_geler
from tests.conftest import ClientStrict

EFFET = date(2027, 9, 1)
PLEIN = [10] * 10


@pytest.fixture
def monde(db: None) -> Monde:
    return monde_a_geler()


def libres(section: Section, jour: date = EFFET) -> list[int]:
    return list(
        places_du_jour([Section.objects.select_related("structure").get(pk=section.pk)], jour)[0].libres
    )


def test_les_places_libres_sont_la_capacite_moins_les_presents(monde: Monde) -> None:
    assert libres(monde.bebes) == [0] * 10
    factories.creer_capacite(monde.bebes, places=PLEIN)
    for champs in (
        {"demi_journees": [0, 1, 2]},
        {"demi_journees": [2], "fin": date(2027, 8, 31)},
        {
            "demi_journees": [3],
            "debut": date(2027, 9, 6),
            "adaptation_le": date(2027, 9, 1),
            "fin": None,
        },
    ):
        petit = factories.creer_enfant(date_naissance=date(2026, 6, 20))
        factories.creer_admission(monde.bebes, enfant=petit, **champs)
    assert libres(monde.bebes) == [9, 9, 9, 9, 10, 10, 10, 10, 10, 10]
    assert libres(monde.bebes, date(2027, 8, 31)) == [9, 9, 8, 10, 10, 10, 10, 10, 10, 10]


def test_une_fermeture_ou_des_travaux_plafonnent_leur_periode(monde: Monde) -> None:
    factories.creer_capacite(monde.bebes, places=PLEIN)
    factories.creer_capacite(
        monde.bebes, motif=MotifCapacite.PERSONNEL, debut=EFFET, fin=EFFET, places=[12, 3] + [12] * 8
    )
    factories.creer_capacite(
        monde.bebes, motif=MotifCapacite.TRAVAUX, debut=EFFET, fin=EFFET, places=[5] * 10
    )
    assert libres(monde.bebes) == [5, 3] + [5] * 8
    assert libres(monde.bebes, date(2027, 9, 2)) == PLEIN


def test_les_places_ne_sont_jamais_negatives_et_le_depassement_se_voit(monde: Monde) -> None:
    for _ in range(2):
        petit = factories.creer_enfant(date_naissance=date(2026, 6, 20))
        factories.creer_admission(monde.bebes, enfant=petit)
    factories.creer_capacite(monde.bebes, places=[1] * 10)
    section = Section.objects.select_related("structure").get(pk=monde.bebes.pk)
    places = places_du_jour([section], EFFET)[0]
    assert (places.libres, places.depassement) == ((0,) * 10, True)


def test_une_demi_journee_fermee_n_a_pas_de_place(monde: Monde) -> None:
    factories.creer_capacite(monde.bebes, places=PLEIN)
    monde.creche.ouverture = [c for c in range(10) if c not in (4, 5)]
    monde.creche.save()
    assert libres(monde.bebes) == [10, 10, 10, 10, 0, 0, 10, 10, 10, 10]


def test_les_places_coutent_trois_requetes(monde: Monde) -> None:
    from django.db import connection

    sections = list(Section.objects.select_related("structure"))
    with CaptureQueriesContext(connection) as captees:
        places_du_jour(sections, EFFET)
    assert (len(sections), len(captees)) == (3, 3)


def concerner(
    seance: Seance, monde: Monde, *sections: Section, version: int | None = None, motif: str = ""
) -> Seance:
    return preparation.concerner_sections(
        seance,
        list(Section.objects.select_related("structure").filter(pk__in=[s.pk for s in sections])),
        version=seance.version if version is None else version,
        motif=motif,
        par=monde.coordination,
        maintenant=GEL,
    )


def test_une_section_ajoutee_s_ouvre_avec_ses_places_libres(monde: Monde) -> None:
    factories.creer_capacite(monde.bebes, places=[4] * 10)
    seance = concerner(monde.seance(places={}), monde, monde.bebes, monde.grands)
    assert dict(seance.places.values_list("section", "places")) == {
        monde.bebes.pk: [4] * 10,
        monde.grands.pk: [0] * 10,
    }
    seance.places.filter(section=monde.bebes).update(places=[2] * 10)
    seance = concerner(seance, monde, monde.bebes)
    assert dict(seance.places.values_list("section", "places")) == {monde.bebes.pk: [2] * 10}
    preparation.recompter_places(seance, version=seance.version, par=monde.coordination, maintenant=GEL)
    assert seance.places.get().places == [4] * 10


def test_deux_personnes_sur_une_seance_aucune_n_ecrase_l_autre(
    monde: Monde, client_de: Callable[..., ClientStrict]
) -> None:
    seance = monde.seance(lieu="Salle A")
    adresse = reverse("commissions:seance_modifier", args=[seance.pk])
    saisie = {
        "intitule": "Commission de mai",
        "jour": "2027-05-12",
        "heure": "14:00",
        "date_effet": "2027-09-01",
        "cloture_le": "2027-04-30",
        "version": "1",
    }
    un, deux = client_de("coordination"), client_de("coordination")
    assert un.post(adresse, {**saisie, "lieu": "Salle B"}).status_code == 302
    refus = deux.post(adresse, {**saisie, "lieu": "Salle C"})
    html = refus.content.decode()
    assert "Une autre personne vient de modifier cette séance" in html
    assert 'value="Salle C"' in html
    seance.refresh_from_db()
    assert (seance.lieu, seance.version) == ("Salle B", 2)
    assert 'name="version" value="2"' in html
    assert deux.post(adresse, {**saisie, "lieu": "Salle C", "version": "2"}).status_code == 302
    seance.refresh_from_db()
    assert (seance.lieu, seance.version) == ("Salle C", 3)


@pytest.mark.parametrize(
    ("champ", "valeur", "message"),
    [
        ("jour", "31/02/2027", "Cette date n’existe pas"),
        ("heure", "25:70", "Écrivez l’heure ainsi"),
        ("intitule", "", "obligatoire"),
        ("cloture_le", "2027-06-01", "La clôture précède la séance"),
    ],
)
def test_une_saisie_fausse_se_dit_sur_son_champ_sans_rien_perdre(
    client_de: Callable[..., ClientStrict], champ: str, valeur: str, message: str
) -> None:
    saisie = {
        "intitule": "Commission de mai",
        "jour": "2027-05-12",
        "heure": "14:00",
        "lieu": "Salle du conseil",
        "date_effet": "2027-09-01",
        "cloture_le": "2027-04-30",
    }
    reponse = client_de("coordination").post(
        reverse("commissions:seance_nouvelle"), {**saisie, champ: valeur}
    )
    html = reponse.content.decode()
    assert message in html
    assert 'value="Salle du conseil"' in html
    assert not Seance.objects.exists()


def test_corriger_des_places_et_des_garanties(monde: Monde, client_de: Callable[..., ClientStrict]) -> None:
    seance = monde.seance(places={monde.bebes: 3})
    place = seance.places.get()
    adresse = reverse("commissions:places_modifier", args=[place.pk])
    saisie = {f"places_{c}": str(c) for c in range(10)} | {
        "reserve_insertion": "2",
        "reserve_handicap": "0",
        "version": "1",
    }
    client = client_de("coordination")
    assert "dites pourquoi" in client.post(adresse, saisie).content.decode()
    saisie["motif"] = "personnel"
    for champ, valeur, message in (
        ("places_3", "-1", "ne peut pas être négatif"),
        ("places_3", "deux", "nombre entier"),
        ("reserve_insertion", "40", "plus de places garanties"),
        ("version", "9", "viennent d’être changées"),
    ):
        assert message in client.post(adresse, {**saisie, champ: valeur}).content.decode()
    assert client.post(adresse, saisie).status_code == 302
    place.refresh_from_db()
    assert (place.places, place.reserves, place.version) == (
        list(range(10)),
        [{"titre": "insertion", "places": 2}],
        2,
    )


def test_ce_qui_est_ouvert_monte_seul_et_ne_baisse_qu_avec_un_motif(
    monde: Monde, client_de: Callable[..., ClientStrict]
) -> None:
    capacite = factories.creer_capacite(monde.bebes, places=[4] * 10)
    seance = concerner(monde.seance(places={}), monde, monde.bebes, monde.grands)
    client = client_de(monde.coordination)
    page = reverse("commissions:seance_detail", args=[seance.pk])
    capacite.places = [6] * 5 + [2] * 5
    capacite.save()
    assert "Moins de places libres" in client.get(page).text
    qui = {"par": monde.coordination, "maintenant": GEL}
    seance = preparation.recompter_places(seance, version=seance.version, **qui)
    assert seance.places.get(section=monde.bebes).places == [6] * 5 + [4] * 5
    assert preparation.recompter_places(seance, version=seance.version, **qui).version == seance.version
    # A section without any place opened is taken away freely; what was opened asks a reason.
    seance = concerner(seance, monde, monde.bebes)
    with pytest.raises(ErreurMetier, match="dites pourquoi"):
        concerner(seance, monde)
    seance = concerner(seance, monde, motif="travaux")
    baisse = BaissePlaces.objects.get()
    assert (baisse.avant, baisse.apres, baisse.perdues) == ([6] * 5 + [4] * 5, [0] * 10, 6)
    assert "Travaux ou fermeture" in client.get(page).text
    assert Journal.objects.filter(motif="travaux").count() == 1


def test_la_coordination_ouvre_a_partir_de_ce_qui_est_signe(
    monde: Monde, client_de: Callable[..., ClientStrict]
) -> None:
    seance = monde.seance()
    client = client_de(monde.coordination)
    adresse = reverse("commissions:seance_sections", args=[seance.pk])
    assert "signés" not in client.get(adresse).text
    signer_rentree(monde.creche, EFFET, par=factories.creer_agent(nom="Vidal"), maintenant=GEL)
    assert client.get(adresse).text.count("Mouvements de rentrée signés") == 1


def test_une_seance_gelee_ne_se_prepare_plus(monde: Monde, client_de: Callable[..., ClientStrict]) -> None:
    monde.dossier()
    seance = geler_seance(monde.seance(), par=None, maintenant=GEL)
    place = seance.places.first()
    assert place is not None
    qui = {"par": monde.coordination, "maintenant": GEL}
    with pytest.raises(ErreurMetier, match="gelée"):
        concerner(seance, monde)
    with pytest.raises(ErreurMetier, match="gelée"):
        preparation.recompter_places(seance, version=seance.version, **qui)
    with pytest.raises(ErreurMetier, match="gelée"):
        preparation.corriger_places(place, places=PLEIN, reserves=[], version=1, **qui)
    donnees = {champ: getattr(seance, champ) for champ in preparation.CHAMPS}
    with pytest.raises(ErreurMetier, match="gelée"):
        preparation.modifier_seance(
            seance, {**donnees, "date_effet": date(2028, 1, 1)}, version=seance.version, **qui
        )
    deplacee = preparation.modifier_seance(
        seance, {**donnees, "lieu": "Salle B"}, version=seance.version, **qui
    )
    assert deplacee.lieu == "Salle B"
    client = client_de(monde.coordination)
    client.post(reverse("commissions:seance_geler", args=[seance.pk]))
    assert not TacheSuivie.objects.exists()


def test_appeler_et_retirer_un_membre(monde: Monde, client_de: Callable[..., ClientStrict]) -> None:
    seance, elue = monde.seance(), factories.creer_agent("membre")
    agent = factories.creer_agent("agent")
    client = client_de(monde.coordination)
    adresse = reverse("commissions:seance_membres", args=[seance.pk])
    assert client_de(elue).get(reverse("commissions:seance_detail", args=[seance.pk])).status_code == 404
    assert client.post(adresse, {"agent": elue.pk, "qualite": "elu"}).status_code == 302
    assert client_de(elue).get(reverse("commissions:seance_detail", args=[seance.pk])).status_code == 200
    for refuse in (elue, agent):
        html = client.post(adresse, {"agent": refuse.pk, "qualite": "elu"}).content.decode()
        assert "siège déjà, ou n’a pas le profil" in html
    presence = Presence.objects.get()
    client.post(reverse("commissions:membre_retirer", args=[presence.pk]))
    assert not Presence.objects.exists()
    assert Journal.objects.filter(objet__contains=f"membre {elue.pk}").count() == 2


def test_les_ecartes_sont_dits_par_raison(monde: Monde, client_de: Callable[..., ClientStrict]) -> None:
    monde.dossier()
    ages = monde.dossier(ne=date(2021, 1, 1))
    tard = monde.dossier(besoin={"entree_le": date(2028, 1, 3)})
    seance = monde.seance()
    client, adresse = client_de(monde.coordination), reverse("commissions:seance_ecartes", args=[seance.pk])
    html = client.get(adresse).content.decode()
    assert ages.numero in html
    assert tard.numero in html
    html = client.get(adresse, {"motif": "age"}).content.decode()
    assert ages.numero in html
    assert tard.numero not in html
    assert "Entrée souhaitée à une autre période" in html


def test_l_evenement_icalendar(client_de: Callable[..., ClientStrict]) -> None:
    seance = factories.creer_seance(intitule="Commission de mai, entrées ; septembre " + "é" * 40)
    reponse = client_de("coordination").get(reverse("commissions:seance_calendrier", args=[seance.pk]))
    lignes = reponse.content.split(b"\r\n")
    assert b"DTSTART:20270512T120000Z" in lignes
    assert all(len(ligne) <= 75 for ligne in lignes)
    assert "SUMMARY:Commission de mai\\, entrées \\; septembre" in reponse.content.decode()


def test_les_places_d_une_seance_planifiee_se_suppriment_avec_elle(monde: Monde) -> None:
    monde.seance().delete()
    assert not PlaceOfferte.objects.exists()
