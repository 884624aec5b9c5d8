"""The section a child would enter, asked of the list's rows instead of one child at a time.

Same rule as `structures.regles.ages.section_a_date`: the narrowest band that takes the child.
"""

from collections.abc import Sequence
from datetime import date

from django.db.models import DateField, F, Func, IntegerField, Q, Value
from django.db.models.lookups import GreaterThanOrEqual

from structures.models import Section
from structures.regles.ages import Age, BandeAge, ajouter_mois


def dans_section(section: Section, soeurs: Sequence[Section], jour: date | None) -> Q:
    """Rows whose child enters `section` on `jour`, or on the child's own entry date when None.

    `soeurs` are the sections of the same structure.
    """
    visee = section.bande
    plus_etroites = [s.bande for s in soeurs if s.pk != section.pk and _ordre(s.bande) < _ordre(visee)]
    condition = _accueille(visee, jour)
    for bande in plus_etroites:
        if bande.minimum.mois < visee.maximum.mois and visee.minimum.mois <= bande.maximum.mois:
            condition &= ~_accueille(bande, jour)
    return condition


def _ordre(bande: BandeAge) -> tuple[int, Age, int]:
    return (bande.maximum.mois - bande.minimum.mois, bande.minimum, bande.section)


def _accueille(bande: BandeAge, jour: date | None) -> Q:
    if jour is not None:
        return _ne_a_temps(bande.minimum, jour) & ~_ne_a_temps(bande.maximum, jour)
    condition = Q(age_mois__lt=bande.maximum.mois, age_mois__gte=bande.minimum.mois)
    if bande.minimum.jours:
        condition &= Q(_age_atteint(bande.minimum))
    return condition


def _ne_a_temps(age: Age, jour: date) -> Q:
    """Born early enough to be `age` on `jour`: the latest such birth day is found once, in Python."""
    limite = ajouter_mois(jour, -age.mois - 1)
    while age.atteint_le(limite.fromordinal(limite.toordinal() + 1)) <= jour:
        limite = limite.fromordinal(limite.toordinal() + 1)
    while age.atteint_le(limite) > jour:
        limite = limite.fromordinal(limite.toordinal() - 1)
    return Q(naissance__lte=limite)


def _age_atteint(age: Age) -> GreaterThanOrEqual:
    """The child of the row has reached this age on its entry date, counted in SQL."""
    if age.mois == 0:
        # Days alone compare as integers, twenty times faster than calendar months.
        jours = Func(F("entree_le"), F("naissance"), arg_joiner=" - ", template="(%(expressions)s)")
        jours.output_field = IntegerField()
        return GreaterThanOrEqual(jours, Value(age.jours))
    duree = Func(Value(0), Value(age.mois), Value(0), Value(age.jours), function="make_interval")
    atteint = Func(F("naissance"), duree, arg_joiner=" + ", template="(%(expressions)s)::date")
    atteint.output_field = DateField()
    return GreaterThanOrEqual(F("entree_le"), atteint)
