from django.apps import AppConfig


class CitizensConfig(AppConfig):
    name = "brobygger.citizens"
    label = "citizens"
    verbose_name = "Borgerens side"
    default_auto_field = "django.db.models.BigAutoField"
