import django.db.models.deletion
from django.db import migrations, models

import brobygger.accounts.models


def key(related_name, to):
    return brobygger.accounts.models.TenantForeignKey(
        db_constraint=False,
        db_index=False,
        null=True,
        on_delete=django.db.models.deletion.PROTECT,
        related_name=related_name,
        to=to,
    )


class Migration(migrations.Migration):
    dependencies = [
        ("grants", "0002_account"),
        ("mentorships", "0002_in_group_since"),
        ("people", "0001_initial"),
    ]

    operations = [
        migrations.AddField(model_name="application", name="mentor", field=key("+", "people.mentor")),
        migrations.AddField(model_name="grant", name="mentor", field=key("grants", "people.mentor")),
        migrations.AlterField(
            model_name="agreement", name="document", field=key("agreements", "mentorships.document")
        ),
        migrations.AddIndex(
            model_name="grant",
            index=models.Index(
                condition=models.Q(("mentor", None), _negated=True),
                fields=["municipality", "mentor"],
                name="grant_of_mentor",
            ),
        ),
    ]
