"""Which lines share a household, and which must be protected because another one is."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from dossiers.regles.rapprochement import Identite, ressemblance
from structures.regles.texte import cle, cle_mots, telephone_normalise

from .empreintes import identite_de
from .lignes import LigneDossier


def adultes(identite: Identite) -> tuple[str, ...]:
    """Les responsables d’un foyer, dans un ordre qui ne dépend pas de la saisie."""
    return tuple(sorted(f"{cle(nom)} {cle(prenom)}".strip() for nom, prenom in identite.responsables))


def attaches(identite: Identite) -> set[str]:
    """Le téléphone et le numéro CAF qui rendent un foyer certain."""
    liens = {f"t{t}" for x in identite.telephones if (t := telephone_normalise(x))}
    return liens | ({f"c{identite.numero_caf}"} if identite.numero_caf else set())


def meme_foyer(a: Identite, b: Identite) -> bool:
    """Vrai si le foyer est certain : les mêmes responsables, et un téléphone ou un numéro CAF en commun."""
    return bool(a.responsables) and adultes(a) == adultes(b) and bool(attaches(a) & attaches(b))


def faits_du_foyer(dossier: LigneDossier) -> tuple[object, ...]:
    """Ce qu’un foyer déclare : deux lignes ne le partagent que si elles déclarent la même chose."""
    return (
        dossier.allocataire,
        dossier.situation,
        dossier.enfants_a_charge,
        dossier.ressources,
        dossier.quotient,
        cle_mots(dossier.adresse),
        dossier.code_postal,
        cle(dossier.commune),
        dossier.handicap_foyer,
        dossier.parent_mineur,
        dossier.suivi,
        frozenset(
            (cle(r.nom), cle(r.prenom), r.activite, r.telephones, r.courriel) for r in dossier.responsables
        ),
    )


@dataclass
class Foyers:
    """`rangs` gives each line the index of its household; `remarques` the households that nearly agree."""

    rangs: dict[int, int] = field(default_factory=dict)
    remarques: list[tuple[int, str]] = field(default_factory=list)


def repartir(dossiers: Mapping[int, LigneDossier]) -> Foyers:
    """Un foyer par ligne, partagé seulement quand il est certain et déclare les mêmes faits."""
    foyers = Foyers()
    rayons: dict[tuple[tuple[str, ...], str], list[int]] = defaultdict(list)
    for ligne, dossier in dossiers.items():
        identite = identite_de(dossier)
        freres = {
            autre
            for lien in attaches(identite)
            if identite.responsables
            for autre in rayons[adultes(identite), lien]
        }
        pareils = [a for a in sorted(freres) if faits_du_foyer(dossiers[a]) == faits_du_foyer(dossier)]
        if pareils:
            foyers.rangs[ligne] = foyers.rangs[pareils[0]]
        else:
            foyers.rangs[ligne] = ligne
            if freres:
                foyers.remarques.append(
                    (ligne, f"même foyer que la ligne {min(freres)}, mais d’autres faits : foyers séparés")
                )
        for lien in attaches(identite):
            rayons[adultes(identite), lien].append(ligne)
    return foyers


def jumeaux(dossiers: Mapping[int, LigneDossier], foyers: Mapping[int, int]) -> list[tuple[int, ...]]:
    """Les naissances multiples : même foyer, même date, et chacune dite multiple, de prénoms différents."""
    naissances: dict[tuple[int, object], list[int]] = defaultdict(list)
    for ligne, dossier in dossiers.items():
        if dossier.multiple:
            naissances[foyers[ligne], (dossier.jour, dossier.naissance is None)].append(ligne)
    groupes = []
    for lignes in naissances.values():
        distincts: list[int] = []
        for ligne in lignes:
            identite = identite_de(dossiers[ligne])
            if all(ressemblance(identite, identite_de(dossiers[a])) is None for a in distincts):
                distincts.append(ligne)
        if len(distincts) > 1:
            groupes.append(tuple(distincts))
    return groupes


def a_proteger(
    dossiers: Mapping[int, LigneDossier], protegees: Sequence[Identite]
) -> tuple[set[int], set[int]]:
    """Les lignes à protéger : celles qui le disent, et celles qui touchent un foyer protégé.

    Returns (every protected line, those protected only because a known household is). A protection is
    never lowered: one line marked, or one household protected in base, covers the others.
    """
    dites = {ligne for ligne, d in dossiers.items() if d.protegee}
    sources = [*protegees, *(identite_de(dossiers[ligne]) for ligne in dites)]
    if not sources:
        return set(), set()
    atteintes = {
        ligne
        for ligne, dossier in dossiers.items()
        if any(_touche(identite_de(dossier), source) for source in sources)
    }
    return dites | atteintes, atteintes - dites


def _touche(a: Identite, b: Identite) -> bool:
    commun = {f"{cle(n)} {cle(p)}" for n, p in a.responsables} & {
        f"{cle(n)} {cle(p)}" for n, p in b.responsables
    }
    return bool(commun and attaches(a) & attaches(b)) or ressemblance(a, b) is not None
