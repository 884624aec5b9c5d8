"""Keep the shared list's rows in the database itself.

Why triggers: a dossier is written by the counter, the takeover, the scoring job, a bulk load or SQL by
hand, and a list that lies is worse than a slow one. Why statement-level: a takeover or a re-scoring of
60,000 dossiers refreshes its rows in one statement, not 60,000. Publishing a grid rebuilds every row once,
inside the switch.
"""

from django.db import migrations

FONCTIONS = """
CREATE FUNCTION liste_age_mois(naissance date, jour date) RETURNS integer LANGUAGE sql IMMUTABLE AS $$
  SELECT m - (((naissance + make_interval(months => m))::date > jour)::int)
  FROM (SELECT ((extract(year FROM jour) - extract(year FROM naissance)) * 12
                + extract(month FROM jour) - extract(month FROM naissance))::int AS m) calcul
$$;

CREATE FUNCTION liste_semaine(creneaux smallint[]) RETURNS integer LANGUAGE sql IMMUTABLE AS $$
  SELECT ((0 = ANY (creneaux))::int << 0) | ((1 = ANY (creneaux))::int << 1) |
    ((2 = ANY (creneaux))::int << 2) | ((3 = ANY (creneaux))::int << 3) |
    ((4 = ANY (creneaux))::int << 4) | ((5 = ANY (creneaux))::int << 5) |
    ((6 = ANY (creneaux))::int << 6) | ((7 = ANY (creneaux))::int << 7) |
    ((8 = ANY (creneaux))::int << 8) | ((9 = ANY (creneaux))::int << 9)
$$;

CREATE VIEW liste_lignes AS
  SELECT d.id AS dossier_id, coalesce(c.cle_rang, '4' || d.numero)::varchar(40) COLLATE "C" AS cle,
         coalesce(c.declare, 0) AS declare, coalesce(c.verifie, 0) AS verifie,
         d.etat, f.protegee, d.mairie_id, d.quartier_id, e.naissance,
         coalesce(b.entree_le, '9999-12-31') AS entree_le,
         coalesce(b.entree_le - b.tolerance_jours, '9999-12-31') AS entree_min,
         coalesce(b.entree_le + b.tolerance_jours, '9999-12-31') AS entree_max,
         a.mois AS age_mois,
         coalesce(b.semaine, 0)::smallint AS semaine, coalesce(b.types, 0)::smallint AS types,
         CASE WHEN f.protegee THEN '9999-12-31' ELSE coalesce(d.complet_le, '9999-12-31') END AS tri_complet,
         CASE WHEN f.protegee THEN '9999-12-31' ELSE d.depose_le END AS tri_depot,
         CASE WHEN f.protegee THEN 999 ELSE a.mois END AS tri_age,
         CASE WHEN f.protegee THEN '~' ELSE e.cle_identite END::varchar(170) COLLATE "C" AS tri_nom,
         coalesce(jsonb_path_query_array(c.lignes, '$[*].critere'), '[]') AS criteres
    FROM dossiers_dossier d
    JOIN dossiers_famille f ON f.id = d.famille_id
    JOIN dossiers_enfant e ON e.id = d.enfant_id
    LEFT JOIN dossiers_cotation c ON c.dossier_id = d.id AND c.courante
      AND c.grille_id = (SELECT id FROM dossiers_grillecriteres WHERE etat = 'en_vigueur')
    LEFT JOIN LATERAL (
      SELECT x.entree_le, x.tolerance_jours, liste_semaine(x.demi_journees || x.demi_journees_b) AS semaine,
             bit_or(CASE x.type WHEN 'regulier' THEN 1 WHEN 'occasionnel' THEN 2 ELSE 4 END) OVER () AS types
        FROM dossiers_besoin x WHERE x.dossier_id = d.id
       ORDER BY CASE x.type WHEN 'regulier' THEN 0 WHEN 'urgence' THEN 1 ELSE 2 END LIMIT 1
    ) b ON true
    CROSS JOIN LATERAL (SELECT coalesce(liste_age_mois(e.naissance, b.entree_le), 999) AS mois) a
   WHERE d.etat IN ('incomplet', 'actif', 'propose');

CREATE VIEW liste_choix AS
  SELECT v.dossier_id, v.structure_id, v.rang,
         coalesce(p.total ->> 'cle', c.cle_rang, '4' || d.numero)::varchar(40) COLLATE "C" AS cle,
         coalesce((p.total ->> 'declare')::int, c.declare, 0) AS declare,
         coalesce((p.total ->> 'verifie')::int, c.verifie, 0) AS verifie
    FROM dossiers_voeu v
    JOIN dossiers_dossier d ON d.id = v.dossier_id AND d.etat IN ('incomplet', 'actif', 'propose')
    LEFT JOIN dossiers_cotation c ON c.dossier_id = d.id AND c.courante
      AND c.grille_id = (SELECT id FROM dossiers_grillecriteres WHERE etat = 'en_vigueur')
    LEFT JOIN LATERAL (SELECT c.par_voeu -> v.structure_id::text AS total) p ON true;

CREATE FUNCTION liste_rafraichir(ids bigint[]) RETURNS void LANGUAGE plpgsql
  SET jit = off AS $$
BEGIN
  IF cardinality(ids) = 0 THEN
    RETURN;
  END IF;
  DELETE FROM dossiers_ligneliste l WHERE l.dossier_id = ANY (ids)
     AND NOT EXISTS (SELECT 1 FROM dossiers_dossier d
                      WHERE d.id = l.dossier_id AND d.etat IN ('incomplet', 'actif', 'propose'));
  DELETE FROM dossiers_lignevoeu l WHERE l.dossier_id = ANY (ids)
     AND NOT EXISTS (SELECT 1 FROM dossiers_voeu v JOIN dossiers_dossier d ON d.id = v.dossier_id
                      WHERE v.dossier_id = l.dossier_id AND v.structure_id = l.structure_id
                        AND d.etat IN ('incomplet', 'actif', 'propose'));
  INSERT INTO dossiers_ligneliste AS l (
    dossier_id, cle, declare, verifie, etat, protegee, mairie_id, quartier_id, naissance, entree_le,
    entree_min, entree_max, age_mois, semaine, types, tri_complet, tri_depot, tri_age, tri_nom, criteres)
  SELECT n.dossier_id, n.cle, n.declare, n.verifie, n.etat, n.protegee, n.mairie_id, n.quartier_id,
         n.naissance, n.entree_le, n.entree_min, n.entree_max, n.age_mois, n.semaine, n.types,
         n.tri_complet, n.tri_depot, n.tri_age, n.tri_nom, n.criteres
    FROM liste_lignes n LEFT JOIN dossiers_ligneliste a ON a.dossier_id = n.dossier_id
   WHERE n.dossier_id = ANY (ids)
     AND (a.dossier_id IS NULL OR (a.dossier_id, a.cle, a.declare, a.verifie, a.etat, a.protegee, a.mairie_id, a.quartier_id,
         a.naissance, a.entree_le, a.entree_min, a.entree_max, a.age_mois, a.semaine, a.types,
         a.tri_complet, a.tri_depot, a.tri_age, a.tri_nom, a.criteres)
          IS DISTINCT FROM (n.dossier_id, n.cle, n.declare, n.verifie, n.etat, n.protegee, n.mairie_id, n.quartier_id,
         n.naissance, n.entree_le, n.entree_min, n.entree_max, n.age_mois, n.semaine, n.types,
         n.tri_complet, n.tri_depot, n.tri_age, n.tri_nom, n.criteres))
   ORDER BY n.dossier_id
  ON CONFLICT (dossier_id) DO UPDATE SET
    cle = EXCLUDED.cle, declare = EXCLUDED.declare, verifie = EXCLUDED.verifie, etat = EXCLUDED.etat,
    protegee = EXCLUDED.protegee, mairie_id = EXCLUDED.mairie_id, quartier_id = EXCLUDED.quartier_id,
    naissance = EXCLUDED.naissance, entree_le = EXCLUDED.entree_le, entree_min = EXCLUDED.entree_min,
    entree_max = EXCLUDED.entree_max, age_mois = EXCLUDED.age_mois, semaine = EXCLUDED.semaine,
    types = EXCLUDED.types, tri_complet = EXCLUDED.tri_complet, tri_depot = EXCLUDED.tri_depot,
    tri_age = EXCLUDED.tri_age, tri_nom = EXCLUDED.tri_nom, criteres = EXCLUDED.criteres;
  INSERT INTO dossiers_lignevoeu AS l (dossier_id, structure_id, rang, cle, declare, verifie)
  SELECT n.dossier_id, n.structure_id, n.rang, n.cle, n.declare, n.verifie
    FROM liste_choix n
    LEFT JOIN dossiers_lignevoeu a ON a.dossier_id = n.dossier_id AND a.structure_id = n.structure_id
   WHERE n.dossier_id = ANY (ids)
     AND (a.dossier_id IS NULL OR (a.rang, a.cle, a.declare, a.verifie)
          IS DISTINCT FROM (n.rang, n.cle, n.declare, n.verifie))
   ORDER BY n.dossier_id, n.structure_id
  ON CONFLICT (dossier_id, structure_id) DO UPDATE SET
    rang = EXCLUDED.rang, cle = EXCLUDED.cle, declare = EXCLUDED.declare, verifie = EXCLUDED.verifie;
END
$$;

-- Three times faster than changing each row; readers keep the former list until the commit.
CREATE FUNCTION liste_rafraichir_tout() RETURNS void LANGUAGE plpgsql
  SET jit = off SET work_mem = '64MB' AS $$
BEGIN
  LOCK TABLE dossiers_ligneliste, dossiers_lignevoeu IN SHARE ROW EXCLUSIVE MODE;
  DELETE FROM dossiers_ligneliste;
  DELETE FROM dossiers_lignevoeu;
  INSERT INTO dossiers_ligneliste (
    dossier_id, cle, declare, verifie, etat, protegee, mairie_id, quartier_id, naissance, entree_le,
    entree_min, entree_max, age_mois, semaine, types, tri_complet, tri_depot, tri_age, tri_nom, criteres)
  SELECT n.dossier_id, n.cle, n.declare, n.verifie, n.etat, n.protegee, n.mairie_id, n.quartier_id,
         n.naissance, n.entree_le, n.entree_min, n.entree_max, n.age_mois, n.semaine, n.types,
         n.tri_complet, n.tri_depot, n.tri_age, n.tri_nom, n.criteres
    FROM liste_lignes n ORDER BY n.cle;
  INSERT INTO dossiers_lignevoeu (dossier_id, structure_id, rang, cle, declare, verifie)
  SELECT dossier_id, structure_id, rang, cle, declare, verifie FROM liste_choix ORDER BY structure_id, cle;
END
$$;

CREATE FUNCTION liste_grille_en_vigueur() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM liste_rafraichir_tout();
  RETURN NULL;
END
$$;
CREATE TRIGGER liste_grille_en_vigueur AFTER UPDATE OF etat ON dossiers_grillecriteres
  FOR EACH ROW WHEN (NEW.etat = 'en_vigueur' AND OLD.etat <> 'en_vigueur')
  EXECUTE FUNCTION liste_grille_en_vigueur();

CREATE FUNCTION liste_dossier_supprime() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  DELETE FROM dossiers_ligneliste WHERE dossier_id IN (SELECT id FROM anciennes);
  DELETE FROM dossiers_lignevoeu WHERE dossier_id IN (SELECT id FROM anciennes);
  RETURN NULL;
END
$$;
CREATE TRIGGER liste_dossier_supprime AFTER DELETE ON dossiers_dossier
  REFERENCING OLD TABLE AS anciennes FOR EACH STATEMENT EXECUTE FUNCTION liste_dossier_supprime();
"""

