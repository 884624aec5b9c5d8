"""A child who changes its days keeps those it had: only the half-days added are guarded.

Why: the new week is a new dated period. In a section over its places (a capacity lowered under the children
present) even coming less would have been refused.
"""

from django.db import migrations

TENUS = """
CREATE OR REPLACE FUNCTION places_admission() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  gardes smallint[] := NEW.demi_journees;
BEGIN
  PERFORM places_refaire(ARRAY[NEW.id]);
  IF TG_OP = 'UPDATE' AND NEW.section_id = OLD.section_id AND NEW.periode <@ OLD.periode THEN
    gardes := ARRAY(SELECT unnest(NEW.demi_journees) EXCEPT SELECT unnest(OLD.demi_journees));
  ELSIF TG_OP = 'INSERT' THEN
    gardes := ARRAY(SELECT unnest(NEW.demi_journees) EXCEPT
      SELECT unnest(o.demi_journees) FROM dossiers_occupation o
        JOIN dossiers_admission a ON a.id = o.admission_id
       WHERE a.enfant_id = NEW.enfant_id AND o.section_id = NEW.section_id
         AND upper(o.periode) = lower(NEW.periode));
  END IF;
  IF cardinality(gardes) > 0 THEN
    PERFORM places_garder(NEW.id, gardes, NEW.motif_depassement);
  END IF;
  RETURN NULL;
END $$;
"""

AVANT = """
CREATE OR REPLACE FUNCTION places_admission() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  gardes smallint[] := NEW.demi_journees;
BEGIN
  PERFORM places_refaire(ARRAY[NEW.id]);
  IF TG_OP = 'UPDATE' AND NEW.section_id = OLD.section_id AND NEW.periode <@ OLD.periode THEN
    gardes := ARRAY(SELECT unnest(NEW.demi_journees) EXCEPT SELECT unnest(OLD.demi_journees));
  END IF;
  IF cardinality(gardes) > 0 THEN
    PERFORM places_garder(NEW.id, gardes, NEW.motif_depassement);
  END IF;
  RETURN NULL;
END $$;
"""


class Migration(migrations.Migration):
    dependencies = [("dossiers", "0024_places")]

    operations = [migrations.RunSQL(TENUS, AVANT)]
