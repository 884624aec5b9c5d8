"""From a city's reference data to its children and its requests, all drawn from one seed."""

import json
from datetime import date
from random import Random
from typing import Any

from django.conf import settings

from structures.models import Capacite, Mairie, MotifCapacite, Quartier, Section, Structure

from .demandes import Cadre, Demande, tirer_complement, tirer_demandes, tirer_fratrie, tirer_mutation
from .presents import Present, remplir

EN_ATTENTE, COHORTE_PASSEE, FRATRIES, MUTATIONS, COMPLEMENTS = 1_120, 170, 90, 18, 12
TAUX_REMPLISSAGE = 0.9


def lire(nom: str) -> Any:
    """A fixture of the demonstration."""
    return json.loads((settings.BASE_DIR / "fixtures" / nom).read_text(encoding="utf-8"))


def cadre_de(donnees: dict[str, Any], *, jour: date) -> Cadre:
    """The city as the draws need it, read back from the database."""
    mairies = {m.code: m for m in Mairie.objects.all()}
    quartiers = list(Quartier.objects.all())
    par_code = {q.code: q for q in quartiers}
    sections: dict[int, list[Section]] = {}
    for section in Section.objects.select_related("structure"):
        sections.setdefault(section.structure_id, []).append(section)
    return Cadre(
        jour=jour,
        ville=settings.VILLE,
        codes_postaux=settings.COMMUNE_CODES_POSTAUX,
        mairies=list(mairies.values()),
        quartiers=quartiers,
        mairie_du_quartier={
            par_code[code].pk: mairies[m["code"]] for m in donnees["mairies"] for code in m["quartiers"]
        },
        structures=list(Structure.objects.all()),
        sections=sections,
    )


def tirer_presents(rng: Random, cadre: Cadre, *, taux: float = TAUX_REMPLISSAGE) -> list[Present]:
    """Children for every section, up to `taux` of its ordinary places."""
    places = {
        c.section_id: c.places
        for c in Capacite.objects.filter(motif=MotifCapacite.OUVERTURE, fin__isnull=True)
    }
    toutes = [section for sections in cadre.sections.values() for section in sections]
    return remplir(
        rng,
        [(section, places[section.pk]) for section in sorted(toutes, key=lambda s: s.pk)],
        jour=cadre.jour,
        taux=taux,
        ville=cadre.ville,
        codes_postaux=cadre.codes_postaux,
    )


def tirer_liste(rng: Random, cadre: Cadre, presents: list[Present], *, nombre: int) -> list[Demande]:
    """About `nombre` requests: first ones, siblings and present children's, and a past cohort."""
    demandes: list[Demande] = []
    while len(demandes) < nombre:
        demandes += tirer_demandes(rng, cadre, fenetre=(20, 330))
    for _ in range(nombre * COHORTE_PASSEE // EN_ATTENTE):
        demandes += tirer_demandes(rng, cadre, fenetre=(-40, 10))
    tires = rng.sample(presents, min(len(presents), nombre * FRATRIES * 3 // EN_ATTENTE))
    fratries = [d for p in tires if (d := tirer_fratrie(rng, cadre, p))]
    demandes += fratries[: nombre * FRATRIES // EN_ATTENTE]
    autres = [p for p in presents if p not in tires]
    transferts = [d for p in autres[: 4 * MUTATIONS] if (d := tirer_mutation(rng, cadre, p))]
    demandes += transferts[:MUTATIONS]
    complements = [d for p in autres[4 * MUTATIONS : 8 * MUTATIONS] if (d := tirer_complement(rng, cadre, p))]
    demandes += complements[:COMPLEMENTS]
    demandes.sort(key=lambda d: d.dossier.depose_le)
    return demandes
