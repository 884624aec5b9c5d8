"""Exports of the list too long for a request: asked here, made by a job, forgotten after their delay."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import IO

from django.core.files import File
from django.db import transaction
from django.http import QueryDict
from django.urls import reverse
from django.utils import timezone

from dossiers.models import Dossier, ExportListe, Lien
from dossiers.queries.liste import Demande, lire_demande
from guichet.acces import personne_d_alors
from guichet.texte import date_longue
from structures.models import Tache
from structures.queries import reglage
from structures.services.taches import lancer

SEUIL_IMMEDIAT = 2000
EXPORTER = "dossiers.taches.exporter_liste"
OUBLIE = "Le fichier a été effacé, son délai passé. Refaites l’export si vous en avez encore besoin."
_ADRESSE_MAX = Tache._meta.get_field("retour").max_length


@transaction.atomic
def demander_export(
    demande: Demande,
    *,
    format: str,
    forme: str,
    maintenant: datetime,
    colonnes: Sequence[str] = (),
    au: date | None = None,
) -> ExportListe:
    """Ask for the file of this list; who asks, with which rights and which filters, is noted now."""
    qui = demande.qui
    export = ExportListe.objects.create(
        demande_par=qui.agent,
        demande_le=maintenant,
        habilitations=[h.pk for h in qui.habilitations],
        adresse=demande.adresse().removeprefix("?"),
        au=au,
        format=format,
        forme=forme,
        colonnes=list(colonnes),
    )
    liste, retour = reverse("dossiers:liste"), adresse_de_la_liste(export)
    export.tache = lancer(
        "export",
        f"Export de la liste du {date_longue(au)}" if au else "Export de la liste partagée",
        EXPORTER,
        par=qui.agent,
        retour=retour if len(retour) <= (_ADRESSE_MAX or 0) else liste,
        export_id=export.pk,
    )
    export.save(update_fields=["tache"])
    return export


def adresse_de_la_liste(export: ExportListe) -> str:
    """The page this file was asked from."""
    if export.au is None:
        return f"{reverse('dossiers:liste')}?{export.adresse}"
    parametres = QueryDict(export.adresse, mutable=True)
    parametres["au"] = export.au.isoformat()
    return f"{reverse('dossiers:liste_passee')}?{parametres.urlencode()}"


def demande_de(export: ExportListe) -> Demande:
    """The question as it was asked: same filters, same rights, same day."""
    jour = timezone.localdate(export.demande_le)
    qui = personne_d_alors(export.demande_par, jour, export.habilitations)
    return lire_demande(QueryDict(export.adresse), qui=qui, jour=jour)


def ranger_export(export: ExportListe, fichier: IO[bytes], *, nom: str) -> ExportListe:
    """Store the file made; from now on its asker may fetch it."""
    fichier.seek(0)
    export.nom = nom
    export.fichier.save(f"liste-{export.pk}.{export.format}", File(fichier), save=False)
    export.save(update_fields=["nom", "fichier"])
    return export


def duree_de_garde(*, le: date) -> int:
    """Days a stored export is kept, as voted."""
    jours: int = reglage("conservation_exports", le=le)
    return jours


def masques_depuis(export: ExportListe) -> bool:
    """Whether the file shows what is hidden by now: a family protected, or known to its asker, since."""
    apres = export.demande_le
    protegees = Dossier.objects.filter(famille__protegee_le__gt=apres, enregistre_le__lte=apres)
    liens = Lien.objects.filter(agent=export.demande_par, declare_le__gt=apres)
    return protegees.exists() or liens.exists()


def purger_exports(*, maintenant: datetime) -> int:
    """Forget the exports past their voted delay; the journal keeps that they were made.

    The file goes first: after a crash between the two, the next night starts again from the row.
    """
    limite = maintenant - timedelta(days=duree_de_garde(le=timezone.localdate(maintenant)))
    vieux = list(ExportListe.objects.filter(demande_le__lte=limite))
    for export in vieux:
        if export.fichier:
            export.fichier.delete(save=False)
        if export.tache_id:
            Tache.objects.filter(pk=export.tache_id).update(resultat={}, message=OUBLIE)
        export.delete()
    return len(vieux)
