"""Evaluations, and what both sides of a mentorship are asked."""

from django.urls import path

from brobygger.evaluations.surveys import views as surveys
from brobygger.evaluations.views import lot, plan

app_name = "evaluations"
urlpatterns = [
    path("", plan.evaluations, name="list"),
    path("ny/<slug:kind>/", plan.new, name="new"),
    path("ny/<slug:kind>/styrke/", plan.new_power, name="new_power"),
    path("spoergsmaal/", surveys.results, name="surveys"),
    path("spoergsmaal/valg/", surveys.choose, name="survey_choice"),
    path("svar/<uuid:public_id>/", surveys.answer, name="answer"),
    path("borger/<uuid:public_id>/ud/", lot.leave, name="leave"),
    path("<uuid:public_id>/", plan.evaluation, name="evaluation"),
    path("<uuid:public_id>/protokol/", plan.protocol, name="protocol"),
    path("<uuid:public_id>/slet/", plan.delete, name="delete"),
    path("<uuid:public_id>/registrer/", plan.register, name="register"),
    path("<uuid:public_id>/traek/", plan.draw, name="draw"),
    path("<uuid:public_id>/afslut/", plan.close, name="close"),
    path("<uuid:public_id>/liste.csv", plan.export, name="export"),
    path("<uuid:public_id>/borgere/", lot.find, name="find"),
    path("<uuid:public_id>/borgere/<uuid:citizen>/", lot.add, name="add"),
]
