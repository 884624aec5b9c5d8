import django.contrib.postgres.constraints
import django.contrib.postgres.fields
import django.contrib.postgres.fields.ranges
import django.db.models.deletion
import pgtrigger.compiler
import pgtrigger.migrations
import structures.models.structure
import uuid
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('pghistory', '0007_auto_20250421_0444'),
        ('structures', '0001_extensions'),
    ]

    operations = [
        migrations.CreateModel(
            name='Agent',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('password', models.CharField(max_length=128, verbose_name='password')),
                ('last_login', models.DateTimeField(blank=True, null=True, verbose_name='last login')),
                ('identifiant', models.CharField(max_length=80, unique=True)),
                ('nom', models.CharField(max_length=80)),
                ('prenom', models.CharField(max_length=80, verbose_name='prénom')),
                ('courriel', models.EmailField(blank=True, max_length=254)),
                ('telephone', models.CharField(blank=True, max_length=20, verbose_name='téléphone')),
                ('fonction', models.CharField(blank=True, max_length=120)),
                ('is_active', models.BooleanField(default=True, verbose_name='compte ouvert')),
                ('raccourcis', models.BooleanField(default=True, verbose_name='raccourcis à une touche')),
                ('cree_le', models.DateTimeField(auto_now_add=True, verbose_name='créé le')),
            ],
            options={
                'ordering': ['nom', 'prenom', 'pk'],
            },
        ),
        migrations.CreateModel(
            name='AgentEvent',
            fields=[
                ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                ('pgh_label', models.TextField(help_text='The event label.')),
                ('id', models.BigIntegerField()),
                ('identifiant', models.CharField(max_length=80)),
                ('nom', models.CharField(max_length=80)),
                ('prenom', models.CharField(max_length=80, verbose_name='prénom')),
                ('courriel', models.EmailField(blank=True, max_length=254)),
                ('telephone', models.CharField(blank=True, max_length=20, verbose_name='téléphone')),
                ('fonction', models.CharField(blank=True, max_length=120)),
                ('is_active', models.BooleanField(default=True, verbose_name='compte ouvert')),
                ('raccourcis', models.BooleanField(default=True, verbose_name='raccourcis à une touche')),
                ('cree_le', models.DateTimeField(auto_now_add=True, verbose_name='créé le')),
                ('pgh_context', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='pghistory.context')),
                ('pgh_obj', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='Gestionnaire',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('code', models.SlugField(max_length=40, unique=True)),
                ('nom', models.CharField(max_length=120, unique=True)),
                ('nature', models.CharField(choices=[('ville', 'Ville'), ('association', 'Association'), ('entreprise', 'Entreprise'), ('ccas', 'CCAS')], max_length=20)),
            ],
            options={
                'ordering': ['nom'],
            },
        ),
        migrations.CreateModel(
            name='Quartier',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('code', models.SlugField(max_length=40, unique=True)),
                ('nom', models.CharField(max_length=120, unique=True)),
                ('prioritaire', models.BooleanField(default=False, verbose_name='quartier prioritaire')),
            ],
            options={
                'ordering': ['nom'],
            },
        ),
        migrations.CreateModel(
            name='Structure',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('code', models.SlugField(max_length=40, unique=True)),
                ('nom', models.CharField(max_length=120, unique=True)),
                ('autres_noms', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=120), blank=True, default=list, size=None)),
                ('type', models.CharField(choices=[('multi_accueil', 'Multi-accueil'), ('creche_collective', 'Crèche collective'), ('creche_familiale', 'Crèche familiale'), ('creche_parentale', 'Crèche parentale'), ('halte_garderie', 'Halte-garderie'), ('micro_creche', 'Micro-crèche'), ('jardin_enfants', 'Jardin d’enfants')], max_length=20)),
                ('adresse', models.CharField(blank=True, max_length=200)),
                ('telephone', models.CharField(blank=True, max_length=20, verbose_name='téléphone')),
                ('courriel', models.EmailField(blank=True, max_length=254)),
                ('capacite_autorisee', models.PositiveSmallIntegerField(verbose_name='capacité autorisée')),
                ('ouverture', django.contrib.postgres.fields.ArrayField(base_field=models.PositiveSmallIntegerField(), default=structures.models.structure.semaine_pleine, size=None, verbose_name='demi-journées d’ouverture')),
                ('passage_mois', models.PositiveSmallIntegerField(default=9, verbose_name='mois de passage de section')),
                ('passage_jour', models.PositiveSmallIntegerField(default=1, verbose_name='jour de passage de section')),
                ('ouverte', models.BooleanField(default=True, verbose_name='ouverte aux vœux')),
                ('gestionnaire', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='structures', to='structures.gestionnaire')),
                ('quartier', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='structures', to='structures.quartier')),
            ],
            options={
                'ordering': ['nom'],
                'constraints': [models.CheckConstraint(condition=models.Q(('passage_jour__range', (1, 28)), ('passage_mois__range', (1, 12))), name='structure_passage', violation_error_message='Le jour de passage va du 1er au 28 d’un mois.')],
            },
        ),
        migrations.CreateModel(
            name='Section',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('nom', models.CharField(max_length=80)),
                ('tranche', models.CharField(choices=[('bebes', 'Bébés'), ('moyens', 'Moyens'), ('grands', 'Grands'), ('mixte', 'Âges mêlés')], max_length=10)),
                ('age_min_mois', models.PositiveSmallIntegerField(default=0, verbose_name='âge minimum, mois')),
                ('age_min_jours', models.PositiveSmallIntegerField(default=0, verbose_name='âge minimum, jours en plus')),
                ('age_max_mois', models.PositiveSmallIntegerField(verbose_name='âge maximum, mois')),
                ('structure', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='sections', to='structures.structure')),
            ],
            options={
                'ordering': ['structure__nom', 'age_min_mois', 'age_min_jours', 'pk'],
                'constraints': [models.UniqueConstraint(fields=('structure', 'nom'), name='section_nom_unique', violation_error_message='Cette structure a déjà une section de ce nom.'), models.CheckConstraint(condition=models.Q(('age_max_mois__gt', models.F('age_min_mois'))), name='section_ages', violation_error_message='L’âge maximum d’une section dépasse son âge minimum.')],
            },
        ),
        migrations.CreateModel(
            name='Capacite',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('motif', models.CharField(choices=[('ouverture', 'Capacité ordinaire'), ('fermeture', 'Fermeture'), ('travaux', 'Travaux'), ('personnel', 'Manque de personnel')], default='ouverture', max_length=20)),
                ('debut', models.DateField(verbose_name='du')),
                ('fin', models.DateField(blank=True, null=True, verbose_name='au')),
                ('places', django.contrib.postgres.fields.ArrayField(base_field=models.PositiveSmallIntegerField(), size=10, verbose_name='places')),
                ('periode', models.GeneratedField(db_persist=True, expression=models.Func(models.F('debut'), models.F('fin'), models.Value('[]'), function='daterange'), output_field=django.contrib.postgres.fields.ranges.DateRangeField())),
                ('section', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='capacites', to='structures.section')),
            ],
            options={
                'ordering': ['section', 'debut', 'pk'],
                'constraints': [models.CheckConstraint(condition=models.Q(('fin__isnull', True), ('fin__gte', models.F('debut')), _connector='OR'), name='capacite_dates', violation_error_message='La fin de la période précède son début.'), models.CheckConstraint(condition=models.Q(('places__len', 10)), name='capacite_creneaux', violation_error_message='Une capacité compte 10 demi-journées.'), django.contrib.postgres.constraints.ExclusionConstraint(condition=models.Q(('motif', 'ouverture')), expressions=[('section', '='), ('periode', '&&')], name='capacite_ouverture_unique', violation_error_message='Cette section a déjà une capacité ordinaire sur ces dates.')],
            },
        ),
        migrations.CreateModel(
            name='CapaciteEvent',
            fields=[
                ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                ('pgh_label', models.TextField(help_text='The event label.')),
                ('id', models.BigIntegerField()),
                ('motif', models.CharField(choices=[('ouverture', 'Capacité ordinaire'), ('fermeture', 'Fermeture'), ('travaux', 'Travaux'), ('personnel', 'Manque de personnel')], default='ouverture', max_length=20)),
                ('debut', models.DateField(verbose_name='du')),
                ('fin', models.DateField(blank=True, null=True, verbose_name='au')),
                ('places', django.contrib.postgres.fields.ArrayField(base_field=models.PositiveSmallIntegerField(), size=10, verbose_name='places')),
                ('periode', models.GeneratedField(db_persist=True, expression=models.Func(models.F('debut'), models.F('fin'), models.Value('[]'), function='daterange'), output_field=django.contrib.postgres.fields.ranges.DateRangeField())),
                ('pgh_context', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='pghistory.context')),
                ('pgh_obj', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to='structures.capacite')),
                ('section', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='structures.section')),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='Convention',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('debut', models.DateField(verbose_name='du')),
                ('fin', models.DateField(blank=True, null=True, verbose_name='au')),
                ('places', models.PositiveSmallIntegerField(verbose_name='places engagées')),
                ('communes_voisines', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=80), blank=True, default=list, size=None)),
                ('conditions_locales', models.CharField(blank=True, max_length=300)),
                ('gestionnaire', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='conventions', to='structures.gestionnaire')),
            ],
            options={
                'ordering': ['gestionnaire', 'debut'],
                'constraints': [models.CheckConstraint(condition=models.Q(('fin__isnull', True), ('fin__gte', models.F('debut')), _connector='OR'), name='convention_dates', violation_error_message='La fin de la convention précède son début.')],
            },
        ),
        migrations.CreateModel(
            name='ConventionEvent',
            fields=[
                ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                ('pgh_label', models.TextField(help_text='The event label.')),
                ('id', models.BigIntegerField()),
                ('debut', models.DateField(verbose_name='du')),
                ('fin', models.DateField(blank=True, null=True, verbose_name='au')),
                ('places', models.PositiveSmallIntegerField(verbose_name='places engagées')),
                ('communes_voisines', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=80), blank=True, default=list, size=None)),
                ('conditions_locales', models.CharField(blank=True, max_length=300)),
                ('pgh_context', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='pghistory.context')),
                ('pgh_obj', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to='structures.convention')),
                ('gestionnaire', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='structures.gestionnaire')),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='GestionnaireEvent',
            fields=[
                ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                ('pgh_label', models.TextField(help_text='The event label.')),
                ('id', models.BigIntegerField()),
                ('code', models.SlugField(db_index=False, max_length=40)),
                ('nom', models.CharField(max_length=120)),
                ('nature', models.CharField(choices=[('ville', 'Ville'), ('association', 'Association'), ('entreprise', 'Entreprise'), ('ccas', 'CCAS')], max_length=20)),
                ('pgh_context', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='pghistory.context')),
                ('pgh_obj', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to='structures.gestionnaire')),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='Mairie',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('code', models.SlugField(max_length=40, unique=True)),
                ('nom', models.CharField(max_length=120, unique=True)),
                ('adresse', models.CharField(blank=True, max_length=200)),
                ('telephone', models.CharField(blank=True, max_length=20, verbose_name='téléphone')),
                ('horaires', models.CharField(blank=True, max_length=200)),
                ('ouverte', models.BooleanField(default=True)),
            ],
            options={
                'ordering': ['nom'],
            },
        ),
        migrations.CreateModel(
            name='Habilitation',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('profil', models.CharField(choices=[('agent', 'Agent de mairie'), ('coordination', 'Coordination petite enfance'), ('direction', 'Direction de structure'), ('membre', 'Membre de la commission'), ('presidence', 'Présidence de la commission'), ('partenaire', 'Partenaire'), ('administration', 'Administration'), ('dpo', 'Délégué à la protection des données')], max_length=20)),
                ('service', models.CharField(blank=True, choices=[('pmi', 'PMI'), ('service_social', 'Service social'), ('relais', 'Relais petite enfance'), ('france_travail', 'France Travail')], max_length=20)),
                ('debut', models.DateField(verbose_name='du')),
                ('fin', models.DateField(blank=True, null=True, verbose_name='au')),
                ('agent', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='habilitations', to=settings.AUTH_USER_MODEL)),
                ('mairie', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, to='structures.mairie')),
                ('structure', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, to='structures.structure')),
            ],
            options={
                'ordering': ['agent', 'profil', 'pk'],
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('mairie__isnull', False), ('profil', 'agent'), ('service', ''), ('structure__isnull', True)), models.Q(('mairie__isnull', True), ('profil', 'direction'), ('service', ''), ('structure__isnull', False)), models.Q(('mairie__isnull', True), ('profil', 'partenaire'), ('structure__isnull', True), models.Q(('service', ''), _negated=True)), models.Q(('mairie__isnull', True), ('profil__in', ['coordination', 'membre', 'presidence', 'administration', 'dpo']), ('service', ''), ('structure__isnull', True)), _connector='OR'), name='habilitation_portee', violation_error_message='Un agent a une mairie, une direction une structure, un partenaire un service ; les autres profils n’en ont pas.'), models.CheckConstraint(condition=models.Q(('fin__isnull', True), ('fin__gte', models.F('debut')), _connector='OR'), name='habilitation_dates', violation_error_message='La fin de l’habilitation précède son début.')],
            },
        ),
        migrations.CreateModel(
            name='HabilitationEvent',
            fields=[
                ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                ('pgh_label', models.TextField(help_text='The event label.')),
                ('id', models.BigIntegerField()),
                ('profil', models.CharField(choices=[('agent', 'Agent de mairie'), ('coordination', 'Coordination petite enfance'), ('direction', 'Direction de structure'), ('membre', 'Membre de la commission'), ('presidence', 'Présidence de la commission'), ('partenaire', 'Partenaire'), ('administration', 'Administration'), ('dpo', 'Délégué à la protection des données')], max_length=20)),
                ('service', models.CharField(blank=True, choices=[('pmi', 'PMI'), ('service_social', 'Service social'), ('relais', 'Relais petite enfance'), ('france_travail', 'France Travail')], max_length=20)),
                ('debut', models.DateField(verbose_name='du')),
                ('fin', models.DateField(blank=True, null=True, verbose_name='au')),
                ('agent', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to=settings.AUTH_USER_MODEL)),
                ('pgh_context', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='pghistory.context')),
                ('pgh_obj', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to='structures.habilitation')),
                ('mairie', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='structures.mairie')),
                ('structure', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='structures.structure')),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='MairieEvent',
            fields=[
                ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                ('pgh_label', models.TextField(help_text='The event label.')),
                ('id', models.BigIntegerField()),
                ('code', models.SlugField(db_index=False, max_length=40)),
                ('nom', models.CharField(max_length=120)),
                ('adresse', models.CharField(blank=True, max_length=200)),
                ('telephone', models.CharField(blank=True, max_length=20, verbose_name='téléphone')),
                ('horaires', models.CharField(blank=True, max_length=200)),
                ('ouverte', models.BooleanField(default=True)),
                ('pgh_context', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='pghistory.context')),
                ('pgh_obj', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to='structures.mairie')),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='QuartierEvent',
            fields=[
                ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                ('pgh_label', models.TextField(help_text='The event label.')),
                ('id', models.BigIntegerField()),
                ('code', models.SlugField(db_index=False, max_length=40)),
                ('nom', models.CharField(max_length=120)),
                ('prioritaire', models.BooleanField(default=False, verbose_name='quartier prioritaire')),
                ('pgh_context', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='pghistory.context')),
                ('pgh_obj', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to='structures.quartier')),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='Reglage',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('cle', models.CharField(max_length=60, verbose_name='réglage')),
                ('valeur', models.JSONField()),
                ('a_partir_du', models.DateField(verbose_name='à partir du')),
                ('pose_par', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ['cle', '-a_partir_du'],
                'constraints': [models.UniqueConstraint(fields=('cle', 'a_partir_du'), name='reglage_unique_par_jour', violation_error_message='Ce réglage a déjà une valeur à partir de ce jour.')],
            },
        ),
        migrations.CreateModel(
            name='ReglageEvent',
            fields=[
                ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                ('pgh_label', models.TextField(help_text='The event label.')),
                ('id', models.BigIntegerField()),
                ('cle', models.CharField(max_length=60, verbose_name='réglage')),
                ('valeur', models.JSONField()),
                ('a_partir_du', models.DateField(verbose_name='à partir du')),
                ('pgh_context', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='pghistory.context')),
                ('pgh_obj', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to='structures.reglage')),
                ('pose_par', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='SectionEvent',
            fields=[
                ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                ('pgh_label', models.TextField(help_text='The event label.')),
                ('id', models.BigIntegerField()),
                ('nom', models.CharField(max_length=80)),
                ('tranche', models.CharField(choices=[('bebes', 'Bébés'), ('moyens', 'Moyens'), ('grands', 'Grands'), ('mixte', 'Âges mêlés')], max_length=10)),
                ('age_min_mois', models.PositiveSmallIntegerField(default=0, verbose_name='âge minimum, mois')),
                ('age_min_jours', models.PositiveSmallIntegerField(default=0, verbose_name='âge minimum, jours en plus')),
                ('age_max_mois', models.PositiveSmallIntegerField(verbose_name='âge maximum, mois')),
                ('pgh_context', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='pghistory.context')),
                ('pgh_obj', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to='structures.section')),
                ('structure', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='structures.structure')),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='StructureEvent',
            fields=[
                ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                ('pgh_label', models.TextField(help_text='The event label.')),
                ('id', models.BigIntegerField()),
                ('code', models.SlugField(db_index=False, max_length=40)),
                ('nom', models.CharField(max_length=120)),
                ('autres_noms', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=120), blank=True, default=list, size=None)),
                ('type', models.CharField(choices=[('multi_accueil', 'Multi-accueil'), ('creche_collective', 'Crèche collective'), ('creche_familiale', 'Crèche familiale'), ('creche_parentale', 'Crèche parentale'), ('halte_garderie', 'Halte-garderie'), ('micro_creche', 'Micro-crèche'), ('jardin_enfants', 'Jardin d’enfants')], max_length=20)),
                ('adresse', models.CharField(blank=True, max_length=200)),
                ('telephone', models.CharField(blank=True, max_length=20, verbose_name='téléphone')),
                ('courriel', models.EmailField(blank=True, max_length=254)),
                ('capacite_autorisee', models.PositiveSmallIntegerField(verbose_name='capacité autorisée')),
                ('ouverture', django.contrib.postgres.fields.ArrayField(base_field=models.PositiveSmallIntegerField(), default=structures.models.structure.semaine_pleine, size=None, verbose_name='demi-journées d’ouverture')),
                ('passage_mois', models.PositiveSmallIntegerField(default=9, verbose_name='mois de passage de section')),
                ('passage_jour', models.PositiveSmallIntegerField(default=1, verbose_name='jour de passage de section')),
                ('ouverte', models.BooleanField(default=True, verbose_name='ouverte aux vœux')),
                ('gestionnaire', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='structures.gestionnaire')),
                ('pgh_context', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='pghistory.context')),
                ('pgh_obj', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to='structures.structure')),
                ('quartier', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='structures.quartier')),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='Tache',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('nature', models.CharField(max_length=40)),
                ('libelle', models.CharField(max_length=200, verbose_name='libellé')),
                ('etat', models.CharField(choices=[('en_attente', 'En attente'), ('en_cours', 'En cours'), ('faite', 'Terminée'), ('echouee', 'Échouée')], default='en_attente', max_length=20, verbose_name='état')),
                ('fait', models.PositiveIntegerField(default=0)),
                ('total', models.PositiveIntegerField(default=0)),
                ('message', models.CharField(blank=True, max_length=300)),
                ('resultat', models.JSONField(blank=True, default=dict, verbose_name='résultat')),
                ('retour', models.CharField(blank=True, max_length=200, verbose_name='page d’origine')),
                ('demandee_le', models.DateTimeField(auto_now_add=True, verbose_name='demandée le')),
                ('commencee_le', models.DateTimeField(blank=True, null=True, verbose_name='commencée le')),
                ('finie_le', models.DateTimeField(blank=True, null=True, verbose_name='finie le')),
                ('vu_le', models.DateTimeField(blank=True, null=True, verbose_name='dernier signe de vie')),
                ('demandee_par', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='taches', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'tâche',
                'ordering': ['-demandee_le'],
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('etat__in', ['faite', 'echouee']), ('finie_le__isnull', False)), models.Q(('etat__in', ['en_attente', 'en_cours']), ('finie_le__isnull', True)), _connector='OR'), name='tache_finie_datee', violation_error_message='Une tâche finie porte son heure de fin.'), models.CheckConstraint(condition=models.Q(('total', 0), ('fait__lte', models.F('total')), _connector='OR'), name='tache_avancement')],
            },
        ),
        migrations.CreateModel(
            name='TacheEvent',
            fields=[
                ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                ('pgh_label', models.TextField(help_text='The event label.')),
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, serialize=False)),
                ('nature', models.CharField(max_length=40)),
                ('libelle', models.CharField(max_length=200, verbose_name='libellé')),
                ('etat', models.CharField(choices=[('en_attente', 'En attente'), ('en_cours', 'En cours'), ('faite', 'Terminée'), ('echouee', 'Échouée')], default='en_attente', max_length=20, verbose_name='état')),
                ('message', models.CharField(blank=True, max_length=300)),
                ('resultat', models.JSONField(blank=True, default=dict, verbose_name='résultat')),
                ('retour', models.CharField(blank=True, max_length=200, verbose_name='page d’origine')),
                ('demandee_le', models.DateTimeField(auto_now_add=True, verbose_name='demandée le')),
                ('commencee_le', models.DateTimeField(blank=True, null=True, verbose_name='commencée le')),
                ('finie_le', models.DateTimeField(blank=True, null=True, verbose_name='finie le')),
                ('demandee_par', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to=settings.AUTH_USER_MODEL)),
                ('pgh_context', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='pghistory.context')),
                ('pgh_obj', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to='structures.tache')),
            ],
            options={
                'abstract': False,
            },
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='agent',
            trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "structures_agentevent" ("courriel", "cree_le", "fonction", "id", "identifiant", "is_active", "nom", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "prenom", "raccourcis", "telephone") VALUES (NEW."courriel", NEW."cree_le", NEW."fonction", NEW."id", NEW."identifiant", NEW."is_active", NEW."nom", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."prenom", NEW."raccourcis", NEW."telephone"); RETURN NULL;', hash='f1f7bb7a8b063be9bd90ed2634688a0e85d32f6f', operation='INSERT', pgid='pgtrigger_insert_insert_b0452', table='structures_agent', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='agent',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."courriel" IS DISTINCT FROM (NEW."courriel") OR OLD."cree_le" IS DISTINCT FROM (NEW."cree_le") OR OLD."fonction" IS DISTINCT FROM (NEW."fonction") OR OLD."id" IS DISTINCT FROM (NEW."id") OR OLD."identifiant" IS DISTINCT FROM (NEW."identifiant") OR OLD."is_active" IS DISTINCT FROM (NEW."is_active") OR OLD."nom" IS DISTINCT FROM (NEW."nom") OR OLD."prenom" IS DISTINCT FROM (NEW."prenom") OR OLD."raccourcis" IS DISTINCT FROM (NEW."raccourcis") OR OLD."telephone" IS DISTINCT FROM (NEW."telephone"))', func='INSERT INTO "structures_agentevent" ("courriel", "cree_le", "fonction", "id", "identifiant", "is_active", "nom", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "prenom", "raccourcis", "telephone") VALUES (NEW."courriel", NEW."cree_le", NEW."fonction", NEW."id", NEW."identifiant", NEW."is_active", NEW."nom", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."prenom", NEW."raccourcis", NEW."telephone"); RETURN NULL;', hash='c4e0e1bdd24f73e281cc43a212adfc000ccb966a', operation='UPDATE', pgid='pgtrigger_update_update_15617', table='structures_agent', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='agent',
            trigger=pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "structures_agentevent" ("courriel", "cree_le", "fonction", "id", "identifiant", "is_active", "nom", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "prenom", "raccourcis", "telephone") VALUES (OLD."courriel", OLD."cree_le", OLD."fonction", OLD."id", OLD."identifiant", OLD."is_active", OLD."nom", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."prenom", OLD."raccourcis", OLD."telephone"); RETURN NULL;', hash='0fcc2e1ba1a21c81268ce2410dd32ad8d165562c', operation='DELETE', pgid='pgtrigger_delete_delete_49e08', table='structures_agent', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='gestionnaire',
            trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "structures_gestionnaireevent" ("code", "id", "nature", "nom", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id") VALUES (NEW."code", NEW."id", NEW."nature", NEW."nom", _pgh_attach_context(), NOW(), \'insert\', NEW."id"); RETURN NULL;', hash='83adb6b0edbd6c26b933353195a9d005444d78fc', operation='INSERT', pgid='pgtrigger_insert_insert_0c720', table='structures_gestionnaire', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='gestionnaire',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "structures_gestionnaireevent" ("code", "id", "nature", "nom", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id") VALUES (NEW."code", NEW."id", NEW."nature", NEW."nom", _pgh_attach_context(), NOW(), \'update\', NEW."id"); RETURN NULL;', hash='2f128efd747e38d311a3f0a3982f796ac402be04', operation='UPDATE', pgid='pgtrigger_update_update_5baed', table='structures_gestionnaire', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='gestionnaire',
            trigger=pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "structures_gestionnaireevent" ("code", "id", "nature", "nom", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id") VALUES (OLD."code", OLD."id", OLD."nature", OLD."nom", _pgh_attach_context(), NOW(), \'delete\', OLD."id"); RETURN NULL;', hash='e2e14ac71157186f4291dda76557ee7ecf23c69c', operation='DELETE', pgid='pgtrigger_delete_delete_6ea7b', table='structures_gestionnaire', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='mairie',
            trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "structures_mairieevent" ("adresse", "code", "horaires", "id", "nom", "ouverte", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "telephone") VALUES (NEW."adresse", NEW."code", NEW."horaires", NEW."id", NEW."nom", NEW."ouverte", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."telephone"); RETURN NULL;', hash='21cbbfbcc1729f2054661cde194dff29ffdb40b5', operation='INSERT', pgid='pgtrigger_insert_insert_05ba8', table='structures_mairie', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='mairie',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "structures_mairieevent" ("adresse", "code", "horaires", "id", "nom", "ouverte", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "telephone") VALUES (NEW."adresse", NEW."code", NEW."horaires", NEW."id", NEW."nom", NEW."ouverte", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."telephone"); RETURN NULL;', hash='f3a69af19e5e0e0427dc0dee97dc40da41eb2ae7', operation='UPDATE', pgid='pgtrigger_update_update_b1001', table='structures_mairie', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='mairie',
            trigger=pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "structures_mairieevent" ("adresse", "code", "horaires", "id", "nom", "ouverte", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "telephone") VALUES (OLD."adresse", OLD."code", OLD."horaires", OLD."id", OLD."nom", OLD."ouverte", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."telephone"); RETURN NULL;', hash='a3b536c4272352c39d80deca0ee6b972078255b0', operation='DELETE', pgid='pgtrigger_delete_delete_2cb12', table='structures_mairie', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='quartier',
            trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "structures_quartierevent" ("code", "id", "nom", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "prioritaire") VALUES (NEW."code", NEW."id", NEW."nom", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."prioritaire"); RETURN NULL;', hash='4b879267019ae9e0a8362958507bc6393504ece6', operation='INSERT', pgid='pgtrigger_insert_insert_fda22', table='structures_quartier', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='quartier',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "structures_quartierevent" ("code", "id", "nom", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "prioritaire") VALUES (NEW."code", NEW."id", NEW."nom", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."prioritaire"); RETURN NULL;', hash='1f4d72dbca2b684ef638e849b98594b624df79e5', operation='UPDATE', pgid='pgtrigger_update_update_80daa', table='structures_quartier', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='quartier',
            trigger=pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "structures_quartierevent" ("code", "id", "nom", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "prioritaire") VALUES (OLD."code", OLD."id", OLD."nom", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."prioritaire"); RETURN NULL;', hash='0401af2826e951fe197a3b153cf89b35b5994c90', operation='DELETE', pgid='pgtrigger_delete_delete_2d71c', table='structures_quartier', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='agentevent',
            trigger=pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='6e62a7c31fa05ffa8725dd8b8407ba51b380702a', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_b3072', table='structures_agentevent', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='conventionevent',
            trigger=pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='cd33d07a7558d52924cec2d7011292da1f978e9d', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_65f64', table='structures_conventionevent', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='convention',
            trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "structures_conventionevent" ("communes_voisines", "conditions_locales", "debut", "fin", "gestionnaire_id", "id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "places") VALUES (NEW."communes_voisines", NEW."conditions_locales", NEW."debut", NEW."fin", NEW."gestionnaire_id", NEW."id", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."places"); RETURN NULL;', hash='379f67884144686fb3d8c36729a3f565b91eff1f', operation='INSERT', pgid='pgtrigger_insert_insert_23084', table='structures_convention', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='convention',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "structures_conventionevent" ("communes_voisines", "conditions_locales", "debut", "fin", "gestionnaire_id", "id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "places") VALUES (NEW."communes_voisines", NEW."conditions_locales", NEW."debut", NEW."fin", NEW."gestionnaire_id", NEW."id", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."places"); RETURN NULL;', hash='e1dc37e0c237f15a5c2f8a45a6fd4eb76fadc390', operation='UPDATE', pgid='pgtrigger_update_update_40e39', table='structures_convention', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='convention',
            trigger=pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "structures_conventionevent" ("communes_voisines", "conditions_locales", "debut", "fin", "gestionnaire_id", "id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "places") VALUES (OLD."communes_voisines", OLD."conditions_locales", OLD."debut", OLD."fin", OLD."gestionnaire_id", OLD."id", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."places"); RETURN NULL;', hash='0ced1d91b79925b9143e39b34f98f60c9afb6982', operation='DELETE', pgid='pgtrigger_delete_delete_2a59a', table='structures_convention', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='gestionnaireevent',
            trigger=pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='c8e2b8ee63d41750b1bb783bad2fc1abd8222360', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_91145', table='structures_gestionnaireevent', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='mairieevent',
            trigger=pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='e1eded606b36aa9963e190383ac504ad77488b5e', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_c6bb3', table='structures_mairieevent', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='quartierevent',
            trigger=pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='5f1b23e1c0d80b9c47a02b1985e8284bffe1b160', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_3a814', table='structures_quartierevent', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='reglage',
            trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "structures_reglageevent" ("a_partir_du", "cle", "id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "pose_par_id", "valeur") VALUES (NEW."a_partir_du", NEW."cle", NEW."id", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."pose_par_id", NEW."valeur"); RETURN NULL;', hash='a6dbb058230f941646df6ca10d2931a3105b2d98', operation='INSERT', pgid='pgtrigger_insert_insert_4c43e', table='structures_reglage', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='reglage',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "structures_reglageevent" ("a_partir_du", "cle", "id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "pose_par_id", "valeur") VALUES (NEW."a_partir_du", NEW."cle", NEW."id", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."pose_par_id", NEW."valeur"); RETURN NULL;', hash='82e74d6a21bd390ccc5375fb3e0bd9d71577b1ae', operation='UPDATE', pgid='pgtrigger_update_update_54bab', table='structures_reglage', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='reglage',
            trigger=pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "structures_reglageevent" ("a_partir_du", "cle", "id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "pose_par_id", "valeur") VALUES (OLD."a_partir_du", OLD."cle", OLD."id", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."pose_par_id", OLD."valeur"); RETURN NULL;', hash='5d8501dc728ce48abe2fac1b9dd8b0216b5be946', operation='DELETE', pgid='pgtrigger_delete_delete_b6fe4', table='structures_reglage', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='reglageevent',
            trigger=pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='b93318bb90a72319a48653db9e3b2d24963c71ac', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_e2d25', table='structures_reglageevent', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='capaciteevent',
            trigger=pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='c4ee353408e4f6a3387464796cd44d107d8038e5', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_cb352', table='structures_capaciteevent', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='capacite',
            trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "structures_capaciteevent" ("debut", "fin", "id", "motif", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "places", "section_id") VALUES (NEW."debut", NEW."fin", NEW."id", NEW."motif", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."places", NEW."section_id"); RETURN NULL;', hash='3475b6fee1d4813dd80d62aeaa1c0b0e6519cb55', operation='INSERT', pgid='pgtrigger_insert_insert_8b517', table='structures_capacite', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='capacite',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "structures_capaciteevent" ("debut", "fin", "id", "motif", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "places", "section_id") VALUES (NEW."debut", NEW."fin", NEW."id", NEW."motif", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."places", NEW."section_id"); RETURN NULL;', hash='81254bb568fe79e99267cd6a887bc351a2b75165', operation='UPDATE', pgid='pgtrigger_update_update_343a6', table='structures_capacite', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='capacite',
            trigger=pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "structures_capaciteevent" ("debut", "fin", "id", "motif", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "places", "section_id") VALUES (OLD."debut", OLD."fin", OLD."id", OLD."motif", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."places", OLD."section_id"); RETURN NULL;', hash='3fc67639db191fc172d11689de5ee11d04ddcce8', operation='DELETE', pgid='pgtrigger_delete_delete_e8ce5', table='structures_capacite', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='structure',
            trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "structures_structureevent" ("adresse", "autres_noms", "capacite_autorisee", "code", "courriel", "gestionnaire_id", "id", "nom", "ouverte", "ouverture", "passage_jour", "passage_mois", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "quartier_id", "telephone", "type") VALUES (NEW."adresse", NEW."autres_noms", NEW."capacite_autorisee", NEW."code", NEW."courriel", NEW."gestionnaire_id", NEW."id", NEW."nom", NEW."ouverte", NEW."ouverture", NEW."passage_jour", NEW."passage_mois", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."quartier_id", NEW."telephone", NEW."type"); RETURN NULL;', hash='351f7fd721029f28ff5ea127200e5d6b2f5dbb71', operation='INSERT', pgid='pgtrigger_insert_insert_3c931', table='structures_structure', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='structure',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "structures_structureevent" ("adresse", "autres_noms", "capacite_autorisee", "code", "courriel", "gestionnaire_id", "id", "nom", "ouverte", "ouverture", "passage_jour", "passage_mois", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "quartier_id", "telephone", "type") VALUES (NEW."adresse", NEW."autres_noms", NEW."capacite_autorisee", NEW."code", NEW."courriel", NEW."gestionnaire_id", NEW."id", NEW."nom", NEW."ouverte", NEW."ouverture", NEW."passage_jour", NEW."passage_mois", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."quartier_id", NEW."telephone", NEW."type"); RETURN NULL;', hash='436d3d76939bbd19c35dce99761c9cf11974ce4f', operation='UPDATE', pgid='pgtrigger_update_update_412c5', table='structures_structure', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='structure',
            trigger=pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "structures_structureevent" ("adresse", "autres_noms", "capacite_autorisee", "code", "courriel", "gestionnaire_id", "id", "nom", "ouverte", "ouverture", "passage_jour", "passage_mois", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "quartier_id", "telephone", "type") VALUES (OLD."adresse", OLD."autres_noms", OLD."capacite_autorisee", OLD."code", OLD."courriel", OLD."gestionnaire_id", OLD."id", OLD."nom", OLD."ouverte", OLD."ouverture", OLD."passage_jour", OLD."passage_mois", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."quartier_id", OLD."telephone", OLD."type"); RETURN NULL;', hash='edc31e348141303ebc4942b713be11f140f209c0', operation='DELETE', pgid='pgtrigger_delete_delete_82fa1', table='structures_structure', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='sectionevent',
            trigger=pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='48303b7b51c1e01b60902a7634b1f651a5365f11', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_8e077', table='structures_sectionevent', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='section',
            trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "structures_sectionevent" ("age_max_mois", "age_min_jours", "age_min_mois", "id", "nom", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "structure_id", "tranche") VALUES (NEW."age_max_mois", NEW."age_min_jours", NEW."age_min_mois", NEW."id", NEW."nom", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."structure_id", NEW."tranche"); RETURN NULL;', hash='cfad51d3655936ae03e1349cc4f5828ebe0356c1', operation='INSERT', pgid='pgtrigger_insert_insert_03bcb', table='structures_section', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='section',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "structures_sectionevent" ("age_max_mois", "age_min_jours", "age_min_mois", "id", "nom", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "structure_id", "tranche") VALUES (NEW."age_max_mois", NEW."age_min_jours", NEW."age_min_mois", NEW."id", NEW."nom", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."structure_id", NEW."tranche"); RETURN NULL;', hash='7521ebc7f36fc982a1fa7874cd09238b4ef4dcf5', operation='UPDATE', pgid='pgtrigger_update_update_ab111', table='structures_section', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='section',
            trigger=pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "structures_sectionevent" ("age_max_mois", "age_min_jours", "age_min_mois", "id", "nom", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "structure_id", "tranche") VALUES (OLD."age_max_mois", OLD."age_min_jours", OLD."age_min_mois", OLD."id", OLD."nom", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."structure_id", OLD."tranche"); RETURN NULL;', hash='5bbb6fcf728b0781c329051d41b6b77e55fa68fc', operation='DELETE', pgid='pgtrigger_delete_delete_c8d24', table='structures_section', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='habilitationevent',
            trigger=pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='685418d0207dbce46580b237c60bfba4c7651cfa', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_29890', table='structures_habilitationevent', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='habilitation',
            trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "structures_habilitationevent" ("agent_id", "debut", "fin", "id", "mairie_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "profil", "service", "structure_id") VALUES (NEW."agent_id", NEW."debut", NEW."fin", NEW."id", NEW."mairie_id", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."profil", NEW."service", NEW."structure_id"); RETURN NULL;', hash='1fffacfbd07f867d4588f37d44257459351a990a', operation='INSERT', pgid='pgtrigger_insert_insert_8e99d', table='structures_habilitation', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='habilitation',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "structures_habilitationevent" ("agent_id", "debut", "fin", "id", "mairie_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "profil", "service", "structure_id") VALUES (NEW."agent_id", NEW."debut", NEW."fin", NEW."id", NEW."mairie_id", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."profil", NEW."service", NEW."structure_id"); RETURN NULL;', hash='e0e4f410af401ab2a99c2fa2d90220ac35b9b3de', operation='UPDATE', pgid='pgtrigger_update_update_72ed6', table='structures_habilitation', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='habilitation',
            trigger=pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "structures_habilitationevent" ("agent_id", "debut", "fin", "id", "mairie_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "profil", "service", "structure_id") VALUES (OLD."agent_id", OLD."debut", OLD."fin", OLD."id", OLD."mairie_id", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."profil", OLD."service", OLD."structure_id"); RETURN NULL;', hash='dc2e28a88e512f8e6cd8a00e825967326a1bf13c', operation='DELETE', pgid='pgtrigger_delete_delete_500f4', table='structures_habilitation', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='structureevent',
            trigger=pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='7b917f78d5b332357d46d892ca117680872ff274', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_63e02', table='structures_structureevent', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='tache',
            trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "structures_tacheevent" ("commencee_le", "demandee_le", "demandee_par_id", "etat", "finie_le", "id", "libelle", "message", "nature", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "resultat", "retour") VALUES (NEW."commencee_le", NEW."demandee_le", NEW."demandee_par_id", NEW."etat", NEW."finie_le", NEW."id", NEW."libelle", NEW."message", NEW."nature", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."resultat", NEW."retour"); RETURN NULL;', hash='b8fc07ff51ffdc60e4d2bb8dd8fb1ee02a1f936f', operation='INSERT', pgid='pgtrigger_insert_insert_26306', table='structures_tache', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='tache',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."commencee_le" IS DISTINCT FROM (NEW."commencee_le") OR OLD."demandee_le" IS DISTINCT FROM (NEW."demandee_le") OR OLD."demandee_par_id" IS DISTINCT FROM (NEW."demandee_par_id") OR OLD."etat" IS DISTINCT FROM (NEW."etat") OR OLD."finie_le" IS DISTINCT FROM (NEW."finie_le") OR OLD."id" IS DISTINCT FROM (NEW."id") OR OLD."libelle" IS DISTINCT FROM (NEW."libelle") OR OLD."message" IS DISTINCT FROM (NEW."message") OR OLD."nature" IS DISTINCT FROM (NEW."nature") OR OLD."resultat" IS DISTINCT FROM (NEW."resultat") OR OLD."retour" IS DISTINCT FROM (NEW."retour"))', func='INSERT INTO "structures_tacheevent" ("commencee_le", "demandee_le", "demandee_par_id", "etat", "finie_le", "id", "libelle", "message", "nature", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "resultat", "retour") VALUES (NEW."commencee_le", NEW."demandee_le", NEW."demandee_par_id", NEW."etat", NEW."finie_le", NEW."id", NEW."libelle", NEW."message", NEW."nature", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."resultat", NEW."retour"); RETURN NULL;', hash='0e0d70d41303f9177e15bbebb8a92ab21c762c3e', operation='UPDATE', pgid='pgtrigger_update_update_51118', table='structures_tache', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='tache',
            trigger=pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "structures_tacheevent" ("commencee_le", "demandee_le", "demandee_par_id", "etat", "finie_le", "id", "libelle", "message", "nature", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "resultat", "retour") VALUES (OLD."commencee_le", OLD."demandee_le", OLD."demandee_par_id", OLD."etat", OLD."finie_le", OLD."id", OLD."libelle", OLD."message", OLD."nature", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."resultat", OLD."retour"); RETURN NULL;', hash='d5b1d8a4356fd115b82ed598e4e59dd6fe361b8e', operation='DELETE', pgid='pgtrigger_delete_delete_afef8', table='structures_tache', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='tacheevent',
            trigger=pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='7738b14a734beb960daa8dd018c564c6f4128dd0', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_24b67', table='structures_tacheevent', when='BEFORE')),
        ),
    ]
