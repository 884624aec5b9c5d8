"""The one door through which a dossier changes state: lock, table, dates, points, one journal line."""

from datetime import date, datetime

from django.db import IntegrityError, transaction
from django.utils import timezone

from dossiers.models import ActionJournal, Cotation, Dossier, MotifCloture
from dossiers.regles import cycle
from dossiers.services.cotation import coter_dossier
from dossiers.services.journal import journaliser
from guichet.erreurs import ErreurMetier
from structures.models import Agent, Mairie


def changer_etat(
    dossier: Dossier,
    action: str,
    *,
    par: Agent | None,
    maintenant: datetime,
    motif: str = "",
    mairie: Mairie | None = None,
    complet_le: date | None = None,
) -> Dossier:
    """Apply one action of the table to the dossier and return it as it now is.

    `motif` is a `MotifCloture`, wanted by « clore » only; `complet_le` the day the last compulsory piece was
    seen, for « completer » (today by default). Raises ErreurMetier `transition_interdite`, `motif_inconnu`,
    `deja_en_attente`.
    """
    try:
        with transaction.atomic():
            verrou = Dossier.objects.select_for_update(of=("self",))
            frais = verrou.select_related("enfant", "famille", "mairie").get(pk=dossier.pk)
            avant = frais.etat
            arrivee = cycle.etat_d_arrivee(avant, action, complet=frais.complet_le is not None)
            champs = _dates(frais, action, motif=motif, maintenant=maintenant, complet_le=complet_le)
            frais.etat = arrivee
            frais.version += 1
            frais.save(update_fields=["etat", "version", *champs])
            _ranger_points(frais, avant, par=par, maintenant=maintenant)
            journaliser(
                ActionJournal.ETAT,
                par=par,
                maintenant=maintenant,
                dossier=frais,
                objet=action,
                motif=motif,
                details={"de": avant, "vers": arrivee},
                mairie=mairie,
            )
    except IntegrityError as conflit:
        if "dossier_un_en_attente_par_enfant" not in str(conflit):
            raise
        message = "Cet enfant a déjà un autre dossier en attente : clôturez-le d’abord."
        raise ErreurMetier("deja_en_attente", message) from conflit
    return frais


def _dates(
    dossier: Dossier, action: str, *, motif: str, maintenant: datetime, complet_le: date | None
) -> list[str]:
    """Write the date each state requires; returns the fields to save."""
    if action == "completer":
        dossier.complet_le = dossier.complet_le or complet_le or timezone.localdate(maintenant)
        return ["complet_le"]
    if action == "suspendre":
        dossier.suspendu_le = maintenant
        return ["suspendu_le"]
    if action == "reactiver":
        dossier.suspendu_le = None
        return ["suspendu_le"]
    if action == "clore":
        if motif not in MotifCloture.values:
            raise ErreurMetier("motif_inconnu", "Choisissez un motif de clôture.", champ="motif")
        dossier.clos_le, dossier.motif_cloture = maintenant, motif
        return ["clos_le", "motif_cloture"]
    if action == "restaurer":
        dossier.clos_le, dossier.motif_cloture = None, ""
        return ["clos_le", "motif_cloture"]
    if action == "admettre":
        dossier.admis_le = maintenant
        return ["admis_le"]
    if action == "anonymiser":
        dossier.anonymise_le = maintenant
        return ["anonymise_le"]
    return []


def _ranger_points(dossier: Dossier, avant: str, *, par: Agent | None, maintenant: datetime) -> None:
    """The live score exists exactly while the dossier is on the list."""
    if not dossier.en_attente:
        Cotation.objects.filter(dossier=dossier, courante=True).update(courante=False)
    elif avant not in cycle.EN_ATTENTE or avant == cycle.INCOMPLET:
        # Back on the list, or complete at last: the rank's key holds the day of completeness.
        coter_dossier(dossier, par=par, maintenant=maintenant)
