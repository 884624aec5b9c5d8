"""From the frozen list to the allocation instance: database rows become the documented format."""

from collections.abc import Sequence
from datetime import date

from commissions.models import PlaceOfferte
from commissions.queries.candidats import accueils_de, titres_de
from commissions.regles import instance
from commissions.services.retenus import Retenu, horaires_de, points_du_voeu, semaines_de
from structures.regles.creneaux import lire_horaires
from structures.regles.semaine import CRENEAUX


def construire_instance(
    retenus: Sequence[Retenu],
    places: Sequence[PlaceOfferte],
    tirages: dict[str, int],
    *,
    complements: str = "",
    le: date,
) -> instance.Instance:
    """The allocation problem of a séance; a demande is named by its dossier number.

    `complements` is where those of days stand: « avant » or « apres » every other demande.
    """
    accueils = accueils_de(places)
    structures = {place.section_id: place.section.structure_id for place in places}
    titres = titres_de([r.lecture for r in retenus], le=le)
    groupes = {
        f"G{r.lecture.ligne['enfant__groupe_id']}": r.lecture.ligne["enfant__groupe__regle"]
        for r in retenus
        if r.lecture.ligne["enfant__groupe_id"]
    }
    return instance.construire(
        CRENEAUX,
        [
            instance.Accueil(
                accueils[place.section_id],
                place.section.structure.code,
                tuple(place.places),
                tuple((reserve["titre"], reserve["places"]) for reserve in place.reserves),
                place.limites,
            )
            for place in places
        ],
        [_demande(r, accueils, structures, titres, tirages, complements) for r in retenus],
        groupes,
    )


def _demande(
    retenu: Retenu,
    accueils: dict[int, str],
    structures: dict[int, int],
    titres: dict[int, tuple[str, ...]],
    tirages: dict[str, int],
    complements: str,
) -> instance.Demande:
    ligne = retenu.lecture.ligne
    groupe = ligne["enfant__groupe_id"]
    apart = complements if retenu.lecture.candidat.complement else ""
    return instance.Demande(
        numero=retenu.numero,
        complet_le=ligne["complet_le"],
        semaines=tuple(_semaines(retenu)),
        voeux=tuple(
            instance.Voeu(accueils[section], instance.priorite(verifie, apart))
            for _, section, _, verifie in retenu.choix
        ),
        tirage=tirages.get(retenu.numero),
        titres=titres.get(ligne["id"], ()),
        groupe=f"G{groupe}" if groupe else None,
        place_actuelle=_place_actuelle(retenu, accueils, structures),
        horaires=horaires_de(retenu.lecture),
        age_mois=retenu.age_mois,
    )


def _semaines(retenu: Retenu) -> list[tuple[int, ...]]:
    """The contracts wished: a complement asks its present half-days and those it lacks, as one week."""
    semaines, actuelle = semaines_de(retenu.lecture.ligne), retenu.lecture.actuelle
    if actuelle is None or not retenu.lecture.candidat.complement:
        return semaines
    return [tuple(sorted({*actuelle.demi_journees, *semaine})) for semaine in semaines]


def _place_actuelle(
    retenu: Retenu, accueils: dict[int, str], structures: dict[int, int]
) -> instance.PlaceActuelle | None:
    """What a transfer already holds; outside the concerned sections, it keeps it whatever is decided."""
    actuelle = retenu.lecture.actuelle
    if actuelle is None or actuelle.section_id not in accueils:
        return None
    _, verifie = points_du_voeu(retenu.cotation, structures[actuelle.section_id])
    jours, horaires = tuple(actuelle.demi_journees), lire_horaires(actuelle.horaires)
    return instance.PlaceActuelle(accueils[actuelle.section_id], jours, verifie, horaires)