DECLENCHEUR = """
CREATE FUNCTION liste_{table}_{quand}() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM liste_rafraichir(ARRAY({touches}));
  RETURN NULL;
END
$$;
CREATE TRIGGER liste_{table}_{quand} AFTER {operation} ON dossiers_{table}
  REFERENCING {tables} FOR EACH STATEMENT EXECUTE FUNCTION liste_{table}_{quand}();
"""
OPERATIONS = {
    "ajout": ("INSERT", "NEW TABLE AS nouvelles"),
    "changement": ("UPDATE", "OLD TABLE AS anciennes NEW TABLE AS nouvelles"),
    "retrait": ("DELETE", "OLD TABLE AS anciennes"),
}
# What each event touches: only the columns the list is made of.
DOSSIER = "n.etat, n.mairie_id, n.quartier_id, n.depose_le, n.complet_le, n.numero, n.enfant_id, n.famille_id"
ENFANT = "n.date_naissance, n.date_prevue_naissance, n.cle_identite"
TOUCHES = {
    ("dossier", "ajout"): "SELECT id FROM nouvelles",
    ("dossier", "changement"): (
        "SELECT n.id FROM nouvelles n JOIN anciennes a USING (id)"
        f" WHERE ({DOSSIER}) IS DISTINCT FROM ({DOSSIER.replace('n.', 'a.')})"
    ),
    ("famille", "changement"): (
        "SELECT d.id FROM nouvelles n JOIN anciennes a USING (id) JOIN dossiers_dossier d"
        " ON d.famille_id = n.id WHERE n.protegee <> a.protegee"
    ),
    ("enfant", "changement"): (
        "SELECT d.id FROM nouvelles n JOIN anciennes a USING (id) JOIN dossiers_dossier d"
        f" ON d.enfant_id = n.id WHERE ({ENFANT}) IS DISTINCT FROM ({ENFANT.replace('n.', 'a.')})"
    ),
    ("cotation", "ajout"): (
        "SELECT DISTINCT n.dossier_id FROM nouvelles n JOIN dossiers_grillecriteres g"
        " ON g.id = n.grille_id AND g.etat = 'en_vigueur' WHERE n.courante"
    ),
    ("cotation", "changement"): (
        "SELECT DISTINCT n.dossier_id FROM nouvelles n JOIN anciennes a USING (id)"
        " JOIN dossiers_grillecriteres g ON g.id = n.grille_id AND g.etat = 'en_vigueur'"
        " WHERE n.courante <> a.courante"
    ),
    ("cotation", "retrait"): "SELECT DISTINCT dossier_id FROM anciennes",
}
for _table in ("besoin", "voeu"):
    TOUCHES[_table, "ajout"] = "SELECT DISTINCT dossier_id FROM nouvelles"
    TOUCHES[_table, "retrait"] = "SELECT DISTINCT dossier_id FROM anciennes"
    TOUCHES[_table, "changement"] = (
        "SELECT dossier_id FROM nouvelles UNION SELECT dossier_id FROM anciennes"
    )


