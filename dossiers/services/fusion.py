"""Merging two dossiers of one child: one lives on with the older rank, the other is closed as a duplicate."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from django.db import IntegrityError, models, transaction
from django.db.models import Q
from django.utils import timezone

from dossiers.models import (
    ActionJournal,
    Admission,
    Besoin,
    Dossier,
    EtatDossier,
    EtatUrgence,
    Famille,
    Fusion,
    Lien,
    LigneReprise,
    PieceJustificative,
    Rapprochement,
    Responsable,
    StatutRapprochement,
    Voeu,
)
from dossiers.queries import fusion as lecture
from dossiers.queries.fusion import Plan
from dossiers.regles import cycle
from dossiers.regles.fusion import ABSORBE
from dossiers.services.cotation import coter_dossier
from dossiers.services.cycle import changer_etat
from dossiers.services.empreinte_fusion import mouvements, photographier
from dossiers.services.foyer import prevenir_fratrie
from dossiers.services.journal import journaliser
from dossiers.services.pieces import completer_si_complet
from guichet.erreurs import ErreurMetier
from structures.models import Agent, Mairie
from structures.queries import reglage

# What becomes of each reference to a dossier, a child or a household: a new one must be written here.
TRAITEMENTS = {
    "dossiers.Admission.dossier": "suit le dossier gardé",
    "dossiers.Admission.enfant": "suit l’enfant gardé",
    "dossiers.Besoin.dossier": "celui qu’on choisit, recopié",
    "dossiers.Brouillon.dossier": "reste : une modification commencée ne s’applique plus",
    "dossiers.Contact.dossier": "suit le dossier gardé",
    "dossiers.Courrier.dossier": "reste : ce qui fut écrit l’a été pour ce dossier",
    "dossiers.DemandeUrgence.dossier": "suit, sauf si une autre attend déjà sa réponse sur le dossier gardé",
    "dossiers.Renseignement.dossier": "reste : il dit d’où ce dossier est venu",
    "dossiers.Cotation.dossier": "reste : les points sont recalculés sur le dossier gardé",
    "dossiers.Dossier.enfant": "un ancien dossier du même enfant suit l’enfant gardé",
    "dossiers.Dossier.famille": "la fratrie suit quand les deux foyers n’en font qu’un",
    "dossiers.Echeance.dossier": "reste : le dossier gardé a ses propres délais",
    "dossiers.Enfant.famille": "la fratrie suit quand les deux foyers n’en font qu’un",
    "dossiers.ExportAcces.famille": "reste : il a été fait pour ce foyer, et s’efface de lui-même",
    "dossiers.Fusion.absorbe": "la fusion elle-même",
    "dossiers.Fusion.garde": "la fusion elle-même",
    "dossiers.Journal.dossier": "reste : la page du dossier gardé montre aussi ces lignes",
    "dossiers.Lien.famille": "vaut pour les deux foyers",
    "dossiers.LigneListe.dossier": "projection tenue par la base",
    "dossiers.LigneManuelle.dossier": "suit, sauf si le dossier gardé a déjà ce critère",
    "dossiers.LigneReprise.dossier": "suit : rejouer le fichier retrouve le dossier gardé",
    "dossiers.Maintien.dossier": "reste : il tient ce dossier-là",
    "dossiers.Note.dossier": "suit le dossier gardé",
    "dossiers.Ouverture.dossier": "reste : ce dossier-là fut ouvert",
    "dossiers.PersonneNommee.dossier": "reste : une fusion ne montre un dossier protégé à personne de plus",
    "dossiers.PieceJustificative.dossier": "la meilleure des deux, avec les faits qu’elle prouve",
    "dossiers.PieceJustificative.famille": "la meilleure des deux, avec les faits qu’elle prouve",
    "dossiers.Rapprochement.autre": "suit, sauf si le dossier gardé a déjà cette paire",
    "dossiers.Rapprochement.dossier": "suit, sauf si le dossier gardé a déjà cette paire",
    "dossiers.Responsable.famille": "ajouté s’il reste une place, sinon laissé au dossier absorbé",
    "dossiers.SituationPartagee.dossier": "suit, sauf si ce service en suit déjà une sur le dossier gardé",
    "dossiers.TraceStatistique.dossier": "reste : un dossier sans noms ne fusionne pas",
    "dossiers.Voeu.dossier": "les choix qu’on retient, recopiés",
    "commissions.Lettre.dossier": "reste\u202f: une lettre gardée telle qu’elle est partie",
    "commissions.Offre.dossier": "reste\u202f: une place proposée a une réponse, à ce dossier-là",
    "commissions.Offre.enfant": "reste\u202f: avec son dossier",
    "commissions.Passage.dossier": "reste : une séance gelée ne se réécrit pas",
}


def fusionner(
    garde: Dossier,
    absorbe: Dossier,
    *,
    choix: Mapping[str, str],
    par: Agent,
    maintenant: datetime,
    mairie: Mairie | None = None,
    versions: tuple[int, int] | None = None,
) -> Fusion:
    """Make one dossier of two and return what the undo needs.

    `choix` says for each group of `regles.fusion.GROUPES` which dossier it is taken from; `versions` are
    those the person had before them. Raises ErreurMetier `fusion_impossible`, `deja_fusionne`,
    `modifie_entre_temps`, `choix_inconnu`, `admissions_en_conflit`.
    """
    try:
        with transaction.atomic():
            return _fusionner(
                garde,
                absorbe,
                choix=choix,
                par=par,
                maintenant=maintenant,
                mairie=mairie,
                versions=versions,
            )
    except IntegrityError as conflit:
        if "admission_sans_chevauchement" not in str(conflit):
            raise
        message = "Les deux dossiers ont une place sur les mêmes dates : corrigez d’abord les admissions."
        raise ErreurMetier("admissions_en_conflit", message) from conflit


def _fusionner(
    garde: Dossier,
    absorbe: Dossier,
    *,
    choix: Mapping[str, str],
    par: Agent,
    maintenant: datetime,
    mairie: Mairie | None,
    versions: tuple[int, int] | None,
) -> Fusion:
    garde, absorbe = verrouiller(garde, absorbe)
    _refuser(garde, absorbe, versions)
    jour = timezone.localdate(maintenant)
    plan = lecture.plan_fusion(garde, absorbe, choix=choix, le=jour)
    avant, garde_le = photographier(garde, absorbe), garde.complet_garde_le
    etats: dict[str, Any] = {"suspendus": _suspensions(garde, absorbe)}
    acteur: dict[str, Any] = {"par": par, "mairie": mairie, "maintenant": maintenant}
    changer_etat(absorbe, "fusionner", **acteur)
    _ecrire_foyer(plan, maintenant)
    _ecrire_enfant(plan)
    _ecrire_demande(plan)
    _deplacer(plan)
    _ranger_paires(plan, par=par, maintenant=maintenant)
    fini = _ranger_etat(plan, acteur)
    for concerne in Dossier.objects.filter(famille=garde.famille_id).en_attente().order_by("pk"):
        coter_dossier(concerne, par=par, maintenant=maintenant)
    etats |= {
        "jour_garde": garde_le.isoformat() if garde_le else "",
        "garde": [garde.etat, fini.etat],
        "absorbe": [absorbe.etat, EtatDossier.CLOS],
    }
    fusion = Fusion.objects.create(
        garde=garde,
        absorbe=absorbe,
        choix=plan.choix,
        etats=etats,
        mouvements=mouvements(avant, photographier(garde, absorbe)),
        par=par,
        mairie=mairie,
        le=maintenant,
        defaisable_jusqu_au=jour + timedelta(days=reglage("defaire_fusion", le=jour)),
    )
    for dossier, autre, sens in ((garde, absorbe, "garde"), (absorbe, garde, "absorbe")):
        details = {"sens": sens, "choix": plan.choix}
        journaliser(ActionJournal.FUSION, dossier=dossier, objet=autre.numero, details=details, **acteur)
    return fusion


def verrouiller(garde: Dossier, absorbe: Dossier) -> tuple[Dossier, Dossier]:
    """Both households, then both dossiers, in the order of their keys: crossed merges wait for each other."""
    pks = (garde.pk, absorbe.pk)
    familles = list(Dossier.objects.filter(pk__in=pks).values_list("famille_id", flat=True))
    list(Famille.objects.select_for_update().filter(pk__in=familles).order_by("pk").values_list("pk"))
    verrou = Dossier.objects.select_for_update(of=("self",)).select_related("enfant", "famille", "mairie")
    lus = {d.pk: d for d in verrou.filter(pk__in=pks).order_by("pk")}
    if {d.famille_id for d in lus.values()} != set(familles):
        raise ErreurMetier("modifie_entre_temps", _CHANGE)
    return lus[garde.pk], lus[absorbe.pk]


_CHANGE = "Un des deux dossiers vient de changer : relisez-les avant de fusionner."


def _refuser(garde: Dossier, absorbe: Dossier, versions: tuple[int, int] | None) -> None:
    if garde.pk == absorbe.pk:
        raise ErreurMetier("fusion_impossible", "C’est le même dossier\u202f: choisissez-en un autre.")
    for dossier in (absorbe, garde):
        if deja := lecture.fusion_active(dossier):
            raise ErreurMetier(
                "deja_fusionne",
                f"Le dossier {dossier.numero} a déjà été fusionné dans le dossier {deja.garde.numero}.",
            )
    if versions is not None and versions != (garde.version, absorbe.version):
        raise ErreurMetier("modifie_entre_temps", _CHANGE)


def _suspensions(garde: Dossier, absorbe: Dossier) -> dict[str, list[str]]:
    return {
        sens: [d.suspendu_le.isoformat(), d.suspendu_jusqu_au.isoformat() if d.suspendu_jusqu_au else ""]
        for sens, d in (("garde", garde), ("absorbe", absorbe))
        if d.suspendu_le is not None
    }


def retenir(
    cible: models.Model, source: models.Model, champs: tuple[str, ...], *, prefere_source: bool
) -> None:
    """Take `champs` from the side preferred; what it leaves blank is filled by the other, never erased."""
    for nom in champs:
        premier, second = getattr(source, nom), getattr(cible, nom)
        if not prefere_source:
            premier, second = second, premier
        setattr(cible, nom, second if premier in (None, "", {}) else premier)


def _ecrire_foyer(plan: Plan, maintenant: datetime) -> None:
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


def _ecrire_enfant(plan: Plan) -> None:
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


def _ecrire_demande(plan: Plan) -> None:
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


def _deplacer(plan: Plan) -> None:
    """Rows change hands; pieces are recopied, so that the absorbed dossier still says what it said."""
    garde, absorbe = plan.garde, plan.absorbe
    absorbe.contacts.update(dossier=garde)
    absorbe.notes.update(dossier=garde)
    suivies = garde.situations.filter(close_le=None).values_list("service", flat=True)
    absorbe.situations.exclude(close_le=None, service__in=list(suivies)).update(dossier=garde)
    attend = garde.urgences.filter(etat=EtatUrgence.DEMANDEE).exists()
    doubles = absorbe.urgences.filter(etat=EtatUrgence.DEMANDEE) if attend else absorbe.urgences.none()
    absorbe.urgences.exclude(pk__in=doubles).update(dossier=garde)
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


def _ranger_paires(plan: Plan, *, par: Agent, maintenant: datetime) -> None:
    """This pair is settled; what was said of the absorbed dossier and a third one holds for the kept one."""
    garde, absorbe = plan.garde, plan.absorbe
    premier, second = sorted((garde.pk, absorbe.pk))
    Rapprochement.objects.update_or_create(
        dossier_id=premier,
        autre_id=second,
        defaults={"statut": StatutRapprochement.MEME_ENFANT, "motif": "", "par": par, "le": maintenant},
    )
    paires = Rapprochement.objects.filter(Q(dossier=absorbe) | Q(autre=absorbe))
    for paire in paires.exclude(dossier_id=premier, autre_id=second):
        tiers = paire.autre_id if paire.dossier_id == absorbe.pk else paire.dossier_id
        bas, haut = sorted((garde.pk, tiers))
        if not Rapprochement.objects.filter(dossier_id=bas, autre_id=haut).exists():
            Rapprochement.objects.filter(pk=paire.pk).update(dossier_id=bas, autre_id=haut)


def _ranger_etat(plan: Plan, acteur: dict[str, Any]) -> Dossier:
    """The kept dossier takes the better of both: pending if either was, complete if either was."""
    garde = plan.garde
    if garde.etat == EtatDossier.SUSPENDU and plan.absorbe.etat in cycle.EN_ATTENTE:
        garde = changer_etat(garde, "reactiver", **acteur)
    if garde.etat == EtatDossier.INCOMPLET:
        if plan.complet_le:
            garde = changer_etat(garde, "completer", complet_le=plan.complet_le, **acteur)
        else:
            completer_si_complet(garde, **acteur)
    siens = [frere.pk for frere in plan.fratrie if frere.etat == EtatDossier.INCOMPLET]
    for frere in Dossier.objects.filter(pk__in=siens).order_by("pk"):
        completer_si_complet(frere, **acteur)
    frais = Dossier.objects.get(pk=garde.pk)
    if frais.complet_le and plan.complet_le and plan.complet_le < frais.complet_le:
        frais.complet_le = plan.complet_le
    frais.version += 1
    frais.save(update_fields=["complet_le", "version"])
    garde.refresh_from_db(fields=["etat", "version", "complet_le"])
    return garde
