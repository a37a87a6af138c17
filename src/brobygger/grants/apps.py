from django.apps import AppConfig


class GrantsConfig(AppConfig):
    name = "brobygger.grants"
    label = "grants"
    verbose_name = "Bevillinger"
    default_auto_field = "django.db.models.BigAutoField"
