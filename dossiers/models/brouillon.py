"""What an agent is typing: kept as one goes, without number nor history."""

from django.conf import settings
from django.db import models

from structures.models import Mairie

from .dossier import Dossier


class Brouillon(models.Model):
    """The entry form as typed. With `dossier`, an edit under way that began on its `version_dossier`."""

    agent = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="brouillons")
    mairie = models.ForeignKey(Mairie, null=True, on_delete=models.SET_NULL, related_name="+")
    dossier = models.ForeignKey(
        Dossier, null=True, blank=True, on_delete=models.CASCADE, related_name="brouillons"
    )
    version_dossier = models.PositiveIntegerField(null=True, blank=True)
    libelle = models.CharField("libellé", max_length=170, blank=True)
    donnees = models.JSONField("données", default=dict)
    version = models.PositiveIntegerField(default=1)
    cree_le = models.DateTimeField("créé le")
    modifie_le = models.DateTimeField("modifié le", db_index=True)

    class Meta:
        ordering = ["-modifie_le"]
        constraints = [
            models.UniqueConstraint(fields=["agent", "dossier"], name="brouillon_un_par_agent_et_dossier")
        ]

    def __str__(self) -> str:
        return self.libelle or "Brouillon"
