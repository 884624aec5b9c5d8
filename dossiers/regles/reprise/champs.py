"""Every field of each kind of file, and what a file cannot do without."""

from .champ import JOURS, NB_CHOIX_LUS, Champ
from .champs_besoin import BESOIN, MOITIES
from .champs_famille import COORDONNEES, DOSSIER, ENFANT, FOYER, R1, R2, personne

CHAMPS_DOSSIERS: dict[str, Champ] = {
    c.cle: c
    for c in (
        *DOSSIER,
        *ENFANT,
        *personne("1", R1),
        *personne("2", R2),
        *COORDONNEES,
        *FOYER,
        *BESOIN,
    )
}
CHAMPS_PRESENTS: dict[str, Champ] = {
    **{c: CHAMPS_DOSSIERS[c] for c in ("nom", "prenom", "identite", "naissance", "sexe", "semaine", *JOURS)},
    **{c.cle: c for c in MOITIES},
    "structure": Champ(
        "structure",
        "Structure",
        "présence",
        (r"(nom )?(structure|creche|etablissement|eaje|multi accueil|site|lieu accueil)( accueil)?",),
    ),
    "section": Champ(
        "section",
        "Section",
        "présence",
        (r"(section|groupe|unite|tranche age|tranche)( accueil| enfant| age)?",),
    ),
    "debut": Champ(
        "debut",
        "Début du contrat",
        "présence",
        (
            r"(date )?(debut|entree)( contrat| accueil| effective)?",
            r"(du|depuis|date admission|admis|contrat debut)",
        ),
    ),
    "fin": Champ(
        "fin",
        "Fin du contrat",
        "présence",
        (r"(date )?(fin|sortie|depart)( contrat| accueil| prevue| effective)?", r"(jusqu|contrat fin)"),
    ),
    "adaptation": Champ(
        "adaptation", "Première adaptation", "présence", (r"(date )?(debut )?(premiere )?adaptation",)
    ),
    "note": CHAMPS_DOSSIERS["note"],
}
CHAMPS = {"dossiers": CHAMPS_DOSSIERS, "presents": CHAMPS_PRESENTS}

# Each compulsory thing, and the fields any of which gives it.
OBLIGATOIRES: dict[str, tuple[tuple[str, tuple[str, ...]], ...]] = {
    "dossiers": (
        ("le nom de l’enfant", ("nom", "identite")),
        ("la date de naissance ou le terme", ("naissance", "terme")),
        ("l’entrée souhaitée", ("entree",)),
        ("la semaine demandée", ("semaine", *JOURS, *(c.cle for c in MOITIES))),
        ("les choix de structures", ("choix", *(f"choix_{n}" for n in range(1, NB_CHOIX_LUS + 1)))),
    ),
    "presents": (
        ("la structure", ("structure",)),
        ("le nom de l’enfant", ("nom", "identite")),
        ("la date de naissance", ("naissance",)),
        ("la semaine d’accueil", ("semaine", *JOURS, *(c.cle for c in MOITIES))),
        ("le début du contrat", ("debut",)),
    ),
}
# Headings of data the desk must never keep, told as such when a file carries them.
SENSIBLES = (
    r".*\b(nationalite|religion|confession|origine|nir|securite sociale|sante|"
    r"allergie|vaccin|medecin|pathologie|diagnostic|regime alimentaire).*"
)
