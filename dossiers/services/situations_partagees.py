"""A situation shared between professionals, from its opening to its end; every step in coded words."""

from collections.abc import Collection
from datetime import date, datetime, timedelta

from django.db import IntegrityError, transaction
from django.utils import timezone

from dossiers.acces import CERCLE
from dossiers.models import (
    ActionJournal,
    ChangementSituation,
    DelaiSouhaite,
    Dossier,
    EtatDossier,
    FonctionDemandeur,
    Journal,
    MembreCercle,
    MotifFinSituation,
    NatureChangement,
    NatureTache,
    ReponseSituation,
    ServiceDemandeur,
    SituationPartagee,
    TacheSituation,
)
from dossiers.regles.situation_partagee import ESSAIS_PAR_JOUR, reponse_attendue
from dossiers.services.journal import journaliser
from guichet.acces import profils_de
from guichet.erreurs import ErreurMetier
from structures.models import Agent, Mairie

INTROUVABLE = "introuvable"
INCONNU = (
    "Aucun dossier en cours ne correspond à ce numéro et à cette date. Vérifiez-les sur le récépissé de la "
    "famille."
)
FERMES = (EtatDossier.CLOS, EtatDossier.ANONYMISE)


@transaction.atomic
def ouvrir_situation(
    dossier: Dossier,
    *,
    service: str,
    fonction: str,
    delai_souhaite: str,
    par: Agent,
    maintenant: datetime,
    demandeur: Agent | None = None,
    demandee_le: date | None = None,
    mairie: Mairie | None = None,
) -> SituationPartagee:
    """Mark a dossier: who asks (`demandeur` when it has an account) and by when. The facts are not asked.

    Raises ErreurMetier `valeur_inconnue`, `demandee_a_venir`, `dossier_ferme`, `deja_ouverte`,
    `cercle_interdit`.
    """
    jour = timezone.localdate(maintenant)
    _connu(service, ServiceDemandeur.values, "service", "Dites quel service demande.")
    _connu(fonction, FonctionDemandeur.values, "fonction", "Dites la fonction de la personne.")
    _connu(delai_souhaite, DelaiSouhaite.values, "delai_souhaite", "Dites dans quel délai.")
    if (demandee_le or jour) > jour:
        raise ErreurMetier("demandee_a_venir", "Ce jour est à venir.", champ="demandee_le")
    if dossier.etat in FERMES:
        raise ErreurMetier("dossier_ferme", "Ce dossier est clos : restaurez-le d’abord.")
    situation = _une_par_service(
        SituationPartagee(
            dossier=dossier,
            service=service,
            fonction=fonction,
            demandeur=demandeur,
            demandee_le=demandee_le or jour,
            delai_souhaite=delai_souhaite,
            reponse_attendue_le=reponse_attendue(demandee_le or jour, delai_souhaite),
            ouverte_le=maintenant,
            ouverte_par=par,
        )
    )
    if demandeur:
        _entrer(situation, demandeur, par=par, maintenant=maintenant)
    _noter(situation, "ouverte", par=par, maintenant=maintenant, mairie=mairie)
    return situation


def _une_par_service(situation: SituationPartagee) -> SituationPartagee:
    try:
        with transaction.atomic():
            situation.save()
    except IntegrityError as conflit:
        if "situation_une_par_service" not in str(conflit):
            raise
        message = "Ce service suit déjà une situation sur ce dossier."
        raise ErreurMetier("deja_ouverte", message, champ="service") from conflit
    return situation


