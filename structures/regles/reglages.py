"""The closed list of settings a city votes on, each with its type, default and meaning."""

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class DefinitionReglage:
    """One setting: `type` is int, bool, str or list; `unite` completes the figure on screen."""

    cle: str
    libelle: str
    type: type
    defaut: Any
    unite: str = ""
    choix: tuple[tuple[str, str], ...] = ()
    minimum: int = 0
    maximum: int = 10_000


_DEFINITIONS = (
    DefinitionReglage("nombre_voeux", "Nombre de choix d’un dossier", int, 5, "choix", minimum=1, maximum=20),
    DefinitionReglage("delai_offre", "Délai pour répondre à une offre", int, 10, "jours", minimum=1),
    DefinitionReglage(
        "delai_offre_ete", "Délai d’été pour répondre à une offre", int, 48, "heures (0 : comme l’année)"
    ),
    DefinitionReglage(
        "delai_offre_ete_du", "Délai d’été, premier mois", int, 7, "(mois)", minimum=1, maximum=12
    ),
    DefinitionReglage(
        "delai_offre_ete_au", "Délai d’été, dernier mois", int, 8, "(mois)", minimum=1, maximum=12
    ),
    DefinitionReglage(
        *("offre_refus_max", "Le dossier quitte la liste après", int, 2, "offres conformes refusées"),
        maximum=20,
    ),
    DefinitionReglage(
        "offre_silence_compte", "Une offre conforme laissée sans réponse compte comme un refus", bool, False
    ),
    DefinitionReglage("entree_report", "L’entrée se reporte une fois, d’au plus", int, 30, "jours"),
    DefinitionReglage(
        *("adaptations_simultanees", "Adaptations en même temps dans une section", int, 2, "enfants"),
        minimum=1,
        maximum=20,
    ),
    DefinitionReglage("adaptation_duree", "Une adaptation dure", int, 7, "jours", minimum=1, maximum=60),
    DefinitionReglage(
        "garder_mieux_classes", "Une place acceptée laisse en attente les choix mieux classés", bool, False
    ),
    DefinitionReglage(
        "tribunal_administratif", "Tribunal des recours, à imprimer", str, "tribunal administratif"
    ),
    DefinitionReglage("preuve_naissance", "Délai pour prouver la naissance", int, 2, "mois", minimum=1),
    DefinitionReglage("renouvellement", "Un dossier se renouvelle tous les", int, 6, "mois", minimum=1),
    DefinitionReglage("restauration", "Un dossier clos se restaure pendant", int, 6, "mois", minimum=1),
    DefinitionReglage(
        "inscription_grossesse", "Première inscription, grossesse de", int, 3, "mois révolus", maximum=9
    ),
    DefinitionReglage(
        "quota_insertion", "Une place d’insertion par tranche de", int, 20, "places", minimum=1
    ),
    DefinitionReglage(
        "plafond_simultane", "Plafond d’accueil simultané", int, 115, "%", minimum=100, maximum=115
    ),
    DefinitionReglage(
        "duree_matin", "Une matinée d’accueil dure", int, 300, "minutes", minimum=60, maximum=720
    ),
    DefinitionReglage(
        "duree_apres_midi", "Un après-midi d’accueil dure", int, 300, "minutes", minimum=60, maximum=720
    ),
    DefinitionReglage(
        "silence_mois", "Sans réponse, la demande est réputée rejetée au bout de", int, 2, "mois", minimum=1
    ),
    DefinitionReglage(
        "silence_alerte", "Une demande sans réponse est signalée au bout de", int, 45, "jours", minimum=1
    ),
    DefinitionReglage(
        *("quorum_part", "Quorum de la commission, présents à plus de", int, 50, "% des membres appelés"),
        maximum=99,
    ),
    DefinitionReglage(
        "liste_complementaire", "Liste complémentaire d’une section, au plus", int, 10, "enfants", maximum=500
    ),
    DefinitionReglage("urgence_duree", "Un accueil d’urgence dure au plus", int, 3, "mois", minimum=1),
    DefinitionReglage(
        *("ouverture_protegee", "Dossier protégé ouvert par un autre guichet, pendant", int, 2, "heures"),
        minimum=1,
        maximum=72,
    ),
    DefinitionReglage(
        "urgence_reponse", "La coordination répond à une urgence sous", int, 3, "jours", minimum=1
    ),
    DefinitionReglage(
        *("renouvellement_avertissement_1", "Renouvellement, premier avertissement", int, 30, "jours avant"),
        minimum=1,
        maximum=180,
    ),
    DefinitionReglage(
        *("renouvellement_avertissement_2", "Renouvellement, second avertissement", int, 10, "jours avant"),
        minimum=1,
        maximum=180,
    ),
    DefinitionReglage(
        *("naissance_avertissement_1", "Naissance à prouver, premier avertissement", int, 30, "jours avant"),
        minimum=1,
        maximum=180,
    ),
    DefinitionReglage(
        *("naissance_avertissement_2", "Naissance à prouver, second avertissement", int, 10, "jours avant"),
        minimum=1,
        maximum=180,
    ),
    DefinitionReglage(
        "limite_age", "Âge où un dossier en attente est clos", int, 48, "mois", minimum=24, maximum=72
    ),
    DefinitionReglage(
        *("age_avertissement_1", "Limite d’âge, premier avertissement", int, 60, "jours avant"),
        minimum=1,
        maximum=180,
    ),
    DefinitionReglage(
        *("age_avertissement_2", "Limite d’âge, second avertissement", int, 15, "jours avant"),
        minimum=1,
        maximum=180,
    ),
    DefinitionReglage(
        "pieces_rappel_1", "Pièces manquantes, premier rappel", int, 15, "jours après le dépôt", minimum=1
    ),
    DefinitionReglage(
        "pieces_rappel_2", "Pièces manquantes, second rappel", int, 45, "jours après le dépôt", minimum=1
    ),
    DefinitionReglage(
        "pieces_cloture", "Pièces jamais apportées, clôture", int, 0, "jours après le dépôt (0 : jamais)"
    ),
    DefinitionReglage("piece_validite_preavis", "Pièce bientôt périmée, lettre", int, 30, "jours avant"),
    DefinitionReglage(
        "gel_preavis", "Points à vérifier, lettre avant la clôture d’une commission", int, 15, "jours avant"
    ),
    DefinitionReglage("partage_identites", "Les directions voient toutes les identités", bool, False),
    DefinitionReglage("enfant_a_naitre_propose", "Un enfant à naître peut être proposé", bool, True),
    DefinitionReglage(
        "rang_complements",
        "Les compléments de jours passent",
        str,
        "apres",
        choix=(("avant", "avant les nouvelles entrées"), ("apres", "après les nouvelles entrées")),
    ),
    DefinitionReglage(
        "pieces_obligatoires", "Pièces obligatoires", list, ["identite", "domicile", "autorite_parentale"]
    ),
    DefinitionReglage("notes_par_dossier", "Notes libres par dossier, au plus", int, 5, "notes", maximum=20),
    DefinitionReglage("brouillon_conservation", "Un brouillon est gardé", int, 30, "jours", minimum=1),
    DefinitionReglage(
        "defaire_fusion", "Une fusion se défait pendant", int, 30, "jours", minimum=1, maximum=365
    ),
    # Retention: proposals, to be validated by the city's data protection officer.
    DefinitionReglage(
        "conservation_retire", "Dossier retiré par la famille, anonymisé après", int, 12, "mois", minimum=1
    ),
    DefinitionReglage(
        "conservation_perime",
        "Dossier non renouvelé, sans réponse ou hors d’âge, anonymisé après",
        int,
        12,
        "mois",
        minimum=1,
    ),
    DefinitionReglage(
        "conservation_doublon",
        "Doublon réuni à un autre, anonymisé après",
        int,
        12,
        "mois",
        minimum=1,
    ),
    DefinitionReglage(
        "conservation_admis", "Enfant admis, anonymisé après son départ", int, 36, "mois", minimum=1
    ),
    DefinitionReglage("conservation_courriers", "Un courrier envoyé est gardé", int, 24, "mois", minimum=1),
    DefinitionReglage(
        *("conservation_renseignements", "Le nom d’un renseignement est gardé", int, 3, "mois"),
        minimum=1,
        maximum=24,
    ),
    DefinitionReglage("conservation_notes", "Une note est gardée", int, 12, "mois", minimum=1),
    DefinitionReglage(
        "conservation_lectures", "Le journal des lectures est gardé", int, 12, "mois", minimum=12
    ),
    DefinitionReglage(
        "conservation_nominatif", "Un ordre du jour nominatif est gardé", int, 12, "mois", minimum=1
    ),
    DefinitionReglage(
        "conservation_reprises",
        "Un fichier repris, les suites d’un travail sont gardés",
        int,
        3,
        "mois",
        minimum=1,
    ),
    DefinitionReglage(
        "conservation_exports", "Un fichier d’export est gardé", int, 7, "jours", minimum=1, maximum=31
    ),
    DefinitionReglage("code_secret_validite", "Un code secret est valable", int, 24, "mois", minimum=1),
    DefinitionReglage("seuil_quartier", "Quartier imprimé à partir de", int, 5, "dossiers", minimum=2),
    DefinitionReglage(
        "relais_contact", "Relais petite enfance, à imprimer", str, "Relais petite enfance de la ville"
    ),
)

REGLAGES = {definition.cle: definition for definition in _DEFINITIONS}
