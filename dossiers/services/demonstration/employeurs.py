"""An employer that pays two places of a crèche of the city: one child there, one still to be admitted."""

from datetime import date, datetime
from typing import Any

from django.utils import timezone

from dossiers.models import Dossier, EtatDossier, NatureDossier
from dossiers.services.employeurs import admettre_designe, designer_enfant
from structures.models import Agent, PlacesEmployeur, Section
from structures.regles.ages import ajouter_mois
from structures.regles.semaine import SEMAINE_PLEINE

STRUCTURE, EMPLOYEUR, PLACES, DESIGNES = "comedie", "Rubanerie Forissier (démonstration)", 2, 2


def creer_employeur(coordination: Agent, *, maintenant: datetime) -> int:
    """The wall, and the children named for it: the first admitted on the first of the month after next.

    Returns how many are named.
    """
    jour = timezone.localdate(maintenant)
    section = Section.objects.filter(structure__code=STRUCTURE).order_by("-age_min_mois")[0]
    ouvertes = section.structure.ouverture
    murs = PlacesEmployeur.objects.create(
        section=section,
        employeur=EMPLOYEUR,
        places=[PLACES if k in ouvertes else 0 for k in SEMAINE_PLEINE],
        debut=date(jour.year - 1, 9, 1),
    )
    entree = ajouter_mois(jour.replace(day=1), 2)
    acteur: dict[str, Any] = {"par": coordination, "maintenant": maintenant}
    attendus = Dossier.objects.filter(
        etat=EtatDossier.ACTIF, nature=NatureDossier.PREMIERE, famille__protegee=False, enfant__groupe=None
    )
    nommes = [
        d
        for d in attendus.select_related("enfant").order_by("-pk")
        if section.bande.accueille(d.enfant.ne_ou_prevu_le, entree)
    ][:DESIGNES]
    designes = [designer_enfant(murs, dossier, **acteur) for dossier in nommes]
    for designe in designes[:1]:
        demandees = set(designe.dossier.besoins.all()[0].demi_journees)
        admettre_designe(designe, demi_journees=demandees & set(ouvertes), debut=entree, **acteur)
    return len(designes)
