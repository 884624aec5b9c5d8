"""Weeks A and B each their own hours, variable needs counted, two contracts on one place.

What the rows said until now is put in line first: a week B without the rhythm, or the rhythm without a week
B, and the hours both weeks shared; a variable need of unknown number may use all its half-days.
"""

import django.contrib.postgres.fields
import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations, models


ALIGNER = """
UPDATE dossiers_besoin SET rythme = 'alternee' WHERE rythme <> 'alternee' AND demi_journees_b <> '{}';
UPDATE dossiers_besoin SET rythme = 'meme_semaine' WHERE rythme = 'alternee' AND demi_journees_b = '{}';
"""
REMPLIR = """
UPDATE dossiers_besoin b
   SET horaires_b = (SELECT coalesce(jsonb_object_agg(h.key, h.value), '{}') FROM jsonb_each(b.horaires) h
                      WHERE h.key::int = ANY (b.demi_journees_b)),
       horaires = (SELECT coalesce(jsonb_object_agg(h.key, h.value), '{}') FROM jsonb_each(b.horaires) h
                    WHERE h.key::int = ANY (b.demi_journees))
 WHERE rythme = 'alternee';
UPDATE dossiers_besoin SET nombre_min = 1, nombre_max = cardinality(demi_journees) WHERE rythme = 'variable';
"""


