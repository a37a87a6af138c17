from django.urls import path

from brobygger.accounts import views

app_name = "accounts"
urlpatterns = [
    path("log-ind/", views.sign_in, name="login"),
    path("log-ud/", views.sign_out, name="logout"),
    path("adgangskode/", views.password, name="password"),
]
