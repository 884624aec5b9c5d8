"""A long list is taken out by a job: the very file of a short one, for its asker alone, and not for long."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from io import BytesIO
from typing import Any

import pytest
from django.core.files.storage import default_storage
from django.http import HttpResponseBase
from django.urls import reverse
from django.utils import timezone
from procrastinate.contrib.django.models import ProcrastinateJob
from python_calamine import CalamineWorkbook

from dossiers import taches
from dossiers.models import ExportListe, Famille, Journal, Lien
from dossiers.services import exports
from structures.models import Profil, Structure, Tache
from tests import factories
from tests.conftest import ClientStrict

pytestmark = pytest.mark.django_db
FORMATS = [(format, forme) for format in ("csv", "xlsx") for forme in ("enfant", "choix")]


@pytest.fixture(autouse=True)
def _fichiers(settings: Any, tmp_path: Any) -> None:
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def chez_moi() -> Structure:
    """Three children ask for my crèche or for another, one of them is protected."""
    mienne, autre = factories.creer_structure(nom="Crèche Alizé"), factories.creer_structure()
    factories.creer_dossier(voeux=[mienne, autre])
    factories.creer_dossier(voeux=[autre])
    protegee = factories.creer_famille(protegee=True)
    factories.creer_dossier(enfant=factories.creer_enfant(protegee), voeux=[mienne])
    return mienne


def demander(client: ClientStrict, format: str, forme: str) -> HttpResponseBase:
    adresse = f"{reverse('dossiers:liste_exporter')}?tri=entree&inconnu="
    return client.post(adresse, {"format": format, "forme": forme})


def cellules(reponse: Any, format: str) -> Any:
    octets = b"".join(reponse.streaming_content)
    if format == "csv":
        return octets.decode("utf-8-sig").splitlines()
    classeur = CalamineWorkbook.from_filelike(BytesIO(octets))
    liste, origine = (classeur.get_sheet_by_name(nom).to_python() for nom in ("Liste", "Origine"))
    return liste, origine[0], origine[2:]


def faire_les_travaux() -> Iterator[Tache]:
    for travail in ProcrastinateJob.objects.filter(task_name=exports.EXPORTER).order_by("id"):
        taches.exporter_liste(**travail.args)
        yield Tache.objects.get(pk=travail.args["tache_id"])


def test_le_fichier_d_un_travail_est_celui_qu_on_aurait_eu_tout_de_suite(
    client_de: Callable[..., ClientStrict], chez_moi: Structure, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = client_de(Profil.DIRECTION, structure=chez_moi)
    monkeypatch.setattr(exports, "SEUIL_IMMEDIAT", 3)
    immediats = [cellules(demander(client, *choix), choix[0]) for choix in FORMATS]
    assert not ExportListe.objects.exists()
    monkeypatch.setattr(exports, "SEUIL_IMMEDIAT", 2)
    for choix in FORMATS:
        attente = demander(client, *choix)
        export = ExportListe.objects.latest("pk")
        assert attente.headers["Location"] == reverse("structures:tache_detail", args=[export.tache_id])
    adresse = reverse("dossiers:liste_export", args=[export.pk])
    assert client.get(adresse).status_code == 404
    # Rights lost meanwhile: the file is made with those of the day it was asked, but is not given.
    droit, hier = client.agent.habilitations.get(), timezone.localdate() - timedelta(days=1)
    client.agent.habilitations.update(fin=hier)
    factories.habiliter(client.agent, Profil.COORDINATION)
    faites = list(faire_les_travaux())
    assert client.get(adresse).status_code == 404
    client.agent.habilitations.filter(pk=droit.pk).update(fin=None)

    assert {(t.etat, t.fait, t.demandee_par_id) for t in faites} == {("faite", 3, client.agent.pk)}
    for tache, immediat, (format, _) in zip(faites, immediats, FORMATS, strict=True):
        page = client.get(reverse("structures:tache_detail", args=[tache.pk])).content.decode()
        assert tache.resultat["url"] in page
        assert cellules(client.get(tache.resultat["url"]), format) == immediat
    assert "identité masquée" in str(immediats[0])
    assert "dossier protégé" in str(immediats[0])
    journal = Journal.objects.filter(action="export", details__lignes=3, details__adresse="?tri=entree")
    assert journal.count() == 2 * len(FORMATS)

    taches.exporter_liste(tache_id=str(tache.pk), export_id=export.pk)
    assert ExportListe.objects.get(pk=export.pk).fichier.name == f"exports/liste-{export.pk}.xlsx"


def test_un_export_n_est_que_pour_qui_l_a_demande(client_de: Callable[..., ClientStrict]) -> None:
    client = client_de(Profil.COORDINATION)
    adresse = reverse("dossiers:liste_export", args=[factories.creer_export(client.agent).pk])
    assert client_de(Profil.COORDINATION).get(adresse).status_code == 404
    reponse = client.get(adresse)
    assert reponse.headers["Content-Disposition"] == 'attachment; filename="liste.csv"'
    assert b"".join(reponse.streaming_content) == b"Rang;"


@pytest.mark.parametrize("quoi", ["protection", "lien"])
def test_un_export_d_avant_un_masque_ne_se_donne_plus(
    client_de: Callable[..., ClientStrict], quoi: str
) -> None:
    client, maintenant = client_de(Profil.COORDINATION), timezone.now()
    dossier = factories.creer_dossier(enregistre_le=maintenant - timedelta(days=2))
    export = factories.creer_export(client.agent, maintenant=maintenant - timedelta(days=1))
    adresse = reverse("dossiers:liste_export", args=[export.pk])
    assert client.get(adresse).status_code == 200
    if quoi == "protection":
        Famille.objects.filter(pk=dossier.famille_id).update(protegee=True, protegee_le=maintenant)
    else:
        Lien.objects.create(agent=client.agent, famille=dossier.famille, declare_le=maintenant)
    reponse = client.get(adresse, follow=True)
    assert reponse.redirect_chain[0][0].startswith(reverse("dossiers:liste"))
    assert "refaites l’export" in reponse.content.decode()


def test_un_export_s_oublie_apres_une_semaine(client_de: Callable[..., ClientStrict]) -> None:
    client, maintenant = client_de(Profil.COORDINATION), timezone.now()
    vieux = factories.creer_export(client.agent, maintenant=maintenant - timedelta(days=7))
    recent = factories.creer_export(client.agent, maintenant=maintenant - timedelta(days=6, hours=23))
    jamais_fait = factories.creer_export(client.agent, maintenant=maintenant - timedelta(days=8))
    jamais_fait.fichier.delete()
    taches.purger_les_exports(timestamp=0)
    assert list(ExportListe.objects.all()) == [recent]
    assert default_storage.listdir("exports")[1] == [f"liste-{recent.pk}.csv"]
    assert client.get(reverse("dossiers:liste_export", args=[vieux.pk])).status_code == 404
    page = client.get(reverse("structures:tache_detail", args=[vieux.tache_id])).content.decode()
    assert exports.OUBLIE in page


def titres(reponse: Any) -> list[str]:
    lignes: list[str] = cellules(reponse, "csv")
    return lignes[0].split(";")


def test_une_direction_n_a_rien_d_une_colonne_qui_n_est_pas_pour_elle(
    client_de: Callable[..., ClientStrict], chez_moi: Structure, monkeypatch: pytest.MonkeyPatch
) -> None:
    separes = {"titulaires": [1, 2], "demi_journees": [0, 1]}
    factories.creer_dossier(voeux=[chez_moi], besoin=separes)
    adresse = reverse("dossiers:liste_exporter")
    direction, coordination = client_de(Profil.DIRECTION, structure=chez_moi), client_de(Profil.COORDINATION)
    envoi = {"format": "csv", "forme": "enfant", "colonnes": ["numero", "contrats", "enfant"]}
    assert "responsable 1" in "".join(cellules(coordination.post(adresse, envoi), "csv"))
    refus = direction.post(adresse, envoi)
    assert refus.headers["Location"].startswith(reverse("dossiers:liste"))
    assert Journal.objects.filter(action="export").count() == 1
    # Kept before a change of profil, or written by hand in the row: the file leaves it out all the same.
    jeu = factories.creer_jeu_colonnes(direction.agent, colonnes=["contrats", "enfant", "numero"])
    fichier = cellules(direction.post(adresse, {**envoi, "colonnes": [], "jeu": jeu.pk}), "csv")
    assert fichier[0] == "Enfant;Numéro"
    assert "responsable 1" not in "".join(fichier)
    # Masks hold whatever the columns: the protected child and the one of another crèche have no name.
    assert {"dossier protégé", "identité masquée"} <= {ligne.split(";")[0] for ligne in fichier[1:]}
    monkeypatch.setattr(exports, "SEUIL_IMMEDIAT", 1)
    direction.post(adresse, {**envoi, "colonnes": [], "jeu": jeu.pk})
    assert ExportListe.objects.get().colonnes == jeu.colonnes
    (tache,) = faire_les_travaux()
    assert cellules(direction.get(tache.resultat["url"]), "csv") == fichier


def test_les_colonnes_se_choisissent_se_rangent_et_se_gardent(
    client_de: Callable[..., ClientStrict], chez_moi: Structure
) -> None:
    client = client_de(Profil.AGENT)
    page = reverse("dossiers:liste_colonnes")

    def geste(*codes: str, **mots: str) -> list[str]:
        reponse = client.post(page, {"colonnes": codes, **mots})
        return [c.code for c in reponse.context["choisies"]]

    assert geste("rang", "numero", "enfant", geste="monter:enfant") == ["rang", "enfant", "numero"]
    assert geste("rang", "numero", geste="descendre:rang") == ["numero", "rang"]
    assert geste("rang", "numero", geste="retirer:rang") == ["numero"]
    assert geste("rang", geste="ajouter:ajout", ajout="mairie") == ["rang", "mairie"]
    assert geste("rang", geste="enregistrer", nom="") == ["rang"]
    garde = client.post(page, {"colonnes": ["mairie", "enfant"], "geste": "enregistrer", "nom": "Appels"})
    jeu = client.agent.jeux_de_colonnes.get()
    assert garde.headers["Location"] == f"{page}?jeu={jeu.pk}"
    assert [c.code for c in client.get(garde.headers["Location"]).context["choisies"]] == ["mairie", "enfant"]
    assert "Appels" in client.get(reverse("dossiers:liste")).content.decode()
    envoi = {"format": "csv", "forme": "choix", "jeu": jeu.pk}
    assert titres(client.post(reverse("dossiers:liste_exporter"), envoi)) == ["Mairie", "Enfant"]
    # Another's choice is nobody else's.
    autre = client_de(Profil.AGENT)
    assert autre.post(reverse("dossiers:liste_exporter"), envoi).status_code == 302
    client.post(reverse("dossiers:liste_colonnes_retirer", args=[jeu.pk]))
    assert not client.agent.jeux_de_colonnes.exists()


def test_chaque_profil_a_ses_colonnes_habituelles(
    client_de: Callable[..., ClientStrict], chez_moi: Structure
) -> None:
    agent = titres(demander(client_de(Profil.AGENT), "csv", "enfant"))
    direction = titres(demander(client_de(Profil.DIRECTION, structure=chez_moi), "csv", "enfant"))
    assert agent[:3] == ["Rang", "Numéro", "Enfant"]
    assert {"Mairie", "Deux contrats"} <= set(agent)
    assert direction[:3] == ["Rang", "Mon choix", "Numéro"]
    assert {"Mairie", "Deux contrats"}.isdisjoint(direction)
