"""French typography on screen: no-break spaces before « : ; ! ? » and inside « », curly apostrophes."""

import ast
import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path

import pytest
from django.template.base import Lexer, TokenType

RACINE = Path(__file__).resolve().parent.parent
LETTRE = "A-Za-zÀ-ÖØ-öø-ÿŒœ"
FAUTES = re.compile(rf" [:;!?»](?!=)|« |(?<=[{LETTRE}])'(?=[{LETTRE}])")
ATTRIBUTS_LUS = {"title", "alt", "placeholder", "aria-label", "aria-description"}
# For a terminal or a README, compared with what a file holds, or phrases that put their own spaces.
HORS_ECRAN = {
    "dossiers/regles/reponse.py",
    "guichet/installation.py",
    "dossiers/regles/documentation.py",
    "dossiers/regles/reprise/cellules.py",
    "dossiers/regles/reprise/colonnes.py",
}
DOSSIERS_HORS_ECRAN = {"migrations", "management", "base_embarquee", "postgres"}
CODE = re.compile(r"\b(?:SELECT|UPDATE|INSERT|DELETE|WHERE|BEGIN|CREATE|FROM)\b")


class _Textes(HTMLParser):
    """What a page lets read: its text nodes and the attributes a screen reader or a tooltip says."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.textes: list[str] = []
        self._code = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._code = tag in {"script", "style"}
        self.textes += [valeur for nom, valeur in attrs if nom in ATTRIBUTS_LUS and valeur]

    def handle_endtag(self, tag: str) -> None:
        self._code = False

    def handle_data(self, data: str) -> None:
        if not self._code:
            self.textes.append(data)


def textes_du_gabarit(source: str) -> Iterator[str]:
    """Texts of the HTML, the tags of Django blanked, then the literal words given to these tags."""
    html = []
    for jeton in Lexer(re.sub(r"{% comment.*?endcomment %}", "", source, flags=re.S)).tokenize():
        html.append(jeton.contents if jeton.token_type is TokenType.TEXT else "\ufffc")
        # Tags that name an address or a file, and the formats of dates, are not words.
        if jeton.token_type in {TokenType.VAR, TokenType.BLOCK} and not re.match(
            r"(?:url|static|load|extends)\b", jeton.contents
        ):
            paires = re.findall(r"(?<!date:)(?<!time:)(?:\"([^\"]*)\"|'([^']*)')", jeton.contents)
            yield from (double or simple for double, simple in paires)
    lecteur = _Textes()
    lecteur.feed("".join(html))
    lecteur.close()
    yield from lecteur.textes


def textes_du_code(source: str) -> Iterator[tuple[int, str]]:
    """String literals of a module but its docstrings, SQL and patterns; an f-string comes in pieces."""
    arbre = ast.parse(source)
    muets = {
        id(noeud.body[0].value)
        for noeud in ast.walk(arbre)
        if isinstance(noeud, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef)
        and noeud.body
        and isinstance(noeud.body[0], ast.Expr)
    }
    for noeud in ast.walk(arbre):
        if isinstance(noeud, ast.FormattedValue) and noeud.format_spec is not None:
            muets.update(id(morceau) for morceau in ast.walk(noeud.format_spec))
        if not isinstance(noeud, ast.Constant) or not isinstance(noeud.value, str) or id(noeud) in muets:
            continue
        if not CODE.search(noeud.value) and not re.search(r"\(\?|\\[sdw]|\[\^", noeud.value):
            yield noeud.lineno, noeud.value


def _python() -> Iterator[Path]:
    for app in ("guichet", "structures", "dossiers", "commissions"):
        for fichier in (RACINE / app).rglob("*.py"):
            lieu = fichier.relative_to(RACINE)
            if str(lieu) not in HORS_ECRAN and not DOSSIERS_HORS_ECRAN & set(lieu.parts):
                yield fichier


@pytest.mark.parametrize(
    ("source", "fautives"),
    [
        ("<p>Rang : {{ n }}</p>", 1),
        ("<p>{{ nom }} : oui</p>", 1),
        ("<p>« Oui »</p>", 1),
        ("<p>l'enfant</p>", 1),
        ('<a title="Ouvrir ?" href="/a : b">x</a>', 1),
        ("{% pastille 'miel' \"à voir : oui\" %}", 1),
        ('<p>Rang\u00a0: 3\u202f; «\u00a0l’un\u00a0»</p><script>a ? b : c</script>{{ j|date:"H : i" }}', 0),
        ('{# un : deux #}<p class="a" data-x="b : c">d</p>', 0),
    ],
)
def test_le_garde_lit_ce_qui_se_lit(source: str, fautives: int) -> None:
    assert len([t for t in textes_du_gabarit(source) if FAUTES.search(t)]) == fautives


def test_le_garde_lit_les_messages_et_pas_le_reste() -> None:
    source = '"""Une note : non lue."""\nx = f"Rang : {n: >4}"\ny = "SELECT a ; FROM b"\nz = "d\'un"\n'
    assert sorted(n for n, texte in textes_du_code(source) if FAUTES.search(texte)) == [2, 4]


def test_les_gabarits_suivent_la_typographie_francaise() -> None:
    gabarits = list((RACINE / "templates").rglob("*.html"))
    assert len(gabarits) > 100
    fautes = [
        f"{gabarit.relative_to(RACINE)} : {texte.strip()[:80]!r}"
        for gabarit in gabarits
        for texte in textes_du_gabarit(gabarit.read_text("utf-8"))
        if FAUTES.search(texte)
    ]
    assert fautes == []


def test_les_messages_suivent_la_typographie_francaise() -> None:
    fautes = [
        f"{fichier.relative_to(RACINE)}:{ligne} {texte[:80]!r}"
        for fichier in _python()
        for ligne, texte in textes_du_code(fichier.read_text("utf-8"))
        if FAUTES.search(texte)
    ]
    assert fautes == []


def test_les_scripts_suivent_la_typographie_francaise() -> None:
    """Quoted words of our scripts, an operator between two of them left out."""
    fautes = [
        f"{script.name} : {mots}"
        for script in (RACINE / "static" / "js").glob("*.js")
        for mots in re.findall(r'"((?:[^"\\\n]|\\.)*)"', script.read_text("utf-8"))
        if FAUTES.search(mots) and not re.fullmatch(r"[^a-zé]*", mots)
    ]
    assert fautes == []
