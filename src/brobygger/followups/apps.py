from django.apps import AppConfig


class FollowupsConfig(AppConfig):
    name = "brobygger.followups"
    label = "followups"
    verbose_name = "Opfølgning"
    default_auto_field = "django.db.models.BigAutoField"
