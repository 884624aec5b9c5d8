"""The text of a letter, and the letters a page shows."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.db.models import QuerySet
from django.template.loader import render_to_string
from django.utils import timezone

from dossiers.acces import dossiers_nominatifs
from dossiers.models import Courrier, Dossier, Echeance, EtatPiece, LienParente, Responsable
from dossiers.queries.fiche import cotation_courante
from dossiers.queries.fiche_pieces import lignes_et_pieces, pieces_de
from dossiers.regles import destinataires as regles
from dossiers.regles import echeances
from dossiers.regles.pieces import PREUVES
from guichet.acces import Personne
from guichet.texte import date_avec_jour, date_longue, heure
from structures.queries import identite, reglages

PAR_LOT = 100
_RENOUVELER, _NAISSANCE = "à renouveler avant le {limite}", "naissance à nous confirmer avant le {limite}"
_AGE = "votre enfant atteint l’âge limite le {limite}"
OBJETS: Mapping[str, str] = {
    echeances.RENOUVELLEMENT_1: _RENOUVELER,
    echeances.RENOUVELLEMENT_2: f"dernier rappel, {_RENOUVELER}",
    echeances.PEREMPTION: "votre dossier a quitté la liste d’attente",
    echeances.NAISSANCE_1: _NAISSANCE,
    echeances.NAISSANCE_2: f"dernier rappel, {_NAISSANCE}",
    echeances.NAISSANCE_CLOTURE: "votre dossier a quitté la liste d’attente",
    echeances.AGE_1: _AGE,
    echeances.AGE_2: f"dernier rappel, {_AGE}",
    echeances.AGE_CLOTURE: "votre dossier a quitté la liste d’attente",
    echeances.PIECES_1: "il manque des pièces",
    echeances.PIECES_2: "dernier rappel, il manque des pièces",
    echeances.PIECES_CLOTURE: "votre dossier a quitté la liste d’attente",
    echeances.PIECE_VALIDITE: "une pièce à renouveler avant le {limite}",
    echeances.POINTS_NON_VERIFIES: "des pièces à montrer avant le {limite}",
}
SUJET = "Votre demande de place en crèche, dossier {numero} : "
# Read over a shoulder or in a shared mailbox, it tells nothing of the child nor of where to find it.
SUJET_DISCRET = "Votre démarche en mairie, dossier {numero} : "


@dataclass(frozen=True)
class Cadre:
    """What every letter of one night shares."""

    ville: str
    relais: str
    renouvellement: int
    restauration: int


def cadre_du(jour: date) -> Cadre:
    """What the letters of this day say of the city and of its delays."""
    valeurs = reglages("relais_contact", "renouvellement", "restauration", le=jour)
    return Cadre(
        identite().nom, valeurs["relais_contact"], valeurs["renouvellement"], valeurs["restauration"]
    )


@dataclass(frozen=True)
class PieceVoulue:
    libelle: str
    equivalents: Sequence[str]
    points: int = 0
    fin: date | None = None


@dataclass(frozen=True)
class Lettre:
    """What one adult is told."""

    objet: str
    corps: str
    pieces: Sequence[PieceVoulue] = field(default=())


def adultes_de(dossier: Dossier) -> list[tuple[regles.Adulte, Responsable]]:
    """The responsables of the household, as the rule of addressees reads them: one query."""
    return [
        (
            regles.Adulte(
                r.pk,
                r.rang,
                r.ecarte,
                r.autorite_parentale,
                r.courriel,
                " ".join(adresse_postale(r)).casefold(),
            ),
            r,
        )
        for r in Responsable.objects.filter(famille=dossier.famille_id).order_by("rang")
    ]


def adresse_postale(responsable: Responsable) -> list[str]:
    """The lines under the name, on an envelope."""
    lieu = f"{responsable.code_postal} {responsable.commune}".strip()
    return [ligne for ligne in (responsable.adresse, responsable.complement, lieu) if ligne]


def pieces_voulues(dossier: Dossier, nature: str, *, reference: date, le: date) -> list[PieceVoulue]:
    """The documents this letter asks for."""
    if nature == echeances.PIECE_VALIDITE:
        finissantes = [p for p in pieces_de(dossier) if p.valide_jusqu_au == reference]
        return [_piece(p.code, fin=reference) for p in finissantes if p.etat == EtatPiece.VUE]
    if nature in echeances.PIECES or nature == echeances.POINTS_NON_VERIFIES:
        _, pieces = lignes_et_pieces(dossier, cotation_courante(dossier), le=le)
        comptees = nature == echeances.POINTS_NON_VERIFIES
        return [
            _piece(p.code, points=p.points)
            for p in pieces
            if not p.vue and (p.obligatoire or (comptees and p.points > 0))
        ]
    return []


def _piece(code: str, **suite: Any) -> PieceVoulue:
    preuve = PREUVES.get(code)
    return (
        PieceVoulue(preuve.libelle, preuve.equivalents, **suite) if preuve else PieceVoulue(code, (), **suite)
    )


def lettre(
    dossier: Dossier,
    nature: str,
    responsable: Responsable,
    *,
    cadre: Cadre,
    limite: datetime | None,
    pieces: Sequence[PieceVoulue],
    le: date,
) -> Lettre:
    """The letter of this nature; `dossier` comes with its child, household and mairie.

    A protected family's names neither the child, the mairie nor the structures.
    """
    discret = dossier.protege
    sujet = (SUJET_DISCRET if discret else SUJET).format(numero=dossier.numero)
    dite = OBJETS[nature].format(limite=date_longue(timezone.localdate(limite)) if limite else "")
    contexte = {
        "dossier": dossier,
        "enfant": dossier.enfant,
        "mairie": dossier.mairie,
        "discret": discret,
        "institution": responsable.lien == LienParente.INSTITUTION,
        "avant_le": f"{date_avec_jour(timezone.localdate(limite))} à {heure(timezone.localtime(limite))}"
        if limite
        else "",
        "pieces": pieces,
        "cadre": cadre,
        "jour_dit": date_longue(le),
        "jour_limite": date_longue(timezone.localdate(limite)) if limite else "",
    }
    corps = render_to_string(f"courriels/{nature}.txt", contexte)
    # Conditions leave empty lines behind them.
    lignes = [ligne.rstrip() for ligne in corps.strip().split("\n")]
    serrees = [ligne for i, ligne in enumerate(lignes) if ligne or (i and lignes[i - 1])]
    return Lettre(sujet + dite, "\n".join(serrees) + "\n", pieces)


def decision_discrete(dossier: Dossier) -> tuple[str, str]:
    """What a family protected since is told of the commission's answer: to come and hear it."""
    objet = SUJET_DISCRET.format(numero=dossier.numero) + "une réponse vous attend"
    corps = render_to_string("courriels/decision_discrete.txt", {"dossier": dossier})
    return objet, corps.strip() + "\n"


