"""After the protected family's séances: its letter, a place it declined, the call sheet it is on."""

from datetime import UTC, date, datetime
from typing import Any

from commissions import taches
from commissions.models import Decision, Lettre, Seance, Signataire
from commissions.services.decisions import consigner_decision, tenir_seance
from commissions.services.envois import envoyer_offre, rendre_avis
from commissions.services.lettres import charger_modeles, demander_lettres
from commissions.services.offres import preparer_offres
from commissions.services.reponses import decliner_offre
from structures.models import Gestionnaire
from tests import factories

TENUE = datetime(2027, 5, 12, 15, tzinfo=UTC)
ENVOI = datetime(2027, 5, 18, 9, tzinfo=UTC)


def repondre(seance: Seance, objets: dict[str, Any], *, par: Any) -> None:
    """The letters of a validated séance made, waiting; the protected family has declined its place."""
    seance.refresh_from_db()
    charger_modeles(par=None, maintenant=ENVOI)
    for gestionnaire in (None, *Gestionnaire.objects.all()):
        champs = {"nom": "Claire Roche", "qualite": "adjointe au maire", "depuis": date(2020, 1, 1)}
        Signataire.objects.create(gestionnaire=gestionnaire, **champs)
    preparer_offres(seance, par=par, maintenant=ENVOI)
    rendre_avis(seance.offres.get(), "confirmee", par=par, maintenant=ENVOI)
    objets["lot"] = demander_lettres(seance, envoi_le=ENVOI.date(), par=par, maintenant=ENVOI)
    taches.preparer_lettres(str(objets["lot"].tache_id), objets["lot"].pk)
    dossier = objets["dossier"]
    objets["lettre"] = Lettre.objects.get(dossier=dossier)
    objets["offre"] = _declinee(seance, dossier, par=par)
    dossier.refresh_from_db()


def appeler(seance: Seance, objets: dict[str, Any], *, par: Any) -> Decision:
    """An open séance held: a neighbour declines its place, the protected family is next on the list."""
    avis: dict[str, Any] = {"par": None, "maintenant": TENUE}
    voisin = objets["voisin_1"]
    for passage in seance.passages.all():
        if passage.dossier_id == voisin.pk:
            section, semaine = passage.voeux.get().section, passage.demi_journees
            consigner_decision(passage, sens="admis", section=section, demi_journees=semaine, **avis)
        else:
            attend = {"sens": "liste_complementaire", "rang_complementaire": 1}
            autre = {"sens": "ajourne"}
            suite = attend if passage.dossier_id == objets["dossier"].pk else autre
            consigner_decision(passage, motif="report", **suite, **avis)
    seance = tenir_seance(seance, **avis)
    factories.creer_proces_verbal(seance, par)
    seance.refresh_from_db()
    preparer_offres(seance, par=par, maintenant=ENVOI)
    rendre_avis(seance.offres.get(), "confirmee", par=par, maintenant=ENVOI)
    _declinee(seance, voisin, par=par)
    return Decision.objects.get(passage__seance=seance, passage__dossier=objets["dossier"])


def _declinee(seance: Seance, dossier: Any, *, par: Any) -> Any:
    acteur = {"par": par, "maintenant": ENVOI}
    offre = seance.offres.select_related("section__structure__gestionnaire").get(dossier=dossier)
    offre = envoyer_offre(offre, canal="appel", **acteur)
    return decliner_offre(offre, motif="jours", **acteur)
