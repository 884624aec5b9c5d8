"""The one search box: a number, a name spelt badly, a telephone or a CAF number, within one's rights."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from django.contrib.postgres.search import TrigramSimilarity, TrigramWordSimilarity
from django.db.models import Max, Q, QuerySet
from django.db.models.functions import Greatest

from dossiers.acces import dossiers_nominatifs, dossiers_visibles
from dossiers.models import Dossier, EtatDossier
from guichet.acces import Personne
from structures.queries import reglage
from structures.regles.texte import cle, sans_accents

LIMITE = 20
PREMIERE_ANNEE = 2000
# Digits typed at least before a telephone's end or a CAF number's start is looked for.
CHIFFRES = 4
# Under so many letters, only a whole name is looked for.
LETTRES = 3


@dataclass(frozen=True)
class Trouvaille:
    """A dossier and by what it was found; `nommee` when its identity may be shown."""

    dossier: Dossier
    par: str
    nommee: bool = True


@dataclass(frozen=True)
class Resultats:
    """`exact` is the dossier whose whole number was typed: it opens at once."""

    q: str
    trouvailles: list[Trouvaille] = field(default_factory=list)
    exact: str = ""
    trop_court: bool = False


def chercher(q: str, *, qui: Personne, limite: int = LIMITE) -> Resultats:
    """What this person may find, the surest first, in at most twelve queries."""
    q = " ".join(q.split())[:120]
    if len(re.sub(r"[^0-9a-z]", "", sans_accents(q))) < 2:
        return Resultats(q, trop_court=bool(q))
    nominatifs = dossiers_nominatifs(qui, partage_identites=reglage("partage_identites", le=qui.jour))
    nominatifs = nominatifs.exclude(etat=EtatDossier.ANONYMISE)
    trouves: dict[int, Trouvaille] = {}
    numeros = numeros_possibles(q, annee=qui.jour.year)
    if numeros:
        connus = dossiers_visibles(qui).filter(numero__in=numeros)
        if len(numeros) == 1 and connus.exists():
            return Resultats(q, exact=numeros[0])
        lus = _lire(connus, limite)
        nommes = nominatifs.filter(pk__in=[d.pk for d in lus]).values_list("pk", flat=True)
        _ranger(trouves, lus, "numéro", nominatifs=set(nommes))
    _ranger(trouves, _par_chiffres(q, nominatifs, limite), "")
    if cle(q) and not re.search(r"\d", q):
        _ranger(trouves, _par_nom(q, nominatifs, limite), "nom")
    return Resultats(q, list(trouves.values())[:limite])


def numeros_possibles(q: str, *, annee: int) -> list[str]:
    """« 2026-000218 », « 2026 218 », « n° 218 »: the numbers meant; one only when it is written whole."""
    texte = re.sub(r"^(dossier|n°|nº|no|n)\s*", "", q.lower().strip())
    if entier := re.fullmatch(r"(\d{4})\s*[-/ ]\s*(\d{1,7})", texte):
        return [f"{entier[1]}-{int(entier[2]):06d}"]
    if re.fullmatch(r"\d{10}", texte) and PREMIERE_ANNEE <= int(texte[:4]) <= annee + 1:
        return [f"{texte[:4]}-{texte[4:]}"]
    if re.fullmatch(r"\d{1,6}", texte):
        return [f"{a}-{int(texte):06d}" for a in range(annee + 1, PREMIERE_ANNEE - 1, -1)]
    return []


def _par_chiffres(q: str, dossiers: QuerySet[Dossier], limite: int) -> list[tuple[Dossier, str]]:
    """A telephone (whole or its end), a CAF number (its start), a former number (a part of it)."""
    chiffres = re.sub(r"\D", "", q)
    lus: list[tuple[Dossier, str]] = []
    if len(chiffres) >= CHIFFRES and not re.search(r"[a-z]", sans_accents(q)):
        fin = re.sub(r"^(00)?33(?=\d{9}$)", "", chiffres) if len(chiffres) > 10 else chiffres
        au_bout = Q(famille__responsables__telephone_cle__endswith=fin) | Q(
            famille__responsables__telephone_2_cle__endswith=fin
        )
        lus += [(d, "téléphone") for d in _lire(dossiers.filter(au_bout), limite)]
        caf = dossiers.filter(famille__numero_allocataire__startswith=chiffres)
        lus += [(d, "numéro d’allocataire") for d in _lire(caf, limite)]
    if chiffres and len(q) >= 3:
        anciens = dossiers.filter(numero_origine__icontains=q)
        lus += [(d, "ancien numéro") for d in _lire(anciens, limite)]
    return lus


def _par_nom(q: str, dossiers: QuerySet[Dossier], limite: int) -> list[tuple[Dossier, str]]:
    """The child's name or a responsable's, whatever the accents, the order or a slip of the keyboard.

    One word is looked for inside the names; when none holds it, and for several words, whole names are
    compared, which forgives more and costs more.
    """
    mots = " ".join(m for mot in re.split(r"[\s,;]+", q) if (m := cle(mot)))
    if len(mots) < LETTRES:
        return _noms(dossiers, "startswith", f"{mots} ", limite)
    if " " not in mots and (lus := _noms(dossiers, "trigram_word_similar", mots, limite)):
        return lus
    return _noms(dossiers, "trigram_similar", mots, limite)


def _noms(dossiers: QuerySet[Dossier], comment: str, mots: str, limite: int) -> list[tuple[Dossier, str]]:
    lus: list[tuple[float, Dossier, str]] = []
    for chemin, libelle in (("enfant", "enfant"), ("famille__responsables", "")):
        champ = f"{chemin}__cle_identite"
        note = Greatest(TrigramSimilarity(champ, mots), TrigramWordSimilarity(mots, champ))
        notes = (
            dossiers.filter(**{f"{champ}__{comment}": mots})
            .order_by()
            .values("pk")
            .annotate(note=Max(note))
            .order_by("-note", "-pk")[:limite]
        )
        rang = {ligne["pk"]: ligne["note"] for ligne in notes}
        dossiers_lus = Dossier.objects.filter(pk__in=rang).prefetch_related("famille__responsables")
        lus += [(rang[d.pk], d, libelle or _adultes(d)) for d in _lire(dossiers_lus, limite)]
    lus.sort(key=lambda ligne: (-ligne[0], not ligne[1].en_attente, -ligne[1].pk))
    return [(d, libelle) for _, d, libelle in lus]


def _adultes(dossier: Dossier) -> str:
    """« responsable, Maud Ferrand et Sami Haddad »: the name that was looked for must be seen."""
    return f"responsable, {' et '.join(str(r) for r in dossier.famille.responsables.all())}"


def _lire(dossiers: QuerySet[Dossier], limite: int) -> list[Dossier]:
    lus = dossiers.select_related("enfant", "mairie", "famille").order_by("-pk")
    return list(lus.distinct()[:limite])


def _ranger(
    trouves: dict[int, Trouvaille],
    lus: Iterable[Dossier | tuple[Dossier, str]],
    par: str,
    *,
    nominatifs: set[int] | None = None,
) -> None:
    """Keep each dossier once, under the first reason it was found for."""
    for lu in lus:
        dossier, raison = lu if isinstance(lu, tuple) else (lu, par)
        nommee = nominatifs is None or dossier.pk in nominatifs
        trouves.setdefault(dossier.pk, Trouvaille(dossier, raison, nommee))
