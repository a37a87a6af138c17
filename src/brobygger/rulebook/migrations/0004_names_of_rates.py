from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('rulebook', '0003_long_words'),
    ]

    operations = [
        migrations.AlterField(
            model_name='localparameter',
            name='parameter',
            field=models.CharField(max_length=60, verbose_name='tal'),
        ),
    ]
