"""What a merge writes: the household, the child, the request, and the rows that change hands."""

from datetime import datetime, timedelta

from django.db import models

from dossiers.models import (
    Admission,
    Besoin,
    Dossier,
    EtatDossier,
    EtatUrgence,
    Lien,
    LigneReprise,
    PieceJustificative,
    Responsable,
    Voeu,
)
from dossiers.queries import fusion as lecture
from dossiers.queries.fusion import Plan
from dossiers.regles.fusion import ABSORBE
from dossiers.services.foyer import prevenir_fratrie


def retenir(
    cible: models.Model, source: models.Model, champs: tuple[str, ...], *, prefere_source: bool
) -> None:
    """Take `champs` from the side preferred; what it leaves blank is filled by the other, never erased."""
    for nom in champs:
        premier, second = getattr(source, nom), getattr(cible, nom)
        if not prefere_source:
            premier, second = second, premier
        setattr(cible, nom, second if premier in (None, "", {}) else premier)


def ecrire_foyer(plan: Plan, maintenant: datetime) -> None:
    garde, absorbe = plan.garde.famille, plan.absorbe.famille
    if garde.pk != absorbe.pk:
        retenir(garde, absorbe, lecture.CHAMPS_FOYER, prefere_source=plan.choix["foyer"] == ABSORBE)
        _ecrire_responsables(plan)
    if plan.protege:
        jours = [f.protegee_le for f in (garde, absorbe) if f.protegee and f.protegee_le]
        for famille in (garde, absorbe):
            if not famille.protegee:
                famille.protegee, famille.protegee_le = True, min(jours, default=maintenant)
        absorbe.version += 1
        absorbe.save(update_fields=["protegee", "protegee_le", "version"])
        # The other children of either household are protected with it: a page left open must see it.
        for famille in (garde, absorbe):
            prevenir_fratrie(famille, sauf=(plan.garde, plan.absorbe))
    garde.version += 1
    garde.save()


def _ecrire_responsables(plan: Plan) -> None:
    for connu, autre in plan.communs:
        prefere = plan.choix["coordonnees"] == ABSORBE
        retenir(connu, autre, lecture.CHAMPS_COORDONNEES, prefere_source=prefere)
        # Kept away or opposed in one dossier is kept away or opposed in both.
        connu.ecarte |= autre.ecarte
        connu.opposition_ecrite |= autre.opposition_ecrite
        connu.autorite_parentale &= autre.autorite_parentale or not autre.ecarte
        connu.save()
    pris = set(plan.garde.famille.responsables.values_list("rang", flat=True))
    libres = [rang for rang in (1, 2) if rang not in pris]
    for rang, ajoute in zip(libres, plan.ajoutes, strict=False):
        copie = Responsable.objects.get(pk=ajoute.pk)
        copie.pk, copie.famille_id, copie.rang = None, plan.garde.famille_id, rang
        copie.save(force_insert=True)


def ecrire_enfant(plan: Plan) -> None:
    enfant, autre = plan.garde.enfant, plan.absorbe.enfant
    if enfant.pk == autre.pk:
        return
    retenir(enfant, autre, lecture.CHAMPS_ENFANT, prefere_source=plan.choix["enfant"] == ABSORBE)
    if autre.groupe_id and not enfant.groupe_id:
        # The twin's place in its birth follows: the birth does not gain a child.
        enfant.groupe_id, enfant.rang_naissance = autre.groupe_id, autre.rang_naissance
        autre.groupe = None
        autre.save(update_fields=["groupe"])
    enfant.save()


