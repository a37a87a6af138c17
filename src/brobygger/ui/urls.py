"""The gallery's address."""

from django.urls import path

from brobygger.ui import views

app_name = "ui"
urlpatterns = [path("galleri/", views.gallery, name="gallery")]
