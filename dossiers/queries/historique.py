"""The journal of a dossier in French sentences, for its page."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Q, QuerySet

from dossiers.models import (
    MOTIFS_ACTION,
    ActionJournal,
    CanalContact,
    CanalCourrier,
    Contact,
    EtatDossier,
    EtatUrgence,
    Journal,
    MotifAcces,
    MotifDepart,
    MotifDistinction,
    MotifFinProtection,
    MotifFinSituation,
    MotifLevee,
    MotifLigneManuelle,
    MotifMots,
    MotifRefusPiece,
    MotifReponseUrgence,
    MotifUrgence,
    NatureChangement,
    NatureTache,
    OrigineTiers,
    ReponseSituation,
)
from dossiers.regles.echeances import LIBELLES, SANS_LETTRE
from dossiers.regles.pieces import PREUVES
from guichet.texte import date_longue

_MOTIFS = {
    motif.value: str(motif.label)
    for liste in (
        *(MotifUrgence, MotifReponseUrgence, MotifDepart),
        *(MotifAcces, MotifFinProtection, MotifLigneManuelle),
        *(MotifRefusPiece, MotifDistinction, MotifMots, MotifLevee),
        *(ReponseSituation, MotifFinSituation, NatureChangement, NatureTache),
    )
    for motif in liste
} | MOTIFS_ACTION
NAISSANCE = "naissance"
_PARTIES = {
    "foyer": "le foyer",
    "protection": "adresse à protéger désormais",
    "enfant": "l’enfant",
    "besoin": "le besoin",
    "choix": "les choix",
    "pieces": "les pièces",
    "dossier": "la demande",
}
_SITUATIONS = {
    "ouverte": "Situation partagée ouverte",
    "repondue": "Situation partagée : réponse donnée",
    "close": "Situation partagée close",
    "changement": "Situation partagée, ce qui a changé",
    "tache": "Situation partagée, tâche confiée",
    "tache_faite": "Situation partagée, tâche faite",
    "cercle_entre": "Situation partagée : une personne entre au cercle",
    "cercle_sort": "Situation partagée : une personne sort du cercle",
}
_OBJETS = {
    "mutation_appliquee": "Changement de structure\u202f: l’ancienne place s’arrête la veille de la nouvelle",
    "mouvement_rentree": "La direction dit ce que devient l’enfant à la rentrée",
    "jours_changes": "Jours de présence changés",
    "complement_applique": "Jours ajoutés à la place de l’enfant",
    "affectation": "L’enfant est affecté à une assistante maternelle",
    "echec_affectation": "Aucune assistante maternelle ne peut recevoir l’enfant\u202f: la place est perdue",
    "echec_affectation_vu": "La coordination a lu que l’affectation n’aboutit pas",
    "enfant_designe": "Enfant désigné par un employeur pour les places qu’il réserve",
    "designe_admis": "Enfant admis aux places que son employeur réserve",
    "depart": "L’enfant a quitté sa structure\u202f: la mutation devient une première demande",
    "depart_note": "Le départ de l’enfant est noté",
    "depart_annule": "Le départ de l’enfant est annulé\u202f: il garde sa place",
    "place_reprise": "La place de l’enfant a changé de contrat\u202f: la demande suit",
    "renouvellement": "Dossier renouvelé par la famille",
    "code_remis": "Récépissé imprimé, code secret remis",
    "code_remplace": "Récépissé réimprimé : le code secret précédent ne sert plus",
    "copie": "Copie du récépissé imprimée, sans code",
    "gestionnaire_confirmer": "Le gestionnaire confirme la réponse de la commission",
    "gestionnaire_refuser": "Le gestionnaire ne confirme pas la réponse\u202f: la coordination la reprend",
    "gestionnaire_redemander": "La coordination soumet de nouveau la réponse au gestionnaire",
    "imprime": "Lettre imprimée et postée",
    "retire": "Lettre retirée avant de partir\u202f: plus personne ne devait la recevoir",
    "pdf": "Lettre ouverte en PDF",
    "renvoye:courriel": "Lettre renvoyée par courriel",
    "renvoye:papier": "Lettre à réimprimer",
}


@dataclass(frozen=True)
class Evenement:
    """One act as the page tells it; `alerte` for what the counter must notice."""

    le: datetime
    phrase: str
    qui: str
    ou: str
    alerte: bool = False


def sans_reserves(lignes: QuerySet[Journal], situations: Collection[int] | None) -> QuerySet[Journal]:
    """These acts without those kept for the circle: who is linked to the family, and the situations shared
    but `situations` (None: all may be told). Readings are told to the data protection officer only."""
    lignes = lignes.exclude(action=ActionJournal.LECTURE)
    lignes = lignes.exclude(action=ActionJournal.SITUATION, objet="lue")
    if situations is None:
        return lignes
    autres = Q(action=ActionJournal.SITUATION) & ~Q(details__situation__in=list(situations))
    return lignes.exclude(autres).exclude(action=ActionJournal.LIEN)


def evenements(lignes: Iterable[Journal], *, absorbes: Mapping[int, str] | None = None) -> list[Evenement]:
    """`absorbes` maps the merged dossiers to their numbers: their lines say where they come from."""
    numeros: dict[int | None, str] = {pk: numero for pk, numero in (absorbes or {}).items()}  # noqa: C416
    return [
        Evenement(
            ligne.le,
            (f"[{numeros[ligne.dossier_id]}] " if ligne.dossier_id in numeros else "") + phrase(ligne),
            ligne.par.nom_court if ligne.par else "le logiciel",
            ligne.mairie.nom if ligne.mairie else "",
            ligne.action == ActionJournal.ACCES_MOTIVE,
        )
        for ligne in lignes
    ]


def phrase(ligne: Journal) -> str:
    """« Récépissé imprimé, code secret remis », « Pièce vue : domicile (quittance de loyer) »."""
    texte = _DIRE.get(ligne.action, _ordinaire)(ligne)
    motif = _MOTIFS.get(ligne.motif, "")
    return f"{texte} ({motif[:1].lower() + motif[1:]})" if motif else texte


def _ordinaire(ligne: Journal) -> str:
    return _OBJETS.get(ligne.objet, str(ActionJournal(ligne.action).label))


def _depot(ligne: Journal) -> str:
    return "Dossier déposé"


def _modification(ligne: Journal) -> str:
    if ligne.objet == NAISSANCE:
        return _naissance(ligne)
    if ligne.objet in _OBJETS:
        return _OBJETS[ligne.objet]
    parties = [_PARTIES.get(p, p) for p in ligne.details.get("parties", [])]
    return f"Dossier modifié : {', '.join(parties)}" if parties else "Dossier modifié"


def _naissance(ligne: Journal) -> str:
    """« Naissance déclarée : le 12 novembre 2026, acte de naissance vu »."""
    jour = date_longue(date.fromisoformat(ligne.details["le"]))
    document = ligne.details.get("document", "")
    phrase = f"Naissance déclarée\u202f: le {jour}, {f'{document} vu' if document else 'acte à montrer'}"
    if entree := ligne.details.get("entree"):
        phrase += f", entrée décalée au {date_longue(date.fromisoformat(entree))}"
    return phrase


def _commission(ligne: Journal) -> str:
    """« Commission du 12 mai 2027 : liste complémentaire (rang inférieur au dernier admis) »."""
    seance = ligne.details.get("seance", "Commission")
    if avis := ligne.details.get("avis"):
        raison = ligne.details.get("raison", "")
        return f"{seance}, avis\u202f: {avis}" + (f" ({raison})" if raison else "")
    return f"Inscrit à l’ordre du jour\u202f: {seance}"


def _etat(ligne: Journal) -> str:
    vers = ligne.details.get("vers", "")
    nom = str(EtatDossier(vers).label) if vers in EtatDossier.values else vers
    texte = f"Le dossier devient « {nom} »" if nom else "Changement d’état"
    if jour := ligne.details.get("jusqu_au"):
        texte += f" jusqu’au {date_longue(date.fromisoformat(jour))}"
    if jour := ligne.details.get("complet_le"):
        texte += f", ancienneté du {date_longue(date.fromisoformat(jour))}"
    return texte


def _piece(ligne: Journal) -> str:
    code, _, quoi = ligne.objet.partition(":")
    nom = PREUVES[code].libelle if code in PREUVES else code
    if quoi == "refusee":
        return f"Pièce refusée : {nom}"
    if quoi == "redemandee":
        return f"Pièce redemandée\u202f: {nom}"
    document = ligne.details.get("equivalent", "")
    return f"Pièce vue : {nom}" + (f", {document}" if document else "")


def _echeance(ligne: Journal) -> str:
    """« Renouvellement, premier avertissement : courriel » ; without a letter, the act alone."""
    libelle = LIBELLES.get(ligne.objet, "Échéance")
    if ligne.objet in SANS_LETTRE:
        return libelle
    canaux = [str(CanalCourrier(c).label).lower() for c in ligne.details.get("canaux", [])]
    return f"{libelle}, {' et '.join(canaux) or 'personne à qui écrire'}"


def _cotation(ligne: Journal) -> str:
    points = ligne.details.get("points")
    if ligne.objet == "ligne_posee":
        return f"Points donnés par une personne\u202f: {points:+d}"
    if ligne.objet == "ligne_retiree":
        return f"Points donnés par une personne, retirés\u202f: {points:+d}"
    return _ordinaire(ligne)


def _contact(ligne: Journal) -> str:
    canal, _, issue = ligne.objet.partition(":")
    if canal == CanalContact.TIERS:
        qui = str(OrigineTiers(issue).label).lower() if issue in OrigineTiers.values else "autre"
        return f"Intervention d’un tiers, notée sans effet : {qui}"
    if canal not in CanalContact.values or issue not in Contact.Issue.values:
        return "Contact avec la famille"
    return f"{CanalContact(canal).label} : {str(Contact.Issue(issue).label).lower()}"


def _note(ligne: Journal) -> str:
    return "Note effacée" if ligne.objet == "effacee" else "Note écrite"


def _lien(ligne: Journal) -> str:
    if ligne.objet == "leve":
        return "Un lien déclaré avec cette famille est levé"
    return "A déclaré un lien avec cette famille : ce dossier ne lui est plus ouvert"


def _situation(ligne: Journal) -> str:
    return _SITUATIONS.get(ligne.objet, "Situation partagée")


def _rapprochement(ligne: Journal) -> str:
    if ligne.details.get("demande_a"):
        return f"Même enfant que le dossier {ligne.objet} ? Question posée à {ligne.details['demande_a']}"
    if ligne.motif:
        return f"Ce n’est pas le même enfant que le dossier {ligne.objet}"
    return f"Un dossier ressemblant a été déposé à un autre guichet : {ligne.objet}"


def _protection(ligne: Journal) -> str:
    return _PROTECTIONS.get(ligne.objet, "Protection")


_PROTECTIONS = {
    "nommee": "Une personne est nommée sur ce dossier protégé",
    "retiree": "Une personne n’est plus nommée sur ce dossier protégé",
    "levee": "Protection levée",
}


def _fusion(ligne: Journal) -> str:
    sens = ligne.details.get("sens", "")
    if sens == "defaite":
        return f"Fusion défaite avec le dossier {ligne.objet}"
    if sens == "absorbe":
        return f"Même enfant : fusionné dans le dossier {ligne.objet}"
    return f"Même enfant : le dossier {ligne.objet} est fusionné dans celui-ci"


def _urgence(ligne: Journal) -> str:
    return _URGENCES.get(ligne.objet, "Admission en urgence")


_URGENCES = {
    EtatUrgence.DEMANDEE.value: "Admission en urgence demandée",
    EtatUrgence.ACCORDEE.value: "Admission en urgence accordée par la coordination",
    EtatUrgence.REFUSEE.value: "Admission en urgence refusée par la coordination",
}
_DIRE = {
    ActionJournal.URGENCE.value: _urgence,
    ActionJournal.DEPOT.value: _depot,
    ActionJournal.MODIFICATION.value: _modification,
    ActionJournal.ETAT.value: _etat,
    ActionJournal.COMMISSION.value: _commission,
    ActionJournal.PIECE.value: _piece,
    ActionJournal.COTATION.value: _cotation,
    ActionJournal.CONTACT.value: _contact,
    ActionJournal.ECHEANCE.value: _echeance,
    ActionJournal.RAPPROCHEMENT.value: _rapprochement,
    ActionJournal.FUSION.value: _fusion,
    ActionJournal.NOTE.value: _note,
    ActionJournal.LIEN.value: _lien,
    ActionJournal.SITUATION.value: _situation,
    ActionJournal.PROTECTION.value: _protection,
}
