"""Structures, sections, places, settings and the city's identity."""

import io
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone
from PIL import Image

from guichet.erreurs import ErreurMetier
from structures import queries
from structures.models import Capacite, Mairie, Reglage, Structure
from structures.regles.couleur import contraste, palette, verifier_couleur
from structures.regles.places import places_du_jour
from structures.regles.reglages import REGLAGES
from structures.services import referentiel
from tests import factories
from tests.conftest import ClientStrict

ClientDe = Callable[..., ClientStrict]


def test_les_places_d_un_jour_sont_les_plus_basses() -> None:
    semaine = range(10)
    assert places_du_jour([10] * 10, ouverture=semaine) == (10,) * 10
    travaux, absence = [12] * 5 + [4] * 5, [8] * 10
    assert places_du_jour([10] * 10, [travaux, absence], ouverture=semaine) == (8,) * 5 + (4,) * 5
    assert places_du_jour(None, [[3] * 10], ouverture=semaine) == (0,) * 10
    assert places_du_jour([10] * 10, [absence], ouverture=[0, 1, 2, 3, 6, 7, 8, 9])[3:7] == (8, 0, 0, 8)


@pytest.mark.django_db
def test_ajouter_une_mairie_lui_donne_un_code(client_de: ClientDe) -> None:
    client = client_de("administration")
    for nom in ("Mairie de l’Étivallière", "Mairie de l'Étivallière"):
        client.post(reverse("structures:mairie_nouvelle"), {"nom": nom, "ouverte": "on"})
    codes = sorted(Mairie.objects.values_list("code", flat=True))
    assert codes == ["mairie-de-letivalliere", "mairie-de-letivalliere-2"]


@pytest.mark.django_db
def test_un_nom_deja_pris_est_refuse_sans_rien_perdre(client_de: ClientDe) -> None:
    factories.creer_mairie(nom="Tarentaize")
    donnees = {"nom": "Tarentaize", "horaires": "8 h 30 à 17 h", "telephone": "12"}
    html = client_de("administration").post(reverse("structures:mairie_nouvelle"), donnees).content.decode()
    assert 'value="8 h 30 à 17 h"' in html
    assert 'href="#id_nom"' in html
    assert 'href="#id_telephone"' in html


@pytest.mark.django_db
def test_modifier_une_structure_garde_son_code(client_de: ClientDe) -> None:
    structure = factories.creer_structure()
    donnees = {
        "nom": "Câlin-Doudou",
        "type": "multi_accueil",
        "gestionnaire": structure.gestionnaire_id,
        "quartier": structure.quartier_id,
        "capacite_autorisee": 20,
        "passage_jour": 1,
        "passage_mois": 9,
        "autres_noms": "Calin Doudou\n\nLe Doudou",
        "ouverture": ["0", "1", "2"],
        "telephone": "+33 6 39 98 12 34",
    }
    client_de("coordination").post(reverse("structures:structure_detail", args=[structure.pk]), donnees)
    lue = Structure.objects.get(pk=structure.pk)
    assert (lue.nom, lue.code) == ("Câlin-Doudou", structure.code)
    assert lue.autres_noms == ["Calin Doudou", "Le Doudou"]
    assert (lue.ouverture, lue.telephone, lue.ouverte) == ([0, 1, 2], "0639981234", False)


def capacite(**champs: Any) -> dict[str, Any]:
    return {"motif": "ouverture", "debut": "2026-01-01", "fin": "", "partout": "", **champs}


@pytest.mark.django_db
def test_un_nombre_partout_remplit_les_cases_vides(client_de: ClientDe) -> None:
    section = factories.creer_section()
    adresse = reverse("structures:capacite_nouvelle", args=[section.pk])
    client_de("direction", structure=section.structure).post(adresse, capacite(partout="12", places_5="0"))
    assert section.capacites.get().places == [12, 12, 12, 12, 12, 0, 12, 12, 12, 12]


@pytest.mark.django_db
def test_des_cases_vides_sans_nombre_sont_refusees(client_de: ClientDe) -> None:
    section = factories.creer_section()
    adresse = reverse("structures:capacite_nouvelle", args=[section.pk])
    html = client_de("coordination").post(adresse, capacite(places_0="7", places_1="-1")).content.decode()
    assert 'href="#id_partout"' in html
    assert 'value="7"' in html
    assert not Capacite.objects.exists()


@pytest.mark.django_db
def test_une_fermeture_est_a_zero(client_de: ClientDe) -> None:
    section = factories.creer_section()
    adresse = reverse("structures:capacite_nouvelle", args=[section.pk])
    client = client_de("coordination")
    html = client.post(adresse, capacite(motif="fermeture", partout="3")).content.decode()
    assert "ne laisse aucune place" in html
    client.post(adresse, capacite(motif="fermeture", fin="2026-01-05"))
    assert section.capacites.get().places == [0] * 10


