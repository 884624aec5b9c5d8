"""One request of the entry page: the sheet, who types it, the draft it is kept in."""

import re
from datetime import datetime
from functools import cached_property
from typing import Any
from uuid import uuid4

from django.conf import settings
from django.http import Http404, HttpRequest
from django.urls import reverse
from django.utils import timezone

from dossiers.forms.depuis_dossier import feuille_du_dossier
from dossiers.forms.feuille import Feuille, feuille_neuve
from dossiers.forms.gestes import PREREGLAGES
from dossiers.forms.page import PageSaisie
from dossiers.models import Brouillon, Dossier
from dossiers.queries.saisie import Cadre, brouillons_des_autres, dossier_a_modifier
from dossiers.services.brouillons import enregistrer_brouillon
from dossiers.views.saisie_vivant import Vivant
from guichet.acces import personne
from structures.models import Mairie, Profil
from structures.regles.semaine import JOURS


class Atelier:
    """Everything a view of the entry needs, built from the request and read when asked."""

    def __init__(self, request: HttpRequest, dossier: Dossier | None = None) -> None:
        self.request, self.dossier = request, dossier
        self.qui = personne(request)
        self.maintenant: datetime = timezone.now()
        self.cadre = Cadre(timezone.localdate(self.maintenant), self._mairies(), dossier)
        self.brouillon: Brouillon | None = None
        self.feuille = Feuille.envoyee(request.POST) if request.method == "POST" else self._ouverte()

    def _mairies(self) -> list[Mairie]:
        """To choose from, when the person does not stand at exactly one counter."""
        if self.dossier or len(self.qui.mairies) == 1:
            return []
        toutes = Mairie.objects.all()
        return list(toutes if self.qui.est(Profil.COORDINATION) else toutes.filter(pk__in=self.qui.mairies))

    def _ouverte(self) -> Feuille:
        """On GET: the draft asked for, else the dossier as it is, else a new sheet."""
        jeton = uuid4().hex
        self.brouillon = self._brouillon_demande()
        if self.brouillon:
            feuille = Feuille.gardee(self.brouillon.donnees)
            version = self.brouillon.version_dossier
            return feuille.posee({"version": str(version)}) if version else feuille
        if self.dossier:
            return feuille_du_dossier(self.dossier, jeton=jeton)
        jour = self.cadre.jour.isoformat()
        return feuille_neuve(jour=jour, commune=settings.VILLE, jeton=jeton)

    def _brouillon_demande(self) -> Brouillon | None:
        miens = Brouillon.objects.filter(agent=self.qui.agent)
        if self.dossier:
            return miens.filter(dossier=self.dossier).first()
        demande = self.request.GET.get("brouillon", "")
        if not demande:
            return None
        trouve = miens.filter(pk=demande, dossier=None).first() if demande.isdecimal() else None
        if trouve is None:
            raise Http404("brouillon inconnu")
        return trouve

    @cached_property
    def mairie(self) -> Mairie | None:
        """The counter this is entered at."""
        if self.dossier:
            return self.qui.mairie or self.dossier.mairie
        if not self.cadre.mairies:
            return self.qui.mairie
        choisie = self.feuille.mot("mairie")
        return next((m for m in self.cadre.mairies if str(m.pk) == choisie), None)

    @property
    def version(self) -> int:
        mot = self.feuille.mot("version")
        return int(mot) if re.fullmatch(r"[0-9]{1,9}", mot) else 0

    @property
    def adresse(self) -> str:
        return (
            reverse("dossiers:modifier", args=[self.dossier.numero])
            if self.dossier
            else reverse("dossiers:nouveau")
        )

    @property
    def adresse_suivi(self) -> str:
        if self.dossier:
            return reverse("dossiers:modifier_suivi", args=[self.dossier.numero])
        return reverse("dossiers:saisie_suivi")

    def garder(self) -> Brouillon | None:
        """Save the draft, if there is anything worth it."""
        if self.feuille.vide:
            return None
        jeton = self.feuille.mot("jeton")[:64] or uuid4().hex
        self.brouillon = enregistrer_brouillon(
            self.feuille.donnees(),
            jeton=jeton,
            libelle=self.feuille.libelle,
            par=self.qui.agent,
            mairie=self.mairie,
            maintenant=self.maintenant,
            dossier=self.dossier,
            version_dossier=self.version or None,
            base=self._base(),
        )
        return self.brouillon

    def _base(self) -> dict[str, list[str]] | None:
        """The dossier as this sheet began from it, while it still is so."""
        if self.dossier and self.version == self.dossier.version:
            return feuille_du_dossier(self.dossier).donnees()
        return None

    def brouillon_de_la_feuille(self) -> Brouillon | None:
        """The draft this very sheet was kept in."""
        miens = Brouillon.objects.filter(agent=self.qui.agent)
        if self.dossier:
            return miens.filter(dossier=self.dossier).first()
        jeton = self.feuille.mot("jeton")
        return miens.filter(dossier=None, donnees__jeton__0=jeton).first() if jeton else None

    def feuille_enregistree(self) -> Feuille:
        """The dossier as it is in the database now."""
        frais = dossier_a_modifier(self.dossier.numero) if self.dossier else None
        return feuille_du_dossier(frais) if frais else Feuille()

    @cached_property
    def controlee(self) -> PageSaisie:
        return PageSaisie(self.feuille, self.cadre)

    @cached_property
    def vivant(self) -> Vivant:
        return Vivant(self.controlee, self.qui)

    def contexte(self, *, fautes: bool = False, **plus: Any) -> dict[str, Any]:
        """For the templates; `fautes` shows what is wrong, which a page still being typed does not."""
        page = self.controlee if fautes else PageSaisie(self.feuille, self.cadre, controler=False)
        return {
            "atelier": self,
            "page": page,
            "vivant": self.vivant,
            "dossier": self.dossier,
            "brouillon": self.brouillon,
            "fautes": page.fautes if fautes else [],
            "autres": brouillons_des_autres(self.dossier, self.qui.agent) if self.dossier else [],
            "jumeaux": bool(self.dossier and self.dossier.enfant.groupe_id),
            "maximum": self.cadre.regles.nombre_voeux,
            "prereglages": [(code, libelle) for code, (libelle, _) in PREREGLAGES.items()],
            "jours": JOURS,
            "ecarts": None,
            "focus": "",
            "cible": "",
            "annonce": "",
            **plus,
        }
