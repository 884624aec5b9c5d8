"""What « Que répondre au téléphone » is told of a dossier."""

from collections.abc import Sequence
from datetime import date

from django.db.models import Count, F, IntegerField, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce
from django.utils import timezone

from dossiers.models import (
    Besoin,
    Dossier,
    EtatDossier,
    EtatPiece,
    LigneVoeu,
    NatureDossier,
    TypeBesoin,
)
from dossiers.queries.fiche import LigneVoeu as LigneChoix
from dossiers.queries.fiche import besoin_principal, voeux_dits
from dossiers.queries.fiche_pieces import pieces_de
from dossiers.regles.reponse import NEUTRE, ChoixDit, FaitsReponse, Reponse, reponse
from structures.queries import reglage

_CLASSE = "2"


def reponse_de(
    dossier: Dossier,
    *,
    besoins: Sequence[Besoin],
    choix: Sequence[LigneChoix],
    seance: date | None = None,
    le: date,
) -> Reponse:
    """The three sentences on `dossier`: no query for a protected one, two at most for the others.

    `besoins` and `choix` are those the page already read; `dossier.famille` and `.enfant` are selected.
    """
    if dossier.protege:
        return NEUTRE
    places = _places(dossier) if dossier.etat == EtatDossier.ACTIF else {}
    besoin = besoin_principal(besoins)
    return reponse(
        FaitsReponse(
            etat=dossier.etat,
            jour=le,
            complet_le=dossier.complet_le,
            manquantes=_manquantes(dossier, le) if dossier.etat == EtatDossier.INCOMPLET else (),
            choix=tuple(
                ChoixDit(
                    ligne.voeu.rang,
                    places[ligne.voeu.structure_id][0] if ligne.voeu.structure_id in places else None,
                    ligne.possible_le,
                    ligne.trop_grand,
                )
                for ligne in choix
            ),
            regulier=besoin is None or besoin.type == TypeBesoin.REGULIER,
            a_naitre=dossier.enfant.a_naitre,
            transfert=dossier.nature == NatureDossier.MUTATION,
            a_verifier=any(reste for _, reste in places.values()),
            tolerance_jours=besoin.tolerance_jours if besoin else 0,
            a_renouveler_le=dossier.a_renouveler_le,
            clos_le=timezone.localdate(dossier.clos_le) if dossier.clos_le else None,
            motif_cloture=dossier.motif_cloture,
            seance=seance,
        )
    )


def reponse_au_numero(dossier: Dossier, *, seance: date | None, le: date) -> Reponse:
    """The same sentences for someone who has the number only: nothing else was read of the dossier."""
    if dossier.protege:
        return NEUTRE
    besoins = list(dossier.besoins.all())
    return reponse_de(
        dossier, besoins=besoins, choix=voeux_dits(dossier, besoins, None, frozenset()), seance=seance, le=le
    )


def _places(dossier: Dossier) -> dict[int, tuple[int | None, bool]]:
    """By structure: ranked children ahead, protected ones left out for everybody; anything left to verify."""
    complements = Q(ligne__nature=NatureDossier.COMPLEMENT)
    devant = (
        LigneVoeu.objects.filter(
            complements if dossier.nature == NatureDossier.COMPLEMENT else ~complements,
            structure=OuterRef("structure"),
            cle__lt=OuterRef("cle"),
            ligne__protegee=False,
        )
        .order_by()
        .values("structure")
        .annotate(nombre=Count("pk"))
        .values("nombre")
    )
    lignes = (
        LigneVoeu.objects.filter(ligne=dossier.pk, cle__lt=_CLASSE)
        .annotate(
            devant=Coalesce(Subquery(devant, output_field=IntegerField()), 0),
            reste=F("declare") - F("verifie"),
        )
        .values_list("structure_id", "devant", "reste")
    )
    return {structure: (avant, reste > 0) for structure, avant, reste in lignes}


def _manquantes(dossier: Dossier, le: date) -> tuple[str, ...]:
    """The compulsory papers not seen yet, in the order of the setting."""
    vues = {
        p.code
        for p in pieces_de(dossier)
        if p.etat == EtatPiece.VUE and (p.valide_jusqu_au is None or p.valide_jusqu_au >= le)
    }
    return tuple(code for code in reglage("pieces_obligatoires", le=le) if code not in vues)
