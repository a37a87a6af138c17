"""The gallery's address."""

from django.urls import path

from brobygger.ui import views

app_name = "ui"
urlpatterns = [path("", views.gallery, name="gallery")]
