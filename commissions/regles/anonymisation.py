"""What becomes of the frozen lists when their families are anonymised: the nameless version stays."""

from dossiers.regles.anonymisation import DOSSIER, Balayage, Traitement

PASSAGE = "commissions.Passage"

TRAITEMENTS: dict[str, Traitement] = {
    PASSAGE: Traitement(
        (("dossier", DOSSIER),),
        vides=(
            *("identite", "quartier", "protege", "alternatives", "rythme", "jumeaux", "groupe", "lignes"),
            *("horaires", "horaires_actuels"),
        ),
        mois=("naissance", "entree_le", "complet_le"),
        gardes=(
            *("id", "seance", "dossier", "numero_ordre", "a_naitre", "tolerance_jours", "demi_journees"),
            *("solution", "nature", "tirage", "declare", "verifie"),
            *("section_actuelle", "demi_journees_actuelles"),
        ),
    ),
    # A coded answer stays to be counted, to the month; who was offered it is nameless by then.
    "commissions.Offre": Traitement(
        (("dossier", DOSSIER),),
        vides=("avant", "urgence", "admission"),
        gardes=(
            *("id", "dossier", "enfant", "origine", "seance", "decision", "section", "choix"),
            *("demi_journees", "entree_le", "debut", "fin", "entree_prevue_le", "etat", "preparee_le"),
            *("envoyee_le", "envoyee_par", "avis", "avis_le", "avis_par", "contact_le", "contact_canal"),
            *("limite_le", "repondue_le", "repondue_par", "motif_refus", "refus_compte", "annulee_le"),
            *("motif_annulation", "entree", "entree_constatee_le", "version"),
        ),
    ),
    # As sent, but for who it names: text and digest stay, the identity goes.
    "commissions.Lettre": Traitement(
        (("dossier", DOSSIER),),
        vides=("identite", "fichier", "courrier", "retenue"),
        gardes=(
            *("id", "lot", "dossier", "decision", "offre", "nature", "modele", "rang", "auteur", "objet"),
            *("corps", "empreinte", "canal", "preparee_le", "remise_le"),
        ),
    ),
    "commissions.LotLettres": Traitement(
        (("id", "commissions.Lettre:lot"),),
        vides=("fichier",),
        gardes=(
            *("id", "seance", "envoi_le", "tache", "demande_le", "demande_par", "fait_le", "remis_le"),
            "remis_par",
        ),
    ),
    # One family of the list is enough: the file with names goes, the nameless one stays.
    "commissions.OrdreDuJour": Traitement(
        (("seance", "commissions.Passage:seance"),),
        vides=("fichier",),
        gardes=("id", "seance", "version", "empreinte", "pages", "tache", "demande_le", "demande_par"),
        filtre={"version": "nominative"},
    ),
}

BALAYAGES: tuple[Balayage, ...] = (
    Balayage(
        "commissions.OrdreDuJour",
        "Ordres du jour nominatifs",
        "demande_le",
        "conservation_nominatif",
        vides=("fichier",),
        parmi={"version": ("nominative",)},
    ),
    Balayage(
        "commissions.Lettre",
        "Noms et fichiers des lettres de la commission",
        "preparee_le",
        "conservation_courriers",
        vides=("identite", "fichier"),
    ),
    Balayage(
        "commissions.LotLettres",
        "Fichiers d’impression des lettres",
        "demande_le",
        "conservation_courriers",
        vides=("fichier",),
    ),
)

HORS: dict[str, str] = {
    "commissions.Seance": "la séance et son problème gelé : numéros, jours et points, sans nom",
    "commissions.ModeleLettre": "textes des lettres",
    "commissions.Signataire": "qui décide, au titre de sa fonction",
    "commissions.Presence": "membres de la commission",
    "commissions.PlaceOfferte": "places d’une section",
    "commissions.BaissePlaces": "places d’une section, reprises",
    "commissions.PassageVoeu": "une ligne sans nom : section, rang et points",
    "commissions.Decision": "un avis codé, sans nom",
    "commissions.ConfirmationGestionnaire": "la réponse codée d’un gestionnaire, sans nom",
    "commissions.Proposition": "le calcul sur le problème gelé\u00a0: numéros, jours et points, sans nom",
    "commissions.LigneADiscuter": "une ligne sans nom et un motif codé",
    "commissions.Projection": "la section et la ligne montrées, sans nom",
    "commissions.Recalcul": "le calcul des lignes non décidées : numéros, jours et points, sans nom",
    "commissions.ProcesVerbal": "numéros d’ordre et avis codés, sans nom de famille",
}
