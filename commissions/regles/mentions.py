"""What the law asks a letter to say: its author, the algorithmic treatment, the remedies. Pure."""

from collections.abc import Iterable


def auteur(
    nom: str, qualite: str, delegation: str, *, gestionnaire: str = "", autres: Iterable[str] = ()
) -> str:
    """L’auteur de la décision, sa qualité et sa délégation ; `autres` décident pour leurs structures."""
    qui = ", ".join(mot for mot in (nom, qualite, delegation) if mot)
    if gestionnaire:
        pour = f"{qui}, pour {gestionnaire}"
        phrase = f"Cette décision est prise par {pour}, sur l’avis de la commission d’admission."
    else:
        phrase = f"Cette décision est prise par {qui}, après l’avis de la commission d’admission."
    if noms := sorted(set(autres)):
        if len(noms) == 1:
            return f"{phrase} {noms[0]} décide, sur le même avis, pour sa structure."
        leurs = f"{', '.join(noms[:-1])} et {noms[-1]}"
        phrase += f" {leurs} décident, sur le même avis, pour leurs structures."
    return phrase


def auteur_discret(nom: str, qualite: str, delegation: str) -> str:
    """L’auteur d’une lettre discrète : nommer un gestionnaire dirait où la famille protégée a demandé."""
    qui = ", ".join(mot for mot in (nom, qualite, delegation) if mot)
    return f"Cette lettre vous est envoyée par {qui}. La décision qui vous sera remise nomme son auteur."


def silence(*, compte: bool) -> str:
    """Ce que vaut une offre laissée sans réponse, selon le réglage de la ville."""
    if compte:
        return "Ce silence compte comme une offre déclinée, si elle était ce que vous demandiez."
    return "Votre demande reste sur la liste, avec son ancienneté."


def mention(ou: str) -> str:
    """La mention des articles L. 311-3-1 et R. 311-3-1-1 : finalité, droit d’obtenir les règles, CADA."""
    return (
        "Traitement algorithmique\u00a0: cette décision a été prise sur le fondement d’un traitement"
        " algorithmique"
        " dont la finalité est de classer les demandes selon la grille de critères commune et de proposer une"
        " répartition des places\u202f; des personnes décident ensuite. Articles L.\u00a0311-3-1 et"
        " R.\u00a0311-3-1-1 du code des relations entre le public et l’administration\u00a0: vous"
        " pouvez obtenir"
        " les règles de ce traitement et les principales caractéristiques de sa mise en œuvre pour"
        " votre dossier,"
        f" en les demandant {ou}. En cas de refus, ou sans réponse au bout d’un mois, vous pouvez saisir la"
        " Commission d’accès aux documents administratifs (www.cada.fr) dans les deux mois."
    )


def recours(*, maire: bool, tribunal: str, autres: bool = False) -> str:
    """Les voies et délais de recours : administratives pour le maire, civiles pour un gestionnaire privé.

    `autres`: the mayor signs, and managers decide for their own structures in the same letter.
    """
    if maire:
        voie = (
            "Vous pouvez contester cette décision dans les deux mois qui suivent la réception de"
            " cette lettre\u00a0:"
            " par un recours gracieux auprès de son auteur, qui interrompt ce délai (article"
            " L.\u00a0411-2 du même"
            f" code), ou devant le {tribunal}, aussi sur www.telerecours.fr."
        )
        if autres:
            voie += (
                " Pour la structure d’un autre gestionnaire, écrivez-lui pour qu’il revoie sa décision\u202f;"
                " en cas de désaccord, saisissez gratuitement un conciliateur de justice"
                " (www.conciliateurs.fr), puis le tribunal judiciaire."
            )
    else:
        voie = (
            "Vous pouvez demander par écrit au gestionnaire de revoir sa décision. En cas de"
            " désaccord, vous pouvez"
            " saisir gratuitement un conciliateur de justice (www.conciliateurs.fr), puis le"
            " tribunal judiciaire."
        )
    return f"{voie} Le Défenseur des droits (www.defenseurdesdroits.fr) peut être saisi gratuitement."


def relais(contact: str) -> str:
    """Le relais petite enfance et les autres modes d’accueil, nommés dans toute lettre."""
    return (
        "## D’autres solutions d’accueil\n"
        "- Le relais petite enfance vous informe et vous met en relation avec des assistantes"
        " maternelles\u00a0:"
        f" {contact}.\n"
        "- Assistantes maternelles, garde à domicile, accueil occasionnel en halte-garderie\u00a0:"
        " www.monenfant.fr, ou votre mairie."
    )
