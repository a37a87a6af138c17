from django.urls import include, path

from brobygger.payments import views
from brobygger.payments.ledger.urls import urlpatterns as ledger_urls

app_name = "payments"
urlpatterns = [
    path("", views.invoices, name="invoices"),
    path("modtag/", views.receive, name="receive"),
    path("faktura/<uuid:public_id>/", views.invoice, name="invoice"),
    path("faktura/<uuid:public_id>/afgoer/", views.decide, name="decide"),
    path("faktura/<uuid:public_id>/afstem/", views.rematch, name="rematch"),
    path("faktura/<uuid:public_id>/original/", views.original, name="original"),
    path("linje/<uuid:public_id>/forloeb/", views.assign, name="assign"),
    path("faktura/<uuid:public_id>/svar/", views.response, name="response"),
    path("linje/<uuid:public_id>/genaabn/", views.reopen, name="reopen"),
    path("linje/<uuid:public_id>/del/", views.refuse_part, name="refuse_part"),
    path("linje/<uuid:public_id>/hele/", views.take_part_back, name="take_part_back"),
    path("leverandoer/", include("brobygger.payments.portal.urls")),
    path("modtagelse/", include("brobygger.payments.intake.urls")),
    path("maaneder/", views.months, name="months"),
    path("bogfoering/", views.ledger, name="ledger"),
    path("bogfoering/<uuid:public_id>/", views.ledger_file, name="ledger_file"),
    path("loen/", include("brobygger.payments.evidence.urls")),
    path("", include("brobygger.payments.budget.urls")),
    *ledger_urls,
]
