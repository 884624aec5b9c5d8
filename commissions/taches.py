"""Job bodies of this app: plain functions a worker runs, and a test or a command may call in line."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils import timezone
from procrastinate.contrib.django import app

from commissions.exports.lettres import composer_lettre
from commissions.exports.ordre_du_jour import rendre_agenda
from commissions.exports.proces_verbal import rendre_proces_verbal
from commissions.models import LotLettres, OrdreDuJour, PassageVoeu, ProcesVerbal
from commissions.queries.lettres import a_imprimer_ensemble, contexte_lettres
from commissions.services.essai import executer_simulation
from commissions.services.lettres import a_ecrire, ecrire_lettres, finir_lot, ranger_lettres
from commissions.services.preavis import ouvrir_preavis
from commissions.services.proces_verbal import ranger_proces_verbal
from commissions.services.proposition import executer_proposition
from commissions.services.remise import finir_remise, lettres_a_remettre, remettre_lettre
from commissions.services.reponses import expirer_offres, retirer_orphelines
from commissions.services.travaux import executer_gel, ranger_ordre_du_jour
from guichet.pdf import ecrire, lot_de_feuilles
from structures.models import Agent
from structures.services.taches import avancer, suivre

LIGNES_PAR_PAGE = 18


@app.task
def geler(tache_id: str, seance_id: int, par_id: int | None) -> None:
    """Fix the list of a séance."""
    par = Agent.objects.filter(pk=par_id).first() if par_id else None
    executer_gel(tache_id, seance_id=seance_id, par=par, maintenant=timezone.now())


@app.task
def proposer(tache_id: str, seance_id: int, par_id: int | None) -> None:
    """Run the engine on the frozen list of a séance."""
    par = Agent.objects.filter(pk=par_id).first() if par_id else None
    executer_proposition(tache_id, seance_id=seance_id, par=par, maintenant=timezone.now())


@app.task
def simuler(tache_id: str, seance_id: int, grille_id: int) -> None:
    """Compare a draft grid with the one in force, on the list of a séance."""
    executer_simulation(tache_id, seance_id=seance_id, grille_id=grille_id, maintenant=timezone.now())


@app.task
def imprimer(tache_id: str, ordre_id: int) -> None:
    """Print an agenda and store its file; run again after a crash, it keeps the file it may have made."""
    ordre = OrdreDuJour.objects.select_related("seance__grille").get(pk=ordre_id)
    lignes = PassageVoeu.objects.filter(passage__seance=ordre.seance).count()
    sections = ordre.seance.places.count()
    pages = 1 + max(sections // 2, lignes // LIGNES_PAR_PAGE)
    with suivre(tache_id, total=pages) as tache:
        if not ordre.empreinte:
            vues: set[int] = set()

            def page_faite(page: int) -> None:
                vues.add(page)
                avancer(tache, page)

            jour = timezone.localdate(ordre.demande_le)
            octets = rendre_agenda(ordre.seance, ordre.version, le=jour, avancement=page_faite)
            ranger_ordre_du_jour(ordre, octets, pages=len(vues))
        tache.message = f"{ordre.pages} pages." if ordre.pages else ""
        tache.resultat = {
            "url": reverse("commissions:ordre_du_jour", args=[ordre.pk]),
            "libelle": "Ouvrir l’ordre du jour",
        }


@app.task
def preparer_lettres(tache_id: str, lot_id: int) -> None:
    """Make the letters of a batch, one file a family, then the print file; killed, it goes on."""
    lot = LotLettres.objects.select_related("seance").get(pk=lot_id)
    contexte, voulues = contexte_lettres(lot.seance, le=lot.envoi_le), a_ecrire(lot)
    with suivre(tache_id, total=len(voulues)) as tache, lot_de_feuilles():
        composees = dict(_composer_faites(lot, contexte.ville))
        faites = set(lot.lettres.values_list("decision", flat=True))
        for fait, (decision, offre) in enumerate(voulues, 1):
            if decision.pk not in faites:
                lettres = ecrire_lettres(lot, decision, offre, contexte=contexte, maintenant=timezone.now())
                feuilles = [composer_lettre(un, ville=contexte.ville, le=lot.envoi_le) for un in lettres]
                ranger_lettres(lettres, [ecrire([feuille]) for feuille in feuilles])
                composees |= {un.pk: feuille for un, feuille in zip(lettres, feuilles, strict=True)}
            avancer(tache, fait)
        if lot.fait_le is None:
            pages = [composees[lettre.pk] for lettre in a_imprimer_ensemble(lot)]
            finir_lot(lot, ecrire(pages, titre=str(lot)) if pages else b"", maintenant=timezone.now())
        tache.message = f"{lot.lettres.count()}\u00a0lettres prêtes, à relire puis à remettre."
        tache.resultat = {
            "url": reverse("commissions:reponses", args=[lot.seance_id]),
            "libelle": "Relire et remettre",
        }


def _composer_faites(lot: LotLettres, ville: str) -> Iterator[tuple[int, Any]]:
    """After a crash, the letters already stored are laid out again for the print file, not rewritten."""
    for lettre in a_imprimer_ensemble(lot):
        yield lettre.pk, composer_lettre(lettre, ville=ville, le=lot.envoi_le)


@app.task
def remettre_lettres(tache_id: str, lot_id: int, par_id: int) -> None:
    """Release the letters of a batch one by one; run again, it sends only those not gone."""
    lot, par = LotLettres.objects.get(pk=lot_id), Agent.objects.get(pk=par_id)
    with suivre(tache_id) as tache:
        cles = lettres_a_remettre(lot)
        for fait, pk in enumerate(cles, 1):
            remettre_lettre(pk, par=par, maintenant=timezone.now())
            avancer(tache, fait, len(cles))
        finir_remise(lot, par=par, maintenant=timezone.now())
        tache.resultat = {
            "url": reverse("commissions:reponses", args=[lot.seance_id]),
            "libelle": "Voir les réponses",
        }


# At 18 h a delay ends: the night tells it, and the morning catches up what no worker did.
@app.periodic(cron="15 0,6,18 * * *")
@app.task(queueing_lock="expirer_offres", lock="offres")
def expirer_les_offres(timestamp: int) -> None:
    """Offers left without an answer: their place goes to the next family, their dossier keeps its rank."""
    expirer_offres(maintenant=timezone.now())
    retirer_orphelines(maintenant=timezone.now())


@app.task
def imprimer_proces_verbal(tache_id: str, proces_id: int) -> None:
    """Print the validated minutes; run again after a crash, it keeps the file it may have made."""
    proces = ProcesVerbal.objects.select_related("seance__grille").get(pk=proces_id)
    with suivre(tache_id) as tache:
        if not proces.empreinte_fichier:
            vues: set[int] = set()
            octets = rendre_proces_verbal(proces.seance, avancement=vues.add)
            ranger_proces_verbal(proces, octets, pages=len(vues))
        tache.resultat = {
            "url": reverse("commissions:proces_verbal", args=[proces.seance_id]),
            "libelle": "Ouvrir le procès-verbal",
        }


# Just before the night's acts, which write the letters.
@app.periodic(cron="40 4,12 * * *")
@app.task(queueing_lock="preavis", lock="echeances")
def prevenir_avant_la_cloture(timestamp: int) -> None:
    """Families with points still to verify are warned some days before a séance stops taking dossiers."""
    ouvrir_preavis(timezone.localdate(datetime.fromtimestamp(timestamp, tz=timezone.get_current_timezone())))
