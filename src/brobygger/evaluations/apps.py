from django.apps import AppConfig


class EvaluationsConfig(AppConfig):
    name = "brobygger.evaluations"
    label = "evaluations"
    verbose_name = "Evalueringer"
