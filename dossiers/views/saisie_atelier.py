"""One request of the entry page: the sheet, who types it, the draft it is kept in."""

import re
from datetime import datetime
from functools import cached_property
from typing import Any
from uuid import uuid4

from django.conf import settings
from django.db.models import F
from django.http import Http404, HttpRequest
from django.urls import reverse
from django.utils import timezone

from dossiers.forms.comparaison import MIEN, SIEN, Ecart, comparer
from dossiers.forms.depart import Depart, relire
from dossiers.forms.depuis_dossier import (
    feuille_de_suite,
    feuille_du_dossier,
    feuille_rattachee,
    mots_du_foyer,
)
from dossiers.forms.feuille import Feuille, feuille_neuve
from dossiers.forms.gestes import PREREGLAGES
from dossiers.forms.page import PageSaisie
from dossiers.models import Admission, Brouillon, Dossier
from dossiers.queries.historique import evenements
from dossiers.queries.saisie import Cadre, brouillons_des_autres, changements_depuis, dossier_a_modifier
from dossiers.regles.saisie import FAITS_DOSSIER, FRATRIE, JUMEAU, SUITES
from dossiers.services.brouillons import enregistrer_brouillon
from dossiers.views.saisie_vivant import Vivant
from guichet.acces import personne
from guichet.texte import entier_lu
from structures.models import Mairie, Profil
from structures.regles.semaine import JOURS

