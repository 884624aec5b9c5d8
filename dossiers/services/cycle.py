"""The one door through which a dossier changes state: lock, table, dates, points, one journal line."""

from datetime import date, datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone

from dossiers.models import ActionJournal, Cotation, Dossier
from dossiers.queries.completude import completude
from dossiers.queries.naissance import acte_vu
from dossiers.regles import cycle
from dossiers.regles.echeances import terme_renouvellement
from dossiers.regles.naissance import controler_admission
from dossiers.services.cotation import coter_dossier
from dossiers.services.groupe_naissance import refaire_le_groupe
from dossiers.services.journal import journaliser
from guichet.erreurs import ErreurMetier
from structures.models import Agent, Mairie
from structures.queries import reglage

_DATES = (
    *("complet_le", "complet_garde_le", "suspendu_le", "suspendu_jusqu_au", "clos_le", "motif_cloture"),
    *("admis_le", "anonymise_le", "a_renouveler_le"),
)


def changer_etat(
    dossier: Dossier,
    action: str,
    *,
    par: Agent | None,
    maintenant: datetime,
    motif: str = "",
    mairie: Mairie | None = None,
    complet_le: date | None = None,
    jusqu_au: date | None = None,
) -> Dossier:
    """Apply one action of the table to the dossier and return it as it now is.

    `motif` is one of the action's reasons; `complet_le` the day the last compulsory piece was seen, for
    « completer » (today by default); `jusqu_au` the last day of a suspension. Raises ErreurMetier as
    `cycle` does, `deja_en_attente`, and what `controler_admission` refuses.
    """
    geste, jour = cycle.action_de(action), timezone.localdate(maintenant)
    try:
        with transaction.atomic():
            verrou = Dossier.objects.select_for_update(of=("self",))
            frais = verrou.select_related("enfant", "famille", "mairie").get(pk=dossier.pk)
            avant, dates = frais.etat, _dates(frais)
            motif = _controler(frais, geste, motif=motif, jusqu_au=jusqu_au, jour=jour)
            if action in cycle.RETOURS:
                _relire_les_pieces(frais, le=jour)
            arrivee = cycle.etat_d_arrivee(avant, action, complet=frais.complet_le is not None)
            _dater(frais, action, motif=motif, maintenant=maintenant, complet_le=complet_le)
            frais.suspendu_jusqu_au = jusqu_au
            frais.etat = arrivee
            frais.version += 1
            changees = [nom for nom in _DATES if getattr(frais, nom) != dates[nom]]
            frais.save(update_fields=["etat", "version", *changees])
            _suites(frais, action, avant, par=par, maintenant=maintenant)
            journaliser(
                ActionJournal.ETAT,
                par=par,
                maintenant=maintenant,
                dossier=frais,
                objet=action,
                motif=motif,
                details={"de": avant, "vers": arrivee, **_details(frais, dates)},
                mairie=mairie,
            )
    except IntegrityError as conflit:
        if "dossier_un_en_attente_par_enfant" not in str(conflit):
            raise
        message = "Cet enfant a déjà un autre dossier en attente : clôturez-le d’abord."
        raise ErreurMetier("deja_en_attente", message) from conflit
    return frais


def _controler(
    dossier: Dossier, geste: cycle.Action, *, motif: str, jusqu_au: date | None, jour: date
) -> str:
    """Refuse what the table refuses; returns the reason to write."""
    cycle.etat_suivant(dossier.etat, geste.code)
    if geste.depuis_motifs:
        clos = timezone.localdate(dossier.clos_le) if dossier.clos_le else None
        mois = reglage("restauration", le=jour)
        cycle.controler_retour(geste, dossier.motif_cloture, clos, jour, mois)
    if geste.code == "admettre":
        attendu = dossier.enfant.date_prevue_naissance is not None
        ne = not dossier.enfant.a_naitre
        controler_admission(ne=ne, etait_attendu=attendu, acte_vu=not (ne and attendu) or acte_vu(dossier))
    cycle.controler_echeance(geste, jusqu_au, jour)
    return cycle.motif_retenu(geste, motif)


def _relire_les_pieces(dossier: Dossier, *, le: date) -> None:
    """While it was off the list its pieces moved: seen at last, or refused."""
    pieces = completude(dossier, le=le)
    if dossier.complet_le is None and pieces.jour:
        dossier.complet_le, dossier.complet_garde_le = dossier.complet_garde_le or pieces.jour, None
    elif dossier.complet_le and pieces.motif:
        dossier.complet_garde_le = cycle.jour_garde(dossier.complet_le, pieces.motif)
        dossier.complet_le = None


def _dater(
    dossier: Dossier, action: str, *, motif: str, maintenant: datetime, complet_le: date | None
) -> None:
    """Write the date each state requires, take away those of the state it leaves."""
    arrivee = cycle.ACTIONS[action].fleches[dossier.etat]
    if action == "completer":
        jour = complet_le or timezone.localdate(maintenant)
        dossier.complet_le, dossier.complet_garde_le = dossier.complet_garde_le or jour, None
    elif action == "rouvrir" and dossier.complet_le:
        dossier.complet_garde_le = cycle.jour_garde(dossier.complet_le, motif)
        dossier.complet_le = None
    if action in ("reactiver", "restaurer"):
        _compter_le_renouvellement(dossier, timezone.localdate(maintenant))
    if arrivee == cycle.ANONYMISE:
        dossier.anonymise_le = maintenant
        return
    dossier.suspendu_le = maintenant if arrivee == cycle.SUSPENDU else None
    dossier.admis_le = maintenant if arrivee == cycle.ADMIS else None
    clos = arrivee == cycle.CLOS
    dossier.clos_le, dossier.motif_cloture = (maintenant, motif) if clos else (None, "")


def _compter_le_renouvellement(dossier: Dossier, jour: date) -> None:
    """Coming back says the request holds: a renewal missed meanwhile is counted from today."""
    if dossier.a_renouveler_le and dossier.a_renouveler_le <= jour:
        dossier.a_renouveler_le = terme_renouvellement(jour, reglage("renouvellement", le=jour))


def _dates(dossier: Dossier) -> dict[str, Any]:
    return {nom: getattr(dossier, nom) for nom in _DATES}


def _details(dossier: Dossier, avant: dict[str, Any]) -> dict[str, str]:
    """What the history tells beside the states: the seniority that moved, the end of a suspension."""
    dits = {}
    if avant["complet_le"] != dossier.complet_le:
        dits["complet_le"] = dossier.complet_le.isoformat() if dossier.complet_le else ""
    if dossier.suspendu_jusqu_au:
        dits["jusqu_au"] = dossier.suspendu_jusqu_au.isoformat()
    return dits


def _suites(dossier: Dossier, action: str, avant: str, *, par: Agent | None, maintenant: datetime) -> None:
    """What follows a change of state: the points, and the twins a restored child had been parted from."""
    _ranger_points(dossier, avant, par=par, maintenant=maintenant)
    if action == "restaurer":
        refaire_le_groupe(dossier, par=par, maintenant=maintenant)


def _ranger_points(dossier: Dossier, avant: str, *, par: Agent | None, maintenant: datetime) -> None:
    """The live score exists exactly while the dossier is on the list."""
    if not dossier.en_attente:
        Cotation.objects.filter(dossier=dossier, courante=True).update(courante=False)
    elif avant not in cycle.EN_ATTENTE or cycle.INCOMPLET in (avant, dossier.etat):
        # Back on the list, complete at last or no longer: the rank's key holds the day of completeness.
        coter_dossier(dossier, par=par, maintenant=maintenant)
