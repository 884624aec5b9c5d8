"""What moves beside the form while somebody types: points, proofs, look-alikes, ages at entry."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from dossiers.forms.feuille import BESOINS
from dossiers.forms.page import PageSaisie
from dossiers.models import MotifDistinction
from dossiers.queries.apercu import situation_de_saisie
from dossiers.queries.rapprochement import Rapproche, rapprochements_possibles
from dossiers.regles.besoin import texte_nombre
from dossiers.regles.cotation import Cotation, Ligne, coter
from dossiers.regles.faits import FAITS, Faits
from dossiers.regles.grille import Critere, Grille
from dossiers.regles.pieces import PREUVES
from dossiers.regles.rapprochement import Identite
from dossiers.regles.recevabilite import demi_journees_fermees, verdict_age
from dossiers.regles.saisie import SaisieEnfant, est_complet, faits_demandes
from dossiers.regles.situation import Situation
from guichet.acces import Personne
from structures.models import Structure
from structures.regles.semaine import texte_semaine


@dataclass(frozen=True)
class LignePoints:
    libelle: str
    points: int
    verifie: bool
    precision: str
    choix: str = ""


@dataclass(frozen=True)
class LignePiece:
    """A piece of the card: `cle` names its boxes, `vue` and `equivalent` what was answered."""

    cle: str
    libelle: str
    equivalents: tuple[str, ...]
    vue: bool
    equivalent: str


@dataclass(frozen=True)
class LigneChoix:
    rang: int
    structure: Structure
    variante: str
    avis: str
    fermee: str


@dataclass(frozen=True)
class Ressemblant:
    """A look-alike of the child of this rank, and the reason given if any."""

    rang: int
    trouve: Rapproche
    motif: str

    @property
    def cle(self) -> str:
        return f"distinct-{self.rang}-{self.trouve.dossier.pk}"


@dataclass
class Vivant:
    """Computed once per request from a page that was checked."""

    page: PageSaisie
    qui: Personne
    motifs: list[tuple[str, str]] = field(default_factory=lambda: list(MotifDistinction.choices))

    @cached_property
    def situation(self) -> Situation | None:
        saisie = self.page.saisie
        if not saisie.enfants or not (saisie.enfants[0].naissance or saisie.enfants[0].terme):
            return None
        return situation_de_saisie(saisie, self.page.cadre)

    @cached_property
    def cotation(self) -> Cotation | None:
        grille = self.page.cadre.grille
        return coter(grille, self.situation) if grille and self.situation else None

    @cached_property
    def lignes(self) -> list[LignePoints]:
        return [self._ligne(ligne) for ligne in self.cotation.toutes()] if self.cotation else []

    def _ligne(self, ligne: Ligne) -> LignePoints:
        structure = self.page.cadre.structures.get(int(ligne.voeu)) if ligne.voeu else None
        precision = "" if ligne.verifie else self._manque(ligne.critere)
        return LignePoints(
            ligne.libelle, ligne.points, ligne.verifie, precision, structure.nom if structure else ""
        )

    def _manque(self, code: str) -> str:
        grille, situation = self.page.cadre.grille, self.situation
        critere = grille.critere(code) if grille else None
        if critere is None or situation is None:
            return ""
        codes = _preuves(critere, situation.declares)
        return ", ".join(PREUVES[c].libelle.lower() for c in codes if c in PREUVES and not self._vue(c))

    def _vue(self, code: str) -> bool:
        return any(p.code == code and p.vue_le for p in self.page.saisie.pieces)

    @property
    def declare(self) -> int:
        return self.cotation.declare if self.cotation else 0

    @property
    def verifie(self) -> int:
        return self.cotation.verifie if self.cotation else 0

    # Pieces

    @property
    def obligatoires(self) -> list[LignePiece]:
        return [self._piece(code) for code in self.page.cadre.obligatoires if code in PREUVES]

    @cached_property
    def preuves(self) -> list[LignePiece]:
        """Proofs of the points declared, and those ticked already; per child where they are a child's."""
        cles: list[str] = []
        if self.page.cadre.grille and self.situation:
            for code in _preuves_attendues(self.page.cadre.grille, self.situation):
                cles += self._cles(code)
        cles += [c for c in self.page.codes_de_pieces() if self.page.feuille.coche(f"piece-{c}")]
        obligatoires = self.page.cadre.obligatoires
        return [self._piece(c) for c in dict.fromkeys(cles) if c.partition(".")[0] not in obligatoires]

    def _cles(self, code: str) -> Iterator[str]:
        if code == "handicap_enfant" and self.page.saisie.multiple:
            declares = enumerate(self.page.saisie.enfants)
            yield from (f"{code}.{rang}" for rang, enfant in declares if enfant.faits.get(code))
        elif code in PREUVES:
            yield code

    def _piece(self, cle: str) -> LignePiece:
        code, _, rang = cle.partition(".")
        preuve, feuille = PREUVES[code], self.page.feuille
        enfant = (
            f" ({self.page.saisie.enfants[int(rang)].prenom or f'enfant {int(rang) + 1}'})" if rang else ""
        )
        return LignePiece(
            cle,
            preuve.libelle + enfant,
            self._documents(code),
            feuille.coche(f"piece-{cle}"),
            feuille.mot(f"equivalent-{cle}"),
        )

    def _documents(self, code: str) -> tuple[str, ...]:
        """A pregnancy proves who an unborn child is, and nobody else."""
        ne = not any(e.a_naitre for e in self.page.saisie.enfants)
        equivalents = PREUVES[code].equivalents
        return tuple(e for e in equivalents if not (ne and code == "identite" and "grossesse" in e))

    @property
    def complet(self) -> bool:
        vues = frozenset(p.code for p in self.page.saisie.pieces if p.vue_le)
        return est_complet(self.page.cadre.obligatoires, vues)

    # Choices

    @cached_property
    def choix(self) -> list[LigneChoix]:
        connues = self.page.cadre.structures
        return [self._choix(rang, connues[pk]) for rang, pk in enumerate(self.page.voeux, 1) if pk in connues]

    def _choix(self, rang: int, structure: Structure) -> LigneChoix:
        saisie, connue = self.page.saisie, self.page.cadre.connues[structure.pk]
        jours = [e.jour for e in saisie.enfants if e.naissance or e.terme]
        if not jours or not saisie.besoins:
            return LigneChoix(rang, structure, "gris", "", "")
        verdict = verdict_age(connue, max(jours), saisie.besoin.entree_le, plusieurs=saisie.multiple)
        fermees = demi_journees_fermees(connue, saisie.besoin)
        return LigneChoix(
            rang,
            structure,
            "vert" if verdict.accueilli else "brique",
            verdict.texte,
            f"Fermée {texte_semaine(fermees)}" if fermees else "",
        )

    # Look-alikes

    @cached_property
    def ressemblants(self) -> list[Ressemblant]:
        """At most three per child, each shown once; twins of the page are not compared together."""
        cadre, trouves = self.page.cadre, dict[int, Ressemblant]()
        if cadre.place and cadre.proche and cadre.proche.enfant_id == cadre.place.enfant_id:
            return []  # A child already known, whose own dossiers are no look-alikes.
        for rang, enfant in enumerate(self.page.saisie.enfants):
            for trouve in rapprochements_possibles(
                self._identite(enfant), qui=self.qui, sauf=cadre.dossier, limite=3
            ):
                motif = self.page.feuille.mot(f"distinct-{rang}-{trouve.dossier.pk}")
                trouves.setdefault(trouve.dossier.pk, Ressemblant(rang, trouve, motif))
        return list(trouves.values())

    def _identite(self, enfant: SaisieEnfant) -> Identite:
        saisie = self.page.saisie
        return Identite(
            nom=enfant.nom,
            prenom=enfant.prenom,
            naissance=enfant.naissance,
            terme=enfant.terme,
            responsables=tuple((r.nom, r.prenom) for r in saisie.responsables),
            telephones=tuple(t for r in saisie.responsables for t in (r.telephone, r.telephone_2) if t),
            numero_caf=saisie.numero_allocataire,
            multiple=saisie.multiple,
        )

    @property
    def sans_reponse(self) -> list[Ressemblant]:
        """Strong look-alikes nobody answered about: saving waits for a word."""
        return [r for r in self.ressemblants if r.trouve.ressemblance.forte and not r.motif]

    # The week, in words

    @property
    def avis(self) -> dict[str, str]:
        """What deserves a word about each entry date, without blocking."""
        dits = self.page.avertissements
        return {nom: " ".join(dits.get(f"besoins.{nom}.entree_le", [])) for nom in BESOINS}

    @property
    def resumes(self) -> dict[str, str]:
        resumes = dict.fromkeys(BESOINS, "")
        for besoin in self.page.saisie.besoins:
            heures = f"{besoin.heures_semaine.normalize():f}".replace(".", ",")
            resumes[besoin.type] = f"{texte_nombre(besoin)} · {heures}\u00a0h par semaine"
        return resumes


def _preuves_attendues(grille: Grille, situation: Situation) -> list[str]:
    """The pieces that would verify the points declared, in the order of the grid."""
    codes: list[str] = []
    mondes: list[Faits] = [situation.declares, *(v.declares for v in situation.voeux)]
    for critere in grille.criteres:
        if critere.manuel is not None:
            continue
        for declares in mondes:
            note = critere.noter(declares)
            if note and note[0]:
                codes += _preuves(critere, declares)
                break
    return list(dict.fromkeys(codes))


def _preuves(critere: Critere, declares: Faits) -> list[str]:
    """The criterion's own list, else the proof of each fact it rests on."""
    if critere.sur_parole:
        return []
    if critere.preuves is not None:
        return list(critere.preuves)
    faits = [c for c in FAITS if c in faits_demandes(critere.faits) and c in declares]
    a_prouver: list[Any] = [FAITS[c].preuve for c in faits if FAITS[c].a_prouver(declares[c])]
    return list(dict.fromkeys(a_prouver))
