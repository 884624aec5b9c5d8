"""The embedded PostgreSQL used when DATABASE_URL is not set."""

from pathlib import Path


def database_url(var: Path) -> str:
    """The address Django connects to when the environment gives none."""
    return "postgres:///guichet"
