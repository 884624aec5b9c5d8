"""Who may open what: one table route × persona → status. A route of the URLconf missing from it fails.

To add a route, add one line to the file of its app in `tests/acces/`:

    ligne("dossiers:dossier_detail", "302 200 200 200 403 403 404 403 403", avec=un_dossier),

The nine statuses are in the order of PERSONAS. `avec` makes the objects the address names, inside the
test's transaction, and returns the keyword arguments of `reverse`; `methode="post"` for a route that only
takes POST (an empty one is sent). A GET that writes fails here too: see guichet.lecture.
"""

from collections.abc import Iterator
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import transaction
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from structures.models import Agent, Profil
from tests import factories
from tests.acces import commissions, dossiers, structures
from tests.acces.monde import PERSONAS, Ligne, Monde
from tests.conftest import ClientStrict

# Served by packages, without a page of ours behind.
HORS_TABLE: set[str] = set()
TABLE = [*structures.LIGNES, *dossiers.LIGNES, *commissions.LIGNES]


def routes(motifs: list[URLPattern | URLResolver] | None = None, espace: str = "") -> Iterator[str]:
    """Every named route of the project, with its namespace; an unnamed one comes out as its pattern."""
    for motif in get_resolver().url_patterns if motifs is None else motifs:
        if isinstance(motif, URLResolver):
            sous_espace = f"{espace}{motif.namespace}:" if motif.namespace else espace
            yield from routes(motif.url_patterns, sous_espace)
        else:
            yield f"{espace}{motif.name}" if motif.name else f"sans nom : {espace}{motif.pattern}"


@pytest.fixture
def monde(db: None) -> Monde:
    mairie, structure = factories.creer_mairie(), factories.creer_structure()
    portees: dict[str, dict[str, Any]] = {"agent": {"mairie": mairie}, "direction": {"structure": structure}}
    agents = {profil: factories.creer_agent(profil, **portees.get(profil, {})) for profil in Profil.values}
    return Monde(agents, mairie, structure)


def test_chaque_profil_est_dans_la_table() -> None:
    assert set(PERSONAS) == {"anonyme", *Profil.values}


def test_chaque_route_est_dans_la_table() -> None:
    dans_la_table = [une.route for une in TABLE]
    assert sorted(set(routes()) - HORS_TABLE - set(dans_la_table)) == [], "routes absentes de la table"
    assert sorted(set(dans_la_table) - set(routes())) == [], "routes de la table qui n’existent pas"
    assert len(dans_la_table) == len(set(dans_la_table)), "une route est deux fois dans la table"


@pytest.mark.parametrize("attendue", TABLE, ids=lambda une: une.route)
def test_statut_de_chaque_profil(attendue: Ligne, monde: Monde) -> None:
    adresse = reverse(attendue.route, kwargs=attendue.avec(monde))
    obtenus = {}
    for persona in PERSONAS:
        client = ClientStrict()
        qui = monde.agents.get(persona, AnonymousUser())
        if isinstance(qui, Agent):
            client.force_login(qui, backend="django.contrib.auth.backends.ModelBackend")
        # Each persona finds the same world: what a POST changed is undone.
        with transaction.atomic():
            obtenus[persona] = getattr(client, attendue.methode)(adresse).status_code
            transaction.set_rollback(True)
    assert obtenus == attendue.statuts


def test_une_route_oubliee_se_voit() -> None:
    from django.http import HttpResponse
    from django.urls import include, path

    motifs = [
        path("a", lambda r: HttpResponse(), name="a"),
        path("b", include(([path("c", lambda r: HttpResponse(), name="c")], "espace"))),
        path("d", lambda r: HttpResponse()),
    ]
    assert list(routes(motifs)) == ["a", "espace:c", "sans nom : d"]
