"""Accounts: opening, closing, passwords and rights. Each door is one transaction, named by who acts."""

from django.db import transaction

from structures.models import Agent


@transaction.atomic
def changer_mot_de_passe(agent: Agent, *, mot_de_passe: str, par: Agent) -> Agent:
    agent.set_password(mot_de_passe)
    agent.save(update_fields=["password"])
    return agent


@transaction.atomic
def regler_raccourcis(agent: Agent, *, actifs: bool, par: Agent) -> Agent:
    agent.raccourcis = actifs
    agent.save(update_fields=["raccourcis"])
    return agent
