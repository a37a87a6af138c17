from django.urls import path

from brobygger.toolbox import views
from brobygger.toolbox.assessments import views as assessments
from brobygger.toolbox.digital import views as digital
from brobygger.toolbox.plan import views as plan
from brobygger.toolbox.tools import views as tools

app_name = "toolbox"
urlpatterns = [
    path("katalog/", digital.catalogue, name="catalogue"),
    path("katalog/ny/", digital.new, name="new_digital"),
    path("katalog/<uuid:public_id>/", digital.edit, name="edit_digital"),
    path("<uuid:public_id>/", views.case, name="case"),
    path("<uuid:public_id>/plan/", plan.plan, name="plan"),
    path("<uuid:public_id>/plan/ret/", plan.edit, name="edit_plan"),
    path("<uuid:public_id>/plan/nyt-maal/", plan.new_goal, name="new_goal"),
    path("<uuid:public_id>/plan/status/", plan.read_goals, name="read_goals"),
    path("<uuid:public_id>/udvikling/", assessments.progress, name="progress"),
    path("<uuid:public_id>/udvikling/ny/", assessments.assess, name="assess"),
    path("<uuid:public_id>/logbog/", views.logbook, name="logbook"),
    path("<uuid:public_id>/<slug:slug>/", tools.tool, name="tool"),
    path("<uuid:public_id>/<slug:slug>/udfyld/", tools.fill, name="fill"),
]
