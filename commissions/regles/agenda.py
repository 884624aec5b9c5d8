"""How a line of the agenda is worded: ages, weeks also accepted, places put aside. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date

from commissions.regles.titres import libelle_titre
from structures.regles.ages import age_en_mois
from structures.regles.semaine import JOURS, texte_semaine

INSECABLE = "\u00a0"


def texte_age_agenda(naissance: date, jour: date) -> str:
    """L’âge en mois à cette date : « 8 mois » ; en semaines avant 3 mois."""
    mois = age_en_mois(naissance, jour)
    if mois >= 3:
        return f"{mois}{INSECABLE}mois"
    semaines = max(0, (jour - naissance).days // 7)
    return f"{semaines}{INSECABLE}sem."


def texte_autre_semaine(semaine: Iterable[int], autre: Iterable[int]) -> str:
    """Une semaine aussi acceptée, dite par rapport à la préférée : « sans mercredi », « matins seuls »."""
    voulue, acceptee = set(semaine), set(autre)
    retires = voulue - acceptee
    if acceptee < voulue:
        jours = [jour for i, jour in enumerate(JOURS) if {2 * i, 2 * i + 1} & retires]
        entiers = all(not {2 * i, 2 * i + 1} & acceptee for i, jour in enumerate(JOURS) if jour in jours)
        if entiers and len(jours) <= 2:
            return "sans " + " ni ".join(jours)
        if acceptee == {c for c in voulue if c % 2 == 0}:
            return "matins seuls"
        if acceptee == {c for c in voulue if c % 2 == 1}:
            return "après-midi seuls"
    return texte_semaine(sorted(acceptee))


def texte_alternatives(semaine: Sequence[int], alternatives: Iterable[Sequence[int]]) -> str:
    """Les autres semaines acceptées, dans l’ordre de la famille."""
    return " ; ".join(texte_autre_semaine(semaine, autre) for autre in alternatives)


def texte_reserves(reserves: Iterable[Mapping[str, object]]) -> str:
    """« dont 1 garantie insertion », vide sans place garantie."""
    mots = []
    for reserve in reserves:
        places = int(str(reserve["places"]))
        if places:
            accord = "garanties" if places > 1 else "garantie"
            mots.append(f"{places}{INSECABLE}{accord} {libelle_titre(str(reserve['titre']))}")
    return "dont " + ", ".join(mots) if mots else ""
