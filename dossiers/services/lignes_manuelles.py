"""Points a person gives: within the bounds of a criterion, signed, with a coded reason, scored at once."""

from datetime import datetime

from django.db import transaction

from dossiers.models import ActionJournal, Dossier, LigneManuelle, MotifLigneManuelle
from dossiers.queries.grilles import grille_pure, version_en_vigueur
from dossiers.regles.situation import controler_points_manuels
from dossiers.services.cotation import coter_dossier
from dossiers.services.journal import journaliser
from guichet.erreurs import ErreurMetier
from structures.models import Agent, Mairie


def poser_ligne_manuelle(
    dossier: Dossier,
    *,
    critere: str,
    points: int,
    motif: str,
    par: Agent,
    maintenant: datetime,
    mairie: Mairie | None = None,
) -> LigneManuelle:
    """Give a bounded manual line its points, with an author and a coded reason, and score again.

    Raises ErreurMetier on the field `critere`, `points` or `motif`.
    """
    version = version_en_vigueur()
    if version is None:
        raise ErreurMetier("sans_grille", "Aucune grille n’est en vigueur.", champ="critere")
    if motif not in MotifLigneManuelle.values:
        raise ErreurMetier("motif_inconnu", "Choisissez un motif de la liste.", champ="motif")
    try:
        controler_points_manuels(grille_pure(version), critere, points)
    except ErreurMetier as faute:
        champ = "critere" if (faute.champ or "").endswith("critere") else "points"
        message = faute.message.removeprefix(faute.champ or "").lstrip(" \u00a0\u202f:") + "."
        raise ErreurMetier("ligne_manuelle", message, champ=champ) from None
    with transaction.atomic():
        frais = Dossier.objects.select_for_update(of=("self",), no_key=True).get(pk=dossier.pk)
        if not frais.en_attente:
            message = "Ce dossier n’est plus sur la liste : il ne reçoit plus de points."
            raise ErreurMetier("hors_liste", message)
        ligne, _ = LigneManuelle.objects.update_or_create(
            dossier=frais,
            critere=critere,
            defaults={"points": points, "motif": motif, "auteur": par, "posee_le": maintenant},
        )
        coter_dossier(frais, par=par, maintenant=maintenant)
        _noter("posee", ligne, par=par, maintenant=maintenant, mairie=mairie)
    return ligne


def retirer_ligne_manuelle(
    dossier: Dossier, *, critere: str, par: Agent, maintenant: datetime, mairie: Mairie | None = None
) -> bool:
    """Take a manual line away, and score again; False when there is none. History keeps who gave it."""
    with transaction.atomic():
        ligne = LigneManuelle.objects.select_for_update().filter(dossier=dossier, critere=critere).first()
        if ligne is None:
            return False
        _noter("retiree", ligne, par=par, maintenant=maintenant, mairie=mairie)
        ligne.delete()
        coter_dossier(dossier, par=par, maintenant=maintenant)
    return True


def _noter(
    quoi: str, ligne: LigneManuelle, *, par: Agent, maintenant: datetime, mairie: Mairie | None
) -> None:
    """The journal tells the points and the reason, not the criterion: its name may be protected."""
    journaliser(
        ActionJournal.COTATION,
        par=par,
        mairie=mairie,
        maintenant=maintenant,
        dossier=ligne.dossier,
        objet=f"ligne_{quoi}",
        motif=ligne.motif,
        details={"points": ligne.points},
    )
