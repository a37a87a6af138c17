from django.apps import AppConfig


class ToolboxConfig(AppConfig):
    name = "brobygger.toolbox"
    label = "toolbox"
    verbose_name = "Redskaber"
    default_auto_field = "django.db.models.BigAutoField"
