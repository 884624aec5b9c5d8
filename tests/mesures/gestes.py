"""What an agent waits for: finding a look-alike, saving a dossier, scoring the whole list again."""

import time
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from itertools import count

from django.db import transaction

from dossiers.models import Cotation, Enfant, EtatGrille, GrilleCriteres
from dossiers.queries.rapprochement import rapprochements_possibles
from dossiers.regles.rapprochement import Identite
from dossiers.regles.saisie import Saisie, SaisieBesoin, SaisieEnfant, SaisiePiece, SaisieResponsable
from dossiers.services.depot import deposer_dossier
from dossiers.services.grilles import copier_grille
from dossiers.services.publication import publier_maintenant
from guichet.acces import personne_de
from structures.models import Agent, Mairie, Structure
from tests.mesures.chrono import Figure, prendre, requetes_partout

PIECES = ("identite", "domicile", "autorite_parentale")
_suite = count(1)


def rapprochement(agent: Agent, jour: date) -> list[Figure]:
    """The look-up while typing: a known child misspelt, with and without its parents, then inverted."""
    qui = personne_de(agent, jour)
    enfant = Enfant.objects.exclude(date_naissance=None).select_related("famille").order_by("pk")[1]
    fautif = Identite(nom=enfant.nom[:-1] + "z", prenom=enfant.prenom, naissance=enfant.date_naissance)
    inverse = Identite(nom=enfant.prenom, prenom=enfant.nom, naissance=enfant.date_naissance)
    parents = tuple((r.nom, r.prenom) for r in enfant.famille.responsables.all())
    complet = replace(fautif, responsables=parents)
    return [
        prendre("dossier ressemblant, parents saisis", lambda: rapprochements_possibles(complet, qui=qui)),
        prendre("dossier ressemblant, une lettre", lambda: rapprochements_possibles(fautif, qui=qui)),
        prendre("dossier ressemblant, noms inversés", lambda: rapprochements_possibles(inverse, qui=qui)),
    ]


def enregistrement(agent: Agent, maintenant: datetime) -> Figure:
    """Saving a whole new dossier, with its score; each one is undone at once."""
    mairie, structures = Mairie.objects.earliest("pk"), list(Structure.objects.order_by("pk")[:3])

    def deposer() -> None:
        with transaction.atomic():
            deposer_dossier(_saisie(structures, maintenant), par=agent, mairie=mairie, maintenant=maintenant)
            transaction.set_rollback(True)

    return prendre("enregistrer un dossier", deposer)


def _saisie(structures: list[Structure], maintenant: datetime) -> Saisie:
    jour, n = maintenant.date(), next(_suite)
    naissance = jour - timedelta(days=120)
    return Saisie(
        enfants=(SaisieEnfant(nom=f"Mesure{n}", prenom="Lino", naissance=naissance),),
        responsables=(
            SaisieResponsable(
                nom=f"Mesure{n}",
                prenom="Maud",
                lien="mere",
                adresse=f"{n} rue du Colibri",
                code_postal="42100",
                commune="Saint-Étienne",
                telephone="06 39 98 12 34",
                activite="salarie",
            ),
        ),
        besoins=(SaisieBesoin("regulier", jour + timedelta(days=90), tuple(range(10))),),
        voeux=tuple(s.pk for s in structures),
        depose_le=jour,
        pieces=tuple(SaisiePiece(code, vue_le=jour) for code in PIECES),
        situation="isole",
        enfants_a_charge=1,
    )


@dataclass(frozen=True)
class Recotation:
    """Publishing a version: dossiers scored, seconds, queries and queries per thousand dossiers."""

    dossiers: int
    secondes: float
    requetes: int

    @property
    def requetes_par_millier(self) -> float:
        return self.requetes / max(1, self.dossiers / 1000)


def recotation(agent: Agent, maintenant: datetime) -> Recotation:
    """Publish a copy of the grid in force: every pending dossier is scored, then the list switches."""
    en_vigueur = GrilleCriteres.objects.get(etat=EtatGrille.EN_VIGUEUR)
    copie = copier_grille(en_vigueur, nom=f"Mesure {time.time_ns()}", debut=maintenant.date(), par=agent)
    debut = time.perf_counter()
    with requetes_partout() as requetes:
        publier_maintenant(copie, par=agent, maintenant=maintenant)
        nombre = requetes()
    duree = time.perf_counter() - debut
    dossiers = Cotation.objects.filter(grille=copie, courante=True).count()
    return Recotation(dossiers, duree, nombre)
