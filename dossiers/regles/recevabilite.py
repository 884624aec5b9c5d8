"""What the desk refuses, and what it only warns of, before a dossier exists. Each word says what to do."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from dossiers.regles.besoin import defauts_des_contrats, defauts_du_rythme
from dossiers.regles.saisie import URGENCE, Saisie, SaisieBesoin
from structures.regles.ages import (
    BandeAge,
    age_en_mois,
    ajouter_mois,
    premiere_date_possible,
    section_a_date,
    texte_age,
)
from structures.regles.semaine import texte_semaine

GROSSESSE_MOIS = 9
ANS_ECOLE_MOIS = 36
AGE_MAXIMUM_MOIS = 72
TERME_DEPASSE = timedelta(days=31)
ENTREE_AU_PLUS_TARD_MOIS = 48
ENTREE_AU_PLUS_TOT_MOIS = 12
MOIS = (
    *("janvier", "février", "mars", "avril", "mai", "juin"),
    *("juillet", "août", "septembre", "octobre", "novembre", "décembre"),
)


@dataclass(frozen=True)
class Constat:
    """One thing to say of an entry: where (`champ`, as « enfants.0.naissance »), and whether it blocks."""

    champ: str
    message: str
    code: str
    bloquant: bool = True


@dataclass(frozen=True)
class StructureConnue:
    """What the rules know of a structure: its bands with their names, its opening half-days."""

    nom: str
    bandes: tuple[BandeAge, ...] = ()
    noms_sections: Mapping[int, str] | None = None
    ouverture: tuple[int, ...] = tuple(range(10))
    ouverte: bool = True


@dataclass(frozen=True)
class ReglesSaisie:
    """The settings of the day that bound an entry."""

    nombre_voeux: int = 5
    inscription_grossesse: int = 3


@dataclass(frozen=True)
class VerdictAge:
    """What a structure says of a child's age at entry; `possible_le` when it is only a matter of time."""

    accueilli: bool
    texte: str
    possible_le: date | None = None


def jour_fr(jour: date) -> str:
    """« 14 mars 2028 », « 1er mai 2027 », d’espaces insécables."""
    quantieme = "1er" if jour.day == 1 else str(jour.day)
    return f"{quantieme}\u00a0{MOIS[jour.month - 1]}\u00a0{jour.year}"


def verdict_age(
    structure: StructureConnue, naissance: date, entree_le: date, *, plusieurs: bool = False
) -> VerdictAge:
    """La section de l’enfant à l’entrée, ou dès quand elle le prendra, ou qu’il est trop grand."""
    pluriel = "s" if plusieurs else ""
    if not structure.bandes:
        return VerdictAge(True, "Âges à vérifier avec la structure")
    bande = section_a_date(structure.bandes, naissance, entree_le)
    if bande is not None:
        nom = (structure.noms_sections or {}).get(bande.section, "Section")
        return VerdictAge(True, f"{nom} à l’entrée ({texte_age(naissance, entree_le)})")
    possible = premiere_date_possible(structure.bandes, naissance, entree_le)
    if possible is None:
        return VerdictAge(False, f"Trop grand{pluriel} à l’entrée ({texte_age(naissance, entree_le)})")
    return VerdictAge(False, f"Trop jeune{pluriel}\u202f: possible à partir du {jour_fr(possible)}", possible)


def premiere_inscription(terme: date, mois_grossesse: int) -> date:
    """Le premier jour où l’on inscrit un enfant à naître : tant de mois de grossesse révolus."""
    return ajouter_mois(terme, mois_grossesse - GROSSESSE_MOIS)


def controler(
    saisie: Saisie, *, jour: date, regles: ReglesSaisie, structures: Mapping[int, StructureConnue]
) -> list[Constat]:
    """Tout ce qui empêche ou mérite d’être dit d’une demande, dans l’ordre de la page."""
    return [
        *_enfants(saisie, jour, regles),
        *_responsables(saisie),
        *_foyer(saisie),
        *_besoins(saisie, jour),
        *_voeux(saisie, regles, structures),
        *_dates(saisie, jour),
    ]


def bloquants(constats: Iterable[Constat]) -> list[Constat]:
    return [c for c in constats if c.bloquant]


def _enfants(saisie: Saisie, jour: date, regles: ReglesSaisie) -> Iterator[Constat]:
    for rang, enfant in enumerate(saisie.enfants):
        champ = f"enfants.{rang}"
        if not enfant.nom:
            yield Constat(f"{champ}.nom", "Indiquez le nom de l’enfant.", "nom")
        if enfant.naissance:
            yield from _naissance(f"{champ}.naissance", enfant.naissance, jour)
            if not enfant.prenom:
                yield Constat(f"{champ}.prenom", "Indiquez le prénom de l’enfant né.", "prenom")
        elif enfant.terme:
            yield from _terme(f"{champ}.naissance", enfant.terme, saisie.depose_le, jour, regles)
    nommes = [(e.nom, e.prenom) for e in saisie.enfants if e.prenom]
    if len(nommes) != len(set(nommes)):
        yield Constat("enfants.1.prenom", "Deux enfants de la même naissance ont le même prénom.", "prenom")


