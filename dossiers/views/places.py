"""Places free and taken, half-day by half-day, in the sections a person answers for."""

from itertools import groupby

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from dossiers.forms.places import AuForm, JourPlacesForm
from dossiers.queries.creneaux import creneaux_du_jour
from dossiers.queries.places import places_du_jour
from dossiers.queries.places_structure import page_structure
from guichet.acces import personne, reserve_a
from structures.acces import PLACES, sections_tenues, structures_tenues
from structures.models import Profil


@reserve_a(*PLACES)
@require_safe
def places(request: HttpRequest) -> HttpResponse:
    """Today's places, or those of another day: a session counts them at its own date."""
    aujourd_hui = timezone.localdate()
    form = JourPlacesForm(request.GET if "le" in request.GET else {"le": aujourd_hui.isoformat()})
    criteres = form.cleaned_data if form.is_valid() else {}
    jour = criteres.get("le") or aujourd_hui
    sections = (
        sections_tenues(personne(request))
        .filter(structure__nom__unaccent__icontains=criteres.get("q") or "")
        .select_related("structure__gestionnaire")
        .order_by("structure__nom", "age_min_mois", "age_min_jours", "pk")
    )
    lues = places_du_jour(sections, jour)
    creneaux = creneaux_du_jour([p.section for p in lues], jour)
    structures = [
        (lieu, [(p, creneaux.get(p.section.pk, [])) for p in rangees])
        for lieu, rangees in groupby(lues, key=lambda p: p.section.structure)
    ]
    return render(request, "dossiers/places.html", {"form": form, "jour": jour, "structures": structures})


@reserve_a(*PLACES)
@require_safe
def structure(request: HttpRequest, pk: int) -> HttpResponse:
    """One structure on a day, `?au=`: the week of each section and the days its places will move."""
    lieu = get_object_or_404(structures_tenues(personne(request)).select_related("gestionnaire"), pk=pk)
    aujourd_hui = timezone.localdate()
    form = AuForm(request.GET if "au" in request.GET else {"au": aujourd_hui.isoformat()})
    jour = (form.cleaned_data.get("au") if form.is_valid() else None) or aujourd_hui
    contexte = {
        "form": form,
        "page": page_structure(lieu, jour=jour),
        "structure": lieu,
        "jour": jour,
        "coordonne": personne(request).est(Profil.COORDINATION),
    }
    return render(request, "dossiers/places_structure.html", contexte)
