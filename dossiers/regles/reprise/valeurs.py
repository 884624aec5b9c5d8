"""The other cells: yes or no, telephones, e-mails, postcodes, amounts, closed lists."""

import re
from decimal import Decimal, InvalidOperation

from structures.regles.texte import cle_mots, telephone_normalise

from .constats import FauteValeur

VIDES = {"", "nc", "n a", "na", "neant", "null", "none", "vide", "inconnu", "non renseigne", "so"}
OUI = {"oui", "o", "x", "1", "vrai", "true", "yes", "y", "ok", "v", "coche"}
NON = {"non", "n", "0", "faux", "false", "no", "aucun", "aucune"}
_COURRIEL = re.compile(r"[^\s@;,<>\"]+@[^\s@;,<>\"]+\.[a-zA-Z]{2,}")


def nettoyer(texte: str) -> str:
    """Le texte d’une cellule : sans signe invisible, les blancs réunis en une espace."""
    return " ".join("".join(c if c.isprintable() else " " for c in texte).split())


def est_vide(texte: str) -> bool:
    """Vrai pour une cellule blanche ou qui dit qu’elle l’est : « - », « NC », « #N/A », « néant »."""
    return cle_mots(texte) in VIDES and not re.search(r"\d", texte)


def lire_oui_non(texte: str) -> bool:
    """« oui », « O », « X », « 1 », « vrai » : oui ; « non », « 0 » ou rien : non.

    Raises FauteValeur for anything else.
    """
    mot = cle_mots(texte)
    if mot in OUI or texte.strip() in {"✓", "✔", "☑", "☒"}:
        return True
    if mot in NON or est_vide(texte):
        return False
    raise FauteValeur("Ce n’est ni oui ni non : la réponse n’est pas gardée.", "Écrivez oui ou non.")


def lire_telephone(texte: str) -> str:
    """Un téléphone français à dix chiffres ; le zéro perdu par un tableur est remis.

    A foreign number (+41…) is kept with its prefix. Raises FauteValeur when it is neither.
    """
    if numero := telephone_normalise(texte):
        return numero
    chiffres = re.sub(r"[^0-9+]", "", texte)
    if re.fullmatch(r"[1-9]\d{8}", chiffres):
        return "0" + chiffres
    if re.fullmatch(r"33[1-9]\d{8}", chiffres):
        return "0" + chiffres[2:]
    etranger = "+" + chiffres.removeprefix("00") if chiffres.startswith("00") else chiffres
    if re.fullmatch(r"\+(?!33)\d{7,15}", etranger):
        return etranger
    raise FauteValeur(
        "Ce numéro de téléphone n’a pas dix chiffres : il n’est pas gardé.",
        "Demandez le numéro à la famille.",
    )


def lire_telephones(texte: str) -> list[str]:
    """Les téléphones d’une cellule, séparés par « / », « ; », « , » ou « ou »."""
    morceaux = [m for m in re.split(r"[/;,|\n]|\bou\b|\bet\b", texte) if re.search(r"\d", m)]
    if len(morceaux) > 1 and all(len(re.sub(r"\D", "", m)) >= 9 for m in morceaux):
        return [lire_telephone(m) for m in morceaux]
    return [lire_telephone(texte.replace("/", " "))]


def lire_courriel(texte: str) -> str:
    """Une adresse électronique, la première s’il y en a plusieurs.

    Raises FauteValeur when none is well formed.
    """
    nettoye = nettoyer(texte).removeprefix("mailto:")
    if trouve := _COURRIEL.search(nettoye):
        adresse = trouve[0].rstrip(".")
        if ".." not in adresse and not adresse.startswith(".") and len(adresse) <= 254:
            return adresse
    raise FauteValeur(
        "Cette adresse électronique est mal formée : elle n’est pas gardée.", "Demandez-la de nouveau."
    )


def lire_code_postal(texte: str) -> str:
    """Un code postal à cinq chiffres ; « 42100.0 » et « 1000 » viennent d’un tableur."""
    chiffres = re.sub(r"\s", "", re.sub(r"[.,]0+$", "", texte.strip()))
    if re.fullmatch(r"\d{4,5}", chiffres) and int(chiffres) >= 1000:
        return chiffres.zfill(5)
    raise FauteValeur(
        "Ce code postal n’a pas cinq chiffres : il n’est pas gardé.", "Corrigez le code postal."
    )


def lire_montant(texte: str) -> Decimal:
    """Un montant en euros : « 3 540,54 », « 3540.54 € », « 3.540,54 ».

    Raises FauteValeur for a negative or unreadable amount.
    """
    brut = re.sub(r"(€|euros?|eur|/ ?mois|par mois|[\s\u00a0\u202f'’])", "", texte.strip().lower())
    if "," in brut and "." in brut:
        milliers = "." if brut.rfind(",") > brut.rfind(".") else ","
        brut = brut.replace(milliers, "")
    brut = brut.replace(",", ".")
    try:
        if not re.fullmatch(r"-?\d+(\.\d+)?", brut):
            raise InvalidOperation
        montant = Decimal(brut).quantize(Decimal("0.01"))
    except InvalidOperation:
        raise FauteValeur(
            "Ce montant est illisible : il n’est pas gardé.", "Écrivez un nombre d’euros."
        ) from None
    if montant < 0 or montant >= 1_000_000:
        raise FauteValeur(
            "Ce montant n’est pas possible : il n’est pas gardé.", "Écrivez un montant positif."
        )
    return montant


def lire_entier(texte: str, maximum: int) -> int:
    """Un nombre entier de 0 à `maximum` ; « 2,0 » vaut 2."""
    brut = re.sub(r"[.,]0+$", "", texte.strip())
    if re.fullmatch(r"\d{1,4}", brut) and int(brut) <= maximum:
        return int(brut)
    raise FauteValeur(
        f"Ce n’est pas un nombre de 0 à {maximum} : il n’est pas gardé.", "Écrivez un nombre entier."
    )


def lire_liste(texte: str, liste: dict[str, tuple[str, ...]], quoi: str) -> str:
    """Le code d’une liste fermée, trouvé par l’un de ses mots.

    `liste` maps each code to the words that begin its names, already normalised; the longest one wins.
    """
    dit = f" {cle_mots(texte)}"
    trouves = [(len(mot), code) for code, mots in liste.items() for mot in mots if f" {mot}" in dit]
    if trouves:
        return max(trouves)[1]
    raise FauteValeur(
        f"Ce n’est pas {quoi} que Guichet connaît : ce n’est pas gardé.", "Choisissez dans la liste."
    )
