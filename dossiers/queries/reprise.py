"""What the base already knows of the lines of a city's file: in a few queries, whatever their number."""

from collections.abc import Iterable, Sequence
from datetime import date

from django.conf import settings
from django.db.models import Q, QuerySet

from dossiers.models import Admission, Dossier, Enfant, EtatDossier, LigneReprise, Responsable
from dossiers.regles.rapprochement import Identite
from dossiers.regles.reprise.annuaire import Annuaire
from dossiers.regles.reprise.differences import ContratConnu
from dossiers.regles.reprise.lignes import Contexte
from dossiers.regles.reprise.presents import ContextePresents, SectionConnue, cle_present
from structures.models import Mairie, Section, Structure
from structures.queries import reglage
from structures.regles.texte import cle, cle_mots, telephone_normalise


def contexte_reprise(*, aujourd_hui: date, mairie_defaut: str = "") -> Contexte:
    """The names a file may use on this day; without a counter given, the first one takes what has none."""
    structures = Structure.objects.order_by("pk")
    mairies = list(Mairie.objects.filter(ouverte=True).order_by("pk"))
    return Contexte(
        aujourd_hui=aujourd_hui,
        structures=Annuaire({s.code: [s.nom, *s.autres_noms] for s in structures}),
        mairies=Annuaire({m.code: [m.nom] for m in mairies}),
        commune=settings.VILLE,
        nombre_voeux=reglage("nombre_voeux", le=aujourd_hui),
        mairie_defaut=mairie_defaut or (mairies[0].code if mairies else ""),
    )


def lignes_connues(cles: Iterable[str]) -> dict[str, LigneReprise]:
    """Lines already taken over, by the digest of their values."""
    return LigneReprise.objects.select_related("dossier").in_bulk(list(cles), field_name="cle")


def lignes_de_numeros(numeros: Iterable[str]) -> QuerySet[LigneReprise]:
    """Lines already taken over under one of these former numbers, with their dossiers."""
    return _avec_dossier(LigneReprise.objects.filter(numero_origine__in=set(numeros), dossier__isnull=False))


def lignes_sans_numero(identites: Iterable[str]) -> QuerySet[LigneReprise]:
    """Lines taken over without any number, of one of these children."""
    return _avec_dossier(
        LigneReprise.objects.filter(identite__in=set(identites), numero_origine="", dossier__isnull=False)
    )


def _avec_dossier(lignes: QuerySet[LigneReprise]) -> QuerySet[LigneReprise]:
    return lignes.select_related("dossier__enfant__famille").prefetch_related(
        "dossier__enfant__famille__responsables",
        "dossier__besoins",
        "dossier__voeux__structure",
    )


def identite_enregistree(enfant: Enfant) -> Identite:
    """What a comparison knows of a child in base; family and responsables must be prefetched."""
    responsables = list(enfant.famille.responsables.all())
    return Identite(
        nom=enfant.nom,
        prenom=enfant.prenom,
        naissance=enfant.date_naissance,
        terme=enfant.date_prevue_naissance,
        responsables=tuple((r.nom, r.prenom) for r in responsables),
        telephones=tuple(t for r in responsables for t in (r.telephone, r.telephone_2) if t),
        numero_caf=enfant.famille.numero_allocataire,
        multiple=enfant.groupe_id is not None,
        groupe=enfant.groupe_id,
    )


def dossiers_a_comparer(identites: Sequence[Identite]) -> list[Dossier]:
    """The living dossiers that share a date, a telephone or a CAF number with one of these children."""
    dates = {
        jour
        for i in identites
        for jour in (i.naissance, i.terme, _inverse(i.naissance), _inverse(i.terme))
        if jour
    }
    enfants = Enfant.objects.filter(naissance__in=dates).values("pk")
    familles = familles_semblables(identites)
    return list(
        Dossier.objects.exclude(etat__in=[EtatDossier.CLOS, EtatDossier.ANONYMISE])
        .filter(Q(enfant__in=enfants) | Q(famille__in=familles))
        .select_related("famille", "enfant__famille", "mairie")
        .prefetch_related("enfant__famille__responsables")
        .order_by("pk")
    )


def familles_semblables(identites: Sequence[Identite]) -> list[int]:
    """Ids of the households sharing a telephone or a CAF number with one of these children."""
    telephones = {t for i in identites for x in i.telephones if (t := telephone_normalise(x))}
    numeros = {i.numero_caf for i in identites if i.numero_caf}
    return list(
        Responsable.objects.filter(
            Q(telephone_cle__in=telephones)
            | Q(telephone_2_cle__in=telephones)
            | Q(famille__numero_allocataire__in=numeros)
        )
        .order_by()
        .values_list("famille", flat=True)
        .distinct()
    )


def identites_protegees() -> list[Identite]:
    """The children of protected households: what no import may show or lower."""
    enfants = (
        Enfant.objects.filter(famille__protegee=True)
        .select_related("famille")
        .prefetch_related("famille__responsables")
    )
    return [identite_enregistree(e) for e in enfants]


def _inverse(jour: date | None) -> date | None:
    return date(jour.year, jour.day, jour.month) if jour and jour.day <= 12 else None


def faits_enregistres(dossier: Dossier) -> tuple[object, ...]:
    """What a household in base declares, comparable to `faits_du_foyer` of a line."""
    famille = dossier.enfant.famille
    responsables = list(famille.responsables.all())
    premier = responsables[0] if responsables else Responsable()
    return (
        famille.numero_allocataire,
        famille.situation,
        famille.enfants_a_charge,
        famille.ressources_mensuelles,
        famille.quotient_familial,
        cle_mots(premier.adresse),
        premier.code_postal,
        cle(premier.commune),
        bool(famille.faits.get("handicap_foyer")),
        bool(famille.faits.get("parent_mineur")),
        bool(famille.faits.get("suivi_medico_social")),
        frozenset((cle(r.nom), cle(r.prenom), r.activite, _telephones(r), r.courriel) for r in responsables),
    )


def _telephones(responsable: Responsable) -> tuple[str, ...]:
    return tuple(t for t in (responsable.telephone, responsable.telephone_2) if t)


def contexte_presents(*, aujourd_hui: date) -> ContextePresents:
    """The structures and sections a file of children present may name."""
    structures = Structure.objects.order_by("pk").prefetch_related("sections")
    return ContextePresents(
        aujourd_hui=aujourd_hui,
        structures=Annuaire({s.code: [s.nom, *s.autres_noms] for s in structures}),
        sections={
            s.code: [SectionConnue(x.pk, x.nom, x.bande) for x in s.sections.all()] for s in structures
        },
    )


def noms_structures() -> dict[str, str]:
    """The name of each structure, by code."""
    return dict(Structure.objects.values_list("code", "nom"))


def noms_sections() -> dict[int, str]:
    """The name of each section, by id."""
    return dict(Section.objects.values_list("pk", "nom"))


def contrats_connus() -> list[ContratConnu]:
    """Every admission in base, under the key its child has in a file."""
    admissions = Admission.objects.select_related("enfant", "section__structure").order_by("pk")
    return [
        ContratConnu(
            id=a.pk,
            cle=a.cle_reprise
            or cle_present(a.section.structure.code, a.enfant.nom, a.enfant.prenom, a.enfant.ne_ou_prevu_le),
            structure=a.section.structure.code,
            enfant=f"{a.enfant.prenom} {a.enfant.nom}",
            section=a.section_id,
            semaine=tuple(a.demi_journees),
            adaptation=a.adaptation_le,
            debut=a.debut,
            fin=a.fin,
            suivi=bool(a.cle_reprise),
        )
        for a in admissions
    ]
