"""The access request of one family: asked by its number, made by a job, fetched by who asked only."""

from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from dossiers.forms.conservation import AccesFamilleForm
from dossiers.queries.conservation import exports_de
from dossiers.services.acces_famille import demander_acces, noter_remise
from dossiers.views.liste_export import morceaux
from guichet.acces import personne, reserve_a
from guichet.erreurs import ErreurMetier
from guichet.formulaires import dire_refus
from structures.models import Profil

TYPES = {"pdf": "application/pdf", "json": "application/json"}


@reserve_a(Profil.COORDINATION, Profil.DPO)
@require_http_methods(["GET", "HEAD", "POST"])
def demandes(request: HttpRequest) -> HttpResponse:
    form, qui = AccesFamilleForm(request.POST or None), personne(request)
    if request.method == "POST" and form.is_valid():
        try:
            export = demander_acces(
                form.cleaned_data["numero"],
                rang=form.cleaned_data["rang"],
                qui=qui,
                maintenant=timezone.now(),
            )
            return redirect("structures:tache_detail", export.tache_id)
        except ErreurMetier as refus:
            dire_refus(form, refus)
    contexte = {"form": form, "exports": exports_de(qui)[:20], "dpo": qui.est(Profil.DPO)}
    return render(request, "dossiers/acces_famille.html", contexte)


@never_cache
@require_safe
@reserve_a(Profil.COORDINATION, Profil.DPO)
def fichier(request: HttpRequest, pk: int, format: str) -> HttpResponseBase:
    """The stored file, before it expires; each time it leaves is in the journal."""
    qui, maintenant = personne(request), timezone.now()
    export = get_object_or_404(exports_de(qui), pk=pk, expire_le__gt=maintenant)
    if format not in TYPES or not getattr(export, format) or export.famille_id in qui.familles_liees:
        raise Http404("fichier inconnu")
    noter_remise(export, quoi=format, qui=qui, maintenant=maintenant)
    nom = f"donnees-{export.numero}.{format}"
    return StreamingHttpResponse(
        morceaux(getattr(export, format)),
        content_type=TYPES[format],
        headers={"Content-Disposition": f'attachment; filename="{nom}"'},
    )
