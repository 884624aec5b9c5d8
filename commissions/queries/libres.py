"""What is left to give of the places a séance opened: not offered, not waited for, not promised elsewhere."""

from collections import defaultdict
from datetime import date

from commissions.models import Decision, EtatOffre, Offre, Seance, SensDecision
from commissions.queries.candidats import places_de
from commissions.queries.promesses import places_disponibles
from commissions.regles.feuille_appel import places_libres, retenir_promises
from commissions.regles.offre import OCCUPENT, VIVANTES

Semaines = dict[int, list[list[int]]]


def libres_de(seance: Seance, *, jour: date) -> dict[int, list[int]]:
    """By section of the séance, what a family may still be offered: a fixed number of queries."""
    places = places_de(seance)
    tenues, en_attente = _tenues(seance)
    quittees = _quittees(seance)
    le = max(jour, seance.date_effet)
    ailleurs = places_disponibles([place.section for place in places], le, sauf=seance)
    return {
        place.section_id: retenir_promises(
            places_libres(place.places, tenues[place.section_id], quittees[place.section_id]),
            places_libres(vue.libres, en_attente[place.section_id]),
            vue.ailleurs,
        )
        for place, vue in zip(places, ailleurs, strict=True)
    }


def _tenues(seance: Seance) -> tuple[Semaines, Semaines]:
    """The weeks this séance gave, by section; and among them those no child holds yet."""
    tenues: Semaines = defaultdict(list)
    en_attente: Semaines = defaultdict(list)
    occupent = Offre.objects.filter(seance=seance, etat__in=OCCUPENT).exclude(entree="absent")
    for section, semaine, admission in occupent.values_list("section", "demi_journees", "admission"):
        tenues[section].append(semaine)
        if admission is None:
            en_attente[section].append(semaine)
    jamais = Decision.objects.filter(
        passage__seance=seance,
        sens=SensDecision.ADMIS,
        section__isnull=False,
        offres__isnull=True,
        passage__dossier__etat="actif",
    )
    for section, semaine in jamais.values_list("section", "demi_journees"):
        tenues[section or 0].append(semaine)
        en_attente[section or 0].append(semaine)
    return tenues, en_attente


def _mutations(seance: Seance) -> dict[str, object]:
    return {"passage__seance": seance, "sens": SensDecision.ADMIS, "passage__nature": "mutation"}


def _quittees(seance: Seance) -> Semaines:
    """The weeks left by the transfers accepted: the child of a declined one keeps its place."""
    quittees: Semaines = defaultdict(list)
    parties = Decision.objects.filter(
        **_mutations(seance), offres__etat=EtatOffre.ACCEPTEE, offres__admission__isnull=False
    )
    for section, semaine in parties.values_list(
        "passage__dossier__admission_actuelle__section",
        "passage__dossier__admission_actuelle__demi_journees",
    ):
        quittees[section or 0].append(semaine or [])
    return quittees


def mutations_attendues(seance: Seance) -> frozenset[int]:
    """The sections a transfer of the séance would leave, and whose family has not said yes."""
    attendent = Decision.objects.filter(**_mutations(seance), passage__section_actuelle__isnull=False)
    sans_reponse = attendent.exclude(offres__etat=EtatOffre.ACCEPTEE)
    return frozenset(
        sans_reponse.filter(offres__isnull=True).values_list("passage__section_actuelle", flat=True)
    ) | frozenset(
        sans_reponse.filter(offres__etat__in=VIVANTES).values_list("passage__section_actuelle", flat=True)
    )
