"""A city's reference data from a file: places, people to be named later."""

from datetime import date, time
from typing import Any

from django.db import transaction

from structures.models import (
    Capacite,
    Convention,
    CreneauSupplementaire,
    Gestionnaire,
    Mairie,
    MotifCapacite,
    NatureGestionnaire,
    Quartier,
    Section,
    Structure,
)
from structures.regles.ages import ajouter_mois
from structures.regles.semaine import NB_CRENEAUX, SEMAINE_PLEINE

_FERMETURES = (((8, 1), (8, 22)), ((12, 24), (12, 31)))


@transaction.atomic
def charger_ville(donnees: dict[str, Any], *, jour: date) -> list[Structure]:
    """Create the quartiers, mairies, managers, structures, sections, capacities and limits of `donnees`.

    Shapes are those of `fixtures/ville-demonstration.json`. Capacities start three years before `jour`,
    closures fall in this year and the next. Returns the structures, in the order of the file.
    """
    quartiers = {
        q["code"]: Quartier.objects.create(code=q["code"], nom=q["nom"], prioritaire=q["prioritaire"])
        for q in donnees["quartiers"]
    }
    Mairie.objects.bulk_create(
        Mairie(code=m["code"], nom=m["nom"], telephone=m.get("telephone", "")) for m in donnees["mairies"]
    )
    gestionnaires = {
        g["code"]: Gestionnaire.objects.create(code=g["code"], nom=g["nom"], nature=g["nature"])
        for g in donnees["gestionnaires"]
    }
    structures = Structure.objects.bulk_create(
        Structure(
            code=s["code"],
            nom=s["nom"],
            autres_noms=s.get("autres_noms", []),
            type=s["type"],
            gestionnaire=gestionnaires[s["gestionnaire"]],
            quartier=quartiers[s["quartier"]],
            adresse=s.get("adresse", ""),
            telephone=s.get("telephone", ""),
            capacite_autorisee=sum(section[-1] for section in s["sections"]),
            ouverture=s.get("ouverture", list(SEMAINE_PLEINE)),
        )
        for s in donnees["structures"]
    )
    sections = _creer_sections(donnees["structures"], structures)
    _creer_capacites(sections, donnees.get("travaux", []), jour)
    _creer_creneaux(sections, donnees.get("creneaux", []), jour)
    _creer_conventions(structures, jour)
    return structures


def _creer_sections(
    descriptions: list[dict[str, Any]], structures: list[Structure]
) -> list[tuple[Section, int]]:
    a_creer = [
        (
            Section(
                structure=structure,
                nom=nom,
                tranche=tranche,
                age_min_mois=mois,
                age_min_jours=jours,
                age_max_mois=maximum,
            ),
            places,
        )
        for description, structure in zip(descriptions, structures, strict=True)
        for nom, tranche, mois, jours, maximum, places in description["sections"]
    ]
    Section.objects.bulk_create([section for section, _ in a_creer])
    return a_creer


def _creer_capacites(sections: list[tuple[Section, int]], travaux: list[dict[str, Any]], jour: date) -> None:
    debut = date(jour.year - 3, 9, 1)
    capacites = []
    for section, places in sections:
        ouverture = set(section.structure.ouverture)
        vecteur = [places if k in ouverture else 0 for k in range(NB_CRENEAUX)]
        capacites.append(Capacite(section=section, debut=debut, places=vecteur))
        capacites += [
            Capacite(
                section=section,
                motif=MotifCapacite.FERMETURE,
                debut=date(annee, *du),
                fin=date(annee, *au),
                places=[0] * NB_CRENEAUX,
            )
            for annee in (jour.year, jour.year + 1)
            for du, au in _FERMETURES
        ]
    par_nom = {(section.structure.code, section.nom): section for section, _ in sections}
    mois = jour.replace(day=1)
    capacites += [
        Capacite(
            section=par_nom[t["structure"], t["section"]],
            motif=t["motif"],
            debut=ajouter_mois(mois, t["de_mois"]),
            fin=ajouter_mois(mois, t["a_mois"]),
            places=[t["places"]] * NB_CRENEAUX,
        )
        for t in travaux
    ]
    Capacite.objects.bulk_create(capacites, batch_size=1000)


def _creer_creneaux(sections: list[tuple[Section, int]], creneaux: list[dict[str, Any]], jour: date) -> None:
    """What some sections limit besides their half-days; an hour is « 08:00 », an age in months."""
    par_nom = {(section.structure.code, section.nom): section for section, _ in sections}
    CreneauSupplementaire.objects.bulk_create(
        CreneauSupplementaire(
            section=par_nom[c["structure"], c["section"]],
            nature=c["nature"],
            heure=time.fromisoformat(c["heure"]) if "heure" in c else None,
            age_mois=c.get("age_mois"),
            places=c["places"],
            debut=date(jour.year - 1, 9, 1),
        )
        for c in creneaux
    )


def _creer_conventions(structures: list[Structure], jour: date) -> None:
    places: dict[Gestionnaire, int] = {}
    for structure in structures:
        if structure.gestionnaire.nature != NatureGestionnaire.VILLE:
            gestionnaire = structure.gestionnaire
            places[gestionnaire] = places.get(gestionnaire, 0) + structure.capacite_autorisee
    Convention.objects.bulk_create(
        Convention(gestionnaire=g, debut=date(jour.year - 2, 1, 1), places=n) for g, n in places.items()
    )