@pytest.mark.django_db
def test_deux_capacites_ordinaires_ne_se_chevauchent_pas(client_de: ClientDe) -> None:
    existante = factories.creer_capacite()
    adresse = reverse("structures:capacite_nouvelle", args=[existante.section_id])
    html = client_de("coordination").post(adresse, capacite(partout="5")).content.decode()
    assert "déjà une capacité ordinaire" in html
    assert Capacite.objects.count() == 1


@pytest.mark.django_db
def test_une_direction_ne_touche_que_ses_sections(client_de: ClientDe) -> None:
    ailleurs = factories.creer_capacite()
    client = client_de("direction")
    for route in ("structures:section_detail", "structures:capacite_nouvelle"):
        assert client.get(reverse(route, args=[ailleurs.section_id])).status_code == 404
    assert client.get(reverse("structures:capacite_modifier", args=[ailleurs.pk])).status_code == 404
    assert client.post(reverse("structures:capacite_retirer", args=[ailleurs.pk])).status_code == 404
    assert Capacite.objects.filter(pk=ailleurs.pk).exists()


@pytest.mark.django_db
def test_les_places_du_jour_baissent_pendant_les_travaux() -> None:
    section = factories.creer_section()
    factories.creer_capacite(section)
    factories.creer_capacite(
        section, motif="travaux", debut=date(2026, 7, 1), fin=date(2026, 7, 31), places=[4] * 10
    )
    avant, pendant = date(2026, 6, 30), date(2026, 7, 31)
    assert queries.sections(section.structure, le=avant) == [(section, (10,) * 10)]
    assert queries.sections(section.structure, le=pendant) == [(section, (4,) * 10)]


@pytest.mark.django_db
@pytest.mark.parametrize("nombre", [1, 3])
@pytest.mark.parametrize(("route", "requetes"), [("dossiers:places", 12), ("structures:structures", 8)])
def test_les_listes_ont_un_nombre_fixe_de_requetes(
    nombre: int,
    route: str,
    requetes: int,
    client_de: ClientDe,
    django_assert_num_queries: Callable[..., object],
) -> None:
    client = client_de("coordination")
    for _ in range(nombre):
        factories.creer_capacite()
    client.get(reverse(route))
    with django_assert_num_queries(requetes):
        client.get(reverse(route))


@pytest.mark.django_db
@pytest.mark.parametrize("cle", list(REGLAGES))
def test_chaque_reglage_a_sa_page(cle: str, client_de: ClientDe) -> None:
    assert (
        client_de("administration").get(reverse("structures:reglage_detail", args=[cle])).status_code == 200
    )


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("cle", "saisie", "valeur"),
    [
        ("delai_offre", "15", 15),
        ("partage_identites", "oui", True),
        ("relais_contact", "Relais du centre", "Relais du centre"),
        ("pieces_obligatoires", "identite, domicile", ["identite", "domicile"]),
    ],
)
def test_un_reglage_vaut_a_partir_de_son_jour(
    cle: str, saisie: str, valeur: object, client_de: ClientDe
) -> None:
    demain = timezone.localdate() + timedelta(days=1)
    donnees = {"valeur": saisie, "a_partir_du": demain.isoformat()}
    client_de("administration").post(reverse("structures:reglage_detail", args=[cle]), donnees)
    assert queries.reglage(cle, le=timezone.localdate()) == REGLAGES[cle].defaut
    assert queries.reglage(cle, le=demain) == valeur


@pytest.mark.django_db
def test_un_reglage_ne_change_pas_le_passe() -> None:
    par, jour = factories.creer_agent(), date(2026, 11, 22)
    with pytest.raises(ErreurMetier, match="passé"):
        referentiel.regler("delai_offre", valeur=3, a_partir_du=date(2026, 11, 21), aujourd_hui=jour, par=par)
    referentiel.regler("delai_offre", valeur=3, a_partir_du=jour, aujourd_hui=jour, par=par)
    referentiel.regler("delai_offre", valeur=4, a_partir_du=jour, aujourd_hui=jour, par=par)
    assert Reglage.objects.get().valeur == 4


@pytest.mark.django_db
def test_un_reglage_hors_bornes_est_refuse(client_de: ClientDe) -> None:
    adresse = reverse("structures:reglage_detail", args=["plafond_simultane"])
    donnees = {"valeur": "130", "a_partir_du": "2099-01-01"}
    assert "115" in client_de("administration").post(adresse, donnees).content.decode()
    assert not Reglage.objects.exists()


@pytest.mark.django_db
def test_la_coordination_lit_les_reglages_sans_les_changer(client_de: ClientDe) -> None:
    adresse = reverse("structures:reglage_detail", args=["delai_offre"])
    client_de("coordination").post(adresse, {"valeur": "3", "a_partir_du": "2099-01-01"})
    assert not Reglage.objects.exists()


