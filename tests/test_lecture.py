"""GET never writes."""

from collections.abc import Iterator

import pytest
from django.db import connection, transaction
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory

from guichet.lecture import EcritureEnLecture, LectureSeuleMiddleware, tables_ecrites
from structures.models import Mairie
from tests.factories import creer_mairie


@pytest.mark.parametrize(
    ("requete", "tables"),
    [
        ('SELECT "a"."b" FROM "a" WHERE "a"."c" = %s', set()),
        ('SELECT "a"."b" FROM "a" FOR UPDATE OF "a"', set()),
        ('INSERT INTO "dossiers_dossier" ("a") VALUES (%s)', {"dossiers_dossier"}),
        ('UPDATE "dossiers_dossier" SET "a" = %s', {"dossiers_dossier"}),
        ("DELETE FROM dossiers_dossier WHERE id = %s", {"dossiers_dossier"}),
        ("WITH x AS (DELETE FROM ONLY a RETURNING id) INSERT INTO b SELECT id FROM x", {"a", "b"}),
        ("TRUNCATE a", {"a"}),
        ("COPY a (b) FROM STDIN", {"a"}),
        ("SELECT nextval('dossier_numero')", {"nextval"}),
        ("SELECT procrastinate_defer_jobs_v1(%s)", {"procrastinate_defer_jobs_v1"}),
        ("SAVEPOINT x", set()),
    ],
)
def test_tables_ecrites(requete: str, tables: set[str]) -> None:
    assert tables_ecrites(requete) == tables


def _vue_qui_ecrit(request: HttpRequest) -> HttpResponse:
    creer_mairie(code="ecrite")
    return HttpResponse("fait")


def _vue_qui_lit(request: HttpRequest) -> HttpResponse:
    return HttpResponse(str(Mairie.objects.count()))


@pytest.fixture
def requetes(db: None) -> Iterator[RequestFactory]:
    yield RequestFactory()
    assert connection.execute_wrappers == []


@pytest.mark.parametrize("methode", ["get", "head", "options"])
def test_une_lecture_ne_peut_pas_ecrire(requetes: RequestFactory, methode: str) -> None:
    with pytest.raises(EcritureEnLecture, match="structures_mairie"), transaction.atomic():
        LectureSeuleMiddleware(_vue_qui_ecrit)(getattr(requetes, methode)("/"))
    assert not Mairie.objects.filter(code="ecrite").exists()


def test_une_lecture_lit_et_un_envoi_ecrit(requetes: RequestFactory) -> None:
    assert LectureSeuleMiddleware(_vue_qui_lit)(requetes.get("/")).content == b"0"
    LectureSeuleMiddleware(_vue_qui_ecrit)(requetes.post("/"))
    assert Mairie.objects.filter(code="ecrite").exists()
