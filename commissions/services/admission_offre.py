"""From an accepted offer to the child's place: written, put off once, undone, and the entry itself."""

from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from commissions.models import EntreeOffre, EtatOffre, Offre
from commissions.regles import offre as regles
from commissions.services.gestes_offre import enregistrer, noter_offre, verrouiller
from commissions.services.offres import adaptations_prises
from dossiers.models import Admission, Dossier, NatureDossier, OrigineAdmission
from dossiers.queries.creneaux import horaires_demandes
from dossiers.queries.naissance import acte_vu
from dossiers.regles.mutations import veille
from dossiers.regles.recevabilite import jour_fr
from dossiers.services.cycle import changer_etat
from dossiers.services.mutations import appliquer_complement, appliquer_mutation
from dossiers.services.places import garder_creneaux, refus_de_place, sans_garde
from dossiers.services.suite_admission import fermer_suites, garder_mieux_classes
from guichet.erreurs import ErreurMetier
from structures.models import Agent, Mairie, Section
from structures.queries import reglage, reglages
from structures.regles.creneaux import ecrire_horaires


def peut_entrer(dossier: Dossier) -> bool:
    """An expected child waits for its birth, then for its certificate."""
    enfant = dossier.enfant
    return not enfant.a_naitre and (enfant.date_prevue_naissance is None or acte_vu(dossier))


def admettre_enfant(
    offre: Offre,
    dossier: Dossier,
    *,
    par: Agent | None,
    maintenant: datetime,
    motif_depassement: str = "",
    mairie: Mairie | None = None,
) -> Admission:
    """In the caller's transaction, offer and dossier locked: the place as the offer said it."""
    acteur: dict[str, Any] = {"par": par, "maintenant": maintenant, "mairie": mairie}
    if offre.en_urgence:
        place = _place_d_urgence(offre, dossier, motif_depassement)
    elif dossier.nature == NatureDossier.PREMIERE:
        place = _premiere_place(offre, dossier, motif_depassement, acteur)
    else:
        offre.avant = _place_d_avant(dossier)
        place = _autre_place(offre, dossier, acteur)
    offre.admission = place
    enregistrer(offre, "admission", "avant")
    garde = reglage("garder_mieux_classes", le=timezone.localdate(maintenant))
    if offre.choix and garde and not offre.en_urgence:
        garder_mieux_classes(dossier, place, choix=offre.choix, **acteur)
    return place


def _premiere_place(
    offre: Offre, dossier: Dossier, motif_depassement: str, acteur: dict[str, Any]
) -> Admission:
    with refus_de_place():
        offre.avant = _arreter_urgence(dossier, offre.entree_le)
        place = _creer_place(offre, dossier, OrigineAdmission.COMMISSION, motif_depassement)
        changer_etat(dossier, "admettre", **acteur)
    return place


def _place_d_urgence(offre: Offre, dossier: Dossier, motif_depassement: str) -> Admission:
    """Until its end; the dossier keeps its choices and its rank, and waits for a regular place."""
    if not peut_entrer(dossier):
        message = "L’accueil d’urgence attend la naissance de l’enfant, puis son acte."
        raise ErreurMetier("naissance_attendue", message)
    with refus_de_place():
        return _creer_place(offre, dossier, OrigineAdmission.URGENCE, motif_depassement)


def _creer_place(offre: Offre, dossier: Dossier, origine: str, motif_depassement: str) -> Admission:
    place = Admission.objects.create(
        enfant=dossier.enfant,
        dossier=dossier,
        section=offre.section,
        demi_journees=offre.demi_journees,
        horaires=ecrire_horaires(horaires_demandes(dossier), offre.demi_journees),
        adaptation_le=offre.entree_le,
        debut=offre.debut,
        fin=offre.fin,
        origine=origine,
        motif_depassement=motif_depassement,
    )
    garder_creneaux(place)
    return place


def _arreter_urgence(dossier: Dossier, entree_le: date) -> dict[str, Any]:
    """The regular place begins: an emergency still running ends the day before, its end kept for the undo."""
    en_cours = Admission.objects.select_for_update(of=("self",)).filter(
        enfant=dossier.enfant_id,
        origine=OrigineAdmission.URGENCE,
        periode__startswith__lt=entree_le,
        fin__gte=entree_le,
    )
    place = en_cours.first()
    if place is None:
        return {}
    avant = _avant(place)
    place.fin, place.fin_prevue = veille(entree_le), place.fin_prevue or place.fin
    if place.debut > place.fin:
        place.debut = place.fin
    place.save(update_fields=["fin", "fin_prevue", "debut"])
    return avant


def _autre_place(offre: Offre, dossier: Dossier, acteur: dict[str, Any]) -> Admission:
    if dossier.nature == NatureDossier.COMPLEMENT:
        jours = offre.demi_journees
        return appliquer_complement(dossier, a_partir_du=offre.entree_le, demi_journees=jours, **acteur)
    return appliquer_mutation(
        dossier,
        section=offre.section,
        demi_journees=offre.demi_journees,
        debut=offre.debut,
        adaptation_le=offre.entree_le,
        fin=offre.fin,
        **acteur,
    )


def _place_d_avant(dossier: Dossier) -> dict[str, Any]:
    place = dossier.admission_actuelle
    return _avant(place) if place else {}


def _avant(place: Admission) -> dict[str, Any]:
    fin = place.fin.isoformat() if place.fin else ""
    horaires = dict(place.horaires)
    return {
        "admission": place.pk,
        "fin": fin,
        "demi_journees": list(place.demi_journees),
        "horaires": horaires,
    }


