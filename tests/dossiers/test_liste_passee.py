"""The list as it stood on a day: what changed since does not show, what is masked stays masked."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.db.models import F
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from procrastinate.contrib.django.models import ProcrastinateJob

from dossiers import taches
from dossiers.models import Cotation, Dossier, ExportListe, Journal, LigneListe
from dossiers.services import exports
from dossiers.services.cotation import coter_dossier
from dossiers.services.cycle import changer_etat
from dossiers.services.histoire import murs, ouvrir_la_purge
from dossiers.services.pieces import constater_piece
from structures.models import Structure
from tests import factories
from tests.dossiers.scene import une_grille

pytestmark = pytest.mark.django_db
Ouvrir = Callable[..., Any]


def vieillir(jours: int) -> None:
    """Everything written so far was written days ago."""
    recul = timedelta(days=jours)
    tables = [m.partition(":")[0].lower().replace(".", "_") for m in murs() if m.endswith(":append_only")]
    with ouvrir_la_purge(par=None, motif="essai", maintenant=factories.INSTANT), connection.cursor() as c:
        for table in tables:
            c.execute(f'UPDATE "{table}" SET pgh_created_at = pgh_created_at - %s', [recul])
        Cotation.objects.update(calculee_le=F("calculee_le") - recul)


@pytest.fixture
def hier() -> dict[str, Any]:
    """Four dossiers of one structure two days ago; since then everything moved."""
    maintenant = timezone.now()
    une_grille(publiee_le=maintenant - timedelta(days=30))
    structure, autre = (
        factories.creer_structure(nom="Crèche d’Hier"),
        factories.creer_structure(nom="Ailleurs"),
    )
    agent = factories.creer_agent("agent")
    noms = ("Avant", "Cote", "Parti", "Protege")
    dossiers = {
        nom: factories.creer_dossier(
            enfant=factories.creer_enfant(nom=nom.upper()),
            voeux=[structure],
            besoin={"demi_journees": [0, 1]},
        )
        for nom in noms
    }
    for dossier in dossiers.values():
        coter_dossier(dossier, par=None, maintenant=maintenant)
    vieillir(2)
    constater_piece(
        dossiers["Cote"], "domicile", equivalent="quittance de loyer", par=agent, maintenant=maintenant
    )
    changer_etat(dossiers["Parti"], "clore", motif="demenagement", par=agent, maintenant=maintenant)
    dossiers["Avant"].voeux.all().delete()
    dossiers["Avant"].voeux.create(rang=1, structure=autre)
    dossiers["Avant"].besoins.update(demi_journees=[8, 9])
    famille = dossiers["Protege"].famille
    famille.protegee, famille.protegee_le = True, maintenant
    famille.save()
    nouveau = factories.creer_dossier(enfant=factories.creer_enfant(nom="NOUVEAU"), voeux=[structure])
    return {**dossiers, "Nouveau": nouveau, "structure": structure, "autre": autre}


def page(client: Any, jours: int = 1, structure: Structure | None = None, **plus: Any) -> Any:
    au = timezone.localdate() - timedelta(days=jours)
    parametres = {"au": au.isoformat(), **({"structure": structure.code} if structure else {}), **plus}
    reponse = client.get(reverse("dossiers:liste_passee"), parametres)
    assert reponse.status_code == 200
    return reponse


def vues(reponse: Any) -> dict[str, tuple[Any, ...]]:
    lignes = reponse.context["page"].lignes
    return {ligne.enfant.rpartition(" ")[2]: (ligne.rang, ligne.verifie, ligne.etat) for ligne in lignes}


def test_la_liste_d_hier_ignore_ce_qui_a_change(client_de: Ouvrir, hier: dict[str, Any]) -> None:
    client = client_de("agent", mairie=hier["Protege"].mairie)
    reponse = page(client)
    actif = (0, "actif")
    assert vues(reponse) == {
        "AVANT": (1, *actif),
        "COTE": (2, *actif),
        "PARTI": (3, *actif),
        "PROTEGE": (4, *actif),
    }
    avant = next(ligne for ligne in reponse.context["page"].lignes if ligne.enfant.endswith("AVANT"))
    assert ([c.structure for c in avant.choix], avant.besoin.demi_journees) == (["Crèche d’Hier"], [0, 1])
    assert "Liste telle qu’elle était le" in reponse.content.decode()
    aujourdhui = {ligne.dossier_id for ligne in LigneListe.objects.all()}
    assert hier["Parti"].pk not in aujourdhui
    assert hier["Nouveau"].pk in aujourdhui
    assert page(client, jours=9).context["page"].total == 0


def test_une_structure_et_les_masques(client_de: Ouvrir, hier: dict[str, Any]) -> None:
    directrice = client_de("direction", structure=hier["structure"])
    chez_elle = vues(page(directrice, structure=hier["structure"]))
    # Protected since, and another counter's: it left no trace in a structure's list.
    assert list(chez_elle) == ["AVANT", "COTE", "PARTI"]
    assert page(directrice, structure=hier["autre"]).context["page"].total == 0
    ailleurs = page(client_de("direction"))
    assert "AVANT" not in ailleurs.content.decode()
    ville = page(directrice).content.decode()
    assert "PROTEGE" not in ville
    assert hier["Protege"].numero not in ville


def test_elle_s_exporte_et_le_journal_le_dit(client_de: Ouvrir, hier: dict[str, Any]) -> None:
    client = client_de("coordination")
    hier_jour = timezone.localdate() - timedelta(days=1)
    adresse = f"{reverse('dossiers:liste_passee_exporter')}?au={hier_jour}"
    export = client.post(adresse, {"format": "csv", "forme": "enfant"})
    assert f"liste-au-{hier_jour}.csv" in export["Content-Disposition"]
    fichier = b"".join(export.streaming_content).decode()
    assert "PARTI" in fichier
    assert "NOUVEAU" not in fichier
    assert "PROTEGE" not in fichier
    classeur = client.post(adresse, {"format": "xlsx", "forme": "enfant"})
    assert b"".join(classeur.streaming_content).startswith(b"PK")
    assert Journal.objects.filter(action="export", objet__startswith="liste telle").count() == 2


def test_presidence_et_dpo_la_lisent_sans_identite_et_c_est_au_journal(
    client_de: Ouvrir, hier: dict[str, Any]
) -> None:
    for profil in ("presidence", "dpo"):
        client = client_de(profil)
        for structure, total in ((None, 4), (hier["structure"], 3)):
            reponse = page(client, structure=structure)
            lignes = reponse.context["page"].lignes
            assert [ligne.rang for ligne in lignes] == list(range(1, total + 1))
            assert not any(ligne.enfant or ligne.naissance or ligne.regard.identite for ligne in lignes)
        texte = page(client).content.decode()
        for nom in ("AVANT", "COTE", "PARTI", "PROTEGE", hier["Protege"].numero):
            assert nom not in texte
        assert hier["Parti"].numero in texte
        adresse = f"{reverse('dossiers:liste_passee_exporter')}?au={timezone.localdate() - timedelta(days=1)}"
        export = client.post(adresse, {"format": "csv", "forme": "enfant"})
        assert "PARTI" not in b"".join(export.streaming_content).decode()
        lus = Journal.objects.filter(par=client.agent).order_by("pk").values_list("action", flat=True)
        assert list(lus) == ["lecture"] * 3 + ["export"]
        assert client.get(reverse("dossiers:liste")).status_code == 403
    client_de("agent").get(reverse("dossiers:liste_passee"), {"au": "2026-11-01"})
    assert Journal.objects.filter(action="lecture").count() == 6


def test_longue_elle_se_prepare_comme_celle_du_jour(
    client_de: Ouvrir, hier: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The job's file is the very one answered at once, with the rights and masks of who asked."""
    client = client_de("direction", structure=hier["structure"])
    au = timezone.localdate() - timedelta(days=1)
    adresse = f"{reverse('dossiers:liste_passee_exporter')}?au={au}&structure={hier['structure'].code}"
    choix = {"format": "csv", "forme": "enfant"}
    immediat = b"".join(client.post(adresse, choix).streaming_content)
    monkeypatch.setattr(exports, "SEUIL_IMMEDIAT", 2)
    attente = client.post(adresse, choix)
    export = ExportListe.objects.get()
    assert export.au == au
    assert attente.headers["Location"] == reverse("structures:tache_detail", args=[export.tache_id])
    travail = ProcrastinateJob.objects.get(task_name=exports.EXPORTER)
    taches.exporter_liste(**travail.args)
    fichier = client.get(reverse("dossiers:liste_export", args=[export.pk]))
    assert b"".join(fichier.streaming_content) == immediat
    assert f"liste-au-{au}.csv" in fichier["Content-Disposition"]
    assert f"au={au}" in exports.adresse_de_la_liste(export)
    type(export).objects.update(demande_le=timezone.now() - timedelta(hours=1))
    famille = hier["Cote"].famille
    famille.protegee, famille.protegee_le = True, timezone.now()
    famille.save()
    Dossier.objects.update(enregistre_le=timezone.now() - timedelta(days=3))
    refusee = client.get(reverse("dossiers:liste_export", args=[export.pk]))
    assert "liste/jour" in refusee["Location"]


