"""Séances at every state, and what follows them."""

from datetime import UTC, date, datetime
from typing import Any

from django.core.files.base import ContentFile
from django.utils import timezone

from commissions.models import (
    ConfirmationGestionnaire,
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
from commissions.services.envois import envoyer_offre
from commissions.services.gel import geler_seance
from commissions.services.offres import preparer_offre
from commissions.services.proces_verbal import (
    empreinte_du_projet,
    ranger_proces_verbal,
    valider_proces_verbal,
)
from commissions.services.proposition import proposer
from commissions.services.travaux import ranger_ordre_du_jour
from dossiers.models import EtatGrille, GrilleCriteres
from structures.models import Agent, NatureGestionnaire, Section, Structure, TrancheAge
from tests.factories.dossiers import (
    creer_cotation,
    creer_dossier,
    creer_enfant,
    creer_grille,
    creer_version_grille,
)
from tests.factories.lieux import creer_agent, creer_section
from tests.factories.reperes import INSTANT, JOUR, suivant


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


def creer_confirmation(*, structure: Structure | None = None, **champs: Any) -> ConfirmationGestionnaire:
    """A refusal an association has to confirm, for its own structure."""
    section = creer_section(structure, tranche=TrancheAge.BEBES, age_max_mois=15)
    section.structure.gestionnaire.nature = NatureGestionnaire.ASSOCIATION
    section.structure.gestionnaire.save()
    decision = creer_decision("non_retenu", section=section)
    return ConfirmationGestionnaire.objects.create(
        decision=decision, structure=section.structure, **{"demandee_le": INSTANT, **champs}
    )


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
