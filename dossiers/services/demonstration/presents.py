"""The children already in a crèche: their families, their contracts, section by section."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

from dossiers.models import Admission, Enfant, OrigineAdmission
from dossiers.regles.rentree import veille_de_l_ecole
from structures.models import Section
from structures.regles.ages import ajouter_mois

from . import noms
from .menages import Menage, tirer_menage
from .semaines import horaires, tirer_semaine


@dataclass
class Present:
    """A present child about to be written."""

    menage: Menage
    enfant: Enfant
    admission: Admission


def remplir(
    rng: Random,
    sections: Sequence[tuple[Section, Sequence[int]]],
    *,
    jour: date,
    taux: float,
    ville: str,
    codes_postaux: list[str],
) -> list[Present]:
    """Fill each section up to about `taux` of its places, half-day by half-day, without ever exceeding them.

    `sections` are (section, places per créneau) pairs. Dates agree with each other: nobody is in a
    section before its age, nor after the summer when school begins.
    """
    presents = []
    for section, places in sections:
        libres = [int(p * taux + rng.random()) if p > 3 else p for p in places]
        ouverture = {k for k, p in enumerate(places) if p}
        echecs = 0
        while echecs < 6:
            semaine = [k for k in tirer_semaine(rng, ouverture) if libres[k] > 0]
            if len(semaine) < 2:
                echecs += 1
                continue
            present = _tirer(rng, section, semaine, jour, ville, codes_postaux)
            for k in semaine:
                libres[k] -= 1
            presents.append(present)
    return presents


def _tirer(
    rng: Random, section: Section, semaine: list[int], jour: date, ville: str, codes_postaux: list[str]
) -> Present:
    menage = tirer_menage(rng, ville=ville, codes_postaux=codes_postaux)
    naissance, debut = _dates(rng, section, jour)
    prenom, sexe = noms.prenom_enfant(rng)
    enfant = Enfant(
        famille=menage.famille, nom=menage.nom, prenom=prenom, sexe=sexe, date_naissance=naissance
    )
    enfant.normaliser()
    fin = veille_de_l_ecole(naissance)
    if rng.random() < 0.07:
        fin = min(fin, jour + timedelta(days=rng.randrange(20, 130)))
    admission = Admission(
        enfant=enfant,
        section=section,
        demi_journees=semaine,
        # A draw of its own: the rest of the city does not depend on it.
        horaires=horaires(Random(f"{enfant.prenom} {naissance}"), semaine),
        adaptation_le=max(debut - timedelta(days=7), section.bande.minimum.atteint_le(naissance)),
        debut=debut,
        fin=fin,
        origine=OrigineAdmission.COMMISSION,
    )
    return Present(menage, enfant, admission)


def _dates(rng: Random, section: Section, jour: date) -> tuple[date, date]:
    """(birth, contract start): the child has the section's age at its start, and kept it last September."""
    rentree = date(jour.year if (jour.month, jour.day) >= (9, 1) else jour.year - 1, 9, 1)
    minimum, maximum = section.age_min_mois + section.age_min_jours // 30 + 1, section.age_max_mois - 1
    while True:
        debut = rentree if rng.random() < 0.75 else jour - timedelta(days=rng.randrange(5, 330))
        age = rng.randrange(minimum, min(maximum, 33) + 1)
        naissance = ajouter_mois(debut, -age) - timedelta(days=rng.randrange(28))
        dans_la_bande = section.bande.accueille(naissance, max(debut, rentree))
        dans_la_bande = dans_la_bande and section.bande.accueille(naissance, debut)
        if dans_la_bande and veille_de_l_ecole(naissance) > max(jour, debut) + timedelta(days=40):
            return naissance, debut
