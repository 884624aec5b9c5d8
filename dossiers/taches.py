"""Job bodies of this app: plain functions a worker runs, and a test or a command may call in line."""

import tempfile
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils import timezone
from procrastinate import JobContext, RetryStrategy
from procrastinate.contrib.django import app

from commissions.queries.acces_famille import rubrique_commission, rubrique_offres
from dossiers.exports.acces_famille import ecrire_json, ecrire_pdf
from dossiers.exports.liste import Origine, compte, ecrire, nom_du_fichier
from dossiers.models import Dossier, ExportAcces, ExportListe
from dossiers.queries.acces_famille import rubriques
from dossiers.queries.grilles import version_en_vigueur
from dossiers.queries.liste import LigneVue, toutes_les_cles, toutes_les_lignes
from dossiers.queries.liste.passee import cles_du_soir, lignes_passees
from dossiers.services import courriers
from dossiers.services.acces_famille import ranger_acces
from dossiers.services.brouillons import purger_brouillons
from dossiers.services.conservation import passer_la_conservation
from dossiers.services.cotation import recoter_tout
from dossiers.services.departs import constater_fins_de_place
from dossiers.services.echeances import passer_les_echeances
from dossiers.services.exports import demande_de, duree_de_garde, purger_exports, ranger_export
from dossiers.services.fusion_defaire import oublier_fusions
from dossiers.services.publication import executer_publication, publier_les_prevues
from dossiers.services.rapprochement import proposer_la_nuit, signaler_ressemblances_cachees
from dossiers.services.reprise.fichiers import executer_application, executer_essai
from guichet.acces import personne_de
from structures.models import Agent, Tache
from structures.services.taches import avancer, suivre

ESSAIS = 6


@app.task(queueing_lock="publier_grille", lock="grille")
def publier(tache_id: str, grille_id: int, par_id: int | None) -> None:
    """Score the list under a new version, then bring it into force."""
    par = Agent.objects.filter(pk=par_id).first() if par_id else None
    executer_publication(tache_id, grille_id=grille_id, par=par, maintenant=timezone.now())


@app.periodic(cron="5 * * * *")
@app.task(queueing_lock="publier_les_prevues")
def publier_les_grilles_prevues(timestamp: int) -> None:
    """A version published for a day to come is in force early that day, or once a worker is back."""
    publier_les_prevues(maintenant=timezone.now())


@app.periodic(cron="40 2 * * *")
@app.task(queueing_lock="recoter_la_nuit", lock="grille")
def recoter_la_nuit(timestamp: int) -> None:
    """Ages and seniorities pass: scores are taken again, and written where they changed."""
    if version := version_en_vigueur():
        recoter_tout(version, maintenant=timezone.now(), refaire=True)


@app.periodic(cron="15 2 * * *")
@app.task(queueing_lock="constater_fins_de_place")
def constater_les_fins_de_place(timestamp: int) -> None:
    """A place that ended closes the complement asked on it, and leaves a transfer a first demand."""
    constater_fins_de_place(maintenant=timezone.now())


@app.periodic(cron="10 4 * * *")
@app.task(queueing_lock="chercher_doublons")
def chercher_les_doublons(timestamp: int) -> None:
    """Pairs nobody looked at yet are proposed; a merge past its delay forgets what undoing it took."""
    proposer_la_nuit(maintenant=timezone.now())
    oublier_fusions(maintenant=timezone.now())


@app.task
def signaler_ressemblances(dossiers: list[int], par_id: int) -> None:
    """Tell the coordination of the protected look-alikes that the counter was not shown."""
    par = Agent.objects.filter(pk=par_id).first()
    for dossier in Dossier.objects.filter(pk__in=dossiers).select_related("enfant__famille", "mairie"):
        if par is not None:
            signaler_ressemblances_cachees(dossier, par=par, mairie=dossier.mairie, maintenant=timezone.now())


@app.task(lock="reprise")
def essayer_reprise(tache_id: str, reprise_id: int, par_id: int) -> None:
    """Try a city's file: its report is all that is written."""
    executer_essai(tache_id, reprise_id=reprise_id, maintenant=timezone.now())


@app.task(lock="reprise")
def appliquer_reprise(tache_id: str, reprise_id: int, par_id: int) -> None:
    """Apply a city's file, all or nothing."""
    agent = Agent.objects.filter(pk=par_id).first()
    par = personne_de(agent, timezone.localdate()) if agent else None
    executer_application(tache_id, reprise_id=reprise_id, par=par, maintenant=timezone.now())


