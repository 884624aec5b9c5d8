"""Merging two dossiers of one child: one lives on with the older rank, the other is closed as a duplicate."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils import timezone

from dossiers.models import (
    ActionJournal,
    Dossier,
    EtatDossier,
    Famille,
    Fusion,
    Rapprochement,
    StatutRapprochement,
)
from dossiers.queries import fusion as lecture
from dossiers.queries.fusion import Plan
from dossiers.regles import cycle
from dossiers.services.cotation import coter_dossier
from dossiers.services.cycle import changer_etat
from dossiers.services.empreinte_fusion import mouvements, photographier
from dossiers.services.fusion_ecriture import deplacer, ecrire_demande, ecrire_enfant, ecrire_foyer
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
    "dossiers.EchecAffectation.dossier": "reste\u00a0: dit à la coordination pour ce dossier-là",
    "dossiers.EnfantDesigne.dossier": "suit, sauf si l’employeur a déjà désigné le dossier gardé",
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
    ecrire_foyer(plan, maintenant)
    ecrire_enfant(plan)
    ecrire_demande(plan)
    deplacer(plan)
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
