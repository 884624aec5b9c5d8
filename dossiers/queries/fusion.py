"""What merging two dossiers would do: the page tells it, the service does it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db.models import Model, Q

from dossiers.models import (
    Admission,
    Contact,
    Dossier,
    EtatPiece,
    Famille,
    Fusion,
    LigneManuelle,
    PieceJustificative,
    Responsable,
)
from dossiers.regles import fusion as regle
from dossiers.regles.fusion import ABSORBE, Adulte, Demande, Piece
from structures.queries import reglage

# The fields each choice takes from one dossier or the other.
CHAMPS_ENFANT = ("nom", "prenom", "sexe", "date_naissance", "date_prevue_naissance")
CHAMPS_COORDONNEES = (
    *("adresse", "complement", "code_postal", "commune", "telephone", "telephone_2", "courriel"),
    *("contact_relais", "activite", "heures_hebdo"),
)
CHAMPS_FOYER = (
    *("numero_allocataire", "regime", "situation", "enfants_a_charge", "enfants_moins_3_ans"),
    *("quotient_familial", "ressources_mensuelles", "faits"),
)
CHAMPS_DEMANDE = ("solution", "faits")
CHAMPS_SUIVI = ("mairie_id", "quartier_id")
CHAMPS_BESOIN = (
    *("type", "entree_le", "tolerance_jours", "rythme", "demi_journees", "demi_journees_b"),
    *("horaires", "horaires_b", "heures_semaine", "alternatives"),
    *("nombre_min", "nombre_max", "planning_jours", "titulaires", "titulaires_b"),
)
CHAMPS_PIECE = (
    *("obligatoire", "etat", "equivalent", "vue_le", "vue_par_id", "mairie_id", "valide_jusqu_au"),
    "motif_refus",
)


@dataclass(frozen=True)
class Report:
    """One piece of the absorbed side, and the piece it replaces on the kept side."""

    piece: PieceJustificative
    remplace: PieceJustificative | None = None


@dataclass(frozen=True)
class Plan:
    """Everything a merge moves; `perdues` are proofs of facts that are not the ones kept."""

    garde: Dossier
    absorbe: Dossier
    choix: dict[str, str]
    depose_le: date
    complet_le: date | None
    passages: int
    refus: int
    un_foyer: bool
    protege: bool
    reports: list[Report] = field(default_factory=list)
    perdues: list[PieceJustificative] = field(default_factory=list)
    communs: list[tuple[Responsable, Responsable]] = field(default_factory=list)
    ajoutes: list[Responsable] = field(default_factory=list)
    laisses: list[Responsable] = field(default_factory=list)
    fratrie: list[Dossier] = field(default_factory=list)
    anciens: list[Dossier] = field(default_factory=list)
    contacts: int = 0
    admissions: int = 0
    lignes: list[LigneManuelle] = field(default_factory=list)

    def pris_a(self, groupe: str) -> Dossier:
        return self.absorbe if self.choix[groupe] == ABSORBE else self.garde


def demande_de(dossier: Dossier) -> Demande:
    return Demande(
        numero=dossier.numero,
        etat=dossier.etat,
        nature=dossier.nature,
        depose_le=dossier.depose_le,
        complet_le=dossier.complet_le,
        dit_le=dossier.renouvele_le or dossier.depose_le,
        jour_garde=dossier.complet_garde_le,
    )


def dans_l_ordre(a: Dossier, b: Dossier) -> tuple[Dossier, Dossier]:
    """The dossier to keep, then the one to absorb."""
    return (a, b) if regle.dans_l_ordre(demande_de(a), demande_de(b)) else (b, a)


def adultes_de(famille: Famille) -> list[Adulte]:
    return [adulte(r) for r in famille.responsables.all()]


def adulte(responsable: Responsable) -> Adulte:
    telephones = tuple(t for t in (responsable.telephone, responsable.telephone_2) if t)
    return Adulte(responsable.nom, responsable.prenom, telephones, responsable.courriel)


def meme_foyer(a: Famille, b: Famille) -> bool:
    if a.pk == b.pk:
        return True
    return regle.meme_foyer(
        adultes_de(a), adultes_de(b), numero_caf=a.numero_allocataire, autre_caf=b.numero_allocataire
    )


def plan_fusion(garde: Dossier, absorbe: Dossier, *, choix: Mapping[str, str], le: date) -> Plan:
    """Read the merge of `absorbe` into `garde`. Raises ErreurMetier when the rule refuses it."""
    a, b = demande_de(garde), demande_de(absorbe)
    regle.verifier(a, b)
    lus = regle.lire_choix(choix, regle.choix_par_defaut(a, b))
    un_foyer = meme_foyer(garde.famille, absorbe.famille)
    communs, ajoutes, laisses = _responsables(garde, absorbe)
    plan = Plan(
        garde,
        absorbe,
        lus,
        depose_le=min(a.depose_le, b.depose_le),
        complet_le=regle.complet_depuis(a, b),
        passages=max(garde.nb_passages, absorbe.nb_passages),
        refus=garde.nb_refus_offre + absorbe.nb_refus_offre,
        un_foyer=un_foyer,
        protege=garde.protege or absorbe.protege,
        communs=communs,
        ajoutes=ajoutes,
        laisses=laisses,
        fratrie=_fratrie(garde, absorbe) if un_foyer else [],
        anciens=list(Dossier.objects.filter(enfant=absorbe.enfant_id).exclude(pk__in=(garde.pk, absorbe.pk))),
        contacts=Contact.objects.filter(dossier=absorbe).count(),
        admissions=Admission.objects.filter(Q(enfant=absorbe.enfant_id) | Q(dossier=absorbe))
        .exclude(enfant=garde.enfant_id, dossier=garde)
        .count(),
        lignes=_lignes_manuelles(garde, absorbe),
    )
    _lire_pieces(plan, le)
    return plan


def _responsables(
    garde: Dossier, absorbe: Dossier
) -> tuple[list[tuple[Responsable, Responsable]], list[Responsable], list[Responsable]]:
    """Those both know, those the kept household gains, those it has no room for."""
    if garde.famille_id == absorbe.famille_id:
        return [], [], []
    connus = list(garde.famille.responsables.all())
    communs, autres = [], []
    for autre in absorbe.famille.responsables.all():
        meme = next((r for r in connus if regle.meme_adulte(adulte(r), adulte(autre))), None)
        if meme:
            communs.append((meme, autre))
        else:
            autres.append(autre)
    place = max(0, 2 - len(connus))
    return communs, autres[:place], autres[place:]


def _fratrie(garde: Dossier, absorbe: Dossier) -> list[Dossier]:
    """The other children's dossiers that follow when the two households are one."""
    if garde.famille_id == absorbe.famille_id:
        return []
    autres = Dossier.objects.filter(famille=absorbe.famille_id).exclude(enfant=absorbe.enfant_id)
    return list(autres.select_related("enfant").order_by("pk"))


