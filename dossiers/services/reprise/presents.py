"""The children present, replayed every month: differences told first, applied once they are confirmed."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone

from dossiers.models import ActionJournal, Admission, Enfant, Famille, Journal, OrigineAdmission, Reprise
from dossiers.queries.reprise import (
    contexte_presents,
    contrats_connus,
    dossiers_a_comparer,
    identite_enregistree,
    noms_sections,
    noms_structures,
)
from dossiers.regles.rapprochement import Identite, ressemblances
from dossiers.regles.reprise.bilan import Rapproche
from dossiers.regles.reprise.colonnes import Colonnes
from dossiers.regles.reprise.differences import (
    ABSENT,
    CHANGE,
    NOUVEAU,
    BilanPresents,
    Difference,
    comparer,
)
from dossiers.regles.reprise.presents import LecturePresent, cle_present, lire_present
from dossiers.regles.reprise.rangees import ranger
from dossiers.services.lecture_fichier import Tableau
from dossiers.services.places import sans_garde
from dossiers.services.statistiques import TABLES_DES_PRESENTS, tenir_apres
from guichet.acces import Personne
from guichet.erreurs import ErreurMetier

from .dossiers import clore_reprise, verrouiller


def essayer(tableau: Tableau, colonnes: Colonnes, *, maintenant: datetime) -> BilanPresents:
    """The differences this file would bring; nothing is written."""
    jour = timezone.localdate(maintenant)
    contexte = contexte_presents(aujourd_hui=jour)
    lectures = [
        lire_present(ranger(x.numero, x.cellules, tableau.titres, colonnes, x.decalee), contexte)
        for x in tableau.lignes
    ]
    bilan = comparer(
        lectures,
        contrats_connus(),
        aujourd_hui=jour,
        noms_structures=noms_structures(),
        noms_sections=noms_sections(),
    )
    bilan.colonnes_ignorees = colonnes.ignorees
    bilan.rapprochements = _en_attente_ailleurs(lectures)
    return bilan


def _en_attente_ailleurs(lectures: Sequence[LecturePresent]) -> list[Rapproche]:
    """Present children who look like a child still waiting: transfers, or dossiers nobody closed."""
    gardees = [(lec.ligne, lec.present) for lec in lectures if lec.present]
    identites = [Identite(p.nom, p.prenom, p.naissance) for _, p in gardees]
    connus = [
        d
        for d in dossiers_a_comparer(identites)
        if d.en_attente and not d.protege and d.admission_actuelle_id is None
    ]
    trouves = ressemblances(identites, [identite_enregistree(d.enfant) for d in connus])
    return [
        Rapproche(gardees[i][0], connus[j - len(identites)].numero, str(pourquoi))
        for i, j, pourquoi in trouves
        if j >= len(identites)
    ]


@transaction.atomic
def appliquer(
    reprise: Reprise,
    tableau: Tableau,
    colonnes: Colonnes,
    *,
    confirmee: str,
    par: Personne | None,
    maintenant: datetime,
) -> BilanPresents:
    """Write the differences a person has seen, all or none.

    Raises ErreurMetier differences_changees when they are no longer those of `confirmee`, and
    contrat_chevauche when a child would be in two sections at once.
    """
    verrouiller()
    bilan = essayer(tableau, colonnes, maintenant=maintenant)
    if bilan.empreinte != confirmee:
        raise ErreurMetier(
            "differences_changees",
            "La liste des différences a changé depuis l’essai. Relisez-la avant de confirmer.",
        )
    try:
        with sans_garde():
            _ecrire(bilan, timezone.localdate(maintenant))
    except IntegrityError as refus:
        if "admission_sans_chevauchement" not in str(refus):
            raise
        raise ErreurMetier(
            "contrat_chevauche",
            "Un enfant aurait deux contrats sur les mêmes dates : vérifiez ses lignes dans le fichier.",
        ) from None
    tenir_apres(len(bilan.differences), *TABLES_DES_PRESENTS)
    clore_reprise(reprise, bilan.en_json(), maintenant=maintenant)
    Journal.objects.create(
        le=maintenant,
        par=par.agent if par else None,
        action=ActionJournal.REPRISE,
        objet=reprise.nom_fichier[:120],
        details={nature: _nombre(bilan, nature) for nature in (NOUVEAU, CHANGE, ABSENT)},
    )
    return bilan


def _nombre(bilan: BilanPresents, nature: str) -> int:
    return sum(d.nature == nature for d in bilan.differences)


def _ecrire(bilan: BilanPresents, jour: date) -> None:
    """Ends first, so that a child may change structure or section in the same file."""
    connus = Admission.objects.in_bulk([d.contrat for d in bilan.differences if d.contrat])
    for difference in bilan.differences:
        if difference.nature == ABSENT and difference.contrat:
            Admission.objects.filter(pk=difference.contrat).update(fin=jour)
    for difference in bilan.differences:
        if difference.nature == CHANGE and difference.contrat:
            admission = connus[difference.contrat]
            for champ, valeur in _champs(difference).items():
                setattr(admission, champ, valeur)
            admission.save()
    _ecrire_nouveaux([d for d in bilan.differences if d.nature == NOUVEAU])


def _champs(difference: Difference) -> dict[str, Any]:
    p = difference.present
    if p is None:
        return {}
    champs: dict[str, Any] = {
        "section_id": p.section,
        "demi_journees": list(p.semaine),
        "debut": p.debut,
        "fin": p.fin,
        "cle_reprise": cle_present(p.structure, p.nom, p.prenom, p.naissance),
    }
    if p.adaptation or difference.contrat is None:
        champs["adaptation_le"] = p.adaptation
    return champs


def _ecrire_nouveaux(differences: Sequence[Difference]) -> None:
    """A new child comes with a household of its own: the file says nothing of the parents.

    Two contracts of one child share it; so does a child this structure already had.
    """
    cles = {_champs(d)["cle_reprise"] for d in differences}
    deja = Admission.objects.filter(cle_reprise__in=cles).order_by("pk").select_related("enfant")
    enfants: dict[str, Enfant] = {a.cle_reprise: a.enfant for a in deja}
    for difference in differences:
        p, champs = difference.present, _champs(difference)
        if p and champs["cle_reprise"] not in enfants:
            enfants[champs["cle_reprise"]] = Enfant(
                famille=Famille(), nom=p.nom, prenom=p.prenom, sexe=p.sexe, date_naissance=p.naissance
            )
    nouveaux = [e for e in enfants.values() if e.pk is None]
    Famille.objects.bulk_create([e.famille for e in nouveaux])
    for enfant in nouveaux:
        enfant.famille = enfant.famille
        enfant.normaliser()
    Enfant.objects.bulk_create(nouveaux)
    Admission.objects.bulk_create(
        [
            Admission(enfant=enfants[champs["cle_reprise"]], origine=OrigineAdmission.REPRISE, **champs)
            for champs in map(_champs, differences)
        ]
    )
