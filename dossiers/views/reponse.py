"""« Que répondre au téléphone », for those who only have a number: three sentences, no identity."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from commissions.queries.prochaine import prochaine_seance_de
from dossiers.forms.reponse import ReponseForm
from dossiers.models import ActionJournal, Dossier
from dossiers.queries.fiche import besoin_principal, dossier_de_la_fiche
from dossiers.queries.reponse import reponse_au_numero
from dossiers.regles.reponse import NEUTRE, Reponse
from dossiers.services.journal import journaliser
from guichet.acces import Personne, personne, reserve_a
from structures.models import Profil


@reserve_a(Profil.MEMBRE, Profil.PRESIDENCE)
def reponse(request: HttpRequest) -> HttpResponse:
    """An unknown number and a protected dossier get the very same words: neither can be told apart."""
    form = ReponseForm(request.POST or None)
    contexte = {"form": form}
    if request.method == "POST" and form.is_valid():
        numero = form.cleaned_data["numero"]
        qui, dossier = personne(request), dossier_de_la_fiche(numero)
        journaliser(
            ActionJournal.LECTURE,
            par=qui.agent,
            maintenant=timezone.now(),
            dossier=dossier,
            objet=f"reponse:{numero}",
        )
        contexte |= {"reponse": _dire(qui, dossier), "numero": numero}
    return render(request, "dossiers/reponse.html", contexte)


def _dire(qui: Personne, dossier: Dossier | None) -> Reponse:
    """Whoever is linked to the family gets the words of an unknown number."""
    if dossier is None or dossier.famille_id in qui.familles_liees:
        return NEUTRE
    maintenant = timezone.now()
    seance = prochaine_seance_de(dossier, besoin_principal(dossier.besoins.all()), maintenant=maintenant)
    return reponse_au_numero(dossier, seance=seance, le=timezone.localdate(maintenant))
