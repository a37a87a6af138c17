"""Pages of mentor, citizen and company, and what staff does about contacts."""

from django.urls import path

from brobygger.hours.views import citizen, company, mentor, staff

app_name = "hours"
urlpatterns = [
    path("mentor/", mentor.overview, name="mentor"),
    path("mentor/registrer/", mentor.register, name="register"),
    path("mentor/opgaver/", mentor.tasks, name="tasks"),
    path("mentor/kontakt/<uuid:public_id>/ret/", mentor.correct, name="correct"),
    path("mentor/kontakt/<uuid:public_id>/slet/", mentor.withdraw, name="withdraw"),
    path("mentor/aflever/<int:year>-<int:month>/", mentor.hand_in, name="hand_in"),
    path("borger/", citizen.overview, name="citizen"),
    path("borger/ja/", citizen.confirm_all, name="confirm_all"),
    path("borger/moede/<uuid:public_id>/ja/", citizen.confirm, name="confirm"),
    path("borger/moede/<uuid:public_id>/nej/", citizen.dispute, name="dispute"),
    path("borger/aftale/<uuid:public_id>/", citizen.agreed, name="agreed"),
    path("borger/aftale/<uuid:public_id>/skriv/<slug:kind>/", citizen.message, name="message"),
    path("borger/hvem-har-set/", citizen.looks, name="looks"),
    path("virksomhed/", company.overview, name="company"),
    path("kontakt/<uuid:public_id>/uenighed/", staff.resolve, name="resolve"),
    path("forloeb/<uuid:public_id>/svar/", staff.answers, name="answers"),
]
