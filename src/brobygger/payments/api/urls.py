from django.urls import path

from brobygger.payments.api import views

app_name = "invoice_api"
urlpatterns = [
    path("", views.description, name="description"),
    path("invoices/", views.receive, name="receive"),
    path("invoices/<uuid:public_id>/", views.invoice, name="invoice"),
    path("invoices/<uuid:public_id>/response/", views.response, name="response"),
]
