"""Everything the dossier's page shows, read once, already masked: a template never decides who sees what."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Q
from django.utils import timezone

from dossiers.acces import Regard, contacts_visibles
from dossiers.models import (
    Admission,
    Besoin,
    Contact,
    Cotation,
    Dossier,
    EtatDossier,
    EtatGrille,
    Fusion,
    Journal,
    MotifCloture,
    Note,
    Rapprochement,
    Responsable,
    StatutRapprochement,
    TypeBesoin,
    Voeu,
)
from dossiers.queries.fiche_pieces import LignePiece, LignePoints, lignes_et_pieces
from dossiers.queries.fusion import absorbes_par, fusion_active
from dossiers.queries.historique import Evenement, evenements, sans_reserves
from dossiers.regles import cycle
from structures.queries import reglage
from structures.regles.ages import premiere_date_possible, section_a_date, texte_age

PREAVIS_RENOUVELLEMENT = timedelta(days=30)
CONTACTS, EVENEMENTS = 10, 8


@dataclass(frozen=True)
class LigneVoeu:
    """One choice: the section that would take the child at entry, or from when one will."""

    voeu: Voeu
    section: str
    possible_le: date | None
    mienne: bool
    verifie: int | None
    declare: int | None

    trop_grand: bool = False


@dataclass(frozen=True)
class Fiche:
    """A dossier as one person may see it; what is masked is absent, not hidden."""

    dossier: Dossier
    regard: Regard
    besoins: Sequence[Besoin]
    cotation: Cotation | None
    age_entree: str = ""
    voeux: Sequence[LigneVoeu] = ()
    responsables: Sequence[Responsable] = ()
    jumeaux: Sequence[Dossier] = ()
    fratrie: Sequence[Dossier] = ()
    lignes: Sequence[LignePoints] = ()
    pieces: Sequence[LignePiece] = ()
    contacts: Sequence[Contact] = ()
    histoire: Sequence[Evenement] = ()
    rapprochements: Sequence[tuple[int, Dossier]] = ()
    places: Sequence[Admission] = ()
    fusions: Sequence[Fusion] = ()
    fusion_dans: Fusion | None = None
    notes: Sequence[Note] = ()
    renouvellement_proche: bool = False
    # What an admitted child may ask to leave, or to complete.
    place_a_suivre: Admission | None = None

    @property
    def besoin(self) -> Besoin | None:
        return besoin_principal(self.besoins)

    @property
    def obligatoires(self) -> list[LignePiece]:
        return [p for p in self.pieces if p.obligatoire]

    @property
    def preuves(self) -> list[LignePiece]:
        return [p for p in self.pieces if not p.obligatoire]

    @property
    def manquantes(self) -> list[LignePiece]:
        return [p for p in self.obligatoires if not p.vue]


def dossier_de_la_fiche(numero: str) -> Dossier | None:
    return (
        Dossier.objects.filter(numero=numero)
        .select_related(
            *("famille", "enfant__groupe", "mairie", "quartier", "depose_par"),
            *("admission_actuelle__section__structure",),
        )
        .first()
    )


def gestes_offerts(dossier: Dossier, profils: frozenset[str], *, le: date) -> list[cycle.Action]:
    """The buttons of the table for this dossier and this person; one query when it is closed."""
    if dossier.clos_le is None:
        return cycle.boutons(dossier.etat, profils, motif_cloture=dossier.motif_cloture)
    return cycle.boutons(
        dossier.etat,
        profils,
        motif_cloture=dossier.motif_cloture,
        clos_le=timezone.localdate(dossier.clos_le),
        jour=le,
        restauration_mois=reglage("restauration", le=le),
    )


def structures_choisies(dossier: Dossier) -> list[int]:
    return list(dossier.voeux.values_list("structure_id", flat=True))


def besoin_principal(besoins: Sequence[Besoin]) -> Besoin | None:
    """The regular need, else the first one."""
    return next((b for b in besoins if b.type == TypeBesoin.REGULIER), besoins[0] if besoins else None)


def cotation_courante(dossier: Dossier) -> Cotation | None:
    """The live score under the grid in force; for a dossier off the list, its last one."""
    cotations = Cotation.objects.filter(dossier=dossier).select_related("grille")
    if dossier.en_attente:
        return cotations.filter(courante=True, grille__etat=EtatGrille.EN_VIGUEUR).first()
    return cotations.order_by("-pk").first()


def fiche(
    dossier: Dossier,
    regard: Regard,
    *,
    mes_structures: frozenset[int] = frozenset(),
    examine: bool = False,
    situations: Collection[int] | None = (),
    le: date,
) -> Fiche:
    """The page of `dossier` for someone who sees `regard` of it, in a constant number of queries.

    `examine` adds the look-alikes a coordination has to settle. `situations` are the shared situations the
    reader knows of (None: all), without which the history does not tell of one.
    """
    besoins = list(dossier.besoins.all())
    cotation = cotation_courante(dossier)
    if not regard.choix:
        return Fiche(dossier, regard, besoins, cotation, _age_entree(dossier, besoins))
    voeux = voeux_dits(dossier, besoins, cotation, mes_structures)
    lignes, pieces = lignes_et_pieces(dossier, cotation, le=le) if regard.lignes else ([], [])
    jumeaux, fratrie = _autres_enfants(dossier)
    absorbes = absorbes_par(dossier) if regard.modifier else []
    places = _places(dossier)
    a_suivre = (p for p in places if p.fin is None or p.fin >= le)
    return Fiche(
        dossier,
        regard,
        besoins,
        cotation,
        _age_entree(dossier, besoins),
        voeux,
        list(dossier.famille.responsables.all()) if regard.identite else [],
        jumeaux,
        fratrie if regard.identite else [],
        lignes,
        pieces,
        _contacts(dossier, regard),
        _histoire(dossier, absorbes, situations) if regard.modifier else [],
        _ressemblants(dossier) if examine and regard.modifier else [],
        places,
        absorbes,
        fusion_active(dossier) if regard.modifier and dossier.motif_cloture == MotifCloture.DOUBLON else None,
        list(dossier.notes.filter(effacee_le=None).select_related("par")) if regard.modifier else [],
        renouvellement_proche=_bientot(dossier, le),
        place_a_suivre=next(a_suivre, None)
        if regard.modifier and dossier.etat == EtatDossier.ADMIS
        else None,
    )


def _bientot(dossier: Dossier, le: date) -> bool:
    """Due within a month, or late: the gesture is offered open."""
    return dossier.a_renouveler_le is not None and dossier.a_renouveler_le <= le + PREAVIS_RENOUVELLEMENT


def _age_entree(dossier: Dossier, besoins: Sequence[Besoin]) -> str:
    besoin = besoin_principal(besoins)
    return texte_age(dossier.enfant.ne_ou_prevu_le, besoin.entree_le) if besoin else ""


def voeux_dits(
    dossier: Dossier, besoins: Sequence[Besoin], cotation: Cotation | None, miennes: frozenset[int]
) -> list[LigneVoeu]:
    besoin = besoin_principal(besoins)
    choix = dossier.voeux.select_related("structure__gestionnaire", "structure__quartier")
    lignes = []
    for voeu in choix.prefetch_related("structure__sections"):
        noms = {s.pk: s.nom for s in voeu.structure.sections.all()}
        bandes = [s.bande for s in voeu.structure.sections.all()]
        section, possible = "", None
        if besoin:
            naissance = dossier.enfant.ne_ou_prevu_le
            bande = section_a_date(bandes, naissance, besoin.entree_le)
            section = noms[bande.section] if bande else ""
            possible = premiere_date_possible(bandes, naissance, besoin.entree_le)
        points = cotation.par_voeu.get(str(voeu.structure_id), {}) if cotation else {}
        lignes.append(
            LigneVoeu(
                voeu,
                section,
                None if section else possible,
                voeu.structure_id in miennes,
                points.get("verifie"),
                points.get("declare"),
                trop_grand=bool(bandes and besoin and not section and possible is None),
            )
        )
    return lignes


def jumeaux_de(dossier: Dossier) -> list[Dossier]:
    """The pending dossiers of the same birth, this one excepted."""
    if dossier.enfant.groupe_id is None:
        return []
    memes = Dossier.objects.filter(enfant__groupe=dossier.enfant.groupe_id).exclude(enfant=dossier.enfant_id)
    return list(memes.en_attente().select_related("enfant", "famille", "mairie").order_by("numero"))


def _autres_enfants(dossier: Dossier) -> tuple[list[Dossier], list[Dossier]]:
    autres = Dossier.objects.filter(famille=dossier.famille_id).exclude(pk=dossier.pk)
    autres = autres.exclude(motif_cloture=MotifCloture.DOUBLON)
    lus = list(autres.select_related("enfant").order_by("-pk")[:10])
    groupe = dossier.enfant.groupe_id
    jumeaux = [d for d in lus if groupe is not None and d.enfant.groupe_id == groupe]
    return jumeaux, [d for d in lus if d not in jumeaux]


def _places(dossier: Dossier) -> list[Admission]:
    """Where the child is or will be received, this dossier's admission or another one."""
    places = Admission.objects.filter(enfant=dossier.enfant_id)
    return list(places.select_related("section__structure").order_by("-debut")[:3])


def _contacts(dossier: Dossier, regard: Regard) -> list[Contact]:
    contacts = contacts_visibles(regard, dossier.contacts.select_related("par", "structure"))
    return list(contacts.order_by("-le")[:CONTACTS])


def _histoire(
    dossier: Dossier, absorbes: Sequence[Fusion], situations: Collection[int] | None
) -> list[Evenement]:
    """The acts on this dossier and on those merged into it."""
    numeros = {f.absorbe_id: f.absorbe.numero for f in absorbes}
    lignes = sans_reserves(Journal.objects.filter(dossier__in=[dossier.pk, *numeros]), situations)
    lues = lignes.select_related("par", "mairie")
    return evenements(lues.order_by("-le", "-pk")[:EVENEMENTS], absorbes=numeros)


def _ressemblants(dossier: Dossier) -> list[tuple[int, Dossier]]:
    paires = Rapprochement.objects.filter(
        Q(dossier=dossier) | Q(autre=dossier), statut=StatutRapprochement.PROPOSE
    ).select_related("dossier__enfant", "autre__enfant")
    return [(p.pk, p.autre if p.dossier_id == dossier.pk else p.dossier) for p in paires]
