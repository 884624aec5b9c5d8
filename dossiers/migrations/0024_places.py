"""Who occupies which section day by day, what becomes of each child at the rentrée, and the guard of places."""

import django.contrib.postgres.fields
import django.contrib.postgres.fields.ranges
import django.contrib.postgres.indexes
import django.db.models.deletion
import pgtrigger.compiler
import pgtrigger.migrations
from django.conf import settings
from django.db import migrations, models


FONCTIONS = """
-- Projection, one row per section an admission goes through. What the house rules say of a present child is
-- written here once: the free places, the movements of a rentrée and the guard below all read it.
CREATE FUNCTION places_parcours(p_admission bigint)
RETURNS TABLE (section_id bigint, demi_journees smallint[], periode daterange) LANGUAGE plpgsql STABLE AS $$
DECLARE
  a record;
  m record;
  fin date;
  depuis date;
  passage date;
  annee integer;
  courante bigint;
  suivante bigint;
BEGIN
  SELECT adm.section_id AS entree, adm.demi_journees AS semaine, lower(adm.periode) AS premier, adm.debut,
         adm.fin, e.date_naissance AS naissance, s.structure_id, st.type, st.passage_mois, st.passage_jour
    INTO a
    FROM dossiers_admission adm
    JOIN dossiers_enfant e ON e.id = adm.enfant_id
    JOIN structures_section s ON s.id = adm.section_id
    JOIN structures_structure st ON st.id = s.structure_id
   WHERE adm.id = p_admission;
  IF NOT FOUND THEN
    RETURN;
  END IF;
  fin := a.fin;
  IF fin IS NULL AND a.naissance IS NOT NULL AND a.type <> 'jardin_enfants' THEN
    -- School, in September of the year the child turns three, unless a director keeps it.
    annee := extract(year FROM a.naissance)::integer + 3;
    WHILE EXISTS (SELECT 1 FROM dossiers_mouvementrentree x WHERE x.admission_id = p_admission
                   AND x.sort IN ('monte', 'reste') AND extract(year FROM x.passage_le) = annee) LOOP
      annee := annee + 1;
    END LOOP;
    IF make_date(annee, 8, 31) >= a.debut THEN
      fin := make_date(annee, 8, 31);
    END IF;
  END IF;
  SELECT least(fin, min(x.dernier_jour)) INTO fin FROM dossiers_mouvementrentree x
   WHERE x.admission_id = p_admission AND x.sort = 'part';
  IF fin < a.premier THEN
    RETURN;
  END IF;
  courante := a.entree;
  depuis := a.premier;
  FOR annee IN extract(year FROM a.debut)::integer .. extract(year FROM a.debut)::integer + 6 LOOP
    passage := make_date(annee, a.passage_mois, a.passage_jour);
    CONTINUE WHEN passage <= a.debut;
    EXIT WHEN passage > fin;
    suivante := NULL;
    SELECT x.sort, x.section_id AS vers INTO m FROM dossiers_mouvementrentree x
     WHERE x.admission_id = p_admission AND x.passage_le = passage;
    IF m.sort = 'monte' THEN
      suivante := m.vers;
    ELSIF m.sort IS DISTINCT FROM 'reste' AND a.naissance IS NOT NULL THEN
      -- Its age that day: it stays while its section still takes it, and never moves down.
      SELECT n.id INTO suivante
        FROM structures_section c
        JOIN structures_section n ON n.structure_id = a.structure_id
         AND (n.age_min_mois, n.age_min_jours) > (c.age_min_mois, c.age_min_jours)
         AND a.naissance + make_interval(months => n.age_min_mois, days => n.age_min_jours) <= passage
         AND a.naissance + make_interval(months => n.age_max_mois) > passage
       WHERE c.id = courante AND a.naissance + make_interval(months => c.age_max_mois) <= passage
       ORDER BY n.age_max_mois - n.age_min_mois, n.age_min_mois, n.id LIMIT 1;
    END IF;
    IF suivante <> courante THEN
      RETURN QUERY SELECT courante, a.semaine, daterange(depuis, passage);
      courante := suivante;
      depuis := passage;
    END IF;
  END LOOP;
  RETURN QUERY SELECT courante, a.semaine, daterange(depuis, fin, '[]');
END $$;

CREATE FUNCTION places_refaire(p_admissions bigint[]) RETURNS void LANGUAGE sql AS $$
  DELETE FROM dossiers_occupation WHERE admission_id = ANY (p_admissions);
  INSERT INTO dossiers_occupation (admission_id, section_id, demi_journees, periode)
  SELECT i, p.section_id, p.demi_journees, p.periode
    FROM unnest(p_admissions) i CROSS JOIN LATERAL places_parcours(i) p;
$$;

-- The guard: the section the child enters, until it moves up. Whoever is there already is counted in the
-- section of the day; a second connection waits for the first on the section's row, then sees its child.
CREATE FUNCTION places_garder(p_admission bigint, p_creneaux smallint[], p_motif text) RETURNS void
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

CREATE FUNCTION places_admission() RETURNS trigger LANGUAGE plpgsql AS $$
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

CREATE FUNCTION places_admission_otee() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  DELETE FROM dossiers_occupation WHERE admission_id = OLD.id;
  RETURN OLD;
END $$;

CREATE FUNCTION places_mouvement() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM places_refaire(ARRAY(
    SELECT DISTINCT i FROM unnest(CASE TG_OP WHEN 'INSERT' THEN ARRAY[NEW.admission_id]
      WHEN 'DELETE' THEN ARRAY[OLD.admission_id] ELSE ARRAY[NEW.admission_id, OLD.admission_id] END) i
      JOIN dossiers_admission a ON a.id = i));
  RETURN NULL;
END $$;

CREATE FUNCTION places_enfant() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM places_refaire(ARRAY(SELECT id FROM dossiers_admission WHERE enfant_id = NEW.id));
  RETURN NULL;
END $$;

CREATE FUNCTION places_structure() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  lieu bigint;
BEGIN
  IF TG_TABLE_NAME = 'structures_structure' THEN
    lieu := NEW.id;
  ELSIF TG_OP = 'DELETE' THEN
    lieu := OLD.structure_id;
  ELSE
    lieu := NEW.structure_id;
  END IF;
  PERFORM places_refaire(ARRAY(SELECT a.id FROM dossiers_admission a
    JOIN structures_section s ON s.id = a.section_id WHERE s.structure_id = lieu));
  RETURN NULL;
END $$;

CREATE TRIGGER places_admission AFTER INSERT
    OR UPDATE OF enfant_id, section_id, demi_journees, adaptation_le, debut, fin ON dossiers_admission
  FOR EACH ROW EXECUTE FUNCTION places_admission();
CREATE TRIGGER places_admission_otee BEFORE DELETE ON dossiers_admission
  FOR EACH ROW EXECUTE FUNCTION places_admission_otee();
CREATE TRIGGER places_mouvement AFTER INSERT OR UPDATE OR DELETE ON dossiers_mouvementrentree
  FOR EACH ROW EXECUTE FUNCTION places_mouvement();
CREATE TRIGGER places_enfant AFTER UPDATE OF date_naissance ON dossiers_enfant
  FOR EACH ROW WHEN (OLD.date_naissance IS DISTINCT FROM NEW.date_naissance)
  EXECUTE FUNCTION places_enfant();
CREATE TRIGGER places_structure AFTER UPDATE OF type, passage_mois, passage_jour ON structures_structure
  FOR EACH ROW WHEN ((OLD.type, OLD.passage_mois, OLD.passage_jour)
    IS DISTINCT FROM (NEW.type, NEW.passage_mois, NEW.passage_jour)) EXECUTE FUNCTION places_structure();
CREATE TRIGGER places_section AFTER INSERT OR DELETE ON structures_section
  FOR EACH ROW EXECUTE FUNCTION places_structure();
CREATE TRIGGER places_section_ages AFTER UPDATE OF age_min_mois, age_min_jours, age_max_mois
  ON structures_section FOR EACH ROW
  WHEN ((OLD.age_min_mois, OLD.age_min_jours, OLD.age_max_mois)
    IS DISTINCT FROM (NEW.age_min_mois, NEW.age_min_jours, NEW.age_max_mois))
  EXECUTE FUNCTION places_structure();

SELECT places_refaire(ARRAY(SELECT id FROM dossiers_admission));
"""