COTES = (MIEN, SIEN)
FAITS_A_SOI = tuple(f"foyer-{code}" for code in FAITS_DOSSIER)


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
        neuve = feuille_neuve(jour=self.cadre.jour.isoformat(), commune=settings.VILLE, jeton=jeton)
        for nature in SUITES:
            if self.request.GET.get(nature):
                return neuve.posee({"place": self.request.GET[nature], "lien": nature})
        demande = {lien: self.request.GET.get(lien, "") for lien in (FRATRIE, JUMEAU)}
        lien = next((lien for lien, numero in demande.items() if numero), None)
        return neuve.posee({"depuis": demande[lien], "lien": lien}) if lien else neuve

    @property
    def depuis(self) -> str:
        """The dossier whose household a new one joins, if any."""
        return "" if self.dossier or self.place_nommee else self.feuille.mot("depuis")

    @property
    def place_nommee(self) -> str:
        """The admission a new transfer or complement names, if any."""
        suite = self.dossier is None and self.feuille.mot("lien") in SUITES
        return self.feuille.mot("place") if suite else ""

    def tenir(self, place: Admission, proche: Dossier | None) -> None:
        """Ask for a child already received; `proche` is a dossier of its household this person may change."""
        nature = self.feuille.mot("lien")
        self.cadre.place, self.cadre.lien, self.cadre.proche = place, nature, proche
        if self.request.method == "GET" and self.brouillon is None:
            self.feuille = feuille_de_suite(self.feuille, place, proche, nature=nature, le=self.cadre.jour)

    def rattacher(self, proche: Dossier) -> None:
        """Put the new dossier in the household of `proche`, which this person may change."""
        lien = JUMEAU if self.feuille.mot("lien") == JUMEAU else FRATRIE
        self.cadre.proche, self.cadre.lien = proche, lien
        if self.request.method == "GET" and self.brouillon is None:
            self.feuille = feuille_rattachee(self.feuille, proche, lien=lien)

    def _brouillon_demande(self) -> Brouillon | None:
        miens = Brouillon.objects.filter(agent=self.qui.agent)
        if self.dossier:
            return miens.filter(dossier=self.dossier).first()
        demande = self.request.GET.get("brouillon", "")
        if not demande:
            return None
        trouve = miens.filter(pk=entier_lu(demande) or 0, dossier=None).first()
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
            base=self.depart.feuille.donnees() if self.depart else None,
        )
        return self.brouillon

    def brouillon_de_la_feuille(self) -> Brouillon | None:
        """The draft this very sheet was kept in, and the information contact (`venu_de`) it began with."""
        miens = Brouillon.objects.filter(agent=self.qui.agent).annotate(venu_de=F("renseignements"))
        if self.dossier:
            return miens.filter(dossier=self.dossier).first()
        jeton = self.feuille.mot("jeton")
        return miens.filter(dossier=None, donnees__jeton__0=jeton).first() if jeton else None

    # What is changed, as it is in base; and as it was when this sheet began

    @property
    def objet(self) -> str:
        """Names what is changed: the dossier, or the household a new one joins; empty for a new household."""
        famille = self.cadre.famille
        return self.dossier.numero if self.dossier else f"foyer {famille.pk}" if famille else ""

    @property
    def version_en_base(self) -> int:
        famille = self.cadre.famille
        return self.dossier.version if self.dossier else famille.version if famille else 0

    @property
    def perimee(self) -> bool:
        """Somebody saved since this sheet began."""
        return bool(self.objet) and self.version != self.version_en_base

    def feuille_en_base(self) -> Feuille:
        """The same sheet had it been typed today: the dossier, or mine with the household as it is."""
        if self.dossier:
            return feuille_du_dossier(self.dossier)
        if self.cadre.proche is None:
            return self.feuille
        foyer = mots_du_foyer(self.cadre.proche)
        effaces = {n: None for n in self.feuille.noms() if n == "second" or n.startswith(("r2-", "foyer-"))}
        propres = {n: self.feuille.mots(n) for n in effaces if n.startswith("foyer-") and n in FAITS_A_SOI}
        return self.feuille.posee({**effaces, **propres, **{n: foyer.mots(n) for n in foyer.noms()}})

    @cached_property
    def depart(self) -> Depart | None:
        """As the page carries it, else as the draft kept it, else what is in base if it has not moved."""
        if not self.objet:
            return None
        porte = relire(self.request.POST.get("depart", ""), self.objet)
        if porte and porte.version == self.version:
            return porte
        brouillon = self.brouillon or self.brouillon_de_la_feuille()
        base = (
            brouillon.donnees.get("base") if brouillon and brouillon.version_dossier == self.version else None
        )
        if brouillon and base:
            return Depart(Feuille.gardee(base), self.version, brouillon.cree_le)
        return None if self.perimee else Depart(self.feuille_en_base(), self.version, self.maintenant)

    def depart_signe(self) -> str:
        return self.depart.signe(self.objet) if self.depart else ""

    def ecarts(self) -> list[Ecart]:
        """Mine against what is in base, with the answers already given to this very comparison."""
        choix = {}
        if self.request.POST.get("comparee") == str(self.version_en_base):
            donnes = self.request.POST.items()
            choix = {
                n.removeprefix("version-de-"): v
                for n, v in donnes
                if n.startswith("version-de-") and v in COTES
            }
        depart = self.depart.feuille if self.depart else None
        return comparer(self.feuille, self.feuille_en_base(), self.controlee, depart, choix)

    def changements(self) -> list[Any]:
        """Who saved meanwhile, and when."""
        connu = self.dossier or self.cadre.proche
        return evenements(changements_depuis(connu, self.depart.le if self.depart else None)) if connu else []

    def repartir(self, feuille: Feuille) -> None:
        """Begin again from what is in base, with this sheet."""
        self.feuille = feuille
        for nom in ("depart", "controlee", "vivant"):
            self.__dict__.pop(nom, None)

    def relire(self) -> None:
        """Read again what somebody else has just saved."""
        if self.dossier:
            self.dossier = self.cadre.dossier = dossier_a_modifier(self.dossier.numero)
        elif self.cadre.proche:
            self.cadre.proche = dossier_a_modifier(self.cadre.proche.numero)

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
            "proche": self.cadre.proche,
            "jumeau": self.cadre.jumeau,
            "place": self.cadre.place or (self.dossier.admission_actuelle if self.dossier else None),
            "nature": self.cadre.nature,
            "actuelle": tenue.structure if (tenue := self.cadre.place_tenue) else None,
            "brouillon": self.brouillon,
            "fautes": page.fautes if fautes else [],
            "autres": brouillons_des_autres(self.dossier, self.qui.agent) if self.dossier else [],
            "jumeaux": bool(self.dossier and self.dossier.enfant.groupe_id),
            "maximum": self.cadre.regles.nombre_voeux,
            "prereglages": [(code, libelle) for code, (libelle, _) in PREREGLAGES.items()],
            "jours": JOURS,
            "ecarts": None,
            "changements": [],
            "focus": "",
            "cible": "",
            "annonce": "",
            **plus,
        }
