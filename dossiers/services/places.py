"""Writing who is in which section: what the database guards, said in French, and when it must not guard."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import IntegrityError, connection, transaction

from dossiers.models import Admission
from dossiers.queries.creneaux import depasses
from guichet.erreurs import ErreurMetier
from structures.regles.creneaux import en_une_phrase

_REFUS = {
    "admission_sans_chevauchement": (
        "admission_chevauche",
        "Cet enfant a déjà une place sur ces dates\u202f: choisissez un autre jour.",
    ),
    "admission_plafond": (
        "place_prise",
        "Plus de place dans cette section sur ces demi-journées\u202f: son plafond d’accueil est atteint.",
    ),
    "admission_motif_depassement": (
        "motif_depassement",
        "Toutes les places de la section sont prises ces demi-journées\u202f: au-dessus, donnez un motif.",
    ),
    "place_employeur": (
        "place_employeur",
        "Les places de cet employeur sont toutes prises sur ces demi-journées.",
    ),
    "admission_designee": (
        "non_designe",
        "Ces places sont réservées aux enfants que l’employeur désigne.",
    ),
    "admission_urgence_prolongee": (
        "urgence_prolongee",
        "Un accueil d’urgence ne se prolonge pas\u202f: seule une commission donne une place régulière.",
    ),
    "affectation_agrement": (
        "agrement_plein",
        "L’agrément de l’assistante maternelle n’a plus de place sur toutes ces demi-journées\u202f: "
        "affectez d’abord l’enfant à une autre.",
    ),
    "affectation_sans_chevauchement": (
        "affectation_chevauche",
        "Cet enfant vient d’être affecté par une autre personne\u202f: rechargez la page.",
    ),
}


@contextmanager
def refus_de_place(*, champ: str = "debut") -> Iterator[None]:
    """What the database refuses of an admission, as a French refusal on the field `champ`.

    Raises ErreurMetier `admission_chevauche`, `place_prise`, `motif_depassement`, `agrement_plein`,
    `affectation_chevauche`.
    """
    with contrainte(*_REFUS, champ=champ):
        yield


def garder_creneaux(place: Admission, *, champ: str = "debut") -> None:
    """In the transaction that wrote `place`, its section locked by the database: the extra créneaux it fills.

    Above them a coded reason is asked, as above the places. Raises ErreurMetier `motif_depassement`.
    """
    if place.motif_depassement or not (trop := depasses(place)):
        return
    message = f"{en_une_phrase(trop)}\u202f: au-dessus, donnez un motif."
    raise ErreurMetier("motif_depassement", message, champ=champ)


@contextmanager
def contrainte(*noms: str, champ: str = "") -> Iterator[None]:
    """A savepoint; what one of these constraints refuses is an ErreurMetier, anything else goes up."""
    try:
        with transaction.atomic():
            yield
    except IntegrityError as refus:
        cause = refus.__cause__
        nom = getattr(getattr(cause, "diag", None), "constraint_name", "") or ""
        if nom not in noms:
            raise
        code, message = _REFUS[nom]
        raise ErreurMetier(code, message, champ=champ) from refus


@contextmanager
def sans_garde() -> Iterator[None]:
    """Write what already is, even above the places: present children taken over, dates rounded to the month.

    The section then shows « Plus d’enfants que de places ».
    """
    with transaction.atomic():
        _regler("sans_garde")
        yield
        _regler("")


def _regler(valeur: str) -> None:
    with connection.cursor() as curseur:
        curseur.execute("SELECT set_config('guichet.places', %s, true)", [valeur])
