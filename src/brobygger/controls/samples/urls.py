"""Included in the addresses of ``controls``, under its name."""

from django.urls import path

from brobygger.controls.samples import views

urlpatterns = [
    path("", views.samples, name="samples"),
    path("traek/", views.draw, name="sample_draw"),
    path("<uuid:public_id>/", views.sample, name="sample"),
    path("<uuid:public_id>/traekning.csv", views.frame, name="sample_frame"),
    path("forloeb/<uuid:public_id>/", views.case, name="sample_case"),
    path("forloeb/<uuid:public_id>/svar/", views.answer, name="sample_answer"),
    path("forloeb/<uuid:public_id>/fund/", views.finding, name="sample_finding"),
    path("forloeb/<uuid:public_id>/kommunens-svar/", views.reply, name="sample_reply"),
    path("forloeb/<uuid:public_id>/afslut/", views.close, name="sample_close"),
    path("revision/<uuid:public_id>/pdf/", views.case_pdf, name="case_pdf"),
    path("revision/<uuid:public_id>/zip/", views.case_zip, name="case_zip"),
]
