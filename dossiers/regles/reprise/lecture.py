"""From a line of the old list to a request: accepted, repaired (said so) or refused with its remedy."""

from functools import partial

from .besoin import lire_depot, lire_entree, lire_naissance, lire_semaine, lire_types, lire_voeux
from .cellules import Cellules
from .constats import constat
from .foyer import (
    ecarter_notes,
    est_a_naitre,
    lire_allocataire,
    lire_coche,
    lire_commune,
    lire_fratrie,
    lire_identite,
    lire_mairie,
    lire_responsables,
)
from .lignes import Contexte, Lecture, LigneDossier, Rangee
from .listes import SEXES, SITUATIONS
from .valeurs import lire_code_postal, lire_entier, lire_liste, lire_montant


def lire_ligne(rangee: Rangee, contexte: Contexte) -> Lecture:
    """Une ligne de l’ancienne liste : acceptée, réparée ou refusée, jamais devinée.

    Refused: no name, neither birth nor term, a date that does not exist, no week, no known choice,
    entry before birth (and a line whose cells overflow the headings). Every other fault is repaired
    and said, or only shown « à vérifier ». Never raises.
    """
    cellules = Cellules(rangee)
    if rangee.debord:
        cellules.refus.append(
            constat(
                "(au-delà de la dernière colonne)",
                rangee.debord,
                "La ligne a plus de cellules que de titres : ses valeurs sont décalées.",
                "Mettez entre guillemets le texte qui contient le séparateur.",
            )
        )
        return Lecture(rangee.ligne, cellules.texte("numero"), refus=cellules.refus)
    dossier = _dossier(cellules, contexte)
    ecarter_notes(cellules)
    lecture = Lecture(rangee.ligne, cellules.texte("numero"), dossier)
    lecture.refus = cellules.refus
    lecture.reparations = cellules.reparations
    lecture.a_verifier = cellules.a_verifier
    if lecture.refus:
        lecture.dossier = None
    return lecture


def _dossier(c: Cellules, contexte: Contexte) -> LigneDossier | None:
    nom, prenom = lire_identite(c, "nom", "prenom", "identite")
    if not nom:
        c.refuser("nom", "Le nom de l’enfant manque.", "Complétez le nom de l’enfant dans le fichier.")
    depot, complet = lire_depot(c, contexte)
    naissance, terme = lire_naissance(c, contexte, depot)
    if not naissance and est_a_naitre(prenom):
        prenom = ""
    if naissance and nom and not prenom:
        c.signaler("prenom", "enfant né sans prénom")
    entree = lire_entree(c, contexte, naissance, terme)
    creneaux = lire_semaine(c)
    voeux = lire_voeux(c, contexte)
    responsables = lire_responsables(c)
    commune = lire_commune(c, contexte)
    if entree is None:
        return None
    return LigneDossier(
        numero=c.texte("numero"),
        depot=depot,
        complet=complet,
        mairie=lire_mairie(c, contexte),
        nom=nom,
        prenom=prenom,
        sexe=c.lire("sexe", partial(lire_liste, liste=SEXES, quoi="un sexe"), ""),
        naissance=naissance,
        terme=terme,
        multiple=lire_coche(c, "multiple"),
        responsables=responsables,
        adresse=c.texte("adresse"),
        complement=c.texte("complement"),
        code_postal=c.lire("code_postal", lire_code_postal, ""),
        commune=commune,
        protegee=lire_coche(c, "protegee"),
        allocataire=lire_allocataire(c),
        situation=c.lire("situation", partial(lire_liste, liste=SITUATIONS, quoi="une situation"), ""),
        enfants_a_charge=c.lire("enfants_a_charge", partial(lire_entier, maximum=20), None),
        ressources=c.lire("ressources", lire_montant, None),
        quotient=c.lire("quotient", lire_montant, None),
        fratrie=lire_fratrie(c, contexte),
        handicap_enfant=lire_coche(c, "handicap_enfant"),
        handicap_foyer=lire_coche(c, "handicap_foyer"),
        parent_mineur=lire_coche(c, "parent_mineur"),
        suivi=lire_coche(c, "suivi"),
        entree=entree,
        types=lire_types(c),
        semaine=creneaux,
        voeux=voeux,
    )
