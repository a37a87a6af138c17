from django.urls import path

from brobygger.followups import views

app_name = "followups"
urlpatterns = [
    path("<uuid:public_id>/", views.record, name="record"),
    path("<uuid:public_id>/flyt/", views.move, name="move"),
    path("afslut/<uuid:public_id>/", views.conclude, name="conclude"),
]
