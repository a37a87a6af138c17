import django.db.models.deletion
from django.db import migrations, models

import brobygger.accounts.models

# Until now a mentorship had one mentor. The keys are checked at once, so that the table can be altered afterwards.
FILL_IN = """
update hours_monthhandin h set mentor_id = m.mentor_id
  from mentorships_mentorship m where m.municipality_id = h.municipality_id and m.id = h.mentorship_id;
set constraints all immediate;
"""


def key(**options):
    return brobygger.accounts.models.TenantForeignKey(
        db_constraint=False,
        db_index=False,
        on_delete=django.db.models.deletion.PROTECT,
        related_name="+",
        to="people.mentor",
        **options,
    )


class Migration(migrations.Migration):
    dependencies = [
        ("hours", "0002_confirmation_device"),
        ("mentorships", "0002_in_group_since"),
        ("people", "0001_initial"),
    ]

    operations = [
        migrations.RemoveConstraint(model_name="monthhandin", name="month_handed_in_once"),
        migrations.AddField(model_name="monthhandin", name="mentor", field=key(null=True)),
        migrations.RunSQL(FILL_IN, migrations.RunSQL.noop),
        migrations.AlterField(model_name="monthhandin", name="mentor", field=key()),
        migrations.AddConstraint(
            model_name="monthhandin",
            constraint=models.UniqueConstraint(
                fields=("municipality", "mentorship", "month", "mentor"), name="month_handed_in_once"
            ),
        ),
    ]
