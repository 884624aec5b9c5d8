"""What a séance did, in two pages: distinct children, who entered, what stays empty, what families said."""

from collections import Counter, defaultdict
from collections.abc import Callable
from dataclasses import dataclass

from commissions.models import Decision, MotifDecision, MotifRefus, Offre, PlaceOfferte, Seance
from commissions.regles import bilan as regles
from commissions.regles.bilan import Chiffre, Tableau
from dossiers.models import Admission, DemandeUrgence, MotifDepart

_SENS = (
    ("admis", "Enfants admis", "Enfants à qui la commission propose une place, chacun une fois."),
    ("liste_complementaire", "Liste complémentaire", "Enfants appelés si une place se libère."),
    ("ajourne", "Ajournés", "Enfants examinés de nouveau à la prochaine séance."),
    ("non_retenu", "Sans place", "Enfants qui restent sur la liste d’attente."),
)


@dataclass(frozen=True)
class Bilan:
    chiffres: list[Chiffre]
    tableaux: list[Tableau]


def bilan_de(seance: Seance) -> Bilan:
    """A fixed number of queries."""
    decisions = list(
        Decision.objects.filter(passage__seance=seance)
        .select_related("passage__quartier", "passage__dossier__famille")
        .defer("passage__lignes", "passage__dossier__faits")
    )
    offres = list(Offre.objects.filter(seance=seance))
    return Bilan(
        _chiffres(seance, decisions, offres),
        [
            _quartiers(decisions),
            _foyers(decisions),
            _rangs(decisions),
            _motifs(decisions),
            _refus(offres),
            _departs(seance),
        ],
    )


def _chiffres(seance: Seance, decisions: list[Decision], offres: list[Offre]) -> list[Chiffre]:
    enfants = len({d.passage.dossier.enfant_id for d in decisions})
    sens = Counter(d.sens for d in decisions)
    etats = Counter(o.etat for o in offres)
    vides, ouvertes = _vides(seance, decisions)
    urgences = DemandeUrgence.objects.filter(
        etat="accordee", repondue_le__lt=seance.tenue_le or seance.tenue_prevue_le
    )
    precedente = Seance.objects.filter(tenue_prevue_le__lt=seance.tenue_prevue_le, tenue_le__isnull=False)
    if avant := precedente.order_by("-tenue_prevue_le").first():
        urgences = urgences.filter(repondue_le__gte=avant.tenue_le)
    return [
        Chiffre(
            "Enfants examinés",
            str(enfants),
            "Enfants distincts de la liste gelée, quel que soit leur nombre de choix.",
        ),
        *(Chiffre(mot, regles.part(sens[code], enfants), definition) for code, mot, definition in _SENS),
        Chiffre(
            "Demi-journées vides",
            f"{vides} sur {ouvertes}",
            "Demi-journées ouvertes à la séance que personne n’occupe une fois les admis placés, par"
            " semaine.",
        ),
        Chiffre("Places acceptées", str(etats["acceptee"]), "Offres auxquelles la famille a dit oui."),
        Chiffre(
            "Désistements",
            str(etats["declinee"] + etats["expiree"]),
            "Offres déclinées ou restées sans réponse à la fin de leur délai.",
        ),
        Chiffre(
            "Admissions en urgence",
            str(urgences.count()),
            "Urgences accordées entre la séance précédente et celle-ci.",
        ),
    ]


def _vides(seance: Seance, decisions: list[Decision]) -> tuple[int, int]:
    prises: dict[int, list[int]] = defaultdict(lambda: [0] * 10)
    for decision in decisions:
        if decision.section_id:
            for k in decision.demi_journees:
                prises[decision.section_id][k] += 1
    places = dict(PlaceOfferte.objects.filter(seance=seance).values_list("section", "places"))
    return regles.demi_journees_vides(places, prises)


def _compare(
    titre: str, definition: str, decisions: list[Decision], cle: Callable[[Decision], str], *, autres: str
) -> Tableau:
    groupes: Counter[str] = Counter()
    admis: Counter[str] = Counter()
    for decision in decisions:
        if nom := cle(decision):
            groupes[nom] += 1
            admis[nom] += decision.sens == "admis"
    lignes = regles.par_groupe(admis, groupes, autres=autres)
    return Tableau(
        titre,
        f"{definition} Un groupe de moins de {regles.SEUIL}\u00a0enfants n’est pas montré.",
        ("Groupe", "Demandes", "Admis"),
        tuple((nom, str(n), regles.part(a, n)) for nom, a, n in lignes),
    )


def _quartiers(decisions: list[Decision]) -> Tableau:
    """Protected families have no quartier here."""
    return _compare(
        "Par quartier",
        "Quartier de la famille au gel de la liste.",
        decisions,
        lambda d: (
            d.passage.quartier.nom
            if d.passage.quartier and not d.passage.protege and not d.passage.dossier.famille.protegee
            else ""
        ),
        autres="Autres quartiers",
    )


def _foyers(decisions: list[Decision]) -> Tableau:
    return _compare(
        "Par situation du foyer",
        "Foyer déclaré à la demande\u00a0: un parent ou deux.",
        decisions,
        lambda d: d.passage.dossier.famille.get_situation_display(),
        autres="Autres situations",
    )


def _rangs(decisions: list[Decision]) -> Tableau:
    rangs = Counter(d.choix for d in decisions if d.sens == "admis" and d.choix)
    total = sum(rangs.values())
    return Tableau(
        "Rang du choix obtenu",
        "Rang, dans les choix de la famille, de la structure proposée.",
        ("Choix", "Admis"),
        tuple((f"Choix\u00a0{rang}", regles.part(n, total)) for rang, n in sorted(rangs.items())),
    )


def _motifs(decisions: list[Decision]) -> Tableau:
    motifs = Counter(d.motif for d in decisions if d.motif)
    return Tableau(
        "Motifs des réponses sans place",
        "Motif codé de chaque liste complémentaire, ajournement ou refus.",
        ("Motif", "Enfants"),
        tuple((MotifDecision(code).label, str(n)) for code, n in motifs.most_common()),
    )


def _refus(offres: list[Offre]) -> Tableau:
    motifs = Counter(o.motif_refus for o in offres if o.motif_refus)
    return Tableau(
        "Pourquoi des familles déclinent",
        "Motif codé dit par la famille.",
        ("Motif", "Offres"),
        tuple((MotifRefus(code).label, str(n)) for code, n in motifs.most_common()),
    )


def _departs(seance: Seance) -> Tableau:
    """Why the places of its sections came free."""
    sections = PlaceOfferte.objects.filter(seance=seance).values("section")
    departs = Admission.objects.filter(
        section__in=sections, depart_le__isnull=False, depart_le__lte=seance.date_effet
    )
    debut = seance.date_effet.replace(year=seance.date_effet.year - 1)
    motifs = Counter(departs.filter(depart_le__gt=debut).values_list("motif_depart", flat=True))
    return Tableau(
        "Départs et leurs motifs",
        "Départs notés dans l’année avant la date d’effet, dans les sections de la séance.",
        ("Motif", "Enfants"),
        tuple((MotifDepart(code).label, str(n)) for code, n in motifs.most_common() if code),
    )
