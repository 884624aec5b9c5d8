"""Families, their dossiers and what is kept around them."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from io import BytesIO
from typing import Any

from django.http import QueryDict

from dossiers.models import (
    Admission,
    Besoin,
    Cotation,
    Courrier,
    DemandeUrgence,
    Dossier,
    Enfant,
    EnfantDesigne,
    EtatDossier,
    EtatGrille,
    ExportAcces,
    ExportListe,
    Famille,
    GrilleCriteres,
    JeuColonnes,
    MotifCloture,
    NatureEcheance,
    Rapprochement,
    Renseignement,
    Reprise,
    Responsable,
    SituationPartagee,
    TacheSituation,
    Voeu,
    VueEnregistree,
)
from dossiers.queries.liste import lire_demande
from dossiers.regles.rang import cle_rang
from dossiers.services.exports import demander_export, ranger_export
from dossiers.services.grilles import charger_grille
from dossiers.services.publication import publier_maintenant
from dossiers.services.renseignements import noter_renseignement
from dossiers.services.reprise import fichiers
from dossiers.services.situations_partagees import entrer_au_cercle, ouvrir_situation
from dossiers.services.urgence import demander_urgence
from guichet.acces import personne_de
from structures.models import Agent, PlacesEmployeur, Section, Structure
from tests.factories.lieux import creer_agent, creer_mairie
from tests.factories.reperes import DEBUT, INSTANT, JOUR, suivant


def creer_designe(places: PlacesEmployeur, **champs: Any) -> EnfantDesigne:
    dossier = champs.pop("dossier", None) or creer_dossier(**champs)
    return EnfantDesigne.objects.create(places=places, dossier=dossier, designe_le=INSTANT)


def creer_responsable(famille: Famille, **champs: Any) -> Responsable:
    n = suivant()
    defauts = {
        "rang": famille.responsables.count() + 1,
        "nom": f"Parent{n}",
        "prenom": "Maud",
        "telephone": f"06 39 98 {n // 100 % 100:02d} {n % 100:02d}",
        "adresse": f"{n} rue du Colibri",
        "code_postal": "42100",
        "commune": "Saint-Étienne",
    }
    return Responsable.objects.create(famille=famille, **{**defauts, **champs})


def creer_famille(*, responsable: dict[str, Any] | None = None, **champs: Any) -> Famille:
    """A household with one responsable, `responsable` giving its fields."""
    if champs.get("protegee"):
        champs.setdefault("protegee_le", INSTANT)
    famille = Famille.objects.create(**champs)
    creer_responsable(famille, **(responsable or {}))
    return famille


def creer_enfant(famille: Famille | None = None, **champs: Any) -> Enfant:
    n = suivant()
    defauts: dict[str, Any] = {"nom": f"Enfant{n}", "prenom": "Lino"}
    if "date_prevue_naissance" not in champs:
        defauts["date_naissance"] = date(2026, 3, 14)
    return Enfant.objects.create(famille=famille or creer_famille(), **{**defauts, **champs})


def creer_dossier(
    *, voeux: Iterable[Structure] = (), besoin: dict[str, Any] | None = None, **champs: Any
) -> Dossier:
    """A complete dossier asking a full week in September 2027, its dates agreeing with its state.

    `voeux` are structures in order; `famille` and `enfant` are made when not given; `besoin=None` gives the
    regular need, a dict overrides its fields.
    """
    n = suivant()
    enfant = champs.pop("enfant", None)
    famille = champs.pop("famille", None) or (enfant.famille if enfant else creer_famille())
    etat = champs.setdefault("etat", EtatDossier.ACTIF)
    defauts: dict[str, Any] = {
        "numero": f"2026-{n:06d}",
        "depose_le": date(2026, 11, 2),
        "enregistre_le": INSTANT,
        "complet_le": None if etat == EtatDossier.INCOMPLET else date(2026, 11, 3),
        "solution": "aucune",
    }
    if etat == EtatDossier.CLOS:
        defauts |= {"clos_le": INSTANT, "motif_cloture": MotifCloture.RETIRE_FAMILLE}
    elif etat == EtatDossier.SUSPENDU:
        defauts["suspendu_le"] = INSTANT
    elif etat == EtatDossier.ADMIS:
        defauts["admis_le"] = INSTANT
    elif etat == EtatDossier.ANONYMISE:
        defauts["anonymise_le"] = INSTANT
    if "mairie" not in champs:
        champs["mairie"] = creer_mairie()
    dossier = Dossier.objects.create(
        famille=famille, enfant=enfant or creer_enfant(famille), **{**defauts, **champs}
    )
    semaine = {"entree_le": date(2027, 9, 1), "demi_journees": list(range(10))}
    Besoin.objects.create(dossier=dossier, **{**semaine, **(besoin or {})})
    for rang, structure in enumerate(voeux, 1):
        Voeu.objects.create(dossier=dossier, rang=rang, structure=structure)
    return dossier


def creer_situation(
    dossier: Dossier, *cercle: Agent, maintenant: datetime = INSTANT, **champs: Any
) -> SituationPartagee:
    """A situation the PMI asked for, shared with `cercle`."""
    defauts = {"service": "pmi", "fonction": "puericultrice", "delai_souhaite": "quinzaine"}
    par = champs.pop("par", None) or creer_agent("coordination")
    situation = ouvrir_situation(dossier, par=par, maintenant=maintenant, **{**defauts, **champs})
    for agent in cercle:
        entrer_au_cercle(situation, agent=agent, par=par, maintenant=maintenant)
    return situation


def creer_tache_situation(situation: int, responsable: Agent, **champs: Any) -> TacheSituation:
    defauts = {"nature": "appeler", "echeance_le": JOUR, "creee_le": INSTANT}
    return TacheSituation.objects.create(
        situation_id=situation, responsable=responsable, **{**defauts, **champs}
    )


def creer_courrier(dossier: Dossier, **champs: Any) -> Courrier:
    """A paper letter waiting to be printed, addressed to the household's first adult."""
    responsable = dossier.famille.responsables.first()
    defauts = {
        "mairie": dossier.mairie,
        "nature": NatureEcheance.RENOUVELLEMENT_1,
        "responsable": responsable,
        "destinataire": str(responsable),
        "adresse": f"{responsable.adresse}\n{responsable.code_postal} {responsable.commune}",
        "courriel": responsable.courriel,
        "canal": "papier",
        "objet": f"Votre demande de place en crèche, dossier {dossier.numero} : à renouveler",
        "corps": "Bonjour,\n\nVotre dossier est à renouveler.\n- Passez au guichet.\n",
        "prepare_le": INSTANT,
    }
    return Courrier.objects.create(dossier=dossier, **{**defauts, **champs})


