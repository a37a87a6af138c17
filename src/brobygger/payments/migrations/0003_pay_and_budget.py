import brobygger.accounts.models
import django.db.models.deletion
import uuid
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0003_attest_hours'),
        ('organisations', '0001_initial'),
        ('payments', '0002_ledger'),
    ]

    operations = [
        migrations.CreateModel(
            name='BudgetRow',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('municipality', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.municipality')),
                ('year', models.PositiveSmallIntegerField(verbose_name='år')),
                ('dimension', models.CharField(choices=[('WHOLE', 'Hele budgettet'), ('ACCOUNT', 'Konto'), ('TEAM', 'Hold'), ('TARGET_GROUP', 'Målgruppe'), ('CONTEXT', 'Sammenhæng')], max_length=20)),
                ('key', models.CharField(blank=True, max_length=40)),
                ('amount', models.DecimalField(decimal_places=2, max_digits=14, null=True, verbose_name='budget')),
                ('set_at', models.DateTimeField()),
                ('set_by', brobygger.accounts.models.TenantForeignKey(db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'indexes': [models.Index(fields=['municipality', 'year', 'dimension', 'key', '-id'], name='budget_newest')],
                'constraints': [models.CheckConstraint(condition=models.Q(('amount', None), ('amount__gte', 0), _connector='OR'), name='budget_not_below_zero')],
            },
        ),
        migrations.CreateModel(
            name='YearFacts',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('municipality', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.municipality')),
                ('year', models.PositiveSmallIntegerField(verbose_name='år')),
                ('full_time_persons', models.DecimalField(decimal_places=2, max_digits=10, null=True, verbose_name='fuldtidspersoner')),
                ('other_guidance', models.DecimalField(decimal_places=2, default=0, max_digits=14, verbose_name='øvrig vejledning')),
                ('close_at_percent', models.DecimalField(decimal_places=2, default=90, max_digits=5, verbose_name='sig til ved')),
                ('recorded_at', models.DateTimeField()),
                ('recorded_by', brobygger.accounts.models.TenantForeignKey(db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'indexes': [models.Index(fields=['municipality', 'year', '-id'], name='year_facts_newest')],
            },
        ),
        migrations.CreateModel(
            name='PayRecord',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('municipality', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.municipality')),
                ('public_id', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('organisation', brobygger.accounts.models.TenantForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='pay_records', to='organisations.organisation')),
                ('staff_group', models.CharField(blank=True, max_length=80, verbose_name='medarbejdergruppe')),
                ('basis', models.CharField(choices=[('PAYSLIP', 'Lønseddel'), ('WAGE_STATEMENT', 'Lønopgørelse fra arbejdsgiveren'), ('SELF_EMPLOYED', 'Selvstændig: fastsat timesats'), ('UNION_RATE', 'Overenskomstens timesats'), ('CONSULTANT_FEE', 'Ekstern konsulents honorar'), ('PROVIDER_CONTRACT', 'Kontrakt med leverandør')], max_length=20, verbose_name='grundlag')),
                ('valid_from', models.DateField(verbose_name='gælder fra')),
                ('valid_before', models.DateField(null=True, verbose_name='gælder før')),
                ('minutes', models.PositiveIntegerField(null=True, verbose_name='timer, lønnen dækker')),
                ('holiday', models.CharField(choices=[('STATED', 'STATED'), ('ALLOWANCE', 'ALLOWANCE'), ('ALLOWANCE_BY_CHOICE', 'ALLOWANCE_BY_CHOICE'), ('WITH_PAY', 'WITH_PAY')], max_length=20, verbose_name='ferie')),
                ('holiday_days', models.PositiveSmallIntegerField(default=25, verbose_name='feriedage om året')),
                ('items', models.JSONField()),
                ('reason', models.CharField(blank=True, max_length=300, verbose_name='hvor satsen kommer fra')),
                ('reference', models.CharField(blank=True, max_length=120, verbose_name='papirets navn')),
                ('paper', models.BinaryField(null=True)),
                ('paper_type', models.CharField(blank=True, max_length=40)),
                ('paper_sha256', models.BinaryField(max_length=32, null=True)),
                ('recorded_at', models.DateTimeField()),
                ('recorded_by', brobygger.accounts.models.TenantForeignKey(db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('replaced_at', models.DateTimeField(null=True)),
            ],
            options={
                'indexes': [models.Index(fields=['municipality', 'organisation', 'staff_group'], name='pay_record_of_group')],
                'constraints': [models.UniqueConstraint(condition=models.Q(('replaced_at', None)), fields=('municipality', 'organisation', 'staff_group', 'valid_from'), name='pay_record_once_per_day'), models.UniqueConstraint(condition=models.Q(('replaced_at', None), ('valid_before', None)), fields=('municipality', 'organisation', 'staff_group'), name='pay_record_one_open'), models.CheckConstraint(condition=models.Q(('valid_before', None), ('valid_before__gt', models.F('valid_from')), _connector='OR'), name='pay_record_ends_after_it_starts'), models.CheckConstraint(condition=models.Q(models.Q(('paper', None), ('paper_type', '')), models.Q(('paper__isnull', False), models.Q(('paper_type', ''), _negated=True)), _connector='OR'), name='pay_record_paper_has_type')],
            },
        ),
    ]
