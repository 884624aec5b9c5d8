"""History is kept: PostgreSQL refuses what would rewrite it, and each line says who, where and why."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pghistory
import pytest
from django.apps import apps
from django.db import DatabaseError, connection, transaction
from django.urls import reverse
from pghistory.models import Context

from dossiers.models import Journal
from dossiers.services.cycle import changer_etat
from dossiers.services.histoire import ouvrir_la_purge
from dossiers.services.journal import journaliser
from guichet.histoire import au_nom_de, fermer_la_vidange, tables_d_histoire
from tests import factories

pytestmark = pytest.mark.django_db
DossierEvent = apps.get_model("dossiers", "DossierEvent")


def refuse(requete: str) -> None:
    """As another session would ask: no context of its own, no door open."""
    with connection.cursor() as curseur:
        curseur.execute("SET CONSTRAINTS ALL IMMEDIATE")
        curseur.execute("SET CONSTRAINTS ALL DEFERRED")
    with pytest.raises(DatabaseError, match="Cannot "):
        _demander(requete)


def _demander(requete: str) -> None:
    with transaction.atomic(), connection.cursor() as curseur:
        curseur.execute("SET LOCAL guichet.vidange = ''; SET LOCAL pghistory.context_id = ''")
        curseur.execute(requete)


@pytest.fixture
def une_ligne_partout() -> None:
    """A line in the tables the attempts below need not to be empty."""
    with pghistory.context(origine="essai"):
        factories.creer_admission(factories.creer_section())
        dossier = factories.creer_dossier(voeux=[factories.creer_structure()])
        factories.creer_cotation(dossier, factories.creer_grille())
        journaliser("lecture", par=None, maintenant=factories.INSTANT, dossier=dossier)


def test_chaque_evenement_a_son_mur() -> None:
    with connection.cursor() as curseur:
        curseur.execute(
            "SELECT c.relname, array_agg(t.tgname::text) FROM pg_trigger t JOIN pg_class c"
            " ON c.oid = t.tgrelid WHERE NOT t.tgisinternal AND t.tgenabled <> 'D' GROUP BY 1"
        )
        poses = dict(curseur.fetchall())
    for table in tables_d_histoire():
        murs = " ".join(poses.get(table, []))
        assert "sans_vidange" in murs, table
        assert any(m in murs for m in ("append_only", "inalterable", "sans_suppression")), table


@pytest.mark.parametrize("geste", ["DELETE FROM {}", "TRUNCATE {} CASCADE"])
def test_rien_ne_s_efface(une_ligne_partout: None, geste: str) -> None:
    vides = set()
    for table in tables_d_histoire():
        with connection.cursor() as curseur:
            curseur.execute(f'SELECT EXISTS (SELECT 1 FROM "{table}")')
            if not curseur.fetchone()[0]:
                vides.add(table)
                if geste.startswith("DELETE"):
                    continue
        refuse(geste.format(f'"{table}"')), table
    assert (
        not {"dossiers_dossierevent", "dossiers_journal", "dossiers_voeuevent", "pghistory_context"} & vides
    )


@pytest.mark.parametrize(
    "requete",
    [
        "UPDATE dossiers_dossierevent SET etat = 'clos'",
        "UPDATE dossiers_dossierevent SET pgh_created_at = now() - interval '1 year'",
        "UPDATE dossiers_journal SET par_id = NULL",
        "UPDATE dossiers_journalevent SET motif = 'autre'",
        "UPDATE dossiers_cotation SET verifie = 999",
        "UPDATE pghistory_context SET metadata = '{}'",
        "INSERT INTO pghistory_context (id, metadata, created_at, updated_at) "
        "SELECT id, '{}', now(), now() FROM pghistory_context ON CONFLICT (id) DO UPDATE SET metadata = '{}'",
    ],
)
def test_rien_ne_se_reecrit(une_ligne_partout: None, requete: str) -> None:
    refuse(requete)


def test_la_vidange_se_referme_apres_une_migration() -> None:
    with connection.cursor() as curseur:
        curseur.execute("DROP TRIGGER sans_vidange ON dossiers_dossierevent")
    fermer_la_vidange()
    refuse("TRUNCATE dossiers_dossierevent CASCADE")


def test_un_reglage_absent_ne_leve_rien() -> None:
    """An exception in each row would abort a subtransaction in each row: a write would cost its square."""
    noms = ["_pgtrigger_should_ignore", "_pgh_attach_context"]
    with connection.cursor() as curseur:
        curseur.execute("SELECT prosrc FROM pg_proc WHERE proname = ANY (%s)", [noms])
        corps = [ligne[0] for ligne in curseur.fetchall()]
        # Absent in a new session; empty once a transaction that set them is over.
        for valeur in ("", "{une_autre}"):
            curseur.execute("SELECT set_config('pgtrigger.ignore', %s, true)", [valeur])
            curseur.execute("SELECT _pgtrigger_should_ignore('un_declencheur')")
            assert curseur.fetchone() == (False,)
        curseur.execute("SELECT set_config('pgtrigger.ignore', '{un_declencheur}', true)")
        curseur.execute("SELECT _pgtrigger_should_ignore('un_declencheur')")
        assert curseur.fetchone() == (True,)
        curseur.execute("SELECT set_config('pghistory.context_id', '', true), _pgh_attach_context()")
        assert curseur.fetchone()[1] is None
    assert len(corps) == 2
    assert not [un for un in corps if "EXCEPTION" in un.upper()]


def test_la_purge_passe_par_une_seule_porte_et_le_journal_la_dit(une_ligne_partout: None) -> None:
    agent = factories.creer_agent("dpo")
    with ouvrir_la_purge(par=agent, motif="conservation", maintenant=factories.INSTANT) as ligne:
        assert DossierEvent.objects.all().delete()[0] == 1
        with connection.cursor() as curseur:
            curseur.execute("UPDATE dossiers_journal SET objet = '' WHERE action = 'lecture'")
            curseur.execute("UPDATE pghistory_context SET metadata = '{}'")
    assert (ligne.action, ligne.par, ligne.motif) == ("purge", agent, "conservation")
    assert Journal.objects.filter(pk=ligne.pk).exists()
    factories.creer_dossier()
    refuse("DELETE FROM dossiers_dossierevent")
    refuse("DELETE FROM dossiers_journal")
    refuse("UPDATE pghistory_context SET metadata = '{\"a\": 1}'")


def _purge_interrompue() -> None:
    with ouvrir_la_purge(par=None, motif="conservation", maintenant=factories.INSTANT):
        DossierEvent.objects.all().delete()
        raise ZeroDivisionError


def test_une_purge_qui_echoue_referme_et_n_ecrit_rien(une_ligne_partout: None) -> None:
    with pytest.raises(ZeroDivisionError):
        _purge_interrompue()
    assert DossierEvent.objects.count() == 1
    assert not Journal.objects.filter(action="purge").exists()
    refuse("DELETE FROM dossiers_dossierevent")


def contexte(objet: Any) -> dict[str, Any]:
    evenement = DossierEvent.objects.filter(pgh_obj_id=objet.pk).latest("pgh_id")
    return Context.objects.get(pk=evenement.pgh_context_id).metadata


def test_une_requete_dit_qui_d_ou_et_pourquoi(client_de: Callable[..., Any]) -> None:
    dossier = factories.creer_dossier()
    client = client_de("agent", mairie=dossier.mairie)
    adresse = reverse("dossiers:etat", args=[dossier.numero, "clore"])
    client.post(adresse, {"clore-motif": "demenagement"})
    dit = contexte(dossier)
    assert (dit["user"], dit["mairie"], dit["url"]) == (client.agent.pk, dossier.mairie_id, adresse)
    assert dit["motif"] == "demenagement"


def test_un_travail_et_une_commande_disent_leur_nom() -> None:
    dossier, agent = factories.creer_dossier(), factories.creer_agent("coordination")
    with au_nom_de("travail perimer_les_dossiers", travail=7):
        changer_etat(dossier, "perimer", par=agent, maintenant=factories.INSTANT)
    assert contexte(dossier) == {
        "origine": "travail perimer_les_dossiers",
        "travail": 7,
        "user": agent.pk,
        "motif": "perime",
    }


def test_une_seule_porte_dans_le_code() -> None:
    racine = Path(__file__).resolve().parents[2]
    ouvrent = [
        fichier.relative_to(racine).as_posix()
        for app in ("guichet", "structures", "dossiers", "commissions")
        for fichier in (racine / app).rglob("*.py")
        if re.search(r"pgtrigger\.ignore\(|guichet\.purge'|guichet\.vidange' *,", fichier.read_text("utf-8"))
    ]
    assert sorted(ouvrent) == ["dossiers/services/histoire.py", "guichet/histoire.py"]


@pytest.mark.parametrize("vue", ["fiche", "historique", "recepisse", "modifier"])
@pytest.mark.parametrize("ailleurs", [True, False])
def test_la_lecture_par_un_autre_guichet_est_au_journal(
    client_de: Callable[..., Any], vue: str, ailleurs: bool
) -> None:
    dossier = factories.creer_dossier()
    client = client_de("agent", mairie=None if ailleurs else dossier.mairie)
    assert client.get(reverse(f"dossiers:{vue}", args=[dossier.numero])).status_code == 200
    lectures = Journal.objects.filter(action="lecture", dossier=dossier, par=client.agent)
    assert [ligne.objet for ligne in lectures] == ([vue] if ailleurs else [])
