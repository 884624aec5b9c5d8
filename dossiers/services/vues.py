"""The views of the list, and the columns of its exports, a person keeps."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from dossiers.models import JeuColonnes, VueEnregistree
from guichet.erreurs import ErreurMetier
from structures.models import Agent

MAXIMUM = 20


def enregistrer_vue(nom: str, *, parametres: str, par: Agent, maintenant: datetime) -> VueEnregistree:
    """Keep these parameters under this name; the same name again replaces the view.

    Raises ErreurMetier `trop_de_vues`, or `vue_trop_longue` when the address holds too many filters.
    """
    if len(parametres) > 1000:
        raise ErreurMetier("vue_trop_longue", "Cette vue a trop de filtres pour être enregistrée.")
    with transaction.atomic():
        siennes = VueEnregistree.objects.select_for_update().filter(agent=par)
        if len(siennes) >= MAXIMUM and all(v.nom != nom for v in siennes):
            raise ErreurMetier("trop_de_vues", f"Vous avez déjà {MAXIMUM} vues : retirez-en une.")
        vue, _ = VueEnregistree.objects.update_or_create(
            agent=par,
            nom=nom,
            defaults={"parametres": parametres},
            create_defaults={"parametres": parametres, "cree_le": maintenant},
        )
    return vue


def retirer_vue(vue: VueEnregistree, *, par: Agent) -> None:
    """Forget one of one's own views."""
    if vue.agent_id != par.pk:
        raise ErreurMetier("vue_d_un_autre", "Cette vue est celle d’une autre personne.")
    vue.delete()


@transaction.atomic
def enregistrer_colonnes(
    nom: str, *, colonnes: Sequence[str], par: Agent, maintenant: datetime
) -> JeuColonnes:
    """Keep these columns in this order under this name; the same name again replaces them.

    Raises ErreurMetier `aucune_colonne`, `trop_de_jeux`.
    """
    if not colonnes:
        raise ErreurMetier("aucune_colonne", "Gardez au moins une colonne.")
    siens = JeuColonnes.objects.select_for_update().filter(agent=par)
    if len(siens) >= MAXIMUM and all(j.nom != nom for j in siens):
        message = f"Vous avez déjà {MAXIMUM} choix de colonnes\u202f: retirez-en un."
        raise ErreurMetier("trop_de_jeux", message)
    jeu, _ = JeuColonnes.objects.update_or_create(
        agent=par,
        nom=nom,
        defaults={"colonnes": list(colonnes)},
        create_defaults={"colonnes": list(colonnes), "cree_le": maintenant},
    )
    return jeu


def retirer_colonnes(jeu: JeuColonnes, *, par: Agent) -> None:
    """Forget one of one's own choices of columns."""
    if jeu.agent_id != par.pk:
        raise ErreurMetier("jeu_d_un_autre", "Ce choix de colonnes est celui d’une autre personne.")
    jeu.delete()
