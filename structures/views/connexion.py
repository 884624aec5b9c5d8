"""Signing in and out, one's own account."""

from datetime import timedelta

from axes.conf import settings as axes_settings
from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.contrib.auth.views import LoginView, LogoutView
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST

from guichet.acces import connecte, personne
from structures.forms.connexion import ConnexionForm, MotDePasseForm, RaccourcisForm
from structures.models import Agent
from structures.services.comptes import changer_mot_de_passe, regler_raccourcis


class Connexion(LoginView):
    template_name = "structures/connexion.html"
    authentication_form = ConnexionForm
    redirect_authenticated_user = True

    def get_success_url(self) -> str:
        """A temporary password is changed first; the page asked for comes at the next step."""
        utilisateur = self.request.user
        if isinstance(utilisateur, Agent) and utilisateur.mot_de_passe_provisoire:
            return reverse("compte")
        return super().get_success_url()


class Deconnexion(LogoutView):
    pass


def verrouillee(request: HttpRequest, response: HttpResponse | None = None, *args: object) -> HttpResponse:
    """Too many wrong passwords: django-axes calls this instead of its own page."""
    duree = axes_settings.AXES_COOLOFF_TIME
    attente = duree if isinstance(duree, timedelta) else timedelta(hours=float(duree or 0))
    contexte = {"minutes": max(1, round(attente.total_seconds() / 60))}
    return render(request, "structures/verrouillee.html", contexte, status=429)


@connecte
def compte(request: HttpRequest) -> HttpResponse:
    """One's rights, password and shortcuts."""
    moi = personne(request)
    form = MotDePasseForm(moi.agent, request.POST or None)
    if request.method == "POST" and form.is_valid():
        changer_mot_de_passe(moi.agent, mot_de_passe=form.cleaned_data["new_password1"], par=moi.agent)
        update_session_auth_hash(request, moi.agent)
        messages.success(request, "Votre mot de passe est changé.")
        return redirect("compte")
    raccourcis_form = RaccourcisForm(initial={"raccourcis": moi.agent.raccourcis})
    contexte = {"form": form, "raccourcis_form": raccourcis_form, "moi": moi}
    return render(request, "structures/compte.html", contexte)


@connecte
@require_POST
def raccourcis(request: HttpRequest) -> HttpResponse:
    form = RaccourcisForm(request.POST)
    if form.is_valid():
        moi = personne(request)
        regler_raccourcis(moi.agent, actifs=form.cleaned_data["raccourcis"], par=moi.agent)
        messages.success(request, "Vos raccourcis sont réglés.")
    return redirect("compte")
