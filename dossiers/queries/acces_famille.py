"""What is held about one family, for the adult who asks it (GDPR, article 15).

The other adult's identity and contact details are a third person's: they are never read here.
"""

from collections.abc import Sequence
from typing import Any

from django.db.models import Q
from django.utils import timezone

from dossiers.models import (
    Admission,
    Besoin,
    Cotation,
    Dossier,
    Enfant,
    Famille,
    LigneManuelle,
    PieceJustificative,
    Responsable,
    Voeu,
)
from dossiers.queries.acces_famille_suivi import (
    actes_de,
    contacts_de,
    courriers_de,
    designations_de,
    echeances_de,
    echecs_de,
    lectures_de,
    notes_de,
    situations_de,
    urgences_de,
)
from dossiers.regles.acces_famille import Rubrique, Valeur
from dossiers.regles.besoin import VARIABLE, texte_part, texte_variable
from dossiers.regles.faits import FAITS
from dossiers.regles.pieces import PREUVES
from structures.regles.semaine import texte_semaine


def rubriques(famille: Famille, demandeur: Responsable) -> list[Rubrique]:
    """Every heading the dossiers' application holds, in the order of the sheet."""
    dossiers = list(
        Dossier.objects.filter(famille=famille)
        .select_related("enfant", "mairie", "quartier", "admission_actuelle")
        .order_by("numero")
    )
    numeros = {d.pk: d.numero for d in dossiers}
    return [
        _demandeur(demandeur),
        _foyer(famille),
        _enfants(famille),
        _dossiers(dossiers),
        _besoins(numeros),
        _choix(numeros),
        _points(numeros),
        _lignes_manuelles(numeros),
        _pieces(famille, numeros),
        _admissions(famille),
        echecs_de(numeros),
        designations_de(numeros),
        contacts_de(numeros),
        courriers_de(numeros, demandeur),
        notes_de(numeros),
        echeances_de(numeros),
        urgences_de(numeros),
        situations_de(famille, numeros),
        actes_de(numeros),
        lectures_de(numeros),
    ]


def _demandeur(r: Responsable) -> Rubrique:
    colonnes = {
        "nom": "Nom",
        "prenom": "Prénom",
        "lien": "Lien avec l’enfant",
        "autorite_parentale": "Autorité parentale",
        "adresse": "Adresse",
        "complement": "Complément",
        "code_postal": "Code postal",
        "commune": "Commune",
        "telephone": "Téléphone",
        "telephone_2": "Autre téléphone",
        "courriel": "Courriel",
        "contact_relais": "Le relais petite enfance peut me contacter",
        "opposition_ecrite": "Opposition écrite",
        "activite": "Activité",
        "heures_hebdo": "Heures par semaine",
    }
    ligne: list[Valeur] = [getattr(r, cle) for cle in colonnes]
    ligne[2], ligne[13] = r.get_lien_display(), r.get_activite_display()
    ligne[14] = float(r.heures_hebdo) if r.heures_hebdo is not None else None
    return Rubrique("demandeur", "Vous", colonnes, [ligne], fiche=True)


def _foyer(f: Famille) -> Rubrique:
    colonnes = {
        "numero_allocataire": "Numéro d’allocataire",
        "regime": "Régime",
        "situation": "Situation familiale",
        "enfants_a_charge": "Enfants à charge",
        "enfants_moins_3_ans": "Enfants de moins de 3 ans",
        "quotient_familial": "Quotient familial",
        "ressources_mensuelles": "Ressources mensuelles",
        "faits": "Faits déclarés",
        "creee_le": "Enregistré le",
    }
    ressources = float(f.ressources_mensuelles) if f.ressources_mensuelles is not None else None
    ligne: list[Valeur] = [
        *(f.numero_allocataire, f.get_regime_display(), f.get_situation_display()),
        *(f.enfants_a_charge, f.enfants_moins_3_ans, f.quotient_familial, ressources),
        *(_faits(f.faits), f.creee_le),
    ]
    return Rubrique("foyer", "Votre foyer", colonnes, [ligne], fiche=True)


def _faits(faits: dict[str, Any]) -> str:
    """« Parent mineur : oui ; Adoption : non »."""
    dits = [
        f"{FAITS[c].libelle if c in FAITS else c}\u00a0: {'oui' if v is True else 'non' if v is False else v}"
        for c, v in faits.items()
    ]
    return "\u202f; ".join(dits)


def _enfants(famille: Famille) -> Rubrique:
    colonnes = {
        "nom": "Nom",
        "prenom": "Prénom",
        "sexe": "Sexe",
        "date_naissance": "Né le",
        "date_prevue_naissance": "Naissance prévue le",
    }
    lignes = [
        [e.nom, e.prenom, e.get_sexe_display(), e.date_naissance, e.date_prevue_naissance]
        for e in Enfant.objects.filter(famille=famille).order_by("pk")
    ]
    return Rubrique("enfants", "Vos enfants", colonnes, lignes)


