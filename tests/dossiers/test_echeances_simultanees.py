"""Two workers on one night, and a worker killed in the middle of it: every act once, counted."""

import os
import re
import signal
import subprocess
import sys
import threading
import time as horloge
from collections import Counter
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.db import connection
from django.utils import timezone
from procrastinate.contrib.django import app
from procrastinate.contrib.django.models import ProcrastinateJob

from dossiers.models import Courrier, Dossier, Echeance, Journal
from dossiers.services.echeances import Bilan, passer_les_echeances
from tests import factories

pytestmark = pytest.mark.django_db(transaction=True)
JOUR = date(2027, 3, 2)
NUIT = "dossiers.taches.passer_les_echeances_du_jour"


def passer(jour: date) -> Bilan:
    return passer_les_echeances(jour, maintenant=timezone.make_aware(datetime.combine(jour, time(5))))


def une_ville(*, perimes: int, avertis: int, incomplets: int) -> dict[str, int]:
    """What JOUR owes: closings already warned twice (on paper), warnings by e-mail, reminders on paper."""
    mairie = factories.creer_mairie()
    commun = {"mairie": mairie, "nb_passages": 1, "depose_le": date(2026, 9, 1)}
    for _ in range(perimes):
        factories.creer_dossier(a_renouveler_le=JOUR - timedelta(days=1), **commun)
    for avant in (31, 11):
        passer(JOUR - timedelta(days=avant))
    Courrier.objects.all().delete()
    for n in range(avertis):
        famille = factories.creer_famille(responsable={"courriel": f"famille{n}@exemple.invalid"})
        factories.creer_dossier(famille=famille, a_renouveler_le=JOUR + timedelta(days=20), **commun)
    for _ in range(incomplets):
        factories.creer_dossier(etat="incomplet", **commun | {"depose_le": JOUR - timedelta(days=20)})
    return {"peremption": perimes, "renouvellement_1": avertis, "pieces_1": incomplets}


def verifier_que_tout_est_fait_une_fois(attendus: dict[str, int], depuis: int) -> None:
    faites = Echeance.objects.filter(faite_le__isnull=False, due_le__gt=JOUR - timedelta(days=11))
    assert Counter(faites.values_list("nature", flat=True)) == attendus
    assert not Echeance.objects.ouvertes().filter(due_le__lte=JOUR).exists()
    lettres = Courrier.objects.values_list("nature", "dossier")
    assert Counter(nature for nature, _ in lettres) == attendus
    assert len(set(lettres)) == len(lettres)
    journal = Journal.objects.filter(pk__gt=depuis)
    assert Counter(journal.filter(action="echeance").values_list("objet", flat=True)) == attendus
    assert journal.filter(action="etat", objet="perimer").count() == attendus["peremption"]
    assert Dossier.objects.filter(motif_cloture="perime").count() == attendus["peremption"]


def derniere_ligne() -> int:
    derniere = Journal.objects.order_by("-pk").first()
    return derniere.pk if derniere else 0


def test_deux_ouvriers_se_partagent_la_nuit() -> None:
    attendus = une_ville(perimes=6, avertis=14, incomplets=10)
    depuis, bilans = derniere_ligne(), []

    def travailler() -> None:
        try:
            bilans.append(passer(JOUR))
        finally:
            connection.close()

    fils = [threading.Thread(target=travailler) for _ in range(2)]
    for fil in fils:
        fil.start()
    for fil in fils:
        fil.join()
    assert len(bilans) == 2
    assert sum(b.total("faite") for b in bilans) == sum(attendus.values())
    assert sum(b.total("refusee") for b in bilans) == 0
    verifier_que_tout_est_fait_une_fois(attendus, depuis)
    assert ProcrastinateJob.objects.count() == attendus["renouvellement_1"]


def ouvrir_un_ouvrier(environnement: dict[str, str], *options: str) -> "subprocess.Popen[bytes]":
    commande = [sys.executable, "manage.py", "travailler", *options]
    return subprocess.Popen(
        commande,
        cwd=settings.BASE_DIR,
        env=environnement,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )


def faites_de_la_nuit(depuis: int) -> int:
    return Journal.objects.filter(pk__gt=depuis, action="echeance").count()


def test_un_ouvrier_tue_au_milieu_de_la_nuit(
    environnement_de_test: dict[str, str], tmp_path: Path, settings: Any
) -> None:
    """kill -9 of a real worker once some acts are done; the next one does the rest, nothing twice."""
    attendus = une_ville(perimes=20, avertis=40, incomplets=20)
    depuis, total = derniere_ligne(), sum(attendus.values())
    environnement = {**environnement_de_test, "GUICHET_VAR": str(tmp_path)}
    instant = timezone.make_aware(datetime.combine(JOUR, time(4, 45)))
    app.configure_task(NUIT).defer(timestamp=int(instant.timestamp()))
    ouvrier = ouvrir_un_ouvrier(environnement)
    try:
        while faites_de_la_nuit(depuis) < 10:
            assert ouvrier.poll() is None, "l’ouvrier s’est arrêté de lui-même"
            horloge.sleep(0.01)
    finally:
        os.killpg(ouvrier.pid, signal.SIGKILL)
        ouvrier.wait()
    moitie = faites_de_la_nuit(depuis)
    assert 10 <= moitie < total
    assert ProcrastinateJob.objects.get(task_name=NUIT).status == "doing"
    # Its silence would be noticed after half a minute: make it old.
    with connection.cursor() as curseur:
        curseur.execute("UPDATE procrastinate_workers SET last_heartbeat = now() - interval '5 minutes'")
    # The first notices the dead worker's jobs; what comes in after its last look is for the next ones.
    app.configure_task("structures.taches.reprendre_les_travaux").defer(timestamp=0)
    for _ in range(5):
        if ProcrastinateJob.objects.exclude(status="succeeded").exists():
            assert ouvrir_un_ouvrier(environnement, "--vider").wait() == 0
    verifier_que_tout_est_fait_une_fois(attendus, depuis)
    assert set(ProcrastinateJob.objects.values_list("status", flat=True)) == {"succeeded"}
    assert not Courrier.objects.filter(canal="courriel", envoye_le__isnull=True).exists()
    ecrits = "".join(f.read_text(encoding="utf-8") for f in (tmp_path / "courriels").iterdir())
    partis = re.findall(r"^Message-ID: (\S+)$", ecrits, re.MULTILINE)
    assert len(set(partis)) == attendus["renouvellement_1"]
    # Two jobs at most were in hand when it died: each may have left its message twice, under one number.
    assert len(partis) - len(set(partis)) <= 2
