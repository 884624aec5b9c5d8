"""The demonstration city, whole: places, people, accounts, grid, a past séance and one in preparation."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from random import Random

from django.db import connection, transaction
from django.utils import timezone

from commissions.services.demonstration_seances import creer_seances
from commissions.services.demonstration_situations import creer_situations
from dossiers.models import Dossier, EtatDossier, MotifCloture
from dossiers.services.cycle import changer_etat
from dossiers.services.demonstration.direction import animer_directions, dire_la_rentree
from dossiers.services.demonstration.ecriture import ecrire_demandes, ecrire_presents
from dossiers.services.demonstration.employeurs import creer_employeur
from dossiers.services.demonstration.familiale import animer_familiale
from dossiers.services.demonstration.renseignements import renseigner
from dossiers.services.demonstration.ville import EN_ATTENTE, cadre_de, lire, tirer_liste, tirer_presents
from dossiers.services.echeances import passer_les_echeances
from dossiers.services.grilles import charger_grille
from dossiers.services.publication import publier_maintenant
from structures.models import Agent, Habilitation, Mairie, Profil, Structure
from structures.services.ville import charger_ville

FERMES, SUSPENDUS = 60, 12
PRESQUE_UN_AN = timedelta(days=350)

Dire = Callable[[str], None]


def creer_comptes(jour: date) -> dict[str, Agent]:
    """One account per profil (and a second counter, a second direction), by identifiant."""
    comptes = {}
    for compte in lire("comptes.json"):
        agent = Agent.objects.create_user(
            compte["identifiant"],
            compte["mot_de_passe"],
            nom=compte["nom"],
            prenom=compte["prenom"],
            fonction=compte["fonction"],
        )
        Habilitation.objects.create(
            agent=agent,
            profil=compte["profil"],
            mairie=Mairie.objects.filter(code=compte.get("mairie")).first(),
            structure=Structure.objects.filter(code=compte.get("structure")).first(),
            service=compte.get("service", ""),
            debut=jour - timedelta(days=400),
        )
        comptes[agent.identifiant] = agent
    # Directors sit too; given last, so that each profil's first account stays the one that has no other.
    Habilitation.objects.bulk_create(
        Habilitation(agent=comptes[nom], profil=Profil.MEMBRE, debut=jour - timedelta(days=400))
        for nom in ("direction", "direction2")
    )
    return comptes


@transaction.atomic
def charger_demonstration(*, graine: int, jour: date, maintenant: datetime, dire: Dire) -> bool:
    """Load the whole city, or nothing when a city is already there. Returns whether it was loaded.

    All or nothing: an interrupted load leaves an empty base. Same `graine` and `jour`, same city.
    `dire` receives one French sentence per step.
    """
    if Structure.objects.exists():
        return False
    rng = Random(graine)
    donnees = lire("ville-demonstration.json")
    charger_ville(donnees, jour=jour)
    comptes = creer_comptes(jour)
    coordination = comptes["coordination"]
    dire("9 mairies, 25 structures et leurs places, 11 comptes")
    grille = charger_grille(lire("grilles/demonstration.json"), par=coordination, maintenant=maintenant)
    cadre = cadre_de(donnees, jour=jour)
    presents = tirer_presents(rng, cadre)
    ecrire_presents(presents)
    dire(f"{len(presents)} enfants présents avec leurs contrats")
    for ecrits in ecrire_demandes(tirer_liste(rng, cadre, presents, nombre=EN_ATTENTE), par=comptes["agent"]):
        dire(f"{ecrits} dossiers écrits")
    # Nothing is committed yet, so nobody else will tell the planner how big the tables have become.
    with connection.cursor() as curseur:
        curseur.execute("ANALYZE")
    publier_maintenant(grille, par=coordination, maintenant=maintenant)
    dire("points calculés, ligne par ligne")
    designes = creer_employeur(coordination, maintenant=maintenant)
    dire(f"{designes} enfants désignés par un employeur pour les places qu’il paie")
    passee, suivante = creer_seances(comptes, jour=jour)
    fermer_quelques_dossiers(rng, comptes["agent"], maintenant=maintenant)
    directions = [comptes["direction"], comptes["direction2"]]
    animer_directions(directions, repond=coordination, maintenant=maintenant)
    dire_la_rentree(directions, maintenant=maintenant)
    affectes = animer_familiale(rng, comptes["direction2"], maintenant=maintenant)
    dire(f"{affectes} enfants de la crèche familiale chez leur assistante maternelle")
    dire(f"« {passee} » tenue, « {suivante} » en préparation")
    renseigner(rng, list(Mairie.objects.order_by("pk")), par=comptes["agent"], maintenant=maintenant)
    nombre = creer_situations(comptes, jour=jour, maintenant=maintenant)
    dire(f"{nombre} situations partagées")
    bilan = passer_les_echeances(jour, maintenant=maintenant)
    dire(f"{sum(bilan.courriers.values())} lettres aux familles")
    return True


def fermer_quelques_dossiers(rng: Random, par: Agent, *, maintenant: datetime) -> None:
    """Some families moved, found another way or put it off: their dossiers leave the list."""
    motifs = (MotifCloture.RETIRE_FAMILLE, MotifCloture.SANS_REPONSE, MotifCloture.AUTRE_MODE)
    actifs = list(Dossier.objects.filter(etat=EtatDossier.ACTIF).order_by("pk"))
    fermes = rng.sample(actifs, FERMES + SUSPENDUS)
    for dossier in fermes[:FERMES]:
        # The oldest that no commission saw were closed long ago: their retention is about to end.
        ancien = dossier.depose_le < timezone.localdate(maintenant) - PRESQUE_UN_AN
        ancien = ancien and not dossier.passages.exists()
        le = maintenant - PRESQUE_UN_AN if ancien else maintenant
        changer_etat(dossier, "clore", par=par, motif=rng.choice(motifs), maintenant=le)
    for dossier in fermes[FERMES:]:
        changer_etat(dossier, "suspendre", par=par, maintenant=maintenant)