def defaire_admission(
    offre: Offre, *, par: Agent | None, maintenant: datetime, mairie: Mairie | None = None
) -> None:
    """In the caller's transaction: the place goes, the one it had changed is what it was."""
    place, avant = offre.admission, offre.avant
    if place is None:
        return
    fermer_suites(place, par=par, maintenant=maintenant, mairie=mairie)
    offre.admission = None
    enregistrer(offre, "admission")
    if place.pk != avant.get("admission"):
        place.delete()
    if avant:
        ancienne = Admission.objects.select_for_update().get(pk=avant["admission"])
        ancienne.fin = date.fromisoformat(avant["fin"]) if avant["fin"] else None
        ancienne.demi_journees = avant["demi_journees"]
        ancienne.horaires = avant.get("horaires", ancienne.horaires)
        if ancienne.origine == OrigineAdmission.URGENCE:
            ancienne.fin_prevue = None
        # It never left: its place is its own whoever was offered it since, and the section says so.
        with refus_de_place(), sans_garde():
            ancienne.save(update_fields=["fin", "demi_journees", "horaires", "fin_prevue"])


def reporter_entree(
    offre: Offre, *, entree_le: date, par: Agent, maintenant: datetime, mairie: Mairie | None = None
) -> Offre:
    """The family asks to come later: once, within the days the city voted, on a slot still free.

    Raises ErreurMetier `report_deja`, `report_trop_loin`, `creneau_pris` (field `debut`), `offre_<etat>`,
    `entree_constatee`.
    """
    valeurs = reglages(
        "entree_report", "adaptations_simultanees", "adaptation_duree", le=timezone.localdate(maintenant)
    )
    with transaction.atomic():
        _, fraiche = verrouiller(offre)
        if fraiche.etat not in (EtatOffre.ENVOYEE, EtatOffre.ACCEPTEE):
            regles.etat_suivant(fraiche.etat, "decliner")
        if fraiche.entree:
            raise ErreurMetier("entree_constatee", "L’entrée de l’enfant est déjà constatée.")
        deja = fraiche.entree_prevue_le is not None
        regles.controler_report(fraiche.entree_le, entree_le, deja=deja, maximum=valeurs["entree_report"])
        _controler_creneau(fraiche, entree_le, valeurs)
        ecart = fraiche.debut - fraiche.entree_le
        fraiche.entree_prevue_le, fraiche.entree_le = fraiche.entree_le, entree_le
        fraiche.debut = entree_le + ecart
        enregistrer(fraiche, "entree_prevue_le", "entree_le", "debut")
        if fraiche.admission:
            _deplacer_place(fraiche, fraiche.admission)
        details = {"le": entree_le.isoformat()}
        noter_offre(fraiche, "reportee", details=details, par=par, maintenant=maintenant, mairie=mairie)
    return fraiche


def _deplacer_place(offre: Offre, place: Admission) -> None:
    """The new place begins later; the one it takes over from, if any, goes on until then."""
    if place.pk == offre.avant.get("admission"):
        return
    place.debut = offre.debut if place.adaptation_le else offre.entree_le
    place.adaptation_le = offre.entree_le if place.adaptation_le else None
    with refus_de_place(champ="entree_le"):
        place.save(update_fields=["adaptation_le", "debut"])
        if offre.avant:
            prevue = offre.avant["fin"]
            fin = veille(offre.entree_le)
            quittee = Admission.objects.select_for_update(of=("self",)).get(pk=offre.avant["admission"])
            quittee.fin = min(fin, date.fromisoformat(prevue)) if prevue else fin
            quittee.save(update_fields=["fin"])


def _controler_creneau(offre: Offre, entree_le: date, valeurs: dict[str, Any]) -> None:
    Section.objects.select_for_update(of=("self",), no_key=True).get(pk=offre.section_id)
    libre = regles.creneau_entree(
        entree_le,
        adaptations_prises(offre.section, sauf=offre.pk),
        limite=valeurs["adaptations_simultanees"],
        duree=valeurs["adaptation_duree"],
    )
    if libre != entree_le:
        message = f"Pas d’adaptation possible ce jour-là\u202f: la première est le {jour_fr(libre)}."
        raise ErreurMetier("creneau_pris", message, champ="debut")


def constater_entree(
    offre: Offre, *, venu: bool, par: Agent, maintenant: datetime, mairie: Mairie | None = None
) -> Offre:
    """The director says the child came, or did not: then its place is free again and its dossier closed.

    Raises ErreurMetier `offre_non_acceptee`, `entree_constatee`, `entree_a_venir`.
    """
    acteur: dict[str, Any] = {"par": par, "maintenant": maintenant, "mairie": mairie}
    with transaction.atomic():
        dossier, fraiche = verrouiller(offre)
        if fraiche.etat != EtatOffre.ACCEPTEE or fraiche.admission_id is None:
            raise ErreurMetier("offre_non_acceptee", "Cet enfant n’est pas encore admis.")
        if fraiche.entree:
            raise ErreurMetier("entree_constatee", "L’entrée de l’enfant est déjà constatée.")
        if timezone.localdate(maintenant) < fraiche.entree_le:
            message = f"L’entrée est prévue le {jour_fr(fraiche.entree_le)}\u202f: constatez-la ce jour-là."
            raise ErreurMetier("entree_a_venir", message)
        fraiche.entree = EntreeOffre.VENU if venu else EntreeOffre.ABSENT
        fraiche.entree_constatee_le = maintenant
        enregistrer(fraiche, "entree", "entree_constatee_le")
        noter_offre(fraiche, "entree", motif=fraiche.entree, **acteur)
        if not venu:
            defaire_admission(fraiche, **acteur)
            if not fraiche.en_urgence:
                changer_etat(dossier, "constater_absence", **acteur)
    return fraiche
