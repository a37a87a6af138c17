from django.urls import path

from brobygger.followups import views
from brobygger.followups.concerns import views as concerns
from brobygger.followups.hearings import views as hearings
from brobygger.followups.local import views as local
from brobygger.followups.substitutes import views as substitutes

app_name = "followups"
urlpatterns = [
    path("<uuid:public_id>/", views.record, name="record"),
    path("<uuid:public_id>/flyt/", views.move, name="move"),
    path("afslut/<uuid:public_id>/", views.conclude, name="conclude"),
    path("bekymring/ny/<uuid:public_id>/", concerns.new, name="new_concern"),
    path("bekymring/<uuid:public_id>/", concerns.concern, name="concern"),
    path("status/<uuid:public_id>/", hearings.hearing, name="hearing"),
    path("status/<uuid:public_id>/spoerg/", hearings.ask_company, name="ask_company"),
    path("status/link/<str:token>/", hearings.link, name="hearing_link"),
    path("vikarer/", substitutes.substitutes, name="substitutes"),
    path("vikarer/<uuid:public_id>/aflys/", substitutes.call_off, name="call_off"),
    path("planer/", local.plans, name="plans"),
    path("planer/ny/", local.new_plan, name="new_plan"),
    path("planer/alarm/", local.new_alarm, name="new_alarm"),
    path("til-tiden/", local.on_time, name="on_time"),
]
