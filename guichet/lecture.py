"""GET never writes: a request that only reads is refused any change of the database."""

import re
from collections.abc import Callable
from typing import Any

from django.db import connection
from django.http import HttpRequest, HttpResponse

METHODES_DE_LECTURE = frozenset({"GET", "HEAD", "OPTIONS"})
# What reading a page may leave behind: the session, failed sign-ins, who read which dossier.
TABLES_PERMISES = frozenset(
    {
        "axes_accessattempt",
        "axes_accessattemptexpiration",
        "axes_accessfailurelog",
        "axes_accesslog",
        "django_session",
        "dossiers_journal",
        "pghistory_context",
    }
)
_ECRITURE = re.compile(
    r"(?<!for )(?<!for no key )\b(?:insert into|update|delete from|truncate(?: table)?|merge into|copy)"
    r'\s+(?:only\s+)?(?:"?public"?\.)?"?(\w+)',
    re.IGNORECASE,
)
_FONCTION_QUI_ECRIT = re.compile(r"\b(procrastinate_defer\w*|nextval|setval)\s*\(", re.IGNORECASE)


class EcritureEnLecture(RuntimeError):
    """A page asked with GET tried to write: the view must ask for a POST."""


def tables_ecrites(requete: str) -> set[str]:
    """The tables a statement writes to; the name of the function for a SELECT with an effect."""
    if requete.lstrip().lower().startswith("select"):
        return set(_FONCTION_QUI_ECRIT.findall(requete))
    return {table.lower() for table in _ECRITURE.findall(requete)}


def _refuser(
    executer: Callable[..., Any], requete: Any, parametres: Any, plusieurs: bool, contexte: Any
) -> Any:
    texte = requete if isinstance(requete, str) else str(requete)
    if interdites := tables_ecrites(texte) - TABLES_PERMISES:
        raise EcritureEnLecture(f"écriture pendant une lecture : {', '.join(sorted(interdites))}")
    return executer(requete, parametres, plusieurs, contexte)


class LectureSeuleMiddleware:
    """Placed before pghistory's middleware, so that it sees statements before they are rewritten."""

    def __init__(self, suite: Callable[[HttpRequest], HttpResponse]) -> None:
        self.suite = suite

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.method not in METHODES_DE_LECTURE:
            return self.suite(request)
        with connection.execute_wrapper(_refuser):
            return self.suite(request)
