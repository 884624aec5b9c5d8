"""What the city votes on: every setting, its value today, its history, its next value."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from guichet.acces import personne, reserve_a
from guichet.erreurs import ErreurMetier
from guichet.formulaires import dire_refus
from structures import queries
from structures.forms.reglages import ReglageForm
from structures.models import Profil, Reglage
from structures.regles.reglages import REGLAGES, DefinitionReglage
from structures.services import referentiel


@reserve_a(Profil.ADMINISTRATION, Profil.COORDINATION)
def reglages(request: HttpRequest) -> HttpResponse:
    en_vigueur = queries.reglages_en_vigueur(le=timezone.localdate())
    lignes = [(d, texte_valeur(d, valeur), pose) for d, valeur, pose in en_vigueur]
    return render(request, "structures/reglages.html", {"lignes": lignes})


@reserve_a(Profil.ADMINISTRATION, Profil.COORDINATION)
def reglage_detail(request: HttpRequest, cle: str) -> HttpResponse:
    definition = REGLAGES.get(cle)
    if definition is None:
        raise Http404
    peut_regler = personne(request).est(Profil.ADMINISTRATION)
    form = ReglageForm(definition, request.POST or None)
    if request.method == "POST" and peut_regler and form.is_valid() and _regler(request, form):
        messages.success(request, f"Réglé : {definition.libelle}.")
        return redirect("structures:reglage_detail", cle=cle)
    historique = Reglage.objects.filter(cle=cle).select_related("pose_par").order_by("-a_partir_du")
    contexte = {
        "definition": definition,
        "form": form if peut_regler else None,
        "actuelle": texte_valeur(definition, queries.reglage(cle, le=timezone.localdate())),
        "defaut": texte_valeur(definition, definition.defaut),
        "historique": [(pose, texte_valeur(definition, pose.valeur)) for pose in historique],
        "jour": timezone.localdate(),
    }
    return render(request, "structures/reglage_detail.html", contexte)


def texte_valeur(definition: DefinitionReglage, valeur: Any) -> str:
    """A value as it is read: « oui », « 10 jours », the label of a choice, words joined."""
    if isinstance(valeur, bool):
        return "oui" if valeur else "non"
    if definition.choix:
        return dict(definition.choix).get(str(valeur), str(valeur))
    if isinstance(valeur, list):
        return ", ".join(str(v).replace("_", " ") for v in valeur)
    return f"{valeur}\u00a0{definition.unite}" if definition.unite else str(valeur)


def _regler(request: HttpRequest, form: ReglageForm) -> bool:
    try:
        referentiel.regler(
            form.definition.cle,
            valeur=form.valeur,
            a_partir_du=form.cleaned_data["a_partir_du"],
            aujourd_hui=timezone.localdate(),
            par=personne(request).agent,
        )
    except ErreurMetier as refus:
        dire_refus(form, refus)
        return False
    return True