@pytest.mark.parametrize("au", ["", "2999-01-01", "1850-01-01", "n’importe", "2026-02-31"])
def test_un_jour_impossible_se_dit(client_de: Ouvrir, au: str) -> None:
    reponse = client_de("agent").get(reverse("dossiers:liste_passee"), {"au": au, "page": "x"})
    assert reponse.status_code == 200
    assert reponse.context["form"].errors["au"]


def test_avant_l_historique_rien_n_est_affirme(client_de: Ouvrir, hier: dict[str, Any]) -> None:
    client, jour = client_de("agent"), timezone.localdate() - timedelta(days=30)
    lue = client.get(reverse("dossiers:liste_passee"), {"au": jour.isoformat()}).content.decode()
    assert "L’historique de ce guichet commence le" in lue
    assert "Personne n’attendait" not in lue


def test_le_nombre_de_requetes_est_constant(client_de: Ouvrir, hier: dict[str, Any]) -> None:
    client = client_de("agent")
    page(client)
    with CaptureQueriesContext(connection) as quatre:
        page(client)
    for _ in range(8):
        factories.creer_dossier(voeux=[hier["structure"]])
    vieillir(1)
    with CaptureQueriesContext(connection) as douze:
        assert page(client).context["page"].total > 8
    assert len(douze) == len(quatre)
