"""A page as its reader gets it."""

from typing import Any

from django.urls import reverse

from tests.conftest import ClientStrict


def html(client: ClientStrict, route: str = "accueil", *args: Any, **requete: Any) -> str:
    reponse = client.get(reverse(route, args=args), requete)
    assert reponse.status_code == 200
    return reponse.content.decode()


def texte(client: ClientStrict, route: str = "accueil", *args: Any, **requete: Any) -> str:
    return html(client, route, *args, **requete).replace("\u00a0", " ").replace("\u202f", " ")
