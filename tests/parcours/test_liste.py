"""The shared list in a real browser: both sizes, keyboard only, with and without JavaScript, on paper."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.urls import reverse

from structures.models import Profil
from tests import factories
from tests.parcours.test_look import verifier, violations

pytestmark = [pytest.mark.navigateur, pytest.mark.django_db(transaction=True)]
PageDe = Callable[..., Any]
PRENOMS = ("Lino", "Jules", "Inès", "Noé", "Yanis", "Lou", "Tom", "Mila", "Adam", "Rose")
SEMAINES = ([0, 1, 8, 9], list(range(10)), [2, 3, 4, 5], [0, 2, 4, 6, 8], [1, 2, 3, 4, 5, 6, 7, 8, 9])


class Ville:
    """Thirty-one dossiers over three crèches: enough for two pages, with every mark a line may bear."""

    def __init__(self) -> None:
        self.structures = [
            factories.creer_structure(nom=nom, code=code)
            for nom, code in (("Câlin-Doudou", "calin"), ("Comédie", "comedie"), ("Galapiats", "galapiats"))
        ]
        self.mairie = factories.creer_mairie(nom="Mairie de Bellevue")
        self.quartiers = [factories.creer_quartier(nom=n, code=n.lower()) for n in ("Soleil", "Fauriel")]
        self.section = factories.creer_section(self.structures[0], nom="Bébés", age_max_mois=15)
        grille = factories.creer_grille()
        for n in range(31):
            protegee = n == 3
            incomplet = n >= 28
            choisies = [self.structures[(n + k) % 3] for k in range(1 + n % 3)]
            dossier = factories.creer_dossier(
                enfant=factories.creer_enfant(
                    factories.creer_famille(protegee=protegee),
                    nom=f"Famille{n}",
                    prenom=PRENOMS[n % 10],
                    date_naissance=date(2026, 5, 1) + timedelta(days=11 * n),
                ),
                mairie=factories.creer_mairie() if protegee else self.mairie,
                quartier=self.quartiers[n % 2],
                voeux=choisies,
                etat="incomplet" if incomplet else "propose" if n == 5 else "actif",
                solution=("assistante_maternelle", "conge_parental", "aucune")[n % 3],
                dernier_contact_le=date(2026, 11, 12) if n % 3 else None,
                dernier_contact_canal="appel" if n % 3 else "",
                besoin={
                    "entree_le": date(2027, 2 + n % 3, 1),
                    "tolerance_jours": 30,
                    "demi_journees": SEMAINES[n % 5],
                },
            )
            factories.creer_cotation(dossier, grille, verifie=258 - 7 * n, declare=258 - 7 * n + 80 * (n % 2))


def visibles(page: Any) -> int:
    return page.locator("tbody tr").count()


@pytest.mark.parametrize("taille", ["bureau", "telephone"])
@pytest.mark.parametrize("profil", [Profil.AGENT, Profil.DIRECTION])
def test_la_liste_est_accessible(
    profil: str, taille: str, page_de: PageDe, live_server: Any, tmp_path: Any
) -> None:
    ville = Ville()
    portee = {"structure": ville.structures[0]} if profil == Profil.DIRECTION else {"mairie": ville.mairie}
    page = page_de(profil, taille=taille, **portee)
    for adresse in (
        "",
        f"?section={ville.section.pk}&entree_de=2027-02&entree_a=2027-03&ouvrir=demi",
        "?ouvrir=section",
        "?ouvrir=quartier",
        "?quartier=nulle-part&inconnu=1",
        "?besoin=urgence",
    ):
        page.goto(f"{live_server.url}{reverse('dossiers:liste')}{adresse}")
        page.screenshot(path=tmp_path / f"liste-{profil}-{taille}-{len(adresse)}.png", full_page=True)
        verifier(page)
    page.goto(f"{live_server.url}{reverse('dossiers:liste')}?structure=calin")
    page.get_by_text("Exporter", exact=True).click()
    page.screenshot(path=tmp_path / f"export-{profil}-{taille}.png")
    assert violations(page) == []
    page.get_by_role("button", name="Imprimer").click()
    page.get_by_role("link", name="Retour à la liste").wait_for()
    page.screenshot(path=tmp_path / f"impression-{profil}-{taille}.png")
    verifier(page)
    if taille == "bureau":
        page.pdf(path=tmp_path / f"impression-{profil}.pdf", prefer_css_page_size=True)


def test_filtrer_trier_et_tourner_les_pages_au_clavier(page_de: PageDe, live_server: Any) -> None:
    ville = Ville()
    page = page_de(Profil.AGENT, mairie=ville.mairie)
    page.goto(f"{live_server.url}{reverse('dossiers:liste')}")
    assert visibles(page) == 25

    page.locator("#filtre-quartier").focus()
    page.keyboard.press("Enter")
    page.get_by_label("Soleil").focus()
    page.keyboard.press("Space")
    page.get_by_role("button", name="Appliquer").focus()
    page.keyboard.press("Enter")
    page.get_by_role("link", name="Enlever le filtre Soleil").wait_for()
    assert "quartier=soleil" in page.url
    assert visibles(page) == 16

    page.locator("#tri-entree").focus()
    page.keyboard.press("Enter")
    page.locator("th[aria-sort=ascending]").wait_for()
    assert "tri=entree" in page.url
    adresse = page.url

    page.get_by_role("link", name="Enlever le filtre Soleil").focus()
    page.keyboard.press("Enter")
    page.get_by_role("link", name="Suivants").wait_for()
    page.get_by_role("link", name="Suivants").focus()
    page.keyboard.press("Enter")
    page.get_by_role("link", name="Précédents").wait_for()
    assert visibles(page) == 6
    page.go_back()
    page.goto(adresse)
    assert visibles(page) == 16


def test_le_detail_des_points_s_ouvre_sur_place(page_de: PageDe, live_server: Any) -> None:
    ville = Ville()
    page = page_de(Profil.AGENT, mairie=ville.mairie)
    page.goto(f"{live_server.url}{reverse('dossiers:liste')}")
    page.get_by_role("link", name="détail des points").first.click()
    page.get_by_text("Réside dans la commune").wait_for()
    assert page.url.endswith(reverse("dossiers:liste"))
    assert violations(page) == []


def test_la_liste_se_lit_et_se_filtre_sans_javascript(
    browser: Any, browser_context_args: dict[str, Any], client_de: Any, live_server: Any
) -> None:
    ville = Ville()
    contexte = browser.new_context(**browser_context_args, java_script_enabled=False)
    session = client_de(Profil.DIRECTION, structure=ville.structures[0]).cookies["sessionid"].value
    contexte.add_cookies([{"name": "sessionid", "value": session, "url": live_server.url}])
    page = contexte.new_page()
    page.goto(f"{live_server.url}{reverse('dossiers:liste')}")
    page.locator("#vue-mes").click()
    attendues = visibles(page)
    page.locator("#filtre-entree").click()
    page.get_by_label("Entrée à partir de").fill("2027-03")
    page.get_by_role("button", name="Appliquer").click()
    assert page.url.endswith("?vue=mes&entree_de=2027-03")
    assert 0 < visibles(page) < attendues
    page.get_by_role("link", name="Enlever le filtre Entrée dès mars").click()
    assert visibles(page) == attendues
    page.get_by_text("Enregistrer cette vue", exact=True).first.click()
    page.get_by_label("Garder cette vue sous le nom").fill("Mes demandes du lundi")
    page.get_by_role("button", name="Enregistrer cette vue").click()
    page.get_by_text("La vue « Mes demandes du lundi » est enregistrée.").wait_for()
    contexte.close()


def test_exporter_telecharge_un_fichier(page_de: PageDe, live_server: Any) -> None:
    ville = Ville()
    page = page_de(Profil.DIRECTION, structure=ville.structures[0])
    page.goto(f"{live_server.url}{reverse('dossiers:liste')}")
    page.get_by_text("Exporter", exact=True).click()
    with page.expect_download() as telechargement:
        page.get_by_role("button", name="Télécharger").click()
    assert telechargement.value.suggested_filename.endswith(".xlsx")
