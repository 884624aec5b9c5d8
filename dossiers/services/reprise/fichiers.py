"""A file brought to the page: kept in private until it is applied or given up, then forgotten."""

import hashlib
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from django.core.files.base import ContentFile
from django.db import transaction
from django.urls import reverse

from dossiers.models import ContenuReprise, EtatReprise, Reprise
from dossiers.regles.reprise.colonnes import Colonnes, reconnaitre
from dossiers.services.lecture_fichier import Tableau, lire_tableau
from guichet.acces import Personne
from guichet.erreurs import ErreurMetier
from guichet.texte import accord
from structures.services.taches import avancer, suivre

from . import dossiers, presents

OUBLI = timedelta(days=30)
EXEMPLES = 3


def deposer_fichier(
    octets: bytes, *, contenu: str, nom_fichier: str, par: Personne, maintenant: datetime
) -> Reprise:
    """Keep a file that can be read. Files left aside for a month are forgotten meanwhile.

    Raises ErreurMetier (champ `fichier`) when it is not a table of anything.
    """
    lire_tableau(octets, contenu=contenu)
    for vieille in _ouvertes().filter(deposee_le__lt=maintenant - OUBLI):
        abandonner(vieille, par=None, maintenant=maintenant)
    empreinte = hashlib.sha256(octets).hexdigest()
    reprise = dossiers.deposer_reprise(
        contenu=contenu, nom_fichier=nom_fichier, empreinte=empreinte, par=par, maintenant=maintenant
    )
    reprise.fichier.save(f"{empreinte[:16]}.bin", ContentFile(octets))
    return reprise


def _ouvertes() -> Any:
    return Reprise.objects.filter(etat__in=[EtatReprise.DEPOSEE, EtatReprise.ESSAYEE])


def tableau_de(reprise: Reprise) -> Tableau:
    """The file of an open take-over.

    Raises ErreurMetier reprise_finie once it has been applied or given up.
    """
    if not reprise.fichier:
        raise ErreurMetier("reprise_finie", "Ce fichier a été oublié : déposez-le de nouveau.")
    with reprise.fichier.open("rb") as fichier:
        return lire_tableau(fichier.read(), contenu=reprise.contenu)


def colonnes_proposees(reprise: Reprise, titres: Sequence[str]) -> Colonnes:
    """The columns as a person confirmed them, else as their headings say."""
    return reconnaitre(titres, reprise.contenu, reprise.colonnes.get("champs"))


def confirmer_colonnes(
    reprise: Reprise, positions: Mapping[str, Sequence[int]], *, mairie: str, par: Personne
) -> Reprise:
    """Keep which column feeds which field, and the counter of the lines that name none."""
    if reprise.etat not in (EtatReprise.DEPOSEE, EtatReprise.ESSAYEE):
        raise ErreurMetier("reprise_finie", "Cette reprise est terminée : déposez le fichier de nouveau.")
    reprise.colonnes = {"champs": {c: list(p) for c, p in positions.items()}, "mairie": mairie}
    reprise.etat, reprise.rapport = EtatReprise.DEPOSEE, {}
    reprise.save(update_fields=["colonnes", "etat", "rapport"])
    return reprise


def essayer_reprise(
    reprise: Reprise, *, maintenant: datetime, etape: Callable[[int], None] = lambda _: None
) -> dict[str, Any]:
    """The dry run of a kept file; only its report is written."""
    tableau, colonnes = _lire(reprise)
    etape(1)
    if reprise.contenu == ContenuReprise.PRESENTS:
        rapport = presents.essayer(tableau, colonnes, maintenant=maintenant).en_json()
    else:
        bilan = dossiers.essayer(
            tableau, colonnes, maintenant=maintenant, mairie_defaut=reprise.colonnes.get("mairie", "")
        )
        rapport = bilan.en_json()
    etape(2)
    reprise.rapport, reprise.etat = rapport, EtatReprise.ESSAYEE
    reprise.save(update_fields=["rapport", "etat"])
    return rapport


