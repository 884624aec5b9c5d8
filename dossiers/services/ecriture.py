"""From an entry to rows: what depositing and changing a dossier share. Every write is in bulk."""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import date, datetime
from typing import Any

from django.db import connection

from dossiers.models import (
    Besoin,
    Dossier,
    EtatPiece,
    Famille,
    PieceJustificative,
    Responsable,
    Voeu,
)
from dossiers.queries.saisie import Cadre, constats_de
from dossiers.regles import recevabilite
from dossiers.regles.besoin import Horaires, horaire_ordinaire
from dossiers.regles.pieces import PREUVES, fin_de_validite
from dossiers.regles.saisie import (
    Saisie,
    SaisiePiece,
    piece_de_l_enfant,
)
from guichet.erreurs import ErreurMetier
from structures.models import Agent, Mairie

CHAMPS_RESPONSABLE = tuple(
    f.name
    for f in Responsable._meta.concrete_fields
    if f.name not in ("id", "famille", "rang") and not f.name.endswith("_cle") and f.name != "cle_identite"
)
COLONNES_FAMILLE = (
    *("numero_allocataire", "regime", "situation", "enfants_a_charge", "enfants_moins_3_ans"),
    *("quotient_familial", "ressources_mensuelles"),
)


def refuser_si_irrecevable(saisie: Saisie, cadre: Cadre) -> None:
    """Raise the first thing that blocks; a page shows them all before coming here."""
    for constat in recevabilite.bloquants(constats_de(saisie, cadre)):
        raise ErreurMetier(constat.code, constat.message, champ=constat.champ)


def prochains_numeros(combien: int, annee: int) -> list[str]:
    """Numbers AAAA-NNNNNN never given before, in one query."""
    with connection.cursor() as curseur:
        curseur.execute("SELECT nextval('dossiers_numero_seq') FROM generate_series(1, %s)", [combien])
        return [f"{annee}-{n:06d}" for (n,) in curseur.fetchall()]


def poser_foyer(famille: Famille, saisie: Saisie, *, maintenant: datetime) -> bool:
    """Write the household's own columns on the instance; True when something changed."""
    avant = _valeurs_foyer(famille)
    for nom in COLONNES_FAMILLE:
        setattr(famille, nom, getattr(saisie, nom))
    famille.faits = dict(saisie.faits_foyer)
    if famille.protegee and not saisie.protegee and famille.pk:
        raise ErreurMetier(
            "protection_a_part",
            "Une protection ne se lève pas ici\u202f: passez par sa page «\u00a0Protection\u00a0».",
            champ="protegee",
        )
    if saisie.protegee and not famille.protegee:
        famille.protegee, famille.protegee_le = True, maintenant
    return _valeurs_foyer(famille) != avant


def _valeurs_foyer(famille: Famille) -> tuple[Any, ...]:
    return (*(getattr(famille, nom) for nom in COLONNES_FAMILLE), dict(famille.faits), famille.protegee)


def responsables_de(famille: Famille, saisie: Saisie) -> list[Responsable]:
    """Unsaved rows of the adults, keys normalised, first one first."""
    adultes = []
    for rang, saisi in enumerate(saisie.responsables, 1):
        adulte = Responsable(famille=famille, rang=rang, **asdict(saisi))
        adulte.normaliser()
        adultes.append(adulte)
    return adultes


def besoins_de(dossier: Dossier, saisie: Saisie) -> list[Besoin]:
    return [
        Besoin(
            dossier=dossier,
            type=b.type,
            entree_le=b.entree_le,
            tolerance_jours=b.tolerance_jours,
            rythme=b.rythme,
            demi_journees=list(b.demi_journees),
            demi_journees_b=list(b.demi_journees_b),
            horaires=horaires_en_json(b.demi_journees, b.horaires),
            horaires_b=horaires_en_json(b.demi_journees_b, b.horaires_b),
            nombre_min=b.nombre_min,
            nombre_max=b.nombre_max,
            planning_jours=b.planning_jours,
            titulaires=list(b.titulaires),
            titulaires_b=list(b.titulaires_b),
            heures_semaine=b.heures_semaine,
            alternatives=[list(semaine) for semaine in b.alternatives],
        )
        for b in saisie.besoins
    ]


def horaires_en_json(semaine: Sequence[int], horaires: Horaires) -> dict[str, list[str]]:
    return {str(c): list(horaires.get(c) or horaire_ordinaire(c)) for c in semaine}


def voeux_de(dossier: Dossier, saisie: Saisie) -> list[Voeu]:
    return [Voeu(dossier=dossier, rang=rang, structure_id=pk) for rang, pk in enumerate(saisie.voeux, 1)]


def pieces_de(
    dossiers: Sequence[Dossier],
    saisie: Saisie,
    *,
    obligatoires: Sequence[str],
    par: Agent | None,
    mairie: Mairie,
) -> list[PieceJustificative]:
    """Unsaved rows: every compulsory piece, seen or awaited, and the proofs shown or expected."""
    dites = [*saisie.pieces]
    nommees = {p.code for p in dites}
    dites += [SaisiePiece(code) for code in obligatoires if code not in nommees]
    lignes: dict[tuple[int | None, str], PieceJustificative] = {}
    for piece in dites:
        communs = {
            "code": piece.code,
            "obligatoire": piece.code in obligatoires,
            "etat": EtatPiece.VUE if piece.vue_le else EtatPiece.ATTENDUE,
            "equivalent": piece.equivalent if piece.vue_le else "",
            "vue_le": piece.vue_le,
            "vue_par": par if piece.vue_le else None,
            "mairie": mairie if piece.vue_le else None,
            "valide_jusqu_au": _fin(piece),
        }
        if not piece_de_l_enfant(piece.code):
            lignes[None, piece.code] = PieceJustificative(famille=dossiers[0].famille, **communs)
            continue
        for rang, dossier in enumerate(dossiers):
            if piece.enfant in (None, rang):
                lignes[rang, piece.code] = PieceJustificative(dossier=dossier, **communs)
    return list(lignes.values())


def _fin(piece: SaisiePiece) -> date | None:
    """The last day it proves anything: the one said, else the one of its kind."""
    if piece.valide_jusqu_au or piece.vue_le is None:
        return piece.valide_jusqu_au
    return fin_de_validite(piece.code, piece.equivalent, piece.vue_le) if piece.code in PREUVES else None


def pieces_vues(saisie: Saisie, rang: int) -> tuple[SaisiePiece, ...]:
    """The pieces seen for one child of the birth: the household's and its own."""
    return tuple(p for p in saisie.pieces if p.vue_le and p.enfant in (None, rang))
