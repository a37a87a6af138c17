from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0004_citizen_page"),
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
                    ("HEAR_COMPANY", "Virksomheden høres"),
                ],
                max_length=30,
            ),
        ),
    ]
