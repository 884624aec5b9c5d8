"""The nightly purge: what is due loses its names, whatever night is replayed, each dossier once."""

from collections import Counter
from collections.abc import Sequence
from datetime import date, datetime, timedelta

from django.apps import apps
from django.contrib.sessions.models import Session
from django.db import models, transaction
from django.db.models import Q
from django.utils import timezone

from dossiers.models import (
    ActionJournal,
    Cotation,
    Dossier,
    Famille,
    Maintien,
    NuitConservation,
    TraceStatistique,
    Voeu,
)
from dossiers.queries import conservation as lectures
from dossiers.queries.fiche import besoin_principal
from dossiers.regles import conservation
from dossiers.regles.anonymisation import Balayage
from dossiers.regles.besoin import compte_semaine
from dossiers.services.anonymisation import (
    balayages,
    effacer,
    lignes_mortes,
    oublier_histoire,
    supprimer,
    vider,
)
from dossiers.services.cycle import changer_etat
from dossiers.services.histoire import ouvrir_la_purge
from dossiers.services.journal import journaliser
from guichet.erreurs import ErreurMetier
from structures.models import Agent
from structures.queries import reglage
from structures.regles.ages import age_en_mois, ajouter_mois
from structures.regles.reglages import REGLAGES

# Households in one transaction: what a night that dies has to do again.
LOT, LOT_BALAYE = 20, 500
MOTIF = "conservation"


def passer_la_conservation(jour: date, *, maintenant: datetime) -> NuitConservation:
    """Anonymise what is due on `jour`, sweep what is too old. Played twice, it finds nothing more to do."""
    nuit, _ = NuitConservation.objects.get_or_create(jour=jour, defaults={"commencee_le": maintenant})
    delais = lectures.delais(le=jour)
    for possibles in lectures.familles_possibles(delais, le=jour):
        lues = lectures.foyers(Famille.objects.filter(pk__parmi=possibles))
        dues = [pk for pk, foyer in lues.items() if conservation.echus(foyer, delais, le=jour)]
        for debut in range(0, len(dues), LOT):
            _anonymiser_lot(dues[debut : debut + LOT], nuit, delais, jour=jour, maintenant=maintenant)
    for balayage in balayages():
        while _balayer(balayage, nuit, jour=jour, maintenant=maintenant) == LOT_BALAYE:
            pass
        _balayer_le_passe(balayage, jour=jour, maintenant=maintenant)
    Session.objects.filter(expire_date__lt=maintenant).delete()
    NuitConservation.objects.filter(pk=nuit.pk).update(finie_le=maintenant)
    nuit.refresh_from_db()
    return nuit


def _anonymiser_lot(
    cles: Sequence[int],
    nuit: NuitConservation,
    delais: conservation.Delais,
    *,
    jour: date,
    maintenant: datetime,
) -> None:
    """A few households in one transaction, read again under their locks, with what is counted of them."""
    with ouvrir_la_purge(par=None, motif=MOTIF, maintenant=maintenant) as ligne:
        verrous = Famille.objects.select_for_update().filter(pk__in=cles, anonymisee_le__isnull=True)
        familles = list(verrous.order_by("pk"))
        list(Dossier.objects.select_for_update().filter(famille__in=familles).order_by("pk"))
        echus = {pk: conservation.echus(f, delais, le=jour) for pk, f in lectures.foyers(familles).items()}
        dossiers = {pk: raison for e in echus.values() for pk, raison in e.dossiers.items()}
        enfants = [pk for e in echus.values() for pk in e.enfants]
        finies = [pk for pk, e in echus.items() if e.famille]
        traces = _traces(dossiers, le=jour)
        effacer(dossiers, enfants, finies)
        TraceStatistique.objects.bulk_create(traces)
        for dossier in Dossier.objects.filter(pk__in=dossiers).order_by("pk"):
            changer_etat(dossier, "anonymiser", par=None, maintenant=maintenant)
        Famille.objects.filter(pk__in=finies).update(anonymisee_le=maintenant)
        _compter(nuit, Counter(dossiers.values()), familles=len(finies))
        ligne.details = {"jour": jour.isoformat(), "dossiers": len(dossiers), "foyers": len(finies)}
        ligne.save(update_fields=["details"])


def _traces(raisons: dict[int, str], *, le: date) -> list[TraceStatistique]:
    """What is counted of each dossier, read before anything goes."""
    lus = Dossier.objects.filter(pk__in=raisons).select_related("enfant").prefetch_related("besoins")
    return [_trace(dossier, raisons[dossier.pk], le=le) for dossier in lus.order_by("pk")]


def _trace(dossier: Dossier, raison: str, *, le: date) -> TraceStatistique:
    besoin = besoin_principal(list(dossier.besoins.all()))
    cotation = Cotation.objects.filter(dossier=dossier).order_by("-pk").first()
    naissance = conservation.mois_de(dossier.enfant.ne_ou_prevu_le)
    types = Voeu.objects.filter(dossier=dossier).order_by("rang").values_list("structure__type", flat=True)
    nombre, _ = (
        compte_semaine(besoin.demi_journees, besoin.demi_journees_b, besoin.nombre_max) if besoin else (0, 0)
    )
    return TraceStatistique(
        dossier=dossier,
        raison=raison,
        quartier_id=dossier.quartier_id if _quartier_partage(dossier, le=le) else None,
        age_entree_mois=age_en_mois(naissance, max(besoin.entree_le, naissance)) if besoin else None,
        besoin=besoin.type if besoin else "",
        nb_demi_journees=nombre,
        entree_mois=conservation.mois_de(besoin.entree_le) if besoin else None,
        declare=cotation.declare if cotation else None,
        verifie=cotation.verifie if cotation else None,
        types_structures=list(dict.fromkeys(types)),
    )


