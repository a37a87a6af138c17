from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0003_attest_hours"),
    ]

    operations = [
        migrations.AlterField(
            model_name="onetimelink",
            name="purpose",
            field=models.CharField(
                choices=[
                    ("ACCEPT_AGREEMENT", "Godkend aftale"),
                    ("ATTEST_HOURS", "Svar på, om timerne passer"),
                    ("CITIZEN_PAGE", "Borgerens egen side"),
                ],
                max_length=30,
            ),
        ),
    ]
