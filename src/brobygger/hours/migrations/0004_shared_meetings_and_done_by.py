from django.db import migrations, models
from django.db.models import F, Q

ALONE = Q(
    shared_id__isnull=True,
    shared_starts_at__isnull=True,
    shared_ends_at__isnull=True,
    shared_among__isnull=True,
)
SLICE = Q(
    shared_id__isnull=False,
    shared_starts_at__isnull=False,
    shared_ends_at__isnull=False,
    shared_among__isnull=False,
    shared_among__gte=2,
    shared_starts_at__lte=F("starts_at"),
    shared_ends_at__gte=F("ends_at"),
)


class Migration(migrations.Migration):
    dependencies = [
        ("hours", "0003_month_of_each_mentor"),
    ]

    operations = [
        migrations.AddField(
            model_name="contact",
            name="done_by_whom",
            field=models.CharField(
                blank=True,
                choices=[("CITIZEN", "Borgeren selv"), ("TOGETHER", "Vi sammen"), ("MENTOR", "Jeg for borgeren")],
                db_default="",
                default="",
                max_length=10,
                verbose_name="hvem gjorde det",
            ),
        ),
        migrations.AddField(model_name="contact", name="shared_id", field=models.UUIDField(null=True)),
        migrations.AddField(model_name="contact", name="shared_starts_at", field=models.DateTimeField(null=True)),
        migrations.AddField(model_name="contact", name="shared_ends_at", field=models.DateTimeField(null=True)),
        migrations.AddField(
            model_name="contact", name="shared_among", field=models.PositiveSmallIntegerField(null=True)
        ),
        migrations.AddConstraint(
            model_name="contact",
            constraint=models.CheckConstraint(
                condition=ALONE | SLICE, name="contact_is_a_slice_of_its_shared_meeting"
            ),
        ),
    ]
