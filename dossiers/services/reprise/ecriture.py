"""Writing the lines taken over, in bulk, inside the caller's transaction."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime

from django.db import connection

from dossiers.models import (
    ActionJournal,
    Besoin,
    Dossier,
    Enfant,
    EtatDossier,
    Famille,
    GroupeNaissance,
    Journal,
    LigneReprise,
    OrigineDossier,
    OrigineRapprochement,
    PieceJustificative,
    Rapprochement,
    Reprise,
    Responsable,
    Voeu,
)
from dossiers.queries.reprise import identite_enregistree
from dossiers.regles.besoin import horaire_ordinaire
from dossiers.regles.pieces import PIECES_DOSSIER
from dossiers.regles.rapprochement import ressemblance
from dossiers.regles.reprise.empreintes import cle_enfant, identite_de
from dossiers.regles.reprise.lignes import LigneDossier
from dossiers.services.cotation import coter_ecrits
from dossiers.services.protection import elever_protection
from guichet.acces import Personne
from structures.models import Mairie, Structure
from structures.queries import reglage
from structures.regles.ages import ajouter_mois

from .essai import Plan

LOT = 1000


@dataclass(frozen=True)
class Moment:
    """When and by whom: the same for every line of a take-over."""

    reprise: Reprise
    par: Personne | None
    maintenant: datetime
    aujourd_hui: date


def ecrire(plan: Plan, moment: Moment) -> dict[int, Dossier]:
    """Write every new line; the dossier of each line of the file is returned, old ones included."""
    enfants = _ecrire_enfants(plan, _ecrire_familles(plan, moment))
    dossiers = _ecrire_dossiers(plan, enfants, moment)
    _ecrire_besoins(plan, dossiers)
    _ecrire_pieces(plan, dossiers, moment.aujourd_hui)
    LigneReprise.objects.bulk_create(
        [
            LigneReprise(
                reprise=moment.reprise,
                ligne=ligne,
                cle=plan.cles[ligne],
                identite=cle_enfant(plan.nouveaux[ligne]),
                numero_origine=plan.nouveaux[ligne].numero,
                dossier=dossier,
            )
            for ligne, dossier in dossiers.items()
        ],
        batch_size=LOT,
    )
    # The twin an earlier file brought is now one of a multiple birth: its points too.
    groupes = {e.groupe_id for e in enfants.values() if e.groupe_id}
    freres = Dossier.objects.filter(enfant__groupe__in=groupes).en_attente().values_list("pk", flat=True)
    coter_ecrits(sorted({d.pk for d in dossiers.values()} | set(freres)), maintenant=moment.maintenant)
    tous = {**plan.deja, **dossiers}
    _ecrire_rapprochements(plan, tous, moment)
    _journaliser(plan, dossiers, moment)
    return tous


def _ecrire_familles(plan: Plan, moment: Moment) -> dict[int, Famille]:
    """One family per household; a family in base is joined as it is, its protection only ever raised."""
    protegees = {plan.foyers.rangs[ligne] for ligne in plan.protegees}
    familles: dict[int, Famille] = {}
    for ligne, connu in plan.foyers_en_base.items():
        familles.setdefault(plan.foyers.rangs[ligne], connu.enfant.famille)
    nouvelles: dict[int, Famille] = {}
    for ligne, dossier in plan.nouveaux.items():
        rang = plan.foyers.rangs[ligne]
        if rang not in familles:
            familles[rang] = nouvelles[rang] = _famille(dossier)
    for rang in protegees:
        famille = familles[rang]
        if rang not in nouvelles:
            elever_protection(famille, le=moment.maintenant)
        elif not famille.protegee:
            famille.protegee, famille.protegee_le = True, moment.maintenant
    Famille.objects.bulk_create(nouvelles.values(), batch_size=LOT)
    responsables = [
        responsable
        for rang, famille in nouvelles.items()
        for responsable in _responsables(plan.nouveaux[rang], famille)
    ]
    Responsable.objects.bulk_create(responsables, batch_size=LOT)
    return {ligne: familles[plan.foyers.rangs[ligne]] for ligne in plan.nouveaux}


def _famille(d: LigneDossier) -> Famille:
    dits = {
        "handicap_foyer": d.handicap_foyer,
        "parent_mineur": d.parent_mineur,
        "suivi_medico_social": d.suivi,
    }
    return Famille(
        numero_allocataire=d.allocataire,
        situation=d.situation,
        enfants_a_charge=d.enfants_a_charge,
        ressources_mensuelles=d.ressources,
        quotient_familial=d.quotient if d.quotient is None else round(d.quotient),
        faits={fait: True for fait, dit in dits.items() if dit},
    )


def _responsables(d: LigneDossier, famille: Famille) -> Iterable[Responsable]:
    for rang, lu in enumerate(d.responsables, 1):
        responsable = Responsable(
            famille=famille,
            rang=rang,
            nom=lu.nom,
            prenom=lu.prenom,
            lien=lu.lien,
            adresse=d.adresse,
            complement=d.complement,
            code_postal=d.code_postal,
            commune=d.commune,
            telephone=next(iter(lu.telephones), ""),
            telephone_2=next(iter(lu.telephones[1:]), ""),
            courriel=lu.courriel,
            activite=lu.activite,
        )
        responsable.normaliser()
        yield responsable


def _naissances(plan: Plan) -> dict[int, tuple[GroupeNaissance, int]]:
    """The birth of each twin and its rank in it: a new one, or that of the twin an earlier file brought."""
    liees = {ligne for lignes in plan.groupes for ligne in lignes}
    seules = [(ligne,) for ligne in plan.foyers_en_base if ligne not in liees]
    naissances: dict[int, tuple[GroupeNaissance, int]] = {}
    for lignes in (*plan.groupes, *seules):
        connu = next((j for ligne in lignes if (j := _jumeau_connu(plan, ligne))), None)
        if connu is None and len(lignes) < 2:
            continue
        groupe = connu.groupe if connu and connu.groupe else GroupeNaissance.objects.create()
        if connu and connu.groupe is None:
            connu.groupe = groupe
            connu.save(update_fields=["groupe"])
        premier = 1 + max(groupe.enfants.values_list("rang_naissance", flat=True), default=0)
        naissances |= {ligne: (groupe, rang) for rang, ligne in enumerate(lignes, premier)}
    return naissances


def _jumeau_connu(plan: Plan, ligne: int) -> Enfant | None:
    """The child in base of the same household and birth, both told multiple, and not the same child."""
    lu, connu = plan.nouveaux[ligne], plan.foyers_en_base.get(ligne)
    if connu is None or not lu.multiple:
        return None
    freres = Enfant.objects.filter(famille=connu.famille_id, naissance=lu.jour).select_related(
        "groupe", "famille"
    )
    for enfant in freres.filter(date_naissance__isnull=lu.naissance is None).order_by("pk"):
        dit = enfant.groupe_id or enfant.dossiers.filter(faits__naissance_multiple=True).exists()
        autre = replace(identite_enregistree(enfant), multiple=True, groupe=None)
        if dit and ressemblance(identite_de(lu), autre) is None:
            return enfant
    return None


def _ecrire_enfants(plan: Plan, familles: dict[int, Famille]) -> dict[int, Enfant]:
    jumeaux = _naissances(plan)
    enfants = {}
    for ligne, dossier in plan.nouveaux.items():
        groupe, rang = jumeaux.get(ligne, (None, 1))
        enfants[ligne] = Enfant(
            famille=familles[ligne],
            nom=dossier.nom,
            prenom=dossier.prenom,
            sexe=dossier.sexe,
            date_naissance=dossier.naissance,
            date_prevue_naissance=dossier.terme,
            groupe=groupe,
            rang_naissance=rang,
        )
        enfants[ligne].normaliser()
    Enfant.objects.bulk_create(enfants.values(), batch_size=LOT)
    return enfants


def _ecrire_dossiers(plan: Plan, enfants: dict[int, Enfant], moment: Moment) -> dict[int, Dossier]:
    """The day of the complete dossier given by the former tool is kept: seniority never moves back."""
    jour = moment.aujourd_hui
    mairies = {m.code: m for m in Mairie.objects.all()}
    renouveler = ajouter_mois(jour, reglage("renouvellement", le=jour))
    dossiers = {}
    for ligne, lu in plan.nouveaux.items():
        complet = lu.complet if lu.complet and lu.complet <= jour else None
        faits = {"handicap_enfant": lu.handicap_enfant, "naissance_multiple": lu.multiple}
        faits["fratrie_accueillie"] = bool(lu.fratrie)
        dossiers[ligne] = Dossier(
            numero_origine=lu.numero,
            famille=enfants[ligne].famille,
            enfant=enfants[ligne],
            mairie=mairies[lu.mairie],
            etat=EtatDossier.ACTIF if complet else EtatDossier.INCOMPLET,
            origine=OrigineDossier.REPRISE,
            depose_le=lu.depot or lu.complet or jour,
            depose_par=moment.par.agent if moment.par else None,
            enregistre_le=moment.maintenant,
            complet_le=complet,
            a_renouveler_le=renouveler,
            faits={fait: True for fait, dit in faits.items() if dit},
        )
    for dossier, numero in zip(dossiers.values(), _numeros(len(dossiers)), strict=True):
        dossier.numero = f"{dossier.depose_le.year}-{numero:06d}"
    Dossier.objects.bulk_create(dossiers.values(), batch_size=LOT)
    return dossiers


def _numeros(nombre: int) -> list[int]:
    with connection.cursor() as curseur:
        curseur.execute("SELECT nextval('dossiers_numero_seq') FROM generate_series(1, %s)", [nombre])
        return [ligne[0] for ligne in curseur.fetchall()]


def _ecrire_besoins(plan: Plan, dossiers: dict[int, Dossier]) -> None:
    structures = {s.code: s for s in Structure.objects.all()}
    Besoin.objects.bulk_create(
        [
            Besoin(
                dossier=dossiers[ligne],
                type=type_,
                entree_le=lu.entree,
                demi_journees=list(lu.semaine),
                horaires={str(c): list(horaire_ordinaire(c)) for c in lu.semaine},
            )
            for ligne, lu in plan.nouveaux.items()
            for type_ in lu.types
        ],
        batch_size=LOT,
    )
    Voeu.objects.bulk_create(
        [
            Voeu(dossier=dossiers[ligne], rang=rang, structure=structures[code])
            for ligne, lu in plan.nouveaux.items()
            for rang, code in enumerate(lu.voeux, 1)
        ],
        batch_size=LOT,
    )


def _ecrire_pieces(plan: Plan, dossiers: dict[int, Dossier], jour: date) -> None:
    """The compulsory pieces, awaited: what the former tool saw was not seen here."""
    codes = reglage("pieces_obligatoires", le=jour)
    en_base = {connu.enfant.famille_id for connu in plan.foyers_en_base.values()}
    pieces = []
    familles: set[int] = set()
    for dossier in dossiers.values():
        for code in codes:
            if code in PIECES_DOSSIER:
                pieces.append(PieceJustificative(dossier=dossier, code=code, obligatoire=True))
            elif dossier.famille_id not in familles | en_base:
                pieces.append(PieceJustificative(famille=dossier.famille, code=code, obligatoire=True))
        familles.add(dossier.famille_id)
    PieceJustificative.objects.bulk_create(pieces, batch_size=LOT)


def _ecrire_rapprochements(plan: Plan, tous: dict[int, Dossier], moment: Moment) -> None:
    paires = {(tous[a].pk, tous[b].pk) for a, b in plan.paires if a in tous and b in tous}
    paires |= {(tous[ligne].pk, connu.pk) for ligne, connu in plan.paires_en_base if ligne in tous}
    Rapprochement.objects.bulk_create(
        [
            Rapprochement(
                dossier_id=min(a, b),
                autre_id=max(a, b),
                origine=OrigineRapprochement.REPRISE,
                le=moment.maintenant,
            )
            for a, b in sorted(paires)
            if a != b
        ],
        ignore_conflicts=True,
        batch_size=LOT,
    )


def _journaliser(plan: Plan, dossiers: dict[int, Dossier], moment: Moment) -> None:
    par = moment.par.agent if moment.par else None
    commun = {"le": moment.maintenant, "par": par, "action": ActionJournal.REPRISE}
    bilan = plan.bilan
    details = {
        "lignes": len(bilan.lectures),
        "reprises": len(dossiers),
        "refusees": len(bilan.refusees),
        "inchangees": len(bilan.inchangees),
        "differents": len(bilan.differents),
    }
    lignes = [Journal(**commun, objet=moment.reprise.nom_fichier[:120], details=details)]
    lignes += [
        Journal(**commun, mairie=d.mairie, dossier=d, objet=f"ligne {ligne}") for ligne, d in dossiers.items()
    ]
    Journal.objects.bulk_create(lignes, batch_size=LOT)
