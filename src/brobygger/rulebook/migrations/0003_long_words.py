from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('rulebook', '0002_numbers_of_the_law'),
    ]

    operations = [
        migrations.AlterField(
            model_name='localparameter',
            name='words',
            field=models.CharField(blank=True, max_length=4000, verbose_name='værdi med ord'),
        ),
    ]