RETIRER = """
DROP TRIGGER places_admission ON dossiers_admission;
DROP TRIGGER places_admission_otee ON dossiers_admission;
DROP TRIGGER places_mouvement ON dossiers_mouvementrentree;
DROP TRIGGER places_enfant ON dossiers_enfant;
DROP TRIGGER places_structure ON structures_structure;
DROP TRIGGER places_section ON structures_section;
DROP TRIGGER places_section_ages ON structures_section;
DROP FUNCTION places_admission, places_admission_otee, places_mouvement, places_enfant, places_structure,
  places_garder, places_refaire, places_parcours;
"""


class Migration(migrations.Migration):

    dependencies = [
        ('dossiers', '0023_limite_age'),
        ('pghistory', '0007_auto_20250421_0444'),
        ('structures', '0005_versions'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='MouvementRentree',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('passage_le', models.DateField(verbose_name='rentrée du')),
                ('sort', models.CharField(choices=[('part', 'Part'), ('monte', 'Monte de section'), ('reste', 'Reste dans sa section'), ('inconnu', 'On ne sait pas encore')], max_length=10, verbose_name='ce que devient l’enfant')),
                ('dernier_jour', models.DateField(blank=True, null=True, verbose_name='dernier jour')),
                ('motif', models.CharField(blank=True, choices=[('ecole_reportee', 'École l’année suivante'), ('sans_place_au_dessus', 'Pas de place dans la section suivante'), ('fratrie', 'Frère ou sœur dans la section'), ('depart_prochain', 'Départ prévu peu après'), ('equipe', 'Choix de l’équipe avec la famille')], max_length=24, verbose_name='motif de la dérogation')),
                ('dit_le', models.DateTimeField()),
            ],
            options={
                'ordering': ['admission', 'passage_le'],
            },
        ),
        migrations.CreateModel(
            name='MouvementRentreeEvent',
            fields=[
                ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                ('pgh_label', models.TextField(help_text='The event label.')),
                ('id', models.BigIntegerField()),
                ('passage_le', models.DateField(verbose_name='rentrée du')),
                ('sort', models.CharField(choices=[('part', 'Part'), ('monte', 'Monte de section'), ('reste', 'Reste dans sa section'), ('inconnu', 'On ne sait pas encore')], max_length=10, verbose_name='ce que devient l’enfant')),
                ('dernier_jour', models.DateField(blank=True, null=True, verbose_name='dernier jour')),
                ('motif', models.CharField(blank=True, choices=[('ecole_reportee', 'École l’année suivante'), ('sans_place_au_dessus', 'Pas de place dans la section suivante'), ('fratrie', 'Frère ou sœur dans la section'), ('depart_prochain', 'Départ prévu peu après'), ('equipe', 'Choix de l’équipe avec la famille')], max_length=24, verbose_name='motif de la dérogation')),
                ('dit_le', models.DateTimeField()),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='Occupation',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('demi_journees', django.contrib.postgres.fields.ArrayField(base_field=models.PositiveSmallIntegerField(), size=None)),
                ('periode', django.contrib.postgres.fields.ranges.DateRangeField()),
            ],
            options={
                'ordering': ['admission', 'periode'],
            },
        ),
        migrations.CreateModel(
            name='SignatureRentree',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('passage_le', models.DateField(verbose_name='rentrée du')),
                ('signee_le', models.DateTimeField(verbose_name='signée le')),
                ('rouverte_le', models.DateTimeField(blank=True, null=True, verbose_name='rouverte le')),
            ],
            options={
                'ordering': ['structure', 'passage_le', '-signee_le'],
            },
        ),
        migrations.CreateModel(
            name='SignatureRentreeEvent',
            fields=[
                ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                ('pgh_label', models.TextField(help_text='The event label.')),
                ('id', models.BigIntegerField()),
                ('passage_le', models.DateField(verbose_name='rentrée du')),
                ('signee_le', models.DateTimeField(verbose_name='signée le')),
                ('rouverte_le', models.DateTimeField(blank=True, null=True, verbose_name='rouverte le')),
            ],
            options={
                'abstract': False,
            },
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name='admission',
            name='insert_insert',
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name='admission',
            name='update_update',
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name='admission',
            name='delete_delete',
        ),
        migrations.AddField(
            model_name='admission',
            name='motif_depassement',
            field=models.CharField(blank=True, choices=[('urgence', 'Accueil d’urgence'), ('fratrie', 'Frère ou sœur déjà présent'), ('depart_annonce', 'Départ annoncé d’un autre enfant'), ('absences', 'Absences habituelles ces demi-journées'), ('erreur_structure', 'Erreur de la structure à réparer')], max_length=20, verbose_name='motif au-dessus des places'),
        ),
        migrations.AddField(
            model_name='admissionevent',
            name='motif_depassement',
            field=models.CharField(blank=True, choices=[('urgence', 'Accueil d’urgence'), ('fratrie', 'Frère ou sœur déjà présent'), ('depart_annonce', 'Départ annoncé d’un autre enfant'), ('absences', 'Absences habituelles ces demi-journées'), ('erreur_structure', 'Erreur de la structure à réparer')], max_length=20, verbose_name='motif au-dessus des places'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='admission',
            trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "dossiers_admissionevent" ("adaptation_le", "cle_reprise", "debut", "demi_journees", "depart_constate_le", "depart_le", "dossier_id", "enfant_id", "fin", "fin_prevue", "id", "motif_depart", "motif_depassement", "origine", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "section_id") VALUES (NEW."adaptation_le", NEW."cle_reprise", NEW."debut", NEW."demi_journees", NEW."depart_constate_le", NEW."depart_le", NEW."dossier_id", NEW."enfant_id", NEW."fin", NEW."fin_prevue", NEW."id", NEW."motif_depart", NEW."motif_depassement", NEW."origine", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."section_id"); RETURN NULL;', hash='210ac26936acf22deeb312b4b27ad1fa89a9e5f3', operation='INSERT', pgid='pgtrigger_insert_insert_68b22', table='dossiers_admission', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='admission',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "dossiers_admissionevent" ("adaptation_le", "cle_reprise", "debut", "demi_journees", "depart_constate_le", "depart_le", "dossier_id", "enfant_id", "fin", "fin_prevue", "id", "motif_depart", "motif_depassement", "origine", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "section_id") VALUES (NEW."adaptation_le", NEW."cle_reprise", NEW."debut", NEW."demi_journees", NEW."depart_constate_le", NEW."depart_le", NEW."dossier_id", NEW."enfant_id", NEW."fin", NEW."fin_prevue", NEW."id", NEW."motif_depart", NEW."motif_depassement", NEW."origine", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."section_id"); RETURN NULL;', hash='9f0285fd0296a177bb5cc6bcd81aad517bab6a32', operation='UPDATE', pgid='pgtrigger_update_update_8344d', table='dossiers_admission', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='admission',
            trigger=pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "dossiers_admissionevent" ("adaptation_le", "cle_reprise", "debut", "demi_journees", "depart_constate_le", "depart_le", "dossier_id", "enfant_id", "fin", "fin_prevue", "id", "motif_depart", "motif_depassement", "origine", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "section_id") VALUES (OLD."adaptation_le", OLD."cle_reprise", OLD."debut", OLD."demi_journees", OLD."depart_constate_le", OLD."depart_le", OLD."dossier_id", OLD."enfant_id", OLD."fin", OLD."fin_prevue", OLD."id", OLD."motif_depart", OLD."motif_depassement", OLD."origine", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."section_id"); RETURN NULL;', hash='bba78af93b73c8e6f0ddedc641aa541b859a05e4', operation='DELETE', pgid='pgtrigger_delete_delete_480cd', table='dossiers_admission', when='AFTER')),
        ),
        migrations.AddField(
            model_name='mouvementrentree',
            name='admission',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='mouvements', to='dossiers.admission'),
        ),
        migrations.AddField(
            model_name='mouvementrentree',
            name='dit_par',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='mouvementrentree',
            name='section',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='structures.section', verbose_name='monte en'),
        ),
        migrations.AddField(
            model_name='mouvementrentreeevent',
            name='admission',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='dossiers.admission'),
        ),
        migrations.AddField(
            model_name='mouvementrentreeevent',
            name='dit_par',
            field=models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='mouvementrentreeevent',
            name='pgh_context',
            field=models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='pghistory.context'),
        ),
        migrations.AddField(
            model_name='mouvementrentreeevent',
            name='pgh_obj',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to='dossiers.mouvementrentree'),
        ),
        migrations.AddField(
            model_name='mouvementrentreeevent',
            name='section',
            field=models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='structures.section', verbose_name='monte en'),
        ),
        migrations.AddField(
            model_name='occupation',
            name='admission',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='occupations', to='dossiers.admission'),
        ),
        migrations.AddField(
            model_name='occupation',
            name='section',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='occupations', to='structures.section'),
        ),
        migrations.AddField(
            model_name='signaturerentree',
            name='signee_par',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='signaturerentree',
            name='structure',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='signatures', to='structures.structure'),
        ),
        migrations.AddField(
            model_name='signaturerentreeevent',
            name='pgh_context',
            field=models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='pghistory.context'),
        ),
        migrations.AddField(
            model_name='signaturerentreeevent',
            name='pgh_obj',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to='dossiers.signaturerentree'),
        ),
        migrations.AddField(
            model_name='signaturerentreeevent',
            name='signee_par',
            field=models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='signaturerentreeevent',
            name='structure',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='structures.structure'),
        ),
        migrations.AddConstraint(
            model_name='mouvementrentree',
            constraint=models.UniqueConstraint(fields=('admission', 'passage_le'), name='mouvement_unique'),
        ),
        migrations.AddConstraint(
            model_name='mouvementrentree',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('dernier_jour__isnull', False), ('sort', 'part')), models.Q(models.Q(('sort', 'part'), _negated=True), ('dernier_jour__isnull', True)), _connector='OR'), name='mouvement_part_un_jour', violation_error_message='Un enfant qui part a un dernier jour, les autres n’en ont pas.'),
        ),
        migrations.AddConstraint(
            model_name='mouvementrentree',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('section__isnull', False), ('sort', 'monte')), models.Q(models.Q(('sort', 'monte'), _negated=True), ('section__isnull', True)), _connector='OR'), name='mouvement_monte_une_section', violation_error_message='Un enfant qui monte a une section, les autres gardent la leur.'),
        ),
        migrations.AddConstraint(
            model_name='mouvementrentree',
            constraint=models.CheckConstraint(condition=models.Q(('motif', ''), ('sort', 'reste'), _connector='OR'), name='mouvement_motif_de_derogation', violation_error_message='Un motif de dérogation va avec un enfant qui reste.'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='mouvementrentree',
            trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "dossiers_mouvementrentreeevent" ("admission_id", "dernier_jour", "dit_le", "dit_par_id", "id", "motif", "passage_le", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "section_id", "sort") VALUES (NEW."admission_id", NEW."dernier_jour", NEW."dit_le", NEW."dit_par_id", NEW."id", NEW."motif", NEW."passage_le", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."section_id", NEW."sort"); RETURN NULL;', hash='1533da04140ef9ab22d360decb10fac4b79e26df', operation='INSERT', pgid='pgtrigger_insert_insert_1e012', table='dossiers_mouvementrentree', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='mouvementrentree',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "dossiers_mouvementrentreeevent" ("admission_id", "dernier_jour", "dit_le", "dit_par_id", "id", "motif", "passage_le", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "section_id", "sort") VALUES (NEW."admission_id", NEW."dernier_jour", NEW."dit_le", NEW."dit_par_id", NEW."id", NEW."motif", NEW."passage_le", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."section_id", NEW."sort"); RETURN NULL;', hash='0441fd2f2af8c950c612e7985cd76baf2e59f220', operation='UPDATE', pgid='pgtrigger_update_update_b7b72', table='dossiers_mouvementrentree', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='mouvementrentree',
            trigger=pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "dossiers_mouvementrentreeevent" ("admission_id", "dernier_jour", "dit_le", "dit_par_id", "id", "motif", "passage_le", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "section_id", "sort") VALUES (OLD."admission_id", OLD."dernier_jour", OLD."dit_le", OLD."dit_par_id", OLD."id", OLD."motif", OLD."passage_le", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."section_id", OLD."sort"); RETURN NULL;', hash='952aacde05522959d724e1254c2bc27dd824eceb', operation='DELETE', pgid='pgtrigger_delete_delete_efc09', table='dossiers_mouvementrentree', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='mouvementrentreeevent',
            trigger=pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='599a0190585d19d4ace5f8f8e489e9175b7bb096', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_41e9c', table='dossiers_mouvementrentreeevent', when='BEFORE')),
        ),
        migrations.AddIndex(
            model_name='occupation',
            index=django.contrib.postgres.indexes.GistIndex(fields=['section', 'periode'], name='occupation_section_periode'),
        ),
        migrations.AddConstraint(
            model_name='signaturerentree',
            constraint=models.UniqueConstraint(condition=models.Q(('rouverte_le__isnull', True)), fields=('structure', 'passage_le'), name='signature_une_en_cours', violation_error_message='Ces mouvements sont déjà signés.'),
        ),
        migrations.AddConstraint(
            model_name='signaturerentree',
            constraint=models.CheckConstraint(condition=models.Q(('rouverte_le__isnull', True), ('rouverte_le__gte', models.F('signee_le')), _connector='OR'), name='signature_rouverte_apres'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='signaturerentree',
            trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "dossiers_signaturerentreeevent" ("id", "passage_le", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "rouverte_le", "signee_le", "signee_par_id", "structure_id") VALUES (NEW."id", NEW."passage_le", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."rouverte_le", NEW."signee_le", NEW."signee_par_id", NEW."structure_id"); RETURN NULL;', hash='7eb1b191ec4860bfbbd53e336ce3564c313d2d13', operation='INSERT', pgid='pgtrigger_insert_insert_600c5', table='dossiers_signaturerentree', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='signaturerentree',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "dossiers_signaturerentreeevent" ("id", "passage_le", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "rouverte_le", "signee_le", "signee_par_id", "structure_id") VALUES (NEW."id", NEW."passage_le", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."rouverte_le", NEW."signee_le", NEW."signee_par_id", NEW."structure_id"); RETURN NULL;', hash='faf17fc4c4a990edcd5f665ab2597131c9db681a', operation='UPDATE', pgid='pgtrigger_update_update_92ee4', table='dossiers_signaturerentree', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='signaturerentree',
            trigger=pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "dossiers_signaturerentreeevent" ("id", "passage_le", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "rouverte_le", "signee_le", "signee_par_id", "structure_id") VALUES (OLD."id", OLD."passage_le", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."rouverte_le", OLD."signee_le", OLD."signee_par_id", OLD."structure_id"); RETURN NULL;', hash='42eabaa1bf7247a15e71c68815cbfc4c7d5fba7b', operation='DELETE', pgid='pgtrigger_delete_delete_0e738', table='dossiers_signaturerentree', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='signaturerentreeevent',
            trigger=pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='dae07843569c3942cfa231a9aa2204b8636b75d7', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_7ee4d', table='dossiers_signaturerentreeevent', when='BEFORE')),
        ),
        migrations.RunSQL(FONCTIONS, RETIRER),
    ]
