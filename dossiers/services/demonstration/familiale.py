"""The crèche familiale of the city: its assistantes maternelles, their children, two still to be assigned."""

from datetime import date, datetime, time, timedelta
from random import Random

from django.utils import timezone

from dossiers.queries.affectations import Service
from dossiers.services.affectations import affecter
from guichet.acces import personne_de
from structures.models import (
    Agent,
    Agrement,
    AssistanteMaternelle,
    Habilitation,
    Profil,
    Quartier,
    Structure,
    TypeStructure,
)
from structures.regles.semaine import SEMAINE_PLEINE

from . import noms

# Children at once of each; the fourth does not work on Wednesdays, the last takes no child under 18 months.
PLACES = (3, 3, 3, 3, 3, 3, 3, 3, 3, 2, 2, 2)
SANS_MERCREDI, GRANDS, A_AFFECTER = 3, 11, 2


def animer_familiale(rng: Random, directrice: Agent, *, maintenant: datetime) -> int:
    """Create them, assign the present children but the last two to come. Returns how many are assigned.

    `directrice` answers for the service too.
    """
    jour = timezone.localdate(maintenant)
    service = Structure.objects.get(type=TypeStructure.CRECHE_FAMILIALE)
    debut = jour - timedelta(days=400)
    Habilitation.objects.create(agent=directrice, profil=Profil.DIRECTION, structure=service, debut=debut)
    _creer(rng, service, date(jour.year - 3, 9, 1))
    qui, faits = personne_de(directrice, jour), 0
    lu = Service(qui, service, jour=jour)
    attendus = sorted(lu.places, key=lambda pk: (lu.presence(pk).debut, pk))
    for pk in attendus[:-A_AFFECTER]:
        enfant = lu.presence(pk)
        possibles = [c for c in lu.candidates(enfant, enfant.debut) if c.obstacle is None]
        if possibles:
            lu.affectations.append(
                affecter(
                    enfant.place,
                    assistante=possibles[0].assistante,
                    a_partir_du=enfant.debut,
                    par=directrice,
                    maintenant=maintenant,
                )
            )
            faits += 1
    return faits


def _creer(rng: Random, service: Structure, debut: date) -> None:
    quartiers, nommes = list(Quartier.objects.order_by("pk")), set[str]()
    while len(nommes) < len(PLACES):
        nommes.add(noms.nom(rng))
    for rang, (places, nom) in enumerate(zip(PLACES, sorted(nommes), strict=True)):
        assistante = AssistanteMaternelle.objects.create(
            structure=service,
            prenom=noms.prenom_adulte(rng, femme=True),
            nom=nom,
            quartier=quartiers[rang % len(quartiers)],
        )
        Agrement.objects.create(
            assistante=assistante,
            debut=debut,
            places=places,
            age_min_mois=18 if rang == GRANDS else 2,
            demi_journees=[k for k in SEMAINE_PLEINE if rang != SANS_MERCREDI or k not in (4, 5)],
            heure_debut=time(7, 30),
            heure_fin=time(18, 30),
        )
