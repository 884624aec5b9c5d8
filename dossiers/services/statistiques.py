"""After a mass of rows: the planner is told at once, instead of when autovacuum comes by."""

from django.db import connection, models, transaction

from dossiers.models import (
    Admission,
    Besoin,
    Cotation,
    Dossier,
    Enfant,
    Famille,
    LigneListe,
    LigneVoeu,
    PieceJustificative,
    Responsable,
    Voeu,
)

# Below, a wrong estimate costs nothing that is seen.
GRAND_NOMBRE = 500
TABLES_DE_LA_LISTE: tuple[type[models.Model], ...] = (
    *(Famille, Responsable, Enfant, Dossier, Besoin, Voeu, PieceJustificative),
    *(Cotation, LigneListe, LigneVoeu),
)
TABLES_DES_PRESENTS: tuple[type[models.Model], ...] = (Famille, Enfant, Admission)


def tenir_les_statistiques(*modeles: type[models.Model]) -> None:
    """ANALYZE these tables now."""
    tables = ", ".join(connection.ops.quote_name(modele._meta.db_table) for modele in modeles)
    with connection.cursor() as curseur:
        curseur.execute(f"ANALYZE {tables}")


def tenir_apres(ecrites: int, *modeles: type[models.Model]) -> None:
    """ANALYZE them once the transaction is committed, if it wrote a great number of rows."""
    if ecrites >= GRAND_NOMBRE:
        transaction.on_commit(lambda: tenir_les_statistiques(*modeles))
