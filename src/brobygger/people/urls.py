from django.urls import path

from brobygger.people import views

app_name = "people"
urlpatterns = [
    path("mentorer/", views.mentors, name="mentors"),
    path("mentorer/ny/", views.new_mentor, name="new_mentor"),
    path("mentorer/<uuid:public_id>/", views.mentor, name="mentor"),
    path("mentorer/<uuid:public_id>/ret/", views.edit_mentor, name="edit_mentor"),
    path("mentorer/<uuid:public_id>/login/", views.mentor_login, name="mentor_login"),
    path("arbejdssteder/<uuid:public_id>/", views.edit_organisation, name="edit_organisation"),
    path("arbejdssteder/<uuid:public_id>/login/", views.organisation_login, name="organisation_login"),
    path("borgere/find/", views.citizen_lookup, name="citizen_lookup"),
    path("borgere/<uuid:public_id>/", views.citizen, name="citizen"),
    path("borgere/<uuid:public_id>/ret/", views.edit_citizen, name="edit_citizen"),
    path("borgere/<uuid:public_id>/login/", views.citizen_login, name="citizen_login"),
    path("borgere/<uuid:public_id>/cpr/", views.reveal_cpr, name="reveal_cpr"),
]
