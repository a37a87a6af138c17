"""Resultater."""

from django.urls import path

from brobygger.effects import views

app_name = "effects"
urlpatterns = [
    path("", views.overview, name="overview"),
    path("status/", views.status, name="status"),
    path("fastholdelse/", views.retention, name="retention"),
    path("efter-forloebet/", views.pathways, name="pathways"),
    path("timer/", views.dosage, name="dosage"),
    path("maal/", views.goals, name="goals"),
    path("hvem/", views.subgroups, name="subgroups"),
    path("oekonomi/", views.worth, name="worth"),
    path("oekonomi/soem/", views.soem, name="soem"),
    path("sammenligning/", views.comparison, name="comparison"),
    path("andres-tal/", views.others, name="others"),
    path("andres-tal/deling/", views.sharing, name="sharing"),
    path("andres-tal/deling/vaelg/", views.share, name="share"),
    path("koer/", views.run, name="run"),
    path("sager/", views.cases, name="cases"),
    path("rapport/", views.pdf, name="pdf"),
    path("tabel/<slug:key>/<int:number>/", views.table, name="table"),
]
