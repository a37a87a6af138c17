"""Tilsyn."""

from django.urls import include, path

from brobygger.controls import views
from brobygger.controls.trends.views import trends

app_name = "controls"
urlpatterns = [
    path("", views.grid, name="grid"),
    path("koer/", views.run, name="run"),
    path("udvikling/", trends, name="trends"),
    path("fejl/<str:question>/", views.failures, name="failures"),
    path("spoergeguide/", views.questionnaire, name="questionnaire"),
    path("andres-sager/", include("brobygger.controls.intake.urls")),
    path("spoergeguide/csv/", views.questionnaire_file, name="questionnaire_file"),
    path("stikproever/", include("brobygger.controls.samples.urls")),
    path("svar/", include("brobygger.controls.attest.urls")),
    path("tegn/", include("brobygger.controls.risks.urls")),
]
