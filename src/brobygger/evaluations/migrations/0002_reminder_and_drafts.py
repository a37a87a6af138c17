from django.db import migrations, models

from brobygger.evaluations import sql


class Migration(migrations.Migration):

    dependencies = [
        ('evaluations', '0001_initial'),
    ]

    operations = [
        migrations.AddField(
            model_name='surveyask',
            name='reminded_at',
            field=models.DateTimeField(null=True),
        ),
        migrations.RunSQL([sql.DRAFTS_ONLY], [sql.DROP_DRAFTS_ONLY]),
    ]
