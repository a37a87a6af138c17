from django.apps import AppConfig


class AuditConfig(AppConfig):
    name = "brobygger.audit"
    label = "audit"
    verbose_name = "Revisionsspor"
    default_auto_field = "django.db.models.BigAutoField"
