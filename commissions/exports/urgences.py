"""Emergency admissions as the agenda and the minutes print them."""

from collections.abc import Iterable
from datetime import date
from typing import Any


def urgences_lues(urgences: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """With their dates as dates; minutes validated before reasons were kept have none."""
    return [{"motif": "", **u, "debut_le": _jour(u["debut"]), "fin_le": _jour(u["fin"])} for u in urgences]


def _jour(iso: str) -> date | None:
    return date.fromisoformat(iso) if iso else None
