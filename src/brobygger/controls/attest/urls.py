"""Included in the addresses of ``controls``, under its name."""

from django.urls import path

from brobygger.controls.attest import views

urlpatterns = [
    path("<uuid:public_id>/", views.own, name="attest"),
    path("link/<str:token>/", views.link, name="attest_link"),
]
