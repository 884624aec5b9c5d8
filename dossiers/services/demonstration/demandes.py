"""The requests: children, dates that never contradict each other, weeks, choices, pieces."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from random import Random
from zoneinfo import ZoneInfo

from dossiers.models import (
    Besoin,
    Dossier,
    Enfant,
    EtatDossier,
    EtatPiece,
    GroupeNaissance,
    NatureDossier,
    PieceJustificative,
    RegleGroupe,
    Solution,
    TypeBesoin,
    Voeu,
)
from dossiers.regles.faits import FAITS
from dossiers.regles.pieces import PIECES_DOSSIER
from dossiers.regles.rentree import veille_de_l_ecole
from structures.models import Mairie, Quartier, Section, Structure
from structures.regles.ages import ajouter_mois, section_a_date

from . import noms
from .documents import a_part, document_vu, jours_de
from .menages import Menage, tirer_menage
from .presents import Present
from .rythmes import poser_rythme
from .semaines import alternatives, heures, horaires, tirer_semaine

PARIS = ZoneInfo("Europe/Paris")
NAISSANCE_TARDIVE = timedelta(days=40)
GROSSESSE = timedelta(days=280)
OBLIGATOIRES = ("identite", "domicile", "autorite_parentale")
_SOLUTIONS = (
    (Solution.AUCUNE, 30),
    (Solution.FAMILLE, 22),
    (Solution.CONGE_PARENTAL, 22),
    (Solution.ASSISTANTE_MATERNELLE, 16),
    (Solution.GARDE_DOMICILE, 3),
    (Solution.HALTE_GARDERIE, 7),
)


@dataclass(frozen=True)
class Cadre:
    """What every draw needs to know of the city and of the day."""

    jour: date
    ville: str
    codes_postaux: list[str]
    mairies: Sequence[Mairie]
    quartiers: Sequence[Quartier]
    mairie_du_quartier: dict[int, Mairie]
    structures: Sequence[Structure]
    sections: dict[int, list[Section]]
    renouvellement_mois: int = 6


@dataclass
class Demande:
    """One request about to be written; the objects point at each other, nothing has a key yet."""

    menage: Menage
    enfant: Enfant
    dossier: Dossier
    besoins: list[Besoin]
    voeux: list[Voeu]
    pieces: list[PieceJustificative] = field(default_factory=list)
    groupe: GroupeNaissance | None = None


def tirer_demandes(rng: Random, cadre: Cadre, *, fenetre: tuple[int, int]) -> list[Demande]:
    """One household's request, two for twins; entry falls `fenetre` days after `cadre.jour` (from, to)."""
    menage = tirer_menage(rng, ville=cadre.ville, codes_postaux=cadre.codes_postaux)
    menage.famille.protegee = rng.random() < 0.008
    entree = _entree(rng, cadre, fenetre)
    naissance = _naissance(rng, entree)
    return demandes_du_menage(rng, cadre, menage, naissance, entree, jumeaux=rng.random() < 0.018)


def demandes_du_menage(
    rng: Random, cadre: Cadre, menage: Menage, naissance: date, entree: date, *, jumeaux: bool
) -> list[Demande]:
    """The request(s) of one household for a birth and an entry date already drawn."""
    groupe = GroupeNaissance(regle=rng.choice(RegleGroupe.values)) if jumeaux else None
    if jumeaux:
        menage.famille.enfants_a_charge = max(2, menage.famille.enfants_a_charge or 0)
    enfants = [_enfant(rng, cadre, menage, naissance, groupe, rang) for rang in ((1, 2) if jumeaux else (1,))]
    modele = _demande(rng, cadre, menage, enfants[0], entree, groupe)
    poser_rythme(modele.besoins[0], menage.responsables)
    return [modele] + [_copie_jumeau(rng, modele, autre, jour=cadre.jour) for autre in enfants[1:]]


def tirer_fratrie(rng: Random, cadre: Cadre, present: Present) -> Demande | None:
    """A request for the sibling of a present child, its crèche first; None when the ages forbid it."""
    aine = present.enfant.date_naissance
    fin = present.admission.fin
    if aine is None or fin is None:
        return None
    naissance = aine + timedelta(days=rng.randrange(380, 900))
    if naissance > cadre.jour + timedelta(days=180):
        return None
    entree = max(
        cadre.jour + timedelta(days=rng.randrange(20, 300)),
        naissance + timedelta(days=rng.randrange(80, 150)),
    ).replace(day=1)
    entree = ajouter_mois(entree, 1)
    if entree > veille_de_l_ecole(naissance) - timedelta(days=60):
        return None
    demande = demandes_du_menage(rng, cadre, present.menage, naissance, entree, jumeaux=False)[0]
    structure = present.admission.section.structure
    autres = [v for v in demande.voeux if v.structure != structure]
    premier = Voeu(dossier=demande.dossier, rang=1, structure=structure)
    if section_a_date([s.bande for s in cadre.sections[structure.pk]], naissance, entree):
        demande.voeux = [premier, *autres][:5]
        _renumeroter(demande.voeux)
    return demande


