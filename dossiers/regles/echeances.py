"""The delays of a dossier: which acts each brings, on which day, and until when the family can answer.

A delay is a series of acts that share a reference (the day it began) and a limit (the last day to answer,
at 18 h on a working day). Nothing here reads a clock: the day looked at is an argument, and a setting is
asked for the day the delay began.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from dossiers.regles import cycle
from structures.regles.ages import ajouter_mois
from structures.regles.jours import jour_ouvre

RENOUVELLEMENT_1, RENOUVELLEMENT_2, PEREMPTION = "renouvellement_1", "renouvellement_2", "peremption"
NAISSANCE_1, NAISSANCE_2, NAISSANCE_CLOTURE = "naissance_1", "naissance_2", "naissance_cloture"
PIECES_1, PIECES_2, PIECES_CLOTURE = "pieces_1", "pieces_2", "pieces_cloture"
AGE_1, AGE_2, AGE_CLOTURE = "age_1", "age_2", "age_cloture"
PIECE_VALIDITE = "piece_validite"
POINTS_NON_VERIFIES = "points_non_verifies"
FIN_SUSPENSION = "fin_suspension"
SILENCE = "silence"

RENOUVELLEMENT = (RENOUVELLEMENT_1, RENOUVELLEMENT_2, PEREMPTION)
NAISSANCE = (NAISSANCE_1, NAISSANCE_2, NAISSANCE_CLOTURE)
PIECES = (PIECES_1, PIECES_2, PIECES_CLOTURE)
AGE = (AGE_1, AGE_2, AGE_CLOTURE)
SUITES = (RENOUVELLEMENT, NAISSANCE, PIECES, AGE)
CLOTURES = frozenset({PEREMPTION, NAISSANCE_CLOTURE, PIECES_CLOTURE, AGE_CLOTURE})
# What the software does by itself to the state: action of the table, reason.
GESTES = {
    PEREMPTION: ("perimer", ""),
    NAISSANCE_CLOTURE: ("clore_sans_naissance", ""),
    PIECES_CLOTURE: ("clore", "sans_reponse"),
    AGE_CLOTURE: ("clore_age", ""),
    FIN_SUSPENSION: ("reactiver", ""),
}
SANS_LETTRE = frozenset({FIN_SUSPENSION, SILENCE})
LIBELLES = {
    RENOUVELLEMENT_1: "Renouvellement, premier avertissement",
    RENOUVELLEMENT_2: "Renouvellement, second avertissement",
    PEREMPTION: "Clôture, dossier non renouvelé",
    NAISSANCE_1: "Naissance à prouver, premier avertissement",
    NAISSANCE_2: "Naissance à prouver, second avertissement",
    NAISSANCE_CLOTURE: "Clôture, naissance non prouvée",
    PIECES_1: "Pièces manquantes, premier rappel",
    PIECES_2: "Pièces manquantes, second rappel",
    PIECES_CLOTURE: "Clôture, pièces jamais apportées",
    AGE_1: "Limite d’âge, premier avertissement",
    AGE_2: "Limite d’âge, second avertissement",
    AGE_CLOTURE: "Clôture, limite d’âge",
    PIECE_VALIDITE: "Pièce bientôt périmée",
    POINTS_NON_VERIFIES: "Points à vérifier avant une commission",
    FIN_SUSPENSION: "Fin de la suspension",
    SILENCE: "Réponse due avant le terme légal",
}
# The states a delay runs in; in the others it waits (a place is proposed) or is void.
_COURT = frozenset({cycle.INCOMPLET, cycle.ACTIF})
# (setting, day) -> its value that day.
Valeur = Callable[[str, date], int]


@dataclass(frozen=True)
class Acte:
    """One act: due from the night of `du_le` on; `limite_le` is the day told to the family."""

    nature: str
    reference: date
    du_le: date
    limite_le: date | None = None


@dataclass(frozen=True)
class Situation:
    """What the delays read of a dossier; `revenu_le` is the last day it came back on the list or reopened."""

    etat: str
    depose_le: date
    complet_le: date | None = None
    renouvele_le: date | None = None
    a_renouveler_le: date | None = None
    naissance_prevue_le: date | None = None
    ne: bool = True
    ne_le: date | None = None
    revenu_le: date | None = None
    suspendu_jusqu_au: date | None = None
    validites: tuple[date, ...] = ()
    points_a_verifier: bool = False

    def depuis(self, jour: date) -> date:
        """Un délai repart du jour où le dossier est revenu, s’il a commencé avant."""
        return max(jour, self.revenu_le) if self.revenu_le else jour


def terme_renouvellement(jour: date, mois: int) -> date:
    """Le renouvellement tombe tant de mois plus tard, un jour où les guichets sont ouverts."""
    return jour_ouvre(ajouter_mois(jour, mois))


def renouvellement(situation: Situation, valeur: Valeur) -> tuple[Acte, ...]:
    """Deux avertissements avant le terme du renouvellement, puis le dossier quitte la liste."""
    terme = situation.a_renouveler_le
    if terme is None:
        return ()
    debut = situation.depuis(situation.renouvele_le or situation.depose_le)
    return _avant_terme(RENOUVELLEMENT, debut, terme, valeur, "renouvellement_avertissement")


def naissance(situation: Situation, valeur: Valeur) -> tuple[Acte, ...]:
    """La naissance se prouve dans les mois qui suivent le terme : deux avertissements, puis la clôture."""
    prevue = situation.naissance_prevue_le
    if situation.ne or prevue is None:
        return ()
    debut = situation.depuis(prevue)
    terme = ajouter_mois(prevue, valeur("preuve_naissance", debut))
    return _avant_terme(NAISSANCE, debut, terme, valeur, "naissance_avertissement")


def age(situation: Situation, valeur: Valeur) -> tuple[Acte, ...]:
    """L’enfant qui atteint l’âge limite quitte la liste : deux avertissements, puis la clôture.

    The limit is the setting of the day the request was deposited, or came back.
    """
    if situation.ne_le is None:
        return ()
    debut = situation.depuis(situation.ne_le)
    depot = situation.depuis(situation.depose_le)
    terme = ajouter_mois(situation.ne_le, valeur("limite_age", depot))
    return _avant_terme(AGE, debut, terme, valeur, "age_avertissement", reglages_du=depot)


def pieces(situation: Situation, valeur: Valeur) -> tuple[Acte, ...]:
    """Deux rappels après le dépôt d’un dossier incomplet ; la clôture n’existe que si la ville l’a votée."""
    if situation.etat != cycle.INCOMPLET:
        return ()
    debut = situation.depuis(situation.depose_le)
    jours = sorted(valeur(f"pieces_rappel_{n}", debut) for n in (1, 2))
    rappels = [debut + timedelta(days=n) for n in jours]
    limite = None
    if fin := valeur("pieces_cloture", debut):
        limite = jour_ouvre(max(debut + timedelta(days=fin), rappels[1] + timedelta(days=1)))
    actes = [Acte(nature, debut, le, limite) for nature, le in zip(PIECES[:2], rappels, strict=True)]
    if limite:
        actes.append(Acte(PIECES_CLOTURE, debut, _lendemain(limite), limite))
    return tuple(actes)


def validite(situation: Situation, valeur: Valeur) -> tuple[Acte, ...]:
    """Une pièce dont la validité finit est redemandée un peu avant, une lettre par jour de fin."""
    preavis = {jour: timedelta(days=valeur("piece_validite_preavis", jour)) for jour in situation.validites}
    return tuple(Acte(PIECE_VALIDITE, jour, jour - avant, jour) for jour, avant in sorted(preavis.items()))


def fin_de_suspension(situation: Situation) -> tuple[Acte, ...]:
    """Une suspension qui porte son dernier jour finit le lendemain."""
    fin = situation.suspendu_jusqu_au
    return (Acte(FIN_SUSPENSION, fin, _lendemain(fin)),) if fin else ()


def avant_gel(cloture_le: date, preavis: int) -> Acte:
    """Les points non vérifiés se disent à la famille quelque temps avant que la liste soit figée."""
    return Acte(POINTS_NON_VERIFIES, cloture_le, cloture_le - timedelta(days=preavis), cloture_le)


def silence(complet_le: date, valeur: Valeur) -> Acte:
    """Sans réponse écrite, la coordination est alertée avant que le silence vaille rejet."""
    terme = ajouter_mois(complet_le, valeur("silence_mois", complet_le))
    return Acte(SILENCE, complet_le, complet_le + timedelta(days=valeur("silence_alerte", complet_le)), terme)


def repousser(acte: Acte, retard: timedelta) -> Acte:
    """Un avertissement parti en retard repousse la suite d’autant : personne n’est clos sans préavis."""
    if retard <= timedelta(0):
        return acte
    limite = jour_ouvre(acte.limite_le + retard) if acte.limite_le else None
    du_le = _lendemain(limite) if limite and acte.nature in CLOTURES else acte.du_le + retard
    return replace(acte, du_le=du_le, limite_le=limite)


def vivant(acte: Acte, situation: Situation, jour: date) -> bool:
    """Vrai tant que ce qui a fait naître l’acte dure : ni renouvelé, ni né, ni complet, ni clos."""
    if acte.nature == FIN_SUSPENSION:
        return situation.etat == cycle.SUSPENDU and situation.suspendu_jusqu_au == acte.reference
    if acte.nature in RENOUVELLEMENT:
        debut = situation.depuis(situation.renouvele_le or situation.depose_le)
        return _en_cours(situation) and acte.reference == debut
    if acte.nature in NAISSANCE:
        prevue = situation.naissance_prevue_le
        attendu = not situation.ne and prevue is not None
        return _en_cours(situation) and attendu and acte.reference == situation.depuis(prevue or jour)
    if acte.nature in AGE:
        ne_le = situation.ne_le
        return _en_cours(situation) and ne_le is not None and acte.reference == situation.depuis(ne_le)
    if acte.nature in PIECES:
        return situation.etat == cycle.INCOMPLET and acte.reference == situation.depuis(situation.depose_le)
    if acte.nature == PIECE_VALIDITE:
        return _en_cours(situation) and acte.reference in situation.validites
    return (
        situation.etat in _COURT
        and situation.points_a_verifier
        and (acte.limite_le is None or jour <= acte.limite_le)
    )


def en_suspens(acte: Acte, situation: Situation) -> bool:
    """Vrai quand l’acte attend : une place est proposée, ou la famille a demandé une pause."""
    return acte.nature != FIN_SUSPENSION and situation.etat not in _COURT


def precedents(nature: str) -> Sequence[str]:
    """Les actes de la même suite qui doivent être passés avant celui-ci."""
    for suite in SUITES:
        if nature in suite:
            return suite[: suite.index(nature)]
    return ()


def suivants(nature: str) -> Sequence[str]:
    """Les actes de la même suite qui viennent après celui-ci."""
    for suite in SUITES:
        if nature in suite:
            return suite[suite.index(nature) + 1 :]
    return ()


def _avant_terme(
    natures: tuple[str, str, str],
    debut: date,
    terme: date,
    valeur: Valeur,
    cle: str,
    *,
    reglages_du: date | None = None,
) -> tuple[Acte, ...]:
    premier, second = sorted((valeur(f"{cle}_{n}", reglages_du or debut) for n in (1, 2)), reverse=True)
    # A delay that begins late (a dossier restored) still leaves the whole notice.
    limite = jour_ouvre(max(terme, debut + timedelta(days=premier)))
    return (
        Acte(natures[0], debut, limite - timedelta(days=premier), limite),
        Acte(natures[1], debut, limite - timedelta(days=second), limite),
        Acte(natures[2], debut, _lendemain(limite), limite),
    )


def _en_cours(situation: Situation) -> bool:
    """Neither closed nor placed: the delay runs, or waits."""
    return situation.etat in cycle.EN_ATTENTE or situation.etat == cycle.SUSPENDU


def _lendemain(jour: date) -> date:
    return jour + timedelta(days=1)
