"""The demonstration city, whole: places, people, accounts, grid, a past séance and one in preparation."""

import json
from collections.abc import Callable
from datetime import date, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any

from django.conf import settings

from dossiers.services.demonstration.demandes import (
    Cadre,
    Demande,
    tirer_demandes,
    tirer_fratrie,
    tirer_mutation,
)
from dossiers.services.demonstration.presents import Present, remplir
from structures.models import (
    Agent,
    Capacite,
    Habilitation,
    Mairie,
    MotifCapacite,
    Quartier,
    Section,
    Structure,
)

FIXTURES = Path(settings.BASE_DIR) / "fixtures"
EN_ATTENTE, COHORTE_PASSEE, FRATRIES, MUTATIONS = 1_050, 130, 90, 18
TAUX_REMPLISSAGE = 0.86

Dire = Callable[[str], None]


def lire(nom: str) -> Any:
    """A fixture of the demonstration."""
    return json.loads((FIXTURES / nom).read_text(encoding="utf-8"))


def creer_comptes(jour: date) -> dict[str, Agent]:
    """One account per profil (and a second counter, a second direction), by identifiant."""
    comptes = {}
    for compte in lire("comptes.json"):
        agent = Agent.objects.create_user(
            compte["identifiant"],
            compte["mot_de_passe"],
            nom=compte["nom"],
            prenom=compte["prenom"],
            fonction=compte["fonction"],
        )
        Habilitation.objects.create(
            agent=agent,
            profil=compte["profil"],
            mairie=Mairie.objects.filter(code=compte.get("mairie")).first(),
            structure=Structure.objects.filter(code=compte.get("structure")).first(),
            service=compte.get("service", ""),
            debut=jour - timedelta(days=400),
        )
        comptes[agent.identifiant] = agent
    return comptes


def cadre_de(donnees: dict[str, Any], *, jour: date, maintenant: datetime) -> Cadre:
    """The city as the draws need it, read back from the database."""
    mairies = {m.code: m for m in Mairie.objects.all()}
    quartiers = list(Quartier.objects.all())
    par_code = {q.code: q for q in quartiers}
    sections: dict[int, list[Section]] = {}
    for section in Section.objects.select_related("structure"):
        sections.setdefault(section.structure_id, []).append(section)
    return Cadre(
        jour=jour,
        maintenant=maintenant,
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
    """About `nombre` requests: first ones, siblings of present children, transfers, and a past cohort."""
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
    demandes.sort(key=lambda d: d.dossier.depose_le)
    return demandes
