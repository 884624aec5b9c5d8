"""Invented people and places: plain functions, each giving a saved object with anything overridden."""

import itertools
from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from io import BytesIO
from typing import Any

from django.core.files.base import ContentFile
from django.http import QueryDict
from django.utils import timezone

from commissions.models import (
    Decision,
    Lettre,
    LotLettres,
    ModeleLettre,
    Offre,
    OrdreDuJour,
    PlaceOfferte,
    Presence,
    ProcesVerbal,
    Proposition,
    Seance,
)
from commissions.services.decisions import (
    consigner_decision,
    ouvrir_seance,
    tenir_seance,
    tenir_seance_passee,
)
from commissions.services.gel import geler_seance
from commissions.services.offres import envoyer_offre, preparer_offre
from commissions.services.proces_verbal import (
    empreinte_du_projet,
    ranger_proces_verbal,
    valider_proces_verbal,
)
from commissions.services.proposition import proposer
from commissions.services.travaux import ranger_ordre_du_jour
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
from structures.models import (
    Agent,
    Agrement,
    AssistanteMaternelle,
    Capacite,
    Convention,
    Gestionnaire,
    Habilitation,
    Mairie,
    NatureGestionnaire,
    PlacesEmployeur,
    Profil,
    Quartier,
    Section,
    ServicePartenaire,
    Structure,
    Tache,
    TrancheAge,
    TypeStructure,
)

DEBUT = date(2024, 1, 1)
MOT_DE_PASSE = "une phrase de passe pour les tests"
_suite = itertools.count(1)


def suivant() -> int:
    """A number never given before in this run."""
    return next(_suite)


def creer_quartier(**champs: Any) -> Quartier:
    n = suivant()
    return Quartier.objects.create(**{"code": f"quartier-{n}", "nom": f"Quartier {n}", **champs})


def creer_mairie(**champs: Any) -> Mairie:
    n = suivant()
    return Mairie.objects.create(**{"code": f"mairie-{n}", "nom": f"Mairie de proximité {n}", **champs})


def creer_gestionnaire(**champs: Any) -> Gestionnaire:
    n = suivant()
    defauts = {
        "code": f"gestionnaire-{n}",
        "nom": f"Association {n}",
        "nature": NatureGestionnaire.ASSOCIATION,
    }
    return Gestionnaire.objects.create(**{**defauts, **champs})


def creer_structure(**champs: Any) -> Structure:
    n = suivant()
    champs.setdefault("gestionnaire", None)
    champs.setdefault("quartier", None)
    champs["gestionnaire"] = champs["gestionnaire"] or creer_gestionnaire()
    champs["quartier"] = champs["quartier"] or creer_quartier()
    defauts = {
        "code": f"structure-{n}",
        "nom": f"Crèche {n}",
        "type": TypeStructure.MULTI_ACCUEIL,
        "capacite_autorisee": 30,
    }
    return Structure.objects.create(**{**defauts, **champs})


def creer_section(structure: Structure | None = None, **champs: Any) -> Section:
    n = suivant()
    defauts = {
        "structure": structure or creer_structure(),
        "nom": f"Section {n}",
        "tranche": TrancheAge.MIXTE,
        "age_min_jours": 70,
        "age_max_mois": 48,
    }
    return Section.objects.create(**{**defauts, **champs})


def creer_familiale(places: int = 30, **champs: Any) -> Section:
    """A crèche familiale: one section of mixed ages, `places` every half-day."""
    structure = creer_structure(type=TypeStructure.CRECHE_FAMILIALE, **champs)
    section = creer_section(structure)
    creer_capacite(section, places=[places] * 10)
    return section


def creer_assistante(structure: Structure, places: int = 0, **champs: Any) -> AssistanteMaternelle:
    """An assistante maternelle, with an agrément for `places` children when given."""
    n = suivant()
    champs.setdefault("quartier", None)
    champs["quartier"] = champs["quartier"] or creer_quartier()
    defauts = {"structure": structure, "prenom": "Sylvie", "nom": f"Garde{n}"}
    assistante = AssistanteMaternelle.objects.create(**{**defauts, **champs})
    if places:
        creer_agrement(assistante, places=places)
    return assistante


def creer_agrement(assistante: AssistanteMaternelle, **champs: Any) -> Agrement:
    defauts = {"assistante": assistante, "debut": DEBUT, "places": 3}
    return Agrement.objects.create(**{**defauts, **champs})


def creer_places_employeur(section: Section, places: int = 2, **champs: Any) -> PlacesEmployeur:
    """`places` an employer reserves every half-day, from the first day known."""
    defauts = {"employeur": f"Entreprise {suivant()}", "debut": DEBUT, "places": [places] * 10}
    return PlacesEmployeur.objects.create(section=section, **{**defauts, **champs})


