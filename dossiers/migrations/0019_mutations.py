"""The list knows what each dossier is: a first request, a transfer, a complement of days.

The rank key already says where a complement stands (it is computed with the points, under the setting of
the day); the column is what the filters read.
"""

from django.db import migrations, models

COLONNES = (
    "dossier_id, cle, declare, verifie, etat, protegee, mairie_id, quartier_id, naissance, entree_le,"
    " entree_min, entree_max, age_mois, semaine, types, tri_complet, tri_depot, tri_age, tri_nom, criteres"
)
COLONNES_ET_NATURE = f"{COLONNES}, nature"
CHOIX = "dossier_id, structure_id, rang, cle, declare, verifie"

VUE = """
CREATE OR REPLACE VIEW liste_lignes AS
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
         coalesce(jsonb_path_query_array(c.lignes, '$[*].critere'), '[]') AS criteres{nature}
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
"""

RAFRAICHIR = """
CREATE OR REPLACE FUNCTION liste_rafraichir(ids bigint[]) RETURNS void LANGUAGE plpgsql
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
  INSERT INTO dossiers_ligneliste AS l ({colonnes})
  SELECT {nouvelles}
    FROM liste_lignes n LEFT JOIN dossiers_ligneliste a ON a.dossier_id = n.dossier_id
   WHERE n.dossier_id = ANY (ids)
     AND (a.dossier_id IS NULL OR ({anciennes}) IS DISTINCT FROM ({nouvelles}))
   ORDER BY n.dossier_id
  ON CONFLICT (dossier_id) DO UPDATE SET {changements};
  INSERT INTO dossiers_lignevoeu AS l ({choix})
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

CREATE OR REPLACE FUNCTION liste_rafraichir_tout() RETURNS void LANGUAGE plpgsql
  SET jit = off SET work_mem = '64MB' AS $$
BEGIN
  LOCK TABLE dossiers_ligneliste, dossiers_lignevoeu IN SHARE ROW EXCLUSIVE MODE;
  DELETE FROM dossiers_ligneliste;
  DELETE FROM dossiers_lignevoeu;
  INSERT INTO dossiers_ligneliste ({colonnes}) SELECT {nouvelles} FROM liste_lignes n ORDER BY n.cle;
  INSERT INTO dossiers_lignevoeu ({choix}) SELECT {choix} FROM liste_choix ORDER BY structure_id, cle;
END
$$;

CREATE OR REPLACE FUNCTION liste_dossier_changement() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM liste_rafraichir(ARRAY(
    SELECT n.id FROM nouvelles n JOIN anciennes a USING (id)
     WHERE ({suivies_n}) IS DISTINCT FROM ({suivies_a})));
  RETURN NULL;
END
$$;
"""
SUIVIES = "etat, mairie_id, quartier_id, depose_le, complet_le, numero, enfant_id, famille_id"


MOTIFS = [
    ("retire_famille", "Retiré par la famille"),
    ("sans_reponse", "Sans réponse de la famille"),
    ("perime", "Non renouvelé"),
    ("demenagement", "Déménagement hors commune"),
    ("limite_age", "Limite d’âge"),
    ("doublon", "Doublon"),
    ("autre_mode", "Autre mode d’accueil trouvé"),
    ("report_projet", "Projet reporté"),
    ("deces", "Décès"),
    ("depart", "L’enfant a quitté la structure"),
]


def _de(table: str, colonnes: str) -> str:
    return ", ".join(f"{table}.{c.strip()}" for c in colonnes.split(","))


def entretien(colonnes: str, suivies: str) -> str:
    noms = [c.strip() for c in colonnes.split(",")]
    return RAFRAICHIR.format(
        colonnes=colonnes,
        nouvelles=_de("n", colonnes),
        anciennes=_de("a", colonnes),
        changements=", ".join(f"{c} = EXCLUDED.{c}" for c in noms if c != "dossier_id"),
        choix=CHOIX,
        suivies_n=_de("n", suivies),
        suivies_a=_de("a", suivies),
    )


class Migration(migrations.Migration):
    dependencies = [("dossiers", "0018_conservation")]

    operations = [
        *(
            migrations.AlterField(
                model_name=modele,
                name="motif_cloture",
                field=models.CharField(
                    blank=True, choices=MOTIFS, max_length=20, verbose_name="motif de clôture"
                ),
            )
            for modele in ("dossier", "dossierevent")
        ),
        migrations.AddField(
            model_name="ligneliste",
            name="nature",
            field=models.CharField(default="premiere", max_length=10),
            preserve_default=False,
        ),
        migrations.AddIndex(
            model_name="ligneliste",
            index=models.Index(
                condition=models.Q(("nature", "premiere"), _negated=True),
                fields=["nature", "cle"],
                name="liste_nature",
            ),
        ),
        migrations.RunSQL(
            VUE.format(nature=", d.nature")
            + entretien(COLONNES_ET_NATURE, f"{SUIVIES}, nature")
            + "SELECT liste_rafraichir_tout();",
            entretien(COLONNES, SUIVIES)
            + "DROP VIEW liste_lignes;"
            + VUE.format(nature=""),
        ),
    ]
