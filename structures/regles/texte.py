"""Normalised keys: how two spellings of one French name become the same letters."""

import re
import unicodedata

_LIGATURES = str.maketrans({"œ": "oe", "Œ": "oe", "æ": "ae", "Æ": "ae", "ß": "ss", "ø": "o", "Ø": "o"})


def sans_accents(texte: str) -> str:
    """Le même texte, sans accent ni ligature, en minuscules : « Œuvré » donne « oeuvre »."""
    if texte.isascii():
        return texte.lower()
    decompose = unicodedata.normalize("NFKD", texte.translate(_LIGATURES))
    return "".join(c for c in decompose if not unicodedata.combining(c)).lower()


def cle(texte: str) -> str:
    """La clé d’un nom : ses seules lettres, sans accent, sans trait d’union ni espace.

    « Lévy-d’Ornano » et « LEVY D ORNANO » ont la même clé, « levydornano ».
    """
    return re.sub(r"[^a-z]", "", sans_accents(texte))


def cle_mots(texte: str) -> str:
    """Les mots d’un libellé, chiffres compris, séparés d’une espace : pour chercher, pas identifier."""
    return " ".join(re.findall(r"[a-z0-9]+", sans_accents(texte)))


def telephone_normalise(texte: str) -> str:
    """Un numéro français ramené à dix chiffres ; vide s’il n’y ressemble pas.

    « +33 6 39 98 12 34 », « 06.39.98.12.34 » et « 0033639981234 » donnent « 0639981234 ».
    """
    chiffres = re.sub(r"[^0-9+]", "", texte)
    for prefixe in ("+33", "0033"):
        if chiffres.startswith(prefixe):
            chiffres = "0" + chiffres.removeprefix(prefixe).lstrip("0")
    return chiffres if re.fullmatch(r"0[1-9][0-9]{8}", chiffres) else ""
