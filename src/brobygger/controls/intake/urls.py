"""Included by the addresses of the controls; the names are in their space."""

from django.urls import path

from brobygger.controls.intake import views

urlpatterns = [
    path("", views.upload, name="audit_file"),
    path("<uuid:public_id>/", views.report, name="audit_report"),
    path("<uuid:public_id>/<str:kind>/", views.report_file, name="audit_report_file"),
]
