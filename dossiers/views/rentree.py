"""« Mouvements de rentrée »: the director says and signs, the coordination reads which structures did."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from dossiers.forms.rentree import RentreeForm
from dossiers.queries.rentree import page_rentree, passage_de
from dossiers.queries.rentree import rentrees as lire_rentrees
from dossiers.services.rentree import Dit, dire_mouvements, signer_rentree
from guichet.acces import personne, reserve_a
from guichet.formulaires import tenter
from structures.acces import PLACES, structures_tenues


@reserve_a(*PLACES)
@require_safe
def rentrees(request: HttpRequest) -> HttpResponse:
    lignes = lire_rentrees(structures_tenues(personne(request)), jour=timezone.localdate())
    signees = sum(ligne.signature is not None for ligne in lignes)
    return render(request, "dossiers/rentrees.html", {"lignes": lignes, "signees": signees})


@reserve_a(*PLACES)
@require_http_methods(["GET", "HEAD", "POST"])
def rentree(request: HttpRequest, pk: int) -> HttpResponse:
    """Said by the coordination or the director; signed by the structure's director only."""
    qui, maintenant = personne(request), timezone.now()
    structure = get_object_or_404(structures_tenues(qui), pk=pk)
    page = page_rentree(qui, structure, passage=passage_de(structure, jour=timezone.localdate()))
    form = RentreeForm(request.POST if request.method == "POST" else None, page=page)
    acteur = {"par": qui.agent, "maintenant": maintenant}
    signe = pk in qui.structures

    def faire(donnees: dict[str, object]) -> None:
        dits = {pk: Dit(**dit) for pk, dit in form.dits.items()}
        dire_mouvements(structure, page.passage, dits, vu=str(donnees["vu"]), **acteur)
        if signe and "signer" in request.POST:
            signer_rentree(structure, page.passage, **acteur)

    if form.is_bound and tenter(form, faire):
        messages.success(request, "Mouvements enregistrés\u202f: les places en tiennent compte.")
        return redirect("dossiers:rentree", pk)
    contexte = {"page": page, "form": form, "structure": structure, "signe": signe}
    return render(request, "dossiers/rentree.html", contexte)
