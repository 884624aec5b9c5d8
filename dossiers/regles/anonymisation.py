"""What becomes of every column that may hold something of a family: one table an application.

Declared once, read by the nightly purge, by the register and by the test that refuses a model or a column
nobody thought of. The history of a row in the table (its events) is always deleted.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Traitement:
    """One model. `parents` are (column, model) pairs: the row goes when a row it names does.

    A column « seance » with « commissions.Passage:seance » follows the values of another one. Without
    `vides`, `mois` nor `gardes` the row is deleted; else each column is emptied, cut to its month, or kept.
    `filtre` restricts the rows; `special` names what the service does by itself.
    """

    parents: tuple[tuple[str, str], ...] = ()
    vides: tuple[str, ...] = ()
    mois: tuple[str, ...] = ()
    gardes: tuple[str, ...] = ()
    filtre: Mapping[str, str] = field(default_factory=dict)
    special: bool = False

    @property
    def supprime(self) -> bool:
        return not (self.vides or self.mois or self.gardes or self.special)


@dataclass(frozen=True)
class Balayage:
    """Rows that go by their own age, whatever becomes of the family: `reglage` says how long they stay.

    Deleted, or emptied of `vides`; `parmi` keeps to the rows whose column holds one of these values.
    """

    modele: str
    libelle: str
    jour: str
    reglage: str
    vides: tuple[str, ...] = ()
    parmi: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


DOSSIER, ENFANT, FAMILLE = "dossiers.Dossier", "dossiers.Enfant", "dossiers.Famille"
_DU_DOSSIER = Traitement((("dossier", DOSSIER),))
_DE_LA_SITUATION = Traitement((("situation", "dossiers.SituationPartagee"),))
_PAIRE = Traitement((("dossier", DOSSIER), ("autre", DOSSIER)))

# In this order, a row's parents before it.
TRAITEMENTS: dict[str, Traitement] = {
    FAMILLE: Traitement(
        vides=(
            *("numero_allocataire", "situation", "enfants_a_charge", "enfants_moins_3_ans"),
            *("quotient_familial", "ressources_mensuelles", "faits", "protegee", "protegee_le"),
        ),
        mois=("creee_le",),
        gardes=("id", "regime", "version", "anonymisee_le"),
    ),
    ENFANT: Traitement(
        vides=("nom", "prenom", "sexe", "groupe", "cle_identite"),
        mois=("date_naissance", "date_prevue_naissance"),
        gardes=("id", "famille", "rang_naissance", "naissance"),
    ),
    DOSSIER: Traitement(
        vides=(
            *("numero_origine", "quartier", "admission_actuelle", "depose_par", "complet_garde_le"),
            *("renouvele_le", "a_renouveler_le", "suspendu_le", "suspendu_jusqu_au", "faits"),
            *("engagements_le", "dernier_contact_le", "dernier_contact_canal", "code_hmac", "code_emis_le"),
        ),
        mois=("depose_le", "enregistre_le", "complet_le", "clos_le", "admis_le"),
        gardes=(
            *("id", "numero", "famille", "enfant", "mairie", "etat", "nature", "origine", "motif_cloture"),
            *("anonymise_le", "solution", "nb_passages", "nb_refus_offre", "version"),
        ),
    ),
    "dossiers.Responsable": Traitement((("famille", FAMILLE),)),
    "dossiers.Admission": Traitement((("enfant", ENFANT),), special=True),
    "dossiers.Affectation": Traitement((("admission", "dossiers.Admission"),)),
    "dossiers.EchecAffectation": _DU_DOSSIER,
    "dossiers.EnfantDesigne": _DU_DOSSIER,
    "dossiers.MouvementRentree": Traitement((("admission", "dossiers.Admission"),)),
    "dossiers.Besoin": _DU_DOSSIER,
    "dossiers.Voeu": _DU_DOSSIER,
    "dossiers.PieceJustificative": Traitement((("famille", FAMILLE), ("dossier", DOSSIER))),
    "dossiers.Contact": _DU_DOSSIER,
    "dossiers.Cotation": _DU_DOSSIER,
    "dossiers.LigneManuelle": _DU_DOSSIER,
    "dossiers.Brouillon": _DU_DOSSIER,
    "dossiers.Fusion": Traitement((("garde", DOSSIER), ("absorbe", DOSSIER))),
    "dossiers.Rapprochement": _PAIRE,
    "dossiers.Journal": Traitement(
        (("dossier", DOSSIER),),
        vides=("objet", "motif", "details"),
        gardes=("id", "le", "par", "mairie", "action", "dossier"),
    ),
    "dossiers.LigneReprise": Traitement((("dossier", DOSSIER), ("admission", "dossiers.Admission"))),
    "dossiers.Reprise": Traitement(
        (("id", "dossiers.LigneReprise:reprise"),),
        vides=("nom_fichier", "fichier", "colonnes", "rapport"),
        gardes=("id", "contenu", "empreinte", "etat", "tache", "par", "deposee_le", "appliquee_le"),
    ),
    "dossiers.Note": _DU_DOSSIER,
    "dossiers.SituationPartagee": _DU_DOSSIER,
    "dossiers.MembreCercle": _DE_LA_SITUATION,
    "dossiers.TacheSituation": _DE_LA_SITUATION,
    "dossiers.ChangementSituation": _DE_LA_SITUATION,
    "dossiers.Lien": Traitement((("famille", FAMILLE),)),
    "dossiers.Echeance": _DU_DOSSIER,
    "dossiers.Courrier": Traitement((("dossier", DOSSIER), ("echeance", "dossiers.Echeance"))),
    "dossiers.DemandeUrgence": _DU_DOSSIER,
    "dossiers.Ouverture": _DU_DOSSIER,
    "dossiers.PersonneNommee": _DU_DOSSIER,
    "dossiers.Maintien": _DU_DOSSIER,
    "dossiers.Renseignement": Traitement(
        (("dossier", DOSSIER),),
        vides=("nom", "telephone", "brouillon", "dossier", "quartier"),
        gardes=(
            *("id", "le", "mairie", "par", "canal", "age_mois", "terme_mois", "besoin", "jours_semaine"),
            *("entree_mois", "orientation", "rendez_vous_le"),
        ),
    ),
    "dossiers.ExportAcces": Traitement((("famille", FAMILLE),)),
}

BALAYAGES: tuple[Balayage, ...] = (
    Balayage(
        "dossiers.Journal",
        "Lignes du journal des lectures",
        "le",
        "conservation_lectures",
        parmi={"action": ("lecture", "export", "impression", "acces_motive")},
    ),
    Balayage(
        "dossiers.Reprise",
        "Fichiers repris et leurs rapports",
        "deposee_le",
        "conservation_reprises",
        vides=("nom_fichier", "fichier", "colonnes", "rapport"),
        parmi={"etat": ("appliquee", "abandonnee")},
    ),
    Balayage(
        "structures.Tache",
        "Suites des travaux finis",
        "finie_le",
        "conservation_reprises",
        vides=("libelle", "message", "resultat", "retour"),
    ),
    Balayage("dossiers.Courrier", "Courriers", "prepare_le", "conservation_courriers"),
    Balayage(
        "dossiers.Renseignement",
        "Noms et téléphones des renseignements",
        "le",
        "conservation_renseignements",
        vides=("nom", "telephone"),
    ),
    Balayage("dossiers.Note", "Notes", "ecrite_le", "conservation_notes"),
    Balayage("dossiers.ExportListe", "Exports de la liste", "demande_le", "conservation_exports"),
    Balayage("dossiers.ExportAcces", "Exports remis à une famille", "demande_le", "conservation_exports"),
)

# Holds nothing of a family: why.
HORS: dict[str, str] = {
    "structures.Agent": "compte d’un agent",
    "structures.Habilitation": "droits d’un agent",
    "structures.AssistanteMaternelle": "référentiel, une salariée du service",
    "structures.Agrement": "référentiel",
    "structures.PlacesEmployeur": "places d’une section, payées par un employeur",
    "structures.Capacite": "places d’une section",
    "structures.CreneauSupplementaire": "places d’une section à l’ouverture, à la fermeture, en lits",
    "structures.Gestionnaire": "référentiel",
    "structures.Convention": "référentiel",
    "structures.Identite": "référentiel",
    "structures.Mairie": "référentiel",
    "structures.Quartier": "référentiel",
    "structures.Reglage": "réglages votés",
    "structures.Structure": "référentiel",
    "structures.Section": "référentiel",
    "structures.Tache": "balayée par son âge",
    "dossiers.Repere": "où un agent en est de sa lecture",
    "dossiers.ExportListe": "balayé par son âge",
    "dossiers.GrilleCriteres": "grille votée",
    "dossiers.Critere": "grille votée",
    "dossiers.GroupeNaissance": "une règle d’accueil, sans nom",
    "dossiers.LigneListe": "projection de la liste, tenue par la base",
    "dossiers.LigneVoeu": "projection de la liste, tenue par la base",
    "dossiers.Occupation": "projection des places, tenue par la base",
    "dossiers.SignatureRentree": "date et auteur d’une signature",
    "dossiers.VueEnregistree": "vue de la liste d’un agent",
    "dossiers.JeuColonnes": "colonnes d’export choisies par un agent",
    "dossiers.TraceStatistique": "ce qui reste pour compter : ni nom, ni jour, ni adresse",
    "dossiers.NuitConservation": "compte rendu d’une nuit : des nombres",
}
