from django.urls import path

from brobygger.payments import views

app_name = "payments"
urlpatterns = [
    path("", views.invoices, name="invoices"),
    path("modtag/", views.receive, name="receive"),
    path("faktura/<uuid:public_id>/", views.invoice, name="invoice"),
    path("faktura/<uuid:public_id>/afgoer/", views.decide, name="decide"),
    path("faktura/<uuid:public_id>/afstem/", views.rematch, name="rematch"),
    path("faktura/<uuid:public_id>/original/", views.original, name="original"),
    path("linje/<uuid:public_id>/forloeb/", views.assign, name="assign"),
    path("linje/<uuid:public_id>/genaabn/", views.reopen, name="reopen"),
    path("maaneder/", views.months, name="months"),
    path("bogfoering/", views.ledger, name="ledger"),
    path("bogfoering/<uuid:public_id>/", views.ledger_file, name="ledger_file"),
]
