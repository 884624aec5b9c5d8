"""The headings of the need: entry, week, choices; and the notes, never kept."""

from .champ import JOURS, NB_CHOIX_LUS, Champ

_CHOIX = r"(choix|voeu|voeux|souhait|structure|creche|etablissement|eaje|preference)"

_JOURS = tuple(
    Champ(jour, jour.capitalize(), "semaine", (jour, jour[:3], rf"jour {jour}|{jour} jour")) for jour in JOURS
)
MOITIES = tuple(
    Champ(f"{jour}_{moitie}", f"{jour.capitalize()} {texte}", "semaine", (rf"({jour}|{jour[:3]}) {motif}",))
    for jour in JOURS
    for moitie, texte, motif in (
        ("matin", "matin", "(matin|m|mat)"),
        ("apm", "après-midi", "(apres midi|apm|ap|am|a|pm|aprem)"),
    )
)
BESOIN = (
    Champ(
        "entree",
        "Entrée souhaitée",
        "besoin",
        (
            r"(date )?entree( souhaitee| demandee| voulue| prevue)?( creche)?",
            r"date (souhaitee|accueil|debut|besoin|admission)( accueil| souhaitee?| demandee)*",
            r"(debut|accueil|rentree|entree|arrivee)( accueil)?( souhaitee?| demandee?| partir| compter)?",
            r"partir",
        ),
    ),
    Champ(
        "type_accueil",
        "Type d’accueil",
        "besoin",
        (r"(type|mode|nature)( accueil| besoin| demande| garde)", r"accueil demande type|regularite"),
    ),
    Champ(
        "semaine",
        "Jours demandés",
        "semaine",
        (
            r"(jours?|demi journees|semaine|planning|semaine type)"
            r"( demandee?s?| souhaitee?s?| accueil| presence)*",
        ),
    ),
    *_JOURS,
    *MOITIES,
    Champ(
        "choix",
        "Choix, en une colonne",
        "choix",
        (rf"{_CHOIX}s?( demandee?s?| souhaitee?s?| prefere?e?s?)*",),
    ),
    *(
        Champ(
            f"choix_{n}",
            f"Choix {n}",
            "choix",
            (rf"{_CHOIX}s?( demandee?| souhaitee?)*( numero)? {n}", rf"{n} {_CHOIX}", rf"ordre {n}|rang {n}"),
        )
        for n in range(1, NB_CHOIX_LUS + 1)
    ),
    Champ(
        "note",
        "Remarques (jamais gardées)",
        "ignore",
        (r"(observations?|remarques?|commentaires?|notes?|divers|memo|precisions?|motivations?)( .*)?",),
        repetable=True,
    ),
)
