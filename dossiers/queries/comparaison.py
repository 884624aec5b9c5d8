"""Two dossiers side by side, every field in words: what differs, and which groups are to be chosen."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from itertools import zip_longest
from typing import Any

from django.db.models import Count, Max, Model

from dossiers.models import Besoin, Dossier, EtatGrille, PieceJustificative, Responsable
from dossiers.queries.fiche_pieces import pieces_de
from dossiers.regles.besoin import texte_besoin, texte_part
from dossiers.regles.faits import FAITS
from dossiers.regles.fusion import GROUPES
from dossiers.regles.pieces import PREUVES
from structures.regles.semaine import texte_semaine
from structures.regles.texte import cle_mots, telephone_normalise

VIDE = "non dit"


@dataclass(frozen=True)
class Ligne:
    """One field, in words, on both sides."""

    libelle: str
    a: str
    b: str

    @property
    def differe(self) -> bool:
        """Capitals and spaces are no difference; accents and letters are."""
        return self.a.casefold().split() != self.b.casefold().split()


@dataclass(frozen=True)
class Groupe:
    """A part of the page; `code` is empty when there is nothing to choose in it."""

    code: str
    titre: str
    lignes: Sequence[Ligne]

    @property
    def differe(self) -> bool:
        return any(ligne.differe for ligne in self.lignes)

    @property
    def a_choisir(self) -> bool:
        return bool(self.code) and self.differe


def comparer(a: Dossier, b: Dossier) -> list[Groupe]:
    """The groups of the page, `a` the dossier that would be kept; a constant number of queries."""
    groupes = {
        "enfant": _enfant(a, b),
        "coordonnees": _responsables(a, b),
        "foyer": _foyer(a, b),
        "besoin": _besoins(a, b),
        "voeux": _voeux(a, b),
        "demande": _demande(a, b),
        "suivi": [_champ("Mairie", a.mairie, b.mairie), _champ("Quartier", a.quartier, b.quartier)],
    }
    choisis = [Groupe(code, GROUPES[code], _dites(lignes)) for code, lignes in groupes.items()]
    return [
        *choisis,
        Groupe("", "Les pièces", _pieces(a, b)),
        Groupe("", "Les dates et la vie du dossier", _dites(_dates(a, b))),
    ]


def _dites(lignes: Iterable[Ligne]) -> list[Ligne]:
    """What neither dossier says takes no room."""
    return [ligne for ligne in lignes if (ligne.a, ligne.b) != (VIDE, VIDE)]


def _mots(valeur: Any) -> str:
    if valeur is None or valeur == "":
        return VIDE
    if isinstance(valeur, bool):
        return "oui" if valeur else "non"
    if isinstance(valeur, date | datetime):
        return f"{valeur:%d/%m/%Y}"
    if isinstance(valeur, Decimal):
        return f"{valeur.normalize():f}".replace(".", ",")
    return str(valeur)


def _champ(libelle: str, a: Any, b: Any) -> Ligne:
    return Ligne(libelle, _mots(a), _mots(b))


def _champs(a: Model, b: Model, noms: Mapping[str, str]) -> list[Ligne]:
    """Fields by name, choices by their label."""

    def dire(objet: Model, nom: str) -> Any:
        affiche = getattr(objet, f"get_{nom}_display", None)
        return affiche() if affiche else getattr(objet, nom)

    return [_champ(libelle, dire(a, nom), dire(b, nom)) for nom, libelle in noms.items()]


def _enfant(a: Dossier, b: Dossier) -> list[Ligne]:
    noms = {
        "nom": "Nom",
        "prenom": "Prénom",
        "sexe": "Sexe",
        "date_naissance": "Date de naissance",
        "date_prevue_naissance": "Terme prévu",
    }
    jumeau = [d.enfant.groupe.get_regle_display() if d.enfant.groupe else "non" for d in (a, b)]
    return [*_champs(a.enfant, b.enfant, noms), Ligne("Naissance multiple", *jumeau)]


def _responsables(a: Dossier, b: Dossier) -> list[Ligne]:
    lignes: list[Ligne] = []
    paires = zip_longest(a.famille.responsables.all(), _ranges(a, b))
    for rang, (un, deux) in enumerate(paires, 1):
        for (libelle, x), (_, y) in zip(_adulte(un), _adulte(deux), strict=True):
            if x != VIDE or y != VIDE:
                lignes.append(Ligne(f"Responsable {rang}, {libelle}", x, y))
    return lignes


def _ranges(a: Dossier, b: Dossier) -> list[Responsable | None]:
    """The adults of the second dossier, each facing its namesake of the first."""
    restants = list(b.famille.responsables.all())
    ranges: list[Responsable | None] = []
    for adulte in a.famille.responsables.all():
        meme = next((r for r in restants if cle_mots(str(r)) == cle_mots(str(adulte))), None)
        if meme:
            restants.remove(meme)
        ranges.append(meme)
    vides = [rang for rang, r in enumerate(ranges) if r is None]
    for rang in vides[: len(restants)]:
        ranges[rang] = restants.pop(0)
    return [*ranges, *restants]


def _adulte(r: Responsable | None) -> list[tuple[str, str]]:
    champs: tuple[tuple[str, Any], ...] = (
        ("nom", str(r) if r else ""),
        ("lien", r.get_lien_display() if r else ""),
        ("téléphone", telephone_normalise(r.telephone) or r.telephone if r else ""),
        ("autre téléphone", telephone_normalise(r.telephone_2) or r.telephone_2 if r else ""),
        ("courriel", r.courriel if r else ""),
        ("adresse", _adresse(r) if r else ""),
        ("activité", r.get_activite_display() if r else ""),
        ("heures par semaine", r.heures_hebdo if r else ""),
        ("tenu à l’écart", "oui" if r and r.ecarte else ""),
        ("opposition écrite", "oui" if r and r.opposition_ecrite else ""),
    )
    return [(libelle, _mots(valeur)) for libelle, valeur in champs]


def _adresse(r: Responsable) -> str:
    return ", ".join(m for m in (r.adresse, r.complement, f"{r.code_postal} {r.commune}".strip()) if m)


def _foyer(a: Dossier, b: Dossier) -> list[Ligne]:
    noms = {
        "situation": "Situation",
        "enfants_a_charge": "Enfants à charge",
        "enfants_moins_3_ans": "Dont moins de 3 ans",
        "quotient_familial": "Quotient familial",
        "ressources_mensuelles": "Ressources par mois",
        "regime": "Régime",
        "numero_allocataire": "Numéro d’allocataire",
        "protegee": "Protection",
    }
    return [*_champs(a.famille, b.famille, noms), *_faits(a.famille.faits, b.famille.faits)]


def _faits(a: Mapping[str, Any], b: Mapping[str, Any]) -> list[Ligne]:
    lignes = []
    for code in sorted({*a, *b}):
        fait = FAITS.get(code)
        dits = [fait.libelle_choix(d[code]) if fait and code in d else d.get(code) for d in (a, b)]
        bruts = [d.get(code) for d in (a, b)]
        mots = [brut if isinstance(brut, bool) else dit for brut, dit in zip(bruts, dits, strict=True)]
        lignes.append(_champ(fait.libelle if fait else code, *mots))
    return lignes


def _demande(a: Dossier, b: Dossier) -> list[Ligne]:
    return [*_champs(a, b, {"solution": "Solution aujourd’hui"}), *_faits(a.faits, b.faits)]


def _besoins(a: Dossier, b: Dossier) -> list[Ligne]:
    dits = [{besoin.get_type_display(): _besoin(besoin) for besoin in d.besoins.all()} for d in (a, b)]
    return [Ligne(t, *(d.get(t, VIDE) for d in dits)) for t in dict.fromkeys((*dits[0], *dits[1]))]


def _besoin(besoin: Besoin) -> str:
    mots = [texte_besoin(besoin), f"entrée le {besoin.entree_le:%d/%m/%Y}"]
    if besoin.tolerance_jours:
        mots[-1] += f", à {besoin.tolerance_jours} jours près"
    if besoin.heures_semaine:
        mots.append(f"{_mots(besoin.heures_semaine)} h par semaine")
    if besoin.deux_contrats:
        mots.append(f"deux contrats, le second : {texte_part(besoin, 2)}")
    mots += [f"ou {texte_semaine(semaine)}" for semaine in besoin.alternatives]
    return " ; ".join(mots)


def _voeux(a: Dossier, b: Dossier) -> list[Ligne]:
    listes = [[v.structure.nom for v in d.voeux.select_related("structure")] for d in (a, b)]
    return [
        Ligne(f"Choix {rang}", un or VIDE, deux or VIDE)
        for rang, (un, deux) in enumerate(zip_longest(*listes), 1)
    ]


def _pieces(a: Dossier, b: Dossier) -> list[Ligne]:
    dites = [{p.code: _piece(p) for p in pieces_de(d)} for d in (a, b)]
    return [
        Ligne(PREUVES[code].libelle if code in PREUVES else code, *(d.get(code, "non vue") for d in dites))
        for code in dict.fromkeys((*dites[0], *dites[1]))
    ]


def _piece(piece: PieceJustificative) -> str:
    mots = [piece.get_etat_display().lower()]
    if piece.vue_le:
        mots.append(f"le {piece.vue_le:%d/%m/%Y}")
    if piece.valide_jusqu_au:
        mots.append(f"jusqu’au {piece.valide_jusqu_au:%d/%m/%Y}")
    return " ".join(mots)


def _dates(a: Dossier, b: Dossier) -> list[Ligne]:
    noms = {
        "etat": "État",
        "nature": "Nature",
        "depose_le": "Déposé le",
        "complet_le": "Complet le",
        "renouvele_le": "Renouvelé le",
        "a_renouveler_le": "À renouveler le",
        "origine": "Origine",
        "numero_origine": "Ancien numéro",
        "nb_passages": "Passages en commission",
        "nb_refus_offre": "Offres refusées",
    }
    return [
        *_champs(a, b, noms),
        Ligne("Contacts", *(_contacts(d) for d in (a, b))),
        Ligne("Points vérifiés", *_points((a, b))),
    ]


def _contacts(dossier: Dossier) -> str:
    lus = dossier.contacts.aggregate(nombre=Count("pk"), dernier=Max("le"))
    return f"{lus['nombre']}, le dernier le {lus['dernier']:%d/%m/%Y}" if lus["nombre"] else "aucun"


def _points(dossiers: Iterable[Dossier]) -> list[str]:
    dits = []
    for dossier in dossiers:
        courante = dossier.cotations.filter(courante=True, grille__etat=EtatGrille.EN_VIGUEUR).first()
        dits.append(f"{courante.verifie} sur {courante.declare} déclarés" if courante else "aucun")
    return dits
