"""Reference data: places, managers, structures, sections, capacities, settings, the city's identity."""

from datetime import date
from typing import Any, TypeVar

from django.core.files.base import ContentFile
from django.db import transaction
from django.utils.text import slugify

from guichet.erreurs import ErreurMetier
from structures.models import Agent, Capacite, CreneauSupplementaire, Identite, Reglage, Versionne
from structures.regles.couleur import verifier_couleur
from structures.regles.texte import sans_accents

Objet = TypeVar("Objet", bound=Versionne)
MODIFIE = "modifie_entre_temps"


@transaction.atomic
def enregistrer(objet: Objet, *, par: Agent, version: int | None = None) -> Objet:
    """Save a reference object a form has filled, its constraints checked in French first.

    Raises ErreurMetier modifie_entre_temps when it is no longer at the `version` it was read at.
    """
    if objet.pk:
        connu = type(objet)._default_manager.select_for_update(of=("self",)).get(pk=objet.pk)
        if version is not None and version != connu.version:
            qui = f" par {connu.modifie_par.nom_court}" if connu.modifie_par else ""
            raise ErreurMetier(MODIFIE, f"Modifié entre-temps{qui}\u202f: rien n’a été remplacé.")
        objet.version = connu.version + 1
    objet.modifie_par = par
    if hasattr(objet, "code") and not objet.code:
        objet.code = _code_libre(objet)
    objet.full_clean()
    objet.save()
    return objet


def _code_libre(objet: Any) -> str:
    """A stable short name for addresses and imports, made once from the full name."""
    base = slugify(sans_accents(objet.nom))[:34] or "sans-nom"
    pris = set(type(objet).objects.filter(code__startswith=base).values_list("code", flat=True))
    return next(c for n in range(1, len(pris) + 2) if (c := base if n == 1 else f"{base}-{n}") not in pris)


@transaction.atomic
def retirer_capacite(capacite: Capacite, *, par: Agent) -> None:
    """Take a period away; the history keeps it."""
    capacite.delete()


@transaction.atomic
def retirer_creneau(creneau: CreneauSupplementaire, *, par: Agent) -> None:
    """The section is limited by its half-days alone again; the history keeps what was declared."""
    creneau.delete()


@transaction.atomic
def regler(cle: str, *, valeur: Any, a_partir_du: date, aujourd_hui: date, par: Agent) -> Reglage:
    """Set a value from a day on. The past is never rewritten; a day still to come may be corrected."""
    if a_partir_du < aujourd_hui:
        raise ErreurMetier(
            "reglage_passe",
            "Un réglage ne change pas le passé : choisissez aujourd’hui ou un jour à venir.",
            champ="a_partir_du",
        )
    reglage, _ = Reglage.objects.update_or_create(
        cle=cle, a_partir_du=a_partir_du, defaults={"valeur": valeur, "pose_par": par}
    )
    return reglage


@transaction.atomic
def presenter_ville(*, nom: str, couleur: str, logo: bytes | None, sans_logo: bool, par: Agent) -> Identite:
    """The city's name, main colour and logo (PNG bytes already cleaned); None keeps the present logo."""
    identite = Identite.objects.first() or Identite(pk=1)
    identite.nom, identite.couleur = nom, verifier_couleur(couleur)
    if sans_logo:
        identite.logo = ""
    if logo is not None:
        identite.logo.save("logo.png", ContentFile(logo), save=False)
    identite.full_clean()
    identite.save()
    return identite
