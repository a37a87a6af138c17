from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "brobygger.accounts"
    label = "accounts"
    verbose_name = "Brugere"
    default_auto_field = "django.db.models.BigAutoField"
