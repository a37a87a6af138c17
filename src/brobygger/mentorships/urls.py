from django.urls import path

from brobygger.mentorships import views

app_name = "mentorships"
urlpatterns = [
    path("", views.list_, name="list"),
    path("<uuid:public_id>/journal/", views.journal, name="journal"),
    path("<uuid:public_id>/beskeder/<uuid:message_id>/", views.answer, name="answer"),
    path("<uuid:public_id>/cpr/", views.cpr, name="cpr"),
    path("dokumenter/<uuid:public_id>/", views.document, name="document"),
]