def _naissance(champ: str, naissance: date, jour: date) -> Iterator[Constat]:
    if naissance > jour:
        message = "Cette naissance est à venir\u202f: choisissez «\u00a0à naître\u00a0» ou corrigez la date."
        yield Constat(champ, message, "naissance_future")
    elif age_en_mois(naissance, jour) >= AGE_MAXIMUM_MOIS:
        yield Constat(champ, "L’enfant a plus de 6 ans\u202f: vérifiez l’année de naissance.", "trop_age")


def _terme(champ: str, terme: date, depose_le: date, jour: date, regles: ReglesSaisie) -> Iterator[Constat]:
    debut = premiere_inscription(terme, regles.inscription_grossesse)
    if depose_le < debut:
        message = (
            f"Trop tôt\u202f: l’inscription est possible à partir du {jour_fr(debut)}, "
            f"{regles.inscription_grossesse} mois de grossesse révolus. Gardez la demande en brouillon."
        )
        yield Constat(champ, message, "trop_tot")
    elif terme < jour - TERME_DEPASSE:
        message = (
            "Ce terme est passé de plus d’un mois\u202f: choisissez «\u00a0né\u00a0» et indiquez la date."
        )
        yield Constat(champ, message, "terme_passe")


def _responsables(saisie: Saisie) -> Iterator[Constat]:
    if not saisie.responsables:
        yield Constat("responsables.0.nom", "Indiquez au moins un responsable.", "responsable")
        return
    for rang, adulte in enumerate(saisie.responsables):
        champ = f"responsables.{rang}"
        if not adulte.nom:
            yield Constat(f"{champ}.nom", "Indiquez le nom du responsable.", "nom")
        if not adulte.prenom and adulte.lien != "institution":
            yield Constat(f"{champ}.prenom", "Indiquez le prénom du responsable.", "prenom")
    informes = [r for r in saisie.responsables if not r.ecarte]
    if not informes:
        message = "Personne ne pourrait suivre ce dossier\u202f: l’un des responsables doit en être informé."
        yield Constat("responsables.0.ecarte", message, "tous_ecartes")
    if not any(r.autorite_parentale or r.lien in ("tuteur", "institution") for r in informes):
        message = (
            "Un dossier est déposé par un titulaire de l’autorité parentale, un tuteur ou une institution."
        )
        yield Constat("responsables.0.autorite_parentale", message, "autorite_parentale")
    if informes and not any(r.telephone or r.courriel or r.adresse for r in informes):
        message = "Indiquez un téléphone, un courriel ou une adresse\u202f: il faut pouvoir répondre."
        yield Constat("responsables.0.telephone", message, "sans_contact")


def _foyer(saisie: Saisie) -> Iterator[Constat]:
    if saisie.numero_allocataire and (
        message := defaut_allocataire(saisie.numero_allocataire, saisie.regime)
    ):
        yield Constat("foyer.numero_allocataire", message, "allocataire")
    charge, petits = saisie.enfants_a_charge, saisie.enfants_moins_3_ans
    if charge is not None and petits is not None and petits > charge:
        message = "Il y a plus d’enfants de moins de 3 ans que d’enfants à charge."
        yield Constat("foyer.enfants_moins_3_ans", message, "enfants")


def defaut_allocataire(numero: str, regime: str) -> str:
    """Ce qui ne va pas dans un numéro d’allocataire, vide s’il convient. Jamais de NIR."""
    serre = re.sub(r"[\s.]", "", numero)
    if re.fullmatch(r"[12][0-9]{12}([0-9]{2})?", serre):
        return "N’écrivez pas de numéro de sécurité sociale\u202f: laissez ce champ vide."
    if regime == "caf" and not re.fullmatch(r"[0-9]{5,8}[A-Za-z]?", serre):
        return "Un numéro CAF compte 5 à 8 chiffres, parfois une lettre à la fin."
    if not re.fullmatch(r"[0-9A-Za-z]{5,12}", serre):
        return "Ce numéro compte 5 à 12 chiffres ou lettres."
    return ""


def _besoins(saisie: Saisie, jour: date) -> Iterator[Constat]:
    if not saisie.besoins:
        yield Constat("besoins", "Choisissez au moins un type d’accueil.", "besoin")
    ecartes = [rang for rang, adulte in enumerate(saisie.responsables, 1) if adulte.ecarte]
    for besoin in saisie.besoins:
        champ = f"besoins.{besoin.type}"
        if not besoin.demi_journees:
            yield Constat(f"{champ}.demi_journees", "Cochez au moins une demi-journée.", "semaine_vide")
        defauts = [
            *defauts_du_rythme(besoin),
            *defauts_des_contrats(besoin, len(saisie.responsables), ecartes),
        ]
        for ou, message, code in defauts:
            yield Constat(f"{champ}.{ou}", message, code)
        for ou, horaires in (("horaires", besoin.horaires), ("horaires_b", besoin.horaires_b)):
            creneau = next((c for c, (debut, fin) in sorted(horaires.items()) if debut >= fin), None)
            if creneau is not None:
                message = f"L’heure de fin précède l’heure de début ({texte_semaine([creneau])})."
                yield Constat(f"{champ}.{ou}", message, "horaires")
        if besoin.demi_journees in besoin.alternatives:
            message = "Une semaine acceptée aussi est la même que la semaine demandée."
            yield Constat(f"{champ}.alternatives", message, "alternative_identique")
        yield from _entree(f"{champ}.entree_le", besoin, saisie, jour)


