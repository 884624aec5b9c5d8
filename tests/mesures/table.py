"""All the measures, one Markdown table."""

from collections.abc import Callable
from datetime import date, datetime

from django.utils import timezone

from dossiers.models import GrilleCriteres
from dossiers.services.demonstration.ville import lire
from dossiers.services.grilles import charger_grille
from dossiers.services.publication import publier_maintenant
from structures.models import Agent, Habilitation, Mairie, Profil
from tests.mesures.agenda import mesurer_agenda
from tests.mesures.base import base_de_mesure
from tests.mesures.charge import mesurer_charge
from tests.mesures.chrono import Figure
from tests.mesures.concurrence import jumeaux_a_modifier, mesurer_concurrence
from tests.mesures.doublons import mesurer_doublons
from tests.mesures.gestes import enregistrement, rapprochement, recotation
from tests.mesures.lettres import BUDGET, mesurer_lettres
from tests.mesures.nuits import file_a_verifier, mesurer_nuits
from tests.mesures.pages import lectures, mesurer_pages
from tests.mesures.proposition import mesurer_proposition
from tests.mesures.repartition import mesurer_repartition
from tests.mesures.ville import construire

PETITE = 25
Dire = Callable[[str], None]


def preparer(dossiers: int, *, maintenant: datetime, dire: Dire) -> Agent:
    """The city of `dossiers` requests, scored, and the agent who reads it."""
    construire(dossiers, jour=timezone.localdate(maintenant), dire=dire)
    if not GrilleCriteres.objects.exists():
        document = lire("grilles/demonstration.json")
        publier_maintenant(
            charger_grille(document, par=None, maintenant=maintenant), par=None, maintenant=maintenant
        )
    agent = Agent.objects.filter(identifiant="mesure").first()
    if agent is None:
        agent = Agent.objects.create_user("mesure", None, nom="Mesure", prenom="Agent")
        Habilitation.objects.create(
            agent=agent, profil=Profil.AGENT, mairie=Mairie.objects.earliest("pk"), debut=date(2020, 1, 1)
        )
    return agent


def mesurer(dossiers: int, *, maintenant: datetime, charge: bool, dire: Dire) -> list[str]:
    """Run every measure; returns the lines of the table."""
    lignes = ["| mesure | requêtes | médiane | rapport ou total | budget |", "|---|---|---|---|---|"]
    dire(f"• Ville de {PETITE} dossiers")
    with base_de_mesure(f"guichet_mesures_{PETITE}"):
        petites = mesurer_pages(preparer(PETITE, maintenant=maintenant, dire=dire))
    dire(f"• Ville de {dossiers} dossiers (quelques minutes la première fois)")
    with base_de_mesure(f"guichet_mesures_{dossiers}"):
        agent = preparer(dossiers, maintenant=maintenant, dire=dire)
        grandes = mesurer_pages(agent)
        pleine = petites[0]
        lignes += [_page(petite, grande, pleine) for petite, grande in zip(petites, grandes, strict=True)]
        dire("• Gestes du guichet")
        lignes += [_sql(f, "≤ 10 ms de SQL") for f in rapprochement(agent, timezone.localdate(maintenant))]
        lignes.append(_sql(enregistrement(agent, maintenant), "≤ 25 requêtes"))
        dire("• Deux cents modifications simultanées")
        lignes.append(_concurrence(agent, maintenant))
        dire("• « À vérifier » et les travaux de la nuit")
        verifier = file_a_verifier(agent, maintenant)
        lignes.append(f"| {verifier.nom} | {verifier.requetes} | {verifier.mediane_ms:.0f} ms | | |")
        lignes += [nuit.ligne for nuit in mesurer_nuits(maintenant)]
        dire("• De la base à la proposition gardée")
        lignes.append(mesurer_proposition(maintenant).ligne)
        dire("• Publication d’une grille")
        calcul = recotation(agent, maintenant)
        lignes.append(
            f"| coter {calcul.dossiers} dossiers sous une nouvelle grille "
            f"| {calcul.requetes_par_millier:.1f} par millier | {calcul.secondes:.1f} s "
            f"| {calcul.requetes} requêtes | ≤ 20 s |"
        )
        if charge:
            dire("• Cinquante agents à la fois")
            mesure = mesurer_charge(agent, list(lectures(agent).values())[:6], agents=50, pages=6)
            lignes.append(
                f"| 50 agents, 2 processus, {mesure.pages} pages | {mesure.erreurs} erreur "
                f"| {mesure.ensemble_ms:.0f} ms | {mesure.rapport:.1f} × seul | ≤ 4 × |"
            )
    dire("• Doublons, rappel et précision")
    lignes.append(f"| rapprochement, {doublons_en_mots()} | ≥ 0,95 à ≥ 0,90, aucun jumeau |")
    dire("• Répartition, trois tailles de ville")
    lignes += mesurer_repartition()
    dire("• Cinq cents lettres de commission")
    lettres = mesurer_lettres(500)
    lignes.append(
        f"| {lettres.lettres} lettres, un fichier par famille et le fichier d’impression | 0 "
        f"| {lettres.secondes:.0f} s | {lettres.impression_s:.0f} s d’impression | ≤ {BUDGET:.0f} s |"
    )
    dire("• Ordre du jour de 300 lignes contre Chromium")
    agenda = mesurer_agenda(300)
    lignes.append(
        f"| ordre du jour, {agenda.lignes} lignes, {agenda.pages} pages | 0 | {agenda.weasyprint_s:.1f} s "
        f"| {agenda.rapport:.2f} × Chromium ({agenda.chromium_s:.1f} s) | ≤ 2,5 × |"
    )
    return lignes


def _concurrence(agent: Agent, maintenant: datetime) -> str:
    cadre = jumeaux_a_modifier(20, par=agent, mairie=Mairie.objects.earliest("pk"), maintenant=maintenant)
    bilan = mesurer_concurrence(cadre, edits=200, connexions=8)
    return (
        f"| 200 modifications de 20 dossiers, 8 connexions | {len(bilan.refus)} recomparées "
        f"| {bilan.secondes / 200 * 1000:.0f} ms | {bilan.perdus} perdue, {len(bilan.pannes)} interblocage "
        f"| 0 et 0 |"
    )


def doublons_en_mots() -> str:
    """The pure rule on the seeded pairs: no query."""
    m = mesurer_doublons()
    return (
        f"{m.positifs + m.negatifs} paires | 0 | rappel {m.rappel:.3f}, précision {m.precision:.3f} "
        f"| {m.jumeaux_proposes} jumeau proposé sur {m.jumeaux}"
    )


def _page(petite: Figure, grande: Figure, pleine: Figure) -> str:
    """A list's page of 25 rows in the big city against the full page of 25 rows in the small one."""
    en_liste = grande.nom.startswith("liste")
    rapport = f"{grande.mediane_ms / pleine.mediane_ms:.2f} × la page pleine à {PETITE}" if en_liste else ""
    budget = "≤ 2 ×" if en_liste else ""
    return (
        f"| {grande.nom} | {petite.requetes} puis {grande.requetes} | {grande.mediane_ms:.0f} ms "
        f"| {rapport} | {budget} |"
    )


def _sql(figure: Figure, budget: str) -> str:
    return (
        f"| {figure.nom} | {figure.requetes} | {figure.mediane_ms:.0f} ms "
        f"| {figure.sql_ms:.0f} ms de SQL | {budget} |"
    )
