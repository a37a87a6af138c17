from django.apps import AppConfig


class HoursConfig(AppConfig):
    name = "brobygger.hours"
    label = "hours"
    verbose_name = "Timer"
    default_auto_field = "django.db.models.BigAutoField"
