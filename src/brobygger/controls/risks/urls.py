"""Included in the addresses of ``controls``, under its name."""

from django.urls import path

from brobygger.controls.risks import views

urlpatterns = [
    path("", views.risks, name="risks"),
    path("graenser/", views.limits, name="risk_limits"),
    path("<uuid:public_id>/", views.risk, name="risk"),
    path("<uuid:public_id>/se/", views.look_into, name="risk_look"),
    path("<uuid:public_id>/forklar/", views.explain, name="risk_explain"),
]
