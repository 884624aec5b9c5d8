"""The filters of the list: what the address may ask, cleaned, one method each."""

from collections.abc import Sequence
from typing import Any

import django_filters as filtres
from django import forms
from django.db.models import Exists, F, OuterRef, Q, QuerySet

from dossiers.acces import voit_lignes
from dossiers.models import (
    Critere,
    EtatDossier,
    EtatGrille,
    LigneListe,
    LigneVoeu,
    NatureDossier,
    TypeBesoin,
)
from dossiers.queries.liste.champs import MoisField, SaisieMois
from dossiers.queries.liste.masques import jour_de_section
from dossiers.queries.liste.sections import dans_section
from dossiers.regles.cycle import EN_ATTENTE
from guichet.acces import Personne
from guichet.formulaires import DateField
from structures.models import Mairie, Quartier, Section, Structure
from structures.regles.ages import ajouter_mois
from structures.regles.semaine import CRENEAUX, JOURS

Lignes = QuerySet[LigneListe]
# The relation to the choice of the chosen structure, annotated on the rows.
ICI = "ici"
_INCONNU = {"invalid_choice": "« %(value)s » n’existe pas", "invalid_list": "valeur illisible"}
_OBJET_INCONNU = {
    "invalid_choice": "cette valeur n’existe pas",
    "invalid_pk_value": "« %(pk)s » n’existe pas",
    "invalid_list": "valeur illisible",
}
_DEMI_JOURNEES = [
    (code, f"{JOURS[i // 2]} {'après-midi' if i % 2 else 'matin'}") for i, code in enumerate(CRENEAUX)
]
_BITS_BESOIN = {TypeBesoin.REGULIER: 1, TypeBesoin.OCCASIONNEL: 2, TypeBesoin.URGENCE: 4}
_ETATS = [(e.value, e.label) for e in EtatDossier if e.value in EN_ATTENTE]
_NATURES = [
    (NatureDossier.PREMIERE, "premières demandes"),
    (NatureDossier.MUTATION, "mutations"),
    (NatureDossier.COMPLEMENT, "compléments"),
]
CASES = forms.CheckboxSelectMultiple


class _JourFilter(filtres.DateFilter):
    field_class = DateField


class _MoisFilter(filtres.Filter):
    field_class = MoisField


def criteres_filtrables() -> QuerySet[Critere]:
    """The criteria of the grid in force that may select a line: never a protected one."""
    return Critere.objects.filter(grille__etat=EtatGrille.EN_VIGUEUR, protege=False)


