from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ("hours", "0001_initial"),
    ]

    operations = [
        migrations.AddField(
            model_name="confirmation",
            name="device_hash",
            field=models.CharField(blank=True, db_default="", default="", max_length=32),
        ),
    ]
