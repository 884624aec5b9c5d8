"""What every test lives with: strict templates, strict client, fast passwords, a browser without surprise."""

import os
import re
import shutil
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import quote

import pytest
from django.db import connection
from django.db.backends.signals import connection_created
from django.dispatch import receiver
from django.http import HttpResponseBase
from django.test import Client
from hypothesis import HealthCheck
from hypothesis import settings as settings_hypothesis

from structures.models import Agent
from tests import factories

# A machine busy with something else draws its examples slowly: that says nothing of the code.
settings_hypothesis.register_profile("guichet", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings_hypothesis.load_profile("guichet")

# Playwright's event loop lives in the test's thread, where Django would refuse the ORM.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"

TAILLES = {"bureau": {"width": 1366, "height": 768}, "telephone": {"width": 390, "height": 844}}
_EN_LIGNE = re.compile(
    r"<script(?![^>]*(?:\bsrc=|application/json))[^>]*>|<style\b[^>]*>"
    r"|<[a-z][^>]*\s(?:style|on[a-z]+|hx-on[a-z:-]*)\s*=\s*[\"'][^>]*>",
    re.IGNORECASE,
)


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--captures", help="dossier où laisser l’image des pages des parcours")


class ClientStrict(Client):
    """A client that refuses what the site's Content-Security-Policy would block in silence."""

    def request(self, **requete: Any) -> HttpResponseBase:
        reponse = super().request(**requete)
        if not reponse.streaming and reponse.headers.get("Content-Type", "").startswith("text/html"):
            html = reponse.content.decode()
            trouve = _EN_LIGNE.search(html)
            assert trouve is None, (
                f"en ligne, bloqué par la CSP, dans {requete['PATH_INFO']} : {trouve[0][:200]}"
            )
        return reponse


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """At the end, close what a live server or a worker left open: it would keep the database from going."""
    yield
    with django_db_blocker.unblock(), connection.cursor() as curseur:
        curseur.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
            "WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )


@receiver(connection_created)
def _vidange_permise(connection: Any, **_: Any) -> None:
    """A transactional test ends by emptying every table; a test of that wall closes the door again."""
    with connection.cursor() as curseur:
        curseur.execute("SET guichet.vidange = 'oui'")


@pytest.fixture(autouse=True)
def _reglages_de_test(settings: Any) -> None:
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    settings.AXES_ENABLED = False


@pytest.fixture(autouse=True)
def _travaux_vides(request: pytest.FixtureRequest) -> Iterator[None]:
    """Procrastinate's tables are unmanaged: the flush of a transactional test leaves them full."""
    yield
    marque = request.node.get_closest_marker("django_db")
    transactionnel = "transactional_db" in request.fixturenames or "live_server" in request.fixturenames
    if transactionnel or (marque is not None and marque.kwargs.get("transaction")):
        blocage = request.getfixturevalue("django_db_blocker")
        with blocage.unblock(), connection.cursor() as curseur:
            curseur.execute("TRUNCATE procrastinate_jobs, procrastinate_workers RESTART IDENTITY CASCADE")


@pytest.fixture
def client() -> ClientStrict:
    return ClientStrict()


@pytest.fixture
def client_de(db: None) -> Callable[..., ClientStrict]:
    """`client_de("direction", structure=…)`: a signed-in client; its user is `client.agent`."""

    def ouvrir(profil: str | Agent, **portee: Any) -> ClientStrict:
        agent = profil if isinstance(profil, Agent) else factories.creer_agent(profil, **portee)
        ouvert = ClientStrict()
        ouvert.force_login(agent, backend="django.contrib.auth.backends.ModelBackend")
        ouvert.agent = agent
        return ouvert

    return ouvrir


@pytest.fixture
def environnement_de_test(transactional_db: None) -> dict[str, str]:
    """For a process of its own (a server, a worker): the environment that sends it to the test database."""
    parametres = connection.get_connection_params()
    hote = parametres.get("host") or "localhost"
    secret = f":{quote(parametres['password'])}" if parametres.get("password") else ""
    base = f"{parametres.get('user', '')}{secret}@/{parametres['dbname']}?host={hote}"
    if parametres.get("port"):
        base += f"&port={parametres['port']}"
    return {**os.environ, "DATABASE_URL": f"postgres://{base}", "PYTHONUNBUFFERED": "1"}


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    chromium = shutil.which("chromium") or shutil.which("chromium-browser")
    if chromium is None:
        pytest.fail("Chromium est absent : « apt-get install chromium ».")
    return {
        **browser_type_launch_args,
        "executable_path": chromium,
        "args": ["--no-sandbox", "--disable-background-networking"],
    }


@pytest.fixture(scope="session")
def browser_context_args(browser_context_args: dict[str, Any]) -> dict[str, Any]:
    return {
        **browser_context_args,
        "locale": "fr-FR",
        "timezone_id": "Europe/Paris",
        "viewport": TAILLES["bureau"],
    }


@pytest.fixture
def page_de(live_server: Any, client_de: Callable[..., ClientStrict], context: Any) -> Callable[..., Any]:
    """`page_de("agent", taille="telephone")`: a browser page whose session is open, on the live server."""

    def ouvrir(profil: str | Agent, *, taille: str = "bureau", **portee: Any) -> Any:
        session = client_de(profil, **portee).cookies["sessionid"].value
        context.add_cookies([{"name": "sessionid", "value": session, "url": live_server.url}])
        page = context.new_page()
        page.set_viewport_size(TAILLES[taille])
        return page

    return ouvrir
