import brobygger.accounts.models
import django.contrib.postgres.fields
import django.db.models.deletion
import uuid
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0001_initial'),
        ('controls', '0001_initial'),
        ('mentorships', '0001_initial'),
        ('people', '0001_initial'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='RiskSetting',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('name', models.CharField(max_length=30, verbose_name='grænse')),
                ('value', models.PositiveIntegerField(verbose_name='værdi')),
                ('valid_from', models.DateField(verbose_name='gælder fra')),
                ('reason', models.CharField(max_length=300, verbose_name='begrundelse')),
                ('recorded_at', models.DateTimeField()),
                ('municipality', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.municipality')),
                ('recorded_by', brobygger.accounts.models.TenantForeignKey(db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('municipality', 'name', 'valid_from'), name='one_risk_setting_per_date')],
            },
        ),
        migrations.CreateModel(
            name='RiskSign',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('kind', models.CharField(choices=[('OVERLAP', 'Møder oven i hinanden'), ('LONG_DAY', 'Meget lange dage'), ('NO_TRAVEL', 'Ingen tid mellem to steder'), ('EXACT_GRANT', 'Timerne rammer altid bevillingen'), ('ROUND_TIMES', 'Runde tal'), ('COPIED_WEEKS', 'Ens uger'), ('ODD_HOURS', 'Nat og helligdage'), ('QUICK_ANSWERS', 'Bekræftet på stribe'), ('MANY_CITIZENS', 'Mange borgere på én mentor'), ('INVOICE_AHEAD', 'Faktura før kontakten'), ('SHARED_ACCOUNT', 'Samme konto for flere'), ('NEVER_MET', 'Borgeren siger, at de ikke har mødtes'), ('NO_FACE', 'Betalt uden et eneste møde')], max_length=20)),
                ('about', models.CharField(choices=[('MENTOR', 'Mentor'), ('CITIZEN', 'Borger'), ('CASE', 'Forløb'), ('SUPPLIER', 'Leverandør'), ('ACCOUNT', 'Konto')], max_length=10)),
                ('key', models.CharField(max_length=80)),
                ('count', models.PositiveIntegerField()),
                ('out_of', models.PositiveIntegerField(default=0)),
                ('usual', models.PositiveSmallIntegerField(default=0)),
                ('limit', models.PositiveIntegerField(default=0)),
                ('cases', django.contrib.postgres.fields.ArrayField(base_field=models.BigIntegerField(), default=list, size=None)),
                ('evidence', models.JSONField(default=list)),
                ('first_seen_on', models.DateField()),
                ('last_seen_on', models.DateField()),
                ('gone_on', models.DateField(null=True)),
                ('state', models.CharField(choices=[('OPEN', 'Ikke set på'), ('LOOKING', 'Ses nærmere på'), ('EXPLAINED', 'Forklaret')], default='OPEN', max_length=10)),
                ('explanation', models.TextField(blank=True, verbose_name='forklaring')),
                ('explained_count', models.PositiveIntegerField(default=0)),
                ('handled_at', models.DateTimeField(null=True)),
                ('citizen', brobygger.accounts.models.TenantForeignKey(db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='people.citizen')),
                ('handled_by', brobygger.accounts.models.TenantForeignKey(db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('mentor', brobygger.accounts.models.TenantForeignKey(db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='people.mentor')),
                ('mentorship', brobygger.accounts.models.TenantForeignKey(db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='risk_signs', to='mentorships.mentorship')),
                ('municipality', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.municipality')),
            ],
            options={
                'indexes': [models.Index(condition=models.Q(('gone_on', None)), fields=['municipality', 'state', '-last_seen_on'], name='risk_sign_to_look_at'), models.Index(fields=['municipality', 'mentorship'], name='risk_sign_of_mentorship')],
                'constraints': [models.UniqueConstraint(fields=('municipality', 'kind', 'about', 'key'), name='risk_sign_once_per_subject'), models.CheckConstraint(condition=models.Q(models.Q(('state', 'EXPLAINED'), _negated=True), models.Q(('explanation', ''), _negated=True), _connector='OR'), name='risk_sign_explained_with_words')],
            },
        ),
    ]
