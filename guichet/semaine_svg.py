"""The one drawing of a week: five columns, two rows, two paths. Same markup on screen and in PDF."""

from functools import lru_cache
from urllib.parse import quote

from django.template.loader import render_to_string
from django.utils.html import format_html
from django.utils.safestring import SafeString

from structures.regles.semaine import NB_CRENEAUX, texte_semaine

LARGEUR, HAUTEUR, ECART, RAYON = 11, 9, 2, 2


def trace(creneaux: tuple[int, ...]) -> str:
    """The `d` of one path holding every cell of these créneaux, as rounded rectangles."""
    return "".join(_case(c) for c in creneaux)


def _case(creneau: int) -> str:
    x = (creneau // 2) * (LARGEUR + ECART)
    y = (creneau % 2) * (HAUTEUR + ECART)
    r, h, v = RAYON, LARGEUR - 2 * RAYON, HAUTEUR - 2 * RAYON
    return f"M{x + r} {y}h{h}q{r} 0 {r} {r}v{v}q0 {r} {-r} {r}h{-h}q{-r} 0 {-r} {-r}v{-v}q0 {-r} {r} {-r}z"


@lru_cache(maxsize=4096)
def dessin(creneaux: tuple[int, ...], classe: str = "", quoi: str = "") -> SafeString:
    """The SVG, drawn once per distinct week."""
    pris = tuple(sorted(set(creneaux)))
    libres = tuple(c for c in range(NB_CRENEAUX) if c not in pris)
    mots = texte_semaine(pris)
    contexte = {
        "plein": trace(pris),
        "vide": trace(libres),
        "texte": f"{quoi}\u00a0: {mots}" if quoi else mots,
        "classe": classe,
    }
    return SafeString(render_to_string("composants/semaine.html", contexte).strip())


@lru_cache(maxsize=4096)
def dessin_imprime(creneaux: tuple[int, ...]) -> SafeString:
    """The same week for long printed lists: one stroked path on a pale panel, a tenth of the drawing.

    An image of its own address, so that a page of hundreds of lines parses each distinct week once.
    """
    pris = tuple(sorted(set(creneaux)))
    pas = LARGEUR + ECART
    traits = "".join(f"M{(c // 2) * pas} {HAUTEUR / 2 + (c % 2) * (HAUTEUR + ECART)}h{LARGEUR}" for c in pris)
    svg = (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 63 20" width="63" height="20">'
        f'<path stroke="#0b5a54" stroke-width="{HAUTEUR}" d="{traits}"/></svg>'
    )
    return format_html(
        '<img class="semaine" alt="{}" src="data:image/svg+xml,{}"/>', texte_semaine(pris), quote(svg)
    )
