"""The one door to take over a city's list of pending dossiers: all or nothing, one at a time."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import connection, transaction
from django.utils import timezone

from dossiers.models import ContenuReprise, EtatReprise, Reprise
from dossiers.queries.reprise import contexte_reprise
from dossiers.regles.reprise.bilan import Bilan
from dossiers.regles.reprise.colonnes import Colonnes, reconnaitre
from dossiers.services.lecture_fichier import Tableau
from dossiers.services.statistiques import TABLES_DE_LA_LISTE, tenir_apres
from guichet.acces import Personne
from guichet.erreurs import ErreurMetier

from .ecriture import Moment, ecrire
from .essai import preparer

# Two take-overs at once would each miss the other's lines: the second waits, then sees them.
VERROU = 7_214_001


def colonnes_confirmees(
    titres: Sequence[str], *, contenu: str, choisies: Mapping[str, Sequence[int]] | None = None
) -> Colonnes:
    """The columns of a file, once every doubt is settled.

    Raises ErreurMetier colonnes_en_double or colonnes_manquantes, saying which.
    """
    colonnes = reconnaitre(titres, contenu, choisies)
    if colonnes.doubles:
        detail = " ; ".join(
            f"{champ} : " + ", ".join(f"« {titres[p]} » (colonne {p + 1})" for p in positions)
            for champ, positions in colonnes.doubles.items()
        )
        raise ErreurMetier(
            "colonnes_en_double", f"Plusieurs colonnes pour un même champ, choisissez : {detail}."
        )
    if colonnes.manquantes:
        raise ErreurMetier(
            "colonnes_manquantes",
            "Ce fichier n’a pas de colonne pour " + ", ".join(colonnes.manquantes) + ". "
            "Vérifiez les titres, ou dites quelle colonne est laquelle.",
        )
    return colonnes


def essayer(tableau: Tableau, colonnes: Colonnes, *, maintenant: datetime, mairie_defaut: str = "") -> Bilan:
    """What taking the file over would do; nothing is written."""
    jour = timezone.localdate(maintenant)
    return preparer(
        tableau, colonnes, contexte=contexte_reprise(aujourd_hui=jour, mairie_defaut=mairie_defaut)
    ).bilan


@transaction.atomic
def reprendre(
    reprise: Reprise,
    tableau: Tableau,
    colonnes: Colonnes,
    *,
    par: Personne | None,
    maintenant: datetime,
    mairie_defaut: str = "",
) -> Bilan:
    """Write the accepted and repaired lines, all or none; the plan is made again under the lock.

    A second run of the same file writes nothing; a line already taken over under the same number with other
    values is listed and left alone.
    """
    verrouiller()
    jour = timezone.localdate(maintenant)
    contexte = contexte_reprise(aujourd_hui=jour, mairie_defaut=mairie_defaut)
    if not contexte.mairies.noms:
        raise ErreurMetier("sans_mairie", "Créez d’abord les mairies de proximité de la ville.")
    plan = preparer(tableau, colonnes, contexte=contexte)
    ecrire(plan, Moment(reprise, par, maintenant, jour))
    tenir_apres(plan.bilan.dossiers_crees, *TABLES_DE_LA_LISTE)
    clore_reprise(reprise, plan.bilan.en_json(), maintenant=maintenant)
    return plan.bilan


def verrouiller() -> None:
    """Wait for any other take-over to end, until the end of this transaction."""
    with connection.cursor() as curseur:
        curseur.execute("SELECT pg_advisory_xact_lock(%s)", [VERROU])


def deposer_reprise(
    *, contenu: str, nom_fichier: str, empreinte: str, par: Personne | None, maintenant: datetime
) -> Reprise:
    """Remember that a file was brought, before anything is read of it."""
    return Reprise.objects.create(
        contenu=ContenuReprise(contenu),
        nom_fichier=nom_fichier[:200],
        empreinte=empreinte,
        par=par.agent if par else None,
        deposee_le=maintenant,
    )


def clore_reprise(reprise: Reprise, rapport: dict[str, Any], *, maintenant: datetime) -> None:
    """Keep the report, forget the file."""
    oublier_fichier(reprise)
    reprise.rapport = rapport
    reprise.etat, reprise.appliquee_le = EtatReprise.APPLIQUEE, maintenant
    reprise.save(update_fields=["fichier", "rapport", "etat", "appliquee_le"])


def oublier_fichier(reprise: Reprise) -> None:
    """Delete the kept file once the transaction is sure; the caller saves the row."""
    if fichier := reprise.fichier.name:
        stockage = reprise.fichier.storage
        transaction.on_commit(lambda: stockage.delete(fichier))
        reprise.fichier = ""
