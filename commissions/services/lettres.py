"""Letters of a séance: made in a job that takes up where it stopped, then released by a person."""

from datetime import date, datetime, time
from functools import partial
from pathlib import Path

from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import IntegrityError, transaction
from django.db.models import Max
from django.urls import reverse
from django.utils import timezone

from commissions.models import (
    Decision,
    EtatOffre,
    EtatSeance,
    Lettre,
    LotLettres,
    ModeleLettre,
    NatureLettre,
    Offre,
    Seance,
    Signataire,
)
from commissions.queries.confirmations import etats_de, structures_a_confirmer
from commissions.queries.lettres import (
    ContexteLettres,
    auteur_de,
    contexte_lettres,
    decisions_a_ecrire,
    modeles_en_vigueur,
    sans_signataire,
    valeurs_de,
)
from commissions.regles import lettres as regles
from commissions.regles.confirmation import peut_partir
from commissions.services.confirmations import ouvrir_confirmations
from commissions.services.envois import attend_gestionnaire, limite_de
from commissions.services.offres import preparer_offres
from dossiers.models import ActionJournal, Responsable
from dossiers.queries.courriers import adresse_postale, adultes_de
from dossiers.regles import destinataires
from dossiers.services.journal import journaliser
from guichet.erreurs import ErreurMetier
from structures.models import Agent, Gestionnaire
from structures.services.taches import lancer

PREPARER, REMETTRE = "commissions.taches.preparer_lettres", "commissions.taches.remettre_lettres"


@transaction.atomic
def publier_modele(
    nature: str,
    *,
    objet: str,
    corps: str,
    par: Agent | None,
    maintenant: datetime,
    demonstration: bool = False,
) -> ModeleLettre:
    """A new version of a text; the former ones stay as they are.

    Raises ErreurMetier as `controler_modele` does.
    """
    objet, corps = regles.typographie(objet.strip()), regles.typographie(corps.replace("\r\n", "\n").strip())
    regles.controler_modele(nature, objet, corps)
    dernier = ModeleLettre.objects.filter(nature=nature).aggregate(n=Max("numero"))["n"] or 0
    modele = ModeleLettre.objects.create(
        nature=nature,
        numero=dernier + 1,
        objet=objet,
        corps=corps,
        demonstration=demonstration,
        publie_le=maintenant,
        publie_par=par,
    )
    journaliser(
        ActionJournal.COURRIER, par=par, maintenant=maintenant, objet=f"modele {nature} {modele.numero}"
    )
    return modele


def charger_modeles(*, par: Agent | None, maintenant: datetime) -> None:
    """The demonstration's texts, one per nature, when there is none."""
    for nature in NatureLettre.values:
        if not ModeleLettre.objects.filter(nature=nature).exists():
            chemin = Path(settings.BASE_DIR) / "fixtures" / "lettres" / f"{nature}.txt"
            objet, _, corps = chemin.read_text(encoding="utf-8").partition("\n")
            publier_modele(
                nature, objet=objet, corps=corps, par=par, maintenant=maintenant, demonstration=True
            )


def demander_lettres(seance: Seance, *, envoi_le: date, par: Agent, maintenant: datetime) -> LotLettres:
    """Prepare the offers, then ask for the letters of everyone not yet answered, dated of `envoi_le`.

    A batch nobody released is made again. Raises ErreurMetier `envoi_passe` (field `envoi_le`),
    `modele_manquant`, `signataire_manquant`, `lettres_remises`, and what `preparer_offres` does.
    """
    if envoi_le < timezone.localdate(maintenant):
        raise ErreurMetier("envoi_passe", "Ce jour est passé.", champ="envoi_le")
    if manquants := [n.label for n in NatureLettre if n.value not in modeles_en_vigueur()]:
        raise ErreurMetier("modele_manquant", f"Il manque un modèle de lettre\u00a0: {manquants[0]}.")
    contexte = contexte_lettres(seance, le=envoi_le)
    if sans := sans_signataire(contexte, decisions_a_ecrire(seance)):
        raise ErreurMetier("signataire_manquant", f"Dites qui signe pour\u00a0: {', '.join(sans)}.")
    preparer_offres(seance, par=par, maintenant=maintenant)
    ouvrir_confirmations(sans_lettre(seance), maintenant=maintenant)
    try:
        return _ouvrir_lot(seance, envoi_le, par, maintenant)
    except IntegrityError as conflit:
        if "lot_un_en_cours" not in str(conflit):
            raise
        raise ErreurMetier("lot_en_cours", "Des lettres sont déjà en préparation.") from conflit


@transaction.atomic
def _ouvrir_lot(seance: Seance, envoi_le: date, par: Agent, maintenant: datetime) -> LotLettres:
    Seance.objects.select_for_update(of=("self",)).get(pk=seance.pk)
    ancien = LotLettres.objects.filter(seance=seance, remis_le__isnull=True).first()
    if ancien and ancien.lettres.filter(remise_le__isnull=False).exists():
        raise ErreurMetier("lettres_remises", "Ces lettres sont en train de partir.")
    if ancien:
        for lettre in ancien.lettres.exclude(fichier=""):
            transaction.on_commit(partial(default_storage.delete, str(lettre.fichier.name)))
        ancien.lettres.all().delete()
        ancien.delete()
    lot = LotLettres.objects.create(seance=seance, envoi_le=envoi_le, demande_le=maintenant, demande_par=par)
    adresse = reverse("commissions:reponses", args=[seance.pk])
    titre = f"Lettres de «\u00a0{seance}\u00a0»"
    lot.tache = lancer("lettres", titre, PREPARER, par=par, retour=adresse, lot_id=lot.pk)
    lot.save(update_fields=["tache"])
    return lot


