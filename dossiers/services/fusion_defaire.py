"""Parting again two dossiers that were merged, as they were, unless one of them has lived since."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from dossiers.models import ActionJournal, Dossier, EtatDossier, Fusion
from dossiers.regles import cycle
from dossiers.services.cotation import coter_dossier
from dossiers.services.cycle import changer_etat
from dossiers.services.empreinte_fusion import MODELES, Mouvement, lues, valeurs
from dossiers.services.fusion import verrouiller
from dossiers.services.journal import journaliser
from guichet.erreurs import ErreurMetier
from structures.models import Agent, Mairie

_NOMS = {
    "Famille": "le foyer",
    "Responsable": "un responsable",
    "Enfant": "l’enfant",
    "Dossier": "la demande",
    "PieceJustificative": "une pièce",
    "Besoin": "le besoin",
    "Voeu": "les choix",
    "Contact": "un contact",
    "LigneManuelle": "une ligne de points",
    "Admission": "une admission",
    "LigneReprise": "une ligne de reprise",
    "Rapprochement": "une ressemblance",
    "Note": "une note",
    "SituationPartagee": "une situation partagée",
    "Lien": "un lien déclaré",
    "DemandeUrgence": "une demande d’urgence",
    "EnfantDesigne": "une place d’employeur",
}


def blocages(fusion: Fusion, *, maintenant: datetime) -> list[str]:
    """What keeps this merge from being undone, in French; empty when it can be."""
    if fusion.defaite_le:
        return ["Cette fusion est déjà défaite."]
    if timezone.localdate(maintenant) > fusion.defaisable_jusqu_au:
        return [
            f"Le délai pour défaire cette fusion est passé depuis le {fusion.defaisable_jusqu_au:%d/%m/%Y}."
        ]
    if not fusion.mouvements:
        return ["Ce qu’il fallait pour défaire cette fusion n’est plus gardé."]
    lignes = []
    presents = Dossier.objects.in_bulk([fusion.garde_id, fusion.absorbe_id])
    for sens, pk in (("garde", fusion.garde_id), ("absorbe", fusion.absorbe_id)):
        if presents[pk].etat != fusion.etats[sens][1]:
            lignes.append(_etat_change(presents[pk]))
    touches = dict.fromkeys(_NOMS[m["modele"]] for m in fusion.mouvements if _a_change(m))
    lignes += [f"Depuis la fusion, {nom} a été modifié ou retiré." for nom in touches]
    return lignes


def _etat_change(dossier: Dossier) -> str:
    autre = Fusion.objects.filter(absorbe=dossier, defaite_le__isnull=True).select_related("garde").first()
    if autre:
        return f"Le dossier {dossier.numero} a été fusionné depuis dans le dossier {autre.garde.numero}."
    return (
        f"Le dossier {dossier.numero} est devenu « {dossier.get_etat_display().lower()} » depuis la fusion."
    )


def _a_change(mouvement: Mouvement) -> bool:
    """True when a row the merge wrote no longer holds what the merge wrote."""
    apres = mouvement["apres"]
    ligne = MODELES[mouvement["modele"]]._default_manager.filter(pk=mouvement["pk"]).first()
    if apres is None:
        return ligne is not None
    if ligne is None:
        return True
    present = valeurs(ligne)
    return any(present[nom] != valeur for nom, valeur in apres.items())


@transaction.atomic
def defaire_fusion(
    fusion: Fusion, *, par: Agent, maintenant: datetime, mairie: Mairie | None = None
) -> Fusion:
    """Put both dossiers back as they were. Raises ErreurMetier `fusion_tenue` naming what blocks."""
    garde, absorbe = verrouiller(fusion.garde, fusion.absorbe)
    fraiche = (
        Fusion.objects.select_for_update(of=("self",)).select_related("garde", "absorbe").get(pk=fusion.pk)
    )
    if obstacles := blocages(fraiche, maintenant=maintenant):
        raise ErreurMetier("fusion_tenue", " ".join(obstacles))
    acteur: dict[str, Any] = {"par": par, "mairie": mairie, "maintenant": maintenant}
    fraiche.defaite_le, fraiche.defaite_par = maintenant, par
    fraiche.save(update_fields=["defaite_le", "defaite_par"])
    etats = fraiche.etats
    complete_par_fusion = etats["garde"] == [EtatDossier.INCOMPLET, EtatDossier.ACTIF]
    if complete_par_fusion:
        changer_etat(garde, "rouvrir", motif=cycle.PIECE_REDEMANDEE, **acteur)
    elif etats["garde"][0] == EtatDossier.SUSPENDU != etats["garde"][1]:
        changer_etat(garde, "suspendre", **acteur)
    _remettre(fraiche.mouvements)
    if complete_par_fusion:
        # The day it was complete with the other's pieces is not its own.
        jour = etats["jour_garde"] or None
        Dossier.objects.filter(pk=garde.pk).update(complet_garde_le=jour)
    changer_etat(absorbe, "defusionner", **acteur)
    if etats["absorbe"][0] == EtatDossier.SUSPENDU:
        changer_etat(absorbe, "suspendre", **acteur)
    for sens, (instant, jusqu_au) in etats["suspendus"].items():
        Dossier.objects.filter(pk=(garde if sens == "garde" else absorbe).pk).update(
            suspendu_le=datetime.fromisoformat(instant), suspendu_jusqu_au=jusqu_au or None
        )
    familles = {garde.famille_id, absorbe.famille_id}
    for concerne in Dossier.objects.filter(famille__in=familles).en_attente().order_by("pk"):
        coter_dossier(concerne, par=par, maintenant=maintenant)
    for dossier, autre in ((garde, absorbe), (absorbe, garde)):
        journaliser(
            ActionJournal.FUSION, dossier=dossier, objet=autre.numero, details={"sens": "defaite"}, **acteur
        )
    return fraiche


def _remettre(mouvements: list[Mouvement]) -> None:
    """Made rows go first, so that those they replaced find their place again."""
    for m in reversed(mouvements):
        if m["avant"] is None:
            MODELES[m["modele"]]._default_manager.filter(pk=m["pk"]).delete()
    touches: set[int] = set()
    for m in mouvements:
        modele = MODELES[m["modele"]]
        if m["avant"] is None:
            continue
        champs = lues(modele, m["avant"])
        if m["apres"] is None:
            modele._default_manager.bulk_create([modele(pk=m["pk"], **champs)])
        else:
            modele._default_manager.filter(pk=m["pk"]).update(**champs)
        if m["modele"] == "Dossier":
            touches.add(m["pk"])
    for dossier in Dossier.objects.filter(pk__in=touches).order_by("pk"):
        dossier.version += 1
        dossier.save(update_fields=["version"])


def oublier_fusions(*, maintenant: datetime) -> int:
    """Past its delay a merge cannot be undone: the former names and addresses it kept are erased."""
    jour = timezone.localdate(maintenant)
    finies = Fusion.objects.filter(defaisable_jusqu_au__lt=jour) | Fusion.objects.exclude(defaite_le=None)
    return finies.exclude(mouvements=[]).update(mouvements=[])
