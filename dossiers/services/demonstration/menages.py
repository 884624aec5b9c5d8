"""Households: the adults, what they do, what they earn, where they live."""

from dataclasses import dataclass, field
from decimal import Decimal
from random import Random

from dossiers.models import (
    Activite,
    Famille,
    LienParente,
    PieceJustificative,
    Responsable,
    SituationFamiliale,
)
from structures.regles.texte import cle

from . import noms

_ACTIVITES = (
    (Activite.SALARIE, 58),
    (Activite.RECHERCHE_EMPLOI, 13),
    (Activite.INDEPENDANT, 8),
    (Activite.SANS_ACTIVITE, 8),
    (Activite.CONGE_PARENTAL, 6),
    (Activite.FORMATION, 5),
    (Activite.ETUDIANT, 2),
)
_AILLEURS = ("La Talaudière", "Roche-la-Molière", "Saint-Jean-Bonnefonds", "Firminy")


@dataclass
class Menage:
    """A family about to be written, with its adults."""

    famille: Famille
    responsables: list[Responsable]
    nom: str
    dans_la_ville: bool
    pieces: list[PieceJustificative] = field(default_factory=list)

    @property
    def isole(self) -> bool:
        return self.famille.situation == SituationFamiliale.ISOLE


def tirer_menage(rng: Random, *, ville: str, codes_postaux: list[str]) -> Menage:
    """One household, drawn; nothing is written."""
    nom = noms.nom(rng)
    dans_la_ville = rng.random() < 0.95
    famille = Famille(
        situation=SituationFamiliale.ISOLE if rng.random() < 0.24 else SituationFamiliale.COUPLE,
        enfants_a_charge=rng.choices((1, 2, 3, 4), (45, 32, 16, 7))[0],
        numero_allocataire=f"{rng.randrange(1_000_000, 9_999_999)}" if rng.random() < 0.82 else "",
    )
    famille.faits = _faits(rng)
    menage = Menage(famille, [], nom, dans_la_ville)
    commune = ville if dans_la_ville else rng.choice(_AILLEURS)
    domicile = (noms.adresse(rng), rng.choice(codes_postaux), commune)
    menage.responsables = [_adulte(rng, menage, 1, domicile)]
    if not menage.isole or rng.random() < 0.3:
        menage.responsables.append(_adulte(rng, menage, 2, domicile))
    _ressources(rng, menage)
    return menage


def _faits(rng: Random) -> dict[str, object]:
    chances = {
        "parent_mineur": 0.006,
        "handicap_parent": 0.02,
        "handicap_fratrie": 0.02,
        "suivi_medico_social": 0.04,
        "minima_sociaux": 0.09,
        "parcours_insertion": 0.05,
        "travaille_commune": 0.6,
        "horaires_atypiques": 0.1,
    }
    return {fait: True for fait, chance in chances.items() if rng.random() < chance}


def _adulte(rng: Random, menage: Menage, rang: int, domicile: tuple[str, str, str]) -> Responsable:
    mere = rng.random() < (0.88 if rang == 1 else 0.12)
    prenom = noms.prenom_adulte(rng, femme=mere)
    nom = menage.nom if rang == 1 or rng.random() < 0.55 else noms.nom(rng)
    activite = rng.choices([a for a, _ in _ACTIVITES], [p for _, p in _ACTIVITES])[0]
    adresse, code_postal, commune = domicile
    separe = rang == 2 and menage.isole
    responsable = Responsable(
        famille=menage.famille,
        rang=rang,
        nom=nom,
        prenom=prenom,
        lien=LienParente.MERE if mere else LienParente.PERE,
        adresse=noms.adresse(rng) if separe else adresse,
        code_postal=code_postal,
        commune=commune,
        telephone=noms.telephone(rng),
        courriel=f"{cle(prenom)}.{cle(nom)}{rng.randrange(100)}@exemple.invalid"
        if rng.random() < 0.85
        else "",
        contact_relais=rang == 1 and rng.random() < 0.35,
        activite=activite,
        heures_hebdo=rng.choice((20, 24, 28, 30, 35, 35, 35, 39))
        if activite in (Activite.SALARIE, Activite.INDEPENDANT)
        else None,
    )
    responsable.normaliser()
    return responsable


def _ressources(rng: Random, menage: Menage) -> None:
    actifs = sum(r.activite in (Activite.SALARIE, Activite.INDEPENDANT) for r in menage.responsables)
    if rng.random() < 0.25:
        return
    mensuelles = Decimal(rng.randrange(600, 1400) + actifs * rng.randrange(900, 2100))
    famille = menage.famille
    famille.ressources_mensuelles = mensuelles
    if famille.numero_allocataire:
        parts = Decimal("2.5") + Decimal("0.5") * (famille.enfants_a_charge or 1)
        famille.quotient_familial = int(mensuelles / parts)
