"""An employer's places are walls: the others do not enter, and its children do not take the others' places.

Why in the database: the guard of the last place counts the ordinary places, without those reserved.
"""

from django.db import migrations

MURS = """
-- Whether this admission takes, that day and in that section, places an employer still reserves.
CREATE FUNCTION places_au_mur(p_admission bigint, p_section bigint, p_jour date) RETURNS boolean
LANGUAGE sql STABLE AS $$
  SELECT EXISTS (SELECT 1 FROM dossiers_admission a
    JOIN structures_placesemployeur p ON p.id = a.employeur_id
   WHERE a.id = p_admission AND p.section_id = p_section AND p.periode @> p_jour);
$$;

-- The places left to all that day on that half-day, out of `p_places`.
CREATE FUNCTION places_communes(p_section bigint, p_jour date, p_creneau smallint, p_places integer)
RETURNS integer LANGUAGE sql STABLE AS $$
  SELECT greatest(0, p_places - coalesce((SELECT sum(p.places[p_creneau + 1])
    FROM structures_placesemployeur p WHERE p.section_id = p_section AND p.periode @> p_jour), 0))::integer;
$$;

CREATE FUNCTION places_garder_mur(
  p_admission bigint, p_creneaux smallint[], p_section bigint, p_periode daterange
) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  mur structures_placesemployeur;
  trop record;
BEGIN
  SELECT p.* INTO mur FROM structures_placesemployeur p
    JOIN dossiers_admission a ON a.employeur_id = p.id WHERE a.id = p_admission;
  IF NOT EXISTS (SELECT 1 FROM dossiers_enfantdesigne e JOIN dossiers_admission a ON a.dossier_id = e.dossier_id
      WHERE a.id = p_admission AND e.places_id = mur.id) OR mur.section_id <> p_section THEN
    RAISE EXCEPTION 'guichet: cet enfant n''est pas designe pour ces places'
      USING ERRCODE = 'check_violation', CONSTRAINT = 'admission_designee';
  END IF;
  SELECT d.jour, k.creneau, count(*) AS enfants INTO trop
    FROM (SELECT lower(p_periode) AS jour
          UNION SELECT lower(x.periode) FROM dossiers_occupation x
                  JOIN dossiers_admission a ON a.id = x.admission_id
                 WHERE a.employeur_id = mur.id AND p_periode @> lower(x.periode)) d
   CROSS JOIN unnest(p_creneaux) k(creneau)
    JOIN dossiers_occupation x ON x.section_id = p_section AND x.periode @> d.jour
     AND k.creneau = ANY (x.demi_journees)
    JOIN dossiers_admission a ON a.id = x.admission_id AND a.employeur_id = mur.id
   WHERE mur.periode @> d.jour
   GROUP BY d.jour, k.creneau HAVING count(*) > mur.places[k.creneau + 1]
   ORDER BY d.jour, k.creneau LIMIT 1;
  IF FOUND THEN
    RAISE EXCEPTION 'guichet: % enfants pour les places de l''employeur, creneau %, le %', trop.enfants,
      trop.creneau, trop.jour USING ERRCODE = 'check_violation', CONSTRAINT = 'place_employeur';
  END IF;
END $$;
"""

