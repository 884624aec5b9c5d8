"""The grid in words: what a voter, a family or a director reads of each criterion."""

from dataclasses import dataclass

from dossiers.regles.faits import FAITS
from dossiers.regles.grille import PORTEE_VOEU, Critere, Grille, Repetition
from dossiers.regles.nombres import ESPACE_INSECABLE, nombre_fr, points_fr
from dossiers.regles.pieces import PREUVES

# What comes after the oldest complete dossier, when points are equal.
SUITE_DEPARTAGE = {
    "numero": "puis le plus petit numéro de dossier",
    "tirage": "puis le tirage au sort fait au gel de la liste",
}
TEXTE_DEPARTAGE = {
    code: f"À égalité de points, le dossier complet le plus ancien passe d’abord, {suite}."
    for code, suite in SUITE_DEPARTAGE.items()
}


@dataclass(frozen=True)
class CritereDecrit:
    """One row of the page: `lignes` are (what, points) pairs, one unless the criterion has levels."""

    code: str
    libelle: str
    condition: str
    lignes: tuple[tuple[str, str], ...]
    pieces: tuple[str, ...]
    groupe: str
    plafond: int | None
    protege: bool
    au_voeu: bool


def decrire(grille: Grille) -> list[CritereDecrit]:
    """Chaque critère en mots, dans l’ordre de la grille."""
    groupes = {g.code: g.libelle for g in grille.groupes or ()}
    return [
        CritereDecrit(
            code=critere.code,
            libelle=critere.libelle,
            condition=critere.si.texte if critere.si else "",
            lignes=_lignes(critere),
            pieces=pieces_en_mots(critere),
            groupe=groupes.get(critere.groupe or "", ""),
            plafond=critere.plafond,
            protege=critere.protege,
            au_voeu=critere.portee == PORTEE_VOEU,
        )
        for critere in grille.criteres
    ]


def pieces_en_mots(critere: Critere) -> tuple[str, ...]:
    """Les pièces qui vérifient la ligne ; « sur parole » ou « connu du guichet » quand il n’en faut pas."""
    if critere.sur_parole:
        return ("sur parole",)
    attendues = tuple(PREUVES[code].libelle for code in critere.preuves_attendues)
    return attendues or (("connu du guichet",) if critere.mode != "manuel" else ("avis signé",))


def points_en_mots(critere: Critere) -> str:
    """« +30 », « +10 à chaque fois, 5 fois au plus », « de +10 à +100, de 10 en 10 »."""
    if critere.manuel is not None:
        pas = f", de {critere.manuel.pas} en {critere.manuel.pas}" if critere.manuel.pas else ""
        bornes = f"de {points_fr(critere.manuel.minimum)} à {points_fr(critere.manuel.maximum)}"
        return bornes.replace(" ", ESPACE_INSECABLE) + pas
    if critere.par is not None:
        return _repetition(critere.par)
    return points_fr(critere.points or 0)


def _repetition(par: Repetition) -> str:
    fait = FAITS[par.fait]
    unite = f" {fait.unite}" if fait.unite else ""
    texte = f"{points_fr(par.points)} par tranche de {par.tranche}{unite}" if (par.tranche or 1) > 1 else ""
    texte = texte or f"{points_fr(par.points)} à chaque {fait.unite or 'fois'}"
    if par.au_dela_de:
        texte += f" au-delà de {nombre_fr(par.au_dela_de)}{unite}"
    if par.maximum is not None:
        texte += f", {par.maximum} fois au plus"
    return texte


def _lignes(critere: Critere) -> tuple[tuple[str, str], ...]:
    if critere.niveaux is None:
        quoi = FAITS[critere.par.fait].libelle if critere.par else ""
        return ((quoi, points_en_mots(critere)),)
    return tuple((n.libelle or n.si.texte, points_fr(n.points)) for n in critere.niveaux)


def maximum_en_mots(grille: Grille) -> str:
    """Le plafond du total, s’il y en a un."""
    if grille.plafond_total is None:
        return ""
    return f"{nombre_fr(grille.plafond_total)}{ESPACE_INSECABLE}points au plus en tout"