def creer_designe(places: PlacesEmployeur, **champs: Any) -> EnfantDesigne:
    dossier = champs.pop("dossier", None) or creer_dossier(**champs)
    return EnfantDesigne.objects.create(places=places, dossier=dossier, designe_le=INSTANT)


def creer_agent(profil: str | None = None, **champs: Any) -> Agent:
    """A user holding one `profil`, with the mairie, structure or service it needs (given or made)."""
    n = suivant()
    portee = {nom: champs.pop(nom) for nom in ("mairie", "structure", "service") if nom in champs}
    agent = Agent.objects.create_user(
        champs.pop("identifiant", f"agent-{n}"),
        champs.pop("password", MOT_DE_PASSE),
        **{"nom": f"Nom{n}", "prenom": f"Prénom{n}", **champs},
    )
    if profil:
        habiliter(agent, profil, **portee)
    return agent


def habiliter(agent: Agent, profil: str, *, debut: date = DEBUT, **portee: Any) -> Habilitation:
    """Give one more right to a user."""
    if profil == Profil.AGENT:
        portee.setdefault("mairie", None)
        portee["mairie"] = portee["mairie"] or creer_mairie()
    elif profil == Profil.DIRECTION:
        portee.setdefault("structure", None)
        portee["structure"] = portee["structure"] or creer_structure()
    elif profil == Profil.PARTENAIRE:
        portee.setdefault("service", ServicePartenaire.PMI)
    return Habilitation.objects.create(agent=agent, profil=profil, debut=debut, **portee)


def creer_tache(**champs: Any) -> Tache:
    return Tache.objects.create(**{"nature": "essai", "libelle": "Un long travail", **champs})


JOUR = date(2026, 11, 23)
INSTANT = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)


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


def creer_convention(gestionnaire: Gestionnaire | None = None, **champs: Any) -> Convention:
    defauts = {"gestionnaire": gestionnaire or creer_gestionnaire(), "debut": DEBUT, "places": 20}
    return Convention.objects.create(**{**defauts, **champs})


def creer_capacite(section: Section | None = None, **champs: Any) -> Capacite:
    """An ordinary capacity of ten places every half-day, until further notice."""
    defauts = {"section": section or creer_section(), "debut": DEBUT, "places": [10] * 10}
    return Capacite.objects.create(**{**defauts, **champs})


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


def creer_seance(*, places: dict[Section, int | list[int]] | None = None, **champs: Any) -> Seance:
    """A planned séance for September 2027; `places` maps a section to its offered places per créneau."""
    defauts = {
        "intitule": f"Commission {suivant()}",
        "tenue_prevue_le": datetime(2027, 5, 12, 12, tzinfo=UTC),
        "lieu": "Hôtel de ville, salle du conseil",
        "date_effet": date(2027, 9, 1),
        "cloture_le": date(2027, 4, 30),
    }
    seance = Seance.objects.create(**{**defauts, **champs})
    for section, offertes in (places or {}).items():
        vecteur = [offertes] * 10 if isinstance(offertes, int) else offertes
        PlaceOfferte.objects.create(seance=seance, section=section, places=vecteur)
    return seance


def creer_presence(seance: Seance, agent: Agent, **champs: Any) -> Presence:
    return Presence.objects.create(seance=seance, agent=agent, **{"qualite": Presence.Qualite.ELU, **champs})


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


def creer_seance_gelee(*membres: Agent, structure: Structure | None = None, **champs: Any) -> Seance:
    """A frozen séance of one section and one dossier, where `membres` sit."""
    section = creer_section(structure, tranche=TrancheAge.BEBES, nom="Bébés", age_max_mois=15)
    grille = GrilleCriteres.objects.filter(etat=EtatGrille.EN_VIGUEUR).first() or creer_grille()
    creer_cotation(
        creer_dossier(enfant=creer_enfant(date_naissance=date(2027, 1, 10)), voeux=[section.structure]),
        grille,
    )
    seance = creer_seance(places={section: 2}, **champs)
    for membre in membres:
        creer_presence(seance, membre)
    return geler_seance(seance, par=None, maintenant=datetime(2027, 5, 5, 16, tzinfo=UTC), graine=7)


def creer_proposition(seance: Seance, **champs: Any) -> Proposition:
    """The engine run on a frozen séance, its result stored."""
    return proposer(seance, **{"par": None, "maintenant": datetime(2027, 5, 6, 9, tzinfo=UTC), **champs})


def creer_seance_ouverte(*membres: Agent, **champs: Any) -> Seance:
    """The same, open, every member there."""
    seance = creer_seance_gelee(*membres, **champs)
    seance.presences.update(present=True)
    return ouvrir_seance(seance, par=None, maintenant=datetime(2027, 5, 12, 12, tzinfo=UTC))


