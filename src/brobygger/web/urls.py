"""All addresses. One include per app."""

from django.urls import include, path
from django.views.i18n import set_language

from brobygger.web import views

handler400 = "brobygger.ui.views.bad_request"
handler403 = "brobygger.ui.views.permission_denied"
handler404 = "brobygger.ui.views.page_not_found"
handler500 = "brobygger.ui.views.server_error"

urlpatterns = [
    path("healthz", views.healthz, name="healthz"),
    path("sprog/", set_language, name="set_language"),
    path("galleri/", include("brobygger.ui.urls")),
    path("", include("brobygger.accounts.urls")),
    path("", include("brobygger.web.home_urls")),
    path("forloeb/", include("brobygger.mentorships.urls")),
    path("bevilling/", include("brobygger.grants.urls")),
    path("personer/", include("brobygger.people.urls")),
    path("timer/", include("brobygger.hours.urls")),
    path("timer/", include("brobygger.citizens.urls")),
    path("", include("brobygger.meetings.urls")),
    path("redskaber/", include("brobygger.toolbox.urls")),
    path("registre/", include("brobygger.registers.urls")),
    path("opfoelgning/", include("brobygger.followups.urls")),
    path("oekonomi/", include("brobygger.payments.urls")),
    path("tilsyn/", include("brobygger.controls.urls")),
    path("resultater/", include("brobygger.effects.urls")),
    path("evalueringer/", include("brobygger.evaluations.urls")),
    path("rammer/", include("brobygger.rulebook.urls")),
    path("api/v1/", include("brobygger.payments.api.urls")),
]