def creer_admission(section: Section, **champs: Any) -> Admission:
    """A present child, full week, from September to school."""
    enfant = champs.pop("enfant", None) or creer_enfant()
    defauts = {"demi_journees": list(range(10)), "debut": date(2026, 9, 1), "fin": date(2028, 8, 31)}
    return Admission.objects.create(enfant=enfant, section=section, **{**defauts, **champs})


def creer_rapprochement(un: Dossier, autre: Dossier, **champs: Any) -> Rapprochement:
    """A pair to review."""
    bas, haut = sorted((un, autre), key=lambda d: d.pk)
    return Rapprochement.objects.create(dossier=bas, autre=haut, **{"le": INSTANT, **champs})


def creer_grille(**champs: Any) -> GrilleCriteres:
    """The grid in force (or another `etat`), without criteria."""
    defauts = {
        "nom": f"Grille {suivant()}",
        "debut": date(2026, 1, 1),
        "etat": EtatGrille.EN_VIGUEUR,
        "publiee_le": INSTANT,
    }
    return GrilleCriteres.objects.create(**{**defauts, **champs})


def creer_cotation(dossier: Dossier, grille: GrilleCriteres, verifie: int = 100, **champs: Any) -> Cotation:
    """Points of a dossier under a grid, all verified unless told otherwise."""
    ligne = {"critere": "residence", "libelle": "Réside à Saint-Étienne", "points": verifie, "verifie": True}
    defauts = {
        "declare": verifie,
        "verifie": verifie,
        "lignes": [{**ligne, "raison": "Réside dans la commune"}],
        "cle_rang": cle_rang(points=verifie, complet_le=dossier.complet_le, numero=dossier.numero),
        "calculee_le": INSTANT,
    }
    return Cotation.objects.create(dossier=dossier, grille=grille, **{**defauts, **champs})