def _lignes_manuelles(garde: Dossier, absorbe: Dossier) -> list[LigneManuelle]:
    deja = set(garde.lignes_manuelles.values_list("critere", flat=True))
    return [ligne for ligne in absorbe.lignes_manuelles.all() if ligne.critere not in deja]


def differe(a: Model, b: Model, champs: tuple[str, ...]) -> bool:
    return any(getattr(a, nom) != getattr(b, nom) for nom in champs)


def _lire_pieces(plan: Plan, le: date) -> None:
    """The best showing of each piece; a proof of facts goes with the facts kept, and only with them."""
    obligatoires = set(reglage("pieces_obligatoires", le=le))
    porteurs: list[tuple[dict[str, Any], dict[str, Any], str, bool]] = [
        (
            {"dossier": plan.garde},
            {"dossier": plan.absorbe},
            "demande",
            differe(plan.garde, plan.absorbe, CHAMPS_DEMANDE),
        )
    ]
    if plan.garde.famille_id != plan.absorbe.famille_id:
        dits_autrement = not plan.un_foyer or differe(plan.garde.famille, plan.absorbe.famille, CHAMPS_FOYER)
        porteurs.append(
            ({"famille": plan.garde.famille}, {"famille": plan.absorbe.famille}, "foyer", dits_autrement)
        )
    for garde, absorbe, groupe, dits_autrement in porteurs:
        connues = {p.code: p for p in PieceJustificative.objects.filter(**garde)}
        autres = {p.code: p for p in PieceJustificative.objects.filter(**absorbe, etat=EtatPiece.VUE)}
        pris_a_l_absorbe = plan.choix[groupe] == ABSORBE
        for code, piece in sorted(autres.items()):
            deja = connues.get(code)
            libre = code in obligatoires or not dits_autrement
            mieux = deja is None or regle.vaut_mieux(_piece(piece), _piece(deja))
            if (libre and mieux) or (not libre and pris_a_l_absorbe):
                plan.reports.append(Report(piece, deja))
        if dits_autrement and pris_a_l_absorbe:
            plan.perdues.extend(
                p
                for c, p in sorted(connues.items())
                if c not in obligatoires | set(autres) and p.etat == "vue"
            )


def _piece(piece: PieceJustificative) -> Piece:
    return Piece(piece.etat, piece.valide_jusqu_au, piece.vue_le)


def fusion_active(dossier: Dossier) -> Fusion | None:
    """The merge that absorbed this dossier, if it stands."""
    absorptions = Fusion.objects.filter(absorbe=dossier, defaite_le__isnull=True)
    return absorptions.select_related("garde", "absorbe", "par", "mairie").first()


def absorbes_par(dossier: Dossier) -> list[Fusion]:
    """The merges of which this dossier is what was kept."""
    actives = Fusion.objects.filter(garde=dossier, defaite_le__isnull=True)
    return list(actives.select_related("absorbe", "garde", "par").order_by("-le"))
