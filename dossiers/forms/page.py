"""The whole entry page: its parts, their faults, and the entry they make."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

from django import forms

from dossiers.forms.besoin import AlternativeForm, BesoinForm
from dossiers.forms.feuille import BESOINS, NB_ALTERNATIVES, Feuille
from dossiers.forms.saisie import (
    DepotForm,
    EnfantForm,
    FoyerForm,
    NaissanceForm,
    ResponsableForm,
)
from dossiers.models import Enfant
from dossiers.queries.saisie import Cadre, constats_de, jours_des_pieces
from dossiers.regles.pieces import PREUVES
from dossiers.regles.saisie import (
    FAITS_DOSSIER,
    FAITS_ENFANT,
    Saisie,
    SaisieBesoin,
    SaisieEnfant,
    SaisiePiece,
    SaisieResponsable,
    faits_a_repondre,
    faits_demandes,
    piece_de_l_enfant,
)
from guichet.texte import entier_lu

COLONNES_NOMBRES = ("enfants_a_charge", "enfants_moins_3_ans", "quotient_familial", "ressources_mensuelles")


@dataclass(frozen=True)
class Faute:
    """A line of the error summary."""

    cible: str
    libelle: str
    message: str


class PageSaisie:
    """Forms over one sheet. With `controler` they are validated; `saisie` is what they make."""

    def __init__(self, feuille: Feuille, cadre: Cadre, *, controler: bool = True) -> None:
        self.feuille, self.cadre, self.controler = feuille, cadre, controler
        donnees = feuille.en_formulaire()
        commun: dict[str, Any] = {"data": donnees, "controler": controler}
        self.naissance = NaissanceForm(**commun)
        self.enfants = [EnfantForm(prefix=f"e{n}", **commun) for n in range(1, 4)]
        self.responsables = [ResponsableForm(prefix=f"r{n}", **commun) for n in (1, 2)]
        self.foyer = FoyerForm(faits=self._faits_du_foyer(), **commun)
        self.besoins = {nom: BesoinForm(prefix=nom, **commun) for nom in BESOINS}
        self.alternatives = [
            AlternativeForm(prefix=f"alt{n}", **commun) for n in range(1, NB_ALTERNATIVES + 1)
        ]
        self.depot = DepotForm(quartiers=cadre.quartiers, mairies=cadre.mairies, **commun)
        self.fautes_hors_champ: list[Faute] = []
        self.avertissements: dict[str, list[str]] = {}
        if controler:
            self._controler()

    # What the grid asks

    @cached_property
    def faits_de_grille(self) -> frozenset[str]:
        return faits_demandes(self.cadre.grille.faits) if self.cadre.grille else frozenset()

    @cached_property
    def sections(self) -> dict[str, list[str]]:
        return faits_a_repondre(self.faits_de_grille)

    def _faits_du_foyer(self) -> list[str]:
        return [code for codes in self.sections.values() for code in codes]

    @property
    def sections_champs(self) -> list[tuple[str, list[forms.BoundField], list[forms.BoundField]]]:
        """For the template: title, numbers, boxes."""
        coches = set(self.foyer.coches)
        return [
            (
                titre,
                [self.foyer[c] for c in codes if c not in coches],
                [self.foyer[c] for c in codes if c in coches],
            )
            for titre, codes in self.sections.items()
        ]

    @property
    def demande_heures(self) -> bool:
        return bool({"heures_travail_1", "heures_travail_2"} & self.faits_de_grille)

    @property
    def demande_handicap(self) -> bool:
        return "handicap_enfant" in self.faits_de_grille

    # Which parts are in use

    @property
    def second(self) -> bool:
        return self.feuille.coche("second")

    @property
    def enfants_utiles(self) -> list[EnfantForm]:
        return self.enfants[: self.feuille.nombre_enfants]

    @property
    def responsables_utiles(self) -> list[ResponsableForm]:
        return self.responsables[: 2 if self.second else 1]

    @property
    def besoins_demandes(self) -> list[BesoinForm]:
        return [f for nom, f in self.besoins.items() if self.feuille.coche(f"{nom}-demande")]

    @property
    def nb_alternatives(self) -> int:
        return max(
            min(NB_ALTERNATIVES, entier_lu(self.feuille.mot("alternatives")) or 0),
            max((n for n in range(1, 4) if self.feuille.mots(f"alt{n}-semaine")), default=0),
        )

    @property
    def alternatives_utiles(self) -> list[AlternativeForm]:
        return self.alternatives[: self.nb_alternatives]

    @property
    def voeux(self) -> list[int]:
        return self.feuille.entiers("voeux")

    @property
    def formulaires(self) -> list[Any]:
        return [
            self.naissance,
            *self.enfants_utiles,
            *self.responsables_utiles,
            self.foyer,
            *self.besoins_demandes,
            *self.alternatives_utiles,
            self.depot,
        ]

    # Checking

    def _controler(self) -> None:
        for formulaire in self.formulaires:
            formulaire.full_clean()
        for constat in constats_de(self.saisie, self.cadre):
            self.signaler(constat.champ, constat.message, bloquant=constat.bloquant)

    def signaler(self, champ: str, message: str, *, bloquant: bool = True) -> None:
        """Put a finding where the eye is: on its field, else above the part it is about."""
        formulaire, nom = self._ou(champ)
        if champ == "besoins" and self.besoins_demandes:
            return  # One is ticked: its own field already says what is missing.
        if bloquant and champ == "besoins":
            self.fautes_hors_champ.append(Faute("id_regulier-demande", "Type d’accueil", message))
        elif not bloquant:
            self.avertissements.setdefault(champ, []).append(message)
        elif formulaire is None:
            self.fautes_hors_champ.append(Faute("ajout", "Choix", message))
        elif nom not in formulaire.errors:
            formulaire.add_error(nom, message)

    def _ou(self, champ: str) -> tuple[Any, str]:
        partie, _, reste = champ.partition(".")
        if partie == "enfants":
            rang, _, nom = reste.partition(".")
            if nom == "naissance":
                return self.naissance, nom
            return self.enfants[int(rang)], nom
        if partie == "responsables":
            rang, _, nom = reste.partition(".")
            return self.responsables[int(rang)], nom
        if partie == "besoins":
            return self._ou_besoin(reste)
        if partie == "foyer":
            return (self.foyer, reste) if reste in self.foyer.fields else (self.foyer, "situation")
        if partie in ("depot", "pieces"):
            return self.depot, reste if reste in self.depot.fields else "pieces_le"
        return None, ""

    def _ou_besoin(self, reste: str) -> tuple[Any, str]:
        nom, _, champ = reste.partition(".")
        formulaire = self.besoins.get(nom, self.besoins["regulier"])
        if champ == "alternatives":
            return self.alternatives[0], "semaine"
        noms = {"demi_journees": "semaine", "demi_journees_b": "semaine_b", "horaires": "matin_debut"}
        noms["horaires_b"] = "matin_b_debut"
        return formulaire, noms.get(champ, champ or "demande")

    @property
    def fautes_des_besoins(self) -> list[Faute]:
        return [f for f in self.fautes_hors_champ if f.cible != "ajout"]

    @property
    def fautes_des_choix(self) -> list[Faute]:
        return [f for f in self.fautes_hors_champ if f.cible == "ajout"]

    @property
    def valide(self) -> bool:
        return not self.fautes

    @cached_property
    def fautes(self) -> list[Faute]:
        """Every fault, in the order of the page."""
        trouvees = list(self.fautes_hors_champ)
        for formulaire in self.formulaires:
            for nom, messages in formulaire.errors.items():
                champ = formulaire[nom] if nom in formulaire.fields else None
                cible = champ.auto_id if champ else ""
                if champ and isinstance(champ.field.widget, forms.CheckboxSelectMultiple):
                    cible = f"{champ.auto_id}_0"
                libelle = str(champ.label) if champ and champ.label else "Type d’accueil"
                libelle += self._de_qui(formulaire)
                trouvees += [Faute(cible, libelle, str(message)) for message in messages]
        return trouvees

    def _de_qui(self, formulaire: Any) -> str:
        """Whose name is missing: the summary holds several fields of the same label."""
        for qui, formulaires in (("enfant", self.enfants_utiles), ("responsable", self.responsables_utiles)):
            for rang, autre in enumerate(formulaires, 1):
                if autre is formulaire:
                    return f" ({qui} {rang})" if len(formulaires) > 1 else f" ({qui})"
        return ""

    # The entry

    @cached_property
    def saisie(self) -> Saisie:
        """The entry, with whatever could be understood; whole once `valide`."""
        foyer, depot = self.foyer.cleaned_data, self.depot.cleaned_data
        depose_le = depot.get("depose_le") or self.cadre.jour
        dossier = self.cadre.dossier
        faits = self._faits_gardes() | self.foyer.faits()
        engagements_le = dossier.engagements_le if dossier else None
        return Saisie(
            enfants=tuple(self._enfants()),
            responsables=tuple(self._responsables()),
            besoins=tuple(self._besoins()),
            voeux=tuple(self.voeux),
            depose_le=depose_le,
            pieces=tuple(self._pieces(depot.get("pieces_le"), depose_le)),
            numero_allocataire=foyer.get("numero_allocataire") or "",
            regime=foyer.get("regime") or "caf",
            situation=foyer.get("situation") or "",
            faits_foyer={c: v for c, v in faits.items() if c not in FAITS_DOSSIER},
            faits_dossier={c: v for c, v in faits.items() if c in FAITS_DOSSIER},
            protegee=bool(depot.get("protegee")),
            solution=depot.get("solution") or "",
            quartier=int(depot["quartier"]) if depot.get("quartier") else None,
            regle_groupe=self.naissance.cleaned_data.get("regle_groupe") or "ensemble_sinon_separes",
            engagements_le=(engagements_le or depose_le) if depot.get("engagements") else None,
            distinctions=dict(self.distinctions()),
            famille=self.cadre.famille.pk if self.cadre.famille else None,
            jumeau=self.cadre.jumeau.pk if self.cadre.jumeau else None,
            nature=self.cadre.nature,
            enfant=self.cadre.place.enfant_id if self.cadre.place else None,
            admission_actuelle=self.cadre.place.pk if self.cadre.place else None,
            **{nom: self._nombre(nom) for nom in COLONNES_NOMBRES},
        )

    def _faits_gardes(self) -> dict[str, Any]:
        """What an earlier grid asked and this one does not is left as it was."""
        famille, dossier = self.cadre.famille, self.cadre.dossier
        if famille is None:
            return {}
        anciens = {**famille.faits, **(dossier.faits if dossier else {})}
        return {c: v for c, v in anciens.items() if c not in self.foyer.fields and c not in FAITS_ENFANT}

    def _nombre(self, nom: str) -> Any:
        if nom in self.foyer.fields or self.cadre.famille is None:
            return self.foyer.cleaned_data.get(nom)
        return getattr(self.cadre.famille, nom)

    def _enfants(self) -> Iterator[SaisieEnfant]:
        commun = self.naissance.cleaned_data
        dossier, jumeau = self.cadre.dossier, self.cadre.jumeau
        if self.cadre.place:
            yield self._enfant_accueilli(self.cadre.place.enfant)
            return
        ne = not jumeau.a_naitre if jumeau else commun.get("statut") != "a_naitre"
        jour = jumeau.ne_ou_prevu_le if jumeau else commun.get("naissance")
        premier = self.enfants[0].cleaned_data.get("nom", "")
        for formulaire in self.enfants_utiles:
            dit = formulaire.cleaned_data
            yield SaisieEnfant(
                nom=dit.get("nom") or premier or "",
                prenom=dit.get("prenom", ""),
                naissance=jour if ne else None,
                terme=None if ne else jour,
                sexe=dossier.enfant.sexe if dossier else "",
                faits={"handicap_enfant": True} if dit.get("handicap_enfant") else {},
            )

    def _enfant_accueilli(self, enfant: Enfant) -> SaisieEnfant:
        """A child already received is named by its file, not typed again."""
        handicap = bool(self.enfants[0].cleaned_data.get("handicap_enfant"))
        return SaisieEnfant(
            nom=enfant.nom,
            prenom=enfant.prenom,
            naissance=enfant.date_naissance,
            terme=enfant.date_prevue_naissance,
            sexe=enfant.sexe,
            faits={"handicap_enfant": True} if handicap else {},
        )

    def _responsables(self) -> Iterator[SaisieResponsable]:
        famille = self.cadre.famille
        anciens = {r.rang: r for r in famille.responsables.all()} if famille else {}
        for rang, formulaire in enumerate(self.responsables_utiles, 1):
            dit = {nom: valeur for nom, valeur in formulaire.cleaned_data.items() if valeur is not None}
            if rang in anciens and not self.demande_heures:
                dit["heures_hebdo"] = anciens[rang].heures_hebdo
            yield SaisieResponsable(**{"nom": "", **dit, "lien": dit.get("lien") or "parent"})

    def _besoins(self) -> Iterator[SaisieBesoin]:
        for formulaire in self.besoins_demandes:
            autres = self.alternatives_utiles if formulaire.prefix == "regulier" else []
            semaines = tuple(s for a in autres if (s := a.cleaned_data.get("semaine")))
            if besoin := formulaire.saisie(semaines):
                yield besoin

    def _pieces(self, pieces_le: date | None, depose_le: date) -> Iterator[SaisiePiece]:
        """The pieces ticked, seen the day they were; those shown and not ticked are awaited."""
        deja = jours_des_pieces(self.cadre)
        nouvelles = pieces_le or (self.cadre.jour if self.cadre.dossier else depose_le)
        for cle in self.codes_de_pieces():
            code, _, rang = cle.partition(".")
            vue = self.feuille.coche(f"piece-{cle}")
            equivalent = self.feuille.mot(f"equivalent-{cle}")
            yield SaisiePiece(
                code=code,
                equivalent=equivalent if vue and equivalent in PREUVES[code].equivalents else "",
                vue_le=(deja.get(code) or nouvelles) if vue else None,
                enfant=int(rang) if rang else None,
            )

    def codes_de_pieces(self) -> list[str]:
        """Keys of the pieces spoken of: compulsory ones, then those ticked; « code.rang » for one child."""
        cles = list(self.cadre.obligatoires)
        for nom in sorted(self.feuille.noms()):
            prefixe, _, cle = nom.partition("-")
            code, _, rang = cle.partition(".")
            if prefixe != "piece" or code not in PREUVES or cle in cles:
                continue
            if rang and (not piece_de_l_enfant(code) or int(rang) >= self.feuille.nombre_enfants):
                continue
            cles.append(cle)
        return cles

    def distinctions(self) -> Iterator[tuple[tuple[int, int], str]]:
        for nom in self.feuille.noms():
            prefixe, _, reste = nom.partition("-")
            if prefixe == "distinct" and (motif := self.feuille.mot(nom)):
                rang, _, pk = reste.partition("-")
                if int(rang) < self.feuille.nombre_enfants:
                    yield (int(rang), int(pk)), motif
