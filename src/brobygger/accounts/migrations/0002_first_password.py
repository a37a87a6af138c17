from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0001_initial"),
    ]

    operations = [
        migrations.AddField(
            model_name="user",
            name="password_is_first",
            field=models.BooleanField(
                db_default=False, default=False, verbose_name="adgangskoden skal skiftes"
            ),
        ),
    ]
