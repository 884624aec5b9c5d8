"""The letter models the coordination edits, seen on a real dossier before they serve, and who signs."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from commissions.forms.reponses import NATURES, ModeleForm, SignataireForm
from commissions.models import NatureLettre
from commissions.queries.apercu_lettre import apercu
from commissions.queries.lettres import modeles_en_vigueur, signataires
from commissions.regles.lettres import CHAMPS, OBLIGATOIRES
from commissions.services.lettres import nommer_signataire, publier_modele
from guichet.acces import personne, reserve_a
from guichet.formulaires import tenter
from structures.models import Profil


@require_safe
@reserve_a(Profil.COORDINATION)
def modeles(request: HttpRequest) -> HttpResponse:
    return _page(request, SignataireForm())


def _page(request: HttpRequest, form: SignataireForm) -> HttpResponse:
    actuels = modeles_en_vigueur()
    contexte = {
        "modeles": [(nature, actuels.get(nature)) for nature in NatureLettre],
        "signataires": signataires(le=timezone.localdate()).values(),
        "form": form,
    }
    return render(request, "commissions/modeles.html", contexte)


@require_http_methods(["GET", "HEAD", "POST"])
@reserve_a(Profil.COORDINATION)
def modele(request: HttpRequest, nature: str) -> HttpResponse:
    """Edit a text; « Voir » shows it on a dossier and keeps nothing, « Publier » makes the next version."""
    if nature not in NATURES:
        raise Http404("nature inconnue")
    qui, actuel = personne(request), modeles_en_vigueur().get(nature)
    depart = {"objet": actuel.objet, "corps": actuel.corps} if actuel else {}
    form = ModeleForm(request.POST or None, initial=depart)
    voir = "voir" in request.POST
    acteur = {"par": qui.agent, "maintenant": timezone.now()}
    if form.is_bound and not voir and tenter(form, lambda lus: publier_modele(nature, **lus, **acteur)):
        messages.success(request, "Nouvelle version publiée\u00a0: les prochaines lettres la suivent.")
        return redirect("commissions:modeles")
    contexte = {
        "nature": NatureLettre(nature),
        "actuel": actuel,
        "form": form,
        "champs": CHAMPS.items(),
        "obligatoires": OBLIGATOIRES[nature],
        "apercu": apercu(qui, nature, form) if voir or not form.is_bound else None,
    }
    return render(request, "commissions/modele.html", contexte)


@require_POST
@reserve_a(Profil.COORDINATION)
def signataire(request: HttpRequest) -> HttpResponse:
    form, qui = SignataireForm(request.POST), personne(request)
    if tenter(form, lambda lus: nommer_signataire(**lus, par=qui.agent, maintenant=timezone.now())):
        messages.success(request, "Signataire enregistré.")
        return redirect("commissions:modeles")
    return _page(request, form)