def tirer_mutation(rng: Random, cadre: Cadre, present: Present) -> Demande | None:
    """A present child who asks another crèche and keeps its place meanwhile."""
    naissance, fin = present.enfant.date_naissance, present.admission.fin
    entree = ajouter_mois(cadre.jour.replace(day=1), rng.randrange(2, 9))
    if naissance is None or fin is None or fin < entree + timedelta(days=90):
        return None
    demande = _demande(rng, cadre, present.menage, present.enfant, entree, None)
    actuelle = present.admission.section.structure
    demande.voeux = [v for v in demande.voeux if v.structure != actuelle][:2]
    if not demande.voeux:
        return None
    _renumeroter(demande.voeux)
    demande.dossier.nature = NatureDossier.MUTATION
    demande.dossier.admission_actuelle = present.admission
    demande.dossier.solution = Solution.AUTRE_CRECHE
    demande.besoins = demande.besoins[:1]
    return demande


def tirer_complement(rng: Random, cadre: Cadre, present: Present) -> Demande | None:
    """A present child who asks, in its own structure, one or two of the days it lacks."""
    fin, structure = present.admission.fin, present.admission.section.structure
    entree = ajouter_mois(cadre.jour.replace(day=1), rng.randrange(1, 8))
    tenues = set(present.admission.demi_journees)
    jours = [(k, k + 1) for k in range(0, 10, 2) if {k, k + 1} <= set(structure.ouverture) - tenues]
    if fin is None or fin < entree + timedelta(days=90) or not jours:
        return None
    demande = _demande(rng, cadre, present.menage, present.enfant, entree, None)
    demande.voeux = [Voeu(dossier=demande.dossier, rang=1, structure=structure)]
    demande.dossier.nature = NatureDossier.COMPLEMENT
    demande.dossier.admission_actuelle = present.admission
    demande.dossier.solution = Solution.AUTRE_CRECHE
    besoin = demande.besoins[0]
    besoin.type = TypeBesoin.REGULIER
    besoin.demi_journees = sorted(k for jour in rng.sample(jours, min(2, len(jours))) for k in jour)
    besoin.horaires = horaires(rng, besoin.demi_journees)
    besoin.heures_semaine = round(heures(besoin.horaires), 1)
    besoin.alternatives = []
    demande.besoins = [besoin]
    return demande


def _renumeroter(voeux: list[Voeu]) -> None:
    for rang, voeu in enumerate(voeux, 1):
        voeu.rang = rang


def _entree(rng: Random, cadre: Cadre, fenetre: tuple[int, int]) -> date:
    """Entries bunch in September and January, the rest fall on the first or the middle of a month."""
    jour = cadre.jour + timedelta(days=rng.randrange(*fenetre))
    if rng.random() < 0.25:
        for annee, mois in ((cadre.jour.year + 1, 1), (cadre.jour.year + 1, 9), (cadre.jour.year, 9)):
            proche = date(annee, mois, rng.choice((1, 1, 4, 15)))
            if fenetre[0] <= (proche - cadre.jour).days <= fenetre[1] and rng.random() < 0.6:
                return proche
    return jour.replace(day=rng.choice((1, 1, 1, 4, 15, 20)))


def _naissance(rng: Random, entree: date) -> date:
    """Most enter between three and fourteen months, the others before school."""
    age = (
        rng.choice((3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14))
        if rng.random() < 0.72
        else rng.randrange(15, 33)
    )
    while True:
        naissance = ajouter_mois(entree, -age) - timedelta(days=rng.randrange(28))
        if veille_de_l_ecole(naissance) > entree + timedelta(days=60):
            return naissance
        age -= 1


def _enfant(
    rng: Random, cadre: Cadre, menage: Menage, naissance: date, groupe: GroupeNaissance | None, rang: int
) -> Enfant:
    ne = naissance <= cadre.jour
    prenom, sexe = noms.prenom_enfant(rng) if ne else ("", "")
    if ne and cadre.jour - naissance < NAISSANCE_TARDIVE and a_part(menage.nom, naissance) < 0.4:
        # The family has not told yet.
        ne, prenom, sexe = False, "", ""
    enfant = Enfant(
        famille=menage.famille,
        nom=menage.nom,
        prenom=prenom,
        sexe=sexe if rng.random() < 0.8 else "",
        date_naissance=naissance if ne else None,
        date_prevue_naissance=None if ne else naissance,
        groupe=groupe,
        rang_naissance=rang,
    )
    enfant.normaliser()
    return enfant