def ouvrir_par_numero(
    numero: str,
    naissance: date,
    *,
    service: str,
    fonction: str,
    delai_souhaite: str,
    par: Agent,
    maintenant: datetime,
) -> SituationPartagee:
    """A partner opens one: the number and the birth day prove it knows the family.

    Unknown number, other birth day, closed dossier, family it is linked to: one answer, `introuvable`, and
    after a few tries in a day `trop_d_essais`.
    """
    essais = Journal.objects.filter(
        action=ActionJournal.SITUATION, objet=INTROUVABLE, par=par, le__gt=maintenant - timedelta(days=1)
    )
    if essais.count() >= ESSAIS_PAR_JOUR:
        message = "Trop d’essais aujourd’hui : appelez la coordination petite enfance."
        raise ErreurMetier("trop_d_essais", message)
    dossier = _connu_de(par, numero, naissance)
    if dossier is None:
        journaliser(ActionJournal.SITUATION, par=par, maintenant=maintenant, objet=INTROUVABLE)
        raise ErreurMetier("introuvable", INCONNU, champ="numero")
    return ouvrir_situation(
        dossier,
        service=service,
        fonction=fonction,
        delai_souhaite=delai_souhaite,
        par=par,
        demandeur=par,
        maintenant=maintenant,
    )


def _connu_de(agent: Agent, numero: str, naissance: date) -> Dossier | None:
    dossier = Dossier.objects.filter(numero=numero).select_related("enfant", "famille").first()
    if dossier is None or dossier.enfant.ne_ou_prevu_le != naissance or dossier.etat in FERMES:
        return None
    lie = dossier.famille.liens.filter(agent=agent, leve_le=None).exists()
    return None if lie else dossier


@transaction.atomic
def repondre(
    situation: SituationPartagee,
    *,
    reponse: str,
    par: Agent,
    maintenant: datetime,
    mairie: Mairie | None = None,
) -> SituationPartagee:
    """Answer the service that asks; a later answer replaces the former one, the history keeps both.

    Raises ErreurMetier `valeur_inconnue`, `situation_close`.
    """
    _connu(reponse, ReponseSituation.values, "reponse", "Choisissez une réponse.")
    fraiche = _verrouiller(situation)
    fraiche.reponse, fraiche.repondue_le, fraiche.repondue_par = reponse, maintenant, par
    fraiche.save(update_fields=["reponse", "repondue_le", "repondue_par"])
    _noter(fraiche, "repondue", par=par, maintenant=maintenant, mairie=mairie, motif=reponse)
    return fraiche


@transaction.atomic
def clore_situation(
    situation: SituationPartagee,
    *,
    motif: str,
    par: Agent,
    maintenant: datetime,
    mairie: Mairie | None = None,
) -> SituationPartagee:
    """End it with a coded reason: its circle no longer follows it, what was done stays.

    Raises ErreurMetier `valeur_inconnue`, `situation_close`.
    """
    _connu(motif, MotifFinSituation.values, "motif", "Dites pourquoi elle se termine.")
    fraiche = _verrouiller(situation)
    fraiche.close_le, fraiche.close_par, fraiche.motif_fin = maintenant, par, motif
    fraiche.save(update_fields=["close_le", "close_par", "motif_fin"])
    _noter(fraiche, "close", par=par, maintenant=maintenant, mairie=mairie, motif=motif)
    return fraiche


@transaction.atomic
def dire_changement(
    situation: SituationPartagee,
    *,
    nature: str,
    par: Agent,
    maintenant: datetime,
    mairie: Mairie | None = None,
) -> ChangementSituation:
    """« Ce qui a changé », in a coded word. Raises ErreurMetier `valeur_inconnue`, `situation_close`."""
    _connu(nature, NatureChangement.values, "nature", "Dites ce qui a changé.")
    fraiche = _verrouiller(situation)
    changement = ChangementSituation.objects.create(situation=fraiche, nature=nature, le=maintenant, par=par)
    _noter(fraiche, "changement", par=par, maintenant=maintenant, mairie=mairie, motif=nature)
    return changement


@transaction.atomic
def confier_tache(
    situation: SituationPartagee,
    *,
    nature: str,
    echeance_le: date,
    responsable: Agent,
    par: Agent,
    maintenant: datetime,
    mairie: Mairie | None = None,
) -> TacheSituation:
    """Something to do, by somebody, before a day.

    Raises ErreurMetier `valeur_inconnue`, `echeance_passee`, `situation_close`.
    """
    _connu(nature, NatureTache.values, "nature", "Dites ce qu’il y a à faire.")
    if echeance_le < timezone.localdate(maintenant):
        raise ErreurMetier("echeance_passee", "Ce jour est passé.", champ="echeance_le")
    fraiche = _verrouiller(situation)
    tache = TacheSituation.objects.create(
        situation=fraiche,
        nature=nature,
        echeance_le=echeance_le,
        responsable=responsable,
        creee_le=maintenant,
        creee_par=par,
    )
    _noter(fraiche, "tache", par=par, maintenant=maintenant, mairie=mairie, motif=nature)
    return tache


