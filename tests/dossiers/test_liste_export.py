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
