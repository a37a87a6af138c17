"""Addresses of the ledger, inside those of payments."""

from django.urls import path

from brobygger.payments.ledger import views

urlpatterns = [
    path("regnskab/", views.books, name="books"),
    path("regnskab/refusion/", views.claim_from_state, name="claim_from_state"),
    path("regnskab/refusion/modtaget/", views.received_from_state, name="received_from_state"),
    path("regnskab/filer/", views.finance_files, name="finance_files"),
    path("regnskab/filer/dan/", views.make_finance_file, name="make_finance_file"),
    path("regnskab/filer/<uuid:public_id>/", views.finance_file, name="finance_file"),
    path("afstemning/", views.reconciliation, name="reconciliation"),
    path("afstemning/<uuid:public_id>/luk/", views.close_difference, name="close_difference"),
    path("tilbagebetaling/", views.clawbacks, name="clawbacks"),
    path("tilbagebetaling/<uuid:public_id>/", views.clawback, name="clawback"),
    path("tilbagebetaling/<uuid:public_id>/godkend/", views.approve_clawback, name="approve_clawback"),
    path("tilbagebetaling/<uuid:public_id>/afvis/", views.refuse_clawback, name="refuse_clawback"),
    path("tilbagebetaling/<uuid:public_id>/modtaget/", views.clawback_receipt, name="clawback_receipt"),
    path("tilbagebetaling/<uuid:public_id>/brev/", views.clawback_letter, name="clawback_letter"),
    path("linje/<uuid:public_id>/tilbagebetaling/", views.request_clawback, name="request_clawback"),
]
