"""What a letter of a séance says: read once for the séance, then family by family without a query more."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone

from commissions.models import (
    Decision,
    Lettre,
    LotLettres,
    ModeleLettre,
    MotifDecision,
    Offre,
    PlaceOfferte,
    Seance,
    Signataire,
)
from commissions.queries.supplements import ouverts, supplements_du_passage
from commissions.regles import detail_refus, mentions
from dossiers.models import Departage
from guichet.formulaires import paires
from guichet.texte import date_avec_jour, date_longue, heure
from structures.models import Gestionnaire, Mairie, NatureGestionnaire
from structures.queries import identite, reglages
from structures.regles.semaine import NB_CRENEAUX, jours_en_mots, texte_semaine

DU_MAIRE = (NatureGestionnaire.VILLE, NatureGestionnaire.CCAS)
REGLAGES = (
    *("relais_contact", "renouvellement", "offre_refus_max", "offre_silence_compte", "adaptation_duree"),
    "tribunal_administratif",
)


@dataclass(frozen=True)
class ContexteLettres:
    """What the letters of one séance share."""

    seance: Seance
    ville: str
    reglages: dict[str, Any]
    places: dict[int, PlaceOfferte]
    admis: dict[int, list[detail_refus.Admis]]
    signataires: dict[int | None, Signataire]
    modeles: dict[str, ModeleLettre]


@dataclass(frozen=True)
class Auteur:
    """Who decides this answer: the mayor, or a manager."""

    texte: str
    maire: bool
    autres: bool = False
    signature: str = ""


def contexte_lettres(seance: Seance, *, le: date) -> ContexteLettres:
    """Five queries, whatever the number of letters; a model published meanwhile waits for the next batch."""
    places = {place.section_id: place for place in PlaceOfferte.objects.filter(seance=seance)}
    return ContexteLettres(
        seance,
        identite().nom,
        reglages(*REGLAGES, le=le),
        places,
        _admis(seance, places),
        signataires(le=le),
        modeles_en_vigueur(),
    )


def _admis(seance: Seance, places: Mapping[int, PlaceOfferte]) -> dict[int, list[detail_refus.Admis]]:
    """Who was admitted, section by section, with the points it had there."""
    admis: dict[int, list[detail_refus.Admis]] = defaultdict(list)
    decisions = Decision.objects.filter(passage__seance=seance, sens="admis").select_related("passage")
    for decision in decisions.prefetch_related("passage__voeux"):
        passage = decision.passage
        points = next((v.verifie for v in passage.voeux.all() if v.section_id == decision.section_id), 0)
        if decision.section_id:
            place, jours = places.get(decision.section_id), tuple(decision.demi_journees)
            limites = place.limites if place else ()
            siens = supplements_du_passage(passage, limites, jours, le=seance.date_effet)
            admis[decision.section_id].append(
                detail_refus.Admis(points, passage.complet_le.isoformat(), jours, siens)
            )
    return admis


def signataires(*, le: date) -> dict[int | None, Signataire]:
    """Who signs on `le`, by manager; None is the mayor or a delegate."""
    lus = Signataire.objects.filter(depuis__lte=le).order_by("depuis").select_related("gestionnaire")
    return {s.gestionnaire_id: s for s in lus}


def a_imprimer_ensemble(lot: LotLettres) -> list[Lettre]:
    """The print file of the batch: paper letters, but those of protected families, kept for their counter."""
    papier = lot.lettres.filter(canal="papier").exclude(nature="discrete")
    return list(papier.select_related("dossier__mairie").order_by("pk"))


def modeles_en_vigueur() -> dict[str, ModeleLettre]:
    """The last version of each nature."""
    return {m.nature: m for m in ModeleLettre.objects.order_by("nature", "numero")}


def decisions_lues(decisions: QuerySet[Decision]) -> QuerySet[Decision]:
    """These decisions with all a letter reads: a fixed number of queries."""
    return decisions.select_related(
        "passage__dossier__enfant",
        "passage__dossier__famille",
        "passage__dossier__mairie",
        "section__structure__gestionnaire",
    ).prefetch_related(
        "passage__voeux__section__structure__gestionnaire", "passage__dossier__voeux__structure", "offres"
    )


def decisions_a_ecrire(seance: Seance) -> list[Decision]:
    """Every decision of the séance, in print order."""
    lues = decisions_lues(Decision.objects.filter(passage__seance=seance))
    return list(lues.order_by("passage__dossier__mairie", "passage__dossier__numero"))


def auteur_de(contexte: ContexteLettres, decision: Decision, offre: Offre | None) -> Auteur:
    """An offer is decided by its place's manager; any other answer by the mayor if he runs one choice.

    A protected family's letter names no manager, and both remedies.
    """
    if decision.passage.dossier.protege:
        return auteur_discret(contexte)
    if offre is not None:
        decideurs = [offre.section.structure.gestionnaire]
    else:
        decideurs = [v.section.structure.gestionnaire for v in decision.passage.voeux.all()]
    maire = not decideurs or any(g.nature in DU_MAIRE for g in decideurs)
    gestionnaire = None if maire else decideurs[0]
    signataire = contexte.signataires.get(gestionnaire.pk if gestionnaire else None)
    autres = [g.nom for g in decideurs if g.nature not in DU_MAIRE and g != gestionnaire]
    texte = mentions.auteur(
        signataire.nom if signataire else "",
        signataire.qualite if signataire else "",
        signataire.delegation if signataire else "",
        gestionnaire=gestionnaire.nom if gestionnaire else "",
        autres=autres,
    )
    if signataire is None:
        return Auteur("", maire, bool(autres))
    return Auteur(texte, maire, bool(autres), f"{signataire.nom}, {signataire.qualite}")


def auteur_discret(contexte: ContexteLettres) -> Auteur:
    """Who sends the letter of a protected family, whose text names no manager."""
    signe = contexte.signataires.get(None)
    if signe is None:
        nom = f"la ville de {contexte.ville}"
        return Auteur(mentions.auteur_discret(nom, "", ""), True, True, nom)
    texte = mentions.auteur_discret(signe.nom, signe.qualite, signe.delegation)
    return Auteur(texte, True, True, f"{signe.nom}, {signe.qualite}")


def sans_signataire(contexte: ContexteLettres, decisions: Iterable[Decision]) -> list[str]:
    """The managers, or the mayor, nobody signs for."""
    voulus: dict[int | None, str] = {}
    for decision in decisions:
        for voeu in decision.passage.voeux.all():
            gestionnaire: Gestionnaire = voeu.section.structure.gestionnaire
            du_maire = gestionnaire.nature in DU_MAIRE
            voulus[None if du_maire else gestionnaire.pk] = "le maire" if du_maire else gestionnaire.nom
    return sorted(nom for cle, nom in voulus.items() if cle not in contexte.signataires)


def valeurs_de(
    contexte: ContexteLettres, decision: Decision, offre: Offre | None, *, limite: datetime, auteur: Auteur
) -> dict[str, str]:
    """Every field of the closed list but the identity, for this family."""
    passage, r = decision.passage, contexte.reglages
    jours = offre.demi_journees if offre else passage.demi_journees
    local = timezone.localtime(limite)
    return {
        "numero": passage.dossier.numero,
        "ville": contexte.ville,
        "seance": date_longue(timezone.localdate(contexte.seance.tenue_prevue_le)),
        "mairie": _mairie(passage.dossier.mairie),
        "jours": _jours(jours),
        "adaptation": f"{r['adaptation_duree']}\u00a0jours",
        "limite": f"{date_avec_jour(local.date())} à {heure(local)}",
        "rang": str(decision.rang_complementaire or ""),
        "motif": MotifDecision(decision.motif).label.lower() if decision.motif else "",
        "points": _points(decision),
        "voeux": _voeux(contexte, decision),
        "departage": _departage(contexte.seance, decision),
        "refus_max": str(r["offre_refus_max"]),
        "silence": mentions.silence(compte=r["offre_silence_compte"]),
        "renouvellement": str(r["renouvellement"]),
        "relais": mentions.relais(r["relais_contact"]),
        "auteur": auteur.texte,
        "signature": auteur.signature,
        "mention": mentions.mention("à votre guichet"),
        "recours": mentions.recours(
            maire=auteur.maire, tribunal=r["tribunal_administratif"], autres=auteur.autres
        ),
        **(
            _place(offre)
            if offre
            else dict.fromkeys(("structure", "adresse_structure", "entree", "contrat"), "")
        ),
    }


def _jours(creneaux: Sequence[int]) -> str:
    """Days in whole words, as a family reads them."""
    return texte_semaine(creneaux) if len(creneaux) == NB_CRENEAUX else jours_en_mots(creneaux)


def _mairie(mairie: Mairie) -> str:
    return ", ".join(mot for mot in (mairie.nom, paires(mairie.telephone)) if mot)


def _place(offre: Offre | None) -> dict[str, str]:
    if offre is None:
        return dict.fromkeys(("structure", "adresse_structure", "entree", "contrat"), "")
    structure = offre.section.structure
    adresse = ", ".join(mot for mot in (structure.adresse, paires(structure.telephone)) if mot)
    return {
        "structure": f"{structure.nom}, {offre.section.nom}",
        "adresse_structure": adresse or structure.nom,
        "entree": date_avec_jour(offre.entree_le),
        "contrat": date_longue(offre.debut),
    }


def _points(decision: Decision) -> str:
    """Own points line by line, those of one choice apart."""
    passage = decision.passage
    choix = [
        detail_refus.Choix(v.choix, v.section.structure_id, v.section.structure.nom, v.verifie)
        for v in sorted(passage.voeux.all(), key=lambda v: v.choix)
    ]
    dits = detail_refus.points_en_lignes(passage.lignes, passage.verifie, choix)
    return "\n".join(f"- {dit}" for dit in dits)


def _voeux(contexte: ContexteLettres, decision: Decision) -> str:
    """Choice by choice: the places, what was full, the last child admitted there when it names nobody.

    A choice the séance had no place for is told too, when the family has not changed its order since.
    """
    passage = decision.passage
    lignes: dict[int, str] = {}
    for voeu in sorted(passage.voeux.all(), key=lambda v: v.choix):
        place = contexte.places.get(voeu.section_id)
        places, limites = (place.places, place.limites) if place else ([0] * NB_CRENEAUX, ())
        siens = supplements_du_passage(passage, limites, passage.demi_journees, le=contexte.seance.date_effet)
        offerts = ouverts(limites)
        refus = detail_refus.refus_du_voeu(
            semaine=passage.demi_journees,
            places=places,
            admis=contexte.admis[voeu.section_id],
            points=voeu.verifie,
            anteriorite=passage.complet_le.isoformat(),
            supplements={creneau: offerts[creneau] for creneau in siens},
        )
        nom = f"{voeu.section.structure.nom}, {voeu.section.nom}"
        lignes[voeu.choix] = detail_refus.ligne_du_voeu(nom, choix=voeu.choix, places=places, refus=refus)
    geles = {voeu.section.structure_id for voeu in passage.voeux.all()}
    for choix in passage.dossier.voeux.all():
        if choix.rang not in lignes and choix.structure_id not in geles:
            lignes[choix.rang] = detail_refus.ligne_sans_place(choix.structure.nom, choix=choix.rang)
    return "\n".join(f"- {lignes[rang]}" for rang in sorted(lignes))


def _departage(seance: Seance, decision: Decision) -> str:
    passage = decision.passage
    ensuite = "le plus petit numéro de dossier"
    if seance.departage == Departage.TIRAGE:
        ensuite = "le tirage au sort enregistré au gel de la liste"
    return (
        "À égalité de points, le dossier complet depuis le plus longtemps passe d’abord"
        f" (le vôtre l’est depuis le {date_longue(passage.complet_le)}), puis {ensuite}."
    )
