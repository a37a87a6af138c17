from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0002_first_password"),
    ]

    operations = [
        migrations.AlterField(
            model_name="onetimelink",
            name="purpose",
            field=models.CharField(
                choices=[
                    ("ACCEPT_AGREEMENT", "Godkend aftale"),
                    ("ATTEST_HOURS", "Svar på, om timerne passer"),
                ],
                max_length=30,
            ),
        ),
    ]