class Migration(migrations.Migration):

    dependencies = [
        ('dossiers', '0025_jours_tenus'),
    ]

    operations = [
        migrations.RunSQL(ALIGNER, migrations.RunSQL.noop),
        pgtrigger.migrations.RemoveTrigger(
            model_name='besoin',
            name='insert_insert',
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name='besoin',
            name='update_update',
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name='besoin',
            name='delete_delete',
        ),
        migrations.AddField(
            model_name='besoin',
            name='horaires_b',
            field=models.JSONField(blank=True, default=dict),
        ),
        migrations.AddField(
            model_name='besoin',
            name='nombre_max',
            field=models.PositiveSmallIntegerField(blank=True, null=True, verbose_name='demi-journées par semaine, au plus'),
        ),
        migrations.AddField(
            model_name='besoin',
            name='nombre_min',
            field=models.PositiveSmallIntegerField(blank=True, null=True, verbose_name='demi-journées par semaine, au moins'),
        ),
        migrations.AddField(
            model_name='besoin',
            name='planning_jours',
            field=models.PositiveSmallIntegerField(blank=True, null=True, verbose_name='planning connu, en jours avant'),
        ),
        migrations.AddField(
            model_name='besoin',
            name='titulaires',
            field=django.contrib.postgres.fields.ArrayField(base_field=models.PositiveSmallIntegerField(), blank=True, default=list, size=None),
        ),
        migrations.AddField(
            model_name='besoin',
            name='titulaires_b',
            field=django.contrib.postgres.fields.ArrayField(base_field=models.PositiveSmallIntegerField(), blank=True, default=list, size=None),
        ),
        migrations.AddField(
            model_name='besoinevent',
            name='horaires_b',
            field=models.JSONField(blank=True, default=dict),
        ),
        migrations.AddField(
            model_name='besoinevent',
            name='nombre_max',
            field=models.PositiveSmallIntegerField(blank=True, null=True, verbose_name='demi-journées par semaine, au plus'),
        ),
        migrations.AddField(
            model_name='besoinevent',
            name='nombre_min',
            field=models.PositiveSmallIntegerField(blank=True, null=True, verbose_name='demi-journées par semaine, au moins'),
        ),
        migrations.AddField(
            model_name='besoinevent',
            name='planning_jours',
            field=models.PositiveSmallIntegerField(blank=True, null=True, verbose_name='planning connu, en jours avant'),
        ),
        migrations.AddField(
            model_name='besoinevent',
            name='titulaires',
            field=django.contrib.postgres.fields.ArrayField(base_field=models.PositiveSmallIntegerField(), blank=True, default=list, size=None),
        ),
        migrations.AddField(
            model_name='besoinevent',
            name='titulaires_b',
            field=django.contrib.postgres.fields.ArrayField(base_field=models.PositiveSmallIntegerField(), blank=True, default=list, size=None),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='besoin',
            trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "dossiers_besoinevent" ("alternatives", "demi_journees", "demi_journees_b", "dossier_id", "entree_le", "heures_semaine", "horaires", "horaires_b", "id", "nombre_max", "nombre_min", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "planning_jours", "rythme", "titulaires", "titulaires_b", "tolerance_jours", "type") VALUES (NEW."alternatives", NEW."demi_journees", NEW."demi_journees_b", NEW."dossier_id", NEW."entree_le", NEW."heures_semaine", NEW."horaires", NEW."horaires_b", NEW."id", NEW."nombre_max", NEW."nombre_min", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."planning_jours", NEW."rythme", NEW."titulaires", NEW."titulaires_b", NEW."tolerance_jours", NEW."type"); RETURN NULL;', hash='750765cb813e3b9af0e79f597f39c571b67a05bd', operation='INSERT', pgid='pgtrigger_insert_insert_e9944', table='dossiers_besoin', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='besoin',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "dossiers_besoinevent" ("alternatives", "demi_journees", "demi_journees_b", "dossier_id", "entree_le", "heures_semaine", "horaires", "horaires_b", "id", "nombre_max", "nombre_min", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "planning_jours", "rythme", "titulaires", "titulaires_b", "tolerance_jours", "type") VALUES (NEW."alternatives", NEW."demi_journees", NEW."demi_journees_b", NEW."dossier_id", NEW."entree_le", NEW."heures_semaine", NEW."horaires", NEW."horaires_b", NEW."id", NEW."nombre_max", NEW."nombre_min", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."planning_jours", NEW."rythme", NEW."titulaires", NEW."titulaires_b", NEW."tolerance_jours", NEW."type"); RETURN NULL;', hash='d046096c882a4c11bf0c720fb4e7388fb033b8d7', operation='UPDATE', pgid='pgtrigger_update_update_34378', table='dossiers_besoin', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='besoin',
            trigger=pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "dossiers_besoinevent" ("alternatives", "demi_journees", "demi_journees_b", "dossier_id", "entree_le", "heures_semaine", "horaires", "horaires_b", "id", "nombre_max", "nombre_min", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "planning_jours", "rythme", "titulaires", "titulaires_b", "tolerance_jours", "type") VALUES (OLD."alternatives", OLD."demi_journees", OLD."demi_journees_b", OLD."dossier_id", OLD."entree_le", OLD."heures_semaine", OLD."horaires", OLD."horaires_b", OLD."id", OLD."nombre_max", OLD."nombre_min", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."planning_jours", OLD."rythme", OLD."titulaires", OLD."titulaires_b", OLD."tolerance_jours", OLD."type"); RETURN NULL;', hash='09af3944d91f2939bf67a0aceb7bbc68a631fe59', operation='DELETE', pgid='pgtrigger_delete_delete_8f7f4', table='dossiers_besoin', when='AFTER')),
        ),
        migrations.RunSQL(REMPLIR, migrations.RunSQL.noop),
        migrations.AddConstraint(
            model_name='besoin',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('demi_journees_b__len__gte', 1), ('rythme', 'alternee')), models.Q(models.Q(('rythme', 'alternee'), _negated=True), ('demi_journees_b__len', 0)), _connector='OR'), name='besoin_semaine_b', violation_error_message='Une semaine B est remplie si, et seulement si, A et B alternent.'),
        ),
        migrations.AddConstraint(
            model_name='besoin',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('nombre_max__gte', models.F('nombre_min')), ('nombre_max__isnull', False), ('nombre_max__lte', models.F('demi_journees__len')), ('nombre_min__gte', 1), ('nombre_min__isnull', False), ('rythme', 'variable')), models.Q(models.Q(('rythme', 'variable'), _negated=True), ('nombre_max__isnull', True), ('nombre_min__isnull', True), ('planning_jours__isnull', True)), _connector='OR'), name='besoin_variable', violation_error_message='Un besoin variable, et lui seul, dit combien de demi-journées.'),
        ),
        migrations.AddConstraint(
            model_name='besoin',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('titulaires__len', 0), ('titulaires_b__len', 0)), models.Q(('titulaires__contained_by', [1, 2]), ('titulaires__len', models.F('demi_journees__len')), ('titulaires_b__contained_by', [1, 2]), ('titulaires_b__len', models.F('demi_journees_b__len')), models.Q(('titulaires__contains', [1]), ('titulaires_b__contains', [1]), _connector='OR'), models.Q(('titulaires__contains', [2]), ('titulaires_b__contains', [2]), _connector='OR')), _connector='OR'), name='besoin_contrats', violation_error_message='Chaque demi-journée a un titulaire, et chaque contrat sa part.'),
        ),
    ]
