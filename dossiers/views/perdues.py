"""« Places perdues »: the empty half-days of a structure, and the families to ask about another week."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from dossiers.forms.places import AuForm
from dossiers.queries.places_perdues import places_perdues
from dossiers.services.contacts import demander_de_joindre
from guichet.acces import personne, reserve_a
from structures.models import Profil, Structure


@reserve_a(Profil.COORDINATION)
@require_http_methods(["GET", "HEAD", "POST"])
def perdues(request: HttpRequest, pk: int) -> HttpResponse:
    """POST asks every family of the page that was not asked lately, or those of one section."""
    structure = get_object_or_404(Structure, pk=pk)
    qui, maintenant = personne(request), timezone.now()
    aujourd_hui = timezone.localdate(maintenant)
    form = AuForm(request.GET if "au" in request.GET else {"au": aujourd_hui.isoformat()})
    jour = (form.cleaned_data.get("au") if form.is_valid() else None) or aujourd_hui
    sections = places_perdues(qui, structure, jour=jour, aujourd_hui=aujourd_hui)
    if request.method == "POST":
        choisie = request.POST.get("section", "")
        siennes = [s for s in sections if choisie in ("", str(s.places.section.pk))]
        dossiers = [f.dossier for s in siennes for f in s.familles if f.demandee_le is None]
        n = demander_de_joindre(dossiers, structure=structure, par=qui.agent, maintenant=maintenant)
        messages.success(request, f"Familles à joindre aujourd’hui, par leur guichet\u202f: {n}.")
        return redirect(f"{reverse('dossiers:places_perdues', args=[pk])}?au={jour:%Y-%m-%d}")
    contexte = {"structure": structure, "form": form, "jour": jour, "sections": sections}
    return render(request, "dossiers/places_perdues.html", contexte)