@app.task
def exporter_liste(tache_id: str, export_id: int) -> None:
    """Make a long export as its asker would have had it; run again after a crash, it keeps its file."""
    export = ExportListe.objects.select_related("demande_par").get(pk=export_id)
    demande = demande_de(export)
    cles: list[Any] = cles_du_soir(demande, export.au) if export.au else toutes_les_cles(demande)
    with suivre(tache_id, total=len(cles)) as tache, tempfile.TemporaryFile() as fichier:
        if not export.fichier:
            origine = Origine(
                demande,
                export.demande_le,
                len(cles),
                export.forme,
                au=export.au,
                colonnes=tuple(export.colonnes),
            )
            lues = (
                lignes_passees(demande, cles, au=export.au) if export.au else toutes_les_lignes(demande, cles)
            )
            ecrire(fichier, origine, _comptees(lues, tache), format=export.format)
            ranger_export(export, fichier, nom=nom_du_fichier(origine, export.format))
        jours = duree_de_garde(le=timezone.localdate())
        tache.message = f"{compte(len(cles))}. Le fichier est gardé {jours} jours, pour vous seul."
        tache.resultat = {
            "url": reverse("dossiers:liste_export", args=[export.pk]),
            "libelle": "Télécharger le fichier",
        }


def _comptees(lignes: Iterable[LigneVue], tache: Tache) -> Iterator[LigneVue]:
    for fait, ligne in enumerate(lignes, 1):
        yield ligne
        avancer(tache, fait)


# Before the nightly sweep of retention, which knows nothing of the page that offers the file.
@app.periodic(cron="50 1 * * *")
@app.task(queueing_lock="purger_exports")
def purger_les_exports(timestamp: int) -> None:
    """An export is a copy of the list out of its masks: it does not stay."""
    purger_exports(maintenant=timezone.now())


@app.periodic(cron="20 3 * * *")
@app.task(queueing_lock="purger_brouillons")
def purger_les_brouillons(timestamp: int) -> None:
    """A draft nobody came back to is deleted after the delay the city voted."""
    purger_brouillons(maintenant=timezone.now())


# Twice a day: what the first missed because no worker was running, the second does.
@app.periodic(cron="45 4,12 * * *")
@app.task(queueing_lock="echeances", lock="echeances")
def passer_les_echeances_du_jour(timestamp: int) -> None:
    """Warnings, reminders and closings due this day or before; never two nights at once."""
    jour = timezone.localdate(datetime.fromtimestamp(timestamp, tz=timezone.get_current_timezone()))
    passer_les_echeances(jour, maintenant=timezone.now())


# Tried again after 5 s, 25 s, 2 min, 10 min, 1 h, 4 h: a mail server down for the night is waited for.
@app.task(retry=RetryStrategy(max_attempts=ESSAIS, exponential_wait=5), pass_context=True)
def envoyer_courrier(context: JobContext, courrier_id: int) -> None:
    """Hand one e-mail over; at the last try it becomes a paper letter."""
    essais = context.job.attempts if context.job else 0
    courriers.envoyer_courrier(courrier_id, maintenant=timezone.now(), dernier_essai=essais >= ESSAIS)


@app.task
def exporter_acces(tache_id: str, export_id: int) -> None:
    """Everything held about one family, as a sheet and a file, for who asked."""
    maintenant = timezone.now()
    export = ExportAcces.objects.select_related("famille").get(pk=export_id)
    with suivre(tache_id, total=2) as tache:
        if not export.json:
            demandeur = export.famille.responsables.get(rang=export.rang)
            de_la_commission = [rubrique_commission(export.famille), rubrique_offres(export.famille)]
            lues = [*rubriques(export.famille, demandeur), *de_la_commission]
            avancer(tache, 1)
            quoi = {"le": maintenant, "numero": export.numero}
            ranger_acces(export, pdf=ecrire_pdf(lues, **quoi), json=ecrire_json(lues, **quoi))
        tache.message = "Les deux fichiers sont prêts."
        tache.resultat = {"url": reverse("dossiers:acces_famille"), "libelle": "Voir les fichiers"}


@app.periodic(cron="5 2 * * *")
@app.task(queueing_lock="conservation", lock="conservation")
def passer_la_conservation_de_la_nuit(timestamp: int) -> None:
    """What has been kept long enough loses its names; a missed night is caught up by the next one."""
    jour = timezone.localdate(datetime.fromtimestamp(timestamp, tz=timezone.get_current_timezone()))
    passer_la_conservation(jour, maintenant=timezone.now())
