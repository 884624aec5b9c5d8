"""A version comes into force: every pending dossier scored beside, then one switch."""

from collections.abc import Callable
from datetime import datetime
from functools import partial
from typing import Any

from django.db import transaction
from django.db.models import Exists, OuterRef
from django.urls import reverse
from django.utils import timezone

from dossiers.models import ActionJournal, Cotation, Dossier, EtatGrille, GrilleCriteres, Journal
from dossiers.queries.grilles import grille_pure
from dossiers.services.cotation import recoter_tout
from dossiers.services.statistiques import tenir_les_statistiques
from guichet.erreurs import ErreurMetier
from guichet.texte import accord
from structures.models import Agent, Tache
from structures.services.taches import avancer, lancer, suivre

PUBLIER = "dossiers.taches.publier"


def publier_grille(version: GrilleCriteres, *, par: Agent | None, maintenant: datetime) -> Tache:
    """Ask for the publication of a draft: its job scores every pending dossier, then switches.

    Raises ErreurMetier when the version is not a draft, begins later, or another one is being published.
    """
    with transaction.atomic():
        _reserver(version, maintenant=maintenant)
        return _lancer(version, par=par)


def programmer_grille(version: GrilleCriteres, *, par: Agent | None, maintenant: datetime) -> GrilleCriteres:
    """Publish a draft that begins later: nothing changes before its first day, when it comes into force.

    Raises ErreurMetier when the version is not a draft or has begun already.
    """
    with transaction.atomic():
        verrou = GrilleCriteres.objects.select_for_update().get(pk=version.pk)
        if verrou.etat != EtatGrille.BROUILLON:
            raise ErreurMetier("grille_publiee", "Seul un brouillon se publie.")
        if not a_venir(verrou, maintenant=maintenant):
            raise ErreurMetier("deja_commencee", "Cette grille a déjà commencé : publiez-la.")
        grille_pure(verrou)
        verrou.etat, verrou.publiee_le, verrou.publiee_par = EtatGrille.PROGRAMMEE, maintenant, par
        verrou.save(update_fields=["etat", "publiee_le", "publiee_par"])
        _consigner(verrou, par=par, maintenant=maintenant, programmee=verrou.debut.isoformat())
    return verrou


def deprogrammer_grille(version: GrilleCriteres, *, par: Agent | None, maintenant: datetime) -> None:
    """Make a version to come a draft again. Raises ErreurMetier once its day has come."""
    with transaction.atomic():
        verrou = GrilleCriteres.objects.select_for_update().get(pk=version.pk)
        if verrou.etat != EtatGrille.PROGRAMMEE:
            raise ErreurMetier("pas_programmee", "Cette grille n’attend plus son jour.")
        verrou.etat, verrou.publiee_le, verrou.publiee_par = EtatGrille.BROUILLON, None, None
        verrou.save(update_fields=["etat", "publiee_le", "publiee_par"])
        _consigner(verrou, par=par, maintenant=maintenant, programmee=None)


def publier_les_prevues(*, maintenant: datetime) -> list[Tache]:
    """Ask for the publication of the version whose day has come, in the name of who had published it.

    One at a time, the oldest first: the next one follows at the next call. A failure leaves it waiting.
    """
    with transaction.atomic():
        if GrilleCriteres.objects.filter(etat=EtatGrille.EN_PUBLICATION).exists():
            return []
        dues = GrilleCriteres.objects.filter(
            etat=EtatGrille.PROGRAMMEE, debut__lte=timezone.localdate(maintenant)
        )
        version = dues.select_related("publiee_par").order_by("debut", "pk").first()
        if version is None:
            return []
        _reserver(version, maintenant=maintenant, depuis=EtatGrille.PROGRAMMEE)
        return [_lancer(version, par=version.publiee_par)]


def a_venir(version: GrilleCriteres, *, maintenant: datetime) -> bool:
    return version.debut > timezone.localdate(maintenant)


def publier_maintenant(
    version: GrilleCriteres,
    *,
    par: Agent | None,
    maintenant: datetime,
    avancement: Callable[[int, int], None] | None = None,
) -> int:
    """The same without a job, for a command; returns the number of dossiers scored."""
    _reserver(version, maintenant=maintenant)
    return _mettre_en_vigueur(version, par=par, maintenant=maintenant, avancement=avancement)