def creer_version_grille(*, publiee: bool = False, nom: str = "", **cles: Any) -> GrilleCriteres:
    """A draft of two criteria (or `criteres=…`), in force when `publiee`."""
    oui = {"fait": "residence_commune", "est": True}
    document = {
        "format": 1,
        "nom": nom or f"Grille {suivant()}",
        "debut": DEBUT.isoformat(),
        "criteres": [
            {"code": "residence", "libelle": "Réside dans la ville", "points": 100, "si": oui},
            {"code": "seances", "libelle": "Séances", "par": {"fait": "nb_passages", "points": 10}},
        ],
    }
    version = charger_grille(document | cles, par=None, maintenant=INSTANT)
    if publiee:
        publier_maintenant(version, par=None, maintenant=INSTANT)
        version.refresh_from_db()
    return version


def creer_reprise(octets: bytes, *, par: Agent, contenu: str = "dossiers", essayee: bool = False) -> Reprise:
    """A file brought by `par`, and tried."""
    reprise = fichiers.deposer_fichier(
        octets,
        contenu=contenu,
        nom_fichier="liste.csv",
        par=personne_de(par, JOUR),
        maintenant=INSTANT,
    )
    if essayee:
        fichiers.essayer_reprise(reprise, maintenant=INSTANT)
    return reprise


def creer_urgence(section: Section, **champs: Any) -> DemandeUrgence:
    """An urgent admission asked today for three days, of a dossier that chooses the section's structure."""
    dossier = champs.pop("dossier", None) or creer_dossier(voeux=[section.structure])
    return demander_urgence(
        dossier,
        section=section,
        **{
            "demi_journees": range(10),
            "debut": JOUR,
            "motif": "arrivee",
            "par": creer_agent("coordination"),
            "maintenant": INSTANT,
            **champs,
        },
    )


def creer_renseignement(**champs: Any) -> Renseignement:
    """A baby of eight months, sent to the pre-registration, nameless."""
    defauts = {"age_mois": 8, "besoin": "regulier", "orientation": "preinscription", "maintenant": INSTANT}
    if "mairie" not in champs:
        champs["mairie"] = creer_mairie()
    if "terme_mois" in champs:
        defauts.pop("age_mois")
    par = champs.pop("par", None) or creer_agent()
    return noter_renseignement(**{**defauts, "par": par, **champs})


def creer_vue(agent: Agent | None = None, **champs: Any) -> VueEnregistree:
    defauts = {"agent": agent or creer_agent(), "nom": f"Vue {suivant()}", "cree_le": INSTANT}
    return VueEnregistree.objects.create(**{**defauts, **champs})


def creer_jeu_colonnes(agent: Agent | None = None, **champs: Any) -> JeuColonnes:
    defauts = {"agent": agent or creer_agent(), "nom": f"Colonnes {suivant()}", "cree_le": INSTANT}
    return JeuColonnes.objects.create(**{**defauts, "colonnes": ["numero", "enfant"], **champs})


def creer_export(agent: Agent, *, octets: bytes = b"Rang;", maintenant: datetime = INSTANT) -> ExportListe:
    """A long export of the whole list asked by `agent`, its file stored."""
    demande = lire_demande(QueryDict(), qui=personne_de(agent, JOUR), jour=JOUR)
    export = demander_export(demande, format="csv", forme="enfant", maintenant=maintenant)
    return ranger_export(export, BytesIO(octets), nom="liste.csv")


def creer_export_acces(famille: Famille | None = None, **champs: Any) -> ExportAcces:
    """An access export asked, its files not made yet."""
    defauts = {
        "numero": "2026-000001",
        "rang": 1,
        "demande_le": INSTANT,
        "expire_le": INSTANT + timedelta(days=7),
    }
    return ExportAcces.objects.create(famille=famille or creer_famille(), **{**defauts, **champs})