@transaction.atomic
def appliquer_reprise(
    reprise: Reprise,
    *,
    par: Personne | None,
    maintenant: datetime,
    etape: Callable[[int], None] = lambda _: None,
) -> dict[str, Any]:
    """Write what the dry run said, all or nothing.

    Raises ErreurMetier reprise_non_essayee before a dry run or after an application.
    """
    fraiche = Reprise.objects.select_for_update().get(pk=reprise.pk)
    if fraiche.etat != EtatReprise.ESSAYEE:
        raise ErreurMetier("reprise_non_essayee", "Cette reprise est déjà appliquée, ou pas encore essayée.")
    tableau, colonnes = _lire(fraiche)
    etape(1)
    if fraiche.contenu == ContenuReprise.PRESENTS:
        rapport = presents.appliquer(
            fraiche,
            tableau,
            colonnes,
            confirmee=fraiche.rapport["empreinte"],
            par=par,
            maintenant=maintenant,
        ).en_json()
    else:
        rapport = dossiers.reprendre(
            fraiche,
            tableau,
            colonnes,
            par=par,
            maintenant=maintenant,
            mairie_defaut=fraiche.colonnes.get("mairie", ""),
        ).en_json()
    etape(2)
    return rapport


def _lire(reprise: Reprise) -> tuple[Tableau, Colonnes]:
    tableau = tableau_de(reprise)
    choisies = reprise.colonnes.get("champs")
    return tableau, dossiers.colonnes_confirmees(tableau.titres, contenu=reprise.contenu, choisies=choisies)


def abandonner(reprise: Reprise, *, par: Personne | None, maintenant: datetime) -> None:
    """Give a take-over up and forget its file and its report."""
    if reprise.etat == EtatReprise.APPLIQUEE:
        raise ErreurMetier("reprise_finie", "Cette reprise est déjà appliquée.")
    dossiers.oublier_fichier(reprise)
    reprise.rapport, reprise.etat = {}, EtatReprise.ABANDONNEE
    reprise.save(update_fields=["fichier", "rapport", "etat"])


def exemples(tableau: Tableau) -> list[list[str]]:
    """For each column, its first different cells: enough to recognise it."""
    premieres = [ligne.cellules for ligne in tableau.lignes[:50]]
    remplies = [
        [cellules[p] for cellules in premieres if p < len(cellules) and cellules[p].strip()]
        for p in range(len(tableau.titres))
    ]
    return [list(dict.fromkeys(valeurs))[:EXEMPLES] for valeurs in remplies]


def executer_essai(tache_id: str, *, reprise_id: int, maintenant: datetime) -> None:
    """Body of the job that tries a kept file, with its progress."""
    with suivre(tache_id, total=2) as tache:
        reprise = Reprise.objects.get(pk=reprise_id)
        rapport = essayer_reprise(reprise, maintenant=maintenant, etape=partial(avancer, tache))
        tache.message = (
            f"{accord(rapport['lignes'], 'ligne lue,lignes lues')}, "
            f"dont {accord(len(rapport['refusees']), 'refusée,refusées')}."
        )
        tache.resultat = {"url": _adresse(reprise), "libelle": "Lire le rapport de l’essai"}


def executer_application(
    tache_id: str, *, reprise_id: int, par: Personne | None, maintenant: datetime
) -> None:
    """Body of the job that applies a tried file, with its progress."""
    with suivre(tache_id, total=2) as tache:
        reprise = Reprise.objects.get(pk=reprise_id)
        rapport = appliquer_reprise(reprise, par=par, maintenant=maintenant, etape=partial(avancer, tache))
        if "differences" in rapport:
            nombre = len(rapport["differences"])
            tache.message = (
                f"{nombre} différence{'s' if nombre > 1 else ''} appliquée{'s' if nombre > 1 else ''}."
            )
        else:
            nombre = rapport["dossiers_crees"]
            tache.message = f"{accord(nombre, 'dossier créé,dossiers créés')}."
        tache.resultat = {"url": _adresse(reprise), "libelle": "Voir le résultat"}


def _adresse(reprise: Reprise) -> str:
    return reverse("dossiers:reprise_detail", args=[reprise.pk])