def test_le_contraste_est_celui_des_regles_d_accessibilite() -> None:
    assert round(contraste("#000000", "#ffffff"), 1) == 21
    assert round(contraste("#777777", "#ffffff"), 2) == 4.48


@pytest.mark.parametrize("couleur", ["#77aa77", "#f3c15f", "#0b5a5", "vert"])
def test_une_couleur_illisible_est_refusee(couleur: str) -> None:
    with pytest.raises(ErreurMetier):
        verifier_couleur(couleur)


@pytest.mark.parametrize("couleur", ["#0b5a54", "#7a1f5c", "#1d4f8c", "#a33b00", "#000000"])
def test_toute_couleur_acceptee_donne_des_teintes_lisibles(couleur: str) -> None:
    teintes = palette(verifier_couleur(couleur))
    assert contraste(teintes["sapin-fonce"], "#ffffff") >= 7
    assert contraste(teintes["sapin"], "#ffffff") >= 4.5
    assert contraste(teintes["sapin-fonce"], teintes["sapin-clair"]) >= 4.5


def _image(format_: str = "PNG") -> io.BytesIO:
    fichier = io.BytesIO()
    Image.new("RGB", (1200, 400), "navy").save(fichier, format_)
    fichier.seek(0)
    fichier.name = f"logo.{format_.lower()}"
    return fichier


@pytest.mark.django_db
def test_une_ville_pose_son_nom_sa_couleur_et_son_logo(
    client_de: ClientDe, client: ClientStrict, settings: Any, tmp_path: Any
) -> None:
    settings.MEDIA_ROOT = tmp_path
    donnees = {"nom": "Albertville", "couleur": "#7A1F5C", "logo": _image("JPEG")}
    client_de("administration").post(reverse("structures:ville"), donnees)
    page = client.get(reverse("connexion")).content.decode()
    assert "Albertville" in page
    assert reverse("couleurs") in page
    assert "--sapin:#7a1f5c" in client.get(reverse("couleurs")).content.decode()
    logo = client.get(reverse("logo"))
    image = Image.open(io.BytesIO(b"".join(logo.streaming_content)))
    assert (image.format, image.size) == ("PNG", (600, 200))


@pytest.mark.django_db
def test_une_ville_refuse_une_couleur_pale_et_un_faux_logo(client_de: ClientDe) -> None:
    faux = io.BytesIO(b"<svg onload=alert(1)>")
    faux.name = "logo.png"
    donnees = {"nom": "Albertville", "couleur": "#f3c15f", "logo": faux}
    html = client_de("administration").post(reverse("structures:ville"), donnees).content.decode()
    assert "trop claire" in html
    assert "n’est pas une image" in html
    assert 'value="Albertville"' in html


@pytest.mark.django_db
def test_deux_personnes_sur_une_meme_fiche_ne_s_effacent_pas(client_de: ClientDe) -> None:
    mairie = factories.creer_mairie(nom="Tarentaize", horaires="matin")
    adresse = reverse("structures:mairie_modifier", args=[mairie.pk])
    une, autre = client_de("administration"), client_de("coordination")
    version = une.get(adresse).context["form"]["version"].value()
    saisie = {"nom": "Tarentaize", "ouverte": "on", "version": version}
    une.post(adresse, saisie | {"horaires": "lundi"})
    page = autre.post(adresse, saisie | {"horaires": "mardi"})
    html = page.content.decode()
    assert f"Modifié entre-temps par {une.agent.nom_court}" in html
    assert "Diffère de votre saisie\u202f: horaires." in html
    assert 'value="mardi"' in html
    mairie.refresh_from_db()
    assert (mairie.horaires, mairie.version, mairie.modifie_par) == ("lundi", 2, une.agent)
    autre.post(adresse, saisie | {"horaires": "mardi", "version": page.context["form"]["version"].value()})
    mairie.refresh_from_db()
    assert (mairie.horaires, mairie.version, mairie.modifie_par) == ("mardi", 3, autre.agent)


@pytest.mark.django_db
def test_chaque_fiche_du_referentiel_porte_sa_version(client_de: ClientDe) -> None:
    section = factories.creer_section()
    capacite, structure = factories.creer_capacite(section), section.structure
    client = client_de("administration")
    convention = factories.creer_convention(structure.gestionnaire)
    for route, objet in (
        ("structures:structure_detail", structure),
        ("structures:section_modifier", section),
        ("structures:capacite_modifier", capacite),
        ("structures:gestionnaire_detail", structure.gestionnaire),
        ("structures:convention_modifier", convention),
        ("structures:quartier_modifier", structure.quartier),
    ):
        html = client.get(reverse(route, args=[objet.pk])).content.decode()
        assert '<input type="hidden" name="version" value="1"' in html, route
