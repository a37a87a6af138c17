from django.apps import AppConfig


class PaymentsConfig(AppConfig):
    name = "brobygger.payments"
    label = "payments"
    verbose_name = "Betaling"
    default_auto_field = "django.db.models.BigAutoField"
