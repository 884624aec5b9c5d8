"""The rows a merge may write, photographed before and after: what the undo puts back."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db import models
from django.db.models import Q

from dossiers.models import (
    Admission,
    Besoin,
    Contact,
    DemandeUrgence,
    Dossier,
    Enfant,
    EnfantDesigne,
    Famille,
    Lien,
    LigneManuelle,
    LigneReprise,
    Note,
    PieceJustificative,
    Rapprochement,
    Responsable,
    SituationPartagee,
    Voeu,
)

Cle = tuple[str, int]
Photo = dict[Cle, dict[str, Any]]
Mouvement = dict[str, Any]

# The state moves through its own door and the version only goes up.
_HORS_PHOTO = {
    "Dossier": {"etat", "version", "clos_le", "motif_cloture", "suspendu_le", "suspendu_jusqu_au"},
    "Famille": {"version"},
}
MODELES: dict[str, type[models.Model]] = {
    modele.__name__: modele
    for modele in (
        *(Famille, Responsable, Enfant, Dossier, PieceJustificative, Besoin, Voeu, Contact, LigneManuelle),
        *(Admission, LigneReprise, Rapprochement, Note, SituationPartagee, Lien, DemandeUrgence),
        EnfantDesigne,
    )
}


_DU_DOSSIER = (
    *(Besoin, Voeu, Contact, LigneManuelle, LigneReprise, Note, SituationPartagee, DemandeUrgence),
    EnfantDesigne,
)


def photographier(garde: Dossier, absorbe: Dossier) -> Photo:
    """Every row of the two dossiers, their children and their households."""
    familles, enfants = {garde.famille_id, absorbe.famille_id}, {garde.enfant_id, absorbe.enfant_id}
    foyer = Dossier.objects.filter(Q(famille__in=familles) | Q(enfant__in=enfants))
    deux = Q(dossier__in=(garde.pk, absorbe.pk))
    lots: list[models.QuerySet[Any]] = [
        Famille.objects.filter(pk__in=familles),
        Responsable.objects.filter(famille__in=familles),
        Enfant.objects.filter(famille__in=familles),
        foyer,
        PieceJustificative.objects.filter(deux | Q(famille__in=familles)),
        *(m.objects.filter(deux) for m in _DU_DOSSIER),  # type: ignore[attr-defined]
        Lien.objects.filter(famille__in=familles),
        Admission.objects.filter(deux | Q(enfant__in=enfants)),
        Rapprochement.objects.filter(deux | Q(autre__in=(garde.pk, absorbe.pk))),
    ]
    photo = {(ligne.__class__.__name__, ligne.pk): valeurs(ligne) for lot in lots for ligne in lot}
    for (modele, pk), champs in photo.items():
        if modele == "Dossier" and pk not in (garde.pk, absorbe.pk):
            # A brother made complete by the household's pieces stays complete.
            del champs["complet_le"], champs["complet_garde_le"]
    return photo


def mouvements(avant: Photo, apres: Photo) -> list[Mouvement]:
    """What changed from one picture to the other: the fields written, the rows made or removed."""
    lignes = []
    for cle in dict.fromkeys((*avant, *apres)):
        a, b = avant.get(cle), apres.get(cle)
        if a == b:
            continue
        if a is not None and b is not None:
            a, b = ({nom: v[nom] for nom in v if avant[cle][nom] != apres[cle][nom]} for v in (a, b))
        lignes.append({"modele": cle[0], "pk": cle[1], "avant": a, "apres": b})
    return lignes


def valeurs(ligne: models.Model) -> dict[str, Any]:
    """The stored fields of a row, as JSON keeps them."""
    tus = _HORS_PHOTO.get(ligne.__class__.__name__, set())
    return {c.attname: _ecrire(getattr(ligne, c.attname)) for c in _champs(type(ligne)) if c.name not in tus}


def lues(modele: type[models.Model], valeurs: dict[str, Any]) -> dict[str, Any]:
    """The same values as the model holds them."""
    return {c.attname: c.to_python(valeurs[c.attname]) for c in _champs(modele) if c.attname in valeurs}


def _champs(modele: type[models.Model]) -> list[Any]:
    return [c for c in modele._meta.concrete_fields if not c.primary_key and not c.generated]


def _ecrire(valeur: Any) -> Any:
    if isinstance(valeur, date | datetime):
        return valeur.isoformat()
    return str(valeur) if isinstance(valeur, Decimal) else valeur
