from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('notices', '0001_initial'),
    ]

    operations = [
        migrations.AddField(
            model_name='outgoingmessage',
            name='attachment',
            field=models.TextField(blank=True, db_default='', default='', verbose_name='vedhæftet fil'),
        ),
        migrations.AddField(
            model_name='outgoingmessage',
            name='attachment_name',
            field=models.CharField(blank=True, db_default='', default='', max_length=80),
        ),
    ]
