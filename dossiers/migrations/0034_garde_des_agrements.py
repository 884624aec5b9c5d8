"""The guard of the agréments: no child above the places of its assistante maternelle, on any half-day.

Why in the database: two people may assign two children to the same last place. Facts that are already true
(a birth corrected, sections moved, present children taken over) are written all the same, and flagged.
"""

from django.db import migrations

GARDE = """
-- Half-days the assignment newly takes, compared with `p_avant` over `p_periode`, against the agrément of
-- each day where something begins or ends. A second connection waits on the assistante's row, then counts.
CREATE FUNCTION affectation_garder(p_affectation bigint, p_avant dossiers_occupation[], p_periode daterange)
RETURNS void LANGUAGE plpgsql SET jit = off AS $$
DECLARE
  f record;
  trop record;
BEGIN
  SELECT a.id, a.admission_id, a.assistante_id, a.periode INTO f
    FROM dossiers_affectation a WHERE a.id = p_affectation;
  IF NOT FOUND THEN
    RETURN;
  END IF;
  PERFORM 1 FROM structures_assistantematernelle WHERE id = f.assistante_id FOR NO KEY UPDATE;
  SELECT d.jour, k.creneau,
         (SELECT count(*) FROM dossiers_affectation x
            JOIN dossiers_occupation o ON o.admission_id = x.admission_id AND o.periode @> d.jour
           WHERE x.assistante_id = f.assistante_id AND x.periode @> d.jour
             AND k.creneau = ANY (o.demi_journees)) AS enfants,
         coalesce((SELECT CASE WHEN k.creneau = ANY (g.demi_journees) THEN g.places ELSE 0 END
                     FROM structures_agrement g
                    WHERE g.assistante_id = f.assistante_id AND g.periode @> d.jour), 0) AS places
    INTO trop
    FROM (SELECT lower(f.periode) AS jour
          UNION SELECT j FROM dossiers_affectation x
                  JOIN dossiers_occupation o ON o.admission_id = x.admission_id
                 CROSS JOIN unnest(ARRAY[lower(o.periode), lower(x.periode), upper(x.periode)]) j
                 WHERE x.assistante_id = f.assistante_id
          UNION SELECT j FROM structures_agrement g
                 CROSS JOIN unnest(ARRAY[lower(g.periode), upper(g.periode)]) j
                 WHERE g.assistante_id = f.assistante_id
          UNION SELECT upper(v.periode) FROM unnest(p_avant) v
          UNION SELECT upper(p_periode)) d
    JOIN dossiers_occupation moi ON moi.admission_id = f.admission_id AND moi.periode @> d.jour
   CROSS JOIN unnest(moi.demi_journees) k(creneau)
   WHERE f.periode @> d.jour
     AND NOT (p_periode @> d.jour AND EXISTS (SELECT 1 FROM unnest(p_avant) v
               WHERE v.periode @> d.jour AND k.creneau = ANY (v.demi_journees)))
     AND (SELECT count(*) FROM dossiers_affectation x
            JOIN dossiers_occupation o ON o.admission_id = x.admission_id AND o.periode @> d.jour
           WHERE x.assistante_id = f.assistante_id AND x.periode @> d.jour
             AND k.creneau = ANY (o.demi_journees))
         > coalesce((SELECT CASE WHEN k.creneau = ANY (g.demi_journees) THEN g.places ELSE 0 END
                       FROM structures_agrement g
                      WHERE g.assistante_id = f.assistante_id AND g.periode @> d.jour), 0)
   ORDER BY d.jour, k.creneau LIMIT 1;
  IF FOUND THEN
    RAISE EXCEPTION 'guichet: % enfants pour % places d''agrement, creneau %, le %', trop.enfants,
      trop.places, trop.creneau, trop.jour
      USING ERRCODE = 'check_violation', CONSTRAINT = 'affectation_agrement';
  END IF;
END $$;

CREATE FUNCTION affectation_posee() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  tenue daterange := 'empty';
BEGIN
  IF TG_OP = 'UPDATE' AND NEW.assistante_id = OLD.assistante_id AND NEW.admission_id = OLD.admission_id THEN
    tenue := OLD.periode;
  END IF;
  PERFORM affectation_garder(NEW.id, ARRAY(SELECT o FROM dossiers_occupation o
    WHERE o.admission_id = NEW.admission_id), tenue);
  RETURN NULL;
END $$;

-- As places_refaire, and what the assigned children newly take is guarded.
CREATE FUNCTION places_refaire_gardees(p_admissions bigint[]) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  avant dossiers_occupation[];
  f record;
BEGIN
  IF current_setting('guichet.places', true) = 'sans_garde' OR NOT EXISTS (
       SELECT 1 FROM dossiers_affectation WHERE admission_id = ANY (p_admissions)) THEN
    PERFORM places_refaire(p_admissions);
    RETURN;
  END IF;
  avant := ARRAY(SELECT o FROM dossiers_occupation o WHERE o.admission_id = ANY (p_admissions));
  PERFORM places_refaire(p_admissions);
  FOR f IN SELECT a.id, a.admission_id, a.periode FROM dossiers_affectation a
            WHERE a.admission_id = ANY (p_admissions) ORDER BY a.assistante_id, a.id LOOP
    PERFORM affectation_garder(f.id, ARRAY(SELECT v FROM unnest(avant) v
      WHERE v.admission_id = f.admission_id), f.periode);
  END LOOP;
END $$;

CREATE TRIGGER affectation_posee AFTER INSERT OR UPDATE OF admission_id, assistante_id, debut, fin
  ON dossiers_affectation FOR EACH ROW EXECUTE FUNCTION affectation_posee();
"""

ADMISSION = """
CREATE OR REPLACE FUNCTION places_admission() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  gardes smallint[] := NEW.demi_journees;
BEGIN
  PERFORM {refaire}(ARRAY[NEW.id]);
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

CREATE OR REPLACE FUNCTION places_mouvement() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM {refaire}(ARRAY(
    SELECT DISTINCT i FROM unnest(CASE TG_OP WHEN 'INSERT' THEN ARRAY[NEW.admission_id]
      WHEN 'DELETE' THEN ARRAY[OLD.admission_id] ELSE ARRAY[NEW.admission_id, OLD.admission_id] END) i
      JOIN dossiers_admission a ON a.id = i));
  RETURN NULL;
END $$;
"""

RETIRER = """
DROP TRIGGER affectation_posee ON dossiers_affectation;
DROP FUNCTION places_refaire_gardees, affectation_posee, affectation_garder;
"""


class Migration(migrations.Migration):
    dependencies = [("dossiers", "0033_affectations")]

    operations = [
        migrations.RunSQL(GARDE, RETIRER),
        migrations.RunSQL(
            ADMISSION.format(refaire="places_refaire_gardees"), ADMISSION.format(refaire="places_refaire")
        ),
    ]
