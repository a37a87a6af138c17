"""Home, the case page, search, administration and the outbox."""

from django.urls import path

from brobygger.web import administration, calculator, case, explain, guide, home, outbox, search, views

app_name = "web"
urlpatterns = [
    path("", home.home, name="home"),
    path("forloeb/<uuid:public_id>/", case.case, name="case"),
    path("forloeb/<uuid:public_id>/loven/", explain.explain, name="explain"),
    path("forloeb/<uuid:public_id>/hvad-nu-hvis/", explain.what_if, name="what_if"),
    path("vejviser/", guide.guide, name="guide"),
    path("nuloesning/", calculator.calculator, name="calculator"),
    path("was/", views.accessibility, name="accessibility"),
    path("session/", views.keepalive, name="keepalive"),
    path("soeg/", search.search, name="search"),
    path("beskeder/", outbox.outbox, name="outbox"),
    path("administration/", administration.overview, name="administration"),
    path("administration/brugere/", administration.users, name="users"),
    path("administration/brugere/ny/", administration.new_user, name="new_user"),
    path("administration/hold/", administration.new_team, name="new_team"),
    path("administration/brugere/<uuid:public_id>/", administration.user, name="user"),
    path("administration/opslag/", administration.looks, name="looks"),
]
