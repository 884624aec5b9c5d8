"""Accounts: opening, closing, passwords and rights. Each door is one transaction, named by who acts."""

import secrets
from datetime import date

from django.db import transaction

from guichet.erreurs import ErreurMetier
from structures.models import Agent, Habilitation, Profil

# No letter or figure that another could be taken for: it will be read aloud or copied from paper.
ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"


def _mot_de_passe_provisoire() -> str:
    return "-".join("".join(secrets.choice(ALPHABET) for _ in range(4)) for _ in range(4))


@transaction.atomic
def ouvrir_compte(agent: Agent, *, par: Agent) -> str:
    """Save a new account and give back its temporary password, which is stored nowhere in clear."""
    provisoire = _mot_de_passe_provisoire()
    agent.set_password(provisoire)
    agent.mot_de_passe_provisoire = True
    agent.full_clean(exclude=["password"])
    agent.save()
    return provisoire


@transaction.atomic
def modifier_compte(agent: Agent, *, par: Agent) -> Agent:
    agent.full_clean(exclude=["password"])
    agent.save(update_fields=["identifiant", "nom", "prenom", "courriel", "telephone", "fonction"])
    return agent


@transaction.atomic
def renouveler_mot_de_passe(agent: Agent, *, par: Agent) -> str:
    """A new temporary password; every session of the account ends."""
    provisoire = _mot_de_passe_provisoire()
    agent.set_password(provisoire)
    agent.mot_de_passe_provisoire = True
    agent.save(update_fields=["password", "mot_de_passe_provisoire"])
    return provisoire


@transaction.atomic
def changer_mot_de_passe(agent: Agent, *, mot_de_passe: str, par: Agent) -> Agent:
    """One's own choice: the temporary password is forgotten."""
    agent.set_password(mot_de_passe)
    agent.mot_de_passe_provisoire = False
    agent.save(update_fields=["password", "mot_de_passe_provisoire"])
    return agent


@transaction.atomic
def fermer_compte(agent: Agent, *, par: Agent) -> Agent:
    """The account no longer opens; its acts keep its name. Nobody closes one’s own."""
    if agent.pk == par.pk:
        raise ErreurMetier("soi_meme", "Vous ne pouvez pas fermer votre propre compte.")
    agent.is_active = False
    agent.save(update_fields=["is_active"])
    return agent


@transaction.atomic
def rouvrir_compte(agent: Agent, *, par: Agent) -> Agent:
    agent.is_active = True
    agent.save(update_fields=["is_active"])
    return agent


@transaction.atomic
def regler_raccourcis(agent: Agent, *, actifs: bool, par: Agent) -> Agent:
    agent.raccourcis = actifs
    agent.save(update_fields=["raccourcis"])
    return agent


@transaction.atomic
def accorder(habilitation: Habilitation, *, par: Agent) -> Habilitation:
    """Add a right; two rights of the same reach never run on the same days."""
    habilitation.full_clean()
    memes = Habilitation.objects.select_for_update(of=("self",)).filter(
        agent=habilitation.agent,
        profil=habilitation.profil,
        mairie=habilitation.mairie,
        structure=habilitation.structure,
        service=habilitation.service,
    )
    for autre in memes:
        if (autre.fin is None or autre.fin >= habilitation.debut) and (
            habilitation.fin is None or autre.debut <= habilitation.fin
        ):
            message = f"Ce droit est déjà accordé à ces dates : {autre}."
            raise ErreurMetier("droit_en_double", message, champ="profil")
    habilitation.save()
    return habilitation


@transaction.atomic
def finir_droit(habilitation: Habilitation, *, le: date, par: Agent) -> Habilitation:
    """The last day of a right; an administrator keeps at least one administration right in the city."""
    if le < habilitation.debut:
        raise ErreurMetier("fin_avant_debut", "La fin précède le début de ce droit.", champ="fin")
    if habilitation.profil == Profil.ADMINISTRATION and not _autre_administration(habilitation, le):
        raise ErreurMetier(
            "derniere_administration",
            "C’est le dernier droit d’administration : accordez-le d’abord à une autre personne.",
            champ="fin",
        )
    habilitation.fin = le
    habilitation.save(update_fields=["fin"])
    return habilitation


def _autre_administration(habilitation: Habilitation, le: date) -> bool:
    autres = Habilitation.objects.filter(profil=Profil.ADMINISTRATION, agent__is_active=True)
    return autres.exclude(pk=habilitation.pk).exclude(fin__lte=le).exists()
