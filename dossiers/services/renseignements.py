"""Information contacts without a dossier: taken in a moment, counted, one gesture away from a dossier."""

from datetime import date, datetime
from typing import Any

from django.db import transaction

from dossiers.models import ActionJournal, Brouillon, Dossier, Renseignement
from dossiers.services.brouillons import enregistrer_brouillon
from dossiers.services.journal import journaliser
from guichet.erreurs import ErreurMetier
from structures.models import Agent, Mairie, Quartier


@transaction.atomic
def noter_renseignement(
    *,
    mairie: Mairie,
    besoin: str,
    orientation: str,
    par: Agent,
    maintenant: datetime,
    age_mois: int | None = None,
    terme_mois: date | None = None,
    canal: str = "guichet",
    jours_semaine: int | None = None,
    entree_mois: date | None = None,
    quartier: Quartier | None = None,
    rendez_vous_le: datetime | None = None,
    nom: str = "",
    telephone: str = "",
) -> Renseignement:
    """Keep what a family asked and where it was sent.

    Raises ErreurMetier `rendez_vous_passe`.
    """
    if rendez_vous_le and rendez_vous_le <= maintenant:
        message = "Ce rendez-vous est déjà passé."
        raise ErreurMetier("rendez_vous_passe", message, champ="rendez_vous_jour")
    pris = Renseignement.objects.create(
        le=maintenant,
        mairie=mairie,
        par=par,
        canal=canal,
        age_mois=age_mois,
        terme_mois=terme_mois,
        besoin=besoin,
        jours_semaine=jours_semaine,
        entree_mois=entree_mois,
        quartier=quartier,
        orientation=orientation,
        rendez_vous_le=rendez_vous_le,
        nom=nom,
        telephone=telephone,
    )
    _ecrire(pris, "pris", par=par, mairie=mairie, maintenant=maintenant)
    return pris


@transaction.atomic
def ouvrir_un_brouillon(
    renseignement: Renseignement,
    *,
    donnees: dict[str, list[str]],
    jeton: str,
    par: Agent,
    maintenant: datetime,
) -> Brouillon:
    """A draft of the entry page with what the contact already says; one's own is found again.

    Raises ErreurMetier `deja_un_dossier`.
    """
    frais = Renseignement.objects.select_for_update(of=("self",)).get(pk=renseignement.pk)
    if frais.dossier_id:
        raise ErreurMetier("deja_un_dossier", "Ce renseignement est déjà devenu un dossier.")
    ouvert = Brouillon.objects.filter(renseignements=frais, agent=par).first()
    if ouvert:
        return ouvert
    brouillon = enregistrer_brouillon(
        donnees,
        jeton=jeton,
        libelle=frais.nom or str(frais),
        par=par,
        mairie=frais.mairie,
        maintenant=maintenant,
    )
    frais.brouillon = brouillon
    frais.save(update_fields=["brouillon"])
    return brouillon


def retenir_le_dossier(
    renseignement: int, dossier: Dossier, *, par: Agent | None, maintenant: datetime
) -> None:
    """The contact remembers what came of it; its draft is gone."""
    pris = (
        Renseignement.objects.select_for_update(of=("self",)).select_related("mairie").get(pk=renseignement)
    )
    pris.dossier, pris.brouillon = dossier, None
    pris.save(update_fields=["dossier", "brouillon"])
    _ecrire(pris, "devenu un dossier", par=par, mairie=pris.mairie, maintenant=maintenant, dossier=dossier)


def _ecrire(
    pris: Renseignement,
    objet: str,
    *,
    par: Agent | None,
    mairie: Mairie,
    maintenant: datetime,
    dossier: Dossier | None = None,
) -> None:
    details: dict[str, Any] = {"renseignement": pris.pk, "orientation": pris.orientation}
    journaliser(
        ActionJournal.RENSEIGNEMENT,
        par=par,
        mairie=mairie,
        maintenant=maintenant,
        dossier=dossier,
        objet=objet,
        details=details,
    )