def declencheurs():
    for (table, quand), touches in TOUCHES.items():
        operation, tables = OPERATIONS[quand]
        yield DECLENCHEUR.format(
            table=table, quand=quand, touches=touches, operation=operation, tables=tables
        )


def retraits():
    for table, quand in TOUCHES:
        yield f"DROP TRIGGER liste_{table}_{quand} ON dossiers_{table}; DROP FUNCTION liste_{table}_{quand}();"
    yield "DROP TRIGGER liste_dossier_supprime ON dossiers_dossier; DROP FUNCTION liste_dossier_supprime();"
    yield "DROP TRIGGER liste_grille_en_vigueur ON dossiers_grillecriteres;"
    yield "DROP FUNCTION liste_grille_en_vigueur(); DROP FUNCTION liste_rafraichir_tout();"
    yield "DROP FUNCTION liste_rafraichir(bigint[]); DROP VIEW liste_lignes; DROP VIEW liste_choix;"
    yield "DROP FUNCTION liste_age_mois(date, date); DROP FUNCTION liste_semaine(smallint[]);"


class Migration(migrations.Migration):
    dependencies = [("dossiers", "0004_liste")]

    operations = [
        migrations.RunSQL(
            FONCTIONS + "".join(declencheurs()) + "SELECT liste_rafraichir_tout();", "".join(retraits())
        ),
    ]
