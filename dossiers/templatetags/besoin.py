"""A need on a page: its weeks drawn apart, and in words."""

from typing import Any

from django import template
from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from dossiers.regles.besoin import ALTERNEE, VARIABLE, Contrats, Semaines, parts, texte_besoin
from dossiers.regles.besoin import texte_part as mots_de_la_part
from dossiers.regles.besoin import texte_variable as mots_du_variable
from guichet.semaine_svg import dessin

register = template.Library()


@register.simple_tag
def semaines(besoin: Semaines, classe: str = "", quoi: str = "") -> SafeString:
    """The glyph of a need, or one for week A and one for week B, each under its letter."""
    semaine = tuple(besoin.demi_journees)
    if besoin.rythme != ALTERNEE:
        return dessin(semaine, classe, quoi)
    lettres = [
        ("A", dessin(semaine, classe, "semaine A")),
        ("B", dessin(tuple(besoin.demi_journees_b), classe, "semaine B")),
    ]
    return render_to_string("composants/semaines.html", {"semaines": lettres})


@register.filter
def besoin_texte(besoin: Semaines) -> str:
    return texte_besoin(besoin)


@register.filter
def variable_texte(besoin: Semaines) -> str:
    """« variable, 2 à 4 demi-journées par semaine, planning connu 15 jours avant », else nothing."""
    if besoin.rythme != VARIABLE:
        return ""
    return mots_du_variable(besoin.nombre_min, besoin.nombre_max, besoin.planning_jours)


@register.filter
def part_texte(besoin: Contrats, rang: int) -> str:
    return mots_de_la_part(besoin, rang)


@register.simple_tag
def contrats_de(besoin: Contrats, responsables: Any = ()) -> list[tuple[str, str]]:
    """Each contract in words: its holder's name for who may read it, else « 1er » or « 2e responsable »."""
    noms = {1: "1er responsable", 2: "2e responsable", **{r.rang: str(r) for r in responsables}}
    rangs = dict.fromkeys(rang for rang, _, _ in parts(besoin))
    return [(noms[rang], mots_de_la_part(besoin, rang)) for rang in rangs]
