"""The dry run: everything a take-over would do, read and compared, nothing written."""

from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field

from dossiers.models import Dossier, LigneReprise
from dossiers.queries.reprise import (
    dossiers_a_comparer,
    faits_enregistres,
    identite_enregistree,
    identites_protegees,
    lignes_connues,
    lignes_de_numeros,
    lignes_sans_numero,
)
from dossiers.regles.rapprochement import Ressemblance, ressemblances
from dossiers.regles.reprise.bilan import Bilan, Different, Rapproche, numeros_repetes
from dossiers.regles.reprise.colonnes import Colonnes
from dossiers.regles.reprise.empreintes import cle_enfant, empreinte, identite_de, meme_enfant
from dossiers.regles.reprise.foyers import (
    Foyers,
    a_proteger,
    attaches,
    faits_du_foyer,
    jumeaux,
    meme_foyer,
    repartir,
)
from dossiers.regles.reprise.lecture import lire_ligne
from dossiers.regles.reprise.lignes import Contexte, Lecture, LigneDossier
from dossiers.regles.reprise.rangees import ranger
from dossiers.services.lecture_fichier import Tableau

CONTENU = "dossiers"


@dataclass
class Plan:
    """What applying would write: `nouveaux` by line, their households, twins and protections."""

    bilan: Bilan
    nouveaux: dict[int, LigneDossier] = field(default_factory=dict)
    cles: dict[int, str] = field(default_factory=dict)
    foyers: Foyers = field(default_factory=Foyers)
    foyers_en_base: dict[int, Dossier] = field(default_factory=dict)
    groupes: list[tuple[int, ...]] = field(default_factory=list)
    protegees: set[int] = field(default_factory=set)
    deja: dict[int, Dossier] = field(default_factory=dict)
    paires: list[tuple[int, int]] = field(default_factory=list)
    paires_en_base: list[tuple[int, Dossier]] = field(default_factory=list)


def lire_lignes(tableau: Tableau, colonnes: Colonnes, contexte: Contexte) -> list[Lecture]:
    """Every line of the file, read."""
    return [
        lire_ligne(ranger(x.numero, x.cellules, tableau.titres, colonnes, x.decalee), contexte)
        for x in tableau.lignes
    ]


def preparer(tableau: Tableau, colonnes: Colonnes, *, contexte: Contexte) -> Plan:
    """The plan of a take-over of pending dossiers: reads the base, writes nothing."""
    lectures = lire_lignes(tableau, colonnes, contexte)
    bilan = Bilan(
        lectures,
        colonnes_ignorees=colonnes.ignorees,
        colonnes_sensibles=colonnes.sensibles,
        numeros_repetes=numeros_repetes(lectures),
    )
    plan = Plan(bilan)
    lus = {lecture.ligne: lecture.dossier for lecture in lectures if lecture.dossier}
    _trier(plan, lus)
    _rapprocher(plan, lus)
    plan.foyers = repartir(plan.nouveaux)
    bilan.foyers += plan.foyers.remarques
    plan.groupes = jumeaux(plan.nouveaux, plan.foyers.rangs)
    plan.protegees, subies = a_proteger(plan.nouveaux, identites_protegees())
    bilan.foyers += [
        (ligne, "protection posée : elle touche un foyer déjà protégé") for ligne in sorted(subies)
    ]
    bilan.dossiers_crees = len(plan.nouveaux)
    return plan


def _cles(lus: Mapping[int, LigneDossier]) -> dict[int, str]:
    """The digest of each line; two unborn twins on two identical lines stay two."""
    occurrences: Counter[str] = Counter()
    cles = {}
    for ligne, dossier in lus.items():
        cle = empreinte(CONTENU, dossier)
        if dossier.multiple and not dossier.prenom:
            occurrences[cle] += 1
            cle = empreinte(CONTENU, dossier, occurrences[cle] - 1)
        cles[ligne] = cle
    return cles


def _trier(plan: Plan, lus: Mapping[int, LigneDossier]) -> None:
    """Already taken over and unchanged, already taken over but different, or new."""
    plan.cles = _cles(lus)
    connues = lignes_connues(plan.cles.values())
    anciennes = _anciennes(lus)
    premieres: dict[str, int] = {}
    par_numero: dict[str, list[int]] = defaultdict(list)
    for ligne, dossier in lus.items():
        cle = plan.cles[ligne]
        if cle in connues:
            plan.bilan.inchangees.append(ligne)
            if connu := connues[cle].dossier:
                plan.deja[ligne] = connu
        elif cle in premieres:
            plan.bilan.inchangees.append(ligne)
        elif different := _different(ligne, dossier, anciennes, par_numero, lus):
            plan.bilan.differents.append(different)
        else:
            plan.nouveaux[ligne] = dossier
        premieres.setdefault(cle, ligne)
        if dossier.numero:
            par_numero[dossier.numero].append(ligne)


