"""What was done around a family's dossiers, for its access export: contacts, letters, acts, readings."""

from collections.abc import Iterator
from typing import Any

from dossiers.models import (
    ActionJournal,
    Contact,
    Courrier,
    DemandeUrgence,
    Echeance,
    EchecAffectation,
    EnfantDesigne,
    Famille,
    Journal,
    Note,
    Responsable,
    SituationPartagee,
)
from dossiers.queries.historique import phrase
from dossiers.regles.acces_famille import Rubrique

_LECTURES = (
    ActionJournal.LECTURE,
    ActionJournal.EXPORT,
    ActionJournal.IMPRESSION,
    ActionJournal.ACCES_MOTIVE,
)
# Acts whose words tell of other people, or of professionals among themselves.
_TUS = ("situation", "lien", "rapprochement", "fusion", "purge")


def echecs_de(numeros: dict[int, str]) -> Rubrique:
    colonnes = {"dossier": "Dossier", "structure": "Service", "le": "Le", "motif": "Motif"}
    lus = EchecAffectation.objects.filter(dossier__in=numeros).select_related("structure").order_by("dit_le")
    lignes = [[numeros[e.dossier_id], e.structure.nom, e.dit_le, e.get_motif_display()] for e in lus]
    return Rubrique("echecs", "Assistantes maternelles qui n’ont pas pu vous recevoir", colonnes, lignes)


def designations_de(numeros: dict[int, str]) -> Rubrique:
    colonnes = {"dossier": "Dossier", "employeur": "Employeur", "section": "Section", "le": "Le"}
    lues = EnfantDesigne.objects.filter(dossier__in=numeros).select_related("places__section__structure")
    lignes = [
        [numeros[d.dossier_id], d.places.employeur, str(d.places.section), d.designe_le]
        for d in lues.order_by("designe_le")
    ]
    return Rubrique("designations", "Places d’un employeur", colonnes, lignes)


def contacts_de(numeros: dict[int, str]) -> Rubrique:
    colonnes = {"dossier": "Dossier", "le": "Le", "canal": "Par", "issue": "Résultat"}
    lignes = [
        [numeros[c.dossier_id], c.le, c.get_canal_display(), c.get_issue_display()]
        for c in Contact.objects.filter(dossier__in=numeros).order_by("le")
    ]
    return Rubrique("contacts", "Contacts avec vous", colonnes, lignes)


def courriers_de(numeros: dict[int, str], demandeur: Responsable) -> Rubrique:
    """Those written to this adult only."""
    colonnes = {"dossier": "Dossier", "le": "Le", "canal": "Par", "objet": "Objet", "texte": "Texte"}
    lues = Courrier.objects.filter(dossier__in=numeros, responsable=demandeur).order_by("prepare_le")
    lignes = [[numeros[c.dossier_id], c.prepare_le, c.get_canal_display(), c.objet, c.corps] for c in lues]
    return Rubrique("courriers", "Courriers qui vous ont été écrits", colonnes, lignes)


def notes_de(numeros: dict[int, str]) -> Rubrique:
    lignes = [
        [numeros[n.dossier_id], n.ecrite_le, n.texte]
        for n in Note.objects.filter(dossier__in=numeros).exclude(texte="").order_by("ecrite_le")
    ]
    return Rubrique("notes", "Notes", {"dossier": "Dossier", "le": "Le", "texte": "Texte"}, lignes)


def echeances_de(numeros: dict[int, str]) -> Rubrique:
    colonnes = {"dossier": "Dossier", "nature": "Échéance", "due_le": "Due le", "faite_le": "Faite le"}
    lignes = [
        [numeros[e.dossier_id], e.get_nature_display(), e.due_le, e.faite_le]
        for e in Echeance.objects.filter(dossier__in=numeros)
    ]
    return Rubrique("echeances", "Échéances", colonnes, lignes)


def urgences_de(numeros: dict[int, str]) -> Rubrique:
    colonnes = {
        "dossier": "Dossier",
        "le": "Le",
        "structure": "Structure",
        "motif": "Motif",
        "etat": "État",
        "reponse": "Réponse",
    }
    lues = DemandeUrgence.objects.filter(dossier__in=numeros).select_related("structure")
    lignes = [
        [
            *(numeros[u.dossier_id], u.demandee_le, u.structure.nom, u.get_motif_display()),
            *(u.get_etat_display(), u.get_motif_reponse_display()),
        ]
        for u in lues
    ]
    return Rubrique("urgences", "Admissions demandées en urgence", colonnes, lignes)


def situations_de(famille: Famille, numeros: dict[int, str]) -> Rubrique:
    """Who asked and what was answered; of a protected household, nothing leaves on paper."""
    colonnes = {
        "dossier": "Dossier",
        "le": "Le",
        "service": "Service",
        "reponse": "Réponse",
        "close_le": "Close le",
    }
    lues = SituationPartagee.objects.filter(dossier__in=numeros).order_by("demandee_le")
    lignes = [
        [numeros[s.dossier_id], s.demandee_le, s.get_service_display(), s.get_reponse_display(), s.close_le]
        for s in (lues if not famille.protegee else lues.none())
    ]
    return Rubrique("situations", "Demandes d’un service à votre sujet", colonnes, lignes)


def _journal(numeros: dict[int, str]) -> Any:
    return Journal.objects.filter(dossier__in=numeros).select_related("par", "mairie").order_by("le", "pk")


def actes_de(numeros: dict[int, str]) -> Rubrique:
    colonnes = {"dossier": "Dossier", "le": "Le", "acte": "Acte", "fonction": "Par", "service": "Service"}
    lues = _journal(numeros).exclude(action__in=[*_LECTURES, *_TUS])
    lignes = [[numeros[j.dossier_id], j.le, phrase(j), *_qui(j)] for j in lues]
    return Rubrique("actes", "Ce qui a été fait", colonnes, lignes)


def lectures_de(numeros: dict[int, str]) -> Rubrique:
    """Who read: a function and a service, never a name."""
    colonnes = {"dossier": "Dossier", "le": "Le", "acte": "Acte", "fonction": "Par", "service": "Service"}
    lues = _journal(numeros).filter(action__in=_LECTURES)
    lignes = [[numeros[j.dossier_id], j.le, j.get_action_display(), *_qui(j)] for j in lues]
    return Rubrique("lectures", "Qui a lu vos dossiers", colonnes, lignes)


def _qui(ligne: Journal) -> Iterator[str]:
    yield (ligne.par.fonction or "agent de la ville") if ligne.par else "le logiciel"
    yield ligne.mairie.nom if ligne.mairie else ""
