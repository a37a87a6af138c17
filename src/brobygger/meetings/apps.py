from django.apps import AppConfig


class MeetingsConfig(AppConfig):
    name = "brobygger.meetings"
    label = "meetings"
    verbose_name = "Møder og kalender"
    default_auto_field = "django.db.models.BigAutoField"
