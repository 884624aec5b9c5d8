"""Information contacts: what is typed, who reads it, what becomes of it, how long a name stays."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from dossiers.models import Brouillon, Dossier, Journal, Orientation, Renseignement
from dossiers.queries.renseignements import compter, rendez_vous_du_jour
from dossiers.regles.renseignement import lire_age_ou_terme, lire_mois
from dossiers.services.conservation import passer_la_conservation
from dossiers.services.renseignements import ouvrir_un_brouillon
from guichet.acces import personne_de
from guichet.erreurs import ErreurMetier
from tests import factories
from tests.conftest import ClientStrict
from tests.dossiers.saisie_typee import tape

ClientDe = Callable[..., ClientStrict]
LE = date(2026, 11, 23)


@pytest.mark.parametrize(
    ("mots", "lu"),
    [
        ("8", (8, None)),
        ("8 mois", (8, None)),
        ("2 ans", (24, None)),
        ("2 ans et 3 mois", (27, None)),
        ("03/2027", (None, date(2027, 3, 1))),
        ("3/27", (None, date(2027, 3, 1))),
        ("mars", (None, date(2027, 3, 1))),
        ("Décembre 2026", (None, date(2026, 12, 1))),
        ("févr.", (None, date(2027, 2, 1))),
    ],
)
def test_un_age_ou_un_terme_se_dit_de_plusieurs_facons(mots: str, lu: Any) -> None:
    assert lire_age_ou_terme(mots, le=LE) == lu


@pytest.mark.parametrize(
    ("mots", "code"),
    [
        ("bientôt", "age_illisible"),
        ("ma", "age_illisible"),
        ("13/2027", "age_illisible"),
        ("9 ans", "age_hors_creche"),
        ("03/2028", "terme_lointain"),
        ("03/2026", "terme_lointain"),
    ],
)
def test_ce_qui_ne_se_lit_pas_est_dit(mots: str, code: str) -> None:
    with pytest.raises(ErreurMetier) as refus:
        lire_age_ou_terme(mots, le=LE)
    assert refus.value.code == code


def test_un_mois_sans_annee_est_le_prochain() -> None:
    assert lire_mois("novembre", le=LE) == date(2026, 11, 1)
    assert lire_mois("octobre", le=LE) == date(2027, 10, 1)
    assert lire_mois("2027-09", le=LE) == date(2027, 9, 1)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("faux", "contrainte"),
    [
        ({"age_mois": None}, "age_ou_terme"),
        ({"terme_mois": date(2027, 3, 1)}, "age_ou_terme"),
        ({"age_mois": 84}, "age_borne"),
        ({"entree_mois": date(2027, 9, 2)}, "mois_seuls"),
        ({"age_mois": None, "terme_mois": date(2027, 3, 2)}, "mois_seuls"),
        ({"jours_semaine": 6}, "jours_bornes"),
        ({"rendez_vous_le": factories.INSTANT}, "rendez_vous_ensuite"),
    ],
)
def test_la_base_refuse_ce_qui_n_a_pas_de_sens(faux: dict[str, Any], contrainte: str) -> None:
    pris = factories.creer_renseignement()
    with pytest.raises(IntegrityError, match=f"renseignement_{contrainte}"), transaction.atomic():
        Renseignement.objects.filter(pk=pris.pk).update(**faux)


@pytest.mark.django_db
def test_la_page_note_le_plus_petit_et_garde_ce_qui_est_tape(client_de: ClientDe) -> None:
    mairie = factories.creer_mairie()
    client, page = client_de("agent", mairie=mairie), reverse("dossiers:renseignement_nouveau")
    petit = {"enfant": "8", "besoin": "regulier", "orientation": "caf", "canal": "guichet"}
    assert client.post(page, petit).status_code == 302
    pris = Renseignement.objects.get()
    assert (pris.mairie, pris.par, pris.age_mois, pris.orientation) == (mairie, client.agent, 8, "caf")
    assert (pris.nom, pris.telephone) == ("", "")
    assert Journal.objects.get(action="renseignement").details["orientation"] == "caf"
    faute = {**petit, "enfant": "plus tard", "rendez_vous_jour": "2099-01-04", "nom": "Ferrand"}
    html = (reponse := client.post(page, faute)).content.decode()
    assert reponse.status_code == 422
    assert 'value="plus tard"' in html
    assert 'value="Ferrand"' in html
    assert "Donnez aussi l’heure." in html
    passe = {**petit, "rendez_vous_jour": "2020-01-06", "rendez_vous_heure": "10:00"}
    assert "Ce rendez-vous est déjà passé." in client.post(page, passe).content.decode()
    assert Renseignement.objects.count() == 1


@pytest.mark.django_db
def test_chacun_lit_les_siens_la_coordination_tous(client_de: ClientDe) -> None:
    mairie = factories.creer_mairie()
    factories.creer_renseignement(mairie=mairie, nom="Ici", orientation="caf")
    factories.creer_renseignement(nom="Ailleurs", terme_mois=date(2027, 3, 1))
    page = reverse("dossiers:renseignements")
    sien = client_de("agent", mairie=mairie).get(page).content.decode()
    assert "Ici" in sien
    assert "Ailleurs" not in sien
    coordination = client_de("coordination")
    tout = coordination.get(page).content.decode()
    assert "Ici" in tout
    assert "terme 03/2027" in tout
    filtre = coordination.get(page, {"orientation": "caf", "du": "11/2026", "au": "11/2026"}).content.decode()
    assert "Ici" in filtre
    assert "Ailleurs" not in filtre
    ailleurs = Renseignement.objects.get(nom="Ailleurs")
    geste = reverse("dossiers:renseignement_dossier", args=[ailleurs.pk])
    assert client_de("agent", mairie=mairie).post(geste).status_code == 404


@pytest.mark.django_db
def test_un_dossier_en_un_geste_dont_le_renseignement_se_souvient(client_de: ClientDe) -> None:
    mairie, quartier = factories.creer_mairie(), factories.creer_quartier()
    client = client_de("agent", mairie=mairie)
    pris = factories.creer_renseignement(
        mairie=mairie,
        terme_mois=date(2027, 3, 1),
        nom="Ferrand",
        telephone="0639981234",
        jours_semaine=5,
        entree_mois=date(2027, 9, 1),
        quartier=quartier,
    )
    geste = reverse("dossiers:renseignement_dossier", args=[pris.pk])
    reponse = client.post(geste)
    brouillon = Brouillon.objects.get()
    assert reponse.url == f"{reverse('dossiers:nouveau')}?brouillon={brouillon.pk}"
    assert client.post(geste).url == reponse.url
    html = client.get(reponse.url).content.decode()
    assert 'value="Ferrand"' in html
    assert 'value="2027-09-01"' in html
    assert brouillon.donnees["statut"] == ["a_naitre"]
    structure = factories.creer_structure()
    jeton = brouillon.donnees["jeton"]
    assert client.post(reverse("dossiers:nouveau"), {**tape(structure), "jeton": jeton}).status_code == 302
    dossier = Dossier.objects.get()
    pris.refresh_from_db()
    assert (pris.dossier, pris.brouillon, pris.nom) == (dossier, None, "Ferrand")
    assert dossier.numero in client.get(reverse("dossiers:renseignements")).content.decode()
    with pytest.raises(ErreurMetier, match="déjà devenu"):
        ouvrir_un_brouillon(pris, donnees={}, jeton="j", par=client.agent, maintenant=factories.INSTANT)


@pytest.mark.django_db
def test_un_dossier_protege_ailleurs_n_est_pas_montre(client_de: ClientDe) -> None:
    mairie = factories.creer_mairie()
    pris = factories.creer_renseignement(mairie=mairie)
    protege = factories.creer_dossier(famille=factories.creer_famille(protegee=True))
    Renseignement.objects.filter(pk=pris.pk).update(dossier=protege)
    for client in (client_de("agent", mairie=mairie), client_de("coordination")):
        assert protege.numero not in client.get(reverse("dossiers:renseignements")).content.decode()


@pytest.mark.django_db
def test_les_rendez_vous_du_jour_sont_a_l_accueil_du_guichet(client_de: ClientDe) -> None:
    mairie, maintenant = factories.creer_mairie(), timezone.now()
    client = client_de("agent", mairie=mairie)
    midi = timezone.localtime(maintenant).replace(hour=23, minute=59)
    for nom, quand, ou in (
        ("Attendue", midi, mairie),
        ("Demain", midi + timedelta(days=1), mairie),
        ("Voisine", midi, factories.creer_mairie()),
    ):
        factories.creer_renseignement(
            mairie=ou, nom=nom, rendez_vous_le=quand, maintenant=maintenant - timedelta(days=3)
        )
    html = client.get(reverse("accueil")).content.decode()
    assert "Attendue" in html
    assert "Demain" not in html
    assert "Voisine" not in html
    assert len(rendez_vous_du_jour(personne_de(client.agent, timezone.localdate()))) == 1


@pytest.mark.django_db
def test_les_comptes_se_prennent_par_mois_mairie_orientation_et_besoin(client_de: ClientDe) -> None:
    mairie = factories.creer_mairie(nom="Mairie Bellevue")
    octobre = factories.INSTANT - timedelta(days=40)
    factories.creer_renseignement(mairie=mairie, besoin="urgence")
    factories.creer_renseignement(mairie=mairie, orientation="caf")
    factories.creer_renseignement(maintenant=octobre)
    factories.creer_renseignement(maintenant=factories.INSTANT - timedelta(days=500))
    du = date(2026, 1, 1)
    par_mois, somme = compter("mois", du=du, au=LE)
    assert [(c.libelle, c.total) for c in par_mois] == [("10/2026", 1), ("11/2026", 2)]
    assert (somme.total, somme.besoins) == (3, (2, 0, 1))
    assert ("Mairie Bellevue", 2) in [(c.libelle, c.total) for c in compter("mairie", du=du, au=LE)[0]]
    assert ("CAF", 1) in [(c.libelle, c.total) for c in compter("orientation", du=du, au=LE)[0]]
    assert ("Urgence", 1) in [(c.libelle, c.total) for c in compter("besoin", du=du, au=LE)[0]]
    client = client_de("coordination")
    for axe in ("mois", "mairie", "orientation", "besoin"):
        html = client.get(
            reverse("dossiers:renseignements_comptes"), {"par": axe, "du": "01/2025", "au": "12/2026"}
        ).content.decode()
        assert "Devenus un dossier" in html
        assert "<svg" in html


@pytest.mark.django_db
def test_le_nom_s_efface_apres_le_delai_vote_et_le_compte_reste() -> None:
    vieux = factories.creer_renseignement(nom="Ferrand", telephone="0639981234", orientation=Orientation.CAF)
    jeune = factories.creer_renseignement(nom="Morel", maintenant=factories.INSTANT + timedelta(days=60))
    jour = LE + timedelta(days=100)
    nuit = passer_la_conservation(jour, maintenant=factories.INSTANT + timedelta(days=100))
    vieux.refresh_from_db()
    jeune.refresh_from_db()
    assert (vieux.nom, vieux.telephone, vieux.orientation, jeune.nom) == ("", "", "caf", "Morel")
    assert nuit.balayes["Noms et téléphones des renseignements"] == 1
    passes = Renseignement.pgh_event_model.objects.filter(pgh_obj=vieux.pk)
    assert "Ferrand" not in str(list(passes.values()))
    assert (
        passer_la_conservation(jour, maintenant=factories.INSTANT + timedelta(days=100)).balayes
        == nuit.balayes
    )
