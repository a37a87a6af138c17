from django.urls import path

from brobygger.rulebook import views

app_name = "rulebook"
urlpatterns = [
    path("", views.frames, name="frames"),
    path("ny/", views.new_frame, name="new_frame"),
    path("arbejdsgang/", views.new_way, name="new_way"),
    path("tal/", views.parameters, name="parameters"),
    path("tal/nyt/", views.new_parameter, name="new_parameter"),
]
