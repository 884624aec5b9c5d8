"""The walk: every address as every persona, marks looked for in the answers; then the same elsewhere."""

import html
import re
import subprocess
import tempfile
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path
from typing import Any

import pikepdf
from django.core import mail
from django.db import transaction
from python_calamine import CalamineWorkbook

from structures.models import Agent
from tests.conftest import ClientStrict
from tests.protection.monde import MARQUES, REPERES, Monde, construire, echanger
from tests.protection.plan import adresses, envois, questions

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
# Where a mark is read that no page shows: the file of the list, the printed letter.
EXPORTS = ("dossiers:liste_exporter", "dossiers:courrier_pdf", "dossiers:recherche")
FERMES = {"anonyme": (302,)}
_ENTETES = ("Content-Type", "Content-Disposition", "Location", "HX-Redirect", "HX-Replace-Url")
# What is drawn anew for each answer.
_PASSAGER = re.compile(
    r'name="csrfmiddlewaretoken" value="[^"]*"|"X-CSRFToken": *"[^"]*"'
    r'|name="(?:depart|jeton|jusqu_a)"[^>]*value="[^"]*"'
    r"|\d\d?[\s\xa0\u202f]*h(?:[\s\xa0\u202f]*\d\d)?\b|brouillon=\d+|X-Brouillon: \d+"
    r"|[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"
)


@dataclass(frozen=True)
class Demande:
    """One question: who asks, how, where, with what."""

    persona: str
    route: str
    methode: str
    adresse: str
    envoi: tuple[tuple[str, Any], ...] = ()

    def __str__(self) -> str:
        return f"{self.persona} : {self.methode} {self.adresse} {dict(self.envoi) or ''}".strip()


@dataclass
class Releve:
    """What was seen: marks by demand, and the answers that changed when only what is hidden did."""

    vus: dict[Demande, frozenset[str]] = field(default_factory=dict)
    statuts: dict[Demande, int] = field(default_factory=dict)
    differences: list[tuple[Demande, str]] = field(default_factory=list)

    def marques_de(self, persona: str) -> set[str]:
        return {marque for d, vues in self.vus.items() if d.persona == persona for marque in vues}


def visiter(voyants: frozenset[str]) -> Releve:
    """Build the city, ask everything; then, for who is not of `voyants`, ask again once only the hidden
    facts are others, and compare what was answered."""
    monde, releve = construire(), Releve()
    clients = {persona: ouvrir(agent) for persona, agent in monde.personas.items()}
    reponses: dict[Demande, str] = {}
    fermes: set[tuple[str, str]] = set()
    montrees: set[tuple[str, str]] = set()
    for demande in demandes(monde, voyants):
        cle = (demande.persona, demande.route)
        if cle in fermes or (demande.methode == "post" and cle in montrees):
            continue
        statut, texte = demander(clients[demande.persona], demande)
        if demande.methode == "get" and statut in FERMES.get(demande.persona, (403,)):
            # The door is the view's, whatever is asked or sent behind it.
            fermes.add((demande.persona, demande.route))
        elif demande.methode == "get" and statut != 405 and not envois(demande.route, monde.objets)[1:]:
            # A page with its form: sending it empty shows the same page again.
            montrees.add((demande.persona, demande.route))
        releve.statuts[demande] = statut
        releve.vus[demande] = marques(texte, demande)
        if demande.persona not in voyants and (statut == 200 or demande.methode == "post"):
            reponses[demande] = texte
    echanger(monde)
    for demande, avant in reponses.items():
        statut, apres = demander(clients[demande.persona], demande)
        if (statut, apres) != (releve.statuts[demande], avant):
            releve.differences.append((demande, ecart(avant, apres)))
    return releve


def demandes(monde: Monde, voyants: frozenset[str]) -> list[Demande]:
    """Everything to ask; of who may read the family, only enough to see that the walk does see."""
    toutes = []
    for persona in monde.personas:
        for route, adresse in adresses(monde):
            toutes.append(Demande(persona, route, "get", adresse))
            if persona in voyants and route not in EXPORTS:
                continue
            toutes += [
                Demande(persona, route, "get", f"{adresse}?{q}") for q in questions(route, monde.objets)
            ]
            for q, envoi in envois(route, monde.objets):
                adresse_envoi = f"{adresse}?{q}" if q else adresse
                toutes.append(
                    Demande(
                        persona,
                        route,
                        "post",
                        adresse_envoi,
                        tuple((n, tuple(v) if isinstance(v, list) else v) for n, v in envoi.items()),
                    )
                )
    return toutes