def _quartier_partage(dossier: Dossier, *, le: date) -> bool:
    """Enough dossiers of that year name the quartier for it to point at nobody."""
    if dossier.quartier_id is None:
        return False
    memes = Dossier.objects.filter(depose_le__year=dossier.depose_le.year)
    memes = memes.filter(Q(quartier=dossier.quartier_id) | Q(trace__quartier=dossier.quartier_id))
    seuil: int = reglage("seuil_quartier", le=le)
    return memes.count() >= seuil


def _balayer(balayage: Balayage, nuit: NuitConservation, *, jour: date, maintenant: datetime) -> int:
    """One chunk of what is too old; returns how many rows it held."""
    modele = apps.get_model(balayage.modele)
    trop_vieux = {f"{balayage.jour}__date__lt": _limite(balayage.reglage, jour)}
    lignes = modele._default_manager.filter(**trop_vieux)
    for colonne, valeurs in balayage.parmi.items():
        lignes = lignes.filter(**{f"{colonne}__in": valeurs})
    if balayage.vides:
        # Already emptied, it is not counted again.
        temoins = [nom for nom in balayage.vides if not _json(modele, nom)]
        lignes = lignes.exclude(**dict.fromkeys(temoins, ""))
    if not (cles := list(lignes.order_by("pk").values_list("pk", flat=True)[:LOT_BALAYE])):
        return 0
    with ouvrir_la_purge(par=None, motif=MOTIF, maintenant=maintenant) as ligne:
        if balayage.vides:
            vider(modele, cles, balayage.vides, ())
        else:
            supprimer(modele, cles)
        oublier_histoire(balayage.modele, cles)
        _compter(nuit, balayes={balayage.libelle: len(cles)})
        ligne.details = {"jour": jour.isoformat(), balayage.modele: len(cles)}
        ligne.save(update_fields=["details"])
    return len(cles)


def _balayer_le_passe(balayage: Balayage, *, jour: date, maintenant: datetime) -> None:
    """The history of rows deleted long ago, by this sweep or by anything else, goes too."""
    if balayage.vides:
        return
    trop_vieux = {f"{balayage.jour}__date__lt": _limite(balayage.reglage, jour)}
    if cles := lignes_mortes(balayage.modele, trop_vieux, balayage.parmi):
        with ouvrir_la_purge(par=None, motif=MOTIF, maintenant=maintenant):
            oublier_histoire(balayage.modele, cles)


def _json(modele: type[models.Model], nom: str) -> bool:
    return isinstance(modele._meta.get_field(nom), models.JSONField)


def _limite(cle: str, jour: date) -> date:
    duree: int = reglage(cle, le=jour)
    return jour - timedelta(days=duree) if REGLAGES[cle].unite == "jours" else ajouter_mois(jour, -duree)


def _compter(
    nuit: NuitConservation,
    dossiers: Counter[str] | None = None,
    *,
    familles: int = 0,
    balayes: dict[str, int] | None = None,
) -> None:
    frais = NuitConservation.objects.select_for_update().get(pk=nuit.pk)
    frais.dossiers = dict(Counter(frais.dossiers) + (dossiers or Counter()))
    frais.balayes = dict(Counter(frais.balayes) + Counter(balayes or {}))
    frais.familles += familles
    frais.save(update_fields=["dossiers", "familles", "balayes"])


@transaction.atomic
def maintenir(dossier: Dossier, *, motif: str, jusqu_au: date, par: Agent, maintenant: datetime) -> Maintien:
    """Hold a dossier back from the purge until a day to come.

    Raises ErreurMetier `jour_passe`, `deja_maintenu` or `deja_anonymise`.
    """
    if jusqu_au <= timezone.localdate(maintenant):
        raise ErreurMetier("jour_passe", "Choisissez un jour à venir.", champ="jusqu_au")
    frais = Dossier.objects.select_for_update().get(pk=dossier.pk)
    if frais.anonymise_le:
        raise ErreurMetier("deja_anonymise", "Ce dossier est déjà anonymisé.", champ="numero")
    if Maintien.objects.filter(dossier=frais, leve_le__isnull=True).exists():
        raise ErreurMetier("deja_maintenu", "Ce dossier est déjà maintenu.", champ="numero")
    pose = Maintien.objects.create(
        dossier=frais, motif=motif, jusqu_au=jusqu_au, pose_le=maintenant, pose_par=par
    )
    journaliser(
        ActionJournal.MAINTIEN,
        par=par,
        maintenant=maintenant,
        dossier=frais,
        motif=motif,
        details={"jusqu_au": jusqu_au.isoformat()},
    )
    return pose


@transaction.atomic
def lever_maintien(maintien: Maintien, *, par: Agent, maintenant: datetime) -> None:
    """The hold ends: the next night looks at the dossier again."""
    levees = Maintien.objects.filter(pk=maintien.pk, leve_le__isnull=True)
    if levees.update(leve_le=maintenant, leve_par=par):
        journaliser(
            ActionJournal.MAINTIEN, par=par, maintenant=maintenant, dossier=maintien.dossier, objet="leve"
        )
