"""Meetings, the own calendar, and the private address that calendar programs read."""

from django.urls import path

from brobygger.meetings import views

app_name = "meetings"
urlpatterns = [
    path("moeder/", views.calendar, name="calendar"),
    path("moeder/adresse/", views.make_feed, name="make_feed"),
    path("moeder/adresse/luk/", views.revoke_feed, name="revoke_feed"),
    path("moeder/paamindelser/", views.reminders, name="reminders"),
    path("moeder/forloeb/<uuid:public_id>/", views.plan, name="plan"),
    path("moeder/<uuid:public_id>/", views.meeting, name="meeting"),
    path("moeder/<uuid:public_id>/flyt/", views.move, name="move"),
    path("moeder/<uuid:public_id>/aflys/", views.cancel, name="cancel"),
    path("moeder/<uuid:public_id>/hvad-skete-der/", views.outcome, name="outcome"),
    path("moeder/<uuid:public_id>/moede.ics", views.invitation, name="invitation"),
    path("kalender/<str:token>.ics", views.feed, name="feed"),
]
