"""A present child comes on other days, from a day on: a new dated period of the same place."""

from collections.abc import Iterable
from datetime import date, datetime

from dossiers.models import ActionJournal, Admission
from dossiers.regles.recevabilite import jour_fr
from dossiers.services.journal import journaliser
from dossiers.services.mutations import couper, demandes_tenues, verrouiller_place
from dossiers.services.places import refus_de_place
from guichet.erreurs import ErreurMetier
from structures.models import Agent, Mairie
from structures.regles.semaine import semaine


def changer_jours(
    place: Admission,
    *,
    a_partir_du: date,
    demi_journees: Iterable[int],
    par: Agent,
    maintenant: datetime,
    motif_depassement: str = "",
    mairie: Mairie | None = None,
) -> Admission:
    """The half-days left are free from that day; those added are taken, under the section's ceiling.

    Raises ErreurMetier `depart_note`, `date_de_place` (field `a_partir_du`), `memes_jours`, `place_prise`,
    `motif_depassement` (field `demi_journees`).
    """
    nouvelle = list(semaine(demi_journees))
    with refus_de_place(champ="demi_journees"):
        demandes = demandes_tenues(place.pk)
        fraiche = verrouiller_place(place.pk)
        if fraiche is None or fraiche.depart_constate_le:
            message = "Le départ de cet enfant est noté\u202f: annulez-le avant de changer ses jours."
            raise ErreurMetier("depart_note", message)
        if a_partir_du < fraiche.debut or (fraiche.fin and a_partir_du > fraiche.fin):
            fin = f" au {jour_fr(fraiche.fin)}" if fraiche.fin else ""
            message = f"Choisissez un jour de sa place, du {jour_fr(fraiche.debut)}{fin}."
            raise ErreurMetier("date_de_place", message, champ="a_partir_du")
        if nouvelle == sorted(fraiche.demi_journees):
            message = "Ce sont déjà ses demi-journées."
            raise ErreurMetier("memes_jours", message, champ="demi_journees")
        avant = sorted(fraiche.demi_journees)
        suite = couper(fraiche, nouvelle, a_partir_du, motif_depassement=motif_depassement)
        for demande in demandes:
            demande.admission_actuelle, demande.version = suite, demande.version + 1
            demande.save(update_fields=["admission_actuelle", "version"])
        journaliser(
            ActionJournal.MODIFICATION,
            par=par,
            maintenant=maintenant,
            mairie=mairie,
            dossier=fraiche.dossier,
            objet="jours_changes",
            motif=motif_depassement,
            details={
                "place": suite.pk,
                "avant": avant,
                "apres": nouvelle,
                "le": a_partir_du.isoformat(),
            },
        )
    return suite
