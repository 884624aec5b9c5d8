"""A small world where every action of a dossier's life can happen, in any order, on any dossier."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

from dossiers.models import (
    Admission,
    Courrier,
    DemandeUrgence,
    Dossier,
    Fusion,
    GroupeNaissance,
    Journal,
    MotifRefusPiece,
    Note,
    PieceJustificative,
)
from dossiers.queries.naissance import attendus_avec
from dossiers.regles import cycle
from dossiers.regles.naissance import DECES, NE, Annonce
from dossiers.regles.saisie import Saisie, SaisieBesoin, SaisieEnfant, SaisiePiece, SaisieResponsable
from dossiers.services.conservation import passer_la_conservation
from dossiers.services.contacts import noter_contact
from dossiers.services.cotation import coter_lot
from dossiers.services.cycle import changer_etat
from dossiers.services.departs import annuler_depart, constater_depart, constater_fins_de_place
from dossiers.services.echeances import passer_les_echeances
from dossiers.services.ecriture import CHAMPS_RESPONSABLE
from dossiers.services.empreinte_fusion import photographier
from dossiers.services.fusion import fusionner
from dossiers.services.fusion_defaire import defaire_fusion, oublier_fusions
from dossiers.services.jours import changer_jours
from dossiers.services.modification import modifier_dossier
from dossiers.services.mutations import appliquer_complement, appliquer_mutation
from dossiers.services.naissance import declarer_naissance
from dossiers.services.notes import ecrire_note, effacer_note
from dossiers.services.pieces import constater_piece, redemander_piece, refuser_piece
from dossiers.services.protection import lever_protection, nommer_personne, ouvrir_avec_motif
from dossiers.services.rapprochement import proposer_la_nuit
from dossiers.services.renouvellement import renouveler_dossier
from dossiers.services.situations_partagees import ouvrir_situation
from dossiers.services.urgence import demander_urgence, repondre_urgence
from guichet.erreurs import ErreurMetier
from structures.models import Agent
from tests import factories
from tests.dossiers.scene import une_grille

PIECES = {
    "identite": "acte de naissance",
    "domicile": "quittance de loyer",
    "autorite_parentale": "livret de famille",
}
# What the commission and the dossier's page do by themselves; the rest comes with its own gesture.
ETATS = (
    *("proposer", "reprendre_place", "admettre", "perdre_place"),
    *("suspendre", "reactiver", "clore", "restaurer"),
)


class Monde:
    """Twins to be born, one child with two dossiers and its look-alike, a transfer, a complement."""

    def __init__(self) -> None:
        self.grille = une_grille()
        self.maintenant: datetime = factories.INSTANT
        self.mairie = factories.creer_mairie()
        self.agent: Agent = factories.creer_agent("agent", mairie=self.mairie)
        self.collegue: Agent = factories.creer_agent("agent")
        self.structure, self.autre = factories.creer_structure(), factories.creer_structure()
        self.section = factories.creer_section(self.structure)
        self.ailleurs = factories.creer_section(self.autre)
        for section in (self.section, self.ailleurs):
            factories.creer_capacite(section, places=[3] * 10)
        self.dossiers = [*self._jumeaux(), *self._doublons(), *self._presents()]
        self.recoter()

    def _demande(self, **champs: Any) -> Dossier:
        defauts = {"mairie": self.mairie, "voeux": [self.structure, self.autre]}
        return factories.creer_dossier(**{**defauts, **champs})

    def _jumeaux(self) -> list[Dossier]:
        famille = factories.creer_famille(responsable={"courriel": "un@exemple.invalid"})
        factories.creer_responsable(famille)
        groupe = GroupeNaissance.objects.create()
        demandes = []
        for prenom in ("", ""):
            enfant = factories.creer_enfant(
                famille, prenom=prenom, groupe=groupe, date_prevue_naissance=date(2026, 12, 20)
            )
            demandes.append(self._demande(enfant=enfant))
            PieceJustificative.objects.create(
                dossier=demandes[-1],
                code="identite",
                obligatoire=True,
                etat="vue",
                vue_le=date(2026, 11, 3),
                equivalent="déclaration de grossesse",
            )
        return demandes

    def _doublons(self) -> list[Dossier]:
        enfant = factories.creer_enfant(nom="Colibri", prenom="Sol")
        famille = factories.creer_famille(responsable={"courriel": "deux@exemple.invalid"})
        factories.creer_responsable(famille, ecarte=True, courriel="ecarte@exemple.invalid")
        semblable = factories.creer_enfant(famille, nom="Colibri", prenom="Sol")
        return [
            self._demande(enfant=enfant, etat="incomplet"),
            self._demande(enfant=enfant, etat="clos"),
            self._demande(enfant=semblable, depose_le=date(2026, 10, 5), complet_le=date(2026, 10, 6)),
        ]

    def _presents(self) -> list[Dossier]:
        self.places = [
            factories.creer_admission(self.section, demi_journees=[0, 1, 2, 3]).pk for _ in range(2)
        ]
        place, autre = (Admission.objects.get(pk=pk) for pk in self.places)
        suite = {"entree_le": date(2027, 1, 4)}
        return [
            self._demande(
                enfant=place.enfant, nature="mutation", admission_actuelle=place, voeux=[self.autre]
            ),
            self._demande(
                enfant=autre.enfant,
                nature="complement",
                admission_actuelle=autre,
                voeux=[self.structure],
                besoin={**suite, "demi_journees": [6, 7]},
            ),
        ]

    @property
    def qui(self) -> dict[str, Any]:
        return {"par": self.agent, "mairie": self.mairie, "maintenant": self.maintenant}

    @property
    def jour(self) -> date:
        return self.maintenant.date()

    def attendre(self, jours: int) -> None:
        """Days go by; what time alone changes in the points is counted, as each night does."""
        self.maintenant += timedelta(days=jours)
        if jours:
            self.recoter()

    def recoter(self) -> int:
        """How many dossiers had other points than their rows say."""
        en_attente = Dossier.objects.en_attente().order_by("pk").values_list("pk", flat=True)
        return coter_lot(list(en_attente), self.grille, maintenant=self.maintenant, refaire=True)

    def place_de(self, n: int) -> Admission:
        """A place of the children present, the later periods it was cut into with it."""
        return Admission.objects.order_by("pk")[n % Admission.objects.count()]


def _etat(monde: Monde, dossier: Dossier, n: int) -> None:
    action = cycle.ACTIONS[ETATS[n % len(ETATS)]]
    motif = action.motifs[n % len(action.motifs)] if action.motifs else ""
    jusqu_au = monde.jour + timedelta(days=n) if action.echeance and n % 2 else None
    changer_etat(dossier, action.code, motif=motif, jusqu_au=jusqu_au, **monde.qui)


def _vue(monde: Monde, dossier: Dossier, n: int) -> None:
    code = sorted(PIECES)[n % 3]
    vue_le = max(date(2026, 11, 1), monde.jour - timedelta(n))
    constater_piece(dossier, code, equivalent=PIECES[code], vue_le=vue_le, **monde.qui)


def _refus(monde: Monde, dossier: Dossier, n: int) -> None:
    refuser_piece(dossier, sorted(PIECES)[n % 3], motif=MotifRefusPiece.values[n % 4], **monde.qui)


def _redemande(monde: Monde, dossier: Dossier, n: int) -> None:
    redemander_piece(dossier, sorted(PIECES)[n % 3], **monde.qui)


def _renouveler(monde: Monde, dossier: Dossier, n: int) -> None:
    renouveler_dossier(dossier, **monde.qui)


def _fusion(monde: Monde, dossier: Dossier, n: int) -> None:
    fusionner(dossier, monde.dossiers[n % len(monde.dossiers)], choix={}, **monde.qui)


def _defaire(monde: Monde, dossier: Dossier, n: int) -> None:
    fusion = Fusion.objects.filter(garde=dossier).order_by("-pk").first()
    if fusion is None:
        raise ErreurMetier("rien", "aucune fusion")
    defaire_fusion(fusion, **monde.qui)


def _aller_retour(monde: Monde, dossier: Dossier, n: int) -> None:
    """A merge undone at once leaves both dossiers as they were, row by row."""
    autre = monde.dossiers[n % len(monde.dossiers)]
    avant, etats = photographier(dossier, autre), _etats(dossier, autre)
    fusion = fusionner(dossier, autre, choix={}, **monde.qui)
    defaire_fusion(fusion, **monde.qui)
    assert photographier(dossier, autre) == avant, "défaire remet tout"
    assert _etats(dossier, autre) == etats


def _etats(*dossiers: Dossier) -> list[tuple[Any, ...]]:
    champs = ("pk", "etat", "suspendu_le", "suspendu_jusqu_au", "clos_le", "motif_cloture")
    return list(Dossier.objects.filter(pk__in=[d.pk for d in dossiers]).order_by("pk").values_list(*champs))


def _naissance(monde: Monde, dossier: Dossier, n: int) -> None:
    dossier.refresh_from_db()
    annonces = [
        Annonce(d.pk, issue=DECES if rang and n % 4 == 3 else NE, nom="Colibri", prenom=f"Enfant {rang}")
        for rang, d in enumerate(attendus_avec(dossier))
    ]
    document = "acte de naissance" if n % 2 else ""
    naissance = min(monde.jour, date(2026, 12, 15))
    declarer_naissance(
        dossier, annonces, naissance=naissance, version=dossier.version, document=document, **monde.qui
    )


def _depart(monde: Monde, dossier: Dossier, n: int) -> None:
    constater_depart(monde.place_de(n), le=monde.jour + timedelta(n), motif="demenagement", **monde.qui)


def _depart_annule(monde: Monde, dossier: Dossier, n: int) -> None:
    annuler_depart(monde.place_de(n), **monde.qui)


def _jours(monde: Monde, dossier: Dossier, n: int) -> None:
    semaine = [(n + i) % 10 for i in range(4)]
    changer_jours(
        monde.place_de(n), a_partir_du=monde.jour + timedelta(n), demi_journees=semaine, **monde.qui
    )


def _suite(monde: Monde, dossier: Dossier, n: int) -> None:
    """The place a transfer asked for, or the days of a complement."""
    if dossier.nature == "complement":
        appliquer_complement(dossier, a_partir_du=monde.jour + timedelta(n), **monde.qui)
    else:
        debut = monde.jour + timedelta(n + 1)
        appliquer_mutation(dossier, section=monde.ailleurs, demi_journees=[0, 1], debut=debut, **monde.qui)


def _urgence(monde: Monde, dossier: Dossier, n: int) -> None:
    section = (monde.section, monde.ailleurs)[n % 2]
    demander_urgence(
        dossier, section=section, demi_journees=[0, 1], debut=monde.jour, motif="arrivee", **monde.qui
    )


def _urgence_reponse(monde: Monde, dossier: Dossier, n: int) -> None:
    demande = DemandeUrgence.objects.filter(dossier=dossier).order_by("-pk").first()
    if demande is None:
        raise ErreurMetier("rien", "aucune urgence")
    accord = bool(n % 2)
    repondre_urgence(demande, accord=accord, motif="place_libre" if accord else "pas_de_place", **monde.qui)


def _modifier(monde: Monde, dossier: Dossier, n: int) -> None:
    """Two contracts, weeks A and B, other choices, another solution, a protection: one at a time."""
    dossier = Dossier.objects.select_related("famille", "enfant").get(pk=dossier.pk)
    saisie = saisie_de(dossier)
    un = saisie.besoins[0]
    changee: Callable[[], Saisie] = (
        lambda: replace(saisie, besoins=(replace(un, deux_contrats=True, second=un.demi_journees[:1]),)),
        lambda: replace(saisie, besoins=(replace(un, rythme="alternee", demi_journees_b=(2, 3)),)),
        lambda: replace(saisie, voeux=saisie.voeux[::-1]),
        lambda: replace(saisie, solution="famille"),
        lambda: replace(saisie, protegee=True),
    )[n % 5]
    modifier_dossier(dossier, changee(), version=dossier.version, **monde.qui)


def saisie_de(dossier: Dossier) -> Saisie:
    """The dossier as the page would send it again, unchanged."""
    enfant, famille = dossier.enfant, dossier.famille
    responsables = [
        SaisieResponsable(**{nom: getattr(r, nom) for nom in CHAMPS_RESPONSABLE})
        for r in famille.responsables.order_by("rang")
    ]
    lues = ("code", "equivalent", "vue_le", "valide_jusqu_au")
    pieces = PieceJustificative.objects.filter(dossier=dossier) | PieceJustificative.objects.filter(
        famille=famille
    )
    return Saisie(
        enfants=(
            SaisieEnfant(
                enfant.nom,
                enfant.prenom,
                enfant.sexe,
                naissance=enfant.date_naissance,
                terme=enfant.date_prevue_naissance if enfant.a_naitre else None,
            ),
        ),
        responsables=tuple(responsables),
        besoins=tuple(
            SaisieBesoin(b.type, b.entree_le, tuple(b.demi_journees)) for b in dossier.besoins.all()
        ),
        voeux=tuple(dossier.voeux.order_by("rang").values_list("structure", flat=True)),
        depose_le=dossier.depose_le,
        pieces=tuple(
            SaisiePiece(**{nom: getattr(p, nom) for nom in lues}) for p in pieces if p.etat == "vue"
        ),
        solution=dossier.solution,
        protegee=famille.protegee,
        nature=dossier.nature,
        famille=famille.pk,
        enfant=enfant.pk if dossier.admission_actuelle_id else None,
        admission_actuelle=dossier.admission_actuelle_id,
    )


def _proteger(monde: Monde, dossier: Dossier, n: int) -> None:
    """Opened by another counter, shared with it, lifted."""
    if n % 3 == 0:
        ouvrir_avec_motif(dossier, motif="urgence", par=monde.collegue, maintenant=monde.maintenant)
    elif n % 3 == 1:
        nommer_personne(dossier, agent=monde.collegue, **monde.qui)
    else:
        lever_protection(dossier, motif="fin_famille", **monde.qui)


def _parler(monde: Monde, dossier: Dossier, n: int) -> None:
    """A contact, a note written, a note erased, a situation opened."""
    if n % 4 == 0:
        noter_contact(dossier, canal="appel", issue="joint", **monde.qui)
    elif n % 4 == 1:
        ecrire_note(dossier, "Préfère être jointe le matin", **monde.qui)
    elif n % 4 == 2:
        note = Note.objects.filter(effacee_le=None).first()
        if note is None:
            raise ErreurMetier("rien", "aucune note")
        effacer_note(note, **monde.qui)
    else:
        ouvrir_situation(
            dossier, service="pmi", fonction="puericultrice", delai_souhaite="quinzaine", **monde.qui
        )


def _nuit(monde: Monde, dossier: Dossier, n: int) -> None:
    """Every nightly job of the day; played again, it finds nothing left to do."""
    _passer(monde)
    avant = (Journal.objects.count(), Courrier.objects.count(), _toutes(Dossier), _toutes(Admission))
    bilan = _passer(monde)
    assert (bilan.total("faite"), bilan.total("annulee")) == (0, 0)
    assert avant == (Journal.objects.count(), Courrier.objects.count(), _toutes(Dossier), _toutes(Admission))


def _toutes(modele: Any) -> list[dict[str, Any]]:
    return list(modele.objects.order_by("pk").values())


def _passer(monde: Monde) -> Any:
    constater_fins_de_place(maintenant=monde.maintenant)
    proposer_la_nuit(maintenant=monde.maintenant)
    oublier_fusions(maintenant=monde.maintenant)
    passer_la_conservation(monde.jour, maintenant=monde.maintenant)
    return passer_les_echeances(monde.jour, maintenant=monde.maintenant)


GESTES: dict[str, Callable[[Monde, Dossier, int], None]] = {
    "état": _etat,
    "pièce vue": _vue,
    "pièce refusée": _refus,
    "pièce redemandée": _redemande,
    "renouveler": _renouveler,
    "fusionner": _fusion,
    "défaire": _defaire,
    "fusionner puis défaire": _aller_retour,
    "naissance": _naissance,
    "départ": _depart,
    "départ annulé": _depart_annule,
    "jours changés": _jours,
    "mutation ou complément": _suite,
    "urgence": _urgence,
    "réponse à l’urgence": _urgence_reponse,
    "modifier": _modifier,
    "protection": _proteger,
    "contact, note, situation": _parler,
    "nuit": _nuit,
}
