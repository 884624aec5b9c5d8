"""Long work: asked, followed by others while it runs, seen only by who asked."""

import subprocess
import sys
from collections.abc import Callable
from datetime import datetime

import pytest
from django.conf import settings
from django.db import connection, transaction
from django.urls import reverse
from django.utils import timezone
from procrastinate.contrib.django import app
from procrastinate.contrib.django.models import ProcrastinateJob

from guichet.erreurs import ErreurMetier
from structures.models import EtatTache, Mairie, Tache
from structures.services import taches
from tests.conftest import ClientStrict
from tests.factories import creer_agent, creer_mairie, creer_tache

TACHE_CONNUE = "structures.taches.reprendre_les_travaux"
VIEUX_TRAVAUX = "structures.taches.effacer_les_vieux_travaux"


def _vue_d_ailleurs(tache: Tache) -> tuple[str, int, int]:
    """What another connection reads of the Tache now."""
    autre = connection.copy()
    try:
        with autre.cursor() as curseur:
            curseur.execute("SELECT etat, fait, total FROM structures_tache WHERE id = %s", [tache.pk])
            return curseur.fetchone()
    finally:
        autre.close()


@pytest.mark.django_db
def test_lancer_ecrit_la_tache_et_son_travail_ensemble() -> None:
    agent = creer_agent("coordination")
    tache = taches.lancer("essai", "Un essai", TACHE_CONNUE, par=agent, retour="/ici/", version=3)
    travail = ProcrastinateJob.objects.get(task_name=TACHE_CONNUE)
    assert travail.args == {"tache_id": str(tache.pk), "version": 3}
    assert (tache.etat, tache.demandee_par, tache.retour) == (EtatTache.EN_ATTENTE, agent, "/ici/")


@pytest.mark.django_db
def test_lancer_une_fonction_inconnue_ne_laisse_rien() -> None:
    from procrastinate.exceptions import TaskNotFound

    with pytest.raises(TaskNotFound):
        taches.lancer("essai", "Un essai", "structures.taches.inconnue", par=None)
    assert not Tache.objects.exists()


@pytest.mark.django_db
def test_lancer_annule_avec_sa_transaction() -> None:
    with transaction.atomic():
        taches.lancer("essai", "Un essai", TACHE_CONNUE, par=None)
        transaction.set_rollback(True)
    assert not Tache.objects.exists()
    assert not ProcrastinateJob.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_l_avancement_se_voit_pendant_la_transaction_du_travail() -> None:
    tache = creer_tache()
    with taches.suivre(tache.pk, total=40) as suivie:
        assert _vue_d_ailleurs(tache) == ("en_cours", 0, 40)
        with transaction.atomic():
            creer_mairie(code="pendant")
            taches.avancer(suivie, 12)
            assert _vue_d_ailleurs(tache) == ("en_cours", 12, 40)
            taches.avancer(suivie, 40)
            assert _vue_d_ailleurs(tache) == ("en_cours", 40, 40)
        suivie.resultat = {"url": "/la/"}
    tache.refresh_from_db()
    assert (tache.etat, tache.resultat, tache.pourcentage) == ("faite", {"url": "/la/"}, 100)
    assert tache.finie_le is not None


@pytest.mark.django_db(transaction=True)
def test_un_travail_dans_une_transaction_deja_ouverte_ne_s_attend_pas_lui_meme() -> None:
    tache = creer_tache()
    with transaction.atomic():
        Tache.objects.filter(pk=tache.pk).update(message="verrouillée par nous")
        with taches.suivre(tache.pk, total=2) as suivie:
            taches.avancer(suivie, 1)
    tache.refresh_from_db()
    assert (tache.etat, tache.fait, tache.total) == ("faite", 1, 2)


@pytest.mark.django_db(transaction=True)
def test_une_panne_defait_le_travail_et_se_dit() -> None:
    tache = creer_tache()

    def travail() -> None:
        with taches.suivre(tache.pk), transaction.atomic():
            creer_mairie(code="defaite")
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        travail()
    tache.refresh_from_db()
    assert (tache.etat, tache.message) == ("echouee", taches.PANNE)
    assert not Mairie.objects.filter(code="defaite").exists()


@pytest.mark.django_db
def test_un_refus_est_dit_tel_quel_et_s_arrete_la() -> None:
    tache = creer_tache()
    with taches.suivre(tache.pk):
        raise ErreurMetier("fichier_vide", "Le fichier est vide.")
    tache.refresh_from_db()
    assert (tache.etat, tache.message) == ("echouee", "Le fichier est vide.")


