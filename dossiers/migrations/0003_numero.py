"""The sequence behind dossier numbers: never reused, gaps allowed."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("dossiers", "0001_initial")]
    operations = [
        migrations.RunSQL(
            "CREATE SEQUENCE dossiers_numero_seq", reverse_sql="DROP SEQUENCE dossiers_numero_seq"
        )
    ]
