from django.apps import AppConfig


class PeopleConfig(AppConfig):
    name = "brobygger.people"
    label = "people"
    verbose_name = "Borgere og mentorer"
    default_auto_field = "django.db.models.BigAutoField"
