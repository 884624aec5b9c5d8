"""The freeze of a séance: list, points, places and grid, once and for ever."""

import secrets
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime

from django.db import OperationalError, connection, transaction
from django.utils import timezone
from psycopg.errors import SerializationFailure

from commissions.models import EtatSeance, Passage, PassageVoeu, Seance
from commissions.queries import candidats
from commissions.regles import cycle, gel, instance
from commissions.services.probleme import construire_instance
from commissions.services.retenus import Retenu, horaires_de, retenir, rythme_de, semaines_de
from dossiers.models import ActionJournal, Departage, EtatGrille, GrilleCriteres, Journal
from dossiers.queries.situations import place_des_complements
from guichet.erreurs import ErreurMetier
from structures.models import Agent
from structures.regles.creneaux import ecrire_horaires
from structures.regles.semaine import NB_CRENEAUX
from structures.services.copie import copier

LOT = 5000
Avancement = Callable[[int, int], None]
DEJA_GELEE = "Cette séance vient d’être gelée par une autre personne : rechargez la page, sa liste est fixée."
CHANGEE = "La séance a changé pendant le gel, rien n’est gelé\u00a0: relisez ses places, puis gelez-la."


def geler_seance(
    seance: Seance,
    *,
    par: Agent | None,
    maintenant: datetime,
    graine: int | None = None,
    avancer: Avancement | None = None,
) -> Seance:
    """Fix the list of a séance: passages, ranks, order numbers, and the signed allocation instance.

    Everything is read in one picture of the database and written in one transaction. `graine` seeds the
    order numbers and the draw; a fresh one is drawn when None. Raises ErreurMetier `seance_gelee`,
    `seance_changee`, `sans_places`, `sans_grille`, `sans_points`, `liste_vide`.
    """
    try:
        with _photographie():
            return _geler(seance.pk, par, maintenant, graine, avancer or (lambda fait, total: None))
    except OperationalError as conflit:
        if isinstance(conflit.__cause__, SerializationFailure):
            if Seance.objects.filter(pk=seance.pk, etat=EtatSeance.PLANIFIEE).exists():
                raise ErreurMetier("seance_changee", CHANGEE) from conflit
            raise ErreurMetier("seance_gelee", DEJA_GELEE) from conflit
        raise


@contextmanager
def _photographie() -> Iterator[None]:
    """One transaction that sees the database as it was at its first read, whatever others commit."""
    premiere = not connection.in_atomic_block
    with transaction.atomic():
        if premiere:
            with connection.cursor() as curseur:
                curseur.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        yield


def _geler(
    pk: int, par: Agent | None, maintenant: datetime, graine: int | None, avancer: Avancement
) -> Seance:
    seance = Seance.objects.select_for_update(of=("self",)).get(pk=pk)
    if seance.etat != EtatSeance.PLANIFIEE:
        raise ErreurMetier("seance_gelee", DEJA_GELEE)
    jour = timezone.localdate(maintenant)
    seance.graine = secrets.randbits(62) if graine is None else graine
    seance.grille = _grille()
    seance.departage = seance.grille.departage
    places = candidats.places_de(seance)
    if not any(any(place.places) for place in places):
        raise ErreurMetier("sans_places", "Cette séance n’offre aucune place : ouvrez des places d’abord.")
    retenus = retenir(seance, places, le=jour)
    avancer(0, len(retenus) * 2)
    tirages = (
        gel.tirages(seance.graine, [r.numero for r in retenus])
        if seance.departage == Departage.TIRAGE
        else {}
    )
    passages = _ecrire_passages(seance, retenus, tirages, avancer)
    complements = place_des_complements((r.lecture.ligne["nature"] for r in retenus), jour)
    _ecrire_rangs(passages, retenus, tirages, complements, avancer)
    probleme = construire_instance(retenus, places, tirages, complements=complements, le=jour)
    octets = instance.canonique(probleme)
    seance.instance, seance.empreinte = octets.decode(), instance.empreinte(octets)
    seance.etat = cycle.etat_suivant(seance.etat, "geler")
    seance.gelee_le, seance.gelee_par = maintenant, par
    seance.version += 1
    seance.save()
    _journaliser_inscrits(seance, passages.values(), par, maintenant)
    Journal.objects.create(
        le=maintenant,
        par=par,
        action=ActionJournal.ETAT,
        objet=f"séance {seance.pk} gelée",
        details={"passages": len(retenus), "empreinte": seance.empreinte},
    )
    return seance