def _anciennes(lus: Mapping[int, LigneDossier]) -> dict[str, list[LigneReprise]]:
    """Lines taken over before, by former number, or by child when the file had no numbers."""
    anciennes: dict[str, list[LigneReprise]] = defaultdict(list)
    for connue in lignes_de_numeros(d.numero for d in lus.values() if d.numero):
        anciennes[connue.numero_origine].append(connue)
    for connue in lignes_sans_numero(cle_enfant(d) for d in lus.values() if not d.numero):
        anciennes["|" + connue.identite].append(connue)
    return anciennes


def _different(
    ligne: int,
    dossier: LigneDossier,
    anciennes: Mapping[str, list[LigneReprise]],
    par_numero: Mapping[str, list[int]],
    lus: Mapping[int, LigneDossier],
) -> Different | None:
    identite = identite_de(dossier)
    for ancienne in anciennes.get(dossier.numero or "|" + cle_enfant(dossier), ()):
        connu = ancienne.dossier
        if connu and (not dossier.numero or meme_enfant(identite, identite_enregistree(connu.enfant))):
            return Different(ligne, dossier.numero, connu.numero, _ecarts(dossier, connu))
    for autre in par_numero.get(dossier.numero, ()):
        if meme_enfant(identite, identite_de(lus[autre])):
            return Different(ligne, dossier.numero, autre)
    return None


def _ecarts(dossier: LigneDossier, connu: Dossier) -> tuple[str, ...]:
    """The fields that visibly differ from the dossier in base, in words."""
    enfant = connu.enfant
    besoins = list(connu.besoins.all())
    voeux = [v.structure.code for v in sorted(connu.voeux.all(), key=lambda v: v.rang)]
    comparaisons = (
        ("nom", dossier.nom != enfant.nom),
        ("prénom", dossier.prenom != enfant.prenom),
        ("naissance", dossier.naissance != enfant.date_naissance),
        ("terme", not dossier.naissance and dossier.terme != enfant.date_prevue_naissance),
        ("dossier complet", dossier.complet is not None and dossier.complet != connu.complet_le),
        ("entrée", all(b.entree_le != dossier.entree for b in besoins)),
        ("semaine", all(tuple(b.demi_journees) != dossier.semaine for b in besoins)),
        ("choix", list(dossier.voeux) != voeux),
        ("protection demandée", dossier.protegee and not connu.famille.protegee),
    )
    return tuple(quoi for quoi, differe in comparaisons if differe) or ("famille ou coordonnées",)


def _rapprocher(plan: Plan, lus: Mapping[int, LigneDossier]) -> None:
    """Look-alikes in the file, and with the base; a protected dossier is told to nobody here."""
    numeros = list(lus)
    identites = [identite_de(lus[ligne]) for ligne in numeros]
    siens = {d.pk for d in plan.deja.values()} | _dossiers_differents(plan)
    tous = dossiers_a_comparer(identites)
    connus = [d for d in tous if d.pk not in siens]
    meme_ligne = {(d.ligne, d.dossier) for d in plan.bilan.differents}
    for i, j, pourquoi in ressemblances(identites, [identite_enregistree(d.enfant) for d in connus]):
        ligne = numeros[i]
        if j < len(numeros):
            autre = numeros[j]
            if (autre, ligne) in meme_ligne:
                continue
            plan.paires.append((ligne, autre))
            plan.bilan.rapprochements.append(Rapproche(ligne, autre, str(pourquoi)))
        else:
            _rapprocher_base(plan, ligne, connus[j - len(numeros)], pourquoi)
    _chercher_foyers(plan, tous)


def _rapprocher_base(plan: Plan, ligne: int, connu: Dossier, pourquoi: Ressemblance) -> None:
    plan.paires_en_base.append((ligne, connu))
    if not connu.protege:
        plan.bilan.rapprochements.append(Rapproche(ligne, connu.numero, str(pourquoi)))


def _dossiers_differents(plan: Plan) -> set[int]:
    numeros = {d.dossier for d in plan.bilan.differents if isinstance(d.dossier, str)}
    return set(Dossier.objects.filter(numero__in=numeros).values_list("pk", flat=True))


def _chercher_foyers(plan: Plan, connus: list[Dossier]) -> None:
    """The households in base of brothers and sisters, when they are certain and declare the same facts."""
    rayons: dict[str, list[Dossier]] = defaultdict(list)
    for connu in connus:
        for lien in attaches(identite_enregistree(connu.enfant)):
            rayons[lien].append(connu)
    for ligne, dossier in plan.nouveaux.items():
        identite = identite_de(dossier)
        freres = {
            connu.pk: connu
            for lien in attaches(identite)
            for connu in rayons.get(lien, ())
            if meme_foyer(identite, identite_enregistree(connu.enfant))
        }
        for connu in freres.values():
            if faits_du_foyer(dossier) == faits_enregistres(connu):
                plan.foyers_en_base[ligne] = connu
                break
        else:
            montre = next((c for c in freres.values() if not c.protege), None)
            if montre:
                motif = f"même foyer que le dossier {montre.numero}, mais d’autres faits : foyers séparés"
                plan.bilan.foyers.append((ligne, motif))