def ecrire_demande(plan: Plan) -> None:
    garde, absorbe = plan.garde, plan.absorbe
    retenir(garde, absorbe, lecture.CHAMPS_DEMANDE, prefere_source=plan.choix["demande"] == ABSORBE)
    retenir(garde, absorbe, lecture.CHAMPS_SUIVI, prefere_source=plan.choix["suivi"] == ABSORBE)
    garde.depose_le, garde.nb_passages, garde.nb_refus_offre = plan.depose_le, plan.passages, plan.refus
    garde.numero_origine = garde.numero_origine or absorbe.numero_origine
    garde.admission_actuelle_id = garde.admission_actuelle_id or absorbe.admission_actuelle_id
    for nom in ("renouvele_le", "a_renouveler_le", "engagements_le"):
        setattr(garde, nom, max((j for d in (garde, absorbe) if (j := getattr(d, nom))), default=None))
    if absorbe.dernier_contact_le and absorbe.dernier_contact_le > (
        garde.dernier_contact_le or absorbe.dernier_contact_le - timedelta(1)
    ):
        garde.dernier_contact_le = absorbe.dernier_contact_le
        garde.dernier_contact_canal = absorbe.dernier_contact_canal
    if plan.complet_le is None:
        gardes = [j for d in (garde, absorbe) if (j := d.complet_garde_le)]
        garde.complet_garde_le = min(gardes, default=None)
    elif garde.etat != EtatDossier.INCOMPLET:
        garde.complet_le, garde.complet_garde_le = plan.complet_le, None
    garde.version += 1
    garde.save()
    if plan.choix["besoin"] == ABSORBE and absorbe.besoins.exists():
        garde.besoins.all().delete()
        for besoin in absorbe.besoins.all():
            dits = {n: getattr(besoin, n) for n in lecture.CHAMPS_BESOIN}
            if not _memes_adultes(garde, absorbe):
                # A contract is held by a rank: among other adults it would change hands.
                dits |= {"titulaires": [], "titulaires_b": []}
            Besoin.objects.create(dossier=garde, **dits)
    if plan.choix["voeux"] == ABSORBE and absorbe.voeux.exists():
        garde.voeux.all().delete()
        for voeu in absorbe.voeux.all():
            Voeu.objects.create(dossier=garde, rang=voeu.rang, structure_id=voeu.structure_id)


def _memes_adultes(*dossiers: Dossier) -> bool:
    """Whether both households name the same adults at the same ranks."""
    adultes = [
        list(d.famille.responsables.order_by("rang").values_list("rang", "cle_identite")) for d in dossiers
    ]
    return adultes[0] == adultes[1]


def deplacer(plan: Plan) -> None:
    """Rows change hands; pieces are recopied, so that the absorbed dossier still says what it said."""
    garde, absorbe = plan.garde, plan.absorbe
    absorbe.contacts.update(dossier=garde)
    absorbe.notes.update(dossier=garde)
    suivies = garde.situations.filter(close_le=None).values_list("service", flat=True)
    absorbe.situations.exclude(close_le=None, service__in=list(suivies)).update(dossier=garde)
    attend = garde.urgences.filter(etat=EtatUrgence.DEMANDEE).exists()
    doubles = absorbe.urgences.filter(etat=EtatUrgence.DEMANDEE) if attend else absorbe.urgences.none()
    absorbe.urgences.exclude(pk__in=doubles).update(dossier=garde)
    designees = garde.designations.values_list("places", flat=True)
    absorbe.designations.exclude(places__in=list(designees)).update(dossier=garde)
    _etendre_liens(garde.famille_id, absorbe.famille_id)
    LigneReprise.objects.filter(dossier=absorbe).update(dossier=garde)
    for ligne in plan.lignes:
        ligne.dossier = garde
        ligne.save(update_fields=["dossier"])
    Admission.objects.filter(dossier=absorbe).update(dossier=garde)
    Admission.objects.filter(enfant=absorbe.enfant_id).update(enfant=garde.enfant_id)
    for ancien in plan.anciens:
        ancien.enfant_id, ancien.famille_id = garde.enfant_id, garde.famille_id
        ancien.version += 1
        ancien.save(update_fields=["enfant", "famille", "version"])
    for frere in plan.fratrie:
        frere.famille_id = garde.famille_id
        frere.version += 1
        frere.save(update_fields=["famille", "version"])
    if plan.un_foyer and garde.famille_id != absorbe.famille_id:
        absorbe.famille.enfants.exclude(pk=absorbe.enfant_id).update(famille=garde.famille_id)
    for report in plan.reports:
        porteur = {"dossier": garde} if report.piece.dossier_id else {"famille_id": garde.famille_id}
        piece = report.remplace or PieceJustificative(code=report.piece.code, **porteur)
        for nom in lecture.CHAMPS_PIECE:
            setattr(piece, nom, getattr(report.piece, nom))
        piece.save()
    for perdue in plan.perdues:
        perdue.etat, perdue.equivalent, perdue.vue_le, perdue.vue_par = "attendue", "", None, None
        perdue.valide_jusqu_au = None
        perdue.save()


def _etendre_liens(une: int, autre: int) -> None:
    """Whoever is linked to one of the households is linked to both: neither dossier opens by the other."""
    for de, vers in ((une, autre), (autre, une)):
        deja = Lien.objects.filter(famille=vers, leve_le=None).values("agent")
        for lien in Lien.objects.filter(famille=de, leve_le=None).exclude(agent__in=deja):
            Lien.objects.create(agent_id=lien.agent_id, famille_id=vers, declare_le=lien.declare_le)
