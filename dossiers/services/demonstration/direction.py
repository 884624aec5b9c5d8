"""A director’s first morning: urgent requests under way, a list that moved since the last visit."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any

from django.utils import timezone

from dossiers.models import ActionJournal, Dossier, EtatDossier, MotifDerogation, SortRentree
from dossiers.queries.rentree import page_rentree, passage_de
from dossiers.services.journal import journaliser
from dossiers.services.rentree import Dit, dire_mouvements, signer_rentree
from dossiers.services.repere import marquer_vu
from dossiers.services.urgence import demander_urgence, repondre_urgence
from guichet.acces import personne_de
from structures.models import Agent, Section, Structure
from structures.regles.ages import section_a_date

DERNIERE_VISITE, INCERTAINS = timedelta(days=4), 2


def animer_directions(directions: Sequence[Agent], *, repond: Agent, maintenant: datetime) -> None:
    """Each director came four days ago, asked two urgent admissions, one of them answered."""
    for agent in directions:
        vue = maintenant - DERNIERE_VISITE
        marquer_vu(agent, jusqu_a=vue, maintenant=vue)
        structure = agent.habilitations.exclude(structure=None).values_list("structure", flat=True)[0]
        sections = list(Section.objects.filter(structure=structure))
        siens = list(
            Dossier.objects.filter(
                etat=EtatDossier.ACTIF, voeux__structure=structure, famille__protegee=False
            )
            .select_related("enfant", "mairie")
            .order_by("pk")
        )
        debut = timezone.localdate(maintenant) + timedelta(days=7)
        accueillis = [(d, s) for d in siens if (s := _section(sections, d, debut))][:2]
        for rang, (dossier, section) in enumerate(accueillis):
            demande = demander_urgence(
                dossier,
                section=section,
                demi_journees=dossier.besoins.all()[0].demi_journees,
                debut=debut,
                motif=("rupture_accueil", "reprise_immediate")[rang],
                par=agent,
                maintenant=maintenant - timedelta(days=2 - rang),
            )
            if rang == 0:
                repondre_urgence(
                    demande, accord=False, motif="peut_attendre", par=repond, maintenant=maintenant
                )
        for dossier in [d for d in siens if d.enregistre_le < vue][-3:]:
            journaliser(
                ActionJournal.MODIFICATION,
                par=dossier.depose_par,
                mairie=dossier.mairie,
                maintenant=maintenant - timedelta(hours=5),
                dossier=dossier,
                details={"parties": ["besoin"]},
            )


def dire_la_rentree(directions: Sequence[Agent], *, maintenant: datetime) -> None:
    """The first director signed; the second said everything, two children still uncertain."""
    for rang, agent in enumerate(directions):
        structure = Structure.objects.get(pk__in=agent.habilitations.values("structure"))
        page = page_rentree(
            personne_de(agent, timezone.localdate(maintenant)),
            structure,
            passage=passage_de(structure, jour=timezone.localdate(maintenant)),
        )
        dits = {}
        for indice, enfant in enumerate(page.enfants):
            motif = MotifDerogation.EQUIPE if enfant.sort == SortRentree.RESTE and enfant.trop_grand else ""
            dits[enfant.admission.pk] = Dit(enfant.sort, enfant.dernier_jour, enfant.vers, motif)
            if rang == 1 and indice < INCERTAINS and enfant.sort != SortRentree.PART:
                dits[enfant.admission.pk] = Dit(SortRentree.INCONNU)
        qui: dict[str, Any] = {"par": agent, "maintenant": maintenant}
        dire_mouvements(structure, page.passage, dits, vu=page.empreinte, **qui)
        if rang == 0:
            signer_rentree(structure, page.passage, **qui)


def _section(sections: Sequence[Section], dossier: Dossier, debut: date) -> Section | None:
    bande = section_a_date([s.bande for s in sections], dossier.enfant.ne_ou_prevu_le, debut)
    return next((s for s in sections if bande and s.pk == bande.section), None)