def _demande(
    rng: Random, cadre: Cadre, menage: Menage, enfant: Enfant, entree: date, groupe: GroupeNaissance | None
) -> Demande:
    quartier = rng.choice(cadre.quartiers) if menage.dans_la_ville else None
    voisine = cadre.mairie_du_quartier.get(quartier.pk) if quartier else None
    mairie = voisine if voisine and rng.random() < 0.75 else rng.choice(cadre.mairies)
    naissance = enfant.ne_ou_prevu_le
    depose = _depot(rng, cadre, naissance, entree)
    complet = depose + timedelta(days=rng.choice((0, 0, 0, 0, 2, 5, 9, 14, 21, 30)))
    incomplet = complet >= cadre.jour or rng.random() < 0.09
    renouvele, a_renouveler = _renouvellement(rng, cadre, depose)
    contact = depose + timedelta(days=rng.randrange(1, max(2, (cadre.jour - depose).days)))
    dossier = Dossier(
        famille=menage.famille,
        enfant=enfant,
        mairie=mairie,
        quartier=quartier,
        etat=EtatDossier.INCOMPLET if incomplet else EtatDossier.ACTIF,
        depose_le=depose,
        enregistre_le=datetime.combine(depose, time(rng.randrange(9, 17), rng.randrange(60)), tzinfo=PARIS),
        complet_le=None if incomplet else complet,
        renouvele_le=renouvele,
        a_renouveler_le=a_renouveler,
        solution=rng.choices([s for s, _ in _SOLUTIONS], [p for _, p in _SOLUTIONS])[0],
        faits={fait: True for fait in ("aine_sans_place",) if rng.random() < 0.05},
        engagements_le=depose,
    )
    if rng.random() < 0.035:
        dossier.faits["handicap_enfant"] = True
    if rng.random() < 0.4 and contact <= cadre.jour:
        dossier.dernier_contact_le, dossier.dernier_contact_canal = (
            contact,
            rng.choice(("appel", "sms", "courriel")),
        )
    voeux = _voeux(rng, cadre, dossier, naissance, entree)
    demande = Demande(menage, enfant, dossier, _besoins(rng, dossier, entree, voeux), voeux, groupe=groupe)
    demande.pieces = _pieces(rng, demande, complet=not incomplet, jour=cadre.jour)
    return demande


def _copie_jumeau(rng: Random, modele: Demande, enfant: Enfant, *, jour: date) -> Demande:
    """The twin's dossier: same day, same need, same choices."""
    source = modele.dossier
    champs = {
        f.attname: getattr(source, f.attname)
        for f in Dossier._meta.concrete_fields
        if f.attname not in ("id", "numero", "famille_id", "enfant_id")
    }
    dossier = Dossier(**champs, famille=source.famille, enfant=enfant)
    besoins = [
        Besoin(
            dossier=dossier,
            **{
                f.attname: getattr(b, f.attname)
                for f in Besoin._meta.concrete_fields
                if f.attname not in ("id", "dossier_id")
            },
        )
        for b in modele.besoins
    ]
    voeux = [Voeu(dossier=dossier, rang=v.rang, structure=v.structure) for v in modele.voeux]
    jumeau = Demande(modele.menage, enfant, dossier, besoins, voeux, groupe=modele.groupe)
    jumeau.pieces = [
        p
        for p in _pieces(rng, jumeau, complet=source.complet_le is not None, jour=jour)
        if p.code in PIECES_DOSSIER
    ]
    return jumeau


def _depot(rng: Random, cadre: Cadre, naissance: date, entree: date) -> date:
    """After the third month of pregnancy, before today and before the entry."""
    au_plus_tot = max(naissance - GROSSESSE + timedelta(days=95), cadre.jour - timedelta(days=420))
    # Yesterday at the latest: the desk of today has not closed yet.
    au_plus_tard = min(cadre.jour - timedelta(days=1), entree - timedelta(days=10))
    if au_plus_tot >= au_plus_tard:
        return au_plus_tard
    return au_plus_tot + timedelta(days=rng.randrange((au_plus_tard - au_plus_tot).days))


def _renouvellement(rng: Random, cadre: Cadre, depose: date) -> tuple[date | None, date]:
    """(last renewal, next one): renewed in time, but for those due these days."""
    dernier = depose
    while ajouter_mois(dernier, cadre.renouvellement_mois) <= cadre.jour - timedelta(days=12):
        dernier = ajouter_mois(dernier, cadre.renouvellement_mois) - timedelta(days=rng.randrange(0, 12))
    return (dernier if dernier != depose else None), ajouter_mois(dernier, cadre.renouvellement_mois)


