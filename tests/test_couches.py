"""Who may import whom: the table of layers, held by reading the source, whatever is installed."""

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

RACINE = Path(__file__).resolve().parent.parent
# Lowest first: an app imports itself and those before it.
APPS = ("structures", "dossiers", "commissions")
COUCHES = (
    *("regles", "models", "queries", "acces", "services", "forms", "exports", "views", "admin", "management"),
    *("taches", "urls", "apps", "migrations", "templatetags"),
)
_LECTURE = {"regles", "models", "queries", "acces"}
# layer -> layers it may import, in its own app and in the apps below. Absent: everything but others' views.
PERMIS = {
    "regles": {"regles"},
    "models": {"regles", "models"},
    "queries": _LECTURE,
    "acces": _LECTURE,
    "services": {*_LECTURE, "services", "taches"},
    "forms": {*_LECTURE, "forms", "exports"},
    "exports": {*_LECTURE, "forms", "exports"},
    "templatetags": {*_LECTURE, "templatetags"},
}
GUICHET_POUR_REGLES = {"guichet.erreurs", "guichet.texte"}
# A rule is replayed: its dates and its seed are arguments.
MODULES_IMPURS = {"asyncio", "os", "pathlib", "random", "secrets", "socket", "subprocess", "time", "uuid"}
APPELS_IMPURS = {"now", "today", "utcnow", "localdate", "localtime", "uuid4"}


def couche_de(module: str) -> tuple[str, str] | None:
    """`dossiers.regles.rang` is in layer `regles` of app `dossiers`; None outside our apps."""
    app, _, reste = module.partition(".")
    if app not in APPS:
        return None
    couche = reste.partition(".")[0]
    return app, couche if couche in COUCHES else ""


def _importes(arbre: ast.AST, module: str, *, paquet: bool) -> Iterator[tuple[int, str]]:
    """(line, absolute name of what is imported); relative imports are resolved."""
    parent = module if paquet else module.rpartition(".")[0]
    for noeud in ast.walk(arbre):
        if isinstance(noeud, ast.Import):
            yield from ((noeud.lineno, alias.name) for alias in noeud.names)
        elif isinstance(noeud, ast.ImportFrom):
            base = noeud.module or ""
            if noeud.level:
                morceaux = parent.split(".")
                morceaux = morceaux[: len(morceaux) - noeud.level + 1]
                base = ".".join([*morceaux, base] if base else morceaux)
            yield from ((noeud.lineno, f"{base}.{alias.name}") for alias in noeud.names)


def _refus(module: str, importe: str) -> str | None:
    """Why this import is refused, None when it is allowed."""
    ici, la = couche_de(module), couche_de(importe)
    if importe.partition(".")[0] == "weasyprint" and module != "guichet.pdf":
        return "seul guichet.pdf importe weasyprint"
    if ici is None:
        racine_seule = module in {"guichet.urls", "guichet.settings"} or not module.startswith("guichet")
        return None if racine_seule or la is None or la[1] != "views" else "guichet n’importe aucune vue"
    app, couche = ici
    if couche == "regles":
        return _refus_regle(app, importe, la)
    if la is None:
        return None
    if la[1] == "views" and la[0] != app and couche != "urls":
        return "jamais les vues d’une autre application"
    permis = PERMIS.get(couche)
    if permis is None:
        return None
    if APPS.index(la[0]) > APPS.index(app):
        return f"{app} est sous {la[0]}"
    return None if la[1] in permis else f"la couche {couche} n’importe pas {la[1] or importe}"


def _refus_regle(app: str, importe: str, la: tuple[str, str] | None) -> str | None:
    racine = importe.partition(".")[0]
    if la is not None:
        permis = la[1] == "regles" and APPS.index(la[0]) <= APPS.index(app)
    elif racine == "guichet":
        permis = any(importe == nom or importe.startswith(nom + ".") for nom in GUICHET_POUR_REGLES)
    else:
        permis = racine in sys.stdlib_module_names and racine not in MODULES_IMPURS
    return None if permis else "une règle est pure : bibliothèque standard, règles et guichet.erreurs"


def _impuretes(arbre: ast.AST) -> Iterator[tuple[int, str]]:
    for noeud in ast.walk(arbre):
        if isinstance(noeud, ast.Call):
            nom = noeud.func.attr if isinstance(noeud.func, ast.Attribute) else getattr(noeud.func, "id", "")
            if nom in APPELS_IMPURS:
                yield noeud.lineno, f"une règle ne lit ni l’heure ni le hasard : {nom}()"


