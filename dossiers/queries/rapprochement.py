"""Children already known who look like the one being typed: SQL narrows, the pure rule decides."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from django.contrib.postgres.search import TrigramSimilarity
from django.db.models import Q, QuerySet

from dossiers.acces import GUICHET, regard
from dossiers.models import Dossier, Enfant, EtatDossier, Famille, MotifCloture
from dossiers.regles.rapprochement import ECART_TERME, Identite, Ressemblance, ressemblance
from guichet.acces import Personne
from structures.regles.texte import cle, telephone_normalise

# Share of common trigrams under which two names are not even compared; low on the same day, so that two
# spellings of one sound meet.
SEUIL, SEUIL_MEME_DATE = 0.3, 0.12
# A date typed for want of the true one (1 January) may hold thousands: the likest names only are compared.
PLAFOND = 60


@dataclass(frozen=True)
class Rapproche:
    """A dossier that may be for the same child, and why."""

    dossier: Dossier
    ressemblance: Ressemblance


def rapprochements_possibles(
    identite: Identite, *, qui: Personne, sauf: Dossier | None = None, limite: int = 5
) -> list[Rapproche]:
    """The look-alikes this person may be shown, the surest first.

    Another counter's protected dossier is never among them: see `rapprochements_caches`.
    """
    if not qui.est(*GUICHET):
        return []
    visibles = [r for r in _trouver(identite, sauf) if not regard(qui, r.dossier, ()).protege]
    return visibles[:limite]


def rapprochements_caches(
    identite: Identite, *, qui: Personne, sauf: Dossier | None = None
) -> list[Rapproche]:
    """The look-alikes this person must not be shown: protected at another counter, for the coordination."""
    return [r for r in _trouver(identite, sauf) if regard(qui, r.dossier, ()).protege]


def identite_de(enfant: Enfant) -> Identite:
    """What a comparison knows of a saved child; reads the family and its responsables."""
    famille = enfant.famille
    adultes = [r for r in famille.responsables.all() if not r.ecarte or r.autorite_parentale]
    return Identite(
        nom=enfant.nom,
        prenom=enfant.prenom,
        naissance=enfant.date_naissance,
        terme=enfant.date_prevue_naissance,
        responsables=tuple((r.nom, r.prenom) for r in adultes),
        telephones=tuple(t for r in adultes for t in (r.telephone, r.telephone_2) if t),
        numero_caf=famille.numero_allocataire,
        multiple=enfant.groupe_id is not None,
        groupe=enfant.groupe_id,
        foyer=enfant.famille_id,
    )


def _trouver(identite: Identite, sauf: Dossier | None) -> list[Rapproche]:
    trouves = []
    for dossier in candidats(identite):
        if sauf is not None and (dossier.pk == sauf.pk or dossier.enfant_id == sauf.enfant_id):
            continue
        if raison := ressemblance(identite, identite_de(dossier.enfant)):
            trouves.append(Rapproche(dossier, raison))
    return sorted(trouves, key=lambda r: (not r.ressemblance.forte, not r.dossier.en_attente, r.dossier.pk))


def candidats(identite: Identite) -> list[Dossier]:
    """The dossiers worth comparing, in at most four queries that all walk an index.

    The rule never accepts two dates that disagree, so every branch is bounded by the date: exact or
    swapped when the names share anything; one digit away or near the expected day, which the rule accepts
    only from the same family: when the name looks alike if the responsables are known, or when the
    telephone or the CAF number is the same. By name, the `PLAFOND` likest of each branch are kept.
    """
    jour = identite.naissance or identite.terme
    if jour is None or not cle(identite.nom):
        return []
    proches = [Q(naissance__range=(jour - timedelta(ECART_TERME), jour + timedelta(ECART_TERME)))]
    if identite.naissance:
        proches[0] &= Q(date_naissance__isnull=True)
        proches.append(Q(naissance__in=_dates_a_un_chiffre(jour)))
    memes_dates = Q(naissance__in={jour, _jour_mois_inverses(jour)})
    # One SELECT per index. The date is walked first and the likeness computed on what is left: four times
    # faster than the trigram index, whose many near misses must each be read again.
    branches = [_ressemblants(identite, memes_dates, SEUIL_MEME_DATE)]
    if identite.responsables:
        branches += [_ressemblants(identite, dates, SEUIL) for dates in proches]
    if familles := _familles(identite):
        branches += [
            Enfant.objects.filter(dates, famille__in=familles).values_list("pk", flat=True)
            for dates in (memes_dates, *proches)
        ]
    premiere, *autres = branches
    return list(
        Dossier.objects.exclude(etat=EtatDossier.ANONYMISE)
        .exclude(motif_cloture=MotifCloture.DOUBLON)
        .filter(enfant__in=list(premiere.union(*autres)))
        .select_related("famille", "mairie", "enfant__famille")
        .prefetch_related("enfant__famille__responsables")
    )


def _ressemblants(identite: Identite, dates: Q, seuil: float) -> QuerySet[Enfant, int]:
    likeness = TrigramSimilarity("cle_identite", cle_identite(identite))
    proches = Enfant.objects.alias(likeness=likeness).filter(dates, likeness__gte=seuil)
    return proches.order_by("-likeness", "pk").values_list("pk", flat=True)[:PLAFOND]


def cle_identite(identite: Identite) -> str:
    """The same key as `Enfant.cle_identite`, of what is being typed."""
    return f"{cle(identite.nom)} {cle(identite.prenom)}".strip()


def _familles(identite: Identite) -> list[int]:
    """Ids of the families sharing a telephone or a CAF number: a few, by index."""
    telephones = [t for texte in identite.telephones if (t := telephone_normalise(texte))]
    partages = [
        Famille.objects.filter(responsables__telephone_cle__in=telephones),
        Famille.objects.filter(responsables__telephone_2_cle__in=telephones),
    ]
    requetes = partages if telephones else []
    if identite.numero_caf:
        requetes.append(Famille.objects.filter(numero_allocataire=identite.numero_caf))
    if not requetes:
        return []
    premiere, *autres = [r.order_by().values_list("pk", flat=True) for r in requetes]
    return list(premiere.union(*autres)[:50])


def _jour_mois_inverses(jour: date) -> date:
    return jour.replace(month=jour.day, day=jour.month) if jour.day <= 12 else jour


def _dates_a_un_chiffre(jour: date) -> set[date]:
    """The dates one mistyped digit away, in the decade: a child of the desk is under six."""
    ecrit = f"{jour:%Y%m%d}"
    variantes = (
        ecrit[:rang] + chiffre + ecrit[rang + 1 :] for rang in range(3, 8) for chiffre in "0123456789"
    )
    return set(_dates_valides(variantes))


def _dates_valides(ecrites: Iterable[str]) -> Iterable[date]:
    for ecrit in ecrites:
        try:
            yield date.fromisoformat(f"{ecrit[:4]}-{ecrit[4:6]}-{ecrit[6:]}")
        except ValueError:
            continue
