"""Pages of mentor and company, and what staff does about contacts."""

from django.urls import path

from brobygger.hours.views import company, mentor, phone, staff

app_name = "hours"
urlpatterns = [
    path("mentor/", mentor.overview, name="mentor"),
    path("mentor/registrer/", mentor.register, name="register"),
    path("mentor/opgaver/", mentor.tasks, name="tasks"),
    path("mentor/kontakt/<uuid:public_id>/ret/", mentor.correct, name="correct"),
    path("mentor/kontakt/<uuid:public_id>/slet/", mentor.withdraw, name="withdraw"),
    path("mentor/aflever/<int:year>-<int:month>/", mentor.hand_in, name="hand_in"),
    path("mentor/app.webmanifest", phone.manifest, name="manifest"),
    path("mentor/sw.js", phone.worker, name="worker"),
    path("mentor/paa-telefonen/", phone.shell, name="phone"),
    path("mentor/telefon/", phone.state, name="phone_state"),
    path("mentor/send/", phone.send, name="send"),
    path("virksomhed/", company.overview, name="company"),
    path("kontakt/<uuid:public_id>/uenighed/", staff.resolve, name="resolve"),
    path("forloeb/<uuid:public_id>/svar/", staff.answers, name="answers"),
]