def ouvrir(agent: Agent | None) -> ClientStrict:
    client = ClientStrict()
    if agent is not None:
        client.force_login(agent, backend="django.contrib.auth.backends.ModelBackend")
    return client


def demander(client: ClientStrict, demande: Demande) -> tuple[int, str]:
    """The answer as text, headers and e-mails with it; whatever was written is undone."""
    cookies, mail.outbox = client.cookies.copy(), []
    with transaction.atomic():
        if demande.methode == "get":
            reponse = client.get(demande.adresse)
        else:
            reponse = client.post(demande.adresse, dict(demande.envoi))
        texte = lire(reponse)
        transaction.set_rollback(True)
    client.cookies = cookies
    courriels = [f"{m.to} {m.subject} {m.body}" for m in getattr(mail, "outbox", [])]
    return reponse.status_code, "\n".join([texte, *courriels])


def lire(reponse: Any) -> str:
    """What comes back, whatever its kind: headers, cells one by one, the text of a PDF and its metadata."""
    contenu = b"".join(reponse.streaming_content) if reponse.streaming else reponse.content
    type_ = reponse.headers.get("Content-Type", "")
    entetes = "\n".join(f"{n}: {v}" for n, v in reponse.headers.items() if n in _ENTETES)
    if type_.startswith("application/pdf"):
        return f"{entetes}\n{texte_du_pdf(contenu)}"
    if type_.startswith(XLSX):
        classeur = CalamineWorkbook.from_filelike(BytesIO(contenu))
        feuilles = [f"{nom}: {classeur.get_sheet_by_name(nom).to_python()}" for nom in classeur.sheet_names]
        return _fixe("\n".join([entetes, *feuilles]).replace("\\xa0", " ").replace("\\u202f", " "))
    texte = contenu.decode("utf-8-sig", errors="replace")
    texte = re.sub(r"\r?\n[ \t]", "", texte) if type_.startswith("text/calendar") else texte
    return _fixe(f"{entetes}\n{html.unescape(texte)}")


def _fixe(texte: str) -> str:
    """The answer without what is drawn anew each time: tokens, hours, keys of what was undone."""
    return _PASSAGER.sub("", texte)


def texte_du_pdf(octets: bytes) -> str:
    if octets == b"%PDF-":
        return ""
    with tempfile.NamedTemporaryFile(suffix=".pdf") as fichier:
        Path(fichier.name).write_bytes(octets)
        lu = subprocess.run(
            ["pdftotext", "-layout", fichier.name, "-"], capture_output=True, text=True, check=True
        )
    with pikepdf.open(BytesIO(octets)) as pdf:
        return f"{lu.stdout}\n{dict(pdf.docinfo)}\n{pdf.open_metadata()}"


def marques(texte: str, demande: Demande) -> frozenset[str]:
    """The marks in an answer, those the person typed excepted: a page may show a question again."""
    dit = f"{demande.adresse} {demande.envoi}"
    if (
        demande.persona == "dpo"
        and demande.route == "dossiers:journal"
        and _contient(texte, REPERES["mairie"])
    ):
        # The journal is read line by line: a counter beside a protected dossier would name it.
        return frozenset({"mairie"})
    return frozenset(
        nom
        for nom, formes in MARQUES.items()
        if any(_contient(texte, forme) and not _contient(dit, forme) for forme in formes)
        and not any(_contient(dit, forme) for forme in formes)
    )


def _contient(texte: str, forme: str) -> bool:
    return forme.casefold() in texte.casefold()


def ecart(avant: str, apres: str) -> str:
    """The first lines that differ, to understand a failure."""
    lignes = zip(avant.splitlines(), apres.splitlines(), strict=False)
    trouvees = [f"{a.strip()[:160]!r} ≠ {b.strip()[:160]!r}" for a, b in lignes if a != b]
    return " | ".join(trouvees[:2]) or f"{len(avant)} et {len(apres)} signes"