def creer_seance_tenue(*membres: Agent, **champs: Any) -> Seance:
    """The same, over: its only child was put off. `membres` preside."""
    seance = creer_seance_ouverte(*membres, **champs)
    seance.presences.update(qualite=Presence.Qualite.PRESIDENCE)
    fin = datetime(2027, 5, 12, 15, tzinfo=UTC)
    for passage in seance.passages.all():
        consigner_decision(passage, sens="ajourne", motif="report", par=None, maintenant=fin)
    return tenir_seance(seance, par=None, maintenant=fin)


def creer_proces_verbal(seance: Seance, presidence: Agent, *, octets: bytes = b"%PDF-") -> ProcesVerbal:
    """The minutes validated, their file stored."""
    le = datetime(2027, 5, 13, 9, tzinfo=UTC)
    proces = valider_proces_verbal(seance, lu=empreinte_du_projet(seance), par=presidence, maintenant=le)
    return ranger_proces_verbal(proces, octets, pages=1)


def creer_ordre_du_jour(
    seance: Seance, *, version: str = "sans_noms", octets: bytes = b"%PDF-"
) -> OrdreDuJour:
    """A printed agenda, its file stored."""
    ordre = OrdreDuJour.objects.create(seance=seance, version=version, demande_le=INSTANT)
    return ranger_ordre_du_jour(ordre, octets)


def creer_export_acces(famille: Famille | None = None, **champs: Any) -> ExportAcces:
    """An access export asked, its files not made yet."""
    defauts = {
        "numero": "2026-000001",
        "rang": 1,
        "demande_le": INSTANT,
        "expire_le": INSTANT + timedelta(days=7),
    }
    return ExportAcces.objects.create(famille=famille or creer_famille(), **{**defauts, **champs})


def creer_decision(sens: str = "admis", *, section: Section | None = None, **champs: Any) -> Decision:
    """The decision on the one dossier of a held séance: one place in one section of babies."""
    section = section or creer_section(tranche=TrancheAge.BEBES, age_max_mois=15)
    grille = GrilleCriteres.objects.filter(etat=EtatGrille.EN_VIGUEUR).first() or creer_version_grille(
        publiee=True
    )
    enfant = creer_enfant(date_naissance=date(2027, 1, 10))
    creer_cotation(creer_dossier(enfant=enfant, voeux=[section.structure]), grille)
    seance = creer_seance(places={section: 2})
    seance = geler_seance(seance, par=None, maintenant=datetime(2027, 5, 5, 16, tzinfo=UTC), graine=7)
    admis = {"section": section, "choix": 1, "demi_journees": list(range(10))}
    defauts = admis if sens == "admis" else {"motif": "rang"}
    decision = Decision(passage=seance.passages.get(), sens=sens, **{**defauts, **champs})
    tenir_seance_passee(seance, [decision], par=None, maintenant=INSTANT)
    return Decision.objects.get(passage=decision.passage)


def creer_offre(*, section: Section | None = None) -> Offre:
    """An offer sent, its family told by telephone; its place is the city's."""
    decision = creer_decision(section=section)
    structure = decision.section.structure
    structure.gestionnaire.nature = NatureGestionnaire.VILLE
    structure.gestionnaire.save()
    par = creer_agent("coordination")
    # Far enough for its delay to be still running.
    demain = timezone.now()
    offre = preparer_offre(decision, par=par, maintenant=demain)
    return envoyer_offre(offre, par=par, maintenant=demain, canal="appel")


def creer_lettre(**champs: Any) -> Lettre:
    """A refusal prepared, with its files."""
    decision = creer_decision("non_retenu")
    lot = LotLettres.objects.create(
        seance=decision.passage.seance, envoi_le=JOUR, demande_le=INSTANT, fait_le=INSTANT
    )
    lot.fichier.save("impression.pdf", ContentFile(b"%PDF-"))
    modele, _ = ModeleLettre.objects.get_or_create(
        nature="refus", numero=1, defaults={"objet": "Réponse", "corps": "Bonjour", "publie_le": INSTANT}
    )
    lettre = Lettre(
        lot=lot,
        dossier=decision.passage.dossier,
        decision=decision,
        nature="refus",
        modele=modele,
        auteur="La maire",
        objet="Réponse",
        corps="Bonjour {enfant}",
        identite={"enfant": "Lino", "destinataire": "Maud Parent", "adresse": "", "courriel": ""},
        empreinte="a" * 64,
        canal="papier",
        preparee_le=INSTANT,
    )
    for nom, valeur in champs.items():
        setattr(lettre, nom, valeur)
    lettre.fichier.save("lettre.pdf", ContentFile(b"%PDF-"), save=False)
    lettre.save()
    return lettre
