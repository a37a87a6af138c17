import uuid

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import brobygger.accounts.models

TALKS = [
    ('MENTOR', 'Ja, borger og mentor'),
    ('CONSULTANT', 'Ja, borger og jobkonsulent'),
    ('ALL', 'Ja, alle tre'),
    ('NONE', 'Nej'),
]


def tenant_key(to, **options):
    return brobygger.accounts.models.TenantForeignKey(
        db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, to=to, **options
    )


def municipality():
    return models.ForeignKey(
        db_index=False,
        on_delete=django.db.models.deletion.PROTECT,
        related_name='+',
        to='accounts.municipality',
    )


class Migration(migrations.Migration):

    dependencies = [
        ('followups', '0002_care'),
        ('mentorships', '0002_in_group_since'),
        ('people', '0001_initial'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name='conclusion',
            name='what_worked',
            field=models.TextField(blank=True, db_default='', default='', verbose_name='hvad der virkede'),
        ),
        migrations.AddField(
            model_name='conclusion',
            name='next_steps',
            field=models.TextField(blank=True, db_default='', default='', verbose_name='hvem gør hvad bagefter'),
        ),
        migrations.AddField(
            model_name='conclusion',
            name='parting_talk',
            field=models.CharField(blank=True, choices=TALKS, db_default='', default='', max_length=10),
        ),
        migrations.AddField(
            model_name='conclusion',
            name='parting_talk_on',
            field=models.DateField(null=True),
        ),
        migrations.AddField(
            model_name='conclusion',
            name='no_talk_reason',
            field=models.CharField(blank=True, db_default='', default='', max_length=300),
        ),
        migrations.AddField(
            model_name='conclusion',
            name='report',
            field=tenant_key('mentorships.document', null=True, related_name='+'),
        ),
        migrations.CreateModel(
            name='CitizenWords',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('text', models.TextField()),
                ('is_own', models.BooleanField()),
                ('written_at', models.DateTimeField()),
                ('citizen', tenant_key('people.citizen', related_name='+')),
                (
                    'mentorship',
                    models.OneToOneField(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name='citizen_words',
                        to='mentorships.mentorship',
                    ),
                ),
                ('municipality', municipality()),
                ('written_by', tenant_key(settings.AUTH_USER_MODEL, null=True, related_name='+')),
            ],
            options={'abstract': False},
        ),
        migrations.CreateModel(
            name='MentorOpening',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('free_from', models.DateField()),
                ('noted_at', models.DateTimeField()),
                ('mentor', tenant_key('people.mentor', related_name='openings')),
                ('mentorship', tenant_key('mentorships.mentorship', related_name='+')),
                ('municipality', municipality()),
                ('noted_by', tenant_key(settings.AUTH_USER_MODEL, null=True, related_name='+')),
            ],
            options={
                'indexes': [
                    models.Index(fields=['municipality', 'mentor', '-noted_at'], name='opening_of_mentor')
                ],
            },
        ),
    ]
