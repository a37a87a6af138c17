from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('registers', '0001_initial'),
    ]

    operations = [
        migrations.AddField(
            model_name='waitingfile',
            name='percent',
            field=models.PositiveSmallIntegerField(default=0),
        ),
        migrations.AddConstraint(
            model_name='waitingfile',
            constraint=models.CheckConstraint(condition=models.Q(('percent__lte', 100)), name='waiting_file_at_most_all_done'),
        ),
    ]
