"""No assistante maternelle may take a child admitted to the crèche familiale: its place fails."""

from datetime import datetime
from typing import Any

from django.db import transaction

from commissions.models import EtatOffre, MotifAnnulation, Offre
from commissions.services.reponses import perdre_place
from dossiers.models import Admission, EchecAffectation, EtatDossier, NatureDossier
from dossiers.services.affectations import noter_echec
from dossiers.services.cycle import changer_etat
from guichet.erreurs import ErreurMetier
from structures.models import Agent, Mairie


def echouer_affectation(
    place: Admission, *, motif: str, par: Agent, maintenant: datetime, mairie: Mairie | None = None
) -> EchecAffectation:
    """The place fails on the structure's side: its dossier gets its choices, rank and seniority back.

    Through the offer that gave the place when there is one. Raises ErreurMetier `motif_inconnu`,
    `sans_dossier`, `deja_affecte`, `pas_admis`, `entree_constatee`, `deja_en_attente`.
    """
    acteur: dict[str, Any] = {"par": par, "maintenant": maintenant, "mairie": mairie}
    with transaction.atomic():
        liens = ("enfant", "dossier", "section__structure")
        if place.affectations.exists():
            message = "L’enfant est chez une assistante maternelle\u202f: notez plutôt son départ."
            raise ErreurMetier("deja_affecte", message)
        lue = Admission.objects.select_related(*liens).get(pk=place.pk)
        echec = noter_echec(lue, motif=motif, **acteur)
        offre = Offre.objects.filter(admission=lue, etat=EtatOffre.ACCEPTEE).first()
        if offre:
            perdre_place(offre, motif=MotifAnnulation.PLACE_INDISPONIBLE, **acteur)
        else:
            _perdre_sans_offre(lue, acteur)
    return echec


def _perdre_sans_offre(place: Admission, acteur: dict[str, Any]) -> None:
    dossier = place.dossier
    if dossier is None or dossier.etat != EtatDossier.ADMIS or dossier.nature != NatureDossier.PREMIERE:
        message = "Cette place ne vient pas d’une première demande\u202f: notez plutôt le départ de l’enfant."
        raise ErreurMetier("pas_admis", message)
    changer_etat(dossier, "perdre_place", **acteur)
    Admission.objects.select_for_update(of=("self",)).get(pk=place.pk).delete()
