"""Who is asking: the rights of the person signed in, and the door each view stands behind.

Every view carries `@reserve_a(Profil.X, …)`, or `@connecte` when any signed-in person may open it, or
Django's `@login_not_required` when it is public. The menu and the access test read the mark it leaves.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from functools import cached_property, wraps
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied
from django.db.models import Q, QuerySet, Value
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from structures.models import Agent, Habilitation, Mairie, Profil, Structure

Vue = Callable[..., HttpResponse]
TOUS_PROFILS = frozenset(Profil.values)


class PageReservee(PermissionDenied):
    """The page exists for other profils: the 403 page names them."""

    def __init__(self, profils: frozenset[str]) -> None:
        super().__init__("page réservée")
        self.profils = [p.label for p in Profil if p.value in profils]


class Deport(PermissionDenied):
    """The person declared a link with this family: every page of its dossiers says so and shows nothing."""


@dataclass(frozen=True)
class Personne:
    """An agent and the rights in force on a day: the union of the habilitations."""

    agent: Agent
    jour: date
    habilitations: tuple[Habilitation, ...]

    @cached_property
    def profils(self) -> frozenset[str]:
        return frozenset(h.profil for h in self.habilitations)

    def est(self, *profils: str) -> bool:
        """True when the person has one of these profils today."""
        return not self.profils.isdisjoint(profils)

    @cached_property
    def mairies(self) -> frozenset[int]:
        """Ids of the mairies where the person is an agent."""
        return frozenset(h.mairie_id for h in self.habilitations if h.mairie_id)

    @cached_property
    def structures(self) -> frozenset[int]:
        """Ids of the structures the person directs."""
        return frozenset(h.structure_id for h in self.habilitations if h.structure_id)

    @cached_property
    def services(self) -> frozenset[str]:
        """Partner services the person works for (`ServicePartenaire`)."""
        return frozenset(h.service for h in self.habilitations if h.service)

    @cached_property
    def _attaches(self) -> tuple[tuple[bool, int, int | None], ...]:
        """Links declared and dossiers entrusted, read together: (is it a link, family, dossier)."""
        liens = self.agent.liens.filter(leve_le=None).order_by()
        nommees = self.agent.confiances.filter(
            Q(jusqu_au__isnull=True) | Q(jusqu_au__gte=self.jour), retiree_le=None
        ).order_by()
        lus = liens.values_list(Value(True), "famille_id", "famille__dossiers").union(
            nommees.values_list(Value(False), "dossier__famille_id", "dossier_id")
        )
        return tuple(lus)

    @cached_property
    def familles_liees(self) -> frozenset[int]:
        """Ids of the families this person declared a link with: one query, when first asked."""
        return frozenset(famille for lien, famille, _ in self._attaches if lien)

    @cached_property
    def dossiers_lies(self) -> frozenset[int]:
        """Ids of the dossiers of those families."""
        return frozenset(dossier for lien, _, dossier in self._attaches if lien and dossier)

    @cached_property
    def dossiers_confies(self) -> frozenset[int]:
        """Ids of the protected dossiers this person is named on; never those of a family it is linked to."""
        nommes = {dossier for lien, _, dossier in self._attaches if not lien and dossier}
        return frozenset(nommes - self.dossiers_lies)

    @property
    def mairie(self) -> Mairie | None:
        """The counter the person receives families at, the first when there are several."""
        return next((h.mairie for h in self.habilitations if h.mairie), None)

    @property
    def structures_dirigees(self) -> list[Structure]:
        return [h.structure for h in self.habilitations if h.structure]

    @property
    def lieu(self) -> str:
        """Where the person works, for the bar: « Mairie Tarentaize », « Direction, Câlin-Doudou »."""
        for h in self.habilitations:
            if h.mairie:
                nom = h.mairie.nom
                return nom if nom.lower().startswith("mairie") else f"Mairie {nom}"
            if h.structure:
                return f"Direction, {h.structure.nom}"
            if h.service:
                return h.get_service_display()
        return self.habilitations[0].get_profil_display() if self.habilitations else "aucun droit en cours"


def habilitations_de(agent: Agent, jour: date) -> tuple[Habilitation, ...]:
    """The rights of an agent in force on `jour`, in the order of `Profil`."""
    return _rangees(
        Habilitation.objects.filter(Q(fin__isnull=True) | Q(fin__gte=jour), agent=agent, debut__lte=jour)
    )


def _rangees(habilitations: QuerySet[Habilitation]) -> tuple[Habilitation, ...]:
    ordre = list(Profil.values)
    lues = habilitations.select_related("mairie", "structure")
    return tuple(sorted(lues, key=lambda h: (ordre.index(h.profil), h.pk)))


def profils_de(agent: Agent, jour: date) -> frozenset[str]:
    """The profils of an agent on `jour`, read from the database."""
    return frozenset(h.profil for h in habilitations_de(agent, jour))


def personne_de(agent: Agent, jour: date) -> Personne:
    """The agent with the rights of `jour`: one query. Views use `personne(request)`."""
    return Personne(agent, jour, habilitations_de(agent, jour))


def personne_d_alors(agent: Agent, jour: date, habilitations: Iterable[int]) -> Personne:
    """The agent with the very rights a past request noted, whatever became of them since."""
    return Personne(agent, jour, _rangees(agent.habilitations.filter(pk__in=habilitations)))


def personne(request: HttpRequest) -> Personne:
    """The person signed in, with today's rights; one query per request, none for a visitor."""
    deja: Personne | None = getattr(request, "_personne", None)
    if deja is not None:
        return deja
    if isinstance(request.user, AnonymousUser) or not request.user.is_authenticated:
        raise PermissionDenied("personne non connectée")
    trouvee = personne_de(request.user, timezone.localdate())
    request._personne = trouvee  # type: ignore[attr-defined]
    return trouvee


def reserve_a(*profils: str) -> Callable[[Vue], Vue]:
    """Only these profils open the view; any other signed-in person gets the French 403 page."""
    permis = frozenset(str(p) for p in profils)
    if inconnus := permis - TOUS_PROFILS:
        raise ValueError(f"profils inconnus : {sorted(inconnus)}")

    def decorer(vue: Vue) -> Vue:
        @wraps(vue)
        def gardee(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            if not personne(request).est(*permis):
                raise PageReservee(permis)
            return vue(request, *args, **kwargs)

        gardee.profils = permis  # type: ignore[attr-defined]
        return gardee

    return decorer


def connecte(vue: Vue) -> Vue:
    """Any signed-in person opens the view (the login itself is required by the middleware)."""
    vue.profils = TOUS_PROFILS  # type: ignore[attr-defined]
    return vue
