from django.apps import AppConfig


class NoticesConfig(AppConfig):
    name = "brobygger.notices"
    label = "notices"
    verbose_name = "Udgående beskeder"
    default_auto_field = "django.db.models.BigAutoField"
