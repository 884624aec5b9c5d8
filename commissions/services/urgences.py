"""A granted emergency becomes a place: between two séances, until an end, never longer without a séance."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from commissions.models import Offre
from commissions.queries.urgences import offre_de, urgence_precedente
from commissions.services.envois import attend_gestionnaire, envoyer_offre
from commissions.services.offres import preparer_urgence
from commissions.services.reponses import accepter_offre
from dossiers.models import DemandeUrgence
from dossiers.regles.recevabilite import jour_fr
from guichet.erreurs import ErreurMetier
from structures.models import Agent, Mairie, Section
from structures.queries import reglage
from structures.regles.ages import ajouter_mois


def admettre_en_urgence(
    demande: DemandeUrgence,
    *,
    section: Section,
    demi_journees: Sequence[int],
    debut: date,
    fin: date,
    canal: str,
    par: Agent,
    maintenant: datetime,
    motif_depassement: str = "",
    mairie: Mairie | None = None,
) -> Offre:
    """The family said yes by `canal`: the child is admitted in `section` from `debut` to `fin`.

    Its dossier stays on the list. A place the city does not run waits for its manager's answer instead.
    Raises ErreurMetier `dates` and `trop_long` (fields `debut`, `fin`), `age` (`section`),
    `urgence_sans_seance`, `urgence_servie`, and what preparing, sending and accepting refuse.
    """
    acteur: dict[str, Any] = {"par": par, "maintenant": maintenant}
    with transaction.atomic():
        fraiche = DemandeUrgence.objects.select_for_update(of=("self",)).get(pk=demande.pk)
        _controler_dates(debut, fin, jour=timezone.localdate(maintenant))
        _controler(fraiche, section, debut)
        offre = preparer_urgence(
            fraiche, section=section, demi_journees=demi_journees, debut=debut, fin=fin, **acteur
        )
        if attend_gestionnaire(offre):
            return offre
        offre = envoyer_offre(offre, canal=canal, mairie=mairie, **acteur)
        return accepter_offre(offre, motif_depassement=motif_depassement, mairie=mairie, **acteur)


def _controler_dates(debut: date, fin: date, *, jour: date) -> None:
    if debut < jour:
        raise ErreurMetier("dates", "Ce jour est passé.", champ="debut")
    if fin <= debut:
        raise ErreurMetier("dates", "L’accueil finit après avoir commencé.", champ="fin")
    limite = ajouter_mois(debut, reglage("urgence_duree", le=jour))
    if fin > limite:
        message = (
            f"Un accueil d’urgence s’arrête au plus tard le {jour_fr(limite)}\u202f: "
            "au-delà, seule une commission donne une place."
        )
        raise ErreurMetier("trop_long", message, champ="fin")


def _controler(demande: DemandeUrgence, section: Section, debut: date) -> None:
    if offre_de(demande):
        raise ErreurMetier("urgence_servie", "Cette urgence a déjà sa place.")
    if not section.bande.accueille(demande.dossier.enfant.ne_ou_prevu_le, debut):
        message = f"Cette section accueille de {section.ages}\u202f: l’enfant n’a pas cet âge ce jour-là."
        raise ErreurMetier("age", message, champ="section")
    if passee := urgence_precedente(demande.dossier):
        message = (
            f"Cet enfant a déjà un accueil d’urgence jusqu’au {jour_fr(passee)}\u202f: il ne se prolonge pas "
            "sans une commission."
        )
        raise ErreurMetier("urgence_sans_seance", message)