@pytest.mark.django_db
def test_un_travail_repris_repart_de_zero() -> None:
    fin = datetime(2026, 3, 2, 9, tzinfo=timezone.get_current_timezone())
    tache = creer_tache(etat=EtatTache.ECHOUEE, finie_le=fin, fait=3, total=9, message="panne")
    with taches.suivre(tache.pk, total=5) as suivie:
        assert (suivie.etat, suivie.fait, suivie.total, suivie.message) == ("en_cours", 0, 5, "")
    tache.refresh_from_db()
    assert tache.etat == EtatTache.FAITE


@pytest.mark.django_db
def test_avancer_ne_depasse_pas_le_total() -> None:
    tache = creer_tache()
    with taches.suivre(tache.pk, total=3) as suivie:
        taches.avancer(suivie, 8)
    tache.refresh_from_db()
    assert (tache.fait, tache.total) == (3, 3)


@pytest.mark.parametrize(
    ("champs", "attendus"),
    [
        ({}, ["En attente", "hx-get", "Actualiser"]),
        ({"etat": "en_cours", "fait": 412, "total": 1400}, ["<progress", 'value="29"', "412 sur", "hx-get"]),
        (
            {"etat": "faite", "resultat": {"url": "/odj.pdf", "libelle": "Ouvrir l’ordre du jour"}},
            ["Terminée", 'href="/odj.pdf"', "Ouvrir l’ordre du jour"],
        ),
        ({"etat": "echouee", "message": "Le fichier est vide."}, ["Échouée", "Le fichier est vide."]),
    ],
)
def test_la_page_dit_ou_en_est_le_travail(
    client_de: Callable[..., ClientStrict], champs: dict[str, object], attendus: list[str]
) -> None:
    client = client_de("coordination")
    fin = {"finie_le": timezone.now()} if champs.get("etat") in {"faite", "echouee"} else {}
    tache = creer_tache(demandee_par=client.agent, retour="/retour/", **champs, **fin)
    page = client.get(reverse("structures:tache_detail", args=[tache.pk])).content.decode()
    fragment = client.get(reverse("structures:tache_avancement", args=[tache.pk])).content.decode()
    for texte in attendus:
        assert texte in page
        assert texte in fragment
    assert ("hx-get" in fragment) is not bool(fin)
    assert "<html" not in fragment
    assert 'href="/retour/"' in page


def test_les_travaux_interrompus_sont_repris_regulierement() -> None:
    app.perform_import_paths()
    periodiques = {tache.task.name for tache in app.periodic_registry.periodic_tasks.values()}
    assert TACHE_CONNUE in periodiques


def vider(environnement: dict[str, str]) -> None:
    """Two workers one after the other: the first puts back in the queue, perhaps after its own last look."""
    if not ProcrastinateJob.objects.filter(task_name=TACHE_CONNUE, status="todo").exists():
        app.configure_task(TACHE_CONNUE).defer(timestamp=0)
    for _ in range(2):
        fait = subprocess.run(
            [sys.executable, "manage.py", "travailler", "--vider"],
            cwd=settings.BASE_DIR,
            env=environnement,
            capture_output=True,
            text=True,
            check=False,
        )
        assert fait.returncode == 0, fait.stderr


def interrompre(verrou: str) -> int:
    """A job left « doing » by a worker that died."""
    pk: int = app.configure_task(VIEUX_TRAVAUX, queueing_lock=verrou).defer(timestamp=0)
    with connection.cursor() as curseur:
        curseur.execute("UPDATE procrastinate_jobs SET status = 'doing', attempts = 1 WHERE id = %s", [pk])
    return pk


def etat(pk: int) -> str:
    return ProcrastinateJob.objects.get(pk=pk).status


def test_un_travail_dont_l_ouvrier_est_mort_est_repris(environnement_de_test: dict[str, str]) -> None:
    """A worker killed in the middle leaves its job « doing »; the next one does it again."""
    interrompu = interrompre("un")
    vider(environnement_de_test)
    assert etat(interrompu) == "succeeded"


def test_un_travail_deja_remis_en_file_n_empeche_pas_de_reprendre_les_autres(
    environnement_de_test: dict[str, str],
) -> None:
    retenu, autre = interrompre("un"), interrompre("deux")
    plus_tard = {"queueing_lock": "un", "schedule_in": {"days": 1}}
    attend = app.configure_task(VIEUX_TRAVAUX, **plus_tard).defer(timestamp=0)
    vider(environnement_de_test)
    assert (etat(retenu), etat(autre), etat(attend)) == ("doing", "succeeded", "todo")
    ProcrastinateJob.objects.filter(pk=attend).update(status="cancelled")
    vider(environnement_de_test)
    assert etat(retenu) == "succeeded"