def _voeux(rng: Random, cadre: Cadre, dossier: Dossier, naissance: date, entree: date) -> list[Voeu]:
    # A family looks at what it can reach: beyond that, a big city would cost the square of its size.
    connues = cadre.structures if len(cadre.structures) <= 40 else rng.sample(cadre.structures, 40)
    possibles = [
        s
        for s in connues
        if section_a_date([section.bande for section in cadre.sections[s.pk]], naissance, entree)
    ]
    proches = [s for s in possibles if s.quartier_id == dossier.quartier_id]
    nombre = rng.choices((1, 2, 3, 4, 5), (16, 24, 32, 16, 12))[0]
    choisis = proches[:1] if rng.random() < 0.6 else []
    restants = [s for s in possibles if s not in choisis]
    choisis += rng.sample(restants, min(nombre - len(choisis), len(restants)))
    if rng.random() < 0.02:
        trop_jeunes = [s for s in connues if s not in possibles]
        choisis += trop_jeunes[:1]
    return [Voeu(dossier=dossier, rang=rang, structure=s) for rang, s in enumerate(choisis[:5], 1)]


def _besoins(rng: Random, dossier: Dossier, entree: date, voeux: list[Voeu]) -> list[Besoin]:
    ouverture = set(voeux[0].structure.ouverture) if voeux else set(range(10))
    semaine = tirer_semaine(rng, ouverture)
    heures_demandees = horaires(rng, semaine)
    besoin = Besoin(
        dossier=dossier,
        type=TypeBesoin.REGULIER if rng.random() < 0.95 else TypeBesoin.OCCASIONNEL,
        entree_le=entree,
        tolerance_jours=rng.choice((0, 0, 15, 30, 30, 30, 60, 90)),
        demi_journees=semaine,
        horaires=heures_demandees,
        heures_semaine=round(heures(heures_demandees), 1),
        alternatives=alternatives(rng, semaine),
    )
    besoins = [besoin]
    if besoin.type == TypeBesoin.REGULIER and rng.random() < 0.06:
        besoins.append(
            Besoin(
                dossier=dossier,
                type=TypeBesoin.OCCASIONNEL,
                entree_le=entree,
                demi_journees=sorted(rng.sample(sorted(ouverture), min(2, len(ouverture)))),
            )
        )
    return besoins


def _pieces(rng: Random, demande: Demande, *, complet: bool, jour: date) -> list[PieceJustificative]:
    """Compulsory pieces, all seen when complete; proofs of the facts, most of them seen."""
    dossier, menage = demande.dossier, demande.menage
    manquante = None if complet else rng.choice(OBLIGATOIRES)
    codes = {code: code != manquante for code in OBLIGATOIRES}
    codes |= {code: rng.random() < 0.68 for code in sorted(_preuves(demande)) if code not in codes}
    deja = {p.code for p in menage.pieces}
    pieces = []
    for code, vue in codes.items():
        du_dossier = code in PIECES_DOSSIER
        if not du_dossier and code in deja:
            continue
        document = document_vu(rng, code, a_naitre=demande.enfant.a_naitre) if vue else ""
        vue_le, fin = dossier.complet_le or dossier.depose_le, None
        if vue:
            vue_le, fin = jours_de(menage.nom, code, document, vue_le, jour)
        pieces.append(
            PieceJustificative(
                dossier=dossier if du_dossier else None,
                famille=None if du_dossier else menage.famille,
                code=code,
                obligatoire=code in OBLIGATOIRES,
                etat=EtatPiece.VUE if vue else EtatPiece.ATTENDUE,
                equivalent=document,
                vue_le=vue_le if vue else None,
                valide_jusqu_au=fin,
                mairie=dossier.mairie if vue else None,
            )
        )
    menage.pieces += [p for p in pieces if p.famille is not None]
    return pieces


def _preuves(demande: Demande) -> set[str]:
    """The proofs the facts of this request call for."""
    famille, faits = demande.menage.famille, {**demande.menage.famille.faits, **demande.dossier.faits}
    codes = {FAITS[f].preuve for f, valeur in faits.items() if valeur and f in FAITS and FAITS[f].preuve}
    codes |= {f"activite_{r.rang}" for r in demande.menage.responsables if r.activite}
    codes |= {"situation_familiale"} if demande.menage.isole else set()
    codes |= {"ressources"} if famille.ressources_mensuelles else set()
    codes |= {"naissance"} if demande.groupe else set()
    codes |= {"mode_accueil"} if demande.dossier.solution == Solution.AUCUNE else set()
    return {code for code in codes if code}