GARDE = """
CREATE OR REPLACE FUNCTION places_garder(p_admission bigint, p_creneaux smallint[], p_motif text) RETURNS void
LANGUAGE plpgsql SET jit = off AS $$
DECLARE
  o record;
  trop record;
  mur structures_placesemployeur;
BEGIN
  SELECT x.section_id, x.periode INTO o FROM dossiers_occupation x
   WHERE x.admission_id = p_admission ORDER BY lower(x.periode) LIMIT 1;
  IF NOT FOUND OR current_setting('guichet.places', true) = 'sans_garde' THEN
    RETURN;
  END IF;
  PERFORM 1 FROM structures_section WHERE id = o.section_id FOR NO KEY UPDATE;
  SELECT p.* INTO mur FROM structures_placesemployeur p
    JOIN dossiers_admission a ON a.employeur_id = p.id WHERE a.id = p_admission;
  IF mur.id IS NOT NULL THEN
    PERFORM places_garder_mur(p_admission, p_creneaux, o.section_id, o.periode);
  END IF;
  SELECT d.jour, k.creneau, count(*) AS enfants, places_communes(o.section_id, d.jour, k.creneau,
           c.places[k.creneau + 1]) AS places,
         count(*) * 100 > places_communes(o.section_id, d.jour, k.creneau, c.places[k.creneau + 1]) * CASE WHEN st.type = 'creche_familiale' THEN 100 ELSE
           coalesce((SELECT (r.valeur #>> '{}')::integer FROM structures_reglage r
                      WHERE r.cle = 'plafond_simultane' AND r.a_partir_du <= d.jour
                      ORDER BY r.a_partir_du DESC LIMIT 1), 115) END AS interdit
    INTO trop
    FROM (SELECT lower(o.periode) AS jour
          UNION SELECT lower(x.periode) FROM dossiers_occupation x
                 WHERE x.section_id = o.section_id AND x.periode && o.periode
                   AND lower(x.periode) > lower(o.periode)
          UNION SELECT j FROM structures_placesemployeur p
                 CROSS JOIN unnest(ARRAY[lower(p.periode), upper(p.periode)]) j
                 WHERE p.section_id = o.section_id AND o.periode @> j
          UNION SELECT x.debut FROM structures_capacite x
                 WHERE x.section_id = o.section_id AND x.motif = 'ouverture' AND o.periode @> x.debut) d
    JOIN structures_capacite c ON c.section_id = o.section_id AND c.motif = 'ouverture'
     AND c.periode @> d.jour
    JOIN structures_section s ON s.id = o.section_id
    JOIN structures_structure st ON st.id = s.structure_id
   CROSS JOIN unnest(p_creneaux) k(creneau)
    JOIN dossiers_occupation x ON x.section_id = o.section_id AND x.periode @> d.jour
     AND k.creneau = ANY (x.demi_journees)
     AND NOT places_au_mur(x.admission_id, o.section_id, d.jour)
   WHERE NOT places_au_mur(p_admission, o.section_id, d.jour)
   GROUP BY d.jour, k.creneau, c.places, st.type
  HAVING count(*) > places_communes(o.section_id, d.jour, k.creneau, c.places[k.creneau + 1])
   ORDER BY interdit DESC, d.jour, k.creneau LIMIT 1;
  IF FOUND AND (trop.interdit OR p_motif = '') THEN
    RAISE EXCEPTION 'guichet: % enfants pour % places, creneau %, le %', trop.enfants, trop.places,
      trop.creneau, trop.jour USING ERRCODE = 'check_violation', CONSTRAINT =
      CASE WHEN trop.interdit THEN 'admission_plafond' ELSE 'admission_motif_depassement' END;
  END IF;
END $$;
"""

AVANT = """
CREATE OR REPLACE FUNCTION places_garder(p_admission bigint, p_creneaux smallint[], p_motif text) RETURNS void
LANGUAGE plpgsql SET jit = off AS $$
DECLARE
  o record;
  trop record;
BEGIN
  SELECT x.section_id, x.periode INTO o FROM dossiers_occupation x
   WHERE x.admission_id = p_admission ORDER BY lower(x.periode) LIMIT 1;
  IF NOT FOUND OR current_setting('guichet.places', true) = 'sans_garde' THEN
    RETURN;
  END IF;
  PERFORM 1 FROM structures_section WHERE id = o.section_id FOR NO KEY UPDATE;
  SELECT d.jour, k.creneau, count(*) AS enfants, c.places[k.creneau + 1] AS places,
         count(*) * 100 > c.places[k.creneau + 1] * CASE WHEN st.type = 'creche_familiale' THEN 100 ELSE
           coalesce((SELECT (r.valeur #>> '{}')::integer FROM structures_reglage r
                      WHERE r.cle = 'plafond_simultane' AND r.a_partir_du <= d.jour
                      ORDER BY r.a_partir_du DESC LIMIT 1), 115) END AS interdit
    INTO trop
    FROM (SELECT lower(o.periode) AS jour
          UNION SELECT lower(x.periode) FROM dossiers_occupation x
                 WHERE x.section_id = o.section_id AND x.periode && o.periode
                   AND lower(x.periode) > lower(o.periode)
          UNION SELECT x.debut FROM structures_capacite x
                 WHERE x.section_id = o.section_id AND x.motif = 'ouverture' AND o.periode @> x.debut) d
    JOIN structures_capacite c ON c.section_id = o.section_id AND c.motif = 'ouverture'
     AND c.periode @> d.jour
    JOIN structures_section s ON s.id = o.section_id
    JOIN structures_structure st ON st.id = s.structure_id
   CROSS JOIN unnest(p_creneaux) k(creneau)
    JOIN dossiers_occupation x ON x.section_id = o.section_id AND x.periode @> d.jour
     AND k.creneau = ANY (x.demi_journees)
   GROUP BY d.jour, k.creneau, c.places, st.type
  HAVING count(*) > c.places[k.creneau + 1]
   ORDER BY interdit DESC, d.jour, k.creneau LIMIT 1;
  IF FOUND AND (trop.interdit OR p_motif = '') THEN
    RAISE EXCEPTION 'guichet: % enfants pour % places, creneau %, le %', trop.enfants, trop.places,
      trop.creneau, trop.jour USING ERRCODE = 'check_violation', CONSTRAINT =
      CASE WHEN trop.interdit THEN 'admission_plafond' ELSE 'admission_motif_depassement' END;
  END IF;
END $$;
"""

RETIRER = "DROP FUNCTION places_garder_mur, places_communes, places_au_mur;"


class Migration(migrations.Migration):
    dependencies = [("dossiers", "0035_employeurs")]

    operations = [migrations.RunSQL(MURS, RETIRER), migrations.RunSQL(GARDE, AVANT)]