def _journaliser_inscrits(
    seance: Seance, passages: Iterable[Passage], par: Agent | None, maintenant: datetime
) -> None:
    """Each dossier's own history says it is on this agenda."""
    lignes = [
        Journal(
            le=maintenant,
            par=par,
            action=ActionJournal.COMMISSION,
            dossier_id=passage.dossier_id,
            objet="inscrit",
            details={"seance": seance.intitule},
        )
        for passage in passages
    ]
    for debut in range(0, len(lignes), LOT):
        copier(lignes[debut : debut + LOT])


def _grille() -> GrilleCriteres:
    grille = GrilleCriteres.objects.filter(etat=EtatGrille.EN_VIGUEUR).first()
    if grille is None:
        raise ErreurMetier("sans_grille", "Aucune grille n’est en vigueur : publiez-en une avant de geler.")
    return grille


def _ecrire_passages(
    seance: Seance,
    retenus: Sequence[Retenu],
    tirages: dict[str, int],
    avancer: Avancement,
) -> dict[str, Passage]:
    lettres = {r.numero: gel.lettre_age(r.lecture.candidat.naissance, seance.date_effet) for r in retenus}
    ordres = gel.numeros_ordre(seance.graine or 0, lettres)
    sections = set(seance.places.values_list("section_id", flat=True))
    passages = [_passage(seance, r, ordres[r.numero], tirages.get(r.numero), sections) for r in retenus]
    for debut in range(0, len(passages), LOT):
        copier(passages[debut : debut + LOT])
        avancer(min(debut + LOT, len(passages)), len(passages) * 2)
    return {r.numero: passage for r, passage in zip(retenus, passages, strict=True)}


def _passage(
    seance: Seance, retenu: Retenu, ordre: str, tirage: int | None, sections: Collection[int]
) -> Passage:
    ligne, cotation = retenu.lecture.ligne, retenu.cotation
    tenue = retenu.lecture.actuelle
    actuelle = tenue if tenue and tenue.section_id in sections else None
    semaine, *alternatives = semaines_de(ligne)
    groupe = ligne["enfant__groupe_id"]
    return Passage(
        seance=seance,
        dossier_id=ligne["id"],
        numero_ordre=ordre,
        identite=f"{ligne['enfant__nom']} {ligne['enfant__prenom']}".strip(),
        naissance=ligne["enfant__naissance"],
        a_naitre=ligne["enfant__date_naissance"] is None,
        quartier_id=ligne["quartier_id"],
        protege=ligne["famille__protegee"],
        entree_le=ligne["regulier__entree_le"],
        tolerance_jours=ligne["regulier__tolerance_jours"],
        demi_journees=list(semaine),
        horaires=ecrire_horaires(horaires_de(retenu.lecture), range(NB_CRENEAUX)),
        alternatives=[list(autre) for autre in alternatives],
        rythme=rythme_de(ligne),
        solution=ligne["solution"],
        jumeaux=groupe is not None,
        groupe=f"G{groupe}" if groupe else "",
        nature=ligne["nature"],
        section_actuelle_id=actuelle.section_id if actuelle else None,
        demi_journees_actuelles=list(actuelle.demi_journees) if actuelle else [],
        horaires_actuels=dict(actuelle.horaires) if actuelle else {},
        complet_le=ligne["complet_le"],
        tirage=tirage,
        declare=cotation.declare,
        verifie=cotation.verifie,
        lignes=cotation.lignes,
    )


def _ecrire_rangs(
    passages: dict[str, Passage],
    retenus: Sequence[Retenu],
    tirages: dict[str, int],
    complements: str,
    avancer: Avancement,
) -> None:
    """One ranked line per choice: the order of the shared list, section by section."""
    par_section: dict[int, list[gel.Concurrent]] = defaultdict(list)
    choix: dict[tuple[int, str], tuple[int, int, int]] = {}
    for r in retenus:
        for rang, section, declare, verifie in r.choix:
            complet_le = r.lecture.ligne["complet_le"]
            apart = complements if r.lecture.candidat.complement else ""
            par_section[section].append(
                gel.Concurrent(r.numero, verifie, complet_le, tirages.get(r.numero), apart)
            )
            choix[section, r.numero] = (rang, declare, verifie)
    voeux = []
    for section, concurrents in sorted(par_section.items()):
        for place, concurrent in enumerate(gel.classer(concurrents), 1):
            rang, declare, verifie = choix[section, concurrent.numero]
            voeux.append(
                PassageVoeu(
                    passage=passages[concurrent.numero],
                    section_id=section,
                    choix=rang,
                    rang=place,
                    declare=declare,
                    verifie=verifie,
                )
            )
    for debut in range(0, len(voeux), LOT):
        copier(voeux[debut : debut + LOT])
        avancer(len(passages) + len(passages) * min(debut + LOT, len(voeux)) // len(voeux), len(passages) * 2)
