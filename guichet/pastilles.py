"""The colours a state may wear, always with its word: the meaning of each is the same on every page."""

VARIANTES = {
    "vert": "fine",
    "miel": "someone must act",
    "brique": "impossible",
    "ciel": "belongs to a session",
    "gris": "waiting, or over",
}

# Every state of every object; a state missing here fails the page and its test.
PAR_ETAT = {
    "brouillon": "gris",
    "incomplet": "miel",
    "actif": "vert",
    "propose": "ciel",
    "admis": "vert",
    "suspendu": "gris",
    "clos": "gris",
    "anonymise": "gris",
    "planifiee": "gris",
    "gelee": "ciel",
    "ouverte": "ciel",
    "tenue": "miel",
    "validee": "vert",
    "notifiee": "vert",
    "close": "gris",
    "preparee": "gris",
    "envoyee": "miel",
    "acceptee": "vert",
    "declinee": "gris",
    "expiree": "brique",
    "annulee": "gris",
    "demandee": "miel",
    "accordee": "vert",
    "refusee": "brique",
    "en_publication": "ciel",
    "programmee": "miel",
    "en_vigueur": "vert",
    "remplacee": "gris",
    "en_attente": "gris",
    "en_cours": "ciel",
    "faite": "vert",
    "echouee": "brique",
}


def verifier(variante: str) -> str:
    """The same word back, or ValueError: a misspelt colour must not pass for a grey one."""
    if variante not in VARIANTES:
        raise ValueError(f"variante de pastille inconnue : {variante!r} ; permises : {', '.join(VARIANTES)}")
    return variante


def variante_de(etat: str) -> str:
    if etat not in PAR_ETAT:
        raise ValueError(f"état sans couleur : {etat!r}")
    return PAR_ETAT[etat]
