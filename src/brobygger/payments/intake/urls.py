from django.urls import path

from brobygger.payments.intake import views

urlpatterns = [
    path("", views.overview, name="intake"),
    path("noegle/", views.make_token, name="make_token"),
    path("noegle/<uuid:public_id>/luk/", views.revoke_token, name="revoke_token"),
    path("regler/", views.upload_rules, name="upload_rules"),
    path("regler/<uuid:public_id>/tag-ud/", views.withdraw_rules, name="withdraw_rules"),
]
