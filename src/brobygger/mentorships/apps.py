from django.apps import AppConfig


class MentorshipsConfig(AppConfig):
    name = "brobygger.mentorships"
    label = "mentorships"
    verbose_name = "Forløb"
    default_auto_field = "django.db.models.BigAutoField"
