"""A validated séance and its offers: three babies admitted of the places opened, others on the list."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pgtrigger
import pytest

from commissions.models import Decision, Offre, Passage, Presence, Seance
from commissions.services.decisions import tenir_seance_passee
from commissions.services.envois import envoyer_offre
from commissions.services.gel import geler_seance
from commissions.services.offres import preparer_offre
from commissions.services.proces_verbal import empreinte_du_projet, valider_proces_verbal
from dossiers.models import Dossier
from guichet.erreurs import ErreurMetier
from structures.models import Gestionnaire, Reglage
from tests import factories
from tests.commissions.monde import GEL, Monde, monde_a_geler

TENUE = datetime(2027, 5, 12, 15, tzinfo=UTC)
VALIDEE = datetime(2027, 5, 17, 9, tzinfo=UTC)
ENVOI = datetime(2027, 5, 18, 9, tzinfo=UTC)


def seance_validee(monde: Monde, sens: dict[Dossier, str], **champs: Any) -> Seance:
    """Hold and validate a séance where each dossier got `sens`; the others are left out of the places."""
    seance = geler_seance(monde.seance(**champs), par=None, maintenant=GEL, graine=3)
    decisions, rang = [], 0
    for passage in Passage.objects.filter(seance=seance).order_by("-verifie", "pk"):
        dit = sens.get(passage.dossier, "non_retenu")
        voeu = passage.voeux.order_by("choix").first()
        decision = Decision(passage=passage, sens=dit)
        if dit == "admis":
            decision.section, decision.choix = voeu.section, voeu.choix
            decision.demi_journees = passage.demi_journees
        else:
            decision.motif = "rang"
        if dit == "liste_complementaire":
            rang += 1
            decision.rang_complementaire = rang
        decisions.append(decision)
    seance = tenir_seance_passee(seance, decisions, par=monde.coordination, maintenant=TENUE)
    presidence = factories.creer_agent("presidence")
    factories.creer_presence(seance, presidence, qualite=Presence.Qualite.PRESIDENCE)
    lu = empreinte_du_projet(seance)
    valider_proces_verbal(seance, lu=lu, par=presidence, maintenant=VALIDEE)
    seance.refresh_from_db()
    return seance


def corriger(decision: Decision, **champs: Any) -> Decision:
    """The same avis as if the séance had given it so."""
    with pgtrigger.ignore("commissions.Decision:decision_seance_ouverte"):
        Decision.objects.filter(pk=decision.pk).update(**champs)
    decision.refresh_from_db()
    return decision


def decision_de(dossier: Dossier) -> Decision:
    return Decision.objects.select_related("passage__seance", "section").get(passage__dossier=dossier)


def offre_envoyee(monde: Monde, dossier: Dossier, *, canal: str = "appel") -> Offre:
    """The offer of this admission, released; the family told at once unless `canal` is empty."""
    offre = preparer_offre(decision_de(dossier), par=monde.coordination, maintenant=ENVOI)
    return envoyer_offre(offre, par=monde.coordination, maintenant=ENVOI, canal=canal)


def apres(jours: int) -> datetime:
    return ENVOI + timedelta(days=jours)


def monde_des_offres() -> Monde:
    """Two city crèches of three places per section, a grid in force that points may be computed under."""
    cree = monde_a_geler()
    Gestionnaire.objects.update(nature="ville")
    cree.grille.delete()
    cree.grille = factories.creer_version_grille(publiee=True)
    for section in (cree.bebes, cree.grands, cree.ailleurs):
        factories.creer_capacite(section, places=[3] * 10)
    return cree


def acteur(monde: Monde, quand: datetime = ENVOI) -> dict[str, Any]:
    return {"par": monde.coordination, "maintenant": quand}


def regler(cle: str, valeur: Any) -> None:
    Reglage.objects.create(cle=cle, valeur=valeur, a_partir_du=date(2020, 1, 1))


def refuse(code: str, geste: Any, *args: Any, **kw: Any) -> ErreurMetier:
    with pytest.raises(ErreurMetier) as refus:
        geste(*args, **kw)
    assert refus.value.code == code
    return refus.value


def appeler(monde: Monde, dossier: Dossier) -> Offre:
    return preparer_offre(
        decision_de(dossier), section=monde.bebes, demi_journees=range(10), choix=1, **acteur(monde)
    )
