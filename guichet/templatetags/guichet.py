"""What templates say: the week glyph, pills, points, French dates, ages and numbers."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from django import template
from django.forms import BaseForm
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.safestring import SafeString

from guichet import texte
from guichet.formulaires import paires
from guichet.pastilles import variante_de, verifier
from guichet.semaine_svg import dessin
from structures.regles.ages import texte_age
from structures.regles.semaine import texte_semaine

register = template.Library()


@register.simple_tag
def semaine(creneaux: Iterable[int], classe: str = "", quoi: str = "") -> SafeString:
    """The week glyph: `{% semaine besoin.creneaux classe="semaine-grande" quoi="demandé" %}`.

    Filled = asked. `quoi` precedes the text equivalent; the result of a week is drawn once per process.
    """
    return dessin(tuple(creneaux), classe, quoi)


@register.filter
def semaine_texte(creneaux: Iterable[int]) -> str:
    return texte_semaine(creneaux)


@register.simple_tag
def pastille(variante: str, mot: object, titre: str = "") -> SafeString:
    """A state in words: variante is vert, miel, brique, ciel or gris; any other raises."""
    contexte = {"variante": verifier(variante), "texte": mot, "titre": titre}
    return render_to_string("composants/pastille.html", contexte)


@register.simple_tag
def pastille_etat(etat: str, mot: object) -> SafeString:
    """The pill of an object's state; the colour comes from `guichet.pastilles`, the word is the label."""
    return render_to_string("composants/pastille.html", {"variante": variante_de(etat), "texte": mot})


@register.filter
def variante_connue(variante: str) -> str:
    return verifier(variante)


@register.simple_tag
def points(verifie: int, declare: int | None = None, classe: str = "") -> SafeString:
    """Verified points, big; under them, what is still to verify: `{% points c.verifie c.declare %}`."""
    reste = max(0, (verifie if declare is None else declare) - verifie)
    return render_to_string("composants/points.html", {"verifie": verifie, "reste": reste, "classe": classe})


@register.filter
def age(naissance: date | None, jour: date | None = None) -> str:
    """`{{ enfant.naissance|age:besoin.entree }}`: « 7 mois »; today's age without a day."""
    return texte_age(naissance, jour or timezone.localdate()) if naissance else ""


@register.filter
def date_longue(jour: date | datetime | None) -> str:
    """« 1er mars 2027 »."""
    return texte.date_longue(_local(jour)) if jour else ""


@register.filter
def date_courte(jour: date | datetime | None) -> str:
    """« 22/11/2026 »."""
    return f"{_local(jour):%d/%m/%Y}" if jour else ""


@register.filter
def mois_annee(jour: date | datetime | None) -> str:
    """« févr. 2027 »."""
    return texte.mois_annee(_local(jour)) if jour else ""


@register.filter
def heure(instant: datetime | None) -> str:
    """« 10 h 42 », heure de Paris."""
    return texte.heure(timezone.localtime(instant)) if instant else ""


@register.filter
def date_heure(instant: datetime | None) -> str:
    """« 22 novembre 2026 à 10 h 42 »."""
    return texte.date_heure(timezone.localtime(instant)) if instant else ""


@register.filter
def nombre(valeur: int | None) -> str:
    """« 1 204 », thousands set apart by a narrow no-break space."""
    return texte.nombre(valeur) if valeur is not None else ""


@register.filter
def telephone(numero: str | None) -> str:
    return paires(numero or "")


@register.filter
def accord(quantite: int, formes: str) -> str:
    """`{{ n|accord:"dossier,dossiers" }}`."""
    return texte.accord(quantite, formes)


@register.simple_tag
def erreurs(form: Any = None, formulaires: Any = None) -> list[dict[str, str]]:
    """Every error of one or more bound forms, with the id of the field to go to."""
    tous: list[BaseForm] = list(formulaires) if formulaires else ([form] if form is not None else [])
    lignes = []
    for f in tous:
        if not getattr(f, "is_bound", False):
            continue
        lignes += [{"cible": "", "libelle": "", "message": str(m)} for m in f.non_field_errors()]
        for nom in f.fields:
            champ = f[nom]
            cible = champ.id_for_label or champ.auto_id or ""
            if champ.use_fieldset:
                cible = f"{champ.auto_id}_0"
            lignes += [{"cible": cible, "libelle": str(champ.label), "message": str(m)} for m in champ.errors]
    return lignes


def _local(jour: date | datetime) -> date:
    if isinstance(jour, datetime):
        return (timezone.localtime(jour) if timezone.is_aware(jour) else jour).date()
    return jour


@register.filter
def par_moitie(places: Iterable[Any]) -> list[tuple[str, list[Any]]]:
    """Ten values by créneau, as two rows: morning, afternoon."""
    toutes = list(places)
    return [("matin", toutes[0::2]), ("apm", toutes[1::2])]


@register.filter
def libres_par_moitie(places: Any) -> list[tuple[str, list[Any]]]:
    """A `PlacesSection` as two rows of (free, offered)."""
    return par_moitie(zip(places.libres, places.capacite, strict=True))
