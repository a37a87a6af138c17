from django.urls import path

from brobygger.payments.evidence import views

urlpatterns = [
    path("", views.pay_records, name="pay_records"),
    path("ny/", views.new_pay, name="new_pay"),
    path("ny/timen/", views.pay_panel, name="pay_panel"),
    path("<uuid:public_id>/", views.pay_record, name="pay_record"),
    path("<uuid:public_id>/papir/", views.pay_paper, name="pay_paper"),
]
