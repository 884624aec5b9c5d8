"""An employer's places: whom it designates, whom they take, and the day it releases them in writing."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from django.db import transaction

from dossiers.models import ActionJournal, Admission, Dossier, EnfantDesigne, NatureDossier, OrigineAdmission
from dossiers.queries.creneaux import horaires_demandes
from dossiers.regles import cycle
from dossiers.regles.mutations import veille
from dossiers.regles.recevabilite import jour_fr
from dossiers.services.cycle import changer_etat
from dossiers.services.journal import journaliser
from dossiers.services.places import refus_de_place
from guichet.erreurs import ErreurMetier
from structures.models import Agent, Mairie, PlacesEmployeur
from structures.regles.creneaux import ecrire_horaires
from structures.regles.semaine import semaine


def designer_enfant(
    places: PlacesEmployeur,
    dossier: Dossier,
    *,
    par: Agent,
    maintenant: datetime,
    mairie: Mairie | None = None,
) -> EnfantDesigne:
    """The employer named this child: it may be admitted to these places, beside its other choices.

    Raises ErreurMetier `places_liberees`, `hors_liste`, `deja_designe` (field `numero`).
    """
    with transaction.atomic():
        tenues = _verrouiller(places)
        frais = Dossier.objects.select_for_update(of=("self",)).get(pk=dossier.pk)
        if not frais.en_attente or frais.nature != NatureDossier.PREMIERE:
            message = "Ce dossier n’est pas une première demande en attente."
            raise ErreurMetier("hors_liste", message, champ="numero")
        if tenues.designes.filter(dossier=frais).exists():
            raise ErreurMetier("deja_designe", "Cet enfant est déjà désigné.", champ="numero")
        designe = EnfantDesigne.objects.create(
            places=tenues, dossier=frais, designe_le=maintenant, designe_par=par
        )
        _noter("enfant_designe", tenues, par=par, maintenant=maintenant, mairie=mairie, dossier=frais)
    return designe


def admettre_designe(
    designe: EnfantDesigne,
    *,
    demi_journees: Iterable[int],
    debut: date,
    par: Agent,
    maintenant: datetime,
    mairie: Mairie | None = None,
) -> Admission:
    """The designated child takes the employer's places: no commission, the employer chose.

    Raises ErreurMetier `places_liberees`, `offre_en_cours`, `date_de_place`, `age_section` (field
    `debut`), `place_employeur` (`demi_journees`), and what `changer_etat` refuses.
    """
    acteur: dict[str, Any] = {"par": par, "maintenant": maintenant, "mairie": mairie}
    with refus_de_place(champ="demi_journees"):
        places = _verrouiller(designe.places)
        verrou = Dossier.objects.select_for_update(of=("self",)).select_related("enfant")
        dossier = verrou.get(pk=designe.dossier_id)
        if dossier.etat == cycle.PROPOSE:
            message = "Une place est déjà proposée à cet enfant\u202f: attendez la réponse de sa famille."
            raise ErreurMetier("offre_en_cours", message)
        if debut < places.debut or (places.fin and debut > places.fin):
            fin = f" au {jour_fr(places.fin)}" if places.fin else ""
            message = f"Ces places vont du {jour_fr(places.debut)}{fin}."
            raise ErreurMetier("date_de_place", message, champ="debut")
        _controler_age(dossier, places, debut)
        place = Admission.objects.create(
            enfant=dossier.enfant,
            dossier=dossier,
            section=places.section,
            demi_journees=(jours := list(semaine(demi_journees))),
            horaires=ecrire_horaires(horaires_demandes(dossier), jours),
            debut=debut,
            origine=OrigineAdmission.DIRECTE,
            employeur=places,
        )
        _noter("designe_admis", places, dossier=dossier, **acteur)
        changer_etat(dossier, "admettre", **acteur)
    return place


def liberer_places(
    places: PlacesEmployeur,
    *,
    a_partir_du: date,
    courrier_vu_le: date,
    par: Agent,
    maintenant: datetime,
) -> PlacesEmployeur:
    """From that day the places join the ordinary ones; whoever is there stays, counted with the others.

    Raises ErreurMetier `places_liberees`, `date_de_place` (field `a_partir_du`), `courrier_a_venir`.
    """
    with transaction.atomic():
        tenues = _verrouiller(places)
        if a_partir_du <= tenues.debut or (tenues.fin and a_partir_du > tenues.fin):
            message = "Choisissez un jour de la convention, après son premier jour."
            raise ErreurMetier("date_de_place", message, champ="a_partir_du")
        if courrier_vu_le > maintenant.date():
            message = "Ce jour est à venir\u202f: indiquez la date du courrier."
            raise ErreurMetier("courrier_a_venir", message, champ="courrier_vu_le")
        tenues.fin, tenues.liberees_le = veille(a_partir_du), a_partir_du
        tenues.courrier_vu_le, tenues.liberees_par = courrier_vu_le, par
        tenues.version, tenues.modifie_par = tenues.version + 1, par
        tenues.save()
        _noter("places_liberees", tenues, par=par, maintenant=maintenant)
    return tenues


def _verrouiller(places: PlacesEmployeur) -> PlacesEmployeur:
    verrou = PlacesEmployeur.objects.select_for_update(of=("self",)).select_related("section__structure")
    tenues = verrou.get(pk=places.pk)
    if tenues.liberees_le:
        message = f"{tenues.employeur} a libéré ces places à partir du {jour_fr(tenues.liberees_le)}."
        raise ErreurMetier("places_liberees", message)
    return tenues


def _controler_age(dossier: Dossier, places: PlacesEmployeur, debut: date) -> None:
    if not places.section.bande.accueille(dossier.enfant.ne_ou_prevu_le, debut):
        message = f"La section accueille de {places.section.ages}\u202f: l’enfant n’a pas cet âge ce jour-là."
        raise ErreurMetier("age_section", message, champ="debut")


def _noter(
    objet: str,
    places: PlacesEmployeur,
    *,
    par: Agent,
    maintenant: datetime,
    mairie: Mairie | None = None,
    dossier: Dossier | None = None,
) -> None:
    journaliser(
        ActionJournal.MODIFICATION,
        par=par,
        maintenant=maintenant,
        mairie=mairie,
        dossier=dossier,
        objet=objet,
        details={"structure": places.section.structure.nom, "places": places.pk},
    )