def _entree(champ: str, besoin: SaisieBesoin, saisie: Saisie, jour: date) -> Iterator[Constat]:
    entree = besoin.entree_le
    naissance = max((e.jour for e in saisie.enfants if e.naissance or e.terme), default=None)
    if naissance and entree <= naissance:
        yield Constat(
            champ, "L’entrée précède la naissance\u202f: vérifiez les deux dates.", "avant_naissance"
        )
    elif entree < ajouter_mois(saisie.depose_le, -ENTREE_AU_PLUS_TOT_MOIS):
        yield Constat(champ, "Cette entrée est passée depuis plus d’un an\u202f: vérifiez l’année.", "passee")
    elif entree > ajouter_mois(jour, ENTREE_AU_PLUS_TARD_MOIS):
        yield Constat(champ, "Cette entrée est dans plus de 4 ans\u202f: vérifiez l’année.", "lointaine")
    elif naissance and age_en_mois(naissance, entree) >= ANS_ECOLE_MOIS:
        message = (
            f"L’enfant aura {texte_age(naissance, entree)} à l’entrée\u202f: l’école l’accueille dès 3 ans."
        )
        yield Constat(champ, message, "apres_3_ans", bloquant=False)
    elif entree < jour and besoin.type != URGENCE:
        message = "Cette date est passée\u202f: la demande vaut dès la prochaine place."
        yield Constat(champ, message, "entree_passee", bloquant=False)


def _voeux(
    saisie: Saisie, regles: ReglesSaisie, structures: Mapping[int, StructureConnue]
) -> Iterator[Constat]:
    if not saisie.voeux:
        yield Constat("voeux", "Ajoutez au moins une structure.", "aucun_voeu")
    if len(saisie.voeux) > regles.nombre_voeux:
        yield Constat("voeux", f"{regles.nombre_voeux} choix au plus\u202f: retirez-en.", "trop_de_voeux")
    if len(set(saisie.voeux)) < len(saisie.voeux):
        yield Constat("voeux", "La même structure est choisie deux fois.", "voeu_double")
    for rang, pk in enumerate(saisie.voeux):
        champ = f"voeux.{rang}"
        structure = structures.get(pk)
        if structure is None:
            yield Constat(champ, "Cette structure n’existe plus\u202f: retirez-la.", "structure_inconnue")
            continue
        if not structure.ouverte:
            message = f"{structure.nom} ne reçoit plus de demandes\u202f: retirez ce choix."
            yield Constat(champ, message, "structure_fermee", bloquant=False)
        for message in avertissements_voeu(structure, saisie):
            yield Constat(champ, f"{structure.nom}\u202f: {message}", "voeu", bloquant=False)


def avertissements_voeu(structure: StructureConnue, saisie: Saisie) -> Iterator[str]:
    """Ce qu’il faut dire d’un choix tout de suite : âge à l’entrée, demi-journées où la structure ferme."""
    besoin = saisie.besoin if saisie.besoins else None
    if besoin is None:
        return
    jours = [e.jour for e in saisie.enfants if e.naissance or e.terme]
    if jours:
        verdict = verdict_age(structure, max(jours), besoin.entree_le, plusieurs=len(jours) > 1)
        if not verdict.accueilli:
            yield verdict.texte[:1].lower() + verdict.texte[1:]
    fermees = demi_journees_fermees(structure, besoin)
    if fermees:
        yield f"fermée {texte_semaine(fermees)}"


def demi_journees_fermees(structure: StructureConnue, besoin: SaisieBesoin) -> tuple[int, ...]:
    """Les demi-journées demandées où cette structure n’ouvre pas."""
    demandees = {*besoin.demi_journees, *besoin.demi_journees_b}
    return tuple(sorted(demandees - set(structure.ouverture)))


def _dates(saisie: Saisie, jour: date) -> Iterator[Constat]:
    if saisie.depose_le > jour:
        yield Constat("depot.depose_le", "La date du papier est à venir\u202f: corrigez-la.", "papier_futur")
    elif saisie.depose_le < ajouter_mois(jour, -AGE_MAXIMUM_MOIS):
        yield Constat(
            "depot.depose_le", "Ce papier a plus de 6 ans\u202f: vérifiez l’année.", "papier_ancien"
        )
    for piece in saisie.pieces:
        if piece.vue_le and piece.vue_le > jour:
            yield Constat(f"pieces.{piece.code}", "Cette pièce serait vue dans l’avenir.", "piece_future")