def _dossiers(dossiers: Sequence[Dossier]) -> Rubrique:
    colonnes = {
        "numero": "Numéro",
        "numero_origine": "Ancien numéro",
        "etat": "État",
        "nature": "Nature",
        "mairie": "Mairie",
        "quartier": "Quartier",
        "depose_le": "Déposé le",
        "complet_le": "Complet le",
        "renouvele_le": "Renouvelé le",
        "clos_le": "Clos le",
        "motif_cloture": "Motif",
        "solution": "Solution actuelle",
        "faits": "Faits déclarés",
        "nb_passages": "Passages en commission",
    }
    lignes: list[list[Valeur]] = [
        [
            *(d.numero, d.numero_origine, d.get_etat_display(), d.get_nature_display(), d.mairie.nom),
            *(d.quartier.nom if d.quartier else None, d.depose_le, d.complet_le, d.renouvele_le),
            *(timezone.localdate(d.clos_le) if d.clos_le else None, d.get_motif_cloture_display()),
            *(d.get_solution_display(), _faits(d.faits), d.nb_passages),
        ]
        for d in dossiers
    ]
    return Rubrique("dossiers", "Vos dossiers", colonnes, lignes, fiche=True)


def _besoins(numeros: dict[int, str]) -> Rubrique:
    colonnes = {
        "dossier": "Dossier",
        "type": "Besoin",
        "entree_le": "Entrée souhaitée",
        "tolerance_jours": "Souplesse, en jours",
        "semaine": "Semaine",
        "semaine_b": "Semaine B",
        "planning": "Planning",
        "second_contrat": "Contrat du second responsable",
        "autres_semaines": "Autres semaines acceptées",
    }
    lignes: list[list[Valeur]] = [
        [
            *(numeros[b.dossier_id], b.get_type_display(), b.entree_le, b.tolerance_jours),
            *(
                texte_semaine(b.demi_journees),
                texte_semaine(b.demi_journees_b) if b.demi_journees_b else None,
                texte_variable(b.nombre_min, b.nombre_max, b.planning_jours)
                if b.rythme == VARIABLE
                else None,
                texte_part(b, 2) or None,
            ),
            len(b.alternatives),
        ]
        for b in Besoin.objects.filter(dossier__in=numeros).order_by("dossier", "pk")
    ]
    return Rubrique("besoins", "Ce que vous demandez", colonnes, lignes)


def _choix(numeros: dict[int, str]) -> Rubrique:
    lues = Voeu.objects.filter(dossier__in=numeros).select_related("structure").order_by("dossier", "rang")
    lignes = [[numeros[v.dossier_id], v.rang, v.structure.nom] for v in lues]
    return Rubrique(
        "choix", "Vos choix", {"dossier": "Dossier", "rang": "Rang", "structure": "Structure"}, lignes
    )


def _points(numeros: dict[int, str]) -> Rubrique:
    """The last score of each dossier, line by line."""
    colonnes = {
        "dossier": "Dossier",
        "calcule_le": "Calculé le",
        "ligne": "Ligne",
        "points": "Points",
        "verifie": "Vérifié",
        "raison": "Raison",
    }
    dernieres = (
        Cotation.objects.filter(dossier__in=numeros).order_by("dossier_id", "-pk").distinct("dossier_id")
    )
    lignes: list[list[Valeur]] = [
        [
            *(numeros[c.dossier_id], timezone.localdate(c.calculee_le), ligne["libelle"]),
            *(ligne["points"], ligne["verifie"], ligne.get("raison", "")),
        ]
        for c in dernieres
        for ligne in c.lignes
    ]
    return Rubrique("points", "Vos points, ligne par ligne", colonnes, lignes)


def _lignes_manuelles(numeros: dict[int, str]) -> Rubrique:
    colonnes = {"dossier": "Dossier", "points": "Points", "motif": "Motif", "le": "Le"}
    lignes = [
        [numeros[m.dossier_id], m.points, m.get_motif_display(), timezone.localdate(m.posee_le)]
        for m in LigneManuelle.objects.filter(dossier__in=numeros)
    ]
    return Rubrique("points_manuels", "Points donnés par une personne", colonnes, lignes)


def _pieces(famille: Famille, numeros: dict[int, str]) -> Rubrique:
    colonnes = {
        "dossier": "Dossier",
        "piece": "Pièce",
        "etat": "État",
        "document": "Document vu",
        "vue_le": "Vue le",
        "valide_jusqu_au": "Valable jusqu’au",
        "motif_refus": "Motif du refus",
    }
    lues = PieceJustificative.objects.filter(Q(famille=famille) | Q(dossier__in=numeros)).order_by("code")
    lignes: list[list[Valeur]] = [
        [
            *(numeros[p.dossier_id] if p.dossier_id else "foyer", _piece(p.code), p.get_etat_display()),
            *(p.equivalent, p.vue_le, p.valide_jusqu_au, p.get_motif_refus_display()),
        ]
        for p in lues
    ]
    return Rubrique("pieces", "Pièces montrées (aucune copie n’est gardée)", colonnes, lignes)


def _piece(code: str) -> str:
    return PREUVES[code].libelle if code in PREUVES else code


def _admissions(famille: Famille) -> Rubrique:
    colonnes = {"structure": "Structure", "semaine": "Semaine", "debut": "Du", "fin": "Au", "chez": "Chez"}
    lues = Admission.objects.filter(enfant__famille=famille).select_related("section__structure")
    lignes = [
        [a.section.structure.nom, texte_semaine(a.demi_journees), a.debut, a.fin, _chez(a)]
        for a in lues.prefetch_related("affectations__assistante").order_by("debut")
    ]
    return Rubrique("admissions", "Places occupées", colonnes, lignes)


def _chez(admission: Admission) -> str | None:
    """The assistantes maternelles of a crèche familiale, each with her first day."""
    chez = [f"{a.assistante} à partir du {a.debut:%d/%m/%Y}" for a in admission.affectations.all()]
    return ", ".join(chez) or None