@transaction.atomic
def faire_tache(
    tache: TacheSituation, *, par: Agent, maintenant: datetime, mairie: Mairie | None = None
) -> TacheSituation:
    """Done; done twice is done once."""
    fraiche = TacheSituation.objects.select_for_update(of=("self",)).get(pk=tache.pk)
    if fraiche.faite_le:
        return fraiche
    fraiche.faite_le, fraiche.faite_par = maintenant, par
    fraiche.save(update_fields=["faite_le", "faite_par"])
    situation = SituationPartagee.objects.select_related("dossier").get(pk=fraiche.situation_id)
    _noter(situation, "tache_faite", par=par, maintenant=maintenant, mairie=mairie, motif=fraiche.nature)
    return fraiche


@transaction.atomic
def entrer_au_cercle(
    situation: SituationPartagee,
    *,
    agent: Agent,
    par: Agent,
    maintenant: datetime,
    mairie: Mairie | None = None,
) -> MembreCercle:
    """Open the situation to one more person. Raises ErreurMetier `cercle_interdit`, `situation_close`."""
    fraiche = _verrouiller(situation)
    membre = _entrer(fraiche, agent, par=par, maintenant=maintenant)
    _noter(fraiche, "cercle_entre", par=par, maintenant=maintenant, mairie=mairie)
    return membre


@transaction.atomic
def sortir_du_cercle(
    membre: MembreCercle, *, par: Agent, maintenant: datetime, mairie: Mairie | None = None
) -> MembreCercle:
    """The person sees nothing more of it, at once."""
    frais = MembreCercle.objects.select_for_update(of=("self",)).get(pk=membre.pk)
    if frais.retire_le is None:
        frais.retire_le, frais.retire_par = maintenant, par
        frais.save(update_fields=["retire_le", "retire_par"])
        situation = SituationPartagee.objects.select_related("dossier").get(pk=frais.situation_id)
        _noter(situation, "cercle_sort", par=par, maintenant=maintenant, mairie=mairie)
    return frais


def _entrer(situation: SituationPartagee, agent: Agent, *, par: Agent, maintenant: datetime) -> MembreCercle:
    permis = not profils_de(agent, timezone.localdate(maintenant)).isdisjoint(CERCLE)
    lie = agent.liens.filter(famille=situation.dossier.famille_id, leve_le=None).exists()
    if not permis or lie:
        message = "Cette personne ne peut pas être du cercle : choisissez-en une autre."
        raise ErreurMetier("cercle_interdit", message, champ="agent")
    membre, _ = MembreCercle.objects.get_or_create(
        situation=situation,
        agent=agent,
        retire_le=None,
        defaults={"depuis": maintenant, "ajoute_par": par},
    )
    return membre


def _verrouiller(situation: SituationPartagee) -> SituationPartagee:
    verrou = SituationPartagee.objects.select_for_update(of=("self",)).select_related("dossier")
    fraiche = verrou.get(pk=situation.pk)
    if fraiche.close_le:
        raise ErreurMetier("situation_close", "Cette situation est close.")
    return fraiche


def _connu(valeur: str, valeurs: Collection[str], champ: str, message: str) -> None:
    if valeur not in valeurs:
        raise ErreurMetier("valeur_inconnue", message, champ=champ)


def _noter(
    situation: SituationPartagee,
    objet: str,
    *,
    par: Agent,
    maintenant: datetime,
    mairie: Mairie | None,
    motif: str = "",
) -> None:
    journaliser(
        ActionJournal.SITUATION,
        par=par,
        maintenant=maintenant,
        dossier=situation.dossier,
        objet=objet,
        motif=motif,
        details={"situation": situation.pk},
        mairie=mairie,
    )
