"""Before the freeze: the séance, its members, the sections and places it puts on the table."""

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction

from commissions.models import BaissePlaces, EtatSeance, MotifBaisse, PlaceOfferte, Presence, Seance
from commissions.queries.promesses import Disponibles, places_disponibles
from dossiers.models import ActionJournal
from dossiers.queries.creneaux import limites_libres
from dossiers.services.journal import journaliser
from guichet.erreurs import ErreurMetier
from structures.models import Agent, Section
from structures.regles.creneaux import PlacesLimite
from structures.regles.semaine import NB_CRENEAUX

CHAMPS = ("intitule", "tenue_prevue_le", "lieu", "date_effet", "cloture_le")


@transaction.atomic
def creer_seance(donnees: dict[str, Any], *, par: Agent, maintenant: datetime) -> Seance:
    """A planned séance; the person who creates it does not sit in it by that alone."""
    seance = Seance.objects.create(**{champ: donnees[champ] for champ in CHAMPS})
    journaliser(ActionJournal.DEPOT, par=par, maintenant=maintenant, objet=f"séance {seance.pk} créée")
    return seance


def modifier_seance(
    seance: Seance, donnees: dict[str, Any], *, version: int, par: Agent, maintenant: datetime
) -> Seance:
    """Change a planned séance. Once frozen only the hour, the place and the title may still move."""

    def changer(verrou: Seance) -> list[str]:
        changes = [champ for champ in CHAMPS if getattr(verrou, champ) != donnees[champ]]
        if verrou.gelee and {"date_effet", "cloture_le"} & set(changes):
            raise ErreurMetier(
                "seance_gelee", "La liste est gelée : sa date d’effet et sa clôture ne changent plus."
            )
        for champ in changes:
            setattr(verrou, champ, donnees[champ])
        return changes

    return _modifier(seance, changer, version=version, par=par, maintenant=maintenant)


def concerner_sections(
    seance: Seance,
    sections: Sequence[Section],
    *,
    version: int,
    par: Agent,
    maintenant: datetime,
    motif: str = "",
) -> Seance:
    """The séance looks at exactly these sections; a new one opens with the free places promised nowhere else.

    A section taken away loses what was opened: `motif` says why. Raises ErreurMetier `motif_baisse`.
    """

    def changer(verrou: Seance) -> list[str]:
        _planifiee(verrou)
        voulues = {section.pk: section for section in sections}
        retirees = verrou.places.exclude(section__in=voulues)
        for place in retirees.select_related("section__structure"):
            _noter_baisse(place, [0] * NB_CRENEAUX, motif=motif, par=par, maintenant=maintenant)
        retirees.delete()
        deja = set(verrou.places.values_list("section_id", flat=True))
        nouvelles = [section for pk, section in voulues.items() if pk not in deja]
        disponibles = _disponibles(nouvelles, verrou)
        limites = limites_libres(nouvelles, verrou.date_effet)
        PlaceOfferte.objects.bulk_create(
            PlaceOfferte(
                seance=verrou,
                section=libres.section,
                places=list(libres.libres),
                supplements=monter(limites.get(libres.section.pk, ()), ()),
            )
            for libres in disponibles
        )
        return ["sections"]

    return _modifier(seance, changer, version=version, par=par, maintenant=maintenant)


def recompter_places(seance: Seance, *, version: int, par: Agent, maintenant: datetime) -> Seance:
    """Every section rises to its free places, promised nowhere else; what was opened never falls by itself.

    Where fewer places are free than were opened the page says so, and a person takes them back with a reason.
    """

    def changer(verrou: Seance) -> list[str]:
        _planifiee(verrou)
        places = list(verrou.places.select_related("section__structure"))
        sections = [place.section for place in places]
        comptees = _disponibles(sections, verrou)
        limites = limites_libres(sections, verrou.date_effet)
        montees = []
        for place, libres in zip(places, comptees, strict=True):
            hausse = [max(n, m) for n, m in zip(place.places, libres.libres, strict=True)]
            supplements = monter(limites.get(place.section_id, ()), place.limites)
            if (hausse, supplements) != (place.places, place.supplements):
                place.places, place.supplements = hausse, supplements
                place.version += 1
                montees.append(place)
        PlaceOfferte.objects.bulk_update(montees, ["places", "supplements", "version"])
        return ["places"] if montees else []

    return _modifier(seance, changer, version=version, par=par, maintenant=maintenant)


def _disponibles(sections: Sequence[Section], seance: Seance) -> list[Disponibles]:
    """Under the sections' locks: another séance that opens them meanwhile waits, then counts these."""
    verrous = Section.objects.select_for_update(of=("self",), no_key=True).order_by("pk")
    list(verrous.filter(pk__in=[section.pk for section in sections]))
    return places_disponibles(sections, seance.date_effet, sauf=seance)