def _demandes(arbre: ast.AST) -> Iterator[tuple[int, str]]:
    for noeud in ast.walk(arbre):
        if isinstance(noeud, ast.arg) and noeud.arg == "request":
            yield noeud.lineno, "un service ne reçoit jamais de requête HTTP"


def violations(racine: Path) -> list[str]:
    """Every breach of the table under `racine`, as « path:line why »."""
    trouvees = []
    for chemin in sorted(f for app in (*APPS, "guichet") for f in (racine / app).rglob("*.py")):
        relatif = chemin.relative_to(racine)
        paquet = chemin.name == "__init__.py"
        module = ".".join((relatif.parent if paquet else relatif.with_suffix("")).parts)
        arbre = ast.parse(chemin.read_text(encoding="utf-8"))
        couche = couche_de(module)
        constats = [
            (ligne, f"{raison} ({nom})")
            for ligne, nom in _importes(arbre, module, paquet=paquet)
            if (raison := _refus(module, nom))
        ]
        if couche and couche[1] == "regles":
            constats += _impuretes(arbre)
        if couche and couche[1] == "services":
            constats += _demandes(arbre)
        trouvees += [f"{relatif}:{ligne} {raison}" for ligne, raison in sorted(constats)]
    return trouvees


def test_les_couches_du_projet_sont_respectees() -> None:
    assert violations(RACINE) == []


PERMISES = [
    (
        "dossiers/regles/rang.py",
        "from structures.regles.ages import Age\nfrom guichet.erreurs import ErreurMetier",
    ),
    ("commissions/regles/a.py", "from dossiers.regles import rang\nfrom datetime import date, timedelta"),
    ("dossiers/models/voeu.py", "from .dossier import Dossier\nfrom structures.models import Agent"),
    (
        "dossiers/services/depot.py",
        "from dossiers.queries import doublons\nfrom structures.services import taches",
    ),
    ("commissions/exports/odj.py", "from dossiers.acces import masque\nfrom guichet.pdf import rendre_pdf"),
    ("structures/views/tache.py", "from structures.services.taches import lancer\nimport django"),
    ("dossiers/management/commands/x.py", "from commissions.services import seance\nimport random"),
    ("guichet/urls.py", "from structures.views import accueil"),
    ("guichet/pdf.py", "def f():\n    import weasyprint.urls"),
]
REFUSEES = [
    ("structures/regles/a.py", "from dossiers.regles import rang"),
    ("dossiers/regles/a.py", "from django.utils import timezone"),
    ("dossiers/regles/a.py", "from dossiers.models import Dossier"),
    ("dossiers/regles/a.py", "from ..models import Dossier"),
    ("dossiers/regles/a.py", "import guichet.pdf"),
    ("dossiers/regles/a.py", "import random"),
    ("dossiers/regles/a.py", "import datetime\nx = datetime.date.today()"),
    ("dossiers/regles/__init__.py", "from ..services import depot"),
    ("dossiers/models/a.py", "from commissions.models import Seance"),
    ("dossiers/models/a.py", "from dossiers.services.depot import deposer"),
    ("dossiers/models/a.py", "def f():\n    from dossiers import queries"),
    ("dossiers/queries.py", "from dossiers.services import depot"),
    ("dossiers/queries/liste/pages.py", "from dossiers.services import depot"),
    ("dossiers/acces.py", "from dossiers.forms import saisie"),
    ("dossiers/services/a.py", "from dossiers.forms.saisie import Saisie"),
    ("dossiers/services/a.py", "from commissions.services import seance"),
    ("dossiers/services/a.py", "def deposer(dossier, request): ..."),
    ("dossiers/forms/a.py", "from dossiers.services import depot"),
    ("commissions/exports/a.py", "from commissions.services.seance import geler"),
    ("commissions/exports/a.py", "import weasyprint"),
    ("commissions/views/a.py", "from dossiers.views import fiche"),
    ("guichet/acces.py", "from structures.views import accueil"),
]


def _pose(racine: Path, chemin: str, source: str) -> None:
    fichier = racine / chemin
    fichier.parent.mkdir(parents=True)
    fichier.write_text(source, encoding="utf-8")


@pytest.mark.parametrize(("chemin", "source"), PERMISES)
def test_un_import_permis_passe(tmp_path: Path, chemin: str, source: str) -> None:
    _pose(tmp_path, chemin, source)
    assert violations(tmp_path) == []


@pytest.mark.parametrize(("chemin", "source"), REFUSEES)
def test_un_import_interdit_se_voit(tmp_path: Path, chemin: str, source: str) -> None:
    _pose(tmp_path, chemin, source)
    assert len(violations(tmp_path)) == 1, violations(tmp_path)