def sans_lettre(seance: Seance) -> list[Decision]:
    """The decisions no letter has left for yet."""
    remises = set(
        Lettre.objects.filter(decision__passage__seance=seance, remise_le__isnull=False).values_list(
            "decision", flat=True
        )
    )
    return [decision for decision in decisions_a_ecrire(seance) if decision.pk not in remises]


def a_ecrire(lot: LotLettres) -> list[tuple[Decision, Offre | None]]:
    """The decisions this batch answers, in print order: mairie, then number.

    What a manager has not confirmed waits, the offer of its place as any other answer.
    """
    attendent = sans_lettre(lot.seance)
    dits = etats_de(attendent)
    voulues: list[tuple[Decision, Offre | None]] = []
    for decision in attendent:
        if decision.sens != "admis":
            if peut_partir(structures_a_confirmer(decision), dits.get(decision.pk, {})):
                voulues.append((decision, None))
            continue
        prete = next((o for o in decision.offres.all() if o.etat == EtatOffre.PREPAREE), None)
        if prete is None or decision.section is None:
            continue
        prete.section = decision.section
        if not attend_gestionnaire(prete) or prete.avis == "confirmee":
            voulues.append((decision, prete))
    return voulues


def ecrire_lettres(
    lot: LotLettres,
    decision: Decision,
    offre: Offre | None,
    *,
    contexte: ContexteLettres,
    maintenant: datetime,
) -> list[Lettre]:
    """The letters of one family, unsaved: one to each adult who may know."""
    dossier = decision.passage.dossier
    nature = NatureLettre.DISCRETE if dossier.protege else NatureLettre(regles.NATURE_DE[decision.sens])
    modele = contexte.modeles[nature]
    auteur = auteur_de(contexte, decision, offre)
    valeurs = valeurs_de(contexte, decision, offre, limite=limite_du_lot(lot), auteur=auteur)
    enfant = {"enfant": str(dossier.enfant)}
    objet, corps = regles.remplir(modele.objet, valeurs), regles.remplir(modele.corps, valeurs)
    par_cle = {adulte.cle: (adulte, responsable) for adulte, responsable in adultes_de(dossier)}
    choisis = destinataires.destinataires([a for a, _ in par_cle.values()], protegee=dossier.protege)
    return [
        Lettre(
            lot=lot,
            dossier=dossier,
            decision=decision,
            offre=offre,
            nature=nature,
            modele=modele,
            rang=adulte.rang,
            auteur=auteur.texte,
            objet=objet,
            corps=corps,
            identite={**enfant, **_identite(par_cle[adulte.cle][1])},
            empreinte=regles.empreinte(
                regles.remplir(objet, enfant), str(par_cle[adulte.cle][1]), regles.remplir(corps, enfant)
            ),
            canal=destinataires.canal(adulte),
            preparee_le=maintenant,
        )
        for adulte in choisis
    ]


def _identite(responsable: Responsable) -> dict[str, str]:
    return {
        "destinataire": str(responsable),
        "adresse": "\n".join(adresse_postale(responsable)),
        "courriel": responsable.courriel,
        "responsable": str(responsable.pk),
    }


def limite_du_lot(lot: LotLettres) -> datetime:
    """The deadline every offer of the batch says: the delay of the day they are dated of."""
    return limite_de(timezone.make_aware(datetime.combine(lot.envoi_le, time(9))))


@transaction.atomic
def ranger_lettres(lettres: list[Lettre], fichiers: list[bytes]) -> None:
    """One family's letters with their files, together: a job killed here takes up at this family."""
    for lettre, octets in zip(lettres, fichiers, strict=True):
        nom = f"lot-{lettre.lot_id}/{lettre.dossier.numero}-{lettre.rang}.pdf"
        lettre.fichier.save(nom, ContentFile(octets), save=False)
        lettre.save(force_insert=True)


def finir_lot(lot: LotLettres, octets: bytes, *, maintenant: datetime) -> None:
    """The print file is there: the batch waits for a person."""
    if octets:
        lot.fichier.save(f"lot-{lot.pk}/impression.pdf", ContentFile(octets), save=False)
    lot.fait_le = maintenant
    lot.save(update_fields=["fichier", "fait_le"])


def seance_notifiable(seance: Seance) -> bool:
    """Whether letters may be asked: the minutes are validated."""
    return seance.etat in (EtatSeance.VALIDEE, EtatSeance.NOTIFIEE)


@transaction.atomic
def nommer_signataire(
    *,
    gestionnaire: Gestionnaire | None,
    nom: str,
    qualite: str,
    delegation: str,
    depuis: date,
    par: Agent | None,
    maintenant: datetime,
) -> Signataire:
    """Who signs from that day, for the mayor (None) or a manager; the last one said of a day holds."""
    signataire, _ = Signataire.objects.update_or_create(
        gestionnaire=gestionnaire,
        depuis=depuis,
        defaults={"nom": nom, "qualite": qualite, "delegation": delegation},
    )
    journaliser(ActionJournal.COURRIER, par=par, maintenant=maintenant, objet=f"signataire {signataire.pk}")
    return signataire