def monter(libres: Iterable[PlacesLimite], ouvertes: Iterable[PlacesLimite]) -> list[dict[str, Any]]:
    """The extra créneaux a section declares at the date, as many as are free; one opened never falls.

    What the section limits no more is no longer counted, and what it begins to limit is.
    """
    deja = {lu.limite: lu.places for lu in ouvertes}
    montees = []
    for lu in libres:
        avant = deja.get(lu.limite, lu.places)
        places = [max(n, m) for n, m in zip(lu.places, avant, strict=True)]
        montees.append({"nature": lu.limite.nature, "seuil": lu.limite.seuil, "places": places})
    return montees


@transaction.atomic
def corriger_places(
    place: PlaceOfferte,
    *,
    places: Sequence[int],
    reserves: Iterable[dict[str, Any]],
    version: int,
    par: Agent,
    maintenant: datetime,
    motif: str = "",
) -> PlaceOfferte:
    """Places of one section put to the séance, corrected by hand, with the ones guaranteed to a title.

    A half-day that falls asks a `motif`. Raises ErreurMetier `version`, `motif_baisse` (field `motif`).
    """
    _planifiee(_verrouiller(place.seance))
    verrou = PlaceOfferte.objects.select_for_update(of=("self",)).get(pk=place.pk)
    if verrou.version != version:
        raise ErreurMetier("version", "Ces places viennent d’être changées par une autre personne.")
    _noter_baisse(verrou, list(places), motif=motif, par=par, maintenant=maintenant)
    verrou.places, verrou.reserves = list(places), list(reserves)
    verrou.version += 1
    verrou.save(update_fields=["places", "reserves", "version"])
    journaliser(
        ActionJournal.MODIFICATION,
        par=par,
        maintenant=maintenant,
        objet=f"séance {verrou.seance_id}, places de la section {verrou.section_id}",
    )
    return verrou


def _noter_baisse(
    place: PlaceOfferte, apres: list[int], *, motif: str, par: Agent, maintenant: datetime
) -> None:
    """A fall is written where every member of the séance reads it; nothing when no half-day falls."""
    if all(n <= m for n, m in zip(place.places, apres, strict=True)):
        return
    if motif not in MotifBaisse.values:
        message = "Des places ouvertes à cette séance lui seraient retirées\u202f: dites pourquoi."
        raise ErreurMetier("motif_baisse", message, champ="motif")
    BaissePlaces.objects.create(
        seance_id=place.seance_id,
        section_id=place.section_id,
        avant=place.places,
        apres=apres,
        motif=motif,
        le=maintenant,
        par=par,
    )
    journaliser(
        ActionJournal.MODIFICATION,
        par=par,
        maintenant=maintenant,
        objet=f"séance {place.seance_id}, places retirées à la section {place.section_id}",
        motif=motif,
        details={"avant": place.places, "apres": apres},
    )


def ajouter_membre(
    seance: Seance, *, agent: Agent, qualite: str, par: Agent, maintenant: datetime
) -> Presence:
    """A person is called to the séance, and may open it from then on."""
    try:
        with transaction.atomic():
            presence = Presence.objects.create(seance=seance, agent=agent, qualite=qualite)
            _noter_membre(seance, agent, "appelé", par, maintenant)
    except IntegrityError:
        raise ErreurMetier("presence", "Cette personne siège déjà à cette séance.", champ="agent") from None
    return presence


@transaction.atomic
def retirer_membre(presence: Presence, *, par: Agent, maintenant: datetime) -> None:
    """A person is no longer called; refused once the séance is held."""
    seance = _verrouiller(presence.seance)
    if seance.etat not in (EtatSeance.PLANIFIEE, EtatSeance.GELEE):
        raise ErreurMetier("seance_tenue", "La séance a commencé : la liste des membres ne change plus.")
    _noter_membre(seance, presence.agent, "retiré", par, maintenant)
    presence.delete()


def _noter_membre(seance: Seance, agent: Agent, mot: str, par: Agent, maintenant: datetime) -> None:
    journaliser(
        ActionJournal.MODIFICATION,
        par=par,
        maintenant=maintenant,
        objet=f"séance {seance.pk}, membre {agent.pk} {mot}",
    )


def _verrouiller(seance: Seance) -> Seance:
    return Seance.objects.select_for_update(of=("self",)).get(pk=seance.pk)


def _planifiee(seance: Seance) -> None:
    if seance.gelee:
        raise ErreurMetier("seance_gelee", "Cette séance est gelée : ses places ne changent plus.")


@transaction.atomic
def _modifier(
    seance: Seance,
    changer: Callable[[Seance], list[str]],
    *,
    version: int,
    par: Agent,
    maintenant: datetime,
) -> Seance:
    """Lock, refuse a stale version, change, count one more version, one journal line."""
    verrou = _verrouiller(seance)
    if verrou.version != version:
        raise ErreurMetier(
            "version",
            "Une autre personne vient de modifier cette séance. Vos saisies sont gardées : relisez-les, puis "
            "enregistrez de nouveau.",
        )
    if champs := changer(verrou):
        verrou.version += 1
        verrou.save()
        journaliser(
            ActionJournal.MODIFICATION,
            par=par,
            maintenant=maintenant,
            objet=f"séance {verrou.pk}",
            details={"champs": champs},
        )
    return verrou
