from django.urls import path

from brobygger.payments.portal import views

urlpatterns = [
    path("", views.overview, name="supplier"),
    path("<str:month>/indlever/", views.hand_in, name="hand_in_month"),
    path("svar/<uuid:public_id>/", views.answer, name="supplier_answer"),
]
