from django.apps import AppConfig


class RulebookConfig(AppConfig):
    name = "brobygger.rulebook"
    label = "rulebook"
    verbose_name = "Regler og rammer"
    default_auto_field = "django.db.models.BigAutoField"
