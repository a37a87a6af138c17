"""Registers on their way in, what they did, their codes, and what a citizen does now."""

from django.urls import path

from brobygger.registers import views

app_name = "registers"
urlpatterns = [
    path("", views.imports, name="imports"),
    path("send/", views.upload, name="upload"),
    path("koder/", views.codes, name="codes"),
    path("status/<uuid:public_id>/", views.status, name="status"),
    path("paa-vej/<uuid:public_id>/", views.waiting, name="waiting"),
    path("paa-vej/<uuid:public_id>/importer/", views.approve, name="approve"),
    path("paa-vej/<uuid:public_id>/slet/", views.discard, name="discard"),
    path("<uuid:public_id>/", views.report, name="report"),
]
