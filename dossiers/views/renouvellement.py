"""« Renouveler »: the family says its request still holds."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_POST

from dossiers.acces import GUICHET
from dossiers.services.renouvellement import renouveler_dossier
from dossiers.views.ouverture import ouvrir_pour_agir
from guichet.acces import personne, reserve_a
from guichet.erreurs import ErreurMetier
from guichet.texte import date_longue


@require_POST
@reserve_a(*GUICHET)
def renouveler(request: HttpRequest, numero: str) -> HttpResponse:
    dossier, qui = ouvrir_pour_agir(request, numero), personne(request)
    try:
        frais, redemandees = renouveler_dossier(
            dossier, par=qui.agent, mairie=qui.mairie, maintenant=timezone.now()
        )
    except ErreurMetier as refus:
        messages.error(request, refus.message)
        return redirect("dossiers:fiche", numero)
    messages.success(request, f"Dossier renouvelé jusqu’au {date_longue(frais.a_renouveler_le)}.")
    if redemandees:
        noms = ", ".join(nom.lower() for nom in redemandees)
        messages.warning(request, f"À montrer de nouveau, le document n’est plus valable : {noms}.")
    return redirect("dossiers:fiche", numero)
