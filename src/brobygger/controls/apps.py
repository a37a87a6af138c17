from django.apps import AppConfig


class ControlsConfig(AppConfig):
    name = "brobygger.controls"
    default_auto_field = "django.db.models.BigAutoField"
