"""What the minutes say of a séance, read from its decisions: no name of a family is in them."""

from collections.abc import Collection
from typing import Any

from django.db.models import Q
from django.utils import timezone

from commissions.models import Decision, PassageVoeu, Presence, Seance, SensDecision
from commissions.queries.candidats import places_de
from commissions.queries.quorum import presences_de, quorum_de
from commissions.queries.urgences import urgences_depuis
from commissions.regles.proces_verbal import VERSION, Contenu
from dossiers.models import Lien
from structures.regles.semaine import texte_semaine


def contenu_de(seance: Seance) -> Contenu:
    """The minutes as they stand; the presidence fixes them as they are read here."""
    presences = presences_de(seance)
    le = timezone.localdate(seance.ouverte_le or seance.tenue_prevue_le)
    quorum = quorum_de(presences, le=le)
    return {
        "version": VERSION,
        "seance": {
            "intitule": seance.intitule,
            "lieu": seance.lieu,
            "date_effet": seance.date_effet.isoformat(),
            "ouverte_le": seance.ouverte_le.isoformat() if seance.ouverte_le else "",
            "tenue_le": seance.tenue_le.isoformat() if seance.tenue_le else "",
            "grille": seance.grille.nom if seance.grille else "",
            "liste": seance.empreinte,
        },
        "membres": [_membre(p) for p in presences],
        "quorum": {
            "appeles": quorum.appeles,
            "presents": quorum.presents,
            "requis": quorum.requis,
            "atteint": quorum.atteint,
            "sans_quorum": seance.get_sans_quorum_display() if seance.sans_quorum else "",
        },
        "sections": _sections(seance),
        "deports": _deports(seance),
        "urgences": urgences_depuis(seance),
    }


def passages_masques(
    seance: Seance, familles_liees: Collection[int]
) -> tuple[frozenset[int], frozenset[int]]:
    """The passages a reader stepped aside from, and those protected by now."""
    deports = seance.passages.filter(dossier__famille__in=familles_liees).values_list("pk", flat=True)
    reserves = seance.passages.filter(Q(protege=True) | Q(dossier__famille__protegee=True))
    return frozenset(deports), frozenset(reserves.values_list("pk", flat=True))


def _membre(presence: Presence) -> dict[str, str]:
    statut = "présent" if presence.present else "excusé" if presence.excuse else "absent"
    mandat = str(presence.mandat_a.agent) if presence.mandat_a else ""
    return {
        "nom": str(presence.agent),
        "qualite": presence.get_qualite_display(),
        "statut": statut,
        "mandat": mandat,
    }


def _sections(seance: Seance) -> list[dict[str, Any]]:
    lues = (
        PassageVoeu.objects.filter(passage__seance=seance)
        .select_related("passage__decision__section__structure", "passage__dossier__famille", "a_discuter")
        .defer("passage__lignes", "passage__dossier__faits", "passage__dossier__famille__faits")
        .order_by("section_id", "rang")
    )
    par_section: dict[int, list[dict[str, Any]]] = {}
    for voeu in lues:
        par_section.setdefault(voeu.section_id, []).append(_ligne(voeu))
    return [
        {
            "section": str(place.section),
            "places": list(place.places),
            "lignes": par_section.get(place.section_id, []),
        }
        for place in places_de(seance)
    ]


def _ligne(voeu: PassageVoeu) -> dict[str, Any]:
    """One line; a protected dossier has neither order number nor another structure."""
    passage = voeu.passage
    decision: Decision | None = getattr(passage, "decision", None)
    reservee = passage.protege or passage.dossier.famille.protegee
    ligne: dict[str, Any] = {
        "passage": passage.pk,
        "rang": voeu.rang,
        "ordre": "" if reservee else passage.numero_ordre,
        "points": voeu.verifie,
        "semaine": list(passage.demi_journees),
        "avis": _avis(voeu, decision, reservee=reservee),
        "motif": "",
        "ecart": "",
        "jours": "",
    }
    if decision is not None and decision.section_id in (None, voeu.section_id):
        ligne["motif"] = decision.get_motif_display() if decision.motif else ""
        ligne["ecart"] = decision.get_ecart_display() if decision.ecart else ""
        ligne["jours"] = texte_semaine(decision.demi_journees) if decision.demi_journees else ""
    return ligne


def _avis(voeu: PassageVoeu, decision: Decision | None, *, reservee: bool) -> str:
    if decision is None:
        return "sans avis"
    if decision.section_id in (None, voeu.section_id):
        if decision.sens == SensDecision.LISTE_COMPLEMENTAIRE and decision.rang_complementaire:
            return f"liste complémentaire, n°\u00a0{decision.rang_complementaire}"
        return {
            SensDecision.ADMIS: "admis",
            SensDecision.LISTE_COMPLEMENTAIRE: "liste complémentaire",
            SensDecision.AJOURNE: "ajourné",
            SensDecision.NON_RETENU: "non retenu",
        }[SensDecision(decision.sens)]
    return "avis donné" if reservee or decision.choix is None else f"avis donné au choix {decision.choix}"


def _deports(seance: Seance) -> list[dict[str, Any]]:
    """Who stepped aside, and from which line: a protected one is not numbered."""
    fin = seance.tenue_le or timezone.now()
    liens = (
        Lien.objects.filter(
            Q(leve_le__isnull=True) | Q(leve_le__gt=fin),
            agent__presences__seance=seance,
            famille__dossiers__passages__seance=seance,
            declare_le__lte=fin,
        )
        .select_related("agent", "famille")
        .distinct()
        .order_by("agent__nom", "pk")
    )
    lignes = []
    for lien in liens:
        siens = seance.passages.filter(dossier__famille=lien.famille_id).order_by("numero_ordre")
        lignes += [
            {
                "membre": str(lien.agent),
                "ordre": "" if lien.famille.protegee or p.protege else p.numero_ordre,
                "passage": p.pk,
            }
            for p in siens
        ]
    return lignes
