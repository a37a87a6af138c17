from django.apps import AppConfig


class OrganisationsConfig(AppConfig):
    name = "brobygger.organisations"
    label = "organisations"
    verbose_name = "Virksomheder og skoler"
    default_auto_field = "django.db.models.BigAutoField"
