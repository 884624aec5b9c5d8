"""`manage.py reprendre FICHIER`: take over a city's list, or its children present."""

import hashlib
import json
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.db import transaction
from django.utils import timezone

from dossiers.exports.reprise import ecrire_rapport
from dossiers.models import ContenuReprise
from dossiers.regles.reprise.bilan import remarques_colonnes
from dossiers.regles.reprise.champs import CHAMPS
from dossiers.regles.reprise.colonnes import Colonnes
from dossiers.services.lecture_fichier import Tableau, lire_tableau
from dossiers.services.reprise import dossiers as service
from dossiers.services.reprise import presents
from guichet.acces import Personne, personne_de
from guichet.erreurs import ErreurMetier
from structures.models import Agent

FAUTE = 2
A_CONFIRMER = 3


class Command(BaseCommand):
    help = (
        "Reprend la liste d’une ville : csv, xlsx ou ods. Codes de sortie : 0 fait (les lignes refusées sont "
        "dans le rapport), 2 fichier, colonnes ou option en faute (rien n’est écrit), 3 différences des "
        "enfants présents à confirmer (rien n’est écrit)."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("fichier", help="le fichier de la ville")
        parser.add_argument("--essai", action="store_true", help="dire ce qui serait fait, ne rien écrire")
        parser.add_argument("--json", action="store_true", help="imprimer le bilan en JSON, et lui seul")
        parser.add_argument("--contenu", choices=ContenuReprise.values, default=ContenuReprise.DOSSIERS)
        parser.add_argument(
            "--colonnes",
            nargs="+",
            default=[],
            metavar="CHAMP=TITRE",
            help="dire quelle colonne est laquelle : « naissance=Né le », « naissance=3 » (la troisième), "
            "« naissance= » (aucune)",
        )
        parser.add_argument("--mairie", default="", help="code de la mairie des lignes qui n’en nomment pas")
        parser.add_argument("--par", default="", help="identifiant de l’agent qui reprend")
        parser.add_argument("--rapport", default="", help="écrire le rapport ligne à ligne (.csv ou .xlsx)")
        parser.add_argument(
            "--confirmer",
            default="",
            metavar="EMPREINTE",
            help="appliquer ces différences, déjà vues à l’essai",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            code = self._reprendre(options)
        except ErreurMetier as refus:
            self.stderr.write(refus.message)
            code = FAUTE
        if code:
            raise SystemExit(code)

    def _reprendre(self, options: dict[str, Any]) -> int:
        octets = _octets(options["fichier"])
        contenu = options["contenu"]
        tableau = lire_tableau(octets, contenu=contenu)
        choisies = _choisies(options["colonnes"], tableau.titres, contenu)
        colonnes = service.colonnes_confirmees(tableau.titres, contenu=contenu, choisies=choisies)
        if contenu == ContenuReprise.PRESENTS:
            return self._presents(options, octets, tableau, colonnes)
        maintenant = timezone.now()
        if options["essai"]:
            bilan = service.essayer(tableau, colonnes, maintenant=maintenant, mairie_defaut=options["mairie"])
        else:
            with transaction.atomic():
                bilan = service.reprendre(
                    _deposer(options, octets),
                    tableau,
                    colonnes,
                    par=_agent(options["par"]),
                    maintenant=maintenant,
                    mairie_defaut=options["mairie"],
                )
        self._montrer(bilan.en_json(), colonnes, options)
        return 0

    def _presents(self, options: dict[str, Any], octets: bytes, tableau: Tableau, colonnes: Colonnes) -> int:
        maintenant = timezone.now()
        essai = presents.essayer(tableau, colonnes, maintenant=maintenant)
        rapport = essai.en_json()
        if options["essai"] or (essai.differences and options["confirmer"] != essai.empreinte):
            self._montrer(rapport, colonnes, options)
            if options["essai"]:
                return 0
            self.stderr.write(
                "Des différences sont à confirmer. Relisez-les, puis relancez avec "
                f"--confirmer {essai.empreinte}"
            )
            return A_CONFIRMER
        with transaction.atomic():
            fait = presents.appliquer(
                _deposer(options, octets),
                tableau,
                colonnes,
                confirmee=essai.empreinte,
                par=_agent(options["par"]),
                maintenant=maintenant,
            )
        self._montrer(fait.en_json(), colonnes, options)
        return 0

    def _montrer(self, rapport: dict[str, Any], colonnes: Colonnes, options: dict[str, Any]) -> None:
        if options["rapport"]:
            chemin = Path(options["rapport"])
            chemin.write_bytes(ecrire_rapport(rapport, xlsx=chemin.suffix.lower() == ".xlsx"))
        if options["json"]:
            self.stdout.write(json.dumps(rapport, ensure_ascii=False))
            return
        if phrase := remarques_colonnes(colonnes):
            self.stdout.write(phrase)
        for ligne in _phrases(rapport, essai=options["essai"]):
            self.stdout.write(ligne)


def _octets(chemin: str) -> bytes:
    try:
        return Path(chemin).read_bytes()
    except OSError:
        raise ErreurMetier("fichier_absent", f"Le fichier {chemin} ne peut pas être lu.") from None


def _deposer(options: dict[str, Any], octets: bytes) -> Any:
    return service.deposer_reprise(
        contenu=options["contenu"],
        nom_fichier=Path(options["fichier"]).name,
        empreinte=hashlib.sha256(octets).hexdigest(),
        par=_agent(options["par"]),
        maintenant=timezone.now(),
    )


def _agent(identifiant: str) -> Personne | None:
    if not identifiant:
        return None
    agent = Agent.objects.filter(identifiant=identifiant, is_active=True).first()
    if agent is None:
        raise ErreurMetier("agent_inconnu", f"Aucun compte ouvert ne s’appelle « {identifiant} ».")
    return personne_de(agent, timezone.localdate())


def _choisies(options: list[str], titres: tuple[str, ...], contenu: str) -> dict[str, list[int]]:
    choisies: dict[str, list[int]] = {}
    for option in options:
        champ, egal, titre = option.partition("=")
        if not egal or champ not in CHAMPS[contenu]:
            raise ErreurMetier(
                "champ_inconnu",
                f"« {option} » n’est pas champ=titre. Champs : {', '.join(CHAMPS[contenu])}.",
            )
        trouvees = [p for p, t in enumerate(titres) if t == titre.strip()]
        if not trouvees and titre.strip().isdigit() and 1 <= int(titre) <= len(titres):
            trouvees = [int(titre) - 1]
        if titre.strip() and len(trouvees) != 1:
            combien = "aucune colonne" if not trouvees else "plusieurs colonnes"
            raise ErreurMetier("colonne_inconnue", f"Le titre « {titre} » désigne {combien} du fichier.")
        choisies.setdefault(champ, []).extend(trouvees)
    return choisies


def _phrases(rapport: dict[str, Any], *, essai: bool) -> list[str]:
    phrases = [
        f"{rapport['lignes']} lignes : {rapport['acceptees']} acceptées, {rapport['reparees']} réparées, "
        f"{len(rapport['refusees'])} refusées."
    ]
    for refus in rapport["refusees"]:
        valeur = f" « {refus['valeur']} »" if refus["valeur"] else ""
        phrases.append(
            f"  ligne {refus['ligne']}, {refus['colonne']}{valeur} : {refus['motif']} {refus['remede']}"
        )
    for quoi, cle in (("à rapprocher", "rapprochements"), ("remarques à vérifier", "a_verifier")):
        if rapport.get(cle):
            phrases.append(f"{len(rapport[cle])} {quoi}.")
    for different in rapport.get("differents", ()):
        phrases.append(
            f"  ligne {different['ligne']} : différente de {different['dossier']}, laissée telle quelle."
        )
    for difference in rapport.get("differences", ()):
        phrases.append(
            f"  {difference['nature']} : {difference['enfant']}, {difference['structure']}. "
            f"{difference['detail']}".rstrip()
        )
    if "dossiers_crees" in rapport:
        phrases.append(
            f"{rapport['inchangees']} lignes déjà reprises ; {rapport['dossiers_crees']} dossiers "
            + ("seraient créés." if essai else "créés.")
        )
    if essai and rapport.get("differences"):
        phrases.append(f"Pour les appliquer : --confirmer {rapport['empreinte']}")
    if essai:
        phrases.append("Essai : rien n’est écrit.")
    return phrases
