"""The minutes: validated by the presidence, then fixed; the PDF is made once by a worker."""

import hashlib
from datetime import datetime

from django.core.files.base import ContentFile
from django.db import transaction
from django.urls import reverse

from commissions.models import Passage, Presence, ProcesVerbal, Seance
from commissions.queries.proces_verbal import contenu_de
from commissions.regles import cycle
from commissions.regles.proces_verbal import canonique, empreinte
from dossiers.models import ActionJournal
from dossiers.services.journal import journaliser
from guichet.erreurs import ErreurMetier
from structures.models import Agent, Mairie
from structures.services.taches import lancer

IMPRIMER_PV = "commissions.taches.imprimer_proces_verbal"


def empreinte_du_projet(seance: Seance) -> str:
    """The digest of the minutes as they read now: what the presidence signs is what it read."""
    return empreinte(canonique(contenu_de(seance)))


@transaction.atomic
def valider_proces_verbal(seance: Seance, *, lu: str, par: Agent, maintenant: datetime) -> ProcesVerbal:
    """Fix the minutes as they were read; the séance is validated. `lu` is the digest of what the page showed.

    Raises ErreurMetier `presidence`, `transition_interdite`, `version`.
    """
    verrou = Seance.objects.select_for_update(of=("self",)).select_related("grille").get(pk=seance.pk)
    if not verrou.presences.filter(agent=par, qualite=Presence.Qualite.PRESIDENCE).exists():
        raise ErreurMetier("presidence", "Seule la présidence de cette séance valide son procès-verbal.")
    verrou.etat = cycle.etat_suivant(verrou.etat, "valider")
    texte = canonique(contenu_de(verrou))
    if empreinte(texte) != lu:
        raise ErreurMetier(
            "version",
            "Le procès-verbal a changé depuis que vous le lisez\u00a0: relisez-le, puis validez-le.",
        )
    proces = ProcesVerbal.objects.create(
        seance=verrou, contenu=texte, empreinte=lu, valide_le=maintenant, valide_par=par
    )
    verrou.validee_le, verrou.version = maintenant, verrou.version + 1
    verrou.save(update_fields=["etat", "validee_le", "version"])
    proces.tache = lancer(
        "proces_verbal",
        f"Procès-verbal de «\u00a0{verrou}\u00a0»",
        IMPRIMER_PV,
        par=par,
        retour=reverse("commissions:proces_verbal", args=[verrou.pk]),
        proces_id=proces.pk,
    )
    proces.save(update_fields=["tache"])
    journaliser(
        ActionJournal.ETAT,
        par=par,
        maintenant=maintenant,
        objet=f"séance {verrou.pk} {verrou.etat}",
        details={"empreinte": lu},
    )
    return proces


@transaction.atomic
def ranger_proces_verbal(proces: ProcesVerbal, octets: bytes, *, pages: int | None = None) -> ProcesVerbal:
    """Store the printed minutes with their digest: from now on the row does not change."""
    proces.empreinte_fichier = hashlib.sha256(octets).hexdigest()
    proces.pages = pages
    proces.fichier.save(f"seance-{proces.seance_id}/proces-verbal.pdf", ContentFile(octets), save=False)
    proces.save(update_fields=["fichier", "empreinte_fichier", "pages"])
    return proces


def noter_extrait(
    passage: Passage, *, par: Agent, maintenant: datetime, mairie: Mairie | None = None
) -> None:
    """An extract leaves with a family's name on it: the journal of its dossier says so."""
    journaliser(
        ActionJournal.IMPRESSION,
        par=par,
        maintenant=maintenant,
        dossier=passage.dossier,
        objet="extrait du procès-verbal",
        mairie=mairie,
    )
