"""What a draft grid would give to the dossiers of a list, and who these families are: nothing is written.

A frozen list is scored on the facts it was frozen with, read from the history.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from contextlib import AbstractContextManager, nullcontext
from datetime import date

from django.apps import apps
from django.utils import timezone

from commissions.models import EtatSeance, PlaceOfferte, Seance
from commissions.regles.instance import Instance
from commissions.regles.repartition import NON_DIT, tranche_qf
from dossiers.models import Activite, Dossier, GrilleCriteres, Responsable
from dossiers.queries.grilles import grille_pure
from dossiers.queries.passe import base_au
from dossiers.queries.situations import lire_reseau, situations
from dossiers.regles.cotation import coter

LOT = 1000
EN_ACTIVITE = (
    *(Activite.SALARIE, Activite.INDEPENDANT, Activite.FORMATION),
    *(Activite.ETUDIANT, Activite.STAGE),
)
QUARTIER, FOYER, ACTIVITE, REVENU = "Quartier", "Type de foyer", "Activité", "Quotient familial"


def faits_de(seance: Seance) -> AbstractContextManager[None]:
    """Inside, the facts as they stood at the freeze of this séance; those of now when it is only planned."""
    if seance.gelee_le is None:
        return nullcontext()
    # When it really happened, whatever day the séance says.
    evenements = apps.get_model("commissions", "SeanceEvent").objects.filter(pgh_obj=seance)
    geles = evenements.filter(etat=EtatSeance.GELEE).order_by("pgh_id")
    instant = geles.values_list("pgh_created_at", flat=True).first()
    return base_au(instant or seance.gelee_le)


def jour_des_faits(seance: Seance, le: date) -> date:
    """The day ages, seniority and validities are counted at."""
    return timezone.localdate(seance.gelee_le) if seance.gelee_le else le


def proteges(numeros: Iterable[str]) -> frozenset[str]:
    """Those of a family protected now, whatever it was then."""
    lus = Dossier.objects.filter(numero__in=list(numeros), famille__protegee=True)
    return frozenset(lus.values_list("numero", flat=True))


def points_sous(
    version: GrilleCriteres, instance: Instance, structures: Mapping[int, str], *, jour: date
) -> dict[tuple[str, str], int]:
    """Verified points of each demande at each structure under `version`, on the facts the base shows.

    `structures` maps a structure to its name in the instance; a demande whose dossier the base does not
    show is left out. Raises ErreurMetier for an unfinished draft.
    """
    grille, reseau = grille_pure(version), lire_reseau(jour)
    numeros = [d["id"] for d in instance["demandes"]]
    ids = list(Dossier.objects.filter(numero__in=numeros).order_by("pk").values_list("pk", flat=True))
    points = {}
    for debut in range(0, len(ids), LOT):
        for ligne in situations(ids[debut : debut + LOT], grille=grille, jour=jour, reseau=reseau):
            cotation = coter(grille, ligne.situation)
            propres = {int(v.structure): v.verifie for v in cotation.par_voeu}
            for pk, nom in structures.items():
                points[ligne.numero, nom] = propres.get(pk, cotation.verifie)
    return points


def structures_de(
    places: Iterable[PlaceOfferte], sections: Mapping[str, int], instance: Instance
) -> dict[int, str]:
    """Structure -> its name in the instance, by the sections each accueil stands for."""
    par_section = {place.section_id: place.section.structure_id for place in places}
    return {
        par_section[sections[a["id"]]]: a["structure"]
        for a in instance["accueils"]
        if sections.get(a["id"]) in par_section
    }


def profils(numeros: Iterable[str], *, tus: Collection[str] = ()) -> dict[str, dict[str, str]]:
    """By dimension, the group of each dossier; a protected one, or one of `tus`, is in none. Two queries."""
    champs = ("numero", "famille_id", "quartier__nom", "famille__situation", "famille__quotient_familial")
    dits = [numero for numero in numeros if numero not in tus]
    lignes = list(Dossier.objects.filter(numero__in=dits, famille__protegee=False).values(*champs))
    adultes: dict[int, list[str]] = defaultdict(list)
    siens = Responsable.objects.filter(famille__in={ligne["famille_id"] for ligne in lignes})
    for famille, activite in siens.values_list("famille_id", "activite"):
        adultes[famille].append(activite)
    foyers = {"couple": "En couple", "isole": "Parent seul"}
    groupes: dict[str, dict[str, str]] = {QUARTIER: {}, FOYER: {}, ACTIVITE: {}, REVENU: {}}
    for ligne in lignes:
        numero = ligne["numero"]
        groupes[QUARTIER][numero] = ligne["quartier__nom"] or NON_DIT
        groupes[FOYER][numero] = foyers.get(ligne["famille__situation"], NON_DIT)
        groupes[ACTIVITE][numero] = _activite(adultes[ligne["famille_id"]])
        groupes[REVENU][numero] = tranche_qf(ligne["famille__quotient_familial"])
    return groupes


def _activite(activites: list[str]) -> str:
    dites = [activite for activite in activites if activite]
    if not dites:
        return NON_DIT
    actifs = sum(activite in EN_ACTIVITE for activite in dites)
    if actifs == len(dites):
        return "Tous les adultes en activité"
    return "Un adulte sur deux en activité" if actifs else "Aucun adulte en activité"
