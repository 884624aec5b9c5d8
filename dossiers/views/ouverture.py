"""How every page about one dossier opens it: found, masked for this person, its reading journaled."""

from django.http import Http404, HttpRequest
from django.utils import timezone

from dossiers.acces import TOUT, Regard, dossiers_visibles, regard
from dossiers.models import ActionJournal, Dossier
from dossiers.queries.fiche import dossier_de_la_fiche, structures_choisies
from dossiers.queries.protection import ouverture_en_cours
from dossiers.services.journal import journaliser
from guichet.acces import Deport, personne
from structures.queries import reglage


def ouvrir(request: HttpRequest, numero: str) -> tuple[Dossier, Regard]:
    """The dossier and what this person sees of it; 404 when it does not exist for them.

    Raises Deport when they are linked to the family.
    """
    qui = personne(request)
    dossier = dossier_de_la_fiche(numero)
    if dossier is None or not dossiers_visibles(qui).filter(pk=dossier.pk).exists():
        raise Http404("dossier inconnu")
    vu = regard(
        qui,
        dossier,
        structures_choisies(dossier),
        partage_identites=reglage("partage_identites", le=qui.jour),
    )
    if vu.lie:
        raise Deport("famille liée")
    if vu.motivable and ouverture_en_cours(qui, dossier, maintenant=timezone.now()):
        return dossier, TOUT
    return dossier, vu


def ouvrir_pour_agir(request: HttpRequest, numero: str) -> Dossier:
    """The same for a gesture: what may not be changed does not exist."""
    dossier, vu = ouvrir(request, numero)
    if not vu.modifier:
        raise Http404("dossier fermé à cette personne")
    return dossier


def noter_lecture(request: HttpRequest, dossier: Dossier, page: str) -> None:
    """Its own counter reads a dossier all day long; anybody else leaves a line."""
    qui = personne(request)
    if dossier.mairie_id not in qui.mairies:
        journaliser(
            ActionJournal.LECTURE,
            par=qui.agent,
            mairie=qui.mairie,
            maintenant=timezone.now(),
            dossier=dossier,
            objet=page,
        )
