"""The closed set of facts a grid may speak of, and what a value of each must look like."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from dossiers.regles.pieces import PREUVES
from guichet.erreurs import ErreurMetier

BOOL, ENTIER, DECIMAL, CHOIX, DATE = "bool", "entier", "decimal", "choix", "date"
FAMILLE, RESPONSABLE, DOSSIER, VOEU, CALCULE = "famille", "responsable", "dossier", "voeu", "calcule"

Valeur = bool | int | float | str
Faits = Mapping[str, Valeur]

NOMBRE_MAXIMUM = 10_000_000


@dataclass(frozen=True)
class Fait:
    """One fact a grid may use.

    `preuve` is None when the desk knows it by itself; `sur_parole` are the values nobody must prove.
    """

    code: str
    libelle: str
    type: str
    porte: str
    preuve: str | None = None
    unite: str = ""
    choix: tuple[tuple[str, str], ...] = ()
    protege: bool = False
    sur_parole: tuple[Valeur, ...] = ()
    minimum: int = 0

    @property
    def equivalents(self) -> tuple[str, ...]:
        return PREUVES[self.preuve].equivalents if self.preuve else ()

    @property
    def numerique(self) -> bool:
        return self.type in (ENTIER, DECIMAL)

    def a_prouver(self, valeur: Valeur) -> bool:
        """Vrai si cette réponse ne compte qu’une fois sa pièce vue : un « non » se croit sur parole."""
        return self.preuve is not None and valeur is not False and valeur not in self.sur_parole

    def libelle_choix(self, valeur: Valeur) -> str:
        return dict(self.choix).get(str(valeur), str(valeur))


SITUATIONS = (("couple", "couple"), ("isole", "parent seul"))
ACTIVITES = (
    ("salarie", "salarié"),
    ("independant", "indépendant"),
    ("formation", "en formation"),
    ("etudiant", "étudiant"),
    ("stage", "en stage"),
    ("recherche_emploi", "en recherche d’emploi"),
    ("conge_parental", "en congé parental"),
    ("sans_activite", "sans activité"),
)
ACTIVITES_ACTIVES = frozenset({"salarie", "independant", "formation", "etudiant", "stage"})
MODES_ACCUEIL = (
    ("aucune", "aucune solution"),
    ("famille", "famille"),
    ("assistante_maternelle", "assistante maternelle"),
    ("garde_domicile", "garde à domicile"),
    ("conge_parental", "congé parental"),
    ("autre_creche", "autre crèche"),
    ("halte_garderie", "halte-garderie"),
)
TYPES_ACCUEIL = (("regulier", "régulier"), ("occasionnel", "occasionnel"), ("urgence", "urgence"))
TYPES_STRUCTURE = (
    ("multi_accueil", "multi-accueil"),
    ("creche_collective", "crèche collective"),
    ("creche_familiale", "crèche familiale"),
    ("creche_parentale", "crèche parentale"),
    ("halte_garderie", "halte-garderie"),
    ("micro_creche", "micro-crèche"),
    ("jardin_enfants", "jardin d’enfants"),
)
NATURES_GESTIONNAIRE = (
    ("ville", "ville"),
    ("association", "association"),
    ("entreprise", "entreprise"),
    ("ccas", "CCAS"),
)

_HOUSEHOLD = (
    Fait("residence_commune", "Réside dans la commune", BOOL, FAMILLE, "domicile"),
    Fait("commune_conventionnee", "Réside dans une commune conventionnée", BOOL, FAMILLE, "domicile"),
    Fait("residence_intercommunalite", "Réside dans l’intercommunalité", BOOL, FAMILLE, "domicile"),
    Fait("quartier_prioritaire", "Réside dans un quartier prioritaire", BOOL, FAMILLE, "domicile"),
    Fait("duree_residence_mois", "Ancienneté de résidence", ENTIER, FAMILLE, "domicile", "mois"),
    Fait("logement_precaire", "Logement précaire", BOOL, FAMILLE, "logement", protege=True),
    Fait(
        "situation_familiale",
        "Situation familiale",
        CHOIX,
        FAMILLE,
        "situation_familiale",
        choix=SITUATIONS,
        sur_parole=("couple",),
    ),
    Fait("parent_mineur", "Parent mineur", BOOL, FAMILLE, "age_parent"),
    Fait("enfants_a_charge", "Enfants à charge", ENTIER, FAMILLE, "composition"),
    Fait("enfants_moins_3_ans", "Enfants de moins de 3 ans", ENTIER, FAMILLE, "composition"),
    Fait("quotient_familial", "Quotient familial", DECIMAL, FAMILLE, "ressources"),
    Fait("ressources_mensuelles", "Ressources mensuelles", DECIMAL, FAMILLE, "ressources", "€"),
    Fait("revenu_fiscal", "Revenu fiscal de référence", DECIMAL, FAMILLE, "ressources", "€"),
    Fait("participation_horaire", "Participation horaire", DECIMAL, FAMILLE, "ressources", "€"),
    Fait("sous_seuil_pauvrete", "Sous le seuil de pauvreté", BOOL, FAMILLE, "ressources", protege=True),
    Fait("minima_sociaux", "Bénéficiaire de minima sociaux", BOOL, FAMILLE, "minima_sociaux", protege=True),
    Fait("parcours_insertion", "Parcours d’insertion", BOOL, FAMILLE, "insertion", protege=True),
    Fait("handicap_parent", "Parent en situation de handicap", BOOL, FAMILLE, "handicap_foyer", protege=True),
    Fait(
        "handicap_fratrie",
        "Frère ou sœur en situation de handicap",
        BOOL,
        FAMILLE,
        "handicap_foyer",
        protege=True,
    ),
    Fait("suivi_medico_social", "Suivi médico-social", BOOL, FAMILLE, "suivi", protege=True),
    Fait("vulnerabilite", "Situation de vulnérabilité", BOOL, FAMILLE, "vulnerabilite", protege=True),
    Fait(
        "ancien_adherent", "Ancienne famille adhérente d’une structure associative", BOOL, FAMILLE, "adhesion"
    ),
    Fait("manquement_reglement", "Manquement passé au règlement", BOOL, FAMILLE),
)
_PARENTS = (
    Fait(
        "activite_1",
        "Activité du parent 1",
        CHOIX,
        RESPONSABLE,
        "activite_1",
        choix=ACTIVITES,
        sur_parole=("sans_activite",),
    ),
    Fait(
        "activite_2",
        "Activité du parent 2",
        CHOIX,
        RESPONSABLE,
        "activite_2",
        choix=ACTIVITES,
        sur_parole=("sans_activite",),
    ),
    Fait("heures_travail_1", "Heures de travail du parent 1", DECIMAL, RESPONSABLE, "activite_1", "h"),
    Fait("heures_travail_2", "Heures de travail du parent 2", DECIMAL, RESPONSABLE, "activite_2", "h"),
    Fait("horaires_atypiques", "Horaires de travail atypiques", BOOL, RESPONSABLE, "lieu_travail"),
    Fait("metier_en_tension", "Métier en tension dans la commune", BOOL, RESPONSABLE, "lieu_travail"),
    Fait("travaille_commune", "Un parent travaille dans la commune", BOOL, RESPONSABLE, "lieu_travail"),
    Fait("agent_collectivite", "Un parent est agent de la collectivité", BOOL, RESPONSABLE, "lieu_travail"),
    Fait("reprise_emploi", "Reprise d’emploi ou de formation à l’entrée", BOOL, RESPONSABLE, "lieu_travail"),
)
_CHILD = (
    Fait(
        "handicap_enfant", "Enfant en situation de handicap", BOOL, DOSSIER, "handicap_enfant", protege=True
    ),
    Fait("naissance_multiple", "Naissance multiple", BOOL, DOSSIER, "naissance"),
    Fait("adoption", "Enfant adopté", BOOL, DOSSIER, "adoption"),
    Fait("enfant_a_naitre", "Enfant à naître", BOOL, DOSSIER),
    Fait("mode_accueil", "Solution d’accueil actuelle", CHOIX, DOSSIER, "mode_accueil", choix=MODES_ACCUEIL),
    Fait("mode_inadapte", "Solution d’accueil inadaptée", BOOL, DOSSIER, "mode_accueil"),
    Fait("aine_sans_place", "Un aîné n’a jamais eu de place", BOOL, DOSSIER),
    Fait("fratrie_accueillie", "Frère ou sœur déjà accueilli", BOOL, DOSSIER),
    Fait("fratrie_demande", "Frère ou sœur aussi en demande", BOOL, DOSSIER),
    Fait("accepte_alternatives", "Accepte d’autres semaines", BOOL, DOSSIER),
    Fait("transfert", "Demande de changement de structure", BOOL, DOSSIER),
    Fait("type_accueil", "Type d’accueil demandé", CHOIX, DOSSIER, choix=TYPES_ACCUEIL),
    Fait("nb_demi_journees", "Demi-journées demandées", ENTIER, DOSSIER),
    Fait("nb_jours", "Jours demandés", ENTIER, DOSSIER),
    Fait("heures_semaine", "Heures d’accueil par semaine", DECIMAL, DOSSIER, unite="h"),
    Fait("date_naissance", "Date de naissance, réelle ou prévue", DATE, DOSSIER),
    Fait("date_entree", "Date d’entrée souhaitée", DATE, DOSSIER),
)
_CALCULATED = (
    Fait("parent_isole", "Parent seul", BOOL, CALCULE, "situation_familiale"),
    Fait("nb_parents", "Parents au foyer", ENTIER, CALCULE, "situation_familiale", sur_parole=(2,)),
    Fait("nb_parents_actifs", "Parents en activité", ENTIER, CALCULE, "activites"),
    Fait("nb_parents_recherche", "Parents en recherche d’emploi", ENTIER, CALCULE, "activites"),
    Fait("tous_parents_actifs", "Tous les parents en activité", BOOL, CALCULE, "activites"),
    Fait("un_parent_actif", "Au moins un parent en activité", BOOL, CALCULE, "activites"),
    Fait("un_parent_recherche", "Au moins un parent en recherche d’emploi", BOOL, CALCULE, "activites"),
    Fait("un_parent_conge", "Au moins un parent en congé parental", BOOL, CALCULE, "activites"),
    Fait("heures_travail_total", "Heures de travail des parents", DECIMAL, CALCULE, "activites", "h"),
    Fait("famille_nombreuse", "Famille nombreuse (3 enfants à charge)", BOOL, CALCULE, "composition"),
    Fait("handicap_foyer", "Handicap dans le foyer", BOOL, CALCULE, "handicap_foyer", protege=True),
    Fait("sans_mode_accueil", "Sans solution d’accueil", BOOL, CALCULE, "mode_accueil"),
    Fait("fratrie_naissance", "Fratrie ou naissance multiple", BOOL, CALCULE, "naissance"),
    Fait("temps_plein", "Semaine complète demandée", BOOL, CALCULE),
    Fait("age_mois", "Âge aujourd’hui", ENTIER, CALCULE, unite="mois", minimum=-12),
    Fait("age_entree_mois", "Âge à l’entrée", ENTIER, CALCULE, unite="mois", minimum=-12),
    Fait("nb_passages", "Passages en commission", ENTIER, CALCULE),
    Fait("anciennete_mois", "Ancienneté du dossier complet", ENTIER, CALCULE, unite="mois"),
    Fait("nb_refus_offre", "Offres conformes refusées", ENTIER, CALCULE),
    Fait("nb_voeux", "Choix exprimés", ENTIER, CALCULE),
)
_WISH = (
    Fait("rang_voeu", "Rang du choix", ENTIER, VOEU),
    Fait("fratrie_meme_structure", "Frère ou sœur dans cette structure", BOOL, VOEU),
    Fait("meme_gestionnaire", "Frère ou sœur chez ce gestionnaire", BOOL, VOEU),
    Fait(
        "commune_conventionnee_structure",
        "Commune conventionnée avec ce gestionnaire",
        BOOL,
        VOEU,
        "domicile",
    ),
    Fait("quartier_structure", "Structure du quartier de la famille", BOOL, VOEU),
    Fait("structure_quartier_travail", "Structure proche du lieu de travail", BOOL, VOEU, "lieu_travail"),
    Fait("parent_salarie_structure", "Un parent travaille pour ce gestionnaire", BOOL, VOEU, "lieu_travail"),
    Fait("type_structure", "Type de structure", CHOIX, VOEU, choix=TYPES_STRUCTURE),
    Fait("nature_gestionnaire", "Nature du gestionnaire", CHOIX, VOEU, choix=NATURES_GESTIONNAIRE),
)

FAITS = {fait.code: fait for fait in (*_HOUSEHOLD, *_PARENTS, *_CHILD, *_CALCULATED, *_WISH)}


def valeur_de_fait(code: str, valeur: Any, *, champ: str | None = None) -> Valeur:
    """La valeur d’un fait, contrôlée contre son type et ses choix ; refusée en une phrase sinon.

    Raises ErreurMetier("fait_inconnu" | "valeur_de_fait"). Dates stay ISO texts.
    """
    fait = FAITS.get(code)
    if fait is None:
        raise ErreurMetier("fait_inconnu", f"Le fait « {code} » n’existe pas.", champ=champ)
    if not _bon_type(fait, valeur):
        raise ErreurMetier("valeur_de_fait", f"« {code} » attend {attendu(fait)}.", champ=champ)
    return valeur


def _bon_type(fait: Fait, valeur: Any) -> bool:
    if fait.type == BOOL:
        return isinstance(valeur, bool)
    if fait.type == CHOIX:
        return isinstance(valeur, str) and valeur in dict(fait.choix)
    if fait.type == DATE:
        return isinstance(valeur, str) and est_date_iso(valeur)
    if isinstance(valeur, bool) or not isinstance(valeur, int if fait.type == ENTIER else (int, float)):
        return False
    return fait.minimum <= valeur <= NOMBRE_MAXIMUM


def est_date_iso(texte: str) -> bool:
    """Vrai pour AAAA-MM-JJ et un jour qui existe."""
    try:
        return len(texte) == 10 and date.fromisoformat(texte).isoformat() == texte
    except ValueError:
        return False


def attendu(fait: Fait) -> str:
    """Ce qu’on écrit comme valeur de ce fait, en mots."""
    if fait.type == BOOL:
        return "true ou false"
    if fait.type == CHOIX:
        return "un de ces mots : " + ", ".join(code for code, _ in fait.choix)
    if fait.type == DATE:
        return "une date AAAA-MM-JJ"
    return f"un nombre {'entier' if fait.type == ENTIER else ''} d’au moins {fait.minimum}".replace("  ", " ")
