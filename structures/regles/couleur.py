"""The city's main colour: is it readable, and which shades come from it (WCAG 2.1, relative luminance)."""

import re

from guichet.erreurs import ErreurMetier

COULEUR_MAISON = "#0b5a54"
PAPIER, FOND = "#ffffff", "#f6f5f1"
CONTRASTE_MINIMAL, CONTRASTE_BARRE = 4.5, 7.0


def contraste(une: str, autre: str) -> float:
    """Le rapport de contraste de deux couleurs, de 1 à 21."""
    claire, sombre = sorted((_luminance(une), _luminance(autre)), reverse=True)
    return (claire + 0.05) / (sombre + 0.05)


def melanger(couleur: str, vers: str, part: float) -> str:
    """La couleur mêlée d’une part (0 à 1) de l’autre."""
    teintes = zip(_composantes(couleur), _composantes(vers), strict=True)
    return "#" + "".join(f"{round(a + (b - a) * part):02x}" for a, b in teintes)


def verifier_couleur(couleur: str) -> str:
    """La couleur en minuscules, si un texte blanc s’y lit et si elle se lit sur le fond des pages.

    Raises ErreurMetier on the field `couleur` otherwise.
    """
    if not re.fullmatch(r"#[0-9a-fA-F]{6}", couleur):
        raise ErreurMetier("couleur_illisible", "Écrivez la couleur ainsi : #0b5a54.", champ="couleur")
    obtenu = min(contraste(couleur, PAPIER), contraste(couleur, FOND))
    if obtenu < CONTRASTE_MINIMAL:
        texte = f"{obtenu:.1f}".replace(".", ",")
        raise ErreurMetier(
            "contraste_insuffisant",
            f"Cette couleur est trop claire pour être lue : contraste de {texte} pour 4,5 au moins. "
            "Choisissez-la plus foncée.",
            champ="couleur",
        )
    return couleur.lower()


def palette(couleur: str) -> dict[str, str]:
    """Les teintes des pages : la barre (blanc lisible à 7), l’action, le fond clair où l’action se lit.

    Takes a colour `verifier_couleur` accepted; the dark and light shades are mixed until they contrast.
    """
    fonce = melanger(couleur, "#000000", 0.25)
    while contraste(fonce, PAPIER) < CONTRASTE_BARRE:
        fonce = melanger(fonce, "#000000", 0.1)
    part = 0.88
    while contraste(fonce, melanger(couleur, PAPIER, part)) < CONTRASTE_MINIMAL and part < 1:
        part += 0.02
    return {"sapin-fonce": fonce, "sapin": couleur, "sapin-clair": melanger(couleur, PAPIER, min(part, 1))}


def _composantes(couleur: str) -> tuple[int, int, int]:
    return int(couleur[1:3], 16), int(couleur[3:5], 16), int(couleur[5:7], 16)


def _luminance(couleur: str) -> float:
    def lineaire(composante: int) -> float:
        c = composante / 255
        return c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4

    rouge, vert, bleu = (lineaire(c) for c in _composantes(couleur))
    return 0.2126 * rouge + 0.7152 * vert + 0.0722 * bleu