class FiltresListe(filtres.FilterSet):
    """Order of the fields = order of the canonical address and of the chips."""

    structure = filtres.ModelChoiceFilter(
        label="Structure demandée",
        queryset=Structure.objects.all(),
        to_field_name="code",
        error_messages=_OBJET_INCONNU,
        method="par_structure",
    )
    choix = filtres.TypedChoiceFilter(
        label="Rang du choix",
        choices=[(str(n), f"choix n° {n}") for n in range(1, 11)],
        coerce=int,
        error_messages=_INCONNU,
        method="par_choix",
    )
    section = filtres.ModelChoiceFilter(
        label="Section",
        queryset=Section.objects.select_related("structure"),
        error_messages=_OBJET_INCONNU,
        method="par_section",
    )
    le = _JourFilter(label="Pour une entrée le", method="par_jour")
    quartier = filtres.ModelMultipleChoiceFilter(
        label="Quartier",
        queryset=Quartier.objects.all(),
        to_field_name="code",
        widget=CASES,
        error_messages=_OBJET_INCONNU,
        method="par_quartier",
    )
    mairie = filtres.ModelMultipleChoiceFilter(
        label="Mairie",
        queryset=Mairie.objects.all(),
        to_field_name="code",
        widget=CASES,
        error_messages=_OBJET_INCONNU,
        method="par_mairie",
    )
    entree_de = _MoisFilter(label="Entrée à partir de", widget=SaisieMois, method="depuis_mois")
    entree_a = _MoisFilter(label="Entrée jusqu’à", widget=SaisieMois, method="jusqu_au_mois")
    demi = filtres.MultipleChoiceFilter(
        label="Demi-journées",
        choices=_DEMI_JOURNEES,
        widget=CASES,
        error_messages=_INCONNU,
        method="par_demi_journees",
    )
    demi_mode = filtres.ChoiceFilter(
        label="La semaine demandée",
        choices=[("contient", "contient ces demi-journées"), ("tient", "tient dans ces demi-journées")],
        empty_label=None,
        widget=forms.RadioSelect,
        error_messages=_INCONNU,
        method="sans_effet",
    )
    besoin = filtres.ChoiceFilter(
        label="Type de besoin", choices=TypeBesoin.choices, error_messages=_INCONNU, method="par_besoin"
    )
    etat = filtres.MultipleChoiceFilter(
        label="État", choices=_ETATS, widget=CASES, error_messages=_INCONNU, method="par_etat"
    )
    nature = filtres.MultipleChoiceFilter(
        label="Nature de la demande",
        choices=_NATURES,
        widget=CASES,
        error_messages=_INCONNU,
        method="par_nature",
    )
    critere = filtres.ModelChoiceFilter(
        label="Critère",
        queryset=lambda request: criteres_filtrables(),
        to_field_name="code",
        error_messages=_OBJET_INCONNU,
        method="par_critere",
    )
    a_verifier = filtres.ChoiceFilter(
        label="Points à vérifier", choices=[("oui", "oui")], error_messages=_INCONNU, method="par_a_verifier"
    )

    class Meta:
        model = LigneListe
        fields: Sequence[str] = ()

    def __init__(self, *args: Any, qui: Personne, **kwargs: Any) -> None:
        self.qui = qui
        super().__init__(*args, **kwargs)
        if not voit_lignes(qui):
            del self.filters["critere"]

    def appliquer(self, lignes: Lignes, propres: dict[str, Any], noms: Sequence[str]) -> Lignes:
        """The rows left by the filters `noms` whose clean value is in `propres`."""
        self.propres = propres
        for nom in noms:
            if nom in propres:
                lignes = self.filters[nom].filter(lignes, propres[nom])
        return lignes

    def par_structure(self, lignes: Lignes, nom: str, valeur: Structure) -> Lignes:
        return lignes.filter(**{f"{ICI}__structure": valeur})

    def par_choix(self, lignes: Lignes, nom: str, valeur: int) -> Lignes:
        if "structure" in self.propres:
            return lignes.filter(**{f"{ICI}__rang": valeur})
        miens = LigneVoeu.objects.filter(ligne=OuterRef("pk"), structure__in=self.qui.structures, rang=valeur)
        return lignes.filter(Exists(miens))

    def par_section(self, lignes: Lignes, nom: str, valeur: Section) -> Lignes:
        jour = self.propres.get("le")
        soeurs = list(Section.objects.filter(structure=valeur.structure_id))
        return lignes.filter(dans_section(valeur, soeurs, jour and jour_de_section(self.qui, jour)))

    def par_jour(self, lignes: Lignes, nom: str, valeur: Any) -> Lignes:
        return lignes.filter(entree_min__lte=valeur, entree_max__gte=valeur)

    def par_quartier(self, lignes: Lignes, nom: str, valeur: Sequence[Quartier]) -> Lignes:
        return lignes.filter(quartier__in=[q.pk for q in valeur]) if valeur else lignes

    def par_mairie(self, lignes: Lignes, nom: str, valeur: Sequence[Mairie]) -> Lignes:
        return lignes.filter(mairie__in=[m.pk for m in valeur]) if valeur else lignes

    def depuis_mois(self, lignes: Lignes, nom: str, valeur: Any) -> Lignes:
        return lignes.filter(entree_le__gte=valeur)

    def jusqu_au_mois(self, lignes: Lignes, nom: str, valeur: Any) -> Lignes:
        return lignes.filter(entree_le__lt=ajouter_mois(valeur, 1))

    def par_demi_journees(self, lignes: Lignes, nom: str, valeur: Sequence[str]) -> Lignes:
        """Weeks are ten bits: the list of those that fit is short enough for the index."""
        voulu = sum(1 << CRENEAUX.index(code) for code in valeur)
        if self.propres.get("demi_mode") == "tient":
            semaines = [s for s in range(1, 1 << len(CRENEAUX)) if s & ~voulu == 0]
        else:
            semaines = [s for s in range(1, 1 << len(CRENEAUX)) if s & voulu == voulu]
        return lignes.filter(semaine__in=semaines)

    def sans_effet(self, lignes: Lignes, nom: str, valeur: str) -> Lignes:
        return lignes

    def par_besoin(self, lignes: Lignes, nom: str, valeur: str) -> Lignes:
        bit = _BITS_BESOIN[TypeBesoin(valeur)]
        return lignes.filter(types__in=[types for types in range(8) if types & bit])

    def par_etat(self, lignes: Lignes, nom: str, valeur: Sequence[str]) -> Lignes:
        return lignes.filter(etat__in=valeur)

    def par_nature(self, lignes: Lignes, nom: str, valeur: Sequence[str]) -> Lignes:
        return lignes.filter(nature__in=valeur)

    def par_critere(self, lignes: Lignes, nom: str, valeur: Critere) -> Lignes:
        return lignes.filter(criteres__contains=[valeur.code])

    def par_a_verifier(self, lignes: Lignes, nom: str, valeur: str) -> Lignes:
        return lignes.filter(Q(declare__gt=F("verifie")))