def executer_publication(tache_id: str, *, grille_id: int, par: Agent | None, maintenant: datetime) -> None:
    """The body of the job, safe to run again after a crash; a failure gives the draft back."""
    with suivre(tache_id) as tache:
        version = GrilleCriteres.objects.get(pk=grille_id)
        if version.etat != EtatGrille.EN_PUBLICATION:
            raise ErreurMetier("publication_interrompue", "Cette publication n’est plus en attente.")
        total = _mettre_en_vigueur(
            version, par=par, maintenant=maintenant, avancement=partial(avancer, tache)
        )
        recalcules = accord(total, "dossier recalculé,dossiers recalculés")
        tache.message = f"« {version.nom} » est en vigueur : {recalcules}."
        tache.resultat = {"url": adresse(version), "libelle": "Voir la grille"}


def _lancer(version: GrilleCriteres, *, par: Agent | None) -> Tache:
    return lancer(
        "publication_grille",
        f"Publication de « {version.nom} »",
        PUBLIER,
        par=par,
        retour=adresse(version),
        grille_id=version.pk,
        par_id=par.pk if par else None,
    )


def adresse(version: GrilleCriteres) -> str:
    return reverse("dossiers:grille_detail", args=[version.pk])


def _reserver(
    version: GrilleCriteres, *, maintenant: datetime, depuis: EtatGrille = EtatGrille.BROUILLON
) -> None:
    """From draft to being published: from now on a dossier that changes is scored under it too."""
    with transaction.atomic():
        toutes = {v.pk: v for v in GrilleCriteres.objects.select_for_update().order_by("pk")}
        verrou = toutes[version.pk]
        if verrou.etat != depuis:
            raise ErreurMetier("grille_publiee", "Seul un brouillon se publie.")
        if any(v.etat == EtatGrille.EN_PUBLICATION for v in toutes.values()):
            raise ErreurMetier("publication_en_cours", "Une autre grille est en cours de publication.")
        if a_venir(verrou, maintenant=maintenant):
            message = f"Cette grille commence le {verrou.debut:%d/%m/%Y} : programmez-la."
            raise ErreurMetier("trop_tot", message, champ="debut")
        verrou.etat = EtatGrille.EN_PUBLICATION
        verrou.save(update_fields=["etat"])


def _mettre_en_vigueur(
    version: GrilleCriteres,
    *,
    par: Agent | None,
    maintenant: datetime,
    avancement: Callable[[int, int], None] | None,
) -> int:
    """The dossiers of a frozen séance keep the lines copied at the freeze: nothing here touches them."""
    en_vigueur = False
    try:
        recoter_tout(version, maintenant=maintenant, refaire=True, avancement=avancement)
        # The list is read under the new version a moment later: the planner must know its rows.
        tenir_les_statistiques(Cotation)
        while not (en_vigueur := _basculer(version, par=par, maintenant=maintenant)):
            recoter_tout(version, maintenant=maintenant, refaire=False)
    finally:
        if not en_vigueur:
            # A version that waited for its day waits again; a draft is a draft again.
            avant = EtatGrille.PROGRAMMEE if version.publiee_le else EtatGrille.BROUILLON
            GrilleCriteres.objects.filter(pk=version.pk).update(etat=avant)
    return Cotation.objects.filter(grille=version, courante=True).count()


def _basculer(version: GrilleCriteres, *, par: Agent | None, maintenant: datetime) -> bool:
    """The switch itself: False when a dossier came onto the list without its new score."""
    with transaction.atomic():
        list(GrilleCriteres.objects.select_for_update().order_by("pk"))
        cotes = Cotation.objects.filter(grille=version, courante=True, dossier=OuterRef("pk"))
        if Dossier.objects.en_attente().filter(~Exists(cotes)).exists():
            return False
        GrilleCriteres.objects.filter(etat=EtatGrille.EN_VIGUEUR).update(etat=EtatGrille.REMPLACEE)
        GrilleCriteres.objects.filter(pk=version.pk).update(
            etat=EtatGrille.EN_VIGUEUR, publiee_le=maintenant, publiee_par=par
        )
        _consigner(version, par=par, maintenant=maintenant)
    return True


def _consigner(version: GrilleCriteres, *, par: Agent | None, maintenant: datetime, **details: Any) -> None:
    Journal.objects.create(
        le=maintenant,
        par=par,
        action=ActionJournal.COTATION,
        objet=f"Grille {version.pk}",
        details={"grille": version.nom, **details},
    )
