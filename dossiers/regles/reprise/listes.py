"""The closed lists, and the words a city uses for each of their entries."""

SEXES = {"F": ("f", "fille", "feminin", "female"), "M": ("m", "garcon", "masculin", "g", "male", "h")}
LIENS = {
    "mere": ("mere", "maman"),
    "pere": ("pere", "papa"),
    "tuteur": ("tuteur", "tutrice", "tutelle"),
    "institution": ("institution", "ase", "aide sociale", "foyer", "departement"),
    "parent": ("parent",),
    "autre": ("autre", "grand", "tante", "oncle", "tiers", "famille"),
}
SITUATIONS = {
    "couple": ("couple", "marie", "pacs", "concubin", "vie maritale", "union libre", "en couple"),
    "isole": (
        "parent isole",
        "isole",
        "seul",
        "celibataire",
        "separe",
        "divorce",
        "veuf",
        "veuve",
        "monoparental",
    ),
}
ACTIVITES = {
    "salarie": (
        "salarie",
        "cdi",
        "cdd",
        "emploi",
        "en activite",
        "travail",
        "interim",
        "fonctionnaire",
        "actif",
    ),
    "independant": ("independant", "liberal", "auto entrepreneur", "commercant", "artisan", "a son compte"),
    "formation": ("formation", "en formation"),
    "etudiant": ("etudiant", "etudes", "lyceen"),
    "stage": ("stage", "apprenti", "alternance", "alternant"),
    "recherche_emploi": (
        "recherche",
        "demandeur d emploi",
        "demandeuse d emploi",
        "chomage",
        "pole emploi",
        "france travail",
        "chomeur",
        "chomeuse",
    ),
    "conge_parental": ("conge parental", "conge maternite", "conge"),
    "sans_activite": (
        "sans activite",
        "sans emploi",
        "sans profession",
        "inactif",
        "inactive",
        "au foyer",
        "sans",
        "aucune",
    ),
}
TYPES = {
    "regulier": ("regulier", "temps plein", "temps partiel", "permanent", "plein temps", "mi temps"),
    "occasionnel": ("occasionnel", "halte", "ponctuel"),
    "urgence": ("urgence", "urgent"),
}
