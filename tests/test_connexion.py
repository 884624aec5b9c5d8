"""Signing in, the lock after too many tries, the end of a session, the pages of refusal."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from guichet import settings as reglages_du_projet
from structures.models import Mairie, Profil
from tests import factories
from tests.conftest import ClientStrict

pytestmark = pytest.mark.django_db
ClientDe = Callable[..., ClientStrict]


@pytest.fixture
def _axes(settings: Any) -> None:
    settings.AXES_ENABLED = True
    settings.AXES_FAILURE_LIMIT = 3


def se_connecter(client: Client, identifiant: str, mot_de_passe: str, suite: str = "") -> Any:
    donnees = {"username": identifiant, "password": mot_de_passe, "next": suite}
    return client.post(reverse("connexion"), donnees)


def test_la_connexion_revient_a_la_page_demandee(client: ClientStrict) -> None:
    agent = factories.creer_agent("agent")
    demande = client.get(reverse("compte"))
    assert demande.headers["Location"] == "/connexion/?next=/mon-compte/"
    assert "vous y reviendrez" in client.get(demande.headers["Location"]).content.decode()
    reponse = se_connecter(client, agent.identifiant, factories.MOT_DE_PASSE, "/mon-compte/")
    assert reponse.headers["Location"] == "/mon-compte/"


def test_la_connexion_ne_renvoie_pas_ailleurs(client: ClientStrict) -> None:
    agent = factories.creer_agent("agent")
    reponse = se_connecter(client, agent.identifiant, factories.MOT_DE_PASSE, "https://ailleurs.invalid/")
    assert reponse.headers["Location"] == "/"


def test_un_mauvais_mot_de_passe_garde_l_identifiant(client: ClientStrict) -> None:
    html = se_connecter(client, "amel", "non").content.decode()
    assert 'value="amel"' in html
    assert "Identifiant ou mot de passe inconnu" in html
    assert 'role="alert"' in html


@pytest.mark.usefixtures("_axes")
def test_trop_d_essais_bloquent_en_francais(client: ClientStrict) -> None:
    agent = factories.creer_agent("agent")
    statuts = [se_connecter(client, agent.identifiant, "non").status_code for _ in range(4)]
    assert statuts == [200, 200, 429, 429]
    reponse = se_connecter(client, agent.identifiant, factories.MOT_DE_PASSE)
    assert reponse.status_code == 429
    assert "Connexion bloquée" in reponse.content.decode()
    assert "15 minutes" in reponse.content.decode()


def test_un_compte_ferme_n_ouvre_plus(client: ClientStrict) -> None:
    agent = factories.creer_agent("agent", is_active=False)
    reponse = se_connecter(client, agent.identifiant, factories.MOT_DE_PASSE)
    assert reponse.status_code == 200
    assert "inconnu" in reponse.content.decode()


def test_les_mots_de_passe_sont_gardes_sous_argon2(settings: Any) -> None:
    """The tests use a faster hasher: here the settings file speaks."""
    settings.PASSWORD_HASHERS = reglages_du_projet.PASSWORD_HASHERS
    agent = factories.creer_agent("agent")
    agent.set_password(factories.MOT_DE_PASSE)
    assert agent.password.startswith("argon2$argon2id$")
    assert agent.check_password(factories.MOT_DE_PASSE)


def test_une_session_finit_apres_l_inactivite(client_de: ClientDe, monkeypatch: Any, settings: Any) -> None:
    client = client_de("agent")
    assert client.get(reverse("accueil")).status_code == 200
    depart = timezone.now()
    duree = timedelta(seconds=settings.SESSION_COOKIE_AGE)
    # Each request pushes the end back: twice just under the limit, still signed in.
    for passes in (0.9, 1.8):
        monkeypatch.setattr(timezone, "now", lambda p=passes: depart + duree * p)
        assert client.get(reverse("accueil")).status_code == 200
    monkeypatch.setattr(timezone, "now", lambda: depart + duree * 2.9)
    reponse = client.get(reverse("compte"))
    assert reponse.headers["Location"] == "/connexion/?next=/mon-compte/"


def test_se_deconnecter_demande_un_envoi(client_de: ClientDe) -> None:
    client = client_de("agent")
    assert client.get(reverse("deconnexion")).status_code == 405
    assert client.get(reverse("accueil")).status_code == 200
    client.post(reverse("deconnexion"))
    assert client.get(reverse("accueil")).status_code == 302


def test_changer_son_mot_de_passe_garde_la_session(client_de: ClientDe) -> None:
    client = client_de("agent")
    nouveau = "une autre phrase de passe 42"
    donnees = {
        "old_password": factories.MOT_DE_PASSE,
        "new_password1": nouveau,
        "new_password2": nouveau,
    }
    assert client.post(reverse("compte"), donnees).status_code == 302
    assert client.get(reverse("accueil")).status_code == 200
    client.agent.refresh_from_db()
    assert client.agent.check_password(nouveau)


def test_un_mot_de_passe_court_est_refuse_sur_son_champ(client_de: ClientDe) -> None:
    client = client_de("agent")
    donnees = {"old_password": factories.MOT_DE_PASSE, "new_password1": "court", "new_password2": "court"}
    html = client.post(reverse("compte"), donnees).content.decode()
    assert 'aria-describedby="id_new_password2_error"' in html or "id_new_password1_error" in html
    assert "12 caractères" in html


def test_les_raccourcis_se_coupent(client_de: ClientDe) -> None:
    client = client_de("agent")
    assert 'data-raccourcis="oui"' in client.get(reverse("accueil")).content.decode()
    client.post(reverse("compte_raccourcis"), {})
    assert 'data-raccourcis="non"' in client.get(reverse("accueil")).content.decode()


def test_la_page_d_un_autre_profil_dit_a_qui_elle_est(client_de: ClientDe) -> None:
    reponse = client_de("agent").get(reverse("structures:comptes"))
    assert reponse.status_code == 403
    html = reponse.content.decode()
    assert "réservée à : Administration" in html
    assert "Agent de mairie" in html


def test_un_droit_fini_ne_compte_plus(client_de: ClientDe) -> None:
    client = client_de("administration")
    assert client.get(reverse("structures:comptes")).status_code == 200
    hier = timezone.localdate() - timedelta(days=1)
    client.agent.habilitations.update(fin=hier)
    assert client.get(reverse("structures:comptes")).status_code == 403
    client.agent.habilitations.update(fin=timezone.localdate())
    assert client.get(reverse("structures:comptes")).status_code == 200
    client.agent.habilitations.update(fin=None, debut=timezone.localdate() + timedelta(days=1))
    assert client.get(reverse("structures:comptes")).status_code == 403


def test_les_droits_d_une_personne_s_ajoutent(client_de: ClientDe) -> None:
    agent = factories.creer_agent("direction")
    factories.habiliter(agent, Profil.ADMINISTRATION)
    client = client_de(agent)
    assert client.get(reverse("structures:comptes")).status_code == 200
    assert client.get(reverse("dossiers:places")).status_code == 200


def test_une_adresse_fausse_est_en_francais(client_de: ClientDe) -> None:
    reponse = client_de("agent").get("/nulle-part/")
    assert reponse.status_code == 404
    assert "n’existe pas" in reponse.content.decode()


def test_une_session_expiree_rend_ce_qui_etait_tape(db: None) -> None:
    client = Client(enforce_csrf_checks=True)
    reponse = client.post(
        reverse("connexion"), {"username": "amel <b>", "password": "secret", "remarque": "deux\nlignes"}
    )
    assert reponse.status_code == 403
    html = reponse.content.decode()
    assert "Votre session a expiré" in html
    assert "amel &lt;b&gt;" in html
    assert "deux<br>lignes" in html
    assert 'value="secret"' not in html
    assert ">secret<" not in html
    assert "Renvoyer" not in html, "un formulaire venu d’ailleurs ne se renvoie pas d’un clic"


def test_un_formulaire_envoye_apres_la_fin_de_session_se_renvoie(client_de: ClientDe) -> None:
    admin = factories.creer_agent("administration")
    parti = ClientStrict()
    adresse = reverse("structures:mairie_nouvelle")
    donnees = {"nom": "Mairie de l’Étivallière", "horaires": "8 h 30\n17 h", "ouverte": "on"}
    reponse = parti.post(adresse, donnees, headers={"origin": "http://testserver"})
    assert reponse.status_code == 401
    html = reponse.content.decode()
    assert '<textarea name="horaires" hidden>8 h 30\n17 h</textarea>' in html
    assert f'action="{adresse}"' in html
    assert not Mairie.objects.exists()
    revenu = client_de(admin)
    assert revenu.post(adresse, {**donnees, "horaires": "8 h 30 à 17 h"}).status_code == 302
    assert Mairie.objects.get().nom == "Mairie de l’Étivallière"


def test_htmx_sans_session_laisse_la_page_en_place(client: ClientStrict) -> None:
    assert client.get(reverse("accueil"), headers={"hx-request": "true"}).status_code == 401


def test_une_panne_se_dit_sans_rien_lire() -> None:
    from django.test import RequestFactory

    from guichet.views import panne

    reponse = panne(RequestFactory().get("/"))
    assert reponse.status_code == 500
    assert "Une panne est survenue" in reponse.content.decode()


def test_rien_en_ligne_dans_la_politique_de_contenu(client: ClientStrict) -> None:
    politique = client.get(reverse("connexion")).headers["Content-Security-Policy"]
    assert "default-src 'self'" in politique
    assert "unsafe" not in politique