def blocs(corps: str) -> list[tuple[str, list[str]]]:
    """The text of a letter as ("p", lines) and ("ul", items), for a page or a sheet."""
    lus: list[tuple[str, list[str]]] = []
    for ligne in corps.split("\n"):
        puce = ligne.startswith("- ")
        sorte = "ul" if puce else "p"
        if not ligne:
            lus.append(("", []))
        elif lus and lus[-1][0] == sorte:
            lus[-1][1].append(ligne.removeprefix("- "))
        else:
            lus.append((sorte, [ligne.removeprefix("- ")]))
    return [(sorte, lignes) for sorte, lignes in lus if lignes]


def a_imprimer(qui: Personne) -> QuerySet[Courrier]:
    """The paper letters waiting at my counters; the city's for the coordination, protected ones left out."""
    if qui.mairies:
        siens = Courrier.objects.filter(mairie__in=qui.mairies)
    else:
        siens = Courrier.objects.filter(dossier__in=dossiers_nominatifs(qui))
    return (
        siens.a_imprimer()
        .exclude(dossier__famille__in=qui.familles_liees)
        .select_related("dossier__enfant", "dossier__famille", "mairie")
        .order_by("prepare_le", "pk")
    )


def courriers_de(dossier: Dossier) -> list[Courrier]:
    """Every letter of a dossier, the latest first."""
    return list(dossier.courriers.select_related("par", "mairie").order_by("-prepare_le", "-pk"))


def echeances_de(dossier: Dossier) -> list[Echeance]:
    """The acts to come of a dossier, the nearest first."""
    return list(dossier.echeances.ouvertes().order_by("due_le", "pk"))
