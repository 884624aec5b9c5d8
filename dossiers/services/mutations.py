"""A child already received: asking more, moving, being given more days (leaving: `departs`)."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from dossiers.models import (
    ActionJournal,
    Admission,
    Besoin,
    Dossier,
    MouvementRentree,
    NatureDossier,
    OrigineAdmission,
)
from dossiers.queries.creneaux import horaires_demandes
from dossiers.queries.places import section_le
from dossiers.regles import cycle
from dossiers.regles.mutations import deja_tenues, message_deja_tenues, veille
from dossiers.regles.recevabilite import jour_fr
from dossiers.regles.saisie import REGULIER, Saisie
from dossiers.services.affectations import suivre_affectations, tenter_agrement
from dossiers.services.cycle import changer_etat
from dossiers.services.journal import journaliser
from dossiers.services.places import garder_creneaux, refus_de_place
from guichet.erreurs import ErreurMetier
from structures.models import Agent, Mairie, Section
from structures.regles.creneaux import ecrire_horaires, lire_horaires

VERS_LA_PLACE = (cycle.ACTIF, cycle.PROPOSE)
_LIENS = ("enfant__famille", "section__structure")


def tenir_place(saisie: Saisie, *, jour: date) -> Admission:
    """The admission a new transfer or complement names, locked: still running, and nothing else pending.

    Raises ErreurMetier `place_inconnue`, `place_finie`, `deja_en_attente`.
    """
    if saisie.nature == NatureDossier.PREMIERE or len(saisie.enfants) != 1:
        raise ErreurMetier("place_inconnue", "Une première demande ne nomme pas de place actuelle.")
    place = verrouiller_place(saisie.admission_actuelle)
    if place is None or saisie.enfant != place.enfant_id or saisie.famille != place.enfant.famille_id:
        raise ErreurMetier("place_inconnue", "Cette place n’est pas celle de cet enfant.")
    if place.fin and place.fin < jour:
        raise ErreurMetier(
            "place_finie",
            f"Cette place s’est arrêtée le {jour_fr(place.fin)}\u202f: déposez une première demande.",
        )
    if pendant := Dossier.objects.filter(enfant=place.enfant_id).en_attente().first():
        raise ErreurMetier("deja_en_attente", message_en_attente(pendant))
    return place


def message_en_attente(dossier: Dossier) -> str:
    """Un enfant a une seule demande en attente : mutation, complément ou première demande."""
    quoi = {
        NatureDossier.MUTATION: "Une mutation est déjà demandée",
        NatureDossier.COMPLEMENT: "Un complément de jours est déjà demandé",
    }.get(NatureDossier(dossier.nature), "Une demande est déjà en attente")
    return f"{quoi} pour cet enfant\u202f: dossier {dossier.numero}. Modifiez-le, ou clôturez-le d’abord."


def appliquer_mutation(
    dossier: Dossier,
    *,
    section: Section,
    demi_journees: Iterable[int],
    debut: date,
    par: Agent | None,
    maintenant: datetime,
    adaptation_le: date | None = None,
    fin: date | None = None,
    mairie: Mairie | None = None,
) -> Admission:
    """The child moves: its place ends the day before the new one begins, adaptation included.

    `fin` is the new contract's end, that of the former one by default. Raises ErreurMetier
    `mutation_impossible`, `place_changee`, `date_de_place` (field `debut`), `admission_chevauche`.
    """
    with refus_de_place():
        frais, place = _en_cours(dossier, NatureDossier.MUTATION)
        premier = adaptation_le or debut
        if premier <= place.debut:
            message = f"La nouvelle place commence après le début de l’actuelle, le {jour_fr(place.debut)}."
            raise ErreurMetier("date_de_place", message, champ="debut")
        ancienne_fin = place.fin
        if ancienne_fin is None or ancienne_fin >= premier:
            place.fin = veille(premier)
            place.save(update_fields=["fin"])
        heritee = ancienne_fin if ancienne_fin and ancienne_fin >= debut else None
        nouvelle = Admission.objects.create(
            enfant=frais.enfant,
            dossier=frais,
            section=section,
            demi_journees=(semaine := sorted(set(demi_journees))),
            horaires=ecrire_horaires(horaires_demandes(frais), semaine),
            adaptation_le=adaptation_le,
            debut=debut,
            fin=fin or heritee,
            origine=OrigineAdmission.COMMISSION,
        )
        garder_creneaux(nouvelle)
        details = {"structure": section.structure.nom, "le": premier.isoformat()}
        _admettre(frais, "mutation_appliquee", details, par=par, maintenant=maintenant, mairie=mairie)
    return nouvelle


def appliquer_complement(
    dossier: Dossier,
    *,
    a_partir_du: date,
    par: Agent | None,
    maintenant: datetime,
    demi_journees: Iterable[int] | None = None,
    mairie: Mairie | None = None,
) -> Admission:
    """The week widens from a day on: a new dated period of the same place, until the same end.

    `demi_journees` are those added, the ones asked by default. Raises ErreurMetier `complement_impossible`,
    `place_changee`, `date_de_place` (field `a_partir_du`), `demi_journees_deja_tenues` (`demi_journees`).
    """
    with refus_de_place():
        frais, place = _en_cours(dossier, NatureDossier.COMPLEMENT)
        ajoutees = tuple(sorted(set(demi_journees))) if demi_journees is not None else _demandees(frais)
        if tenues := deja_tenues(tuple(place.demi_journees), ajoutees):
            message = message_deja_tenues(tenues)
            raise ErreurMetier("demi_journees_deja_tenues", message, champ="demi_journees")
        if a_partir_du < place.debut or (place.fin and a_partir_du > place.fin):
            fin = f" au {jour_fr(place.fin)}" if place.fin else ""
            message = f"Choisissez un jour de la place actuelle, du {jour_fr(place.debut)}{fin}."
            raise ErreurMetier("date_de_place", message, champ="a_partir_du")
        semaine = sorted({*place.demi_journees, *ajoutees})
        elargie = couper(place, semaine, a_partir_du, dossier=frais)
        details = {"demi_journees": list(ajoutees), "le": a_partir_du.isoformat()}
        _admettre(frais, "complement_applique", details, par=par, maintenant=maintenant, mairie=mairie)
    return elargie


def verrouiller_place(pk: int | None) -> Admission | None:
    """This admission locked, None when there is no such row."""
    verrou = Admission.objects.select_for_update(of=("self",)).select_related(*_LIENS)
    return verrou.filter(pk=pk).first() if pk else None


def _en_cours(dossier: Dossier, nature: NatureDossier) -> tuple[Dossier, Admission]:
    """The demand and its admission, both locked, the dossier first as everywhere."""
    verrou = Dossier.objects.select_for_update(of=("self",)).select_related("enfant", "famille", "mairie")
    frais = verrou.get(pk=dossier.pk)
    if frais.nature != nature or frais.etat not in VERS_LA_PLACE:
        quoi = "mutation" if nature == NatureDossier.MUTATION else "complément"
        message = f"Le dossier {frais.numero} n’est pas une demande de {quoi} en attente, complète."
        raise ErreurMetier(f"{quoi.replace('é', 'e')}_impossible", message)
    place = verrouiller_place(frais.admission_actuelle_id)
    if place is None:
        raise ErreurMetier(
            "place_changee", "La place actuelle de l’enfant a changé\u202f: rechargez la page."
        )
    return frais, place


def _demandees(dossier: Dossier) -> tuple[int, ...]:
    besoin = Besoin.objects.filter(dossier=dossier, type=REGULIER).first()
    return tuple(sorted({*besoin.demi_journees, *besoin.demi_journees_b})) if besoin else ()


def couper(
    place: Admission,
    demi_journees: list[int],
    le: date,
    *,
    dossier: Dossier | None = None,
    motif_depassement: str = "",
) -> Admission:
    """The place goes on with another week from `le`, in the section the child is in that day.

    The very period when it begins that day. What was said of the coming rentrées follows the new period, and
    its assistante maternelle when her agrément has room; else the child is to be assigned again.
    `place` is locked; `dossier` is the demand it answers, if any.
    """
    connues = {**lire_horaires(place.horaires), **(horaires_demandes(dossier) if dossier else {})}
    horaires = ecrire_horaires(connues, demi_journees)
    if le == place.debut:
        place.demi_journees, place.motif_depassement = demi_journees, motif_depassement
        place.horaires = horaires

        def ecrire() -> None:
            place.save(update_fields=["demi_journees", "horaires", "motif_depassement"])

        if not tenter_agrement(ecrire):
            place.affectations.all().delete()
            ecrire()
        garder_creneaux(place, champ="demi_journees")
        return place
    section = section_le(place, le)
    fin, place.fin = place.fin, veille(le)
    place.save(update_fields=["fin"])
    suite = Admission.objects.create(
        enfant_id=place.enfant_id,
        dossier=dossier or place.dossier,
        section=section,
        demi_journees=demi_journees,
        horaires=horaires,
        debut=le,
        fin=fin,
        origine=OrigineAdmission.COMMISSION if dossier else place.origine,
        cle_reprise=place.cle_reprise,
        motif_depassement=motif_depassement,
        employeur_id=place.employeur_id if place.section_id == section.pk else None,
    )
    garder_creneaux(suite, champ="demi_journees")
    suivre_affectations(place, suite, le=le)
    for dit in MouvementRentree.objects.filter(admission=place, passage_le__gt=le):
        dit.admission = suite
        dit.save(update_fields=["admission"])
    return suite


def demandes_tenues(place: int) -> list[Dossier]:
    """The pending or suspended demands that name this admission, locked: before the admission itself."""
    verrous = Dossier.objects.select_for_update(of=("self",)).order_by("pk")
    return list(verrous.filter(admission_actuelle=place, etat__in=(*cycle.EN_ATTENTE, cycle.SUSPENDU)))


def _admettre(
    dossier: Dossier,
    objet: str,
    details: dict[str, Any],
    *,
    par: Agent | None,
    maintenant: datetime,
    mairie: Mairie | None,
) -> None:
    noter(dossier, objet, details, par=par, maintenant=maintenant, mairie=mairie)
    changer_etat(dossier, "admettre", par=par, maintenant=maintenant, mairie=mairie)


def noter(
    dossier: Dossier,
    objet: str,
    details: dict[str, Any],
    *,
    par: Agent | None,
    maintenant: datetime,
    mairie: Mairie | None,
) -> None:
    journaliser(
        ActionJournal.MODIFICATION,
        par=par,
        maintenant=maintenant,
        dossier=dossier,
        objet=objet,
        details=details,
        mairie=mairie,
    )
