"""What is typed survives the server: killed in the middle of an entry, then started again."""

from typing import Any

import pytest
from playwright.sync_api import expect

from dossiers.models import Brouillon
from tests import factories
from tests.parcours.serveur import Serveur

pytestmark = [pytest.mark.navigateur, pytest.mark.django_db(transaction=True)]
expect.set_options(timeout=60_000)


def test_un_serveur_tue_pendant_la_saisie_ne_perd_rien(
    environnement_de_test: dict[str, str], client_de: Any, browser: Any
) -> None:
    factories.creer_structure(nom="Câlin-Doudou")
    agent = client_de("agent", mairie=factories.creer_mairie())
    contexte = browser.new_context(locale="fr-FR")
    with Serveur(environnement_de_test) as serveur:
        cookie = {"name": "sessionid", "value": agent.cookies["sessionid"].value, "url": serveur.url}
        contexte.add_cookies([cookie])
        page = contexte.new_page()
        page.goto(f"{serveur.url}/dossiers/nouveau/")
        page.fill("#id_e1-nom", "FERRAND")
        expect(page.locator("#brouillon-etat")).to_contain_text("Brouillon enregistré à")
        serveur.tuer()
        page.fill("#id_e1-prenom", "Lino")
        expect(page.locator("#brouillon-etat")).to_contain_text("Réseau absent")
        serveur.demarrer()
        page.fill("#id_r1-nom", "PETIT")
        expect(page.locator("#brouillon-etat")).to_contain_text("Brouillon enregistré à")
        page.reload()
        for champ, valeur in (("e1-nom", "FERRAND"), ("e1-prenom", "Lino"), ("r1-nom", "PETIT")):
            expect(page.locator(f"#id_{champ}")).to_have_value(valeur)
        assert Brouillon.objects.get().donnees["e1-prenom"] == ["Lino"]
    contexte.close()
